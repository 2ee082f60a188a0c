"""Recounts: rows are what is stored and nothing else, whatever happens while they are made."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from message_detail.adapters.aws import census
from message_detail.adapters.aws.attributes import text
from message_detail.adapters.aws.census import Census
from message_detail.adapters.aws.counts import CountedDay
from message_detail.domain.errors import StorageError
from message_detail.domain.message import Channel, Direction, Timestamps
from message_detail.domain.statistics.days import add_days, day_of
from message_detail.domain.statistics.tally import Group, Tally
from message_detail.domain.status import Status
from message_detail.domain.tasks import RecountTask
from message_detail.domain.timeline import MessageState
from message_detail.domain.times import add_seconds
from tests.unit.conftest import Clock, table_of
from tests.unit.samples import NOW, heard, message
from tests.unit.services.numbers_case import ACCOUNTS, DAY, NumbersWorld, random_state

TODAY = day_of(NOW)
YESTERDAY = add_days(TODAY, -1)


@pytest.fixture
def world() -> NumbersWorld:
    return NumbersWorld(Clock())


def fill(world: NumbersWorld, messages: int, days: int = 1, seed: int = 1) -> None:
    turn = random.Random(seed)
    for number in range(messages):
        world.keep(random_state(turn, number, NOW - DAY, days))


def counted(world: NumbersWorld, first: str = YESTERDAY, last: str = TODAY) -> dict[tuple[str, ...], str]:
    """All rows: what their key says, and their counts."""
    return {
        (provider, account, day.day, *group): tally.pack()
        for provider, account in ACCOUNTS
        for day in world.counts.days(provider, account, first, last)
        for group, tally in day.tallies.items()
    }


def total(world: NumbersWorld, **parameters: str) -> int:
    (row,) = world.ask(**{"from": YESTERDAY, "to": TODAY, **parameters}).rows
    return row[1].counted.messages


def test_every_message_is_counted_once_however_often_its_day_is(world: NumbersWorld) -> None:
    fill(world, 120)
    world.recount(YESTERDAY, TODAY)
    once = counted(world)
    assert total(world) == 120
    for _ in range(2):
        world.clock.now += 60
        world.recount(YESTERDAY, TODAY)
        assert counted(world) == once


def test_a_day_without_messages_is_a_day_with_none(world: NumbersWorld) -> None:
    world.recount(TODAY, TODAY)
    assert total(world) == 0
    assert world.ask(**{"from": TODAY}).as_of is not None
    assert not counted(world)


def test_a_year_of_days_without_messages_costs_few_requests(world: NumbersWorld) -> None:
    fill(world, 10)
    long_ago = add_days(TODAY, -300)
    group = Group(Channel.SMS, Direction.OUTBOUND, "AU")
    world.counts.replace(CountedDay("samva", "main", long_ago, "2025-01-01T00:00:00.000Z", {group: Tally(messages=1)}))
    before = world.dynamodb.requests.total()
    world.recount(add_days(TODAY, -360), TODAY)
    assert world.dynamodb.requests.total() - before < 70 * len(ACCOUNTS)
    assert total(world) == 10
    (row,) = world.ask(**{"from": add_days(TODAY, -360), "to": TODAY}).rows
    assert row[1].counted.messages == 10, "what was counted of a day that is empty now has gone"


def test_a_count_that_changes_replaces_the_one_before(world: NumbersWorld) -> None:
    turn = random.Random(3)
    state = random_state(turn, 1, NOW - 60, 0)
    kept = world.keep(state)
    world.recount(TODAY, TODAY)
    before = counted(world)
    world.store.add(kept.id, MessageState(given_up=add_seconds(kept.provenance.fetched_at, 9)))
    world.clock.now += 1
    world.recount(TODAY, TODAY)
    assert counted(world) != before
    assert total(world) == 1


def test_what_is_erased_is_counted_no_more(world: NumbersWorld) -> None:
    fill(world, 20)
    world.recount(YESTERDAY, TODAY)
    for exported in world.export():
        world.store.erase(exported["id"])
    world.clock.now += 1
    world.recount(YESTERDAY, TODAY)
    assert counted(world) == {}
    assert total(world) == 0


def test_what_has_expired_is_counted_no_more_although_its_entry_is_there(world: NumbersWorld) -> None:
    turn = random.Random(4)
    short, long = (random_state(turn, number, NOW - 60, 0) for number in range(2))
    for state, days in ((short, 1), (long, 90)):
        assert state.details is not None
        world.store.add(state.details.message.id, state, retention_days=days)
    world.recount(TODAY, TODAY)
    assert total(world) == 2
    world.clock.now += 2 * DAY
    world.recount(TODAY, TODAY)
    assert total(world) == 1


def test_a_message_stays_on_its_day_when_an_earlier_time_becomes_known(world: NumbersWorld) -> None:
    world.keep(heard(message(Status.SENT), at=f"{TODAY}T10:00:00.000Z"))
    created = Timestamps(created=f"{YESTERDAY}T23:00:00.000Z")
    told = world.keep(heard(message(Status.DELIVERED, timestamps=created), at=f"{TODAY}T11:00:00.000Z"))
    assert told.timestamps == created
    world.recount(YESTERDAY, TODAY)
    days = [day.day for day in world.counts.days("cellcast", "default", YESTERDAY, TODAY) if day.tallies]
    assert days == [TODAY]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(census, "PAGE", 7)


def test_a_long_count_goes_on_where_it_was_left(world: NumbersWorld, small_pages: None) -> None:
    fill(world, 150)
    world.recount(YESTERDAY, TODAY)
    whole = counted(world)
    world.clock.now += 1
    for provider in ("carecloud", "cellcast", "samva"):
        world.recounts(provider).begin_all(YESTERDAY, TODAY)
    assert world.work(seconds=0) > 20, "there is time for one page a task"
    assert counted(world) == whole
    assert not world.ask(**{"from": TODAY}).counting


@pytest.mark.parametrize("seed", range(12))
def test_crashes_repeats_and_other_recounts_at_any_step_end_in_the_same_counts(
    world: NumbersWorld, small_pages: None, seed: int
) -> None:
    """Each task may die at any of its requests, before or after it reached the table, come twice, or meet others."""
    fill(world, 60, seed=seed)
    world.recount(YESTERDAY, TODAY)
    whole, turn = counted(world), random.Random(seed)
    _spoil(world)
    for _ in range(2):
        world.clock.now += 1
        for provider in ("carecloud", "cellcast", "samva"):
            world.recounts(provider).begin_all(YESTERDAY, TODAY)
    faulty = Faulty(world.dynamodb, turn)
    table = table_of(faulty)
    for part in (world.recounter._census, world.counts, world.state):
        part._table = table
    deliveries = 0
    while world.queue.sent and deliveries < 2_000:
        task = world.queue.sent.pop(turn.randrange(len(world.queue.sent)))
        assert isinstance(task, RecountTask)
        deliveries += 1
        if turn.random() < 0.1 and deliveries < 200:
            world.queue.sent.append(task)  # it comes twice
        faulty.left = turn.choice([None, None, turn.randrange(12)]) if deliveries < 200 else None
        world.clock.now += 0.25
        try:
            world.recounter.process(task, turn.choice([0, 60]))
        except StorageError:
            world.queue.sent.append(task)
    faulty.left = None
    assert not world.queue.sent
    assert counted(world) == whole


def _spoil(world: NumbersWorld) -> None:
    """A row that should not be there, and one that is wrong: as a bug in counting would leave them."""
    for provider, account in ACCOUNTS:
        for day in list(world.counts.days(provider, account, YESTERDAY, TODAY)):
            for sk in (f"{day.day}#fax#outbound#-", f"{day.day}#sms#outbound#ZZ"):
                world.table.put(
                    {
                        "pk": text(f"stats#{provider}#{account}"),
                        "sk": text(sk),
                        "tally": text("{}"),
                        "as_of": text("2026-01-01T00:00:00.000Z"),
                    }
                )


class Faulty:
    """A client that fails once after `left` more requests: before or after the request was done."""

    def __init__(self, client: Any, turn: random.Random) -> None:
        self._client = client
        self._turn = turn
        self.left: int | None = None

    def __getattr__(self, name: str) -> Any:
        def call(**arguments: Any) -> Any:
            if self.left is not None:
                self.left -= 1
                if self.left < 0:
                    self.left = None
                    if self._turn.random() < 0.5:
                        getattr(self._client, name)(**arguments)
                    raise ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, name)
            return getattr(self._client, name)(**arguments)

        return call


def test_of_two_counts_the_one_that_began_later_stays(world: NumbersWorld) -> None:
    fill(world, 10)
    world.recount(YESTERDAY, TODAY)
    older = list(world.counts.days("samva", "main", YESTERDAY, TODAY))
    fill(world, 40)
    world.clock.now += 1
    world.recount(YESTERDAY, TODAY)
    newer = counted(world)
    assert [world.counts.replace(day) for day in older] == [False] * len(older)
    assert counted(world) == newer


def test_entries_of_an_earlier_release_are_counted_by_their_messages_and_filled_in(world: NumbersWorld) -> None:
    fill(world, 60)
    world.recount(YESTERDAY, TODAY)
    whole = counted(world)
    for items in world.dynamodb._items.values():
        for item in items.values():
            item.pop("facts", None)
    world.clock.now += 1
    run_unchecked(world)
    assert counted(world) == whole
    filled = [item for item in world.dynamodb.scan()["Items"] if "facts" in item]
    assert len(filled) == 60
    read_before = world.dynamodb.requests["batch_get_item"]
    run_unchecked(world)
    assert world.dynamodb.requests["batch_get_item"] == read_before, "what was filled in is not looked up again"


def run_unchecked(world: NumbersWorld) -> None:
    """The count that is made every hour."""
    for provider, account in ACCOUNTS:
        for day in (YESTERDAY, TODAY):
            task = RecountTask(
                provider=provider,
                account=account,
                recount_id="r",
                day=day,
                last_day=day,
                received_at=f"{TODAY}T12:00:00.000Z",
            )
            world.recounter.process(task, 60)


def test_a_checked_count_mends_facts_that_a_crash_left_behind(world: NumbersWorld) -> None:
    fill(world, 30)
    world.recount(YESTERDAY, TODAY)
    whole = counted(world)
    for items in world.dynamodb._items.values():
        for item in items.values():
            if "facts" in item:  # an entry is written before its message, which then was not
                item["facts"] = text("1|sms|o||failed|AU||busy|temporary|webhook||||")
    world.clock.now += 1
    world.recount(YESTERDAY, TODAY)
    assert counted(world) == whole
    run_unchecked(world)
    assert counted(world) == whole


def test_an_entry_that_is_written_while_it_is_looked_up_is_left_as_it_is(world: NumbersWorld) -> None:
    fill(world, 1)
    entry = next(entry for entry in all_entries(world) if entry.facts)
    key = {"pk": entry.item["pk"], "sk": entry.item["sk"]}
    world.table.put({**entry.item, "facts": text("newer"), "revision": {"N": "9"}})
    Census(world.table).note(entry, "older")
    found = world.table.get(key)
    assert found is not None
    assert found["facts"] == text("newer")


def all_entries(world: NumbersWorld) -> Iterator[census.CensusEntry]:
    for provider, account in ACCOUNTS:
        for day in (YESTERDAY, TODAY):
            for entries, _ in Census(world.table).pages(provider, account, day, census.Place(), consistent=True):
                yield from entries


def test_statistics_say_that_days_are_being_counted_until_they_are(world: NumbersWorld) -> None:
    fill(world, 5)
    world.recounts("samva").begin_all(TODAY, TODAY)
    assert world.ask(**{"from": YESTERDAY, "to": TODAY}).counting
    assert world.ask(**{"from": TODAY, "provider": "samva", "account": "main"}).counting
    assert not world.ask(**{"from": TODAY, "provider": "cellcast"}).counting
    assert not world.ask(**{"from": YESTERDAY, "to": YESTERDAY}).counting
    world.work()
    assert not world.ask(**{"from": YESTERDAY, "to": TODAY}).counting


def test_a_recount_that_died_is_not_waited_for_for_ever(world: NumbersWorld) -> None:
    world.recounts("samva").begin_all(TODAY, TODAY)
    world.queue.sent.clear()
    assert world.ask(**{"from": TODAY, "to": TODAY}).counting
    world.clock.now += DAY
    assert not world.ask(**{"from": TODAY, "to": TODAY}).counting


def test_today_is_counted_every_hour_and_the_open_days_once_a_day(world: NumbersWorld) -> None:
    spans = [_begun(world) for _ in _hours(world, 49)]
    first = (add_days(TODAY, -8), TODAY, False)
    assert spans[0] == [first]
    assert spans[1:12] == [[(TODAY, TODAY, False)]] * 11
    tomorrow = add_days(TODAY, 1)
    assert spans[12] == [
        (add_days(TODAY, -8), add_days(TODAY, -8), True),
        (add_days(tomorrow, -8), tomorrow, False),
    ], "the day that has closed is counted a last time, each message looked up"
    assert sum(len(one) for one in spans) == 49 + 2


def test_days_that_closed_while_nothing_ran_are_made_up_for(world: NumbersWorld) -> None:
    _begun(world)
    world.clock.now += 5 * DAY
    closed, still_open = _begun(world)
    assert closed == (add_days(TODAY, -8), add_days(TODAY, -4), True)
    assert still_open == (add_days(TODAY, -3), add_days(TODAY, 5), False)
    world.clock.now += 400 * DAY
    closed, _ = _begun(world)
    assert closed[0] == add_days(closed[1], -30)


def test_an_account_is_begun_once_a_turn_whoever_comes(world: NumbersWorld) -> None:
    assert world.recounts("samva").run(lambda: 50.0) == 2
    assert world.recounts("samva").run(lambda: 50.0) == 0
    world.clock.now += 3_601
    assert world.recounts("samva").run(lambda: 1.0) == 0, "without time it is the next run's"
    assert world.recounts("samva").run(lambda: 50.0) == 2


def _hours(world: NumbersWorld, hours: int) -> Iterator[int]:
    for hour in range(hours):
        yield hour
        world.clock.now += 3_600


def _begun(world: NumbersWorld) -> list[tuple[str, str, bool]]:
    world.recounts("cellcast").run(lambda: 50.0)
    tasks = [task for task in world.queue.sent if isinstance(task, RecountTask)]
    world.queue.sent.clear()
    return [(task.day, task.last_day, task.checked) for task in tasks]
