"""Everything that means trouble sets off an alarm, and docs/operations.md says which."""

from __future__ import annotations

import ast
import importlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import pytest

from message_detail.domain.errors import MessageDetailError
from message_detail.providers import names
from tests.template.alarms import ALARMS, STACK, matches, name_of, resolved, watched
from tests.template.reading import FUNCTIONS, PROVIDERS, RESOURCES, ROOT, TEMPLATE_TEXT, of_type, routes

CODE: Final = ROOT / "layers/message_detail/python/message_detail"
TOLD: Final = [
    {"Fn::If": [condition, {"Ref": topic}, {"Ref": "AWS::NoValue"}]}
    for condition, topic in (("AlarmsAreMailed", "AlarmTopic"), ("AlarmsAreSent", "AlarmTopicArn"))
]
OURS: Final = "MessageDetail"
#: The most resources that a stack may have. https://docs.aws.amazon.com/general/latest/gr/cfn.html
MOST_RESOURCES: Final = 500


def metric_names(folder: Path = CODE) -> Iterator[tuple[str, str]]:
    """The (name, unit) pairs of the metrics that the code makes; `*` for a part that is known at run time only."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func)
            by_its_name = path.name == "observability.py" and called == "count"
            if called == "observability.count" or by_its_name:
                yield _name(node.args[0]), "Count"
            elif called == "observability.measure_seconds":
                yield _name(node.args[0]), "Seconds"


def _name(argument: ast.expr) -> str:
    if isinstance(argument, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in argument.values)
    assert isinstance(argument, ast.Constant), f"{ast.unparse(argument)} is no name that can be read from the code"
    return str(argument.value)


def documented() -> dict[str, tuple[str, str]]:
    """The unit and the alarm column of each metric in docs/operations.md."""
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_*]+)` \| (Count|Seconds) \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE)
    return {name: (unit, alarm) for name, unit, alarm in rows}


def alarms_named(text: str) -> set[str]:
    """The alarms that a text names, those of `{Provider}` for each."""
    found = set(re.findall(r"`((?:\{Provider\})?\w+Alarm)`", text))
    return {
        name.replace("{Provider}", provider.capitalize())
        for name in found
        for provider in (PROVIDERS if "{Provider}" in name else [""])
    }


def own_metrics(alarm: dict[str, Any]) -> set[str]:
    return {metric for namespace, metric, _ in watched(alarm) if namespace == OURS}


def busy_status(provider: str) -> int:
    """The answer that makes a provider send a webhook again."""
    status: int = importlib.import_module(f"message_detail.providers.{provider}.webhook").WEBHOOK.busy_status
    return status


def entry(status: int, route: str = "GET /v1/messages/samva/{message_id+}") -> dict[str, str]:
    """A line of the access log. API Gateway writes `-` for what there is not."""
    return {"routeKey": route, "status": str(status), "integrationError": "-", "authorizerError": "-"}


# --- what the alarms are like ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_tells_the_address_and_the_topic_that_are_given_and_tells_them_again_when_it_is_over(
    name: str,
) -> None:
    alarm = ALARMS[name]
    assert alarm["AlarmActions"] == alarm["OKActions"] == TOLD
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    assert alarm["AlarmDescription"]


@pytest.mark.parametrize("name", ALARMS)
def test_two_stacks_of_an_account_share_no_alarm(name: str) -> None:
    """What AWS measures names a resource, and what the functions count the stack."""
    for namespace, metric, dimensions in watched(ALARMS[name]):
        if namespace == OURS:
            assert dict(dimensions).get("stack") == STACK or metric.startswith(f"{STACK}-")
        else:
            assert dimensions


def test_the_dashboard_shows_this_stack_only() -> None:
    body, words = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    shown = json.loads(body.replace("${Words}", "test").replace("${AWS::StackName}", STACK))
    assert list(words) == ["Words"]
    text = json.dumps(shown)
    for expression in re.findall(r"SEARCH\((.*?)\)\"", text):
        assert "test" in expression, expression
    assert re.search(r"\{MessageDetail,service,stack\} stack=", text)


def owners(resources: Iterable[str]) -> Counter[str]:
    """How many resources each provider has; "" for what all share."""
    return Counter(next((one for one in PROVIDERS if name.startswith(one.capitalize())), "") for name in resources)


def test_a_stack_has_room_for_the_next_provider(translated: dict[str, Any]) -> None:
    found = owners(translated["Resources"])
    each = max(found[provider] for provider in PROVIDERS)
    assert found.total() + each < MOST_RESOURCES, "share more among the providers before one is added"


def test_the_paper_says_what_alarms_cost() -> None:
    text = " ".join((ROOT / "docs/scale.md").read_text(encoding="utf-8").split())
    out = {name for name in ALARMS if "Condition" in RESOURCES[name]}
    metrics = owners(name for name, alarm in ALARMS.items() if name not in out for _ in watched(alarm))
    shared = metrics.pop("")
    (each,) = {*metrics.values()}
    assert f"{each / 10:.2f} for a provider, as an alarm" in text
    assert f"{shared / 10:.2f} for what all share" in text
    more = sum(len(watched(ALARMS[name])) for name in out)
    assert f"{more / 10:.2f} for what goes out" in text


# --- functions and the API -------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", ["Errors", "Throttles", "Duration"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_errors_throttles_and_near_timeouts_of_every_function_set_off_an_alarm(function: str, metric: str) -> None:
    series = ("AWS/Lambda", metric, frozenset({("FunctionName", function)}))
    assert len([name for name, alarm in ALARMS.items() if series in watched(alarm)]) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_dead_letters_and_tasks_that_nobody_takes_set_off_an_alarm(provider: str) -> None:
    prefix = provider.capitalize()
    dead, age = ALARMS[f"{prefix}DeadLetterAlarm"], ALARMS[f"{prefix}TaskAgeAlarm"]
    queue = frozenset({("QueueName", f"{prefix}Queue")})
    assert name_of(dead)[2] == frozenset({("QueueName", f"{prefix}DeadLetterQueue")})
    assert (dead["MetricName"], dead["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 0)
    assert name_of(age) == ("AWS/SQS", "ApproximateAgeOfOldestMessage", queue)


@pytest.mark.parametrize("provider", names())
def test_every_answer_that_makes_a_provider_send_a_webhook_again_is_counted(provider: str) -> None:
    """5xx, and what a provider wants to hear instead of it."""
    prefix = provider.capitalize()
    filtered = RESOURCES[f"{prefix}WebhookFailures"]["Properties"]
    (counted,) = filtered["MetricTransformations"]
    assert resolved(counted["MetricName"]) in own_metrics(ALARMS[f"{prefix}WebhookAlarm"])
    for route in (f"POST /v1/webhooks/{provider}", f"POST /v1/webhooks/{provider}/{{account}}"):
        assert route in routes()
        for status in (busy_status(provider), 429, 500, 502, 503, 504):
            assert matches(filtered["FilterPattern"], entry(status, route)), status
        for status in (200, 400, 401, 413):
            assert not matches(filtered["FilterPattern"], entry(status, route)), status
    other = f"POST /v1/webhooks/{next(one for one in names() if one != provider)}"
    assert not matches(filtered["FilterPattern"], entry(500, other))
    assert not matches(filtered["FilterPattern"], entry(500, f"GET /v1/messages/{provider}/{{message_id+}}"))


def all_errors(kind: type[MessageDetailError] = MessageDetailError) -> Iterator[type[MessageDetailError]]:
    """The error classes, by which every answer of 4xx and 5xx is made."""
    yield kind
    for more in kind.__subclasses__():
        yield from all_errors(more)


@pytest.mark.parametrize("kind", dict.fromkeys(all_errors()), ids=str)
def test_every_answer_that_means_trouble_of_ours_sets_off_an_alarm(kind: type[MessageDetailError]) -> None:
    """500 at once; 502, 503 and 504, which a provider's trouble makes, when CloudWatch counts many 5xx.

    What is below 500 is the caller's, but for webhooks, where each kind of refusal is counted for itself.
    """
    pattern = RESOURCES["ApiFailures"]["Properties"]["FilterPattern"]
    assert matches(pattern, entry(kind.http_status)) == (kind.http_status == 500)
    assert kind.http_status < 600


@pytest.mark.parametrize("field", ["integrationError", "authorizerError"])
def test_what_lambda_could_not_do_sets_off_an_alarm(field: str) -> None:
    pattern = RESOURCES["ApiFailures"]["Properties"]["FilterPattern"]
    assert matches(pattern, entry(503) | {field: "the function was throttled"})
    assert not matches(pattern, entry(503))


def test_what_the_api_answers_because_of_us_sets_off_an_alarm() -> None:
    (counted,) = RESOURCES["ApiFailures"]["Properties"]["MetricTransformations"]
    assert resolved(counted["MetricName"]) in own_metrics(ALARMS["ApiFailuresAlarm"])
    logged = json.loads(RESOURCES["Api"]["Properties"]["AccessLogSettings"]["Format"])
    used = re.findall(r"\$\.(\w+)", RESOURCES["ApiFailures"]["Properties"]["FilterPattern"])
    assert set(used) == {"status", "integrationError", "authorizerError"} <= set(logged)
    assert name_of(ALARMS["ApiUnavailableAlarm"]) == ("AWS/ApiGateway", "5xx", frozenset({("ApiId", "Api")}))


def test_filters_read_the_access_log(translated: dict[str, Any]) -> None:
    for properties in of_type("AWS::Logs::MetricFilter").values():
        assert properties["LogGroupName"] == {"Ref": "ApiLogs"}


# --- what the functions count ----------------------------------------------------------------------------------


def test_every_metric_of_the_code_is_in_the_table_and_no_other() -> None:
    found = dict(metric_names())
    table = {name: unit for name, (unit, _) in documented().items()}
    assert {name: table.get(name) for name in found} == found
    more = [name for name in table if name not in found]
    assert [name for name in more if not any(fnmatchcase(name, one) for one in found if "*" in one)] == []


def test_the_table_names_the_alarm_of_each_metric_and_each_alarm_is_in_it() -> None:
    named = {name: alarms_named(alarm) for name, (_, alarm) in documented().items()}
    assert {alarm for alarms in named.values() for alarm in alarms} <= set(ALARMS)
    for name, alarm in ALARMS.items():
        for metric in own_metrics(alarm):
            if not metric.startswith(f"{STACK}-"):  # those are of the access log
                assert name in named[metric], f"{name} is not in the table beside {metric}"
    for metric, alarms in named.items():
        for name in alarms - {f"{provider.capitalize()}DeadLetterAlarm" for provider in PROVIDERS}:
            assert own_metrics(ALARMS[name]) == {metric}


def test_every_alarm_is_in_the_table_of_alarms() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`[^`]+Alarm`(?:, )?)+) \|", text, re.MULTILINE)
    assert alarms_named(" ".join(rows)) == set(ALARMS)


@pytest.mark.parametrize(
    "metric",
    [
        "unexpected_errors",
        "waiting_seconds",
        "deferred",
        "dropped",
        "status_regressed",
        "discrepancies",
        "drift",
        "failed_provider_refused",
        "failed_storage_refused",
        "unread_entries",
        "rows_unreadable",
        "texts_lost",
        "rejected_signature_invalid",
        "rejected_unknown_account",
        "rejected_account_unusable",
        "rejected_invalid_request",
        "rejected_too_large",
    ],
)
def test_what_means_trouble_sets_off_an_alarm(metric: str) -> None:
    assert any(metric in own_metrics(alarm) for alarm in ALARMS.values())
    assert any(fnmatchcase(metric, name) for name, _ in metric_names())


def test_the_template_tells_where_the_table_is() -> None:
    assert "docs/operations.md has the table of all metrics" in TEMPLATE_TEXT
