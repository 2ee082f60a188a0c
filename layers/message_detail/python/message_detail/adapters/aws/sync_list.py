"""The list of a provider's syncs, the newest first.

A row is written when a sync begins. How far it is, its own items tell; once it is done that is noted on the row, so
that the pages of a long one are read once, and not with each look at the list.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.attributes import Item, get_number, get_text, number, text
from message_detail.adapters.aws.key_schema import SYNC_LISTED
from message_detail.adapters.aws.table import Table
from message_detail.domain.errors import StorageError
from message_detail.domain.tasks import PageTask

KEPT_SECONDS: Final = 30 * 86_400
RUNNING: Final = "running"
DONE: Final = "done"
FAILED: Final = "failed"
_COUNTS: Final = ("pages", "seen", "new", "changed", "skipped")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is. `state` is running, done or failed; `error` is why it failed, in one word."""

    state: str
    account: str
    pages: int
    seen: int
    new: int
    changed: int
    total: int | None
    error: str | None
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class ListedSync:
    """A sync in the list: what it walks, since when, and what it brought where it is known to be done."""

    sync_id: str
    account: str
    started_at: str
    since: str | None
    until: str | None
    done: Progress | None


class SyncList:
    """The lists of all providers. `now` gives seconds since 1970."""

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now

    def add(self, task: PageTask) -> None:
        """Lists the sync that begins with a task."""
        self._put(task.provider, ListedSync(task.sync_id, task.account, task.received_at, task.since, task.until, None))

    def latest(self, provider: str, limit: int) -> list[ListedSync]:
        """The latest syncs, the newest first."""
        partition = text(SYNC_LISTED.partition(provider=provider))
        page = self._table.page("pk = :pk", {":pk": partition}, limit, consistent=True, newest_first=True)
        return [_read(item) for item in page.items]

    def note_done(self, provider: str, sync: ListedSync, done: Progress) -> None:
        """Notes what a sync brought that is done. Best effort: it is read again by whoever looks next."""
        try:
            self._put(provider, sync, done)
        except StorageError as refusal:
            observability.warning("sync not noted as done", reason=refusal.detail)

    def _put(self, provider: str, sync: ListedSync, done: Progress | None = None) -> None:
        texts = {"account": sync.account, "since": sync.since, "until": sync.until}
        counts = {name: getattr(done, name) for name in (*_COUNTS, "total")} if done is not None else {}
        self._table.put(
            {
                **SYNC_LISTED.key(provider=provider, started_at=sync.started_at, sync_id=sync.sync_id),
                **{name: text(value) for name, value in texts.items() if value is not None},
                **{name: number(value) for name, value in counts.items() if value is not None},
                "expires_at": number(int(self._now()) + KEPT_SECONDS),
            }
        )


def _read(item: Item) -> ListedSync:
    started_at, _, sync_id = item["sk"]["S"].partition("#")
    account = get_text(item, "account") or ""
    return ListedSync(
        sync_id, account, started_at, get_text(item, "since"), get_text(item, "until"), _read_done(item, account)
    )


def _read_done(item: Item, account: str) -> Progress | None:
    counts = {name: get_number(item, name) for name in _COUNTS}
    known = {name: count for name, count in counts.items() if count is not None}
    if len(known) < len(_COUNTS):
        return None
    return Progress(state=DONE, account=account, total=get_number(item, "total"), error=None, **known)
