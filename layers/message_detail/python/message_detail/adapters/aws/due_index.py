"""Messages that are due to be looked at again: a sparse index, spread over a few keys, read without a scan."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from message_detail.adapters.aws.attributes import Item, text
from message_detail.adapters.aws.key_schema import DUE_INDEX, MESSAGE, due_shard, key
from message_detail.adapters.aws.table import ConditionFailed, Table
from message_detail.domain.times import from_epoch

SHARDS: Final = 4
"""Keys per provider, so that no one of them takes all writes."""
LEASE_SECONDS: Final = 600.0
"""How long a message that was queued is not due again, should its task never be worked on."""


@dataclass(frozen=True, slots=True)
class Due:
    """One message that is due."""

    account: str
    message_id: str
    pk: str
    due_at: str

    @property
    def key(self) -> Item:
        """The key of its item, whatever stands in it."""
        return key(self.pk, MESSAGE.sk)


def attributes(provider: str, message_id: str, due_at: str | None) -> Item:
    """The item attributes that put a message (by its whole id) into the index; none when it is not due any more."""
    if due_at is None:
        return {}
    shard = int(hashlib.sha256(message_id.encode()).hexdigest()[:8], 16) % SHARDS
    return {"due_shard": due_shard(provider, shard), "due_at": text(due_at)}


class DueIndex:
    """Reads the index."""

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now

    def due(self, provider: str, limit: int) -> Iterator[Due]:
        """Up to `limit` messages of a provider that are due now, the longest due of each shard first."""
        now = from_epoch(self._now())
        for shard in range(SHARDS):
            page = self._table.page(
                "due_shard = :shard AND due_at <= :now",
                {":shard": due_shard(provider, shard), ":now": text(now)},
                max(1, limit // SHARDS),
                index=DUE_INDEX,
            )
            yield from filter(None, map(_due, page.items))

    def drop(self, due: Due) -> None:
        """Takes off the index what no task can be made of."""
        self._table.update(due.key, "REMOVE due_at, due_shard")

    def lease(self, due: Due) -> bool:
        """Puts off a message that is being queued; False when another run was faster or it is no longer due."""
        later = from_epoch(self._now() + LEASE_SECONDS)
        try:
            self._table.update(
                due.key,
                "SET due_at = :later",
                {":later": text(later), ":due_at": text(due.due_at)},
                condition="due_at = :due_at",
            )
        except ConditionFailed:
            return False
        return True


def _due(item: Item) -> Due | None:
    """What an entry of the index is about; None where its key is no message's, which keeps no other one back."""
    pk = item["pk"]["S"]
    parts = pk.removeprefix(MESSAGE.prefix).split(":", 2)
    return Due(parts[1], parts[2], pk, item["due_at"]["S"]) if len(parts) == 3 else None
