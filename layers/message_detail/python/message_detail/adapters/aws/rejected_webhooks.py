"""The sample of refused webhooks in the table, for `GET /v1/webhooks/{provider}/rejected`.

Best effort, as all that is counted: a refusing table loses a line of the list, never a message.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.attributes import Item, get_number, get_text, number, text
from message_detail.adapters.aws.key_schema import REJECTED
from message_detail.adapters.aws.table import Table
from message_detail.domain.errors import StorageError
from message_detail.domain.tasks import NO_NAME, RefusalTask
from message_detail.domain.times import from_epoch

KEPT_SECONDS: Final = 7 * 86_400
MOST: Final = 100
MINUTE: Final = len("2026-06-01T12:00")
"""Characters of a timestamp: of one kind a minute has one row, whichever container saw it."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A webhook that was refused, its body's size in bytes. `account`: as its address named it, None where no account
    can have that name."""

    at: str
    account: str | None
    reason: str
    bytes: int


class RejectedWebhooks:
    """The sample that is kept."""

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now

    def keep(self, task: RefusalTask) -> None:
        """Keeps a refusal for a week."""
        at = task.received_at
        key = REJECTED.key(provider=task.provider, minute=at[:MINUTE], account=task.account, reason=task.refused)
        values = {
            ":at": text(at),
            ":size": number(task.size),
            ":expires": number(int(self._now()) + KEPT_SECONDS),
        }
        try:
            self._table.update(key, "SET #at = :at, #size = :size, expires_at = :expires", values, names=_NAMES)
        except StorageError as error:
            observability.warning("refusal not kept", reason=error.detail)

    def latest(self, provider: str) -> list[Rejected]:
        """Those of the last seven days, the newest first; at most a hundred."""
        since = from_epoch(self._now() - KEPT_SECONDS)
        page = self._table.page(
            "pk = :pk AND sk > :since",
            {":pk": text(REJECTED.partition(provider=provider)), ":since": text(since[:MINUTE])},
            MOST,
            newest_first=True,
        )
        found = filter(lambda one: one.at >= since, map(_read, page.items))
        return sorted(found, key=lambda one: one.at, reverse=True)


def _read(item: Item) -> Rejected:
    _, account, reason = item["sk"]["S"].split("#")
    shown = None if account == NO_NAME else account
    return Rejected(get_text(item, "at") or "", shown, reason, get_number(item, "size") or 0)


_NAMES: Final = {"#at": "at", "#size": "size"}
