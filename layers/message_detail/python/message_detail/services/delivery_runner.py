"""Ending the tasks of the events' queue: delivered, waiting in the table, put off, or left on the queue."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.correlation import first_usable
from message_detail.domain.errors import InvalidRequest, MessageDetailError, StorageUnavailable
from message_detail.domain.events_out.delivery import AnyDelivery, DeliveryTask, parse
from message_detail.domain.events_out.endpoint import LONGEST_SECONDS
from message_detail.domain.message_ids import message_hash
from message_detail.services.event_delivery import Deliverer

FIRST_DELAY_SECONDS: Final = 5.0
LONGEST_DELAY_SECONDS: Final = 600.0
STORING_SECONDS: Final = 3.0
"""What comes before and after an attempt."""


@dataclass(frozen=True, slots=True)
class Received:
    """A task, and the id of its message on the queue."""

    id: str
    task: AnyDelivery


Again = list[str]
"""Ids of tasks that stay on the queue, where that uses up one of their tries."""


class DeliveryRunner:
    """Works on the tasks of the events' queue."""

    def __init__(self, deliverer: Deliverer, queue: TaskQueue) -> None:
        self._deliverer = deliverer
        self._queue = queue

    def receive(self, batch: Iterable[tuple[str, str]]) -> tuple[list[Received], Again]:
        """The tasks of messages on the queue (ids and bodies), and those that stay there, since they can't be read."""
        received: list[Received] = []
        again: Again = []
        for message_id, body in batch:
            try:
                received.append(Received(message_id, parse(body)))
            except InvalidRequest as error:  # SQS puts it with the dead letters in the end
                observability.error("delivery task can't be read", reason=error.detail)
                again.append(message_id)
        return received, again

    def end(self, received: Sequence[Received], until: float) -> Again:
        """Works on tasks one after the other. `until` is the moment of `time.monotonic` at which all has to be over."""
        return [one.id for one in received if not self._is_over(one, until)]

    def _is_over(self, one: Received, until: float) -> bool:
        with _told_of(one):
            try:
                if time.monotonic() > until - LONGEST_SECONDS - STORING_SECONDS:
                    self._put_off(one.task, 0.0, "too little time is left")
                else:
                    self._end_one(one.task)
            except MessageDetailError as error:
                observability.error("delivery failed", code=error.code, reason=error.detail)
                return False
            except Exception as error:  # noqa: BLE001  # one task's bug is no other's
                observability.log_unexpected(error)
                return False
        return True

    def _end_one(self, task: AnyDelivery) -> None:
        try:
            self._deliverer.deliver(task)
        except StorageUnavailable as error:
            ceiling = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** min(task.deferrals, 10))
            spread = random.uniform(1, ceiling)  # noqa: S311  # spread, not secrecy
            self._put_off(task.deferred(), spread, error.detail)

    def _put_off(self, task: AnyDelivery, seconds: float, reason: str) -> None:
        """Waiting for our own sake uses up none of a task's tries. StorageError."""
        self._queue.send(task, seconds)
        observability.warning("delivery put off", reason=reason)
        observability.count("deliveries_put_off")


def in_order(received: Iterable[Received]) -> list[list[Received]]:
    """The tasks of a batch that are worked on one after the other: those of one endpoint and subject, by revision."""
    groups: dict[tuple[str, str], list[Received]] = {}
    for one in received:
        about = one.task.event.subject if isinstance(one.task, DeliveryTask) else one.task.event_id
        groups.setdefault((one.task.endpoint, about), []).append(one)
    return [sorted(group, key=_revision) for group in groups.values()]


def _revision(one: Received) -> int:
    return (one.task.event.revision or 0) if isinstance(one.task, DeliveryTask) else 0


@contextmanager
def _told_of(one: Received) -> Iterator[None]:
    """What is logged is told of this task."""
    task = one.task
    about = (
        message_hash(task.event.subject) if isinstance(task, DeliveryTask) and task.event.type.is_of_message else None
    )
    correlation_id = first_usable(task.correlation_id, one.id)
    with observability.correlated(correlation_id, endpoint=task.endpoint, event_id=task.event_id, message_hash=about):
        yield
