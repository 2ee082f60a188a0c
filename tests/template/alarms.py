"""The template's alarms as CloudWatch would evaluate them, over series of numbers that a test makes up or records."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from tests.template.reading import TEMPLATE, of_type

STACK: Final = "test"
ALARMS: Final = of_type("AWS::CloudWatch::Alarm")
_STATISTICS: Final[Mapping[str, Callable[[list[float]], float]]] = {"Sum": math.fsum, "Maximum": max}


def resolved(value: Any) -> Any:
    """A value with parameters at their defaults, resources by their names, and the stack's name."""
    if isinstance(value, list):
        return [resolved(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        parameter = TEMPLATE["Parameters"].get(value["Ref"])
        return parameter["Default"] if parameter else STACK if value["Ref"] == "AWS::StackName" else value["Ref"]
    if "Fn::GetAtt" in value:
        return value["Fn::GetAtt"][0]
    if "Fn::Sub" in value:
        text = value["Fn::Sub"].replace("${AWS::StackName}", STACK)
        for name, parameter in TEMPLATE["Parameters"].items():
            text = text.replace(f"${{{name}}}", str(parameter["Default"]))
        return text
    return {name: resolved(item) for name, item in value.items()}


Name = tuple[str, str, frozenset[tuple[str, str]]]
"""Of a series: its namespace, its metric's name, and its dimensions."""


def name_of(metric: Mapping[str, Any]) -> Name:
    """The series that an alarm's or a statistic's properties name."""
    dimensions = frozenset((one["Name"], str(one["Value"])) for one in resolved(metric.get("Dimensions", [])))
    return metric["Namespace"], resolved(metric["MetricName"]), dimensions


def watched(alarm: Mapping[str, Any]) -> list[Name]:
    """The series that an alarm watches."""
    if "Metrics" not in alarm:
        return [name_of(alarm)]
    return [name_of(one["MetricStat"]["Metric"]) for one in alarm["Metrics"] if "MetricStat" in one]


@dataclass(slots=True)
class Recorded:
    """Numbers by series, each at a second."""

    series: dict[Name, list[tuple[float, float]]] = field(default_factory=dict)

    def add(self, namespace: str, metric: str, at: float, value: float, **dimensions: str) -> None:
        """One number."""
        self.series.setdefault((namespace, metric, frozenset(dimensions.items())), []).append((at, value))

    def add_document(self, document: Mapping[str, Any], at: float) -> None:
        """What a function's log line in the embedded metric format says."""
        for directive in document["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                dimensions = {name: document[name] for name in names}
                for metric in directive["Metrics"]:
                    values = document[metric["Name"]]
                    for value in values if isinstance(values, list) else [values]:
                        self.add(directive["Namespace"], metric["Name"], at, value, **dimensions)

    def statistic(self, name: Name, kind: str, start: float, end: float) -> float | None:
        """Of the numbers from `start` until `end`; None when there are none."""
        values = [value for at, value in self.series.get(name, ()) if start <= at < end]
        return _STATISTICS[kind](values) if values else None


def gone_off(recorded: Recorded, seconds: int) -> set[str]:
    """The alarms that were in alarm at any minute of so many seconds."""
    return {
        name
        for name, alarm in ALARMS.items()
        if recorded.series.keys() & set(watched(alarm))
        and any(is_breached(alarm, recorded, now) for now in range(60, seconds + 1, 60))
    }


def is_breached(alarm: Mapping[str, Any], recorded: Recorded, now: float) -> bool:
    """Whether each of an alarm's periods up to now is over its threshold; missing numbers are not."""
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    assert alarm["TreatMissingData"] == "notBreaching"
    period = alarm.get("Period") or next(one["MetricStat"]["Period"] for one in alarm["Metrics"] if "MetricStat" in one)
    periods = [(now - (n + 1) * period, now - n * period) for n in range(alarm["EvaluationPeriods"])]
    threshold = float(resolved(alarm["Threshold"]))
    values = [_value(alarm, recorded, start, end) for start, end in periods]
    return all(value is not None and value > threshold for value in values)


def _value(alarm: Mapping[str, Any], recorded: Recorded, start: float, end: float) -> float | None:
    if "Metrics" not in alarm:
        return recorded.statistic(name_of(alarm), alarm["Statistic"], start, end)
    (expression,) = [resolved(one["Expression"]) for one in alarm["Metrics"] if "Expression" in one]
    values = {
        one["Id"]: recorded.statistic(name_of(one["MetricStat"]["Metric"]), one["MetricStat"]["Stat"], start, end)
        for one in alarm["Metrics"]
        if "MetricStat" in one
    }
    return calculated(expression, values)


def calculated(expression: str, values: Mapping[str, float | None]) -> float | None:
    """A metric expression of the kinds that the template uses: SUM or MAX of all metrics, or MAX of quotients."""
    there = {name: value for name, value in values.items() if value is not None}
    if expression == "SUM(METRICS())":
        return math.fsum(there.values()) if there else None
    if expression.startswith("MAX(METRICS()) / "):
        return max(there.values()) / float(expression.rpartition("/")[2]) if there else None
    parts = expression.removeprefix("MAX([").removesuffix("])").split(", ")
    quotients = dict(part.split(" / ") for part in parts)
    assert set(quotients) == set(values)
    return _largest(value / _product(quotients[name]) for name, value in there.items())


def _product(text: str) -> float:
    return math.prod(float(factor) for factor in text.strip("()").split(" * "))


def _largest(values: Iterable[float]) -> float | None:
    return max(values, default=None)


def matches(pattern: str, entry: Mapping[str, str]) -> bool:
    """Whether a metric filter's pattern takes a line of the access log: comparisons of texts, with && before ||."""
    text = pattern.strip("{} ")
    for inner in re.findall(r"\(([^()]*)\)", text):
        text = text.replace(f"({inner})", str(matches(inner, entry)))
    return any(all(_is_true(part.strip(), entry) for part in either.split("&&")) for either in text.split("||"))


def _is_true(part: str, entry: Mapping[str, str]) -> bool:
    if part in ("True", "False"):
        return part == "True"
    compared = re.fullmatch(r'\$\.(\w+) (!?=) "([^"]*)"', part)
    assert compared, f"{part!r} is no comparison that this reads"
    name, operator, value = compared.groups()
    return fnmatchcase(entry[name], value) == (operator == "=")
