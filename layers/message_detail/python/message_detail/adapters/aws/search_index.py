"""The index in the table: an entry is there before the message needs it, and goes only once the message doesn't.

So an entry may be one too many (readers check each against its message), never one too few: not after a crash, and
not when writers of one message overtake each other. For the latter an entry carries the message's revision.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, Final

from message_detail.adapters.aws import clients
from message_detail.domain.errors import StorageError, StorageUnavailable
from message_detail.domain.search_keys import MAX_ID_BYTES, Changes, Entry, Indexed, changes, entries_for, entry_expiry

WHAT: Final = "the table"
BATCH: Final = 25
"""BatchWriteItem's limit."""
ATTEMPTS: Final = 6
FIRST_WAIT_SECONDS: Final = 0.05

Item = dict[str, Any]


class Writer:
    """Writes entries. `client` is a low-level DynamoDB client."""

    def __init__(self, client: Any, table: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep

    def update(self) -> Update:
        """One message's way from a state to the next: what the store goes through around its own write."""
        return Update(self)

    def put(self, entries: Iterable[Entry], revision: int, expires_at: int | None = None) -> None:
        """Writes entries for this revision of their message; nothing is sent when there are none."""
        requests = [{"PutRequest": {"Item": _item(entry, revision, expires_at)}} for entry in sorted(entries)]
        for batch in _batches(requests, BATCH):
            self._put(batch)

    def delete(self, entries: Iterable[Entry], revision: int) -> None:
        """Deletes entries that this revision of their message no longer has, unless a later one has them again."""
        for entry in sorted(entries):
            with suppress(clients.ConditionFailed):
                clients.call(
                    WHAT,
                    self._client.delete_item,
                    TableName=self._table,
                    Key=_key(entry),
                    ConditionExpression="revision <= :revision",
                    ExpressionAttributeValues={":revision": {"N": str(revision)}},
                )

    def delete_all(self, entries: Iterable[Entry], revision: int) -> None:
        """Deletes the entries of a message that has gone for good, so that no later revision can have them again.

        Ten thousand recipients are as many entries: where there are many, they go in batches.
        """
        keys = sorted(set(entries))
        if len(keys) <= BATCH:
            self.delete(keys, revision)
            return
        requests = ({"DeleteRequest": {"Key": _key(entry)}} for entry in keys)
        for batch in _batches(requests, BATCH):
            self._put(batch)

    def _put(self, requests: list[Item]) -> None:
        for attempt in range(ATTEMPTS):
            if attempt:
                self._sleep(FIRST_WAIT_SECONDS * 2 ** (attempt - 1))
            answer = clients.call(WHAT, self._client.batch_write_item, RequestItems={self._table: requests})
            requests = answer.get("UnprocessedItems", {}).get(self._table, [])
            if not requests:
                return
        raise StorageUnavailable(f"{WHAT} takes no more entries of the index", retry_after=2)


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
        self._writer.put(self._steps.put, revision, _expiry(after))

    def settle(self, stored: Indexed | None, revision: int) -> None:
        """After a lost attempt: the message stands at this state and revision, and needs no write of ours."""
        written = self._lost | self._steps.put
        kept = entries_for(stored)
        self._writer.put(written & kept, revision, _expiry(stored))
        self._delete(written - kept, revision)

    def finish(self, revision: int) -> None:
        """After the message was written at this revision: deletes the entries that it no longer has."""
        self._delete(self._steps.delete, revision)

    def _delete(self, entries: frozenset[Entry], revision: int) -> None:
        """An entry too many harms nobody, and the message is stored: no reason to fail."""
        with suppress(StorageError):
            self._writer.delete(entries, revision)


def read_message_id(item: Item) -> str:
    """The id of the message that an entry's item leads to."""
    if "message_id" in item:
        return str(item["message_id"]["S"])
    return str(item["sk"]["S"]).partition("#")[2]


def _item(entry: Entry, revision: int, expires_at: int | None) -> Item:
    item: Item = {**_key(entry), "revision": {"N": str(revision)}}
    if len(entry.message_id.encode()) > MAX_ID_BYTES:
        item["message_id"] = {"S": entry.message_id}  # the key holds a hash
    if expires_at is not None:
        item["expires_at"] = {"N": str(expires_at)}
    return item


def _key(entry: Entry) -> Item:
    partition, sort = entry.key
    return {"pk": {"S": partition}, "sk": {"S": sort}}


def _expiry(indexed: Indexed | None) -> int | None:
    return entry_expiry(indexed) if indexed is not None else None


def _batches(requests: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(requests)
    while batch := list(islice(iterator, size)):
        yield batch
