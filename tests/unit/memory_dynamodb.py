"""A DynamoDB client in memory, for thousands of items: what the table's adapters send, and counts of what it was.

moto says what DynamoDB accepts; this one is fast. Conditions are those that the adapters use, joined by OR.
"""

from __future__ import annotations

import copy
import re
import threading
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

PAGE_BYTES = 1_000_000
"""What a query gives at once: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html"""
_BETWEEN = "pk = :pk AND sk BETWEEN :low AND :high"
_SETS = re.compile(r"(\w+) = (:\w+|if_not_exists\(\w+, :\w+\))")


class MemoryDynamodb:
    """Items by their keys. `requests` counts calls, `read_units` (of reads that need not be consistent: half) and
    `write_units` what DynamoDB would bill."""

    def __init__(self) -> None:
        self._items: dict[str, dict[str, dict[str, Any]]] = {}
        self._sorted: dict[str, list[str]] = {}
        self._lock = threading.RLock()
        self.requests: Counter[str] = Counter()
        self.read_units = 0.0
        self.write_units = 0

    def get_item(self, *, Key: Any, ConsistentRead: bool = False, **_: Any) -> dict[str, Any]:
        with self._lock:
            self.requests["get_item"] += 1
            item = self._find(Key)
            self._bill_read(size_of(item or {}), consistent=ConsistentRead)
            return {"Item": copy.deepcopy(item)} if item else {}

    def batch_get_item(self, RequestItems: Mapping[str, Any]) -> dict[str, Any]:
        ((name, asked),) = RequestItems.items()
        assert 1 <= len(asked["Keys"]) <= 100
        with self._lock:
            self.requests["batch_get_item"] += 1
            found = [item for key in asked["Keys"] if (item := self._find(key))]
            for item in found:
                self._bill_read(size_of(item), consistent=True)
            return {"Responses": {name: copy.deepcopy(found)}}

    def put_item(self, *, Item: Any, **condition: Any) -> None:
        with self._lock:
            self.requests["put_item"] += 1
            self._check(self._find(Item), condition)
            self._put(Item)

    def update_item(self, *, Key: Any, UpdateExpression: str, **condition: Any) -> None:
        with self._lock:
            self.requests["update_item"] += 1
            item = self._find(Key)
            self._check(item, condition)
            changed = dict(item or Key)
            assert UpdateExpression.startswith("SET "), UpdateExpression
            for name, value in _SETS.findall(UpdateExpression):
                if value.startswith("if_not_exists"):
                    if name in changed:
                        continue
                    value = value[value.index(":") : -1]
                changed[name] = condition["ExpressionAttributeValues"][value]
            self._put(changed)

    def delete_item(self, *, Key: Any, **condition: Any) -> None:
        with self._lock:
            self.requests["delete_item"] += 1
            self._check(self._find(Key), condition)
            self._delete(Key)

    def batch_write_item(self, RequestItems: Mapping[str, Any]) -> dict[str, Any]:
        ((_, requests),) = RequestItems.items()
        assert 1 <= len(requests) <= 25
        with self._lock:
            self.requests["batch_write_item"] += 1
            for request in requests:
                if "PutRequest" in request:
                    self._put(request["PutRequest"]["Item"])
                else:
                    self._delete(request["DeleteRequest"]["Key"])
        return {}

    def query(
        self,
        *,
        KeyConditionExpression: str,
        ExpressionAttributeValues: Any,
        Limit: int = 10**9,
        ScanIndexForward: bool = True,
        ConsistentRead: bool = False,
        ExclusiveStartKey: Any = None,
        **_: Any,
    ) -> dict[str, Any]:
        assert KeyConditionExpression in (_BETWEEN, "pk = :pk")
        values = {name: value["S"] for name, value in ExpressionAttributeValues.items()}
        with self._lock:
            self.requests["query"] += 1
            keys = self._sorted.get(values[":pk"], [])
            low = bisect_left(keys, values.get(":low", ""))
            high = bisect_right(keys, values.get(":high", "\U0010ffff"))
            inside = keys[low:high] if ScanIndexForward else keys[low:high][::-1]
            if ExclusiveStartKey is not None:
                inside = inside[inside.index(ExclusiveStartKey["sk"]["S"]) + 1 :]
            found, size = list[dict[str, Any]](), 0
            for key in inside:
                if len(found) == Limit or size > PAGE_BYTES:
                    break
                found.append(copy.deepcopy(self._items[values[":pk"]][key]))
                size += size_of(found[-1])
            self._bill_read(size, consistent=ConsistentRead)
            more = len(found) < len(inside) or len(found) == Limit
            last = {name: found[-1][name] for name in ("pk", "sk")} if found and more else None
            return {"Items": found, **({"LastEvaluatedKey": last} if last else {})}

    def scan(self, **_: Any) -> dict[str, Any]:
        return {"Items": copy.deepcopy([item for items in self._items.values() for item in items.values()])}

    def _find(self, key: Any) -> dict[str, Any] | None:
        return self._items.get(key["pk"]["S"], {}).get(key["sk"]["S"])

    def _put(self, item: Any) -> None:
        partition, sort = item["pk"]["S"], item["sk"]["S"]
        if sort not in self._items.setdefault(partition, {}):
            insort(self._sorted.setdefault(partition, []), sort)
        self._items[partition][sort] = copy.deepcopy(item)
        self.write_units += -(-size_of(item) // 1_024)

    def _delete(self, key: Any) -> None:
        partition, sort = key["pk"]["S"], key["sk"]["S"]
        if self._items.get(partition, {}).pop(sort, None) is not None:
            self._sorted[partition].remove(sort)
        self.write_units += 1

    def _bill_read(self, size: int, *, consistent: bool) -> None:
        self.read_units += max(1, -(-size // 4_096)) * (1.0 if consistent else 0.5)

    def _check(self, item: Any, given: Mapping[str, Any]) -> None:
        expression = given.get("ConditionExpression")
        values = given.get("ExpressionAttributeValues", {})
        if expression and not any(_holds(one, item or {}, values) for one in expression.split(" OR ")):
            raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "Write")


def _holds(condition: str, item: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    if lacking := re.fullmatch(r"attribute_not_exists\((\w+)\)", condition):
        return lacking[1] not in item
    if there := re.fullmatch(r"attribute_exists\((\w+)\)", condition):
        return there[1] in item
    name, sign, value = condition.split(" ")
    if name not in item:
        return False
    own, given = _plain(item[name]), _plain(values[value])
    return bool({"=": own == given, "<=": own <= given, "<": own < given}[sign])


def _plain(value: Mapping[str, Any]) -> Any:
    ((kind, plain),) = value.items()
    return float(plain) if kind == "N" else plain


def size_of(item: Mapping[str, Any]) -> int:
    """Bytes of an item, nearly."""
    return sum(len(name) + len(str(next(iter(value.values())))) for name, value in item.items())
