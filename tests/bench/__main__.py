"""`python -m tests.bench [part …]`: measures, prints, and writes bench/results.md when no part is named.

It judges nothing by its exit code but its own failure: figures are for people, not for the test suite.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from subprocess import TimeoutExpired
from typing import Final

from tests.bench import (
    batch,
    bursts,
    calls,
    cold,
    first,
    intake,
    layer,
    memory,
    normalising,
    profiles,
    record,
    report,
    startup,
    system,
    warm,
)
from tests.bench.child import ROOT, ChildFailed
from tests.bench.measure import Measure, unmeasured
from tests.bench.upstream import upstream

RESULTS: Final = ROOT / "bench" / "results.md"
#: With the issue that a part belongs to first. `make run` comes first: nothing else is running yet.
PARTS: Final[dict[str, tuple[int, Callable[[str], Iterator[Measure]]]]] = {
    "startup": (2, lambda _: startup.measure()),
    "calls": (2, lambda _: calls.measure()),
    "batch": (2, batch.measure),
    "intake": (3, intake.measure),
    "record": (4, lambda _: record.measure()),
    "bursts": (12, lambda _: bursts.measure()),
    "cold": (5, cold.measure),
    "first": (12, first.measure),
    "warm": (5, warm.measure),
    "normalising": (5, lambda _: normalising.measure()),
    "memory": (5, memory.measure),
    "layer": (5, lambda _: layer.measure()),
    "system": (3, lambda _: system.measure()),
}
PROFILE: Final = "profile"


def main(chosen: list[str]) -> int:
    """Runs the parts in turn; one that fails leaves the others their figures."""
    if unknown := sorted(set(chosen) - {*PARTS, PROFILE}):
        print(f"no such part: {', '.join(unknown)}; there are: {', '.join([*PARTS, PROFILE])}", file=sys.stderr)
        return 2
    start = time.monotonic()
    measures: list[Measure] = []
    tables: list[profiles.Table] = []
    print(report.head(), flush=True)
    with upstream() as endpoint:
        for name, (issue, measure) in PARTS.items():
            if not chosen or name in chosen:
                for one in _measured(name, issue, measure, endpoint):
                    print(report.line(one), flush=True)
                    measures.append(one)
        if not chosen or PROFILE in chosen:
            tables = list(profiles.profile(endpoint))
    for table in tables if chosen else ():
        print(f"\n{table.title}", *(f"{milliseconds:9.2f}  {name}" for name, milliseconds in table.rows), sep="\n")
    if not chosen:
        report.write(RESULTS, measures, tables, time.monotonic() - start, _busy())
        print(f"written to {RESULTS.relative_to(ROOT)}")
    return 0


def _measured(name: str, issue: int, measure: Callable[[str], Iterator[Measure]], endpoint: str) -> Iterator[Measure]:
    try:
        yield from measure(endpoint)
    except (ChildFailed, TimeoutExpired) as error:
        yield unmeasured(issue, name, "", str(error).replace("\n", " "))


def _busy() -> str:
    """How much else the machine had to do."""
    return f"load average {os.getloadavg()[0]:.1f} at its end" if hasattr(os, "getloadavg") else "load unknown"


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what was started ends with us
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
