"""The index in the table: an entry is there before the message needs it, and goes only once the message doesn't.

So an entry may be one too many (readers check each against its message), never one too few: not after a crash, and
not when writers of one message overtake each other. For the latter an entry carries the message's revision.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from message_detail.adapters.aws.attributes import Item, number, text
from message_detail.adapters.aws.key_schema import INDEX_ENTRY, key
from message_detail.adapters.aws.table import ConditionFailed, Table
from message_detail.domain.errors import StorageError
from message_detail.domain.search_keys import Changes, Entry, Indexed, changes, entries_for, entry_expiry


class Writer:
    """Writes entries."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def update(self) -> Update:
        """One message's way from a state to the next: what the store goes through around its own write."""
        return Update(self)

    def put(self, entries: Iterable[Entry], revision: int, indexed: Indexed | None = None) -> None:
        """Writes entries of a message for this revision of it; nothing is sent when there are none."""
        self._table.put_many(_item(entry, revision, indexed) for entry in sorted(entries))

    def delete(self, entries: Iterable[Entry], revision: int) -> None:
        """Deletes entries that this revision of their message no longer has, unless a later one has them again."""
        for entry in sorted(entries):
            with suppress(ConditionFailed):
                self._table.delete(entry_key(entry), "revision <= :revision", {":revision": number(revision)})

    def delete_all(self, entries: Iterable[Entry]) -> None:
        """Deletes the entries of a message that has gone for good, whichever of its revisions has them, in batches."""
        self._table.delete_many(entry_key(entry) for entry in sorted(set(entries)))


class Update:
    """One message's step, which may take several attempts when other writers are faster.

    `prepare` before each conditional write of the message; `finish` after the one that succeeded, or when an
    attempt was lost and the message turned out to need no write any more.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._steps = Changes()
        self._lost: frozenset[Entry] = frozenset()
        """Entries that earlier attempts wrote: too many now, or marked with too low a revision."""

    def prepare(self, before: Indexed | None, after: Indexed | None, revision: int) -> None:
        """Writes the entries that the message will need at this revision, the one about to be written."""
        self._lost |= self._steps.put
        self._steps = changes(before, after)
        if self._lost:
            kept = entries_for(after)
            self._steps = Changes(self._steps.put | (self._lost & kept), self._steps.delete | (self._lost - kept))
        self._writer.put(self._steps.put, revision, after)

    def withdraw(self, stored: Indexed | None, revision: int) -> None:
        """After a lost attempt: the message stands at this state and revision, and needs no write of ours."""
        written = self._lost | self._steps.put
        kept = entries_for(stored)
        self._writer.put(written & kept, revision, stored)
        self._delete(written - kept, revision)

    def finish(self, revision: int) -> None:
        """After the message was written at this revision: deletes the entries that it no longer has."""
        self._delete(self._steps.delete, revision)

    def _delete(self, entries: frozenset[Entry], revision: int) -> None:
        """An entry too many harms nobody, and the message is stored: no reason to fail."""
        with suppress(StorageError):
            self._writer.delete(entries, revision)


def entry_key(entry: Entry) -> Item:
    """The key of the item that stands for an entry."""
    return key(INDEX_ENTRY.partition(list=entry.list, shard=entry.shard), entry_position(entry))


def entry_position(entry: Entry) -> str:
    """The sort key of that item: an entry's position in its list."""
    return INDEX_ENTRY.sort(sort_at=entry.sort_at, message_id=entry.short_id)


def read_message_id(item: Item) -> str:
    """The id of the message that an entry's item leads to."""
    if "message_id" in item:
        return str(item["message_id"]["S"])
    return str(item["sk"]["S"]).partition("#")[2]


def _item(entry: Entry, revision: int, indexed: Indexed | None) -> Item:
    item: Item = {**entry_key(entry), "revision": number(revision)}
    if entry.short_id != entry.message_id:
        item["message_id"] = text(entry.message_id)  # the key holds a hash
    if indexed is None:
        return item
    expires_at = entry_expiry(indexed)
    if expires_at is not None:
        item["expires_at"] = number(expires_at)
    if entry == indexed.census_entry:
        item["facts"] = text(indexed.facts())
    return item
