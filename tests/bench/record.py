"""What the record costs, counted on moto: a stored message, a page of a search, a reconcile run, a sync."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from local.simulators import SIMULATORS
from tests.bench import child
from tests.bench.measure import Measure, at_most, exactly, number, stated
from tests.bench.samples import environment

FEW: Final = 200
SOME: Final = 1_000
MANY: Final = 2_000
DUE: Final = (0, 10, 100)
LIMIT: Final = 25
GOALS: Final = {"new": 3, "unchanged refetch": 2, "status change": 5}
RUN: Final = 5
"""Requests of a reconcile run with nothing due: one for each shard of the sparse index, one for the accounts."""

MESSAGES: Final = 250
"""Of each sync. An e-mail takes a fetch and, here, two calls for its two parts."""
FULL: Final = 0.05
"""Calls per message where the list gives all of it: one for 20 at least, second passes and overlaps included."""
EMAILS: Final = "highlevel, e-mail"
CALLS: Final = {EMAILS: 3 + FULL} | {
    name: simulator.calls_beside_list + FULL for name, simulator in SIMULATORS.items() if simulator.calls_beside_list
}
"""Where it does not: what the documentation makes a fetch take, and the list."""
REQUESTS: Final = 3.3
"""3 as for a lookup, 0.2 for a tenth of a page that is read twice, 0.1 for the page. 1 more where it is fetched."""
LIMITS: Final = {name: simulator.rate_limit for name, simulator in SIMULATORS.items() if simulator.rate_limit}
"""Calls in so many seconds, of the vendors that document a number."""
PAGE_LIMITS: Final = {name: simulator.page_limit for name, simulator in SIMULATORS.items() if simulator.page_limit}

Found = dict[str, Any]


def measure() -> Iterator[Measure]:
    """All of it, counted in one interpreter."""
    given = environment("") | {"QUEUE_URL": "", "DEAD_LETTER_QUEUE_URL": ""}
    del given["AWS_ENDPOINT_URL"]
    found = child.run("tests.bench.record", environment=given, layer_only=False)
    yield from _stored(found["stored"])
    yield from _searches(found["searches"])
    yield from _runs(found["runs"])
    yield from _syncs(found["syncs"])


def _stored(found: dict[str, dict[str, Found]]) -> Iterator[Measure]:
    """For the worst provider."""
    for state, goal in GOALS.items():
        each = [states[state]["requests"] for states in found.values()]
        worst = max(each, key=lambda counts: sum(counts.values()))
        note = ", ".join(f"{call} {count}" for call, count in worst.items())
        yield at_most(4, f"DynamoDB requests per stored message: {state}", sum(worst.values()), goal, note=note)
    for state in GOALS:
        ones = {name: states[state] for name, states in found.items()}
        told = ", ".join(f"{name} {one['write_units']}" for name, one in ones.items())
        sizes = [one["bytes"] / 1024 for one in ones.values()]
        entries = [one["entries"] for one in ones.values()]
        note = (
            f"{told}; {max(one['read_units'] for one in ones.values()):g} read units; items of {number(min(sizes))} to "
            f"{number(max(sizes))} KB with {min(entries)} to {max(entries)} entries"
        )
        name = f"DynamoDB write units per stored message, all indexes: {state}"
        yield stated(4, name, max(one["write_units"] for one in ones.values()), note=note)


def _searches(found: dict[str, dict[str, Found]]) -> Iterator[Measure]:
    """The greatest figures; they have to be those of the smaller table, page by page."""
    few, many = found[str(FEW)], found[str(MANY)]
    for what in ("DynamoDB requests", "items read"):
        small, large = ({page: _total(one, what) for page, one in pages.items()} for pages in (few, many))
        note = f"page by page the same, {len(large)} of them: first, next and middle ones of three kinds of list"
        if differing := [f"{page} {large[page]}, was {small[page]}" for page in small if small[page] != large[page]]:
            note = "; ".join(differing)
        name = f"{what} per search page of {LIMIT}, {MANY:,} stored; goal: as with {FEW}"
        goal = f"= {number(max(small.values()))}"
        yield Measure(4, name, number(max(large.values())), goal, not differing, note)
    units = max(one["read_units"] for one in many.values())
    yield stated(4, f"DynamoDB read units per search page of {LIMIT}, {MANY:,} stored", units, note="read consistently")


def _total(one: Found, what: str) -> int:
    return int(one["items_read"]) if what == "items read" else sum(one["requests"].values())


def _runs(found: dict[str, dict[str, Found]]) -> Iterator[Measure]:
    for due in DUE:
        one = found[str(SOME)][str(due)]
        calls = ", ".join(f"{call} {count}" for call, count in one["requests"].items())
        note = f"{calls}; {one['items_read']} items, {one['read_units']:g} read and {one['write_units']} write units"
        name = f"DynamoDB requests per reconcile run, {due} due among {SOME:,} stored; goal: {RUN} and 1 per due"
        yield at_most(4, name, sum(one["requests"].values()), RUN + due, note=note)
    few, many = (found[str(stored)][str(DUE[-1])] for stored in (FEW, MANY))
    more = sum(many["requests"].values()) - sum(few["requests"].values())
    name = f"DynamoDB requests more per reconcile run, {DUE[-1]} due, with {MANY:,} stored than with {FEW}"
    note = "items read and units are the same, too" if few == many else "items read or units differ"
    yield exactly(4, name, more, 0, note=note)


def _syncs(found: dict[str, Found]) -> Iterator[Measure]:
    """Against the limits that the providers document."""
    sizes = {name: one["messages"] / one["pages"] for name, one in found.items()}
    note = ", ".join(f"{name} {number(size)}" for name, size in sizes.items())
    yield stated(4, "sync: messages per page task (fewest)", min(sizes.values()), note=f"{MESSAGES} messages: {note}")
    over = [name for name, one in found.items() if one["largest"] > PAGE_LIMITS.get(name.partition(",")[0], 10**6)]
    note = ", ".join(f"{name} {found[name]['largest']} of {most}" for name, most in PAGE_LIMITS.items())
    yield exactly(4, "sync: lists with a page above the vendor's documented maximum", len(over), 0, note=note)
    for name, one in found.items():
        calls = sum(one["calls"].values()) / one["messages"]
        note = ", ".join(f"{call} {count}" for call, count in one["calls"].items()) + f"; {_allowed(name, calls)}"
        yield at_most(4, f"sync, {name}: provider calls per message", calls, CALLS.get(name, FULL), note=note)
    for name, one in found.items():
        again = f"{number(one['again'] / one['messages'])}, and {one['calls_again']} calls in all"
        note = f"{number(one['write_units'] / one['messages'])} write units; when nothing has changed: {again}"
        note += f"; {one['waited']:g} s of pauses among them" if one["waited"] else ""
        goal = REQUESTS + (name in CALLS)
        name = f"sync, {name}: DynamoDB requests per message"
        yield at_most(4, name, one["requests"] / one["messages"], goal, note=note)
    one, (most, window) = found[EMAILS], LIMITS["highlevel"]
    calls = sum(one["calls"].values())
    note = f"{MESSAGES} e-mails: {calls} calls by a worker that takes no time but its pauses, {one['waited']:g} s"
    yield at_most(4, f"sync, highlevel: provider calls in any {window} s, e-mails", one["burst"], most, note=note)


def _allowed(name: str, calls: float) -> str:
    if (limit := LIMITS.get(name.partition(",")[0])) is None:
        return "the vendor documents no number"
    most, seconds = limit
    return f"limit {most:,} in {seconds} s allows {number(most / seconds / calls)} messages/s"


def main() -> None:
    """In the child."""
    from moto import mock_aws

    from tests.bench import record_store, record_sync

    with mock_aws():
        found = {"stored": record_store.count_stored(), "syncs": record_sync.count()}
        found["searches"], found["runs"] = record_store.count_by_size()
    child.give(found)


if __name__ == "__main__":
    main()
