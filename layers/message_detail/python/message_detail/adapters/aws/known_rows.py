"""Rows that a container goes on with for a while, so that not each call of a provider asks the table for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from message_detail.adapters.aws.attributes import Item
from message_detail.adapters.aws.table import Table

KNOWN_SECONDS: Final = 2.0
"""How long a container goes on with what it has read, or has written itself."""


class KnownRows:
    """The rows that were read within the last KNOWN_SECONDS; one that is not there is known as an empty item.

    `now` is a wall clock, since another may stand still while Lambda freezes the container.
    """

    def __init__(self, table: Table, now: Callable[[], float]) -> None:
        self._table = table
        self._now = now
        self._kept: dict[tuple[str, str], tuple[Item, float]] = {}

    def get(self, keys: Sequence[Item]) -> list[Item]:
        """The rows of these keys. Those that aren't known are read, in one request. StorageError."""
        unknown = self.unknown(keys)
        if unknown:
            self.learn(unknown, self._table.get_many(unknown))
        return [self._kept[_name(key)][0] for key in keys]

    def unknown(self, keys: Iterable[Item]) -> list[Item]:
        """The keys whose rows aren't known, or not any more."""
        since = self._now() - KNOWN_SECONDS
        return [key for key in keys if self._kept.get(_name(key), _NEVER)[1] <= since]

    def learn(self, keys: Iterable[Item], items: Iterable[Item]) -> None:
        """Takes in what was read of these keys: the items that are there. What has become known meanwhile is newer."""
        found = {_name(item): item for item in items}
        for key in self.unknown(keys):
            self.keep(key, found.get(_name(key), {}))

    def forget(self, key: Item) -> None:
        """A row is read anew when it is next asked for."""
        self._kept.pop(_name(key), None)

    def keep(self, key: Item, item: Item) -> None:
        """Takes in a row as it stands now."""
        self._kept[_name(key)] = (item, self._now())


_NEVER: Final[tuple[Item, float]] = ({}, float("-inf"))


def _name(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]
