"""Every minute, for each endpoint that can be sent something: what waits for it and is due is queued."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.endpoint_states import EndpointState, EndpointStates
from message_detail.adapters.aws.endpoints import Endpoints
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.adapters.aws.waiting_deliveries import Due, WaitingDeliveries
from message_detail.domain.errors import EndpointUnusable
from message_detail.domain.events_out.delivery import WaitingTask
from message_detail.domain.times import from_epoch, seconds_between

PER_ROUND: Final = 200
"""Events queued before it is looked whether there is time for more."""
ROUND_SECONDS: Final = 10.0
"""What a round may take; with less time left none is begun."""

TimeLeft = Callable[[], float]
"""Seconds that are left of a run."""


class WaitingRounds:
    """Queues what waits. `now` gives seconds since 1970."""

    def __init__(
        self,
        endpoints: Endpoints,
        states: EndpointStates,
        waiting: WaitingDeliveries,
        queue: TaskQueue,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._endpoints = endpoints
        self._states = states
        self._waiting = waiting
        self._queue = queue
        self._now = now

    def run(self, seconds_left: TimeLeft) -> int:
        """Queues what is due at each endpoint; how much that was. StorageError."""
        queued = paused = 0
        endpoints = self._endpoints.all()
        for name, state in self._states.many(endpoints).items():
            paused += state.is_paused
            self._measure(name)
            if not (state.is_paused or isinstance(endpoints[name], EndpointUnusable)):
                queued += self._queue_endpoint(name, state, seconds_left)
        observability.info("waiting events queued", queued=queued, paused=paused)
        return queued

    def _measure(self, endpoint: str) -> None:
        """How late the delivery is that is due the longest: one of a paused endpoint is, too."""
        for due in self._waiting.due(endpoint, 1):
            late = seconds_between(due.due_at, from_epoch(self._now()))
            observability.measure_seconds("delivery_overdue", max(0.0, late))

    def _queue_endpoint(self, endpoint: str, state: EndpointState, seconds_left: TimeLeft) -> int:
        if state.resumed_at is not None and self._release(endpoint, seconds_left):
            self._states.released(endpoint, state.resumed_at)
        queued = 0
        while seconds_left() > ROUND_SECONDS:
            found, more = self.queue_round(endpoint)
            queued += more
            if found < PER_ROUND:
                break
        return queued

    def queue_round(self, endpoint: str) -> tuple[int, int]:
        """How many events of an endpoint were found due, and queued.

        An event is put off before it is queued: a crash in between delays it by the lease.
        """
        found = self._waiting.due(endpoint, PER_ROUND)
        leased: list[Due] = []
        try:
            for due in found:
                if self._waiting.lease(due):
                    leased.append(due)
        finally:  # what is leased would not be due for a while
            queued = self._queue.send_all(WaitingTask(endpoint=endpoint, event_id=due.event_id) for due in leased)
        return len(found), queued

    def _release(self, endpoint: str, seconds_left: TimeLeft) -> bool:
        """Makes due what is to be sent later; whether that was all. The latest first: none of it is met again."""
        while seconds_left() > ROUND_SECONDS:
            later = self._waiting.due_later(endpoint, PER_ROUND)
            for due in later:
                self._waiting.make_due(due)
            if len(later) < PER_ROUND:
                return True
        return False
