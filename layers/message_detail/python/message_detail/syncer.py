"""Working on one page of a sync: store what the list gives in full, queue the rest, queue the next page."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from message_detail.errors import MessageDetailError, MessageNotFound
from message_detail.listing import Listed, Listing, Page, Window
from message_detail.message import Via
from message_detail.queue import PageTask, Task, TaskQueue
from message_detail.sync import SUPERSEDED, PageResult, SyncBook
from message_detail.times import from_epoch

if TYPE_CHECKING:
    from message_detail.accounts import Account
    from message_detail.service import Service


class Syncer:
    """Syncs of one provider."""

    def __init__(
        self,
        service: Service,
        listing: Listing,
        book: SyncBook,
        queue: TaskQueue,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._service = service
        self._listing = listing
        self._book = book
        self._queue = queue
        self._now = now

    def process(self, task: PageTask, seconds: float) -> PageResult | None:
        """Does one page, and queues its successor; None when the page had been done before, or another sync is running.

        The page enters the book last: a crash before that repeats it, and what it writes twice is the same.
        """
        if self._book.is_done(task):
            return None
        if not self._book.hold(task):
            self._book.fail(task, SUPERSEDED)
            return None
        account = self._service.account(task.account)
        page = self._service.page(self._listing, account, Window(task.since, task.until), task.cursor, seconds)
        result = self._take(account, page)
        if page.cursor is not None:
            self._queue.send(task.next(page.cursor, from_epoch(self._now())))
        self._book.record(task, result)
        return result

    def failed(self, task: PageTask, error: MessageDetailError) -> None:
        """Ends the sync of a page that can't be done."""
        self._book.fail(task, error.code)

    def _take(self, account: Account, page: Page) -> PageResult:
        new = changed = 0
        fetches: list[Task] = []
        for item in page.items:
            try:
                before = self._service.stored(account, item.message_id)
            except MessageNotFound:  # erased here: it stays so
                continue
            known = before.record.details
            new += known is None
            if known is not None and item.updated_at is not None and known.version >= item.updated_at:
                continue
            if item.document is None:
                fetches.append(self._fetch_of(account, item))
                changed += known is not None
                continue
            normalized = self._service.normalize(account, item.message_id, item.document, Via.SYNC)
            after = self._service.keep(account, item.message_id, normalized, before)
            changed += known is not None and after.details is not None and after.details.digest != known.digest
        self._queue.send_all(fetches)
        return PageResult(len(page.items), new, changed, page.total, last=page.cursor is None)

    def _fetch_of(self, account: Account, item: Listed) -> Task:
        return Task(
            provider=account.provider,
            account=account.name,
            message_id=item.message_id,
            via=Via.SYNC.value,
            received_at=from_epoch(self._now()),
        )
