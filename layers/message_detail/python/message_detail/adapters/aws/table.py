"""The DynamoDB table: the one module that calls DynamoDB. Its errors are ours, its pages and batches come to an end.

Items go in and out as DynamoDB spells them (`{"S": "a text"}`), and `attributes` reads and writes the values. They are
not turned into Python's and back: what another release or a person has stored is written again as it stood.

Each call may raise StorageError: StorageRefused for what waiting can't fix, StorageUnavailable for all else. A write
under a condition raises ConditionFailed where the item is another than it was told to expect.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from message_detail.adapters.aws import clients
from message_detail.adapters.aws.attributes import Item, text
from message_detail.domain.errors import StorageUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WHAT: Final = "the table"
READ_BATCH: Final = 100
"""Items that BatchGetItem takes: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""
WRITE_BATCH: Final = 25
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html"""
ATTEMPTS: Final = 8
"""How often what a batch left over is asked for or written at all."""
FIRST_WAIT_SECONDS: Final = 0.05
_CONDITION_FAILED: Final = "ConditionalCheckFailedException"


def has_run_out(name: str) -> str:
    """The condition that the moment of an attribute (seconds since 1970) is over, with the values `:now` and `:number`
    (the text N). One that can't be read is over: nobody would ever end it."""
    return f"attribute_not_exists({name}) OR NOT attribute_type({name}, :number) OR {name} < :now"


class ConditionFailed(Exception):
    """A conditional write found something else than it was told to expect. Never leaves the adapters."""


@dataclass(frozen=True, slots=True)
class Page:
    """What one query gave: items, and whether there may be more after them."""

    items: list[Item]
    more: bool


class Table:
    """One table. `client` is a low-level DynamoDB client, `name` the table's."""

    def __init__(self, client: DynamoDBClient, name: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self.client: Final = client
        self.name: Final = name
        self._sleep = sleep

    def get(self, key: Item, *, consistent: bool = False) -> Item | None:
        """An item by its key; None where there is none."""
        answer = self._call(self.client.get_item, Key=key, **_given(ConsistentRead=consistent))
        item: Item | None = answer.get("Item")
        return item

    def put(self, item: Item, condition: str | None = None, values: Item | None = None) -> None:
        """Writes a whole item, if the condition holds for the one that is there."""
        self._call(self.client.put_item, Item=item, **_given(**_conditions(condition, values)))

    def update(
        self,
        key: Item,
        change: str,
        values: Item | None = None,
        *,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        """Changes some attributes of an item, or makes it; `names` stand for attributes that are DynamoDB's words."""
        given = _given(**_conditions(condition, values), ExpressionAttributeNames=names)
        self._call(self.client.update_item, Key=key, UpdateExpression=change, **given)

    def delete(self, key: Item, condition: str | None = None, values: Item | None = None) -> None:
        """Deletes an item, if the condition holds for it; one that is not there is deleted."""
        self._call(self.client.delete_item, Key=key, **_given(**_conditions(condition, values)))

    def partition(self, pk: str, *, consistent: bool = False, page_size: int | None = None) -> Iterator[Item]:
        """All items under one partition key, by sort key; no page is read before its first item is asked for."""
        given = _given(ConsistentRead=consistent, Limit=page_size)
        return self._pages(
            self.client.query, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": text(pk)}, **given
        )

    def between(self, pk: str, low: str, high: str, page_size: int) -> Iterator[Item]:
        """The items under one partition key whose sort keys are from `low` to `high`, both included, by sort key."""
        return self._pages(
            self.client.query,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
            ExpressionAttributeValues={":pk": text(pk), ":low": text(low), ":high": text(high)},
            Limit=page_size,
        )

    def page(
        self,
        keys: str,
        values: Item,
        limit: int,
        *,
        index: str | None = None,
        consistent: bool = False,
        newest_first: bool = False,
    ) -> Page:
        """Up to `limit` of the items whose keys are as the expression says."""
        given = _given(IndexName=index, ConsistentRead=consistent)
        answer = self._call(
            self.client.query,
            KeyConditionExpression=keys,
            ExpressionAttributeValues=values,
            ScanIndexForward=not newest_first,
            Limit=limit,
            **given,
        )
        return Page(answer["Items"], "LastEvaluatedKey" in answer)

    def count(self, keys: str, values: Item, *, index: str | None = None) -> int:
        """How many items have keys as the expression says."""
        counted: int = 0
        asked = _given(IndexName=index)
        while True:
            answer = self._call(
                self.client.query,
                KeyConditionExpression=keys,
                ExpressionAttributeValues=values,
                Select="COUNT",
                **asked,
            )
            counted += int(answer["Count"])
            if "LastEvaluatedKey" not in answer:
                return counted
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def everything(self) -> Iterator[Item]:
        """All items of the table, in no order; no page is read before its first item is asked for."""
        return self._pages(self.client.scan, ConsistentRead=True)

    def get_many(self, keys: Iterable[Item]) -> list[Item]:
        """The items that are there of these keys (each once), read consistently, in no order."""
        return [item for batch in _batches(keys, READ_BATCH) for item in self._get_batch(batch)]

    def put_many(self, items: Iterable[Item]) -> None:
        """Writes items (no two of one key) without a condition; nothing is sent when there are none."""
        self._write_many({"PutRequest": {"Item": item}} for item in items)

    def delete_many(self, keys: Iterable[Item]) -> None:
        """Deletes the items of these keys (each once) without a condition."""
        self._write_many({"DeleteRequest": {"Key": key}} for key in keys)

    def _get_batch(self, keys: list[Item]) -> Iterator[Item]:
        for _ in self._attempts():
            with clients.ours(WHAT):
                answer = self.client.batch_get_item(RequestItems={self.name: {"Keys": keys, "ConsistentRead": True}})
            yield from answer["Responses"].get(self.name, ())
            left = answer.get("UnprocessedKeys", {}).get(self.name)
            if not left:
                return
            keys = list(left["Keys"])
        raise StorageUnavailable(f"{WHAT} does not give {len(keys)} of the items", retry_after=2)

    def _write_many(self, requests: Iterable[Any]) -> None:
        for batch in _batches(requests, WRITE_BATCH):
            self._write_batch(batch)

    def _write_batch(self, requests: list[Any]) -> None:
        for _ in self._attempts():
            with clients.ours(WHAT):
                answer = self.client.batch_write_item(RequestItems={self.name: requests})
            requests = answer.get("UnprocessedItems", {}).get(self.name, [])
            if not requests:
                return
        raise StorageUnavailable(f"{WHAT} does not take {len(requests)} of the items", retry_after=2)

    def _attempts(self) -> Iterator[int]:
        """Attempts at a batch, with growing pauses between them."""
        for attempt in range(ATTEMPTS):
            if attempt:
                self._sleep(FIRST_WAIT_SECONDS * 2 ** (attempt - 1))
            yield attempt

    def _pages(self, operation: Callable[..., Any], **arguments: Any) -> Iterator[Item]:
        while True:
            answer = self._call(operation, **arguments)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _call(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        with clients.ours(WHAT):
            try:
                return operation(TableName=self.name, **arguments)
            except ClientError as error:
                if clients.error_code(error) == _CONDITION_FAILED:
                    raise ConditionFailed from error
                raise


def _conditions(condition: str | None, values: Item | None) -> dict[str, Any]:
    return {"ConditionExpression": condition, "ExpressionAttributeValues": values}


def _given(**arguments: Any) -> dict[str, Any]:
    """The arguments that say something: DynamoDB takes neither an empty one nor None."""
    return {name: value for name, value in arguments.items() if value}


def _batches(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(things)
    while batch := list(islice(iterator, size)):
        yield batch
