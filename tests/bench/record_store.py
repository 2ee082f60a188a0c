"""Counted in the child of record.py: what a stored message, a page of a search and a reconcile run ask of the table."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from unittest.mock import patch

from local.simulators import SIMULATORS
from message_detail import bootstrap
from message_detail.adapters.aws.cursors import cursor_key
from message_detail.adapters.aws.due_index import DueIndex, attributes
from message_detail.adapters.aws.message_store import Stored
from message_detail.adapters.aws.search import Search
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.bootstrap import Services
from message_detail.domain.message import Message
from message_detail.domain.message_ids import message_id
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import FixedSchedule, Schedule
from message_detail.domain.search_keys import entries
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState, state_from_answer
from message_detail.domain.times import from_epoch
from message_detail.entrypoints.reconcile import ENVIRONMENT, reconcile_handler
from message_detail.services.search_query import parse
from message_detail.settings import settings
from tests.bench.meter import Meter, size_of
from tests.bench.place import Place, new_table, store_of
from tests.bench.record import DUE, FEW, LIMIT, MANY, SOME
from tests.bench.samples import TABLE, Context, environment
from tests.unit.adapters.search_case import numbered, reference, talk
from tests.unit.conftest import Clock, table_of
from tests.unit.samples import T0, observation, stand_in
from tests.unit.services.fakes import FakeSqs

NOT_YET: Final = "2026-07-01T00:00:00.000Z"
MIDDLE: Final = "2026-06-01T14:00:00.000Z"
"""120 messages are older, whether 200 are stored or 2,000."""

Counts = dict[str, Any]


def count_stored() -> dict[str, dict[str, Counts]]:
    """A message of each provider's simulator: stored, fetched again when due, and delivered."""
    minute, later = "2026-06-01T12:01:00.000Z", "2026-06-01T12:01:10.000Z"
    steps = (
        ("new", Status.SENT, T0, T0),
        ("unchanged refetch", Status.SENT, minute, T0),
        ("status change", Status.DELIVERED, later, later),
    )
    database = new_table()
    meter = Meter(database, TABLE)
    store = store_of(meter)
    counted: dict[str, dict[str, Counts]] = {}
    for name in SIMULATORS:
        site = Place(name).site
        (native_id,) = site.fill([1])
        whole_id = message_id(name, "default", native_id)
        answer = Message.model_validate(site.fetched(native_id))
        counted[name] = {}
        for state, status, fetched_at, changed_at in steps:
            message = answer.with_status(status, status.value, None, None)
            message = message.with_provenance(fetched_at=fetched_at, source_updated_at=changed_at)
            new = state_from_answer(NormalizedMessage(message, (observation(status, fetched_at),)))
            meter.reset()
            store.add(whole_id, new, schedule=Schedule())
            item = database.get_item(TableName=TABLE, Key=_key(whole_id))["Item"]
            more = {"bytes": size_of(item), "entries": len(entries(message, T0))}
            counted[name][state] = meter.found() | more
    return counted


def count_by_size() -> tuple[dict[str, Any], dict[str, Any]]:
    """Pages and runs with ever more messages stored."""
    database = new_table()
    store = store_of(database)
    searches: dict[str, Any] = {}
    runs: dict[str, Any] = {}
    ids: list[str] = []
    for stored in (FEW, SOME, MANY):
        for count in range(len(ids), stored):
            places: dict[str, Any] = {"conversation": talk(id="c1"), "references": (reference("r1"),)}
            message = numbered(count, status=Status.DELIVERED, **places)
            new = state_from_answer(NormalizedMessage(message, (observation(Status.DELIVERED),)))
            store.add(message.id, new, Stored(MessageState(), 0), schedule=FixedSchedule(NOT_YET))
            ids.append(message.id)
        if stored != SOME:
            searches[str(stored)] = dict(_pages(database))
        runs[str(stored)] = {
            str(due): run_with_due(database, ids[:due]) for due in (DUE if stored == SOME else DUE[-1:])
        }
    return searches, runs


def _pages(database: Any) -> Iterator[tuple[str, Counts]]:
    """First, next and middle pages of three kinds of list, all messages being in each."""
    meter = Meter(database, TABLE)
    search = Search(table_of(meter), store_of(meter).read_many, cursor_key(table_of(database)))
    kinds = {
        "address": {"address": "+61400000001"},
        "status": {"provider": "cellcast", "account": "default", "status": "delivered"},
        "reference": {"reference": "r1"},
    }
    for kind, asked in kinds.items():
        more: dict[str, str] = {}
        for page in ("first", "next", "middle"):
            meter.reset()
            answer = search.find(parse({**asked, **more, "limit": str(LIMIT)}))
            if len(answer.items) != LIMIT:
                raise SystemExit(f"a page of {kind} holds {len(answer.items)} messages")
            yield f"{kind} {page}", meter.found()
            more = {"cursor": answer.next_cursor or ""} if page == "first" else {"until": MIDDLE}


def run_with_due(database: Any, ids: Sequence[str]) -> Counts:
    """The scheduled function with these messages due; all the others are in the index, too, but not due yet."""
    meter, clock, line = Meter(database, TABLE), Clock(), FakeSqs()
    for whole_id in ids:
        due = attributes("cellcast", whole_id, from_epoch(clock() - 1))
        item = database.get_item(TableName=TABLE, Key=_key(whole_id))["Item"]
        database.put_item(TableName=TABLE, Item=item | due)
    index, health = DueIndex(table_of(meter), now=clock), AccountHealth(table_of(meter), now=clock)
    queue = TaskQueue(stand_in(line), "url")
    with _environment(*ENVIRONMENT):
        services = Services(settings(), now=clock)
        vars(services).update(due_index=index, health=health, queue_of=lambda _provider: queue)
        with patch.object(bootstrap, "services", lambda: services):
            reconcile_handler({"provider": "cellcast"}, Context())
    if len(line.bodies) != len(ids):
        raise SystemExit(f"{len(line.bodies)} of {len(ids)} messages were queued")
    return meter.found()


@contextmanager
def _environment(*names: str) -> Iterator[None]:
    """The variables that a function can't work without."""
    given = environment("")
    with patch.dict(os.environ, {name: given[name] for name in names}):
        settings.cache_clear()
        yield
    settings.cache_clear()


def _key(whole_id: str) -> dict[str, Any]:
    return {"pk": {"S": f"message#{whole_id}"}, "sk": {"S": "message"}}
