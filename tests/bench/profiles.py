"""Where the time goes: imports module by module, and warm calls function by function."""

from __future__ import annotations

import cProfile
import pstats
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.bench import child
from tests.bench.samples import Context, environment, lookup_event
from tests.bench.secrets import put_accounts
from tests.bench.warm import YOUNG, good

TOP: Final = 10
RUNS: Final = 3
CALLS: Final = 150
IMPORTED: Final = ("functions.samva.lookup", "functions.samva.webhook", "tests.bench.floor")
_LINE: Final = re.compile(r"^import time: +(\d+) \| +(\d+) \| *(\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Table:
    """What took how many milliseconds, most first."""

    title: str
    rows: list[tuple[str, float]]


def profile(endpoint: str) -> Iterator[Table]:
    """Imports, then calls."""
    for module in IMPORTED:
        own = import_times(module, endpoint)
        total = sum(own.values())
        packages: defaultdict[str, float] = defaultdict(float)
        for name, milliseconds in own.items():
            packages[name.partition(".")[0]] += milliseconds
        yield Table(f"import of {module}, {total:.0f} ms in all, by package", _most(packages))
        yield Table(f"import of {module}, single modules", _most(own))
    put_accounts(endpoint)
    found = child.run("tests.bench.profiles", environment=environment(endpoint))
    for title, rows in found.items():
        yield Table(title, [(name, milliseconds) for name, milliseconds in rows])


def import_times(module: str, endpoint: str) -> dict[str, float]:
    """Milliseconds of each module without what it imports; the fastest of some runs."""
    best: dict[str, float] = {}
    for _ in range(RUNS + 1):
        _, said = child.run_and_listen(
            "tests.bench.probe", module, environment=environment(endpoint), options=("-X", "importtime")
        )
        for own, _, name in _LINE.findall(said.partition("| tests.bench.samples\n")[2]):
            best[name] = min(best.get(name, float("inf")), int(own) / 1000)
    return best


def main() -> None:
    """In the child: profiles of warm calls."""
    child.hide()
    from functions.samva.lookup import handler

    numbers = iter(range(10**6))
    context = Context()

    def live() -> object:
        return good(handler(lookup_event(f"profile-{next(numbers)}", 0), context))

    def stored() -> object:
        return good(handler(lookup_event("profile-0", YOUNG), context))

    found: dict[str, list[tuple[str, float]]] = {}
    for name, call in (("live", live), ("stored", stored)):
        call()
        inside, own, ours = profiled(call)
        found[f"warm lookup, {name}, {inside:.2f} ms of CPU per call under the profiler, own time"] = own
        found[f"warm lookup, {name}, our functions with all that they call"] = ours
    child.give(found)


def profiled(call: Callable[[], object]) -> tuple[float, list[tuple[str, float]], list[tuple[str, float]]]:
    """CPU milliseconds per call: in all, by function without callees, and by function of ours with them."""
    profiler = cProfile.Profile(time.thread_time)
    profiler.enable()
    for _ in range(CALLS):
        call()
    profiler.disable()
    stats: dict[tuple[str, int, str], Any] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]  # there, and in no stub
    own: defaultdict[str, float] = defaultdict(float)
    ours: defaultdict[str, float] = defaultdict(float)
    for (file, line, function), (_, _, self_time, whole, _) in stats.items():
        own[_named(file, line, function)] += self_time * 1000 / CALLS
        if "/message_detail/" in file:
            ours[_named(file, line, function)] += whole * 1000 / CALLS
    return sum(own.values()), _most(own), _most(ours, 2 * TOP)


def _most(times: Mapping[str, float], count: int = TOP) -> list[tuple[str, float]]:
    return sorted(times.items(), key=lambda item: -item[1])[:count]


def _named(file: str, line: int, function: str) -> str:
    if file == "~":
        return function
    path = re.sub(r"^.*/(site-packages|python\d[\d.]*|python)/", "", file)
    return f"{path}:{line} {function}"


if __name__ == "__main__":
    main()
