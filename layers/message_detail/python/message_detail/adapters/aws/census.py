"""Reading the census: the entries of an account's list, in which each message has one, as pages of a day's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from message_detail.adapters.aws.attributes import Item, get_number, get_text, number, text
from message_detail.adapters.aws.key_schema import INDEX_ENTRY
from message_detail.adapters.aws.search_index import read_message_id
from message_detail.adapters.aws.table import ConditionFailed, Table
from message_detail.domain.search_keys import EXPIRY_STEP_SECONDS, SHARDS, provider_list
from message_detail.domain.statistics.days import next_day

PAGE: Final = 1_000
"""Entries that are read at once: about 200 KB."""
_BETWEEN: Final = "pk = :pk AND sk BETWEEN :low AND :high"


@dataclass(frozen=True, slots=True)
class Place:
    """How far a day's entries have been read: up to and with the sort key `after` of a shard; None: its beginning."""

    shard: int = 0
    after: str | None = None


@dataclass(frozen=True, slots=True)
class CensusEntry:
    """A message's entry: what it says is to be counted of it, None where it says nothing."""

    message_id: str
    facts: str | None
    item: Item

    @property
    def sort_at(self) -> str:
        """The time that the message is listed under."""
        return str(self.item["sk"]["S"]).partition("#")[0]

    def may_outlive_its_message(self, now: float) -> bool:
        """Whether the message may have expired: entries are kept up to 30 days longer."""
        expires_at = get_number(self.item, "expires_at")
        return expires_at is not None and expires_at - EXPIRY_STEP_SECONDS <= now


class Census:
    """The census of all accounts."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def pages(
        self, provider: str, account: str, day: str, place: Place | None, *, consistent: bool
    ) -> Iterator[tuple[list[CensusEntry], Place | None]]:
        """A day's entries behind a place, page by page, each with the place behind it; None: it is the last one."""
        while place is not None:
            entries, place = self._page(provider, account, day, place, consistent=consistent)
            yield entries, place

    def _page(
        self, provider: str, account: str, day: str, place: Place, *, consistent: bool
    ) -> tuple[list[CensusEntry], Place | None]:
        partition = INDEX_ENTRY.partition(list=provider_list(provider, account), shard=place.shard)
        # The bounds of BETWEEN belong to it: the entry read last is left out. No entry is at the bare day.
        values = {":pk": text(partition), ":low": text(place.after or day), ":high": text(next_day(day))}
        page = self._table.page(_BETWEEN, values, PAGE, consistent=consistent)
        entries = [_entry(item) for item in page.items if item["sk"]["S"] != place.after]
        if page.more and page.items:
            return entries, Place(place.shard, page.items[-1]["sk"]["S"])
        return entries, Place(place.shard + 1) if place.shard + 1 < SHARDS else None

    def first_day(self, provider: str, account: str, first: str, last: str) -> str | None:
        """The first of these days that has an entry; None where none has."""
        found: list[str] = []
        for shard in range(SHARDS):
            partition = INDEX_ENTRY.partition(list=provider_list(provider, account), shard=shard)
            values = {":pk": text(partition), ":low": text(first), ":high": text(next_day(last))}
            page = self._table.page(_BETWEEN, values, 1, consistent=True)
            found += [str(item["sk"]["S"])[: len(first)] for item in page.items]
        return min(found, default=None)

    def note(self, entry: CensusEntry, facts: str) -> None:
        """Makes an entry say what is to be counted, unless it has been written since it was read."""
        revision = get_number(entry.item, "revision") or 0
        key = {"pk": entry.item["pk"], "sk": entry.item["sk"]}
        with suppress(ConditionFailed):
            self._table.update(
                key,
                "SET facts = :facts",
                {":facts": text(facts), ":revision": number(revision)},
                condition="revision = :revision",
            )


def _entry(item: Item) -> CensusEntry:
    return CensusEntry(read_message_id(item), get_text(item, "facts"), item)
