"""Which events have been taken in: a claim on the event before its tasks are queued, and a mark once they are.

A crash in between leaves a claim that runs out, after which a redelivery is taken in as if it were the first: an
event can be queued twice, never lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from typing import Final

from message_detail.adapters.aws.attributes import Item, flag, moment, number, text
from message_detail.adapters.aws.key_schema import EVENT
from message_detail.adapters.aws.table import ConditionFailed, Table

CLAIM_SECONDS: Final = 30.0
"""Longer than the function that claims may run, so that only a claim whose owner is dead runs out."""
POLL_SECONDS: Final = 0.1
FREE: Final = (
    "attribute_not_exists(pk) OR NOT attribute_type(body_hash, :text) "
    "OR (attribute_exists(settled) AND expires_at < :now) "
    "OR (attribute_not_exists(settled) AND (NOT attribute_type(claimed_until, :number) OR claimed_until < :now))"
)
"""When an event may be claimed. A claim that can't be read is nobody's, and nobody would confirm it."""


class Claim(Enum):
    """What became of an attempt to claim an event."""

    NEW = "new"
    DUPLICATE = "duplicate"
    CHANGED = "changed"
    """The same event id with other bytes: taken in, and counted."""


class EventClaims:
    """Events of all providers in the table."""

    def __init__(
        self,
        table: Table,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table = table
        self._now = now
        self._sleep = sleep

    def claim(self, event: str, body_hash: str) -> tuple[Claim, str]:
        """Claims an event, and the key to `confirm` it with. DUPLICATE only once the first one is surely queued.

        `event` begins with its provider and `#`: a provider's function may touch no other's events.
        """
        other = self._claim(event, body_hash)
        if other is None:
            return Claim.NEW, event
        if other == body_hash:
            return Claim.DUPLICATE, event
        changed = f"{event}#{body_hash}"
        return (Claim.CHANGED if self._claim(changed, body_hash) is None else Claim.DUPLICATE), changed

    def confirm(self, key: str, window_seconds: int) -> None:
        """Marks an event as queued, for as long as its redeliveries are duplicates.

        A claim that is gone (it ran out, and another one gave up in its place) stays gone: a redelivery of the
        event is then queued once more.
        """
        with suppress(ConditionFailed):
            self._table.update(
                EVENT.key(event=key),
                "SET expires_at = :expires_at, settled = :settled",
                {":expires_at": number(int(self._now()) + window_seconds), ":settled": flag(True)},
                condition="attribute_exists(body_hash)",
            )

    def release(self, key: str) -> None:
        """Ends a claim whose event could not be queued, so that its redelivery need not wait."""
        self._table.delete(EVENT.key(event=key))

    def _claim(self, key: str, body_hash: str) -> str | None:
        """None when the claim is ours; else the hash under which the event was queued."""
        while True:
            now = self._now()
            try:
                self._table.put(
                    {
                        **EVENT.key(event=key),
                        "body_hash": text(body_hash),
                        "claimed_until": moment(now + CLAIM_SECONDS),
                        "expires_at": number(int(now + CLAIM_SECONDS) + 1),
                    },
                    FREE,
                    {":now": moment(now), ":text": text("S"), ":number": text("N")},
                )
            except ConditionFailed:
                item = self._read(key)
                if item is not None and "settled" in item:
                    return str(item["body_hash"]["S"])
                self._sleep(POLL_SECONDS)
            else:
                return None

    def _read(self, key: str) -> Item | None:
        return self._table.get(EVENT.key(event=key), consistent=True)
