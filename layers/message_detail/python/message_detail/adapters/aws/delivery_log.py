"""The attempts of the last 30 days: one item each, with its event, so that it can be sent anew.

It holds neither an address nor a text of a message, since events don't.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from message_detail.adapters.aws.attributes import Item, binary, get_number, get_text, number, text
from message_detail.adapters.aws.key_schema import DELIVERY_LOG
from message_detail.adapters.aws.table import Table
from message_detail.domain import json_codec
from message_detail.domain.events_out.attempt import Attempt
from message_detail.domain.events_out.event import Event, EventType
from message_detail.domain.times import add_seconds

DAY: Final = 86_400
KEPT_SECONDS: Final = 30 * DAY
DELIVERED: Final = "delivered"
FAILED: Final = "failed"
PAGE_ROWS: Final = 500
MAX_ROWS: Final = 50_000
"""Attempts that are looked through at the most: an end, whatever fills the log."""
CLOCKS_DIFFER_SECONDS: Final = 300.0
_LARGEST_EVENT: Final = 1_000_000
_LAST: Final = "~"
"""Sorts behind all times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One attempt as it was logged, the `number`th at its event. `next_at` is when another is due, None: none is.

    `place` is where the log goes on behind it.
    """

    event_id: str
    type: str
    subject: str
    time: str
    number: int
    at: str
    milliseconds: int
    status: str
    status_code: int | None
    error: str | None
    answer: str | None
    next_at: str | None
    place: str
    packed: bytes

    def event(self) -> Event | None:
        """The event; None where it can't be read."""
        try:
            text = zlib.decompressobj().decompress(self.packed, _LARGEST_EVENT)
            return Event.from_values(json_codec.loads(text))
        except (zlib.error, KeyError, TypeError, ValueError):
            return None


class DeliveryLog:
    """The log in the table. `now` gives seconds since 1970."""

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now

    def add(self, endpoint: str, event: Event, made: int, attempt: Attempt, next_at: str | None = None) -> None:
        """Logs an attempt, the `made`th at its event. StorageError."""
        item: Item = {
            **DELIVERY_LOG.key(endpoint=endpoint, at=attempt.at, event_id=event.id, attempt=made),
            "type": text(event.type.value),
            "subject": text(event.subject),
            "time": text(event.time),
            "event": binary(zlib.compress(json_codec.dumps(event.to_values()).encode())),
            "status": text(DELIVERED if attempt.delivered else FAILED),
            "milliseconds": number(attempt.milliseconds),
            "expires_at": number(int(self._now()) + KEPT_SECONDS),
        }
        if attempt.status_code is not None:
            item["status_code"] = number(attempt.status_code)
        texts = {"error": attempt.error, "answer": attempt.answer, "next_at": next_at}
        item |= {name: text(value) for name, value in texts.items() if value is not None}
        self._table.put(item)

    def page(
        self,
        endpoint: str,
        limit: int,
        *,
        status: str | None = None,
        subject: str | None = None,
        since: str = "",
        before: str | None = None,
    ) -> list[Logged]:
        """Up to `limit` attempts that began at `since` (canonical timestamp) or later, the newest first, behind the
        place `before`. StorageError."""
        found: list[Logged] = []
        for one in self.newest(endpoint, since, before):
            if status in (None, one.status) and subject in (None, one.subject):
                found.append(one)
                if len(found) == limit:
                    break
        return found

    def newest(self, endpoint: str, since: str = "", before: str | None = None) -> Iterator[Logged]:
        """The attempts since a moment, the newest first, MAX_ROWS at the most. StorageError."""
        keys, place = "pk = :pk AND sk BETWEEN :since AND :last", before or _LAST
        for _ in range(MAX_ROWS // PAGE_ROWS):
            values = {
                ":pk": text(DELIVERY_LOG.partition(endpoint=endpoint)),
                ":since": text(since or "0"),
                ":last": text(place),
            }
            page = self._table.page(keys, values, PAGE_ROWS, newest_first=True)
            for item in page.items:
                if item["sk"]["S"] != place and not self._has_expired(item):
                    yield _logged(item)
            if not page.more or not page.items:
                return
            place = page.items[-1]["sk"]["S"]

    def events(self, endpoint: str, since: str, until: str | None, *, failed_only: bool) -> list[Event]:
        """The events of a time (both ends included), oldest first, without those by which somebody tried the endpoint;
        with `failed_only` those that were never taken."""
        taken: set[str] = set()
        found: dict[str, Logged] = {}
        for one in self.newest(endpoint, add_seconds(since, -CLOCKS_DIFFER_SECONDS)):
            if one.status == DELIVERED:
                taken.add(one.event_id)
            is_of_then = since <= one.time and (until is None or one.time <= until)
            if is_of_then and one.type != EventType.TEST.value:
                found[one.event_id] = one
        wanted = (one.event() for one in found.values() if not failed_only or one.event_id not in taken)
        return sorted(filter(None, wanted), key=lambda event: (event.time, event.revision or 0))

    def event(self, endpoint: str, event_id: str) -> Event | None:
        """An event of which an attempt is logged; None where there is none."""
        return next((one.event() for one in self.newest(endpoint) if one.event_id == event_id), None)

    def _has_expired(self, item: Item) -> bool:
        return (get_number(item, "expires_at") or 0) <= self._now()


def _logged(item: Item) -> Logged:
    at, event_id, made = item["sk"]["S"].split("#")
    return Logged(
        event_id=event_id,
        type=get_text(item, "type") or "",
        subject=get_text(item, "subject") or "",
        time=get_text(item, "time") or at,
        number=int(made),
        at=at,
        milliseconds=get_number(item, "milliseconds") or 0,
        status=get_text(item, "status") or FAILED,
        status_code=get_number(item, "status_code"),
        error=get_text(item, "error"),
        answer=get_text(item, "answer"),
        next_at=get_text(item, "next_at"),
        place=item["sk"]["S"],
        packed=item.get("event", {}).get("B", b""),
    )
