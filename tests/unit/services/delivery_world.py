"""Endpoints, their queue and their minutes, on a table in moto and on a clock that only the test moves."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from message_detail.adapters.aws.circuits import FAILURES_TO_OPEN, RECOVERY_SECONDS
from message_detail.adapters.aws.delivery_log import DeliveryLog
from message_detail.adapters.aws.endpoint_states import EndpointStates
from message_detail.adapters.aws.waiting_deliveries import WaitingDeliveries
from message_detail.domain.errors import (
    EndpointUnusable,
    NoSuchEndpoint,
    ProviderUnavailable,
    StorageError,
    StorageUnavailable,
)
from message_detail.domain.events_out.attempt import NO_ANSWER, Attempt
from message_detail.domain.events_out.delivery import AnyDelivery, DeliveryTask, parse
from message_detail.domain.events_out.endpoint import Endpoint
from message_detail.domain.events_out.event import Event, message_event
from message_detail.domain.times import from_epoch, to_epoch
from message_detail.services.delivery_runner import DeliveryRunner, Received, in_order
from message_detail.services.endpoint_operations import EndpointOperations
from message_detail.services.event_contents import EventContents
from message_detail.services.event_delivery import Deliverer
from message_detail.services.waiting_rounds import WaitingRounds
from tests.unit.adapters.receiver import endpoint
from tests.unit.conftest import Clock, table_of
from tests.unit.samples import stand_in

FOREVER: Final = 1e12
RETRY: Final = 30.0
"""Seconds after which a queue brings back what was not ended."""


class Crash(BaseException):
    """The end of a container."""


@dataclass
class Sent:
    """An attempt as the receiver saw it."""

    at: float
    endpoint: str
    event_id: str
    body: dict[str, Any]
    taken: bool = False


class SimulatedCircuits:
    """Circuits by the world's clock; Powertools' know the real one only."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: Counter[str] = Counter()
        self._open_until: dict[str, float] = {}

    def call(self, owner: Any, call: Callable[..., Any], *given: Any) -> Any:
        if self._open_until.get(owner.name, 0.0) > self._clock():
            raise ProviderUnavailable("open")
        try:
            result = call(*given)
        except ProviderUnavailable:
            self._failures[owner.name] += 1
            if self._failures[owner.name] >= FAILURES_TO_OPEN:
                self._open_until[owner.name] = self._clock() + RECOVERY_SECONDS
            raise
        self.close("", owner.name)
        return result

    def close(self, _provider: str, name: str) -> None:
        del self._failures[name]
        self._open_until.pop(name, None)


@dataclass
class World:
    """What the deliverer works with. `answers` says what a receiver answers: a status, None for no answer at all."""

    client: Any
    clock: Clock
    answers: Callable[[Sent], int | None] = lambda _: 204
    endpoints: dict[str, Endpoint | EndpointUnusable] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    retry_after: float | None = None
    refusal: StorageError | None = None
    latest: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.name = "crm"
        self.endpoints = self.endpoints or {self.name: endpoint(name=self.name)}
        self.queued: list[tuple[float, int, str]] = []
        self._order = itertools.count()
        table = table_of(self.client)
        self.states = EndpointStates(table, self.clock)
        self.waiting = WaitingDeliveries(table, self.clock)
        self.log = DeliveryLog(table, self.clock)
        self.circuits = stand_in(SimulatedCircuits(self.clock))
        ours = stand_in(self)
        self.deliverer = Deliverer(
            ours, EventContents(ours, "https://api.example.com"), ours, self.circuits, self.states, self.waiting,
            self.log, ours, self.clock, chance=lambda: 0.5,
        )  # fmt: skip
        self.rounds = WaitingRounds(ours, self.states, self.waiting, ours, self.clock)
        self.runner = DeliveryRunner(self.deliverer, ours)
        self.operations = EndpointOperations(
            ours, self.states, self.waiting, self.log, self.circuits, self.deliverer, self.rounds, ours
        )

    # --- the endpoints' secrets, the client, the store, the queue

    def get(self, name: str) -> Endpoint:
        found = self.endpoints.get(name)
        if found is None:
            raise NoSuchEndpoint("none")
        if isinstance(found, EndpointUnusable):
            raise found
        return found

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.endpoints))

    def all(self) -> dict[str, Endpoint | EndpointUnusable]:
        return dict(self.endpoints)

    def send(self, *given: Any) -> Any:
        """The client's sending of an event, and the queue's of a task."""
        return self._post(*given) if isinstance(given[0], Endpoint) else self.put(*given)

    def _post(self, to: Endpoint, event_id: str, body: bytes) -> Attempt:
        sent = Sent(self.clock(), to.name, event_id, json.loads(body))
        self.sent.append(sent)
        status = self.answers(sent)
        sent.taken = status is not None and 200 <= status < 300
        error = None if sent.taken else f"answered {status}" if status else NO_ANSWER
        return Attempt(
            at=from_epoch(self.clock()), milliseconds=7, status_code=status, error=error, retry_after=self.retry_after
        )

    def last_change(self, message_id: str) -> int | None:
        return self.latest.get(message_id)

    def put(self, task: AnyDelivery, delay: float = 0.0) -> None:
        if self.refusal is not None:
            raise self.refusal
        heapq.heappush(self.queued, (self.clock() + delay, next(self._order), task.to_json()))

    def send_all(self, tasks: Iterable[AnyDelivery]) -> int:
        sent = list(tasks)
        for task in sent:
            self.put(task)
        return len(sent)

    # --- what happens

    def change(self, event: Event, *names: str) -> None:
        """A change is queued for endpoints."""
        for name in names or self.names():
            self.put(DeliveryTask(endpoint=name, event=event))

    def work(self) -> None:
        """Works on what the queue has now; a deliverer that dies leaves its task there."""
        while self.queued and self.queued[0][0] <= self.clock():
            _, _, text = heapq.heappop(self.queued)
            try:
                again = self.runner.end([Received("m", parse(text))], FOREVER)
            except Crash:
                again = ["m"]
            if again:
                heapq.heappush(self.queued, (self.clock() + RETRY, next(self._order), text))

    def batch(self, tasks: Iterable[AnyDelivery]) -> None:
        """Works on tasks that came in one batch."""
        received, _ = self.runner.receive((str(place), task.to_json()) for place, task in enumerate(tasks))
        for group in in_order(received):
            self.runner.end(group, FOREVER)

    def minute(self) -> None:
        with contextlib.suppress(Crash, StorageUnavailable):
            self.rounds.run(lambda: FOREVER)

    def pass_time(self, seconds: float) -> None:
        """Time passes, minute by minute; where nothing happens it is skipped."""
        end = self.clock() + seconds
        while self.clock() < end:
            self.work()
            self.minute()
            self.work()
            self.clock.now = min(end, self._next_work())
        self.work()

    def _next_work(self) -> float:
        """When the queue has something next, or the minute in which something is due."""
        on_queue = self.queued[0][0] if self.queued else FOREVER
        due = [to_epoch(one.due_at) for name in self.names() for one in self.waiting.due_later(name, 500)]
        return min(on_queue, max(self.clock() + 60, min(due, default=FOREVER)))

    def attempts(self, event_id: str = "evt_1") -> list[float]:
        """When an event was sent, in seconds since the first time."""
        times = [one.at for one in self.sent if one.event_id == event_id]
        return [round(at - times[0], 3) for at in times]


def changed(number: int = 1, subject: str = "samva:default:42", revision: int | None = None, **data: Any) -> Event:
    """An event of a message's change."""
    told = {"type": "message_detail.message.status_changed", "at": "2026-06-01T12:00:00.000Z", "data": data}
    return message_event(f"evt_{number}", subject, revision if revision is not None else number, told)
