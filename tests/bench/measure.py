"""A measure with its goal, and the arithmetic that all of them share."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table. `goal` is empty where a figure is only stated; `met` is None then, or if not measured."""

    issue: int
    name: str
    value: str
    goal: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """The goal's fate in a word."""
        if not self.goal:
            return "stated"
        return {None: "not measured", True: "met", False: "MISSED"}[self.met]


def at_most(issue: int, name: str, value: float, goal: float, *, unit: str = "", note: str = "") -> Measure:
    """A measure that is good when small."""
    return Measure(issue, name, number(value, unit), f"≤ {number(goal, unit)}", value <= goal, note)


def exactly(issue: int, name: str, value: float, goal: float, *, note: str = "") -> Measure:
    """A measure that has one good value."""
    return Measure(issue, name, number(value), f"= {number(goal)}", value == goal, note)


def stated(issue: int, name: str, value: float, *, unit: str = "", note: str = "") -> Measure:
    """A measure without a goal."""
    return Measure(issue, name, number(value, unit), note=note)


def unmeasured(issue: int, name: str, goal: str, why: str) -> Measure:
    """A measure that this machine or this run can't give."""
    return Measure(issue, name, "–", goal, note=why)


def number(value: float, unit: str = "") -> str:
    """Three figures, no more."""
    text = f"{value:.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.3g}"
    return f"{text} {unit}".rstrip()


def median(values: Iterable[float]) -> float:
    """The middle of them."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> str:
    """The quartiles, to judge how noisy the machine was."""
    low, _, high = statistics.quantiles(values, n=4)
    return f"{number(low)}-{number(high)}"


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Round by round: both sides of a round had the same neighbours on the machine."""
    return [a / b for a, b in zip(above, below, strict=True)]


def cpu_milliseconds(work: Callable[[], object], times: int) -> float:
    """CPU time of this process, all its threads included, for each of so many calls."""
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) * 1000 / times


def wall_milliseconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def machine() -> str:
    """Cores, processor, interpreter and date."""
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{cpu_count()} cores, {_processor()}, {platform.system()} {platform.machine()}; {python}; {when}"


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or "unknown processor"
