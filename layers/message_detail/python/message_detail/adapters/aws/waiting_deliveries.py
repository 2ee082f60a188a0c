"""Events that endpoints have not taken yet: durable until they have, and found by the index when they are due.

The index is that of the messages that are due; each endpoint has a key of its own there, so that one that is paused
costs nothing, and what waits for it is known without a scan.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from message_detail.adapters.aws.attributes import Item, get_number, get_text, number, text
from message_detail.adapters.aws.due_index import LEASE_SECONDS
from message_detail.adapters.aws.key_schema import DELIVERY, DUE_INDEX, key, waiting_shard
from message_detail.adapters.aws.table import ConditionFailed, Table
from message_detail.domain import json_codec
from message_detail.domain.errors import StorageRefused
from message_detail.domain.events_out.attempt import Attempt
from message_detail.domain.events_out.event import Event
from message_detail.domain.times import from_epoch

_DUE_FROM: Final = "due_shard = :shard AND due_at > :now"
_DUE_UNTIL: Final = "due_shard = :shard AND due_at <= :now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An event that waits. `attempts` have been made, the first of them at `since`; `last` is the latest of them.

    `next_at` is when it is to be sent again. All moments are canonical timestamps.
    """

    endpoint: str
    event: Event
    attempts: int
    since: str
    next_at: str
    last: Attempt | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """An entry of the index."""

    endpoint: str
    event_id: str
    due_at: str

    @property
    def key(self) -> Item:
        """The key of its item."""
        return _key(self.endpoint, self.event_id)


class WaitingDeliveries:
    """Waiting deliveries in the table. `now` gives seconds since 1970."""

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now

    def put(self, waiting: Waiting, due_at: str) -> None:
        """Has an event wait; from `due_at` on it is found by the index."""
        last = waiting.last
        item: Item = {
            **_key(waiting.endpoint, waiting.event.id),
            "event": text(json_codec.dumps(waiting.event.to_values())),
            "attempts": number(waiting.attempts),
            "since": text(waiting.since),
            "next_at": text(waiting.next_at),
            "due_at": text(due_at),
            "due_shard": waiting_shard(waiting.endpoint),
        }
        if last is not None:
            item |= {"at": text(last.at), "milliseconds": number(last.milliseconds)}
            if last.status_code is not None:
                item["status_code"] = number(last.status_code)
            if last.error is not None:
                item["error"] = text(last.error)
        self._table.put(item)

    def get(self, endpoint: str, event_id: str) -> Waiting | None:
        """An event that waits; None where it doesn't, any more."""
        item = self._table.get(_key(endpoint, event_id), consistent=True)
        return _waiting(endpoint, item) if item is not None else None

    def remove(self, endpoint: str, event_id: str) -> None:
        """The event waits no more: it was taken, or given up."""
        self._table.delete(_key(endpoint, event_id))

    # --- what is due

    def due(self, endpoint: str, limit: int) -> list[Due]:
        """Up to `limit` events that are due now, the longest due first."""
        return self._entries(endpoint, _DUE_UNTIL, limit)

    def lease(self, due: Due) -> bool:
        """Puts off an event that is being queued; False where another run was faster, or it waits no more."""
        values = {":later": text(from_epoch(self._now() + LEASE_SECONDS)), ":was": text(due.due_at)}
        try:
            self._table.update(due.key, "SET due_at = :later", values, condition="due_at = :was")
        except ConditionFailed:
            return False
        return True

    def due_later(self, endpoint: str, limit: int) -> list[Due]:
        """Up to `limit` events that are due later than now, the latest first."""
        return self._entries(endpoint, _DUE_FROM, limit, newest_first=True)

    def make_due(self, due: Due) -> None:
        """Has an event due now that is due later."""
        with suppress(ConditionFailed):
            self._table.update(
                due.key,
                "SET due_at = :now, next_at = :now",
                {":now": text(from_epoch(self._now())), ":was": text(due.due_at)},
                condition="due_at = :was",
            )

    # --- what is shown

    def count(self, endpoint: str) -> int:
        """How many events wait for an endpoint."""
        return self._table.count("due_shard = :shard", {":shard": waiting_shard(endpoint)}, index=DUE_INDEX)

    def listed(self, endpoint: str, limit: int) -> list[Waiting]:
        """Up to `limit` (at most 100) events that wait for an endpoint, in the order in which they are due."""
        page = self._table.page("due_shard = :shard", {":shard": waiting_shard(endpoint)}, limit, index=DUE_INDEX)
        keys = [{"pk": item["pk"], "sk": item["sk"]} for item in page.items]
        items = self._table.get_many(keys) if keys else []
        return sorted((_waiting(endpoint, item) for item in items), key=lambda waiting: waiting.next_at)

    def _entries(self, endpoint: str, keys: str, limit: int, *, newest_first: bool = False) -> list[Due]:
        values = {":shard": waiting_shard(endpoint), ":now": text(from_epoch(self._now()))}
        page = self._table.page(keys, values, limit, index=DUE_INDEX, newest_first=newest_first)
        prefix = DELIVERY.partition(endpoint=endpoint, event_id="")
        return [Due(endpoint, item["pk"]["S"].removeprefix(prefix), item["due_at"]["S"]) for item in page.items]


def _key(endpoint: str, event_id: str) -> Item:
    return key(DELIVERY.partition(endpoint=endpoint, event_id=event_id), DELIVERY.sk)


def _waiting(endpoint: str, item: Item) -> Waiting:
    try:
        event = Event.from_values(json_codec.loads(get_text(item, "event") or ""))
    except (KeyError, TypeError, ValueError) as error:
        raise StorageRefused(f"an event that waits can't be read ({type(error).__name__})") from None
    at = get_text(item, "at")
    last = (
        Attempt(
            at=at,
            milliseconds=get_number(item, "milliseconds") or 0,
            status_code=get_number(item, "status_code"),
            error=get_text(item, "error"),
        )
        if at is not None
        else None
    )
    return Waiting(
        endpoint=endpoint,
        event=event,
        attempts=get_number(item, "attempts") or 0,
        since=get_text(item, "since") or event.time,
        next_at=get_text(item, "next_at") or event.time,
        last=last,
    )
