"""An EventBridge bus: what happens goes there as well, each event as the detail of an entry."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Protocol

from message_detail.adapters.aws import clients
from message_detail.domain.errors import StorageRefused, StorageUnavailable
from message_detail.domain.events_out.event import Event, body

WHAT: Final = "the event bus"
BATCH: Final = 10
"""https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html"""
SOURCE: Final = "message-detail"
"""Of all entries: a rule asks for it, and for `detail-type`, which is the event's type."""
ATTEMPTS: Final = 4


class Client(Protocol):
    """What is asked of an EventBridge client."""

    def put_events(self, *, Entries: list[Any]) -> Any:  # botocore's name
        """Puts up to BATCH entries on their buses."""
        ...


class EventBus:
    """One bus. `api_url` is where the events' schemas are."""

    def __init__(self, client: Client, name: str, api_url: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._name = name
        self._api_url = api_url
        self._sleep = sleep

    def put(self, events: Iterable[Event]) -> None:
        """Puts all events on the bus; StorageError when not every one got there."""
        for entries in _batches(self._entry(event) for event in events):
            self._put_batch(entries)

    def _entry(self, event: Event) -> Any:
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": event.type.value,
            "Detail": body(event.document(self._api_url)).decode(),
        }

    def _put_batch(self, entries: list[Any]) -> None:
        for attempt in range(ATTEMPTS):
            if attempt:
                self._sleep(0.1 * 2**attempt)
            answer = clients.call(WHAT, self._client.put_events, Entries=entries)
            codes = [str(entry.get("ErrorCode", "")) for entry in answer["Entries"]]
            for code in filter(clients.is_for_good, codes):
                raise StorageRefused(f"{WHAT} refuses ({code})")
            entries = [entry for entry, code in zip(entries, codes, strict=True) if code]
            if not entries:
                return
        raise StorageUnavailable(f"{WHAT} did not take {len(entries)} of the events", retry_after=2)


def _batches(entries: Iterable[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
