"""Working on one page of a sync: store what the list gives in full, queue the rest, queue the next page.

An item that can't be stored now is set aside as a task of its own, which has tries and a dead letter; the page, and
the sync, go on. Only what says something about the account or the storage (a rate limit, an outage) makes the page
wait as a whole.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from message_detail import observability
from message_detail.adapters.aws.sync_state import SUPERSEDED, PageResult, SyncState
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.errors import (
    InvalidRequest,
    MessageDetailError,
    MessageNotFound,
    ProviderBadAnswer,
    StorageUnavailable,
    Temporary,
)
from message_detail.domain.message import Via
from message_detail.domain.message_ids import check_message_id, message_hash, message_id
from message_detail.domain.tasks import PageTask, Task
from message_detail.domain.times import from_epoch
from message_detail.providers.base.listing import Listed, Listing, Page, Window
from message_detail.services.provider_gateway import Budget
from message_detail.services.sync_trail import Trail

if TYPE_CHECKING:
    from message_detail.providers.base.account import Account
    from message_detail.services.messages import Messages


LONGEST_CURSOR: Final = 20_000
"""Characters. Vendors' cursors have some hundred; a task has to fit on the queue."""


class Taken(Enum):
    """What became of one item of a page."""

    KNOWN = auto()
    NEW = auto()
    CHANGED = auto()
    NEW_TO_FETCH = auto()
    CHANGED_TO_FETCH = auto()
    ASIDE = auto()
    """It could not be stored as the list gives it: it has a task of its own."""
    UNUSABLE = auto()
    """No message could have its id."""


class SyncRunner:
    """Syncs of one provider."""

    def __init__(
        self,
        messages: Messages,
        listing: Listing,
        syncs: SyncState,
        queue: TaskQueue,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._messages = messages
        self._gateway = messages.gateway
        self._listing = listing
        self._syncs = syncs
        self._queue = queue
        self._now = now

    def process(self, task: PageTask, seconds: float) -> PageResult | None:
        """Does one page, and queues its successor; None when the page had been done before, or another sync is running.

        The page is noted last: a crash before that repeats it, and what it writes twice is the same.
        """
        if self._syncs.is_done(task):
            return None
        if not self._syncs.hold(task):
            self._syncs.fail(task, SUPERSEDED)
            return None
        account = self._messages.account(task.account)
        window = Window(task.since, task.until)
        page = self._gateway.page(self._listing, account, window, task.cursor, Budget.of(seconds))
        if page.cursor is not None and len(page.cursor) > LONGEST_CURSOR:
            raise ProviderBadAnswer("the list's cursor is longer than any that leads on", provider=account.provider)
        result = self._take(account, page)
        trail = Trail.read(task.trail).after(page, task.page, task.cursor)
        endless = trail.endless_reason(page, task.page, task.cursor)
        if page.cursor is not None:
            following = task.next(page.cursor, from_epoch(self._now()), trail.as_json())
            self._go_on(following, endless)
        self._syncs.record(task, result)
        return result

    def failed(self, task: PageTask, error: MessageDetailError) -> None:
        """Ends the sync of a page that can't be done."""
        self._syncs.fail(task, error.code)

    def _go_on(self, following: PageTask, endless: str | None) -> None:
        """Queues the next page, or ends the sync before it: noted first, so that a crash repeats this page."""
        if endless is None:
            self._queue.send(following)
            return
        observability.error("endless list", reason=endless, pages=following.page)
        observability.count("endless_lists")
        self._syncs.fail(following, endless)

    def _take(self, account: Account, page: Page) -> PageResult:
        taken = Counter[Taken]()
        aside: dict[str, Task] = {}
        for item in page.items:  # one that is there twice is fetched once
            how = Taken.KNOWN if item.message_id in aside else self._try(account, item)
            taken[how] += 1
            if how in (Taken.NEW_TO_FETCH, Taken.CHANGED_TO_FETCH, Taken.ASIDE):
                aside[item.message_id] = self._fetch_task(account, item)
        self._queue.send_all(aside.values())
        skipped = page.skipped + taken[Taken.UNUSABLE] + taken[Taken.ASIDE]
        if skipped:
            observability.count("sync_skipped", skipped)
        return PageResult(
            seen=len(page.items) + page.skipped,
            new=taken[Taken.NEW] + taken[Taken.NEW_TO_FETCH],
            changed=taken[Taken.CHANGED] + taken[Taken.CHANGED_TO_FETCH],
            total=page.total,
            last=page.cursor is None,
            skipped=skipped,
        )

    def _try(self, account: Account, item: Listed) -> Taken:
        """Takes one item, whatever is wrong with it; Temporary and StorageUnavailable are not about it alone."""
        try:
            check_message_id(item.message_id)
            return self._take_one(account, item)
        except (Temporary, StorageUnavailable):
            raise
        except MessageNotFound:  # erased here, before or meanwhile: it stays so
            return Taken.KNOWN
        except InvalidRequest as error:
            _log_set_aside(account, item, error)
            return Taken.UNUSABLE
        except MessageDetailError as error:
            _log_set_aside(account, item, error)
            return Taken.ASIDE
        except Exception as error:  # noqa: BLE001  # one item's bug, of ours or the vendor's, is no other's
            observability.log_unexpected(error, message_hash=_hash(account, item))
            return Taken.ASIDE

    def _take_one(self, account: Account, item: Listed) -> Taken:
        before = self._messages.stored(account, item.message_id)
        known = before.state.details
        if known is not None and item.updated_at is not None and known.version >= item.updated_at:
            return Taken.KNOWN
        if item.document is None:
            return Taken.NEW_TO_FETCH if known is None else Taken.CHANGED_TO_FETCH
        normalized = self._gateway.normalize(account, item.message_id, item.document, Via.SYNC)
        after = self._messages.keep(account, item.message_id, normalized, before)
        if known is None:
            return Taken.NEW
        changed = after.details is not None and after.details.digest != known.digest
        return Taken.CHANGED if changed else Taken.KNOWN

    def _fetch_task(self, account: Account, item: Listed) -> Task:
        return Task(
            provider=account.provider,
            account=account.name,
            message_id=item.message_id,
            via=Via.SYNC.value,
            received_at=from_epoch(self._now()),
        )


def _log_set_aside(account: Account, item: Listed, error: MessageDetailError) -> None:
    observability.warning("item set aside", message_hash=_hash(account, item), code=error.code, reason=error.detail)


def _hash(account: Account, item: Listed) -> str:
    return message_hash(message_id(account.provider, account.name, item.message_id))
