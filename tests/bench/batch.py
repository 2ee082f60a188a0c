"""A batch of ten tasks against one, with a provider that takes 200 ms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.bench import child
from tests.bench.measure import Measure, at_most, median, ratios, spread, stated, wall_milliseconds
from tests.bench.samples import Context, environment, worker_event
from tests.bench.secrets import put_accounts

ROUNDS: Final = 11
RECEIVED_AT: Final = "2026-06-01T12:00:00.000Z"


def measure(endpoint: str) -> Iterator[Measure]:
    """The ratio with ten places for the account, to which the goals belong, and with those it has by default."""
    put_accounts(endpoint)
    found = child.run("tests.bench.batch", environment=environment(endpoint))
    one, ten = found["wide"]
    each = ratios(ten, one)
    note = f"max_concurrency 10: {median(ten):.0f} ms to {median(one):.0f} ms; quartiles {spread(each)}"
    name = "time of a batch of 10 tasks / 1 task, provider at 200 ms"
    yield at_most(2, name, median(each), 1.5, note=note)
    yield at_most(5, name, median(each), 1.2, note="the same figure")
    one, ten = found["slow"]
    note = f"max_concurrency 5, the default, makes two rounds of ten: {median(ten):.0f} ms to {median(one):.0f} ms"
    yield stated(2, f"{name}, all of one account as it is by default", median(ratios(ten, one)), note=note)


def main() -> None:
    """In the child: wall milliseconds of a batch of one and of a batch of ten, in turn."""
    child.hide()
    from functions.samva.worker import handler

    context = Context()
    numbers = iter(range(10**6))

    def batch(account: str, size: int) -> Callable[[], object]:
        return lambda: done(
            handler(worker_event([f"{account}-{next(numbers)}" for _ in range(size)], account, RECEIVED_AT), context)
        )

    found: dict[str, tuple[list[float], list[float]]] = {}
    for account in ("wide", "slow"):
        batch(account, 10)()
        pairs = [(wall_milliseconds(batch(account, 1)), wall_milliseconds(batch(account, 10))) for _ in range(ROUNDS)]
        found[account] = ([one for one, _ in pairs], [ten for _, ten in pairs])
    child.give(found)


def done(result: Any) -> None:
    """Every task must have been acknowledged."""
    if result["batchItemFailures"]:
        raise SystemExit(f"{len(result['batchItemFailures'])} tasks failed")


if __name__ == "__main__":
    main()
