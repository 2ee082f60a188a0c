"""What the table's stream tells goes out: one task on the queue for each endpoint that an event is for, and to the bus.

A record is worked on for itself: one that can't be is left to Lambda, which tries it again and at last puts it away,
and holds up none of the others. An event that is queued twice has the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from message_detail import observability
from message_detail.domain.errors import EndpointUnusable
from message_detail.domain.events_out.delivery import DeliveryTask

if TYPE_CHECKING:
    from message_detail.adapters.aws.endpoints import Endpoints
    from message_detail.adapters.aws.event_bus import EventBus
    from message_detail.adapters.aws.task_queue import TaskQueue
    from message_detail.domain.events_out.event import Event

Record = Mapping[str, Any]


class Changes:
    """Makes events of the stream's records (`read`) and sends them on. `bus` is None where the stack names none."""

    def __init__(
        self,
        read: Callable[[Record], Event | None],
        endpoints: Endpoints,
        queue: TaskQueue,
        bus: EventBus | None = None,
    ) -> None:
        self._read = read
        self._endpoints = endpoints
        self._queue = queue
        self._bus = bus

    def send(self, records: Sequence[Record]) -> str | None:
        """Queues what the records tell; the sequence number of the first that can't be read, None where all can.

        StorageError where the queue or the bus did not take all: then nothing counts as done.
        """
        events: list[Event] = []
        unreadable: list[str] = []
        for record in records:
            try:
                event = self._read(record)
            except Exception as error:  # noqa: BLE001  # whatever it is, the other records are not to wait for it
                observability.log_unexpected(error)
                unreadable.append(str(record["dynamodb"]["SequenceNumber"]))
            else:
                events += [event] if event is not None else []
        queued = self._queue.send_all(self._tasks(events))
        if self._bus is not None:
            self._bus.put(events)
        observability.info("changes", records=len(records), events=len(events), queued=queued)
        return unreadable[0] if unreadable else None

    def _tasks(self, events: Sequence[Event]) -> Iterator[DeliveryTask]:
        """One for each endpoint that an event is for; the endpoints are asked for where there is an event.

        What one wants whose settings can't be used isn't known: all of it waits until they can.
        """
        endpoints = self._endpoints.all() if events else {}
        for name, endpoint in endpoints.items():
            if isinstance(endpoint, EndpointUnusable):
                observability.warning("endpoint can't be used", endpoint=name, reason=endpoint.detail)
        for event in events:
            for name, endpoint in endpoints.items():
                if isinstance(endpoint, EndpointUnusable) or endpoint.wants(event):
                    yield DeliveryTask(endpoint=name, event=event)
