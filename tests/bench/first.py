"""The first request after INIT: what a container has left to do that its init phase could have done."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, Final

from tests.bench import child
from tests.bench.measure import Measure, at_most, median, ratios, stated
from tests.bench.samples import Context, environment, lookup_event
from tests.bench.secrets import put_accounts
from tests.bench.warm import good

OURS: Final = "functions.samva.lookup"
FLOOR: Final = "tests.bench.floor"
ROUNDS: Final = 9
COOL: Final = 10
"""Requests that warm the interpreter up, and are not counted."""
WARM: Final = 25
NAME: Final = "first request after INIT ÷ warm request, CPU (lookup, live)"


def measure(endpoint: str) -> Iterator[Measure]:
    """Ours with its goal, and for comparison the floor's."""
    put_accounts(endpoint)
    found: dict[str, list[dict[str, float]]] = {OURS: [], FLOOR: []}
    for _ in range(ROUNDS):
        for module, rounds in found.items():
            rounds.append(child.run("tests.bench.first", module, environment=environment(endpoint)))
    ours, floor = (_columns(rounds) for rounds in found.values())
    note = f"{median(ours[0]):.1f} ms to {median(ours[1]):.1f} ms"
    yield at_most(12, NAME, median(ratios(*ours)), 1.5, note=note)
    note = f"{median(floor[0]):.1f} ms to {median(floor[1]):.1f} ms"
    yield stated(12, f"{NAME}: the floor's", median(ratios(*floor)), note=note)


def _columns(rounds: list[dict[str, float]]) -> tuple[list[float], list[float]]:
    return [each["first"] for each in rounds], [each["warm"] for each in rounds]


def main() -> None:
    """In the child: CPU milliseconds of the first request, and of a warm one."""
    import sys

    child.hide()
    handler = import_module(sys.argv[1]).handler
    first, *others = (_request(handler, number) for number in range(1 + COOL + WARM))
    child.give({"first": first, "warm": median(others[COOL:])})


def _request(handler: Callable[[dict[str, Any], Any], dict[str, Any]], number: int) -> float:
    event = lookup_event(f"first-{os.getpid()}-{number}", 0)
    start = time.process_time()
    answer = handler(event, Context())
    spent = time.process_time() - start
    good(answer)
    return spent * 1000


if __name__ == "__main__":
    main()
