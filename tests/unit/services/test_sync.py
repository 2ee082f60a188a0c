"""One page of a sync: what the list gives is stored, the rest is queued, and no crash loses or doubles anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.sync_list import Progress
from message_detail.adapters.aws.sync_state import LOCK_SECONDS, SyncState
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.errors import (
    AccountUnusable,
    InternalError,
    MessageNotFound,
    ProviderBadAnswer,
    ProviderRefused,
    RateLimited,
    StorageRefused,
    StorageUnavailable,
)
from message_detail.domain.message import Via
from message_detail.domain.message_ids import message_id
from message_detail.domain.status import Status
from message_detail.domain.tasks import PageTask, Task, parse
from message_detail.providers.base.account import Account
from message_detail.providers.base.listing import Listed, Listing, Page, PageSteps, Window
from message_detail.services.sync import SyncRunner
from tests.unit.conftest import TABLE, Clock, table_of
from tests.unit.crashes import Crash, CrashingClient
from tests.unit.samples import answer, stand_in
from tests.unit.services.fakes import FakeSqs
from tests.unit.services.test_messages import World

IDS = [f"6a1c0de5f0aa11bb22cc33{number:02x}" for number in range(6)]


def listed(native_id: str, *, whole: bool = True, updated: str | None = None, **changes: Any) -> Listed:
    """An item of a page: a document, or only an id."""
    stamp = {"updatedAt": updated} if updated else {}
    document = answer(_id=native_id, **stamp, **changes)["data"]
    return Listed(native_id, document if whole else None, updated)


class SyncHarness:
    """A syncer with a provider's list that the test holds."""

    def __init__(
        self, dynamodb: Any, s3: Any, clock: Clock, name: str, writes: list[int] | None = None, *, after: bool = False
    ) -> None:
        self.line = FakeSqs()
        self.pages: list[Page] = []
        self.windows: list[tuple[Window, str | None]] = []
        self.meanwhile: Callable[[], object] = lambda: None
        self.clock = clock
        self.name = name
        writes = writes if writes is not None else [0]
        self.world = World(CrashingClient(dynamodb, writes, after=after), s3, clock, name)
        self.book = SyncState(table_of(CrashingClient(dynamodb, writes, after=after)), now=clock)
        queue = TaskQueue(stand_in(CrashingClient(self.line, writes, after=after)), "url", sleep=clock.sleep)
        self.syncer = SyncRunner(self.world.service, Listing(page=self._page), self.book, queue, now=clock)

    def _page(self, account: Account, window: Window, cursor: str | None) -> PageSteps:
        yield from ()
        self.windows.append((window, cursor))
        self.meanwhile()
        return self.pages[int(cursor or 0)]

    def start(self, window: Window | None = None) -> PageTask:
        return self.book.start("cellcast", self.name, window or Window())

    def work(self, task: PageTask) -> list[Task]:
        """Works on page tasks until none is left; the fetches that were queued."""
        self.line.bodies.append(task.to_json())
        fetches = []
        while self.line.bodies:
            one = parse(self.line.bodies.pop(0))
            if isinstance(one, PageTask):
                self.syncer.process(one, 10)
            elif isinstance(one, Task):
                fetches.append(one)
        return fetches

    def progress(self, task: PageTask) -> Progress:
        return self.book.progress("cellcast", task.sync_id)

    def has(self, native_id: str) -> bool:
        """Whether the message is stored."""
        whole_id = message_id("cellcast", self.name, native_id)
        return whole_id in self.world.service.store.read_many([whole_id])

    def stored(self, native_id: str) -> Any:
        return self.world.service.stored(self.world.account, native_id).state


@pytest.fixture
def bench(dynamodb: Any, s3: Any, clock: Clock, request: pytest.FixtureRequest) -> SyncHarness:
    return SyncHarness(dynamodb, s3, clock, f"a{abs(hash(request.node.nodeid))}"[:64])


def three_pages() -> list[Page]:
    return [
        Page((listed(IDS[0]), listed(IDS[1], whole=False)), "1", total=5),
        Page((listed(IDS[2]), listed(IDS[3])), "2", total=5),
        Page((listed(IDS[4], whole=False),), None, total=5),
    ]


def test_documents_are_stored_without_a_fetch_and_the_others_queued(bench: SyncHarness) -> None:
    bench.pages = three_pages()
    task = bench.start(Window(since="2026-05-01T00:00:00.000Z"))
    fetches = bench.work(task)
    assert bench.world.calls == 0
    assert [(one.message_id, one.via, one.account) for one in fetches] == [
        (IDS[1], "sync", bench.name),
        (IDS[4], "sync", bench.name),
    ]
    record = bench.stored(IDS[0])
    assert record.details.message.body.text == "Your parcel is on its way"
    assert record.details.message.provenance.via is Via.SYNC
    assert bench.stored(IDS[1]).details is None
    assert bench.progress(task) == Progress("done", bench.name, 3, 5, 5, 0, 5, None)
    assert bench.windows == [(Window(since="2026-05-01T00:00:00.000Z"), cursor) for cursor in (None, "1", "2")]


def test_what_has_not_changed_is_neither_written_nor_fetched(bench: SyncHarness, dynamodb: Any) -> None:
    seen = "2026-06-01T09:00:05.000Z"
    bench.pages = [Page((listed(IDS[0], updated=seen), listed(IDS[1], whole=False, updated=seen)), None)]
    fetches = bench.work(bench.start())
    bench.world.vendor.then(_says(IDS[1]))
    for fetch in fetches:
        bench.world.process(fetch)
    key = {"pk": {"S": f"message#cellcast:{bench.name}:{IDS[0]}"}, "sk": {"S": "message"}}
    before = dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
    bench.clock.now += 3_600
    task = bench.start()
    assert bench.work(task) == []
    assert dynamodb.get_item(TableName=TABLE, Key=key)["Item"] == before
    assert bench.progress(task) == Progress("done", bench.name, 1, 2, 0, 0, None, None)


def test_what_has_changed_is_stored_or_fetched_and_counted(bench: SyncHarness) -> None:
    old, new = "2026-06-01T09:00:05.000Z", "2026-06-01T10:00:00.000Z"
    bench.pages = [Page((listed(IDS[0], updated=old), listed(IDS[1], updated=old)), None)]
    bench.work(bench.start())
    bench.pages = [
        Page(
            (
                listed(IDS[0], updated=new, status="delivered"),
                listed(IDS[1], whole=False, updated=new),
                listed(IDS[2], updated=new),
            ),
            None,
        )
    ]
    task = bench.start()
    assert [fetch.message_id for fetch in bench.work(task)] == [IDS[1]]
    assert bench.stored(IDS[0]).details.message.status is Status.DELIVERED
    assert (bench.progress(task).seen, bench.progress(task).new, bench.progress(task).changed) == (3, 1, 2)


def test_a_list_without_times_of_change_counts_only_real_changes(bench: SyncHarness) -> None:
    bench.pages = [Page((listed(IDS[0]), listed(IDS[1])), None)]
    bench.work(bench.start())
    bench.clock.now += 60
    bench.pages = [
        Page((listed(IDS[0]), listed(IDS[1], status="delivered", updatedAt="2026-06-01T11:00:00.000Z")), None)
    ]
    task = bench.start()
    bench.work(task)
    assert (bench.progress(task).new, bench.progress(task).changed) == (0, 1)


def test_an_erased_message_stays_erased_and_holds_nothing_up(bench: SyncHarness) -> None:
    bench.pages = three_pages()
    bench.work(bench.start())
    for native_id in (IDS[0], IDS[1]):
        bench.world.service.store.erase(message_id("cellcast", bench.name, native_id))
    task = bench.start()
    bench.work(task)
    assert bench.progress(task).state == "done"
    assert bench.world.service.store.read_many([message_id("cellcast", bench.name, IDS[0])]) == {}


def test_drift_in_a_list_is_counted(bench: SyncHarness, dynamodb: Any, clock: Clock) -> None:
    bench.pages = [Page((listed(IDS[0], status="teleported", brandNew="x"),), None)]
    task = bench.start()
    bench.work(task)
    assert bench.progress(task).state == "done"
    rows = AccountHealth(table_of(dynamodb), now=clock).drift_seen("cellcast")
    assert {(row.path, row.problem, row.sample) for row in rows} == {
        ("status", "unknown_value", "teleported"),
        ("brandNew", "unknown_field", None),
    }


def test_a_task_of_a_done_page_does_nothing(bench: SyncHarness) -> None:
    bench.pages = three_pages()
    task = bench.start()
    bench.syncer.process(task, 10)
    queued = list(bench.line.bodies)
    assert bench.syncer.process(task, 10) is None
    assert bench.line.bodies == queued
    assert len(bench.windows) == 1


def test_two_workers_with_the_same_page_make_one_sync(bench: SyncHarness) -> None:
    bench.pages = three_pages()
    task = bench.start()

    def other() -> None:
        bench.meanwhile = lambda: None
        bench.syncer.process(task, 10)

    bench.meanwhile = other
    fetches = bench.work(task)
    assert {fetch.message_id for fetch in fetches} == {IDS[1], IDS[4]}
    assert (bench.progress(task).state, bench.progress(task).pages, bench.progress(task).seen) == ("done", 3, 5)
    # Each page after the first was listed once: the second task of a page finds it done.
    assert [cursor for _, cursor in bench.windows] == [None, None, "1", "2"]


def test_a_sync_that_was_overtaken_stops(bench: SyncHarness) -> None:
    bench.pages = three_pages()
    first = bench.start()
    bench.syncer.process(first, 10)
    bench.clock.now += LOCK_SECONDS + 1
    second = bench.start()
    assert second.sync_id != first.sync_id
    listed_before = len(bench.windows)
    bench.line.bodies = [body for body in bench.line.bodies if "sync_id" in body]
    assert bench.syncer.process(_page_of(bench.line.bodies.pop()), 10) is None
    assert (len(bench.windows), bench.line.bodies) == (listed_before, [])
    assert bench.progress(first).error == "superseded"
    bench.work(second)
    assert bench.progress(second).state == "done"


def test_a_page_that_can_not_be_done_ends_the_sync(bench: SyncHarness) -> None:
    bench.pages = three_pages()
    task = bench.start()

    def refuse() -> None:
        raise ProviderRefused("no right to list")

    bench.meanwhile = refuse
    with pytest.raises(ProviderRefused) as raised:
        bench.syncer.process(task, 10)
    assert bench.progress(task).state == "running"
    bench.syncer.failed(task, raised.value)
    assert (bench.progress(task).state, bench.progress(task).error) == ("failed", "provider_refused")
    assert bench.line.bodies == []


def test_a_page_that_has_to_wait_leaves_the_sync_as_it_was(bench: SyncHarness) -> None:
    bench.pages = three_pages()
    task = bench.start()

    def throttle() -> None:
        raise RateLimited("slow down", retry_after=30)

    bench.meanwhile = throttle
    with pytest.raises(RateLimited):
        bench.syncer.process(task, 10)
    bench.meanwhile = lambda: None
    bench.clock.now += 31
    bench.work(task)
    assert bench.progress(task).state == "done"


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_write_followed_by_redelivery_loses_nothing(
    dynamodb: Any, s3: Any, clock: Clock, *, after: bool
) -> None:
    crashes = 0
    while True:
        writes = [crashes + 1]
        bench = SyncHarness(dynamodb, s3, clock, f"c{int(after)}-{crashes}", writes, after=after)
        bench.pages = three_pages()
        died, task, fetches = _work_dying_once(bench)
        assert {fetch.message_id for fetch in fetches} == {IDS[1], IDS[4]}
        assert all(bench.stored(native_id).details is not None for native_id in (IDS[0], IDS[2], IDS[3]))
        done = bench.progress(task)
        assert (done.state, done.pages, done.seen, done.total) == ("done", 3, 5, 5)
        writes[0] = 0
        assert bench.start().sync_id != task.sync_id, "the account is free for another sync"
        if not died:
            break
        crashes += 1
    assert crashes >= 15


def _work_dying_once(bench: SyncHarness) -> tuple[bool, PageTask, list[Task]]:
    """A whole sync; what dies is called again, as the caller and SQS do."""
    died = False
    fetches = []
    while True:
        try:
            task = bench.start()
            bench.line.bodies.append(task.to_json())
            break
        except Crash:
            died = True
    while bench.line.bodies:
        body = bench.line.bodies.pop(0)
        one = parse(body)
        if isinstance(one, Task):
            fetches.append(one)
            continue
        assert isinstance(one, PageTask)
        try:
            bench.syncer.process(one, 10)
        except Crash:
            died = True
            bench.line.bodies.insert(0, body)
    return died, task, fetches


def _page_of(body: str) -> PageTask:
    task = parse(body)
    assert isinstance(task, PageTask)
    return task


def _says(native_id: str) -> Any:
    import httpx

    return httpx.Response(200, content=json.dumps(answer(_id=native_id)))


# --- one bad item


def poison(bench: SyncHarness, native_id: str, error: Exception, *, on: str = "normalize") -> None:
    """What the service does about one message fails."""
    service = bench.world.service.gateway if on == "normalize" else bench.world.service
    original = getattr(service, on)

    def fail(account: Account, found: str, *rest: Any) -> Any:
        if found == native_id:
            raise error
        return original(account, found, *rest)

    setattr(service, on, fail)


@pytest.mark.parametrize("on", ["stored", "normalize", "keep"])
@pytest.mark.parametrize(
    "error",
    [
        RecursionError("nested comments"), ValueError("a bug"), KeyError("x"), AttributeError("x"), TypeError("x"),
        ProviderBadAnswer("unreadable"), ProviderRefused("no"), StorageRefused("the table refuses"), InternalError("x"),
        AccountUnusable("x"),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_an_item_that_can_not_be_stored_is_tried_by_itself_and_the_others_go_on(
    bench: SyncHarness, error: Exception, on: str
) -> None:
    bench.pages = [Page((listed(IDS[0]), listed(IDS[1]), listed(IDS[2])), "1"), Page((listed(IDS[3]),), None)]
    poison(bench, IDS[1], error, on=on)
    task = bench.start()
    (aside,) = bench.work(task)
    assert (aside.message_id, aside.via, aside.account) == (IDS[1], "sync", bench.name)
    done = bench.progress(task)
    assert (done.state, done.pages, done.seen, done.new, done.skipped, done.error) == ("done", 2, 4, 3, 1, None)
    assert {native_id for native_id in IDS if bench.has(native_id)} == {IDS[0], IDS[2], IDS[3]}


@pytest.mark.parametrize("on", ["stored", "keep"])
def test_an_item_that_is_erased_meanwhile_holds_nothing_up(bench: SyncHarness, on: str) -> None:
    bench.pages = three_pages()
    poison(bench, IDS[2], MessageNotFound("erased"), on=on)
    task = bench.start()
    assert IDS[2] not in {one.message_id for one in bench.work(task)}
    done = bench.progress(task)
    assert (done.state, done.seen, done.new, done.skipped) == ("done", 5, 4, 0)


@pytest.mark.parametrize("odd", ["x" * 1_501, "a\nb", "\x00", "bad\ufffe", "bad\ufffd", "\ud800"])
def test_an_item_whose_id_no_message_can_have_is_skipped_and_counted(bench: SyncHarness, odd: str) -> None:
    bench.pages = [Page((listed(IDS[0]), Listed(odd), Listed(odd, {"_id": odd}), listed(IDS[1])), None, skipped=3)]
    task = bench.start()
    assert bench.work(task) == []
    done = bench.progress(task)
    assert (done.state, done.seen, done.new, done.skipped) == ("done", 7, 2, 5)


@pytest.mark.parametrize("error", [StorageUnavailable("throttled"), RateLimited("slow down")])
def test_what_is_not_about_one_item_makes_the_page_wait(bench: SyncHarness, error: Exception) -> None:
    bench.pages = three_pages()
    task = bench.start()
    poison(bench, IDS[0], error, on="stored")
    with pytest.raises(type(error)):
        bench.syncer.process(task, 10)
    assert bench.line.bodies == []
    assert bench.progress(task).pages == 0


# --- endless lists


def endless(bench: SyncHarness, pages: Callable[[str | None], Page]) -> Progress:
    """Walks a list that goes on for ever; how the sync ended."""

    def page(_account: Account, _window: Window, cursor: str | None) -> PageSteps:
        yield from ()
        bench.windows.append((Window(), cursor))
        assert len(bench.windows) < 300
        return pages(cursor)

    bench.syncer._listing = Listing(page=page)
    task = bench.start()
    bench.work(task)
    return bench.progress(task)


def test_a_list_whose_cursor_comes_again_ends_as_failed(bench: SyncHarness) -> None:
    done = endless(bench, lambda _: Page((listed(IDS[0]),), "same"))
    assert (done.state, done.error, done.pages) == ("failed", "cursor_repeats", 2)
    assert bench.has(IDS[0]), "what it gave is stored"
    assert bench.start().page == 0, "the account is free for another sync"


def test_a_list_whose_cursors_go_round_ends_as_failed(bench: SyncHarness) -> None:
    done = endless(bench, lambda cursor: Page((listed(IDS[0]),), str((int(cursor or 0) + 1) % 3)))
    assert (done.state, done.error) == ("failed", "cursor_repeats")


@pytest.mark.parametrize("items", [(), (listed(IDS[0]),), tuple(listed(one) for one in IDS)])
def test_a_list_that_gives_nothing_new_for_twenty_pages_ends_as_failed(
    bench: SyncHarness, items: tuple[Listed, ...]
) -> None:
    done = endless(bench, lambda cursor: Page(items, str(int(cursor or 0) + 1)))
    assert (done.state, done.error) == ("failed", "nothing_new")
    assert 20 <= done.pages <= 21


def test_a_cursor_that_no_task_can_hold_ends_the_sync(bench: SyncHarness) -> None:
    bench.pages = [Page((), "x" * 100_000)]
    with pytest.raises(ProviderBadAnswer):
        bench.syncer.process(bench.start(), 10)


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_while_an_endless_list_is_ended_leaves_it_ended(
    dynamodb: Any, s3: Any, clock: Clock, *, after: bool
) -> None:
    crashes = 0
    while True:
        writes = [0]
        bench = SyncHarness(dynamodb, s3, clock, f"e{int(after)}-{crashes}", writes, after=after)
        bench.pages = [Page((listed(IDS[0]),), "0")]
        task = bench.start()
        writes[0] = crashes + 1
        bench.line.bodies = [task.to_json()]
        died = False
        while bench.line.bodies:
            body = bench.line.bodies.pop(0)
            try:
                bench.syncer.process(_page_of(body), 10)
            except Crash:
                died = True
                bench.line.bodies.insert(0, body)
        assert (bench.progress(task).state, bench.progress(task).error) == ("failed", "cursor_repeats")
        writes[0] = 0
        assert bench.start().sync_id != task.sync_id
        if not died:
            break
        crashes += 1
    assert crashes >= 6


def test_a_message_that_is_twice_on_a_page_is_fetched_and_counted_once(bench: SyncHarness) -> None:
    summary, whole = listed(IDS[0], whole=False), listed(IDS[1])
    bench.pages = [Page((summary, whole, summary, whole, summary), None)]
    task = bench.start()
    assert [one.message_id for one in bench.work(task)] == [IDS[0]]
    done = bench.progress(task)
    assert (done.state, done.seen, done.new, done.changed) == ("done", 5, 2, 0)
