"""A table in memory that counts what is asked of it, and a shelf of messages that keeps an index in it.

moto says what DynamoDB accepts; this one is fast enough for thousands of messages, and its steps can be interleaved.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from message_detail.adapters.aws.cursors import cursor_key
from message_detail.adapters.aws.search import Search
from message_detail.adapters.aws.search_index import Update, Writer, entry_key
from message_detail.domain.message import Conversation, Message, Party, Reference, Timestamps
from message_detail.domain.message_ids import message_id
from message_detail.domain.search_keys import Entry, Indexed, sort_time
from message_detail.domain.status import Status
from message_detail.domain.times import add_seconds
from message_detail.providers.base.parties import party
from message_detail.services.search_query import parse
from tests.unit.conftest import TABLE, table_of
from tests.unit.samples import T0, message

CONDITION = "ConditionalCheckFailedException"
RANGE = "pk = :pk AND sk BETWEEN :low AND :high"


class FakeTable:
    """What the search side uses of a DynamoDB client."""

    def __init__(self) -> None:
        self.partitions: dict[str, dict[str, dict[str, Any]]] = {}
        self._sorted: dict[str, list[str]] = {}
        self._lock = threading.Lock()
        self.requests: Counter[str] = Counter()
        self.items_read = 0
        self.writes: Counter[str] = Counter()
        """Per partition key."""
        self.refuse = 0
        """So many items of coming batches are left unprocessed."""

    def batch_write_item(self, RequestItems: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
        self.requests["batch_write_item"] += 1
        requests = RequestItems[TABLE]
        keys = [(r["PutRequest"]["Item"]["pk"]["S"], r["PutRequest"]["Item"]["sk"]["S"]) for r in requests]
        assert 1 <= len(requests) <= 25
        assert len(set(keys)) == len(keys)
        refused, taken = requests[: self.refuse], requests[self.refuse :]
        self.refuse = max(0, self.refuse - len(requests))
        for request in taken:
            self.write(request["PutRequest"]["Item"])
        return {"UnprocessedItems": {TABLE: refused} if refused else {}}

    def write(self, item: dict[str, Any]) -> None:
        partition, sort = item["pk"]["S"], item["sk"]["S"]
        items = self.partitions.setdefault(partition, {})
        if sort not in items:
            insort(self._sorted.setdefault(partition, []), sort)
        items[sort] = item
        self.writes[partition] += 1

    def remove(self, partition: str, sort: str) -> None:
        del self.partitions[partition][sort]
        self._sorted[partition].remove(sort)
        self.writes[partition] += 1

    def delete_item(self, TableName: str, Key: Any, ConditionExpression: str, ExpressionAttributeValues: Any) -> None:
        self.requests["delete_item"] += 1
        assert ConditionExpression == "revision <= :revision"
        partition, sort = Key["pk"]["S"], Key["sk"]["S"]
        item = self.partitions.get(partition, {}).get(sort)
        if item is None or int(item["revision"]["N"]) > int(ExpressionAttributeValues[":revision"]["N"]):
            raise ClientError({"Error": {"Code": CONDITION}}, "DeleteItem")
        self.remove(partition, sort)

    def get_item(self, TableName: str, Key: Any, ConsistentRead: bool) -> dict[str, Any]:
        item = self.partitions.get(Key["pk"]["S"], {}).get(Key["sk"]["S"])
        return {"Item": item} if item else {}

    def put_item(self, TableName: str, Item: Any, ConditionExpression: str) -> None:
        assert ConditionExpression == "attribute_not_exists(pk)"
        if Item["sk"]["S"] in self.partitions.get(Item["pk"]["S"], {}):
            raise ClientError({"Error": {"Code": CONDITION}}, "PutItem")
        self.write(Item)

    def query(self, *, ExpressionAttributeValues: Any, Limit: int, **arguments: Any) -> dict[str, Any]:
        assert arguments == {
            "TableName": TABLE,
            "KeyConditionExpression": RANGE,
            "ScanIndexForward": False,
            "ConsistentRead": True,
        }
        partition, low, high = (ExpressionAttributeValues[name]["S"] for name in (":pk", ":low", ":high"))
        assert low <= high
        keys = self._sorted.get(partition, [])
        inside = keys[bisect_left(keys, low) : bisect_right(keys, high)]
        found = inside[: -Limit - 1 : -1]
        with self._lock:
            self.requests["query"] += 1
            self.items_read += len(found)
        # DynamoDB, too, stops at the limit without knowing whether there is more.
        more: dict[str, Any] = {"LastEvaluatedKey": {}} if len(found) == Limit else {}
        return {"Items": [self.partitions[partition][key] for key in found], **more}

    def index(self) -> set[tuple[str, str]]:
        """The keys of all entries there are."""
        return {(p, s) for p, items in self.partitions.items() if p.startswith("index#") for s in items}


def pair_of(entry: Entry) -> tuple[str, str]:
    """The partition key and the sort key of an entry's item."""
    key = entry_key(entry)
    return key["pk"]["S"], key["sk"]["S"]


class Shelf:
    """Messages with an index, written as the store does it: entries, the message if nobody was faster, deletions."""

    def __init__(self, table: Any | None = None) -> None:
        self.table = table if table is not None else FakeTable()
        self.writer = Writer(table_of(self.table))
        self.stored: dict[str, tuple[Indexed, int]] = {}
        self.reads: list[int] = []
        self.search = Search(table_of(self.table), self.read_many, cursor_key(table_of(self.table)))

    def put(self, new: Message, *, discrepancy: bool = False, expires_at: int | None = None) -> Indexed:
        """Stores a message's new state."""
        before, revision = self.stored.get(new.id, (None, 0))
        sort_at = before.sort_at if before is not None else sort_time(new)
        after = Indexed(new, sort_at, discrepancy, expires_at)
        update = self.writer.update()
        update.prepare(before, after, revision + 1)
        self.stored[new.id] = (after, revision + 1)
        update.finish(revision + 1)
        return after

    def write_in_steps(self, update: Update, new: Indexed) -> Generator[None]:
        """The same for the newer of what is there and what is new, each step when it is asked for."""
        name = new.message.id
        while True:
            before, revision = self.stored.get(name, (None, 0))
            after = new if before is None else replace(max(before, new, key=_version), sort_at=before.sort_at)
            yield
            if after == before:
                update.withdraw(before, revision)
                return
            update.prepare(before, after, revision + 1)
            yield
            if self.stored.get(name, (None, 0))[1] == revision:
                self.stored[name] = (after, revision + 1)
                yield
                update.finish(revision + 1)
                return

    def read_many(self, ids: Sequence[str]) -> dict[str, Indexed]:
        """What the store gives to the search."""
        assert len(set(ids)) == len(ids) <= 100
        self.reads.append(len(ids))
        return {name: self.stored[name][0] for name in ids if name in self.stored}

    def walk(self, **parameters: str) -> list[str]:
        """The ids of a whole result, page after page."""
        return [item.id for page in self.pages(**parameters) for item in page]

    def pages(self, **parameters: str) -> Iterator[tuple[Message, ...]]:
        """A result's pages; what a test does between two of them happens while somebody walks."""
        cursor: dict[str, str] = {}
        while True:
            found = self.search.find(parse({**parameters, **cursor}))
            yield found.items
            if found.next_cursor is None:
                return
            cursor = {"cursor": found.next_cursor}


def numbered(number: int, *, minutes: int | None = None, status: Status = Status.SENT, **changes: Any) -> Message:
    """The message of a number, made so many minutes (default: its number) after T0."""
    created = add_seconds(T0, 60 * (number if minutes is None else minutes))
    fields: dict[str, Any] = {
        "id": message_id(changes.get("provider", "cellcast"), changes.get("account", "default"), f"m{number}"),
        "provider_message_id": f"m{number}",
        "timestamps": Timestamps(created=created),
        "from_": party("+61400000001"),
        "to": (party("0491 570 156", region="AU"),),
        **changes,
    }
    return message(status, **fields)


def id_of(number: int) -> str:
    """The id of a numbered message."""
    return numbered(number).id


def ids(*numbers: int) -> list[str]:
    """The ids of numbered messages."""
    return [id_of(number) for number in numbers]


def talk(**ids: str | None) -> Conversation:
    return Conversation.model_validate(ids)


def reference(value: str) -> Reference:
    return Reference(type="external_id", value=value)


def raw_party(raw: str) -> Party:
    return Party(address_raw=raw)


def _version(indexed: Indexed) -> str:
    return indexed.message.timestamps.updated or ""
