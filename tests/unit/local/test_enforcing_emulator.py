"""The emulator's policies know the partition keys that a request names, as AWS's do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ministack.core import iam_evaluator

from local.enforcing_emulator import LEADING_KEYS, leading_keys, with_leading_keys


def key(pk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": "message"}}


@pytest.mark.parametrize(
    ("request_", "keys"),
    [
        ({"TableName": "t", "Key": key("message#samva:a:1")}, ["message#samva:a:1"]),
        (
            {"TableName": "t", "Item": {**key("message#samva:a:1"), "due_shard": {"S": "samva#0"}}},
            ["message#samva:a:1"],
        ),
        (
            {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "drift#samva"}}},
            ["drift#samva"],
        ),
        (
            {
                "KeyConditionExpression": "#k = :pk AND sk BETWEEN :a AND :b",
                "ExpressionAttributeNames": {"#k": "pk"},
                "ExpressionAttributeValues": {":pk": {"S": "index#x#0"}, ":a": {"S": "0"}, ":b": {"S": "1"}},
            },
            ["index#x#0"],
        ),
        (
            {
                "IndexName": "due",
                "KeyConditionExpression": "due_shard = :shard AND due_at <= :now",
                "ExpressionAttributeValues": {":shard": {"S": "samva#3"}, ":now": {"S": "2026"}},
            },
            ["samva#3"],
        ),
        ({"RequestItems": {"t": {"Keys": [key("message#a"), key("message#b")]}}}, ["message#a", "message#b"]),
        (
            {
                "RequestItems": {
                    "t": [{"PutRequest": {"Item": key("index#a#0")}}, {"DeleteRequest": {"Key": key("index#b#0")}}]
                }
            },
            ["index#a#0", "index#b#0"],
        ),
        (
            {"TransactItems": [{"Put": {"Item": key("message#a")}}, {"Delete": {"Key": key("index#b#0")}}]},
            ["message#a", "index#b#0"],
        ),
        ({"TableName": "t"}, []),
    ],
)
def test_the_partition_keys_of_each_sort_of_request_are_found(request_: dict[str, Any], keys: list[str]) -> None:
    assert leading_keys(request_) == keys


def test_a_key_with_a_line_break_fits_the_wildcard_that_it_fits_on_aws() -> None:
    body = json.dumps({"TableName": "t", "Key": key("index#reference#a\nb#0")}).encode()
    (found,) = with_leading_keys(lambda _: {})(body)[LEADING_KEYS]
    assert iam_evaluator._fnmatch_compile("index#reference#*", False).match(found)


def test_they_come_beside_what_the_emulator_knows() -> None:
    context = with_leading_keys(lambda _body: {"dynamodb:Select": "ALL_ATTRIBUTES"})
    body = json.dumps({"Key": key("token#samva:default")}).encode()
    assert context(body) == {"dynamodb:Select": "ALL_ATTRIBUTES", LEADING_KEYS: ["token#samva:default"]}


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"Key": 1}', b'{"KeyConditionExpression": "pk = :pk"}'])
def test_a_request_that_names_none_in_a_way_that_can_be_read_is_left_to_the_emulator(body: bytes) -> None:
    assert with_leading_keys(lambda _body: {})(body) == {}
