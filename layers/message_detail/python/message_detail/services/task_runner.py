"""Ending the tasks of a provider's queue as their error class says: done, later, again, or dead.

A task that has to wait is sent anew with a delay before it is acknowledged, so that waiting never uses up its tries.
One that must not be tried again goes to the dead-letter queue with the reason on it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeGuard

from message_detail import observability
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.burst import Step
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
from message_detail.domain.journal import Step as Ended
from message_detail.domain.message_ids import message_hash
from message_detail.domain.tasks import (
    AnyTask,
    ErasureTask,
    PageTask,
    RecountTask,
    RefusalTask,
    Task,
    parse,
    seconds_waited,
)
from message_detail.domain.times import from_epoch, seconds_between
from message_detail.providers.base.account import DEFAULT_ACCOUNT
from message_detail.services.message_tasks import MessageTasks
from message_detail.services.recount import Recounter
from message_detail.services.sync import SyncRunner
from message_detail.services.task_notes import TaskNotes

FIRST_DELAY_SECONDS: Final = 5.0
LONGEST_DELAY_SECONDS: Final = 600.0
HORIZON_SECONDS: Final = 3 * 86_400.0
"""How long a task waits for storage; then it is dead, and its dead letter an alarm."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A task as the queue delivers it, for the `tries`-th time. `id` is that of its message on the queue."""

    id: str
    body: str
    tries: int


@dataclass(frozen=True, slots=True)
class Received:
    """A delivered task as it was read. `correlation_id`: of the task, else that of its message on the queue."""

    delivered: Delivered
    task: AnyTask
    correlation_id: str


Again = list[str]
"""Ids of tasks that stay on the queue, where that uses up one of their tries."""


class TaskRunner:
    """The tasks of one provider. `now` gives seconds since 1970; `syncs` is None where the provider has no list."""

    def __init__(
        self,
        provider: str,
        tasks: MessageTasks,
        syncs: SyncRunner | None,
        queue: TaskQueue,
        notes: TaskNotes,
        recounter: Recounter,
        max_receives: int,
        now: Callable[[], float],
    ) -> None:
        self._provider = provider
        self._tasks = tasks
        self._syncs = syncs
        self._queue = queue
        self._notes = notes
        self._recounter = recounter
        self._max_receives = max_receives
        self._now = now

    def receive(self, batch: Iterable[Delivered]) -> tuple[list[Received], Again]:
        """The tasks that were delivered, and which deliveries stay where they are. What is no task is a dead letter."""
        received: list[Received] = []
        again: Again = []
        for delivered in batch:
            with observability.correlated(first_usable(delivered.id), provider=self._provider):
                try:
                    received.append(self._read(delivered))
                except InvalidRequest as error:
                    if not self._is_buried(delivered.body, error):
                        again.append(delivered.id)
        self._notes.received(one.task for one in received if one.delivered.tries == 1)
        return received, again

    def _read(self, delivered: Delivered) -> Received:
        task = parse(delivered.body)
        if task.provider != self._provider:
            raise InvalidRequest(f"the task is for {task.provider[:64]!r}, not for {self._provider}")
        return Received(delivered, task, first_usable(task.correlation_id, delivered.id))

    def _is_buried(self, body: str, error: InvalidRequest) -> bool:
        try:
            self._dead_letter(body, DEFAULT_ACCOUNT, error)
        except StorageError:
            return False
        return True

    def end(self, received: Sequence[Received], until: float) -> Again:
        """Brings tasks that belong together to their end, which may be another queue.

        `until` is the moment of `time.monotonic` at which every call has to be over. The log tells what is done for
        all of them under the correlation id of the first.
        """
        with _told_of(received[0]):
            for one in received:
                observability.measure_seconds("waiting_seconds", self._waited(one.task))
            seconds = max(0.0, until - time.monotonic())
            try:
                return self._do(received, seconds)
            except Exception as error:  # noqa: BLE001  # one task's bug is no other's
                ours = as_ours(error)
                return [one.delivered.id for one in received if not self._is_over(ours, one)]

    # --- what a task is about

    def _do(self, received: Sequence[Received], seconds: float) -> Again:
        task = received[0].task
        if isinstance(task, Task):
            return self._do_tasks(received, seconds)
        if isinstance(task, RefusalTask):
            self._notes.refused(task)
            return []
        if isinstance(task, RecountTask):
            self._recounter.process(task, seconds)
            return []
        page = self._sync_runner().process(task, seconds)
        seen = page.seen if page is not None else 0
        observability.info("page done", sync_id=task.sync_id, page=task.page, seen=seen)
        observability.count("synced", seen)
        return []

    def _sync_runner(self) -> SyncRunner:
        if self._syncs is None:
            raise InvalidRequest(f"{self._provider} has no list to walk")
        return self._syncs

    def _do_tasks(self, received: Sequence[Received], seconds: float) -> Again:
        gathered = self._tasks.gather([one.task for one in received if isinstance(one.task, Task)])
        burst = gathered.burst
        self._notes.duplicates(burst.tasks[0], burst.duplicates)
        try:
            done = self._tasks.work(gathered, seconds)
        except Exception as error:  # noqa: BLE001  # of a duplicate nothing is left to be done, whatever failed
            ours, fresh = as_ours(error), [one for one in received if any(one.task is task for task in burst.fresh)]
            return [one.delivered.id for one in fresh if not self._is_over(self._told(ours, one.task), one)]
        if burst.step in (Step.ANNOUNCE, Step.FETCH):
            for task in burst.fresh:
                observability.measure_seconds("receipt_to_row", seconds_between(task.received_at, self._moment()))
        if done.media_look_at is not None:
            self._look_for_media(burst.fresh[0], done.media_look_at)
        for one in received:
            with _told_of(one):
                status = done.message.status if done.message is not None else None
                observability.info("task done", via=_via(one.task), status=status, step=burst.step.value)
        return []

    def _look_for_media(self, task: Task, at: str) -> None:
        """Queues the next look at a message whose files may be on their way; the due index stands in if it is lost."""
        look = Task(
            provider=task.provider, account=task.account, message_id=task.message_id, via="reconcile", received_at=at
        )
        self._queue.send(look, seconds_between(self._moment(), at))
        observability.count("media_awaited")

    # --- what follows of a failure

    def _told(self, error: MessageDetailError, task: AnyTask) -> MessageDetailError:
        """What the failure of a call means for one of the tasks that it was made for."""
        if isinstance(error, ProviderError) and isinstance(task, Task):
            return self._tasks.told(error, task)
        return error

    def _is_over(self, error: MessageDetailError, one: Received) -> bool:
        """Does what the error class says; whether the task is over, and need not stay on its queue."""
        with _told_of(one):
            try:
                return self._after(error, one.delivered, one.task)
            except StorageError:
                return False

    def _after(self, error: MessageDetailError, delivered: Delivered, task: AnyTask) -> bool:
        observability.warning("task failed", code=error.code, next=error.redelivery.value, tries=delivered.tries)
        observability.count(f"failed_{error.code}")
        if _comes_again(task) and not isinstance(error, ProviderError):
            self._look_no_more(task, error)
        ended = self._ended(error, delivered, task)
        self._notes.failed(task, ended or Ended.TRIED, error.code, delivered.tries)
        return ended is not None

    def _ended(self, error: MessageDetailError, delivered: Delivered, task: AnyTask) -> Ended | None:
        """What has become of a task: put off it was tried, and is over here; None where it stays on its queue."""
        if error.redelivery is Redelivery.DROP and isinstance(task, Task):
            observability.count("dropped")
            return Ended.DROPPED
        if error.redelivery is Redelivery.LATER and self._may_wait(error, task):
            self._postpone(delivered, task, error)
            return Ended.TRIED
        if error.redelivery is not Redelivery.RETRY or delivered.tries >= self._max_receives:
            if isinstance(task, PageTask):
                self._end_sync(task, error)
            self._dead_letter(delivered.body, task.account, error)
            return Ended.DEAD
        return None

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
            self._tasks.look_no_more(task)
        except StorageError as refusal:
            observability.warning("still due", reason=refusal.detail)

    def _dead_letter(self, body: str, account: str, error: MessageDetailError) -> None:
        try:
            self._queue.dead_letter(body, account, f"{error.code}: {error.detail}")
        except StorageError as refusal:
            observability.error("dead letter refused", reason=refusal.detail)
            raise  # the task stays on its queue
        self._notes.dead()
        observability.error("task is dead", code=error.code, reason=error.detail)
        observability.count("dead")

    def _waited(self, task: AnyTask) -> float:
        return seconds_waited(task, self._moment())

    def _moment(self) -> str:
        return from_epoch(self._now())


def as_ours(error: Exception) -> MessageDetailError:
    """An error as one of ours; a bug is logged, once for all tasks that it concerns."""
    if isinstance(error, MessageDetailError):
        return error
    observability.log_unexpected(error)
    return InternalError("unexpected error")


def retry_delay(error: MessageDetailError, task: AnyTask | ErasureTask) -> float:
    """Seconds to put a task off: what the error says, else growing with full jitter."""
    if error.retry_after is not None:
        # A little spread, so that all that waited for one moment don't come back in it.
        return error.retry_after + random.uniform(0, min(10.0, 1 + error.retry_after / 4))  # noqa: S311
    ceiling = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** min(task.deferrals, 10))
    return random.uniform(1, ceiling)  # noqa: S311  # spread, not secrecy


def _comes_again(task: AnyTask) -> TypeGuard[Task]:
    """A message that is due stays so: waiting on the queue, too, it would be there once more after each lease."""
    return isinstance(task, Task) and task.via == "reconcile"


def together(received: Iterable[Received]) -> list[list[Received]]:
    """The tasks of a batch that are worked on together: those about one message, and the same part of it."""
    groups: dict[object, list[Received]] = {}
    for one in received:
        task = one.task
        key = (task.account, task.message_id, task.part) if isinstance(task, Task) else one.delivered.id
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _via(task: AnyTask) -> str | None:
    return task.via if isinstance(task, Task) else None


@contextmanager
def _told_of(one: Received) -> Iterator[None]:
    """What is logged is told of this task."""
    about = message_hash(one.task.id) if isinstance(one.task, Task) else None
    with observability.correlated(one.correlation_id, account=one.task.account, message_hash=about):
        yield
