"""Per account: when the last webhook came, when and why the last one was refused, and how many in a day.

The functions that take webhooks in touch nothing but a secret and the queue. So the worker notes what its tasks tell,
and what the sample of refusals does: at most once a minute for each account and container, however many come. What a
container holds back when it ends is lost: counts are those of at least so many.

Best effort, as all that is counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.attributes import Item, get_number, get_text, number, text
from message_detail.adapters.aws.key_schema import WEBHOOK_HOUR, WEBHOOK_LATEST
from message_detail.adapters.aws.table import Table
from message_detail.domain.errors import StorageError
from message_detail.domain.tasks import RefusalTask
from message_detail.domain.times import from_epoch

NOTED_SECONDS: Final = 60.0
DAY: Final = 86_400
LATEST_KEPT: Final = 30 * DAY
HOURS_KEPT: Final = 2 * DAY
HOUR: Final = len("2026-06-01T12")
PAGE_ROWS: Final = 500
MAX_ROWS: Final = 20_000
"""Rows of a provider that are read at the most: whoever makes up accounts is refused, and noted, under their names."""


@dataclass(frozen=True, slots=True)
class WebhookFacts:
    """Of one account: what came within the last 30 days (canonical timestamps; None: nothing), and how many within the
    last 24 hours, in whole hours. `refused_reason` is a word of ours."""

    last_received: str | None = None
    received_last_day: int = 0
    last_refused: str | None = None
    refused_reason: str | None = None
    refused_last_day: int = 0


NONE_CAME: Final = WebhookFacts()


class WebhookBook:
    """The facts of all webhooks. `now` gives seconds since 1970."""

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now
        self._noted: dict[tuple[str, str], float] = {}
        self._held: dict[tuple[str, str], int] = {}

    def came(self, provider: str, account: str, count: int, at: str) -> None:
        """Notes genuine webhooks of an account, the latest of which came at `at` (canonical timestamp)."""
        key = provider, account
        held = self._held[key] = self._held.get(key, 0) + count
        if self._now() - self._noted.get(key, float("-inf")) < NOTED_SECONDS:
            return
        self._noted[key], self._held[key] = self._now(), 0
        self._note(key, at, "received", held, "last_received = :at", {})

    def refused(self, task: RefusalTask) -> None:
        """Notes a refusal of the sample, and those of its kind that it stands for."""
        change, reason = "last_refused = :at, refused_reason = :reason", {":reason": text(task.refused)}
        self._note((task.provider, task.account), task.received_at, "refused", task.count, change, reason)

    def read(self, provider: str) -> Mapping[str, WebhookFacts]:
        """The facts of a provider's accounts, by their names."""
        found: dict[str, WebhookFacts] = {}
        since = from_epoch(self._now() - DAY)[:HOUR]
        rows = self._table.partition(WEBHOOK_LATEST.partition(provider=provider), page_size=PAGE_ROWS)
        for item in islice(rows, MAX_ROWS):
            account, _, hour = item["sk"]["S"].partition("#")
            known = found.get(account, NONE_CAME)
            if not hour:
                found[account] = _with_latest(known, item)
            elif hour > since:
                found[account] = _with_hour(known, item)
        return found

    def _note(self, key: tuple[str, str], at: str, counted: str, count: int, change: str, values: Item) -> None:
        provider, account = key
        latest = WEBHOOK_LATEST.key(provider=provider, account=account)
        hour = WEBHOOK_HOUR.key(provider=provider, account=account, hour=at[:HOUR])
        now = int(self._now())
        try:
            self._table.update(
                latest,
                f"SET {change}, expires_at = :expires",
                {":at": text(at), ":expires": number(now + LATEST_KEPT), **values},
            )
            self._table.update(
                hour,
                f"ADD {counted} :count SET expires_at = :expires",
                {":count": number(count), ":expires": number(now + HOURS_KEPT)},
            )
        except StorageError as error:
            observability.warning("not counted", what=get_text(latest, "pk"), reason=error.detail)


def _with_latest(known: WebhookFacts, item: Item) -> WebhookFacts:
    return replace(
        known,
        last_received=get_text(item, "last_received"),
        last_refused=get_text(item, "last_refused"),
        refused_reason=get_text(item, "refused_reason"),
    )


def _with_hour(known: WebhookFacts, item: Item) -> WebhookFacts:
    return replace(
        known,
        received_last_day=known.received_last_day + (get_number(item, "received") or 0),
        refused_last_day=known.refused_last_day + (get_number(item, "refused") or 0),
    )
