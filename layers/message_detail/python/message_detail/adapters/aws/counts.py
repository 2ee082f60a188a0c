"""What messages were counted to, by day: rows that are replaced, never incremented.

The rows of a day are of one count, and a note says since when they hold. Of two counts of a day the one that began
later stays, whichever ends last: it has seen all that the other one has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.attributes import Item, get_text, text
from message_detail.adapters.aws.key_schema import COUNTED_DAY, COUNTS
from message_detail.adapters.aws.table import ConditionFailed, Table
from message_detail.domain.message import Channel, Direction
from message_detail.domain.statistics.days import next_day
from message_detail.domain.statistics.tally import Group, Tally

NO_COUNTRY: Final = "-"
"""Stands in a key for the country of messages that are of none."""
PAGE: Final = 1_000
_LATER: Final = "attribute_not_exists(as_of) OR as_of <= :as_of"


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A day of an account: since when its counts hold (canonical timestamp; None: it never was counted), and what was
    counted of each group."""

    provider: str
    account: str
    day: str
    as_of: str | None = None
    tallies: Mapping[Group, Tally] = field(default_factory=dict)


class Counts:
    """The counts of all accounts."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def days(self, provider: str, account: str, first: str, last: str) -> Iterator[CountedDay]:
        """The days of an account that were counted, from the first to the last one, by day."""
        as_of: str | None = None
        day, tallies = "", dict[Group, Tally]()
        for item in self._rows(provider, account, first, last):
            of_day, _, rest = str(item["sk"]["S"]).partition("#")
            if of_day != day:
                if day:
                    yield CountedDay(provider, account, day, as_of, tallies)
                day, as_of, tallies = of_day, None, {}
            if not rest:
                as_of = get_text(item, "as_of")
            elif (read := _read(item, rest)) is not None:
                tallies[read[0]] = read[1]
        if day:
            yield CountedDay(provider, account, day, as_of, tallies)

    def replace(self, counted: CountedDay) -> bool:
        """Puts a count of a day in the place of the one before; False where a count that began later is there."""
        key = COUNTED_DAY.key(provider=counted.provider, account=counted.account, day=counted.day)
        noted = self._table.get(key, consistent=True)
        if noted is not None and (get_text(noted, "as_of") or "") > (counted.as_of or ""):
            return False
        rows = {
            item["sk"]["S"]: item for item in self._rows(counted.provider, counted.account, counted.day, counted.day)
        }
        rows.pop(counted.day, None)
        as_of = text(counted.as_of or "")
        for group, tally in counted.tallies.items():
            key = _key(counted, group)
            before, packed = rows.pop(key["sk"]["S"], None), text(tally.pack())
            if before is None or before.get("tally") != packed:
                self._put({**key, "tally": packed, "as_of": as_of})
        for gone in rows.values():
            with suppress(ConditionFailed):
                self._table.delete({"pk": gone["pk"], "sk": gone["sk"]}, _LATER, {":as_of": as_of})
        self._put(
            {**COUNTED_DAY.key(provider=counted.provider, account=counted.account, day=counted.day), "as_of": as_of}
        )
        return True

    def _put(self, item: Item) -> None:
        with suppress(ConditionFailed):
            self._table.put(item, _LATER, {":as_of": item["as_of"]})

    def _rows(self, provider: str, account: str, first: str, last: str) -> Iterator[Item]:
        return self._table.between(COUNTS.partition(provider=provider, account=account), first, next_day(last), PAGE)


def _key(counted: CountedDay, group: Group) -> Item:
    return COUNTS.key(
        provider=counted.provider,
        account=counted.account,
        day=counted.day,
        channel=group.channel.value,
        direction=group.direction.value,
        country=group.country or NO_COUNTRY,
    )


def _read(item: Item, rest: str) -> tuple[Group, Tally] | None:
    """A row's group and counts; None where another release's can't be read."""
    channel, direction, country = (*rest.split("#"), "", "")[:3]
    try:
        group = Group(Channel(channel), Direction(direction), country.removeprefix(NO_COUNTRY))
        return group, Tally.unpack(get_text(item, "tally") or "")
    except ValueError:
        observability.warning("count can't be read", sk=item["sk"]["S"])
        return None
