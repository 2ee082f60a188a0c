"""Cold starts as Lambda has them: INIT of what `sam build` made, under AWS's Runtime Interface Emulator, Python 3.13.

The floors are functions with the same layer on their path, compiled like it; one of each kind in turn.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3

from message_detail import providers
from tests import built, rie
from tests.bench.child import ROOT, ChildFailed
from tests.bench.measure import Measure, at_most, median, ratios, spread, stated, unmeasured
from tests.bench.samples import environment, lookup_event, webhook_event

ROUNDS: Final = 9
ROUNDS_OF_OTHERS: Final = 5
OTHERS: Final = tuple(name for name in providers.names() if name != "samva")
TO_FLOOR: Final = "cold start, INIT under the RIE: lookup / floor (samva), both with everything made in init"
TO_POWERTOOLS: Final = "cold start, INIT under the RIE: lookup / plain Powertools with boto3.resource"
OF_WEBHOOK: Final = "cold start, INIT under the RIE: webhook / lookup (worst provider)"
#: By module, what its environment needs besides: the layer's boto3 has lost what makes resources.
FLOORS: Final[dict[str, dict[str, str]]] = {
    "floor": {},
    "floor_powertools": {"AWS_DATA_PATH": str(Path(boto3.__file__).parent / "data")},
}


@dataclass(frozen=True, slots=True)
class Start:
    """A function to be started, the environment and the event of its first call, and what that has to answer."""

    function: rie.Function
    environment: Mapping[str, str]
    event: Callable[[], dict[str, Any]]
    status: int


def measure(endpoint: str) -> Iterator[Measure]:
    """Lookup against both floors, webhook against lookup."""
    if reason := built.reason_against() or rie.reason_against():
        yield from _without(reason)
        return
    try:
        build = built.build(rie.ARCHITECTURE)
        with tempfile.TemporaryDirectory(prefix="message-detail-floors-") as folder:
            yield from _measure(_starts(build, Path(folder), endpoint))
    except (built.BuildFailed, rie.RieFailed) as error:
        yield from _without(str(error))


def _without(reason: str) -> Iterator[Measure]:
    why = f"not measured: {reason}"
    yield unmeasured(5, TO_FLOOR, "≤ 0.9", why)
    yield unmeasured(5, TO_POWERTOOLS, "", why)
    yield unmeasured(5, OF_WEBHOOK, "≤ 0.45", why)


def _measure(starts: Mapping[str, Start]) -> Iterator[Measure]:
    found = _rounds({name: starts[name] for name in ("SamvaLookup", "SamvaWebhook", *FLOORS)}, ROUNDS)
    ours, webhook, floor, plain = found.values()
    inits = ratios(ours, floor)
    note = f"{median(ours):.0f} ms to {median(floor):.0f} ms, which make its clients; quartiles {spread(inits)}"
    yield at_most(5, TO_FLOOR, median(inits), 0.9, note=note)
    yield stated(5, TO_POWERTOOLS, median(ratios(ours, plain)), note=f"{median(plain):.0f} ms")
    of_webhook = {"samva": ratios(webhook, ours)}
    for provider in OTHERS:
        pair = {f"{provider.capitalize()}{kind}" for kind in ("Lookup", "Webhook")}
        both = _rounds({name: starts[name] for name in sorted(pair)}, ROUNDS_OF_OTHERS)
        lookup, webhook = both.values()
        of_webhook[provider] = ratios(webhook, lookup)
    note = ", ".join(f"{name} {median(values):.2f}" for name, values in sorted(of_webhook.items()))
    yield at_most(5, OF_WEBHOOK, max(map(median, of_webhook.values())), 0.45, note=note)


def _rounds(starts: Mapping[str, Start], rounds: int) -> dict[str, list[float]]:
    """INIT milliseconds of each function, round by round, after one that is not counted and warms the disk's cache."""
    found: dict[str, list[float]] = {name: [] for name in starts}
    for number in range(rounds + 1):
        for name, start in starts.items():
            milliseconds = _init(start)
            if number:
                found[name].append(milliseconds)
    return found


def _init(start: Start) -> float:
    """Milliseconds of one INIT. ChildFailed when the function answers otherwise than it should."""
    with rie.Rie(start.function, start.environment) as running:
        answer = running.invoke(start.event())
        status = answer.payload.get("statusCode") if isinstance(answer.payload, dict) else None
        milliseconds = running.init_milliseconds
    if status != start.status or milliseconds is None:
        raise ChildFailed(f"{start.function.name} answered {json.dumps(answer.payload)[:300]}")
    return milliseconds


def _starts(build: Path, folder: Path, endpoint: str) -> dict[str, Start]:
    """All that is measured, by name."""
    variables = environment(endpoint)
    functions = rie.functions_of(build)
    ids = iter(range(10**6))

    def lookup() -> dict[str, Any]:
        return lookup_event(f"init-{next(ids)}", 0)

    starts = {"SamvaLookup": Start(functions["SamvaLookup"], variables, lookup, 200)}
    layers = functions["SamvaLookup"].layers
    for name, more in FLOORS.items():
        floor = rie.Function(name, f"{name}.handler", _floor(name, folder), layers)
        starts[name] = Start(floor, {**variables, **more}, lookup, 200)
    for provider in ("samva", *OTHERS):
        starts |= _others(provider, functions, variables)
    return starts


def _others(
    provider: str, functions: Mapping[str, rie.Function], variables: Mapping[str, str]
) -> Iterator[tuple[str, Start]]:
    """A provider's webhook and, but for samva, its lookup. In their stack there is no account: 404, after INIT."""
    webhook, look_up = f"{provider.capitalize()}Webhook", f"{provider.capitalize()}Lookup"
    alone = {**variables, "STACK_NAME": "without-accounts"}
    yield webhook, Start(functions[webhook], alone, lambda: webhook_event(provider, {}, b"{}"), 404)
    if provider != "samva":
        yield look_up, Start(functions[look_up], alone, lambda: lookup_event("init", 0, provider), 404)


def _floor(name: str, folder: Path) -> Path:
    """A folder with one module, compiled as the layer is."""
    made = folder / name
    made.mkdir()
    shutil.copy(ROOT / "tests" / "bench" / f"{name}.py", made)
    compile_all = [str(rie.PYTHON), "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(made)]
    subprocess.run(compile_all, check=True)
    return made
