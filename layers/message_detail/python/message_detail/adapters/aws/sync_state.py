"""Syncs: a provider's list walked page by page through the queue, resumable after a crash at any point.

The state of a sync is one item per page, written once the page's messages are stored and its successor is queued; a
page that is noted is not done again. So a crash repeats at most one page, whose writes are idempotent.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from message_detail.adapters.aws.attributes import Item, flag, get_number, get_real, get_text, number, text
from message_detail.adapters.aws.key_schema import SYNC_FAILURE, SYNC_HEAD, SYNC_LOCK, SYNC_PAGE, SYNC_SCHEDULE, KeyKind
from message_detail.adapters.aws.sync_list import DONE, FAILED, KEPT_SECONDS, RUNNING, ListedSync, Progress, SyncList
from message_detail.adapters.aws.table import ConditionFailed, Table, has_run_out
from message_detail.domain.errors import InvalidRequest, NoSuchSync
from message_detail.domain.tasks import PageTask, parse
from message_detail.domain.times import from_epoch
from message_detail.providers.base.listing import Window

LOCK_SECONDS: Final = 3_600
"""How long a sync that makes no progress keeps others of its account out. An outage may last; a page waits it out."""
FREE: Final = f"NOT attribute_type(sync_id, :text) OR {has_run_out('lock_until')}"
"""When a lock keeps nobody out. One that can't be read is nobody's."""
SYNC_ID_PATTERN: Final = "^[0-9a-f]{32}$"
_PAGES: Final = SYNC_PAGE.sk.partition("{")[0]
SUPERSEDED: Final = "superseded"
"""What a sync failed of that made no progress for so long that another one took over."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An account's turn to be synced by itself: when it is asked next, and since when it was due where it has been put
    off (seconds since 1970; 0: never yet)."""

    next_at: float = 0.0
    due_since: float = 0.0

    @property
    def missed_since(self) -> float:
        """Since when nothing was listed that should have been."""
        return self.due_since or self.next_at


@dataclass(frozen=True, slots=True)
class PageResult:
    """What one page brought. `total` is the provider's count of all, if it tells it; `skipped` counts the items that
    could not be used, or were set aside to be tried by themselves."""

    seen: int
    new: int
    changed: int
    total: int | None
    last: bool
    skipped: int = 0


class SyncState:
    """The state of all syncs in the table."""

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now
        self._list = SyncList(table, now)

    def start(self, provider: str, account: str, window: Window) -> PageTask:
        """The first page's task of a new sync, or, while one of the account is running, of that one.

        The caller queues it; a first page that has been done already is not done again.
        """
        task = PageTask(
            provider=provider,
            account=account,
            sync_id=uuid.uuid4().hex,
            page=0,
            since=window.since,
            until=window.until,
            received_at=from_epoch(self._now()),
        )
        try:
            self._lock(task, FREE)
        except ConditionFailed:
            return self._running(task)
        self._open(task)
        return task

    def turns(self, provider: str) -> dict[str, Turn]:
        """When each account's scheduled sync is due, of those that have been looked at."""
        items = self._table.partition(SYNC_SCHEDULE.partition(provider=provider), consistent=True)
        return {item["sk"]["S"]: Turn(get_real(item, "next_at"), get_real(item, "due_since")) for item in items}

    def is_time(self, provider: str, account: str, interval: float, due_since: float = 0.0) -> bool:
        """Whether a scheduled sync is due (every `interval` seconds); if so, takes note that it is being started.

        With `due_since` (seconds since 1970) it is put off only, and has been due since then.
        """
        key = SYNC_SCHEDULE.key(provider=provider, account=account)
        put_off = {"due_since": number(due_since)} if due_since else {}
        try:
            self._table.put(
                {**key, "next_at": number(self._now() + interval), **put_off},
                "attribute_not_exists(pk) OR next_at <= :now",
                {":now": number(self._now())},
            )
        except ConditionFailed:
            return False
        return True

    def give_back(self, provider: str, account: str, due_at: float) -> None:
        """Makes a scheduled sync due again whose turn was taken, and which then could not be started."""
        self._table.put({**SYNC_SCHEDULE.key(provider=provider, account=account), "next_at": number(due_at)})

    def is_done(self, task: PageTask) -> bool:
        """Whether the page is noted."""
        return self._table.get(_page(task), consistent=True) is not None

    def record(self, task: PageTask, result: PageResult) -> None:
        """Notes a page; the last one ends the sync."""
        counts = {name: number(getattr(result, name)) for name in ("seen", "new", "changed", "skipped")}
        if result.total is not None:
            counts["total"] = number(result.total)
        self._put(_page(task), {**counts, "last": flag(result.last)})
        if result.last:
            self._unlock(task)

    def hold(self, task: PageTask) -> bool:
        """Keeps others of the account out for another while; False when one that has taken over is running."""
        try:
            self._lock(task, f"sync_id = :sync_id OR {FREE}")
        except ConditionFailed:
            return False
        return True

    def fail(self, task: PageTask, code: str) -> None:
        """Ends a sync that can't go on, unless its page is brought back from the dead letters. `code` is an error's, or
        what is wrong with the list."""
        self._put(_of_sync(SYNC_FAILURE, task), {"code": text(code), "page": number(task.page)})
        self._unlock(task)

    def progress(self, provider: str, sync_id: str) -> Progress:
        """How far a sync is; NoSuchSync when there is none of that id."""
        items = self._items(provider, sync_id) if re.fullmatch(SYNC_ID_PATTERN, sync_id) else []
        head = _find(SYNC_HEAD, items)
        if head is None:
            raise NoSuchSync("there is no sync of this id", provider=provider)
        pages = [item for item in items if item["sk"]["S"].startswith(_PAGES)]
        failure = _read_failure(items, pages)
        done = any(page.get("last", {}).get("BOOL") is True for page in pages)
        totals = [total for page in pages if (total := get_number(page, "total")) is not None]
        return Progress(
            state=DONE if done else FAILED if failure else RUNNING,
            account=get_text(head, "account") or "",
            pages=len(pages),
            seen=_sum(pages, "seen"),
            new=_sum(pages, "new"),
            changed=_sum(pages, "changed"),
            total=max(totals, default=None),
            error=failure,
            skipped=_sum(pages, "skipped"),
        )

    def latest(self, provider: str, limit: int) -> list[tuple[ListedSync, Progress]]:
        """The latest syncs, the newest first, each with how far it is."""
        listed = ((sync, self._progress_of(provider, sync)) for sync in self._list.latest(provider, limit))
        return [(sync, progress) for sync, progress in listed if progress is not None]

    def _progress_of(self, provider: str, sync: ListedSync) -> Progress | None:
        """How far a listed sync is; None where its starter died before it began."""
        if sync.done is not None:
            return sync.done
        try:
            progress = self.progress(provider, sync.sync_id)
        except NoSuchSync:
            return None
        if progress.state == DONE:
            self._list.note_done(provider, sync, progress)
        return progress

    def _running(self, task: PageTask) -> PageTask:
        """The first task of the sync that holds the lock; if that one just ended, of a new one."""
        lock = self._table.get(_lock_key(task), consistent=True)
        holder = get_text(lock, "sync_id") if lock is not None else None
        if holder is None:
            return self.start(task.provider, task.account, Window(task.since, task.until))
        task = replace(task, sync_id=holder)
        head = self._table.get(_of_sync(SYNC_HEAD, task), consistent=True)
        if head is None:
            # Its starter died between lock and head.
            self._open(task)
            return task
        if self.progress(task.provider, task.sync_id).state != RUNNING:
            # It crashed between its end and the lock's.
            self._unlock(task)
            return self.start(task.provider, task.account, Window(task.since, task.until))
        return _first_page(head) or task

    def _open(self, task: PageTask) -> None:
        self._list.add(task)
        self._put(_of_sync(SYNC_HEAD, task), {"account": text(task.account), "task": text(task.to_json())})

    def _lock(self, task: PageTask, condition: str) -> None:
        values = {":now": number(self._now()), ":text": text("S"), ":number": text("N")}
        if ":sync_id" in condition:
            values[":sync_id"] = text(task.sync_id)
        lock = {"sync_id": text(task.sync_id), "lock_until": number(self._now() + LOCK_SECONDS)}
        self._put(_lock_key(task), lock, condition, values)

    def _unlock(self, task: PageTask) -> None:
        with suppress(ConditionFailed):
            self._table.delete(_lock_key(task), "sync_id = :sync_id", {":sync_id": text(task.sync_id)})

    def _put(self, key: Item, attributes: Item, condition: str | None = None, values: Item | None = None) -> None:
        expires = {"expires_at": number(int(self._now()) + KEPT_SECONDS)}
        self._table.put({**key, **attributes, **expires}, condition, values)

    def _items(self, provider: str, sync_id: str) -> list[Item]:
        return list(self._table.partition(SYNC_HEAD.partition(provider=provider, sync_id=sync_id), consistent=True))


def _find(kind: KeyKind, items: list[Item]) -> Item | None:
    return next((item for item in items if item["sk"]["S"] == kind.sk), None)


def _sum(pages: list[Item], name: str) -> int:
    """Pages of another release may not count all that this one does."""
    return sum(get_number(page, name) or 0 for page in pages)


def _first_page(head: Item) -> PageTask | None:
    """The task that a sync began with; None where another release's can't be read."""
    try:
        task = parse(get_text(head, "task") or "")
    except InvalidRequest:
        return None
    return task if isinstance(task, PageTask) else None


def _read_failure(items: list[Item], pages: list[Item]) -> str | None:
    """Why the sync failed; None when it didn't, or when the page that failed has been done since."""
    failure = _find(SYNC_FAILURE, items)
    if failure is None:
        return None
    failed = SYNC_PAGE.sort(page=get_number(failure, "page") or 0)
    return None if any(page["sk"]["S"] >= failed for page in pages) else get_text(failure, "code") or "unknown"


def _of_sync(kind: KeyKind, task: PageTask) -> Item:
    return kind.key(provider=task.provider, sync_id=task.sync_id)


def _page(task: PageTask) -> Item:
    return SYNC_PAGE.key(provider=task.provider, sync_id=task.sync_id, page=task.page)


def _lock_key(task: PageTask) -> Item:
    return SYNC_LOCK.key(provider=task.provider, account=task.account)
