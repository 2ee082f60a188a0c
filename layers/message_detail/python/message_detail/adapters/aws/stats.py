"""What is counted in the table: drift by path, dead letters by day, and how each account last fared.

For `GET /v1/drift` and `GET /v1/providers`. Best effort: a refusing table loses a count, never a message.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from message_detail import observability
from message_detail.adapters.aws.attributes import Item, flag, get_number, get_text, number, text
from message_detail.adapters.aws.key_schema import ACCOUNT, DEAD, DRIFT
from message_detail.adapters.aws.table import Table
from message_detail.domain.errors import (
    AccountUnusable,
    MessageDetailError,
    ProviderRefused,
    StorageError,
)
from message_detail.domain.message import UNKNOWN_VALUE, Drift
from message_detail.domain.times import from_epoch
from message_detail.providers.base.account import Account, AccountSchema

DAY: Final = 86_400
KEPT_SECONDS: Final = 30 * DAY
NOTED_SECONDS: Final = 60.0
"""How often a container notes anew that an account is well."""
MAX_NOTED: Final = 50
"""Sorts of drift that one message is counted for: an answer of fields by the thousand is not as many writes."""
MAX_PATH: Final = 200
PAGE_ROWS: Final = 500
MAX_ROWS: Final = 20_000
"""Rows of one kind that are read at the most: an end, whatever filled the table."""
_WORD: Final = re.compile(r"(?!.*\d{5})[A-Za-z][A-Za-z0-9_. -]{0,31}|-?\d{1,4}")
"""Words and small numbers, as enum values are; anything else could be a person's."""
SHAPE: Final = 40
"""Characters of a shape."""
MAX_DETAIL: Final = 300
"""Characters of an error's detail that are kept."""
REFUSED: Final = "refused"
UNUSABLE: Final = "unusable"
"""What is wrong with an account until somebody mends it: its credentials are refused, its settings can't be used."""


@dataclass(frozen=True, slots=True)
class DriftSeen:
    """One row of the drift list; `count` over the last 30 days, `sample` redacted. `example`: the id of the message in
    which it was seen last, None where the release that saw it didn't note it."""

    provider: str
    path: str
    problem: str
    count: int
    sample: str | None
    last_seen: str
    example: str | None = None


@dataclass(frozen=True, slots=True)
class AccountState:
    """How an account last fared; timestamps are canonical, None: never. trouble: REFUSED or UNUSABLE, until mended."""

    account: str
    last_success: str | None
    last_error: str | None
    last_error_code: str | None
    last_error_detail: str | None = None
    trouble: str | None = None


class AccountHealth:
    """Counts in the table."""

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now
        self._noted: dict[tuple[str, str], float] = {}

    # --- drift -------------------------------------------------------------------------------------------------

    def drift(self, provider: str, seen: Iterable[Drift], message_id: str) -> None:
        """Counts places where what was told of a message differs from the tables."""
        counts = Counter[tuple[str, str]]()
        samples: dict[tuple[str, str], str] = {}
        for drift in seen:
            place = drift.path[:MAX_PATH], drift.problem
            counts[place] += 1
            samples[place] = drift_sample(drift)
        for (path, problem), count in counts.most_common(MAX_NOTED):
            self._add(
                DRIFT.key(provider=provider, path=path, problem=problem),
                "ADD #count :count "
                "SET last_seen = :seen, expires_at = :expires, example = :example, "
                "#sample = if_not_exists(#sample, :sample)",
                {
                    ":count": number(count),
                    ":seen": text(from_epoch(self._now())),
                    ":expires": number(int(self._now()) + KEPT_SECONDS),
                    ":example": text(message_id),
                    ":sample": text(samples[(path, problem)]),
                },
                {"#count": "count", "#sample": "sample"},
            )

    def drift_seen(self, provider: str) -> list[DriftSeen]:
        """What was seen of a provider, the latest first."""
        rows = [
            DriftSeen(
                provider=provider,
                path=item["sk"]["S"].rpartition("#")[0],
                problem=item["sk"]["S"].rpartition("#")[2],
                count=get_number(item, "count") or 0,
                sample=get_text(item, "sample") or None,
                last_seen=get_text(item, "last_seen") or "",
                example=get_text(item, "example"),
            )
            for item in self._query(DRIFT.partition(provider=provider))
        ]
        return sorted(rows, key=lambda row: row.last_seen, reverse=True)

    def drift_of_last_day(self, provider: str) -> int:
        """How many sorts of drift were seen in the last 24 hours."""
        since = from_epoch(self._now() - DAY)
        return sum(row.last_seen > since for row in self.drift_seen(provider))

    # --- dead letters --------------------------------------------------------------------------------------------

    def dead(self, provider: str) -> None:
        """Counts a dead letter."""
        self._add(
            DEAD.key(provider=provider, hour=from_epoch(self._now())[:13]),
            "ADD #count :one SET expires_at = :expires",
            {":one": number(1), ":expires": number(int(self._now()) + 2 * DAY)},
            {"#count": "count"},
        )

    def dead_of_last_day(self, provider: str) -> int:
        """Dead letters of the last 24 hours, in whole hours."""
        since = from_epoch(self._now() - DAY)[:13]
        return sum(
            get_number(item, "count") or 0
            for item in self._query(DEAD.partition(provider=provider))
            if item["sk"]["S"] > since
        )

    # --- accounts ------------------------------------------------------------------------------------------------

    def record_success(self, account: Account) -> None:
        """Notes that a call of an account succeeded, at most once a minute per container."""
        key = (account.provider, account.name)
        if self._now() - self._noted.get(key, float("-inf")) < NOTED_SECONDS:
            return
        self._noted[key] = self._now()
        change, values = _with_region("SET last_success = :at REMOVE trouble", account.default_region)
        self._note(*key, change, values)

    def record_failure(self, provider: str, account: str, error: MessageDetailError) -> None:
        """Notes how a call of an account failed, or why none can be made."""
        self._noted.pop((provider, account), None)
        change = "SET last_error = :at, last_error_code = :code, last_error_detail = :detail"
        values = {":code": text(error.code), ":detail": text(error.detail[:MAX_DETAIL])}
        if trouble := trouble_of(error):
            change, values[":trouble"] = f"{change}, trouble = :trouble", text(trouble)
        self._note(provider, account, change, values)

    def register(self, provider: str, account: str, default_region: str | None = None) -> None:
        """Makes an account known before its first use: it is listed, synced by schedule, and people are found by the
        national numbers of its region. What was wrong with it was so with its earlier settings. StorageError."""
        change, values = _with_region("SET registered = :yes REMOVE trouble", default_region)
        self._table.update(ACCOUNT.key(provider=provider, account=account), change, {":yes": flag(True), **values})

    def forget(self, provider: str, account: str) -> None:
        """Takes an account that is no more off the list of those that are known. StorageError."""
        self._table.delete(ACCOUNT.key(provider=provider, account=account))

    def regions(self, provider: str) -> frozenset[str]:
        """The regions that the provider's accounts have, or once had, for numbers without a country code (ISO 3166)."""
        return frozenset().union(*self.regions_by_account(provider).values())

    def regions_by_account(self, provider: str) -> Mapping[str, frozenset[str]]:
        """The same of each account that was registered or has been used, by its name."""
        rows = self._query(ACCOUNT.partition(provider=provider))
        return {item["sk"]["S"]: frozenset(item.get("default_regions", {}).get("SS", ())) for item in rows}

    def accounts(self, provider: str) -> list[AccountState]:
        """The accounts of a provider that were registered or have been used."""
        return [
            AccountState(
                account=item["sk"]["S"],
                last_success=get_text(item, "last_success"),
                last_error=get_text(item, "last_error"),
                last_error_code=get_text(item, "last_error_code"),
                last_error_detail=get_text(item, "last_error_detail"),
                trouble=get_text(item, "trouble"),
            )
            for item in self._query(ACCOUNT.partition(provider=provider))
        ]

    def _note(self, provider: str, account: str, change: str, values: Item) -> None:
        at = {":at": text(from_epoch(self._now()))}
        self._add(ACCOUNT.key(provider=provider, account=account), change, {**at, **values}, {})

    def _add(self, key: Item, change: str, values: Item, names: dict[str, str]) -> None:
        try:
            self._table.update(key, change, values, names=names)
        except StorageError as error:
            observability.warning("not counted", what=get_text(key, "pk"), reason=error.detail)

    def _query(self, pk: str) -> list[Item]:
        return list(islice(self._table.partition(pk, page_size=PAGE_ROWS), MAX_ROWS))


def _with_region(change: str, default_region: str | None) -> tuple[str, Item]:
    """A change of an account, with its region added to those that it had, and the values that this needs."""
    if not default_region:
        return change, {}
    return f"{change} ADD default_regions :region", {":region": {"SS": [default_region.upper()]}}


def trouble_of(error: MessageDetailError) -> str | None:
    """What an error says of its account that somebody has to mend: REFUSED or UNUSABLE; None where it says nothing."""
    if isinstance(error, AccountUnusable):
        return UNUSABLE
    return REFUSED if isinstance(error, ProviderRefused) and not error.of_one_request else None


def announce(table: Table, provider: str, name: str, settings: Mapping[str, Any], schema: AccountSchema) -> None:
    """Makes an account known before its first use: to the lists and the schedule of syncs. StorageError."""
    region = settings.get("default_region") or schema.defaults.get("default_region")
    AccountHealth(table).register(provider, name, region if isinstance(region, str) else None)


def drift_sample(drift: Drift) -> str:
    """What a drift note may show: a word that our tables don't know; of all else the shape (`a` and `0` for letters
    and digits), since it could be a person's."""
    value = drift.value or ""
    if drift.problem == UNKNOWN_VALUE and _WORD.fullmatch(value):
        return value
    return "".join("0" if c.isnumeric() else "a" if c.isalpha() else c for c in value[:SHAPE])
