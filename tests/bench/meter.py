"""A DynamoDB client that counts requests and items, and reckons the capacity that they would take.

From the sizes of the items, as AWS bills them: a write unit per KB of the larger of the item before and after, one
more for each entry of the sparse index `due` written or deleted (its keys alone, never 1 KB); a read unit per 4 KB
read consistently, half of it otherwise. Contents aside: every attribute is text, bytes, a number or a flag.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import ClientError

Item = Mapping[str, Mapping[str, Any]]

KEY: Final = ("pk", "sk")
INDEXED: Final = ("due_shard", "due_at")
_WRITE_BYTES: Final = 1024
_READ_BYTES: Final = 4096


@dataclass
class Meter:
    """`client` is a real one; what it is asked through this one is counted until `reset`."""

    client: Any
    table: str
    requests: Counter[str] = field(default_factory=Counter)
    items_read: int = 0
    write_units: int = 0
    read_units: float = 0.0
    """Of the table and its index together."""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def reset(self) -> None:
        """From nothing."""
        self.requests.clear()
        self.items_read, self.write_units, self.read_units = 0, 0, 0.0

    def found(self) -> dict[str, Any]:
        """What has been counted."""
        units = {"write_units": self.write_units, "read_units": self.read_units}
        return {"requests": dict(self.requests), "items_read": self.items_read, **units}

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("_") or operation in ("meta", "exceptions"):
            return getattr(self.client, operation)

        def call(**arguments: Any) -> Any:
            with self._lock:
                self.requests[operation] += 1
                return self._made(operation, arguments)

        return call

    def _made(self, operation: str, arguments: dict[str, Any]) -> Any:
        written = _written(operation, arguments, self.table)
        before = self._items([_key(item) for item in written])
        try:
            answer = getattr(self.client, operation)(**arguments)
        except ClientError:
            self.write_units += sum(_writes(item, item) for item in before)  # refused writes are billed, too
            raise
        after = self._items([_key(item) for item in written]) if operation == "update_item" else written
        if operation == "delete_item":
            after = [{}]
        self.write_units += sum(_writes(old, new) for old, new in zip(before, after, strict=True))
        self._count_reads(operation, arguments, answer)
        return answer

    def _count_reads(self, operation: str, arguments: dict[str, Any], answer: dict[str, Any]) -> None:
        if operation == "query":
            self._read([sum(map(size_of, answer["Items"]))], len(answer["Items"]), arguments)
        elif operation == "get_item":
            self._read([size_of(answer.get("Item", {}))], int("Item" in answer), arguments)
        elif operation == "batch_get_item":
            found = answer["Responses"].get(self.table, [])
            self._read(map(size_of, found), len(found), arguments["RequestItems"][self.table])

    def _read(self, sizes: Iterable[int], items: int, arguments: Mapping[str, Any]) -> None:
        share = 1.0 if arguments.get("ConsistentRead") else 0.5
        self.items_read += items
        self.read_units += share * sum(_units(size, _READ_BYTES) for size in sizes)

    def _items(self, keys: list[Item]) -> list[Item]:
        """The items of these keys as they are now, unmetered."""
        if not keys:
            return []
        request = {self.table: {"Keys": keys, "ConsistentRead": True}}
        found = self.client.batch_get_item(RequestItems=request)["Responses"].get(self.table, [])
        by_key = {tuple(item[name]["S"] for name in KEY): item for item in found}
        return [by_key.get(tuple(key[name]["S"] for name in KEY), {}) for key in keys]


def size_of(item: Item) -> int:
    """Bytes of an item: names and values; a number takes half a byte per digit, and one."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind in ("S", "B"):
        return len(content.encode() if kind == "S" else content)
    return math.ceil(len(content) / 2) + 1 if kind == "N" else 1


def _units(size: int, per_unit: int) -> int:
    return max(1, math.ceil(size / per_unit))


def _writes(before: Item, after: Item) -> int:
    own = _units(max(size_of(before), size_of(after)), _WRITE_BYTES)
    old, new = (tuple(item[name]["S"] for name in INDEXED if name in item) for item in (before, after))
    return own + (bool(old) + bool(new) if old != new else 0)


def _written(operation: str, arguments: dict[str, Any], table: str) -> list[Item]:
    """What a request writes: the new items, or else the keys."""
    if operation == "put_item":
        return [arguments["Item"]]
    if operation in ("update_item", "delete_item"):
        return [arguments["Key"]]
    if operation == "batch_write_item":
        return [request["PutRequest"]["Item"] for request in arguments["RequestItems"][table]]
    return []


def _key(item: Item) -> Item:
    return {name: item[name] for name in KEY}
