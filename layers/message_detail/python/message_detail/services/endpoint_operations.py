"""What people ask of endpoints: how they fare, what was sent to them, to pause, resume, try and replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.circuits import Circuits
from message_detail.adapters.aws.delivery_log import DeliveryLog, Logged
from message_detail.adapters.aws.endpoint_states import EndpointState, EndpointStates
from message_detail.adapters.aws.endpoints import Endpoints
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.adapters.aws.waiting_deliveries import Waiting, WaitingDeliveries
from message_detail.domain.errors import EndpointUnusable, NoSuchEndpoint, NotFound
from message_detail.domain.events_out.attempt import Attempt
from message_detail.domain.events_out.delivery import DeliveryTask
from message_detail.domain.events_out.endpoint import Endpoint
from message_detail.domain.events_out.event import Event
from message_detail.services.event_delivery import CIRCUITS, Deliverer
from message_detail.services.waiting_rounds import WaitingRounds

ASKED: Final = "somebody asked for it"
"""Why an endpoint is paused that a person has paused."""


@dataclass(frozen=True, slots=True)
class EndpointFacts:
    """An endpoint, or why its settings can't be used, and how it fares."""

    name: str
    endpoint: Endpoint | EndpointUnusable
    state: EndpointState
    waiting: int


class EndpointOperations:
    """What is asked of endpoints. Each call that names one raises NoSuchEndpoint where there is none of that name."""

    def __init__(
        self,
        endpoints: Endpoints,
        states: EndpointStates,
        waiting: WaitingDeliveries,
        log: DeliveryLog,
        circuits: Circuits,
        deliverer: Deliverer,
        rounds: WaitingRounds,
        queue: TaskQueue,
    ) -> None:
        self._endpoints = endpoints
        self._states = states
        self._waiting = waiting
        self._log = log
        self._circuits = circuits
        self._deliverer = deliverer
        self._rounds = rounds
        self._queue = queue

    def overview(self) -> list[EndpointFacts]:
        """Every endpoint, by name. StorageError."""
        endpoints = self._endpoints.all()
        states = self._states.many(endpoints)
        return [
            EndpointFacts(name, endpoint, states[name], self._waiting.count(name))
            for name, endpoint in sorted(endpoints.items())
        ]

    def attempts(
        self,
        name: str,
        limit: int,
        *,
        status: str | None = None,
        subject: str | None = None,
        since: str = "",
        before: str | None = None,
    ) -> list[Logged]:
        """Up to `limit` attempts of a status (`delivery_log.DELIVERED`, `FAILED`) that began at `since` or later, the
        newest first, behind the place (`Logged.place`) `before`."""
        self._check(name)
        return self._log.page(name, limit, status=status, subject=subject, since=since, before=before)

    def waiting(self, name: str, limit: int) -> list[Waiting]:
        """Up to `limit` (at most 100) events that wait, in the order in which they are due."""
        self._check(name)
        return self._waiting.listed(name, limit)

    def pause(self, name: str) -> bool:
        """Whether the endpoint was sent something until now; what comes waits until it is resumed."""
        self._check(name)
        paused = self._states.pause(name, ASKED)
        observability.info("endpoint paused by hand", endpoint=name)
        return paused

    def resume(self, name: str) -> bool:
        """Whether the endpoint was paused; what waited goes out: some at once, the rest from the next minute on."""
        self._check(name)
        resumed = self._states.resume(name)
        if resumed:
            self._circuits.close(CIRCUITS, name)
            self._rounds.queue_round(name)
        observability.info("endpoint resumed", endpoint=name)
        return resumed

    def test(self, name: str) -> tuple[Event, Attempt]:
        """Sends an event of type `endpoint.test` and says how that ended. EndpointUnusable."""
        return self._deliverer.test(name)

    def find(self, name: str, event_id: str) -> list[Event]:
        """An event that was sent, or waits; NotFound where none of this id is known."""
        self._check(name)
        found = self._waiting.get(name, event_id)
        event = found.event if found is not None else self._log.event(name, event_id)
        if event is None:
            raise NotFound(f"no event {event_id[:64]!r} was sent to this endpoint within 30 days")
        return [event]

    def find_all(self, name: str, since: str, until: str | None, *, failed_only: bool) -> list[Event]:
        """The events of a time (canonical timestamps, both included) of which an attempt was made, oldest first; with
        `failed_only` those that were never taken."""
        self._check(name)
        return self._log.events(name, since, until, failed_only=failed_only)

    def replay(self, name: str, events: Sequence[Event]) -> int:
        """Queues events that were found to be sent again, each under its id; how many."""
        count = self._queue.send_all(DeliveryTask(endpoint=name, event=event, replayed=True) for event in events)
        observability.info("events replayed", endpoint=name, events=count)
        return count

    def _check(self, name: str) -> None:
        """NoSuchEndpoint. One whose settings can't be used is there."""
        if name not in self._endpoints.names():
            raise NoSuchEndpoint(f"there is no endpoint {name[:64]!r} here")
