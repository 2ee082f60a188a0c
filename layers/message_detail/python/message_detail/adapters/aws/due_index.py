"""Messages that are due to be looked at again: a sparse index, spread over a few keys, read without a scan."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from message_detail.adapters.aws import clients
from message_detail.domain.times import from_epoch

WHAT: Final = "the table"
INDEX: Final = "due"
SHARDS: Final = 4
"""Keys per provider, so that no one of them takes all writes."""
LEASE_SECONDS: Final = 600.0
"""How long a message that was queued is not due again, should its task never be worked on."""
PREFIX: Final = "message#"


@dataclass(frozen=True, slots=True)
class Due:
    """One message that is due."""

    account: str
    message_id: str
    pk: str
    due_at: str


def attributes(provider: str, message_id: str, due_at: str | None) -> dict[str, Any]:
    """The item attributes that put a message (by its whole id) into the index; none when it is not due any more."""
    if due_at is None:
        return {}
    shard = int(hashlib.sha256(message_id.encode()).hexdigest()[:8], 16) % SHARDS
    return {"due_shard": {"S": f"{provider}#{shard}"}, "due_at": {"S": due_at}}


class DueIndex:
    """Reads the index. `client` is a low-level DynamoDB client."""

    def __init__(self, client: Any, table: str, now: Callable[[], float] = time.time) -> None:
        self._client = client
        self._table = table
        self._now = now

    def due(self, provider: str, limit: int) -> Iterator[Due]:
        """Up to `limit` messages of a provider that are due now, the longest due of each shard first."""
        now = from_epoch(self._now())
        for shard in range(SHARDS):
            answer = clients.call(
                WHAT,
                self._client.query,
                TableName=self._table,
                IndexName=INDEX,
                KeyConditionExpression="due_shard = :shard AND due_at <= :now",
                ExpressionAttributeValues={":shard": {"S": f"{provider}#{shard}"}, ":now": {"S": now}},
                Limit=max(1, limit // SHARDS),
            )
            yield from filter(None, map(_due, answer["Items"]))

    def drop(self, due: Due) -> None:
        """Takes off the index what no task can be made of."""
        clients.call(
            WHAT,
            self._client.update_item,
            TableName=self._table,
            Key={"pk": {"S": due.pk}, "sk": {"S": "message"}},
            UpdateExpression="REMOVE due_at, due_shard",
        )

    def lease(self, due: Due) -> bool:
        """Puts off a message that is being queued; False when another run was faster or it is no longer due."""
        later = from_epoch(self._now() + LEASE_SECONDS)
        try:
            clients.call(
                WHAT,
                self._client.update_item,
                TableName=self._table,
                Key={"pk": {"S": due.pk}, "sk": {"S": "message"}},
                UpdateExpression="SET due_at = :later",
                ConditionExpression="due_at = :due_at",
                ExpressionAttributeValues={":later": {"S": later}, ":due_at": {"S": due.due_at}},
            )
        except clients.ConditionFailed:
            return False
        return True


def _due(item: dict[str, Any]) -> Due | None:
    """What an entry of the index is about; None where its key is no message's, which keeps no other one back."""
    pk = item["pk"]["S"]
    parts = pk.removeprefix(PREFIX).split(":", 2)
    return Due(parts[1], parts[2], pk, item["due_at"]["S"]) if len(parts) == 3 else None
