"""The syncs of syncs: one per account at a time, each page once, and what it says of its progress."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.adapters.aws.sync_list import Progress
from message_detail.adapters.aws.sync_state import LOCK_SECONDS, SUPERSEDED, PageResult, SyncState
from message_detail.domain.errors import NotFound
from message_detail.domain.tasks import PageTask
from message_detail.domain.times import from_epoch
from message_detail.providers.base.listing import Window
from tests.unit.conftest import TABLE, Calls, Clock, table_of
from tests.unit.crashes import Crash
from tests.unit.samples import T0

ALWAYS = Window()


@pytest.fixture
def syncs(dynamodb: Any, clock: Clock) -> SyncState:
    return SyncState(table_of(dynamodb), now=clock)


def start(syncs: SyncState, account: str = "default", window: Window = ALWAYS) -> PageTask:
    return syncs.start("cellcast", account, window)


def result(
    seen: int = 2, new: int = 1, changed: int = 1, total: int | None = None, *, last: bool = False
) -> PageResult:
    return PageResult(seen, new, changed, total, last)


def progress(syncs: SyncState, task: PageTask) -> Progress:
    return syncs.progress("cellcast", task.sync_id)


def following(task: PageTask) -> PageTask:
    return task.next(f"cursor-{task.page}", T0)


def test_a_new_sync_is_running_and_has_done_nothing(syncs: SyncState) -> None:
    task = start(syncs, window=Window("2026-05-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z"))
    assert (task.page, task.cursor, task.account) == (0, None, "default")
    assert (task.since, task.until) == ("2026-05-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z")
    assert progress(syncs, task) == Progress("running", "default", 0, 0, 0, 0, None, None)
    assert not syncs.is_done(task)


def test_pages_add_up_and_the_last_one_ends_it(syncs: SyncState) -> None:
    task = start(syncs)
    syncs.record(task, result(total=5))
    syncs.record(following(task), result(seen=3, new=0, changed=2, total=6))
    assert progress(syncs, task) == Progress("running", "default", 2, 5, 1, 3, 6, None)
    syncs.record(following(following(task)), result(last=True))
    assert progress(syncs, task) == Progress("done", "default", 3, 7, 2, 4, 6, None)
    assert all(syncs.is_done(page) for page in (task, following(task), following(following(task))))


def test_a_page_that_is_done_twice_counts_once(syncs: SyncState) -> None:
    task = start(syncs)
    syncs.record(task, result())
    syncs.record(task, result())
    assert (progress(syncs, task).pages, progress(syncs, task).seen) == (1, 2)


def test_progress_reads_more_pages_than_one_answer_holds(syncs: SyncState, dynamodb: Any) -> None:
    task = start(syncs)
    key = {"pk": {"S": f"sync#cellcast#{task.sync_id}"}}
    one, none = {"N": "1"}, {"N": "0"}
    for page in range(12):
        counts = {"seen": one, "new": one, "changed": none, "last": {"BOOL": False}, "filler": {"S": "x" * 100_000}}
        dynamodb.put_item(TableName=TABLE, Item={**key, "sk": {"S": f"page#{page:06d}"}, **counts})
    assert progress(syncs, task).seen == 12


def test_there_is_no_progress_of_an_unknown_sync(syncs: SyncState) -> None:
    with pytest.raises(NotFound) as raised:
        syncs.progress("cellcast", "none")
    assert raised.value.status == 404
    task = start(syncs)
    with pytest.raises(NotFound):
        syncs.progress("samva", task.sync_id)


# one at a time


def test_a_second_start_leads_to_the_sync_that_is_running(syncs: SyncState) -> None:
    task = start(syncs, window=Window(since=T0))
    assert start(syncs) == task
    syncs.record(task, result())
    assert start(syncs) == task
    assert start(syncs, "other").sync_id != task.sync_id


def test_after_its_end_another_can_start(syncs: SyncState) -> None:
    task = start(syncs)
    syncs.record(task, result(last=True))
    second = start(syncs)
    assert second.sync_id != task.sync_id
    assert progress(syncs, task).state == "done"


def test_a_sync_without_progress_gives_way_after_an_hour_and_knows_it(syncs: SyncState, clock: Clock) -> None:
    first = start(syncs)
    clock.now += LOCK_SECONDS - 1
    assert start(syncs) == first
    assert syncs.hold(first)
    clock.now += LOCK_SECONDS - 1
    assert start(syncs) == first
    clock.now += 2
    second = start(syncs)
    assert second.sync_id != first.sync_id
    assert not syncs.hold(first)
    assert syncs.hold(second)
    syncs.fail(first, SUPERSEDED)
    assert start(syncs) == second
    assert (progress(syncs, first).state, progress(syncs, first).error) == ("failed", "superseded")


def test_a_crash_between_lock_and_head_leaves_a_sync_that_can_be_started(dynamodb: Any, clock: Clock) -> None:
    calls = Calls(dynamodb)
    dying = SyncState(table_of(calls), now=clock)
    lock = SyncState(table_of(dynamodb), now=clock)
    calls.fail("put_item", Crash(), after=True)
    with pytest.raises(Crash):
        start(dying)
    task = start(lock)
    assert progress(lock, task).state == "running"
    assert start(lock) == task
    held = dynamodb.get_item(TableName=TABLE, Key={"pk": {"S": "syncing#cellcast:default"}, "sk": {"S": "lock"}})
    assert held["Item"]["sync_id"]["S"] == task.sync_id


@pytest.mark.parametrize("how", ["done", "failed"])
def test_a_crash_between_the_end_and_the_unlocking_keeps_nobody_out(dynamodb: Any, clock: Clock, how: str) -> None:
    calls = Calls(dynamodb)
    dying = SyncState(table_of(calls), now=clock)
    task = start(dying)
    calls.fail("delete_item", Crash())
    ends = {
        "done": lambda: dying.record(task, result(last=True)),
        "failed": lambda: dying.fail(task, "provider_refused"),
    }
    with pytest.raises(Crash):
        ends[how]()
    assert progress(dying, task).state == how
    second = start(dying)
    assert second.sync_id != task.sync_id
    assert progress(dying, second).state == "running"


# failure


def test_a_failed_sync_says_why_and_lets_another_start(syncs: SyncState) -> None:
    task = start(syncs)
    syncs.record(task, result())
    syncs.fail(following(task), "provider_refused")
    assert progress(syncs, task) == Progress("failed", "default", 1, 2, 1, 1, None, "provider_refused")
    assert start(syncs).sync_id != task.sync_id


def test_a_failed_page_that_is_brought_back_goes_on(syncs: SyncState) -> None:
    task = start(syncs)
    syncs.fail(task, "provider_refused")
    assert syncs.hold(task)
    syncs.record(task, result())
    assert (progress(syncs, task).state, progress(syncs, task).error) == ("running", None)
    syncs.fail(following(task), "provider_bad_answer")
    assert progress(syncs, task).error == "provider_bad_answer"
    syncs.record(following(task), result(last=True))
    assert (progress(syncs, task).state, progress(syncs, task).error) == ("done", None)


def test_the_end_of_an_old_sync_does_not_unlock_the_new_one(syncs: SyncState, clock: Clock) -> None:
    first = start(syncs)
    clock.now += LOCK_SECONDS + 1
    second = start(syncs)
    syncs.record(first, result(last=True))
    assert start(syncs) == second


# schedule


def test_a_schedule_comes_round_once_per_interval(syncs: SyncState, clock: Clock) -> None:
    assert syncs.is_time("cellcast", "default", 600)
    assert not syncs.is_time("cellcast", "default", 600)
    assert syncs.is_time("cellcast", "other", 600)
    clock.now += 599
    assert not syncs.is_time("cellcast", "default", 600)
    clock.now += 1
    assert syncs.is_time("cellcast", "default", 600)
    assert not syncs.is_time("cellcast", "default", 600)


def test_books_and_locks_expire_by_themselves(syncs: SyncState, dynamodb: Any, clock: Clock) -> None:
    task = start(syncs)
    syncs.record(task, result())
    items = dynamodb.scan(TableName=TABLE)["Items"]
    assert len(items) == 4
    assert all(int(item["expires_at"]["N"]) > clock.now for item in items)
    assert task.received_at == from_epoch(clock.now)


# --- books of other releases


ODD_VALUES: tuple[dict[str, Any] | None, ...] = (None, {"S": "zzz"}, {"N": "-5.5"}, {"BOOL": True}, {"M": {}})


@pytest.mark.parametrize("odd", ODD_VALUES)
@pytest.mark.parametrize("ended", ["running", "done", "failed"])
def test_a_book_with_an_odd_attribute_is_read_and_keeps_no_other_sync_out(
    syncs: SyncState, dynamodb: Any, odd: dict[str, Any] | None, ended: str
) -> None:
    task = start(syncs)
    syncs.record(task, result(total=9, last=ended == "done"))
    if ended == "failed":
        syncs.fail(following(task), "provider_refused")
    syncs.is_time("cellcast", "default", 600)
    for item in dynamodb.scan(TableName=TABLE)["Items"]:
        for name in item.keys() - {"pk", "sk"}:
            changed = {key: value for key, value in {**item, name: odd}.items() if value is not None}
            dynamodb.put_item(TableName=TABLE, Item=changed)
            assert progress(syncs, task).pages == 1, (item, name)
            assert syncs.turns("cellcast").keys() == {"default"}
            again = start(syncs)
            syncs.record(again, result(last=True))
            dynamodb.put_item(TableName=TABLE, Item=item)
