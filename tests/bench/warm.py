"""Warm calls: CPU time of a call, ours and the floor's in one interpreter, block by block in turn.

Both call the same upstream over real connections, so both bear the cost of httpx and botocore alike.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.bench import child
from tests.bench.measure import Measure, at_most, cpu_milliseconds, median, ratios, spread
from tests.bench.samples import Context, environment, lookup_event
from tests.bench.secrets import put_accounts

ROUNDS: Final = 25
CALLS: Final = 12
YOUNG: Final = 86_400

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def measure(endpoint: str) -> Iterator[Measure]:
    """The two ratios."""
    put_accounts(endpoint)
    found = child.run("tests.bench.warm", environment=environment(endpoint))
    for path, above, below in (("live", "ours", "the floor"), ("stored", "ours", "a bare get_item handler")):
        ours, floor = found[path]
        each = ratios(ours, floor)
        note = f"{median(ours):.2f} ms to {median(floor):.2f} ms; quartiles {spread(each)}"
        yield at_most(5, f"warm lookup, {path}, CPU per call: {above} / {below}", median(each), 1.5, note=note)


def main() -> None:
    """In the child: CPU milliseconds per call, round by round."""
    child.hide()
    from functions.samva.lookup import handler as ours
    from tests.bench.floor import handler as floor
    from tests.bench.floor_bare import get_item

    count = itertools.count()
    context = Context()

    def live(handler: Handler) -> Callable[[], object]:
        return lambda: good(handler(lookup_event(f"live-{next(count)}", 0), context))

    def stored(handler: Handler) -> Callable[[], object]:
        return lambda: good(handler(lookup_event("stored", YOUNG), context))

    for handler in (ours, floor):
        good(handler(lookup_event("stored", 0), context))
    child.give({"live": in_turn(live(ours), live(floor)), "stored": in_turn(stored(ours), stored(get_item))})


def in_turn(first: Callable[[], object], second: Callable[[], object]) -> tuple[list[float], list[float]]:
    """CPU milliseconds per call of both, block by block; the first blocks only warm up."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS + 2):
        pair = (cpu_milliseconds(first, CALLS), cpu_milliseconds(second, CALLS))
        if number >= 2:
            found[0].append(pair[0])
            found[1].append(pair[1])
    return found


def good(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, which must be a success: a refusal costs less and would look fast."""
    if answer["statusCode"] != 200:
        raise SystemExit(f"answered {answer['statusCode']}: {answer['body'][:300]}")
    return answer


if __name__ == "__main__":
    main()
