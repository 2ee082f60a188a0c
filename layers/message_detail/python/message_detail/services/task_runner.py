"""Ending one task of a provider's queue as its error class says: done, later, again, or dead.

A task that has to wait is sent anew with a delay before it is acknowledged, so that waiting never uses up its tries.
One that must not be tried again goes to the dead-letter queue with the reason on it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeGuard

from message_detail import observability
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.correlation import first_usable
from message_detail.domain.errors import (
    InternalError,
    InvalidRequest,
    MessageDetailError,
    ProviderError,
    Redelivery,
    StorageError,
    StorageRefused,
    StorageUnavailable,
)
from message_detail.domain.message_ids import message_hash
from message_detail.domain.tasks import AnyTask, PageTask, Task, parse, seconds_waited
from message_detail.domain.times import from_epoch, seconds_between
from message_detail.providers.base.account import DEFAULT_ACCOUNT
from message_detail.services.messages import Messages, Processed
from message_detail.services.sync import SyncRunner

FIRST_DELAY_SECONDS: Final = 5.0
LONGEST_DELAY_SECONDS: Final = 600.0
HORIZON_SECONDS: Final = 3 * 86_400.0
"""How long a task waits for storage; then it is dead, and its dead letter an alarm."""


class TryAgain(Exception):
    """The task stays on the queue, where that uses up one of its tries."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A task as the queue delivers it, for the `tries`-th time. `id` is that of its message on the queue."""

    id: str
    body: str
    tries: int


class TaskRunner:
    """The tasks of one provider. `now` gives seconds since 1970; `syncs` is None where the provider has no list."""

    def __init__(
        self,
        messages: Messages,
        syncs: SyncRunner | None,
        queue: TaskQueue,
        health: AccountHealth,
        max_receives: int,
        now: Callable[[], float],
    ) -> None:
        self._messages = messages
        self._syncs = syncs
        self._queue = queue
        self._health = health
        self._max_receives = max_receives
        self._now = now
        self._provider = messages.provider.name

    def end(self, delivered: Delivered, until: float) -> None:
        """Brings a task to its end, which may be another queue; raises TryAgain to leave it where it is.

        `until` is the moment of `time.monotonic` at which every call has to be over. A task that bears no correlation
        id is known by the id of its message on the queue.
        """
        try:
            task = self._read(delivered.body)
        except InvalidRequest as error:
            self._dead_letter(delivered.body, DEFAULT_ACCOUNT, error)
            return
        about = message_hash(task.id) if isinstance(task, Task) else None
        correlation_id = first_usable(task.correlation_id, delivered.id)
        with observability.correlated(correlation_id, account=task.account, message_hash=about):
            self._end(delivered, task, until)

    def _read(self, body: str) -> AnyTask:
        task = parse(body)
        if task.provider != self._provider:
            raise InvalidRequest(f"the task is for {task.provider[:64]!r}, not for {self._provider}")
        return task

    def _end(self, delivered: Delivered, task: AnyTask, until: float) -> None:
        observability.measure_seconds("waiting_seconds", self._waited(task))
        seconds = max(0.0, until - time.monotonic())
        try:
            if isinstance(task, PageTask):
                self._do_page(task, seconds)
            else:
                self._do(task, seconds)
        except MessageDetailError as error:
            self._after(error, delivered, task)
        except Exception as error:  # noqa: BLE001  # one task's bug is no other's
            observability.log_unexpected(error)
            self._after(InternalError("unexpected error"), delivered, task)

    # --- what a task is about

    def _do_page(self, task: PageTask, seconds: float) -> None:
        page = self._sync_runner().process(task, seconds)
        seen = page.seen if page is not None else 0
        observability.info("page done", sync_id=task.sync_id, page=task.page, seen=seen)
        observability.count("synced", seen)

    def _sync_runner(self) -> SyncRunner:
        if self._syncs is None:
            raise InvalidRequest(f"{self._provider} has no list to walk")
        return self._syncs

    def _do(self, task: Task, seconds: float) -> None:
        done = self._messages.process(task, seconds)
        observability.info("task done", via=task.via, status=done.message.status, spared=done.spared)
        thread = task.thread_task(done.message.conversation.thread_id)
        if thread is not None:
            self._queue.send(thread)
        if done.spared:
            observability.count("looks_spared")
            return
        _count(done)
        if done.media_look_at is not None:
            self._look_for_media(task, done.media_look_at)

    def _look_for_media(self, task: Task, at: str) -> None:
        """Queues the next look at a message whose files may be on their way; the due index stands in if it is lost."""
        look = Task(
            provider=task.provider, account=task.account, message_id=task.message_id, via="reconcile", received_at=at
        )
        self._queue.send(look, seconds_between(from_epoch(self._now()), at))
        observability.count("media_awaited")

    # --- what follows of a failure

    def _after(self, error: MessageDetailError, delivered: Delivered, task: AnyTask) -> None:
        """What the error class says, done."""
        observability.warning("task failed", code=error.code, next=error.redelivery.value, tries=delivered.tries)
        observability.count(f"failed_{error.code}")
        if _comes_again(task) and not isinstance(error, ProviderError):
            self._look_no_more(task, error)
        if error.redelivery is Redelivery.DROP and isinstance(task, Task):
            observability.count("dropped")
        elif error.redelivery is Redelivery.LATER and self._may_wait(error, task):
            self._postpone(delivered, task, error)
        elif error.redelivery is not Redelivery.RETRY or delivered.tries >= self._max_receives:
            if isinstance(task, PageTask):
                self._end_sync(task, error)
            self._dead_letter(delivered.body, task.account, error)
        else:
            raise TryAgain(error.code)

    def _end_sync(self, task: PageTask, error: MessageDetailError) -> None:
        """Notes that the sync has failed. What keeps that from being written keeps no page from the dead letters."""
        try:
            if self._syncs is not None:
                self._syncs.failed(task, error)
        except StorageError as refusal:
            observability.warning("sync not ended", reason=refusal.detail)

    def _may_wait(self, error: MessageDetailError, task: AnyTask) -> bool:
        """Providers are waited for as long as it takes, storage for three days: that long it has never been away."""
        waits_for_storage = isinstance(error, StorageUnavailable)
        return not waits_for_storage or _comes_again(task) or self._waited(task) < HORIZON_SECONDS

    def _postpone(self, delivered: Delivered, task: AnyTask, error: MessageDetailError) -> None:
        observability.count("deferred")
        if _comes_again(task):
            return
        try:
            self._queue.send(task.deferred(), retry_delay(error, task))
        except StorageRefused as refusal:
            self._dead_letter(delivered.body, task.account, refusal)

    def _look_no_more(self, task: Task, error: MessageDetailError) -> None:
        """A row that can't be worked on would be queued, and die, with every lease. Brought back it is due again."""
        if error.redelivery not in (Redelivery.RETRY, Redelivery.DEAD):
            return
        try:
            self._messages.look_no_more(task)
        except StorageError as refusal:
            observability.warning("still due", reason=refusal.detail)

    def _dead_letter(self, body: str, account: str, error: MessageDetailError) -> None:
        try:
            self._queue.dead_letter(body, account, f"{error.code}: {error.detail}")
        except StorageError as refusal:
            observability.error("dead letter refused", reason=refusal.detail)
            raise  # the task stays on its queue
        self._health.dead(self._provider)
        observability.error("task is dead", code=error.code, reason=error.detail)
        observability.count("dead")

    def _waited(self, task: AnyTask) -> float:
        return seconds_waited(task, from_epoch(self._now()))


def retry_delay(error: MessageDetailError, task: AnyTask) -> float:
    """Seconds to put a task off: what the error says, else growing with full jitter."""
    if error.retry_after is not None:
        # A little spread, so that all that waited for one moment don't come back in it.
        return error.retry_after + random.uniform(0, min(10.0, 1 + error.retry_after / 4))  # noqa: S311
    ceiling = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** min(task.deferrals, 10))
    return random.uniform(1, ceiling)  # noqa: S311  # spread, not secrecy


def _comes_again(task: AnyTask) -> TypeGuard[Task]:
    """A message that is due stays so: waiting on the queue, too, it would be there once more after each lease."""
    return isinstance(task, Task) and task.via == "reconcile"


def _count(done: Processed) -> None:
    observability.count("fetched")
    observability.measure_seconds("receipt_to_row", done.seconds)
    if done.regressed:
        observability.count("status_regressed")
    if done.discrepant:
        observability.count("discrepancies")
