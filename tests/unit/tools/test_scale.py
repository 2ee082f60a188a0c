"""docs/scale.md says what is counted: the requests and units of each path, on moto, for the dearest provider."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from message_detail.adapters.aws.fetch_leases import FetchLeases
from message_detail.adapters.aws.journal import Journal
from message_detail.domain.journal import Step
from message_detail.domain.message_ids import message_id
from message_detail.domain.status import Status
from tests.bench import record_store
from tests.bench.meter import Meter
from tests.bench.place import new_table, store_of
from tests.bench.samples import TABLE
from tests.unit.aws import world
from tests.unit.conftest import Clock, table_of
from tests.unit.samples import ID, T0, record
from tests.unit.services.delivery_world import World, changed
from tools import scale

Counts = dict[str, Any]


@pytest.fixture
def database() -> Iterator[Any]:
    with world():
        yield new_table()


def as_step(found: Counts) -> scale.Step:
    return scale.Step(found["write_units"], found["read_units"], sum(found["requests"].values()))


def test_a_message_costs_what_the_paper_says_to_store(database: Any) -> None:
    counted = record_store.count_stored().values()
    for state, said in (("new", scale.NEW), ("unchanged refetch", scale.UNCHANGED), ("status change", scale.CHANGED)):
        dearest = max((as_step(states[state]) for states in counted), key=lambda step: (step.writes, step.reads))
        assert dearest == said, state


def test_a_stored_message_costs_what_the_paper_says_to_read(database: Any) -> None:
    meter = Meter(database, TABLE)
    store = store_of(meter)
    store.add(ID, record(Status.SENT))
    meter.reset()
    store.read(ID)
    assert as_step(meter.found()) == scale.STORED


def test_a_fetch_for_an_event_costs_what_the_paper_says_to_lease(database: Any) -> None:
    meter = Meter(database, TABLE)
    with FetchLeases(table_of(meter), "cellcast").held(ID, "event", 10):
        pass
    assert as_step(meter.found()) == scale.LEASE


def test_a_line_of_the_journal_costs_what_the_paper_says(database: Any) -> None:
    meter = Meter(database, TABLE)
    Journal(table_of(meter)).note(ID, Step.TRIED, "webhook", "provider_unavailable", told_at=T0)
    assert as_step(meter.found()) == scale.JOURNALED


def test_a_message_costs_what_the_paper_says_to_find_due(database: Any) -> None:
    store = store_of(database)
    ids = [message_id("cellcast", "default", str(number)) for number in range(10)]
    for whole_id in ids:
        store.add(whole_id, record(Status.SENT))
    none, all_of_them = (record_store.run_with_due(database, due) for due in ([], ids))
    per_message = scale.Step(
        (all_of_them["write_units"] - none["write_units"]) // len(ids),
        (all_of_them["read_units"] - none["read_units"]) / len(ids),
        (sum(all_of_them["requests"].values()) - sum(none["requests"].values())) // len(ids),
    )
    assert per_message == scale.DUE


def test_an_event_costs_what_the_paper_says_to_deliver_and_to_deliver_later(database: Any) -> None:
    """In a container that knows how the endpoint fares, which it asks for every two seconds."""
    meter = Meter(database, TABLE)
    there = World(meter, Clock())
    for number in (1, 2):
        there.change(changed(number))
        there.work()
    meter.reset()
    there.change(changed(3))
    there.work()
    assert as_step(meter.found()) == scale.DELIVERED
    meter.reset()
    there.answers = lambda _: 503 if len(there.sent) == 4 else 204
    there.change(changed(4))
    there.work()
    there.clock.now += 6
    there.work()
    assert (len(there.sent), there.sent[-1].taken) == (5, True)
    assert as_step(meter.found()) == scale.DELIVERED_LATER


def test_the_paper_is_in_step() -> None:
    written = scale.PART.read()
    assert written == scale.PART.updated(scale.table()), "docs/scale.md is out of step: run `python -m tools.scale`"
