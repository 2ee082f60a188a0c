"""Webhooks taken in, warm: CPU time of an accepted one, for each provider; Samva's against the floor's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, Final

from tests.bench import child
from tests.bench.measure import Measure, cpu_milliseconds, median, ratios, spread, stated
from tests.bench.samples import Context, environment, webhook_event
from tests.bench.warm import CALLS, ROUNDS, good, in_turn

BLOCKS: Final = 10


def measure(endpoint: str) -> Iterator[Measure]:
    """CPU milliseconds, and the ratio."""
    given = environment(endpoint)
    found = child.run("tests.bench.intake", endpoint, environment=given)
    note = ", ".join(f"{name} {median(times):.1f}" for name, times in found["each"].items())
    middle = median(median(times) for times in found["each"].values())
    yield stated(3, "webhook handler, CPU per accepted webhook (median provider)", middle, unit="ms", note=note)
    ours, floor = found["pair"]
    note = f"{median(ours):.2f} ms to {median(floor):.2f} ms; quartiles {spread(ratios(ours, floor))}"
    name = "webhook handler, CPU per accepted webhook: ours / signature, put_item and send_message by hand (samva)"
    yield stated(3, name, median(ratios(ours, floor)), note=note)


def main(endpoint: str) -> None:
    """In the child. Each call is a webhook of its own, made before the clock starts."""
    child.hide()
    import os

    from local.simulators import SIMULATORS
    from tests.bench.secrets import put_secret

    context = Context()
    each: dict[str, list[float]] = {}
    for name, make in SIMULATORS.items():
        simulator = make()
        put_secret(endpoint, name, "default", simulator.account())
        handler = import_module(f"functions.{name}.webhook").handler
        ids = [simulator.store.put("default", simulator.filler(number)) for number in range(1, CALLS * BLOCKS + 1)]
        events = iter([webhook_event(name, *simulator.webhook(message_id)) for message_id in ids])
        call = _taken_in(handler, events, context)
        times = [cpu_milliseconds(call, CALLS) for _ in range(BLOCKS)]
        each[name] = times[1:]
    samva = SIMULATORS["samva"]()
    os.environ["FLOOR_SECRET"] = samva.account()["webhook_secrets"][0]
    put_secret(endpoint, "samva", "default", samva.account())
    ids = [f"5d0c2b7e-0000-4000-8000-{number:012x}" for number in range(CALLS * (ROUNDS + 2))]
    made = [webhook_event("samva", *samva.webhook(message_id)) for message_id in ids]
    from functions.samva.webhook import handler as ours
    from tests.bench.floor_bare import take_in

    child.give(
        {
            "each": each,
            "pair": in_turn(_taken_in(ours, iter(made), context), _taken_in(take_in, iter(made), context)),
        }
    )


def _taken_in(handler: Callable[..., dict[str, Any]], events: Iterator[dict[str, Any]], context: Context) -> Any:
    return lambda: good(handler(next(events), context))


if __name__ == "__main__":
    import sys

    main(sys.argv[1])
