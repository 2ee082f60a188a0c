"""Delivering one event to one endpoint: at least once, under one id, until it is taken or given up, or needs a person.

What failed waits in the table before anything else is done, so that a deliverer may die between any two steps: the task
that it leaves on its queue, or the entry that it leaves in the index, brings the event again. What goes wrong with us
is raised, and never counts against an endpoint.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.circuits import Circuits
from message_detail.adapters.aws.delivery_log import DeliveryLog
from message_detail.adapters.aws.endpoint_states import EndpointStates
from message_detail.adapters.aws.endpoints import Endpoints
from message_detail.adapters.aws.task_queue import MAX_DELAY_SECONDS, TaskQueue
from message_detail.adapters.aws.waiting_deliveries import Waiting, WaitingDeliveries
from message_detail.adapters.endpoint_client import EndpointClient
from message_detail.domain.errors import EndpointUnusable, NoSuchEndpoint, ProviderUnavailable, StorageError
from message_detail.domain.events_out.attempt import HELD_BACK, REFUSES, UNUSABLE, Attempt
from message_detail.domain.events_out.delivery import AnyDelivery, DeliveryTask, WaitingTask
from message_detail.domain.events_out.endpoint import Endpoint
from message_detail.domain.events_out.event import ID_PREFIX, Event, trial_event
from message_detail.domain.events_out.retry_plan import (
    BUSY,
    PAUSE_SECONDS,
    REFUSALS,
    REFUSES_AFTER,
    delay_before,
)
from message_detail.domain.times import from_epoch, seconds_between
from message_detail.services.event_contents import EventContents

CIRCUITS: Final = "endpoint"
"""Below which endpoints' circuits stand, beside the providers."""
QUEUE_LATE_SECONDS: Final = 120.0
"""How long the index leaves to the queue what the queue is to bring."""
CLOCKS_DIFFER_SECONDS: Final = 2.0
SHORTEST_HOLD_SECONDS: Final = 15.0
LONGEST_HOLD_SECONDS: Final = 3_600.0
GONE_REASON: Final = "the receiver says that it is gone (410)"


class _Outage(ProviderUnavailable):
    """An attempt that a circuit learns from."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__("the receiver can't take anything now")
        self.attempt = attempt


@dataclass(frozen=True, slots=True)
class _Owner:
    """An endpoint as the owner of a circuit."""

    name: str
    provider: str = CIRCUITS


@dataclass(frozen=True, slots=True)
class _Delivery:
    """An event on its way. `attempts` have been made, the first of them at `since`, the latest is `last`.

    It `waits` in the table, or may do so where it is `replayed`.
    """

    endpoint: str
    event: Event
    since: str
    attempts: int = 0
    last: Attempt | None = None
    waits: bool = False
    replayed: bool = False

    @property
    def made(self) -> int:
        """Attempts, with the one that is being made."""
        return self.attempts + 1


class Deliverer:
    """Delivers. `now` gives seconds since 1970, `chance` random numbers from 0 to 1."""

    def __init__(
        self,
        endpoints: Endpoints,
        contents: EventContents,
        client: EndpointClient,
        circuits: Circuits,
        states: EndpointStates,
        waiting: WaitingDeliveries,
        log: DeliveryLog,
        queue: TaskQueue,
        now: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._endpoints = endpoints
        self._contents = contents
        self._client = client
        self._circuits = circuits
        self._states = states
        self._waiting = waiting
        self._log = log
        self._queue = queue
        self._now = now
        self._chance = chance

    def deliver(self, task: AnyDelivery) -> None:
        """Makes one attempt, or has the event wait for a better moment. StorageError: to be tried again."""
        delivery = self._delivery(task)
        if delivery is None:  # it was taken, or given up, or its time has not come
            return
        try:
            endpoint = self._endpoints.get(task.endpoint)
        except NoSuchEndpoint:
            self._drop(delivery, "no such endpoint")
        except EndpointUnusable:
            next_at = self._keep(delivery)
            observability.info("event held", reason=UNUSABLE, next_at=next_at)
        else:
            self._deliver_to(endpoint, delivery)

    def test(self, name: str) -> tuple[Event, Attempt]:
        """Sends an event by which somebody tries an endpoint, paused or not. NoSuchEndpoint, EndpointUnusable."""
        endpoint = self._endpoints.get(name)
        event = trial_event(f"{ID_PREFIX}{uuid.uuid4().hex}", self._moment(), name)
        attempt = self._client.send(endpoint, event.id, self._contents.body(endpoint, event))
        self._log.add(name, event, 1, attempt)
        return event, attempt

    def _delivery(self, task: AnyDelivery) -> _Delivery | None:
        if isinstance(task, DeliveryTask):
            return _Delivery(task.endpoint, task.event, self._moment(), replayed=task.replayed)
        found = self._waiting.get(task.endpoint, task.event_id)
        if found is None or self._is_early(found):
            return None
        return _Delivery(task.endpoint, found.event, found.since, found.attempts, found.last, waits=True)

    def _is_early(self, found: Waiting) -> bool:
        """Whether the task is one of two that the queue has made of one, or came to its end before its deliverer did:
        what brings the event when its time has come is another one."""
        return seconds_between(self._moment(), found.next_at) > CLOCKS_DIFFER_SECONDS

    def _deliver_to(self, endpoint: Endpoint, delivery: _Delivery) -> None:
        if not (delivery.replayed or endpoint.wants(delivery.event)):
            self._drop(delivery, "not wanted any more")
        elif self._is_paused(delivery):
            self._keep(delivery)
        elif self._contents.is_outdated(endpoint, delivery.event):
            self._drop(delivery, "outdated")
        else:
            self._try(endpoint, delivery)

    def _is_paused(self, delivery: _Delivery) -> bool:
        """What waits is queued only where the endpoint is not paused: this container may not have heard yet that it
        was resumed, and would leave the event to a later round."""
        name = delivery.endpoint
        is_paused = self._states.get(name).is_paused
        return self._states.many([name])[name].is_paused if is_paused and delivery.waits else is_paused

    def _try(self, endpoint: Endpoint, delivery: _Delivery) -> None:
        body = self._contents.body(endpoint, delivery.event)
        try:
            attempt = self._circuits.call(_Owner(endpoint.name), self._attempt, endpoint, delivery.event, body)
        except _Outage as outage:
            self._failed(delivery, outage.attempt)
        except ProviderUnavailable:
            self._hold(delivery)
        else:
            (self._delivered if attempt.delivered else self._failed)(delivery, attempt)

    def _attempt(self, endpoint: Endpoint, event: Event, body: bytes) -> Attempt:
        attempt = self._client.send(endpoint, event.id, body)
        if attempt.is_outage:
            raise _Outage(attempt)
        return attempt

    # --- what follows

    def _delivered(self, delivery: _Delivery, attempt: Attempt) -> None:
        self._remove(delivery)
        with _best_effort():  # the receiver has it: what can't be noted of that is no reason to send it again
            self._log.add(delivery.endpoint, delivery.event, delivery.made, attempt)
            self._states.succeeded(delivery.endpoint)
        observability.info("event delivered", attempt=delivery.made, milliseconds=attempt.milliseconds)
        observability.count("events_delivered")
        lag = seconds_between(delivery.event.time, self._moment())
        observability.measure_seconds("change_to_receiver", max(0.0, lag))

    def _failed(self, delivery: _Delivery, attempt: Attempt) -> None:
        """Durable first: what follows is made good by the next attempt."""
        delivery = delivery if delivery.attempts else replace(delivery, since=attempt.at)
        attempt = _as_refusal(attempt, delivery.made)
        asked = attempt.retry_after if attempt.status_code in BUSY else None
        delay = delay_before(delivery.made, self._chance(), asked)
        reason = self._why_to_pause(delivery, attempt, is_last=delay is None)
        next_at = None
        if reason is not None:
            next_at = self._await_a_person(delivery, attempt, reason)
        elif delay is not None:
            next_at = self._wait(replace(delivery, attempts=delivery.made, last=attempt), delay)
        with _best_effort():
            self._log.add(delivery.endpoint, delivery.event, delivery.made, attempt, next_at)
            self._states.failed(delivery.endpoint, attempt.error or "")
        if next_at is None:
            self._give_up(delivery)
        observability.warning("event not delivered", attempt=delivery.made, reason=attempt.error, next_at=next_at)
        observability.count("events_not_delivered")

    def _why_to_pause(self, delivery: _Delivery, attempt: Attempt, *, is_last: bool) -> str | None:
        """Why nothing more is to be sent to the endpoint until a person says so; None where that isn't so."""
        if attempt.gone:
            return GONE_REASON
        state = self._states.get(delivery.endpoint)
        since = state.failing_since or delivery.since
        is_silent = state.last_success is None or state.last_success < delivery.since
        if seconds_between(since, self._moment()) >= PAUSE_SECONDS or (is_last and is_silent):
            return f"no success since {since}"
        return None

    def _await_a_person(self, delivery: _Delivery, attempt: Attempt, reason: str) -> str:
        """It waits, and begins anew when the endpoint is resumed."""
        next_at = self._keep(replace(delivery, attempts=0, last=attempt, waits=False))
        if self._states.pause(delivery.endpoint, reason):
            observability.error("endpoint paused", reason=reason)
            observability.count("endpoints_paused")
        return next_at

    def _give_up(self, delivery: _Delivery) -> None:
        """Others were taken meanwhile: this one is not, and can be replayed."""
        self._remove(delivery)
        observability.error("event given up", attempts=delivery.made)
        observability.count("events_given_up")

    def _hold(self, delivery: _Delivery) -> None:
        """No attempt is made now, and none counts: the receiver fails on and on."""
        next_at = self._wait(delivery, self._hold_seconds(delivery.endpoint))
        observability.info("event held", reason=HELD_BACK, next_at=next_at)

    def _hold_seconds(self, endpoint: str) -> float:
        """How long an event waits for a receiver that is held back: the longer it has failed, the longer."""
        since = self._states.get(endpoint).failing_since
        failing = seconds_between(since, self._moment()) if since is not None else 0.0
        return min(LONGEST_HOLD_SECONDS, max(SHORTEST_HOLD_SECONDS, failing / 4)) * (1 + self._chance() / 4)

    def _keep(self, delivery: _Delivery) -> str:
        """Has an event wait until its endpoint can be sent something; what waits already does so."""
        now = self._moment()
        if not delivery.waits:
            self._waiting.put(self._as_waiting(delivery, now), now)
        return now

    def _wait(self, delivery: _Delivery, seconds: float) -> str:
        """Has an event wait; until when. A short wait is the queue's, which is quicker: the index stands in for it."""
        due = self._now() + seconds
        is_queued = seconds <= MAX_DELAY_SECONDS
        next_at = from_epoch(due)
        self._waiting.put(self._as_waiting(delivery, next_at), from_epoch(due + QUEUE_LATE_SECONDS * is_queued))
        if is_queued:
            self._queue.send(WaitingTask(endpoint=delivery.endpoint, event_id=delivery.event.id), seconds)
        return next_at

    def _as_waiting(self, delivery: _Delivery, next_at: str) -> Waiting:
        return Waiting(
            endpoint=delivery.endpoint,
            event=delivery.event,
            attempts=delivery.attempts,
            since=delivery.since,
            next_at=next_at,
            last=delivery.last,
        )

    def _drop(self, delivery: _Delivery, why: str) -> None:
        self._remove(delivery)
        observability.info("event dropped", reason=why)

    def _remove(self, delivery: _Delivery) -> None:
        if delivery.waits or delivery.replayed:
            self._waiting.remove(delivery.endpoint, delivery.event.id)

    def _moment(self) -> str:
        return from_epoch(self._now())


@contextmanager
def _best_effort() -> Iterator[None]:
    """What is done inside need not be: a refusal is logged."""
    try:
        yield
    except StorageError as error:
        observability.warning("delivery not noted", reason=error.detail)


def _as_refusal(attempt: Attempt, made: int) -> Attempt:
    """An attempt whose answer was the same kind of no for the third time."""
    if attempt.status_code in REFUSALS and made >= REFUSES_AFTER:
        return replace(attempt, error=f"{REFUSES} ({attempt.status_code})")
    return attempt
