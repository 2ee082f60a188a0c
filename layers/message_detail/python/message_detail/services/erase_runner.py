"""Ending the tasks of the queue of erasures: the next slice, later, again, or the erasure has failed.

A task that can't be done is not kept as a dead letter: the erasure says that it has failed, and of what, and whoever
asked for it asks again. What leads to the person would otherwise lie around until somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.erasures import Erasures
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.correlation import first_usable
from message_detail.domain.erasure import Erasure, ErasureState
from message_detail.domain.errors import (
    InternalError,
    InvalidRequest,
    MessageDetailError,
    NoSuchErasure,
    Redelivery,
    StorageError,
    StorageUnavailable,
)
from message_detail.domain.tasks import ErasureTask, parse_erasure
from message_detail.domain.times import from_epoch, seconds_between
from message_detail.services.erase_job import EraseJob
from message_detail.services.task_runner import HORIZON_SECONDS, Delivered, as_ours, retry_delay

YET_TO_COME_SECONDS: Final = 1.0
"""How long after a task that comes before its erasure is written it is looked at again."""
YET_TO_COME: Final = 20
"""How often. A request that is over by then has not written it, and told nobody of it."""


class EraseRunner:
    """The tasks of erasures. `now` gives seconds since 1970."""

    def __init__(
        self, job: EraseJob, erasures: Erasures, queue: TaskQueue, max_receives: int, now: Callable[[], float]
    ) -> None:
        self._job = job
        self._erasures = erasures
        self._queue = queue
        self._max_receives = max_receives
        self._now = now

    def end(self, delivered: Delivered, until: float) -> bool:
        """Works on a task until it is over or `until` (of `time.monotonic`); whether it may leave its queue."""
        try:
            task = parse_erasure(delivered.body)
        except InvalidRequest as error:
            observability.error("no erasure's task", reason=error.detail)
            return True
        with observability.correlated(first_usable(task.correlation_id, delivered.id)):
            try:
                if delivered.tries > self._max_receives:
                    return self._given_up(task)
                return self._slice(task, until)
            except Exception as error:  # noqa: BLE001  # whatever it is, the erasure has to say so in the end
                return self._is_over(as_ours(error), delivered, task)

    def _slice(self, task: ErasureTask, until: float) -> bool:
        erasure = self._job.run(task.erase_id, until)
        if erasure.state is ErasureState.RUNNING:
            self._queue.send(task.next())
            observability.info("erasure goes on", erase_id=erasure.erase_id, erased=erasure.erased, left=erasure.left)
        else:
            self._ended(erasure)
        return True

    def _given_up(self, task: ErasureTask) -> bool:
        """Every container that worked on it was ended."""
        self._ended(self._erasures.end(self._erasures.read(task.erase_id), InternalError.code))
        return True

    def _is_over(self, error: MessageDetailError, delivered: Delivered, task: ErasureTask) -> bool:
        try:
            return self._after(error, delivered, task)
        except StorageError as refusal:
            observability.warning("task failed", code=refusal.code, next=Redelivery.RETRY.value, tries=delivered.tries)
            return False

    def _after(self, error: MessageDetailError, delivered: Delivered, task: ErasureTask) -> bool:
        if isinstance(error, NoSuchErasure):  # it may be there by now
            return self._yet_to_come(task)
        erasure = self._erasures.read(task.erase_id)
        observability.count(f"failed_{error.code}")
        waits = isinstance(error, StorageUnavailable) and self._seconds_since(erasure.asked_at) < HORIZON_SECONDS
        observability.warning("task failed", code=error.code, next=error.redelivery.value, tries=delivered.tries)
        if waits:
            observability.count("deferred")
            self._queue.send(task.deferred(), retry_delay(error, task))
        elif error.redelivery is Redelivery.RETRY and delivered.tries < self._max_receives:
            return False
        else:
            self._ended(self._erasures.end(erasure, error.code))
        return True

    def _yet_to_come(self, task: ErasureTask) -> bool:
        """The task is queued before its erasure is written, by a request that may have died in between."""
        if task.deferrals < YET_TO_COME:
            self._queue.send(task.deferred(), YET_TO_COME_SECONDS)
        return True

    def _ended(self, erasure: Erasure) -> None:
        """The audit line: who erased whom, how many, from when to when."""
        if erasure.state is ErasureState.DONE:
            observability.info(
                "erasure done",
                erase_id=erasure.erase_id,
                key_id=erasure.key_id,
                subject=erasure.subject,
                messages=erasure.messages,
                erased=erasure.erased,
                asked_at=erasure.asked_at,
                ended_at=erasure.ended_at,
            )
            return
        observability.count("erasures_failed")
        observability.error(
            "erasure failed",
            erase_id=erasure.erase_id,
            code=erasure.reason,
            key_id=erasure.key_id,
            subject=erasure.subject,
            messages=erasure.messages,
            erased=erasure.erased,
            asked_at=erasure.asked_at,
            ended_at=erasure.ended_at,
        )

    def _seconds_since(self, moment: str) -> float:
        return seconds_between(moment, from_epoch(self._now()))
