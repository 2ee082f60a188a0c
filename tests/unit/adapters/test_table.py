"""The table: what a batch leaves over is never lost, and what DynamoDB refuses is said in our errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from message_detail.adapters.aws.attributes import Item, number, text
from message_detail.adapters.aws.key_schema import key
from message_detail.adapters.aws.table import ATTEMPTS, READ_BATCH, WRITE_BATCH, ConditionFailed, Table
from message_detail.domain.errors import StorageError, StorageRefused, StorageUnavailable
from tests.unit.conftest import TABLE, Calls, table_of

MANY: Final = 257
"""Items for several batches of either size, the last one not full."""


class Stingy:
    """A client that does of each batch only the first few items, and returns the others unprocessed."""

    def __init__(self, client: Any, takes: int) -> None:
        self._client = client
        self._takes = takes
        self.done: Counter[str] = Counter()
        self.sizes: list[int] = []

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:
        taken, left = self._shared(RequestItems[TABLE]["Keys"])
        found: dict[str, Any] = {"Responses": {TABLE: []}}
        if taken:
            found = self._client.batch_get_item(RequestItems={TABLE: {"Keys": taken}})
        return {**found, "UnprocessedKeys": {TABLE: {"Keys": left}} if left else {}}

    def batch_write_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:
        taken, left = self._shared(RequestItems[TABLE])
        if taken:
            self._client.batch_write_item(RequestItems={TABLE: taken})
        return {"UnprocessedItems": {TABLE: left} if left else {}}

    def _shared(self, requests: list[Any]) -> tuple[list[Any], list[Any]]:
        """What is done of some requests, and what is left over."""
        self.sizes.append(len(requests))
        taken = requests[: self._takes]
        self.done.update(map(str, taken))
        return taken, requests[self._takes :]


def numbered(count: int = MANY) -> list[Item]:
    return [{**key("list", f"{one:04d}"), "n": number(one)} for one in range(count)]


def keys_of(items: list[Item]) -> list[Item]:
    return [{"pk": item["pk"], "sk": item["sk"]} for item in items]


def stored(dynamodb: Any) -> list[Item]:
    return list(table_of(dynamodb).partition("list"))


@pytest.mark.parametrize("takes", [4, WRITE_BATCH, READ_BATCH])
def test_what_a_batch_leaves_over_is_written_each_once_and_none_is_lost(dynamodb: Any, takes: int) -> None:
    stingy, items = Stingy(dynamodb, takes), numbered()
    table_of(stingy).put_many(items)
    assert stored(dynamodb) == items
    assert set(stingy.done.values()) == {1}
    assert max(stingy.sizes) == WRITE_BATCH
    table_of(stingy).delete_many(keys_of(items[:-1]))
    assert stored(dynamodb) == items[-1:]


@pytest.mark.parametrize("takes", [13, READ_BATCH])
def test_what_a_batch_leaves_over_is_read_each_once_and_none_is_lost(dynamodb: Any, takes: int) -> None:
    items = numbered()
    table_of(dynamodb).put_many(items)
    stingy = Stingy(dynamodb, takes)
    found = table_of(stingy).get_many(keys_of(items))
    assert sorted(found, key=lambda item: str(item["sk"])) == items
    assert set(stingy.done.values()) == {1}
    assert max(stingy.sizes) == READ_BATCH


@pytest.mark.parametrize("operation", ["get_many", "put_many", "delete_many"])
def test_a_batch_of_which_nothing_is_taken_is_unavailable_after_growing_pauses(dynamodb: Any, operation: str) -> None:
    pauses: list[float] = []
    stingy = Stingy(dynamodb, 0)
    with pytest.raises(StorageUnavailable, match="3 of the items") as caught:
        getattr(table_of(stingy, sleep=pauses.append), operation)(keys_of(numbered(3)))
    assert caught.value.retry_after == 2
    assert stingy.sizes == [3] * ATTEMPTS
    assert pauses == [0.05 * 2**pause for pause in range(ATTEMPTS - 1)]


@pytest.mark.parametrize("operation", ["get_many", "put_many", "delete_many"])
def test_a_batch_of_nothing_sends_nothing(dynamodb: Any, operation: str) -> None:
    calls = Calls(dynamodb)
    getattr(table_of(calls), operation)([])
    assert calls.made == []


def test_every_page_is_read_and_none_before_its_first_item_is_asked_for(dynamodb: Any) -> None:
    calls, items = Calls(dynamodb), numbered(7)
    table_of(dynamodb).put_many(items)
    found = table_of(calls).partition("list", page_size=3)
    assert calls.made == []
    assert [next(found) for _ in range(3)] == items[:3]
    assert calls.made == ["query"]
    assert list(found) == items[3:]
    assert calls.made == ["query"] * 3
    assert sorted(table_of(dynamodb).everything(), key=lambda item: str(item["sk"])) == items


def test_a_page_tells_whether_there_may_be_more(dynamodb: Any) -> None:
    table, items = table_of(dynamodb), numbered(5)
    table.put_many(items)
    last = table.page("pk = :pk", {":pk": text("list")}, 2, newest_first=True)
    assert (last.items, last.more) == (items[:-3:-1], True)
    whole = table.page("pk = :pk", {":pk": text("list")}, 9, consistent=True)
    assert (whole.items, whole.more) == (items, False)


def _get(table: Table) -> None:
    table.get(key("a", "b"))


def _put(table: Table) -> None:
    table.put(key("a", "b"))


def _update(table: Table) -> None:
    table.update(key("a", "b"), "REMOVE n")


def _delete(table: Table) -> None:
    table.delete(key("a", "b"))


def _query(table: Table) -> None:
    list(table.partition("a"))


def _page(table: Table) -> None:
    table.page("pk = :pk", {":pk": text("a")}, 1)


def _scan(table: Table) -> None:
    list(table.everything())


def _get_many(table: Table) -> None:
    table.get_many([key("a", "b")])


def _put_many(table: Table) -> None:
    table.put_many([key("a", "b")])


def _delete_many(table: Table) -> None:
    table.delete_many([key("a", "b")])


WAYS: Final = {
    "get_item": (_get,),
    "put_item": (_put,),
    "update_item": (_update,),
    "delete_item": (_delete,),
    "query": (_query, _page),
    "scan": (_scan,),
    "batch_get_item": (_get_many,),
    "batch_write_item": (_put_many, _delete_many),
}


@pytest.mark.parametrize(
    ("error", "expected", "says"),
    [
        ("AccessDeniedException", StorageRefused, "the table refuses (AccessDeniedException)"),
        ("ResourceNotFoundException", StorageRefused, "the table refuses (ResourceNotFoundException)"),
        ("ThrottlingException", StorageUnavailable, "the table is unavailable (ThrottlingException)"),
        (None, StorageUnavailable, "the table is unavailable (EndpointConnectionError)"),
    ],
)
@pytest.mark.parametrize(("operation", "way"), [(name, way) for name, ways in WAYS.items() for way in ways])
def test_what_dynamodb_refuses_is_said_in_our_errors_whatever_was_asked(
    dynamodb: Any,
    operation: str,
    way: Callable[[Table], None],
    error: str | None,
    expected: type[StorageError],
    says: str,
) -> None:
    calls = Calls(dynamodb)
    refusal: Exception = EndpointConnectionError(endpoint_url="https://a.person.example")
    if error is not None:
        refusal = ClientError({"Error": {"Code": error, "Message": "arn:aws:…:user/Ada"}}, operation)
    calls.fail(operation, refusal)
    with pytest.raises(StorageError) as caught:
        way(table_of(calls))
    assert (type(caught.value), caught.value.detail) == (expected, says)


def test_a_condition_that_fails_is_no_storage_error_and_nothing_is_written(dynamodb: Any) -> None:
    table, there = table_of(dynamodb), {**key("a", "b"), "n": number(1)}
    table.put(there, "attribute_not_exists(pk)")
    with pytest.raises(ConditionFailed):
        table.put({**there, "n": number(2)}, "attribute_not_exists(pk)")
    with pytest.raises(ConditionFailed):
        table.update(key("a", "b"), "SET n = :two", {":two": number(2)}, condition="n = :two")
    with pytest.raises(ConditionFailed):
        table.delete(key("a", "b"), "n = :two", {":two": number(2)})
    assert table.get(key("a", "b"), consistent=True) == there


def test_what_is_not_there_is_none_and_is_deleted_without_a_word(dynamodb: Any) -> None:
    table = table_of(dynamodb)
    assert table.get(key("a", "b")) is None
    table.delete(key("a", "b"))
    table.update(key("a", "b"), "SET #count = :one", {":one": number(1)}, names={"#count": "count"})
    assert table.get(key("a", "b")) == {**key("a", "b"), "count": number(1)}


def test_items_are_counted_over_all_pages(dynamodb: Any) -> None:
    class Pages:
        """A client whose pages are three."""

        def query(self, **asked: Any) -> dict[str, Any]:
            assert asked["Select"] == "COUNT"
            page = asked.get("ExclusiveStartKey", 0)
            return {"Count": 5, **({"LastEvaluatedKey": page + 1} if page < 2 else {})}

    assert table_of(Pages()).count("pk = :pk", {":pk": text("a")}) == 15
    table = table_of(dynamodb)
    table.put_many({"pk": text("a"), "sk": text(str(number))} for number in range(7))
    assert table.count("pk = :pk", {":pk": text("a")}) == 7
    assert table.count("pk = :pk", {":pk": text("b")}) == 0
