"""Cold starts: fresh interpreters that hold what the layer holds, one of each kind in turn; then INIT as Lambda has it.

The CPU figures need nothing but this environment and are steadier; cold_rie.py has those of the built functions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Final

from message_detail import providers
from tests.bench import child, cold_rie
from tests.bench.measure import Measure, at_most, median, ratios, spread, stated
from tests.bench.samples import environment, lookup_event
from tests.bench.secrets import put_accounts

ROUNDS: Final = 11
OURS: Final = "functions.samva.lookup"
FLOOR: Final = "tests.bench.floor"
POWERTOOLS: Final = "tests.bench.floor_powertools"


def measure(endpoint: str) -> Iterator[Measure]:
    """Imports of the functions against each other and against the floor's; then import and first answer together."""
    put_accounts(endpoint)
    imports = _rounds({OURS: "", "functions.samva.webhook": "", FLOOR: "", POWERTOOLS: ""}, endpoint, "init")
    ours, webhook = imports[OURS], imports["functions.samva.webhook"]
    inits = ratios(ours, imports[FLOOR])
    note = (
        f"{median(ours):.0f} ms to {median(imports[FLOOR]):.0f} ms, which make its clients; quartiles {spread(inits)}"
    )
    yield at_most(5, "cold import, CPU: lookup / floor (samva)", median(inits), 0.9, note=note)
    plain = ratios(ours, imports[POWERTOOLS])
    note = f"{median(imports[POWERTOOLS]):.0f} ms"
    yield stated(5, "cold import, CPU: lookup / plain Powertools with boto3.resource", median(plain), note=note)
    yield from _webhooks(ratios(webhook, ours), endpoint)
    yield from _answers(endpoint)
    yield from cold_rie.measure(endpoint)


def _webhooks(samva: list[float], endpoint: str) -> Iterator[Measure]:
    """The ratio for all providers; the goals are for the worst of them."""
    found = {"samva": samva}
    for name in sorted({*providers.names()} - found.keys()):
        both = _rounds({f"functions.{name}.{part}": "" for part in ("webhook", "lookup")}, endpoint, "init", rounds=9)
        found[name] = ratios(*both.values())
    note = ", ".join(f"{name} {median(values):.2f}" for name, values in sorted(found.items()))
    worst = max(map(median, found.values()))
    yield at_most(3, "cold import, CPU: webhook / lookup (worst provider)", worst, 0.6, note=note)
    yield at_most(5, "cold import, CPU: webhook / lookup (worst provider)", worst, 0.45, note="the same figure")


def _answers(endpoint: str) -> Iterator[Measure]:
    ids = iter(range(10**6))

    def event() -> str:
        return json.dumps(lookup_event(f"cold-{next(ids)}", 0))

    found = _rounds({OURS: event, FLOOR: event, POWERTOOLS: event}, endpoint, "whole", rounds=9)
    ours, floor, plain = found[OURS], found[FLOOR], found[POWERTOOLS]
    note = f"{median(ours):.0f} ms to {median(floor):.0f} ms; quartiles {spread(ratios(ours, floor))}"
    name = "cold start to the end of a first live answer, CPU: lookup / "
    yield stated(5, f"{name}floor", median(ratios(ours, floor)), note=note)
    yield stated(5, f"{name}plain Powertools", median(ratios(ours, plain)), note=f"{median(plain):.0f} ms")


def _rounds(
    modules: dict[str, Callable[[], str] | str], endpoint: str, part: str, rounds: int = ROUNDS
) -> dict[str, list[float]]:
    """CPU milliseconds of each module, round by round, after one that is not counted and fills the caches."""
    found: dict[str, list[float]] = {module: [] for module in modules}
    for number in range(rounds + 1):
        for module, event in modules.items():
            given = event if isinstance(event, str) else event()
            result = child.run(
                "tests.bench.probe", module, *([given] if given else []), environment=environment(endpoint)
            )
            if number:
                found[module].append(result[part])
    return found
