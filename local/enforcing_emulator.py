"""ministack as it starts here: with the condition key `dynamodb:LeadingKeys`, which its IAM leaves out.

AWS refuses a request by a condition on the partition keys that it names; ministack 1.5 has no such key, and would let
every function at every item. Run as a program, `python -P enforcing_emulator.py`.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
"""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ministack.core import iam_actions

LEADING_KEYS: Final = "dynamodb:LeadingKeys"
#: The partition keys of the template's table and of its index. An item of the table can have both.
TABLE_KEY: Final = "pk"
INDEX_KEY: Final = "due_shard"
_EQUALS: Final = re.compile(r"(#?\w+) *= *(:\w+)")

Context = Callable[[bytes], dict[str, Any]]


def leading_keys(request: Mapping[str, Any]) -> list[str]:
    """The values of partition keys that a request of DynamoDB's API names, those of a batch or a transaction alike."""
    return list(_leading_keys(request))


def _leading_keys(request: Mapping[str, Any]) -> Iterator[str]:
    for name in ("Key", "Item"):
        if name in request:
            yield request[name][TABLE_KEY]["S"]
    if "KeyConditionExpression" in request:
        yield from _condition(request)
    for table in request.get("RequestItems", {}).values():
        for key in table.get("Keys", ()) if isinstance(table, dict) else ():
            yield key[TABLE_KEY]["S"]
        for write in table if isinstance(table, list) else ():
            yield from (key for kind in write.values() for key in _leading_keys(kind))
    for part in request.get("TransactItems", ()):
        yield from (key for kind in part.values() for key in _leading_keys(kind))


def _condition(request: Mapping[str, Any]) -> Iterator[str]:
    names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
    partition_key = INDEX_KEY if "IndexName" in request else TABLE_KEY
    for name, value in _EQUALS.findall(request["KeyConditionExpression"]):
        if names.get(name, name) == partition_key:
            yield values[value]["S"]


def with_leading_keys(context_of: Context) -> Context:
    """What gives a request's condition keys, with this one among them where the request names a partition key."""

    def context(body: bytes) -> dict[str, Any]:
        found = context_of(body)
        try:
            keys = leading_keys(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError):  # the emulator itself refuses such a request
            keys = []
        # The emulator's wildcards stop at a line's end, which a key may hold; those of AWS don't.
        return found | {LEADING_KEYS: [key.replace("\n", " ") for key in keys]} if keys else found

    return context


if __name__ == "__main__":
    iam_actions.dynamodb_service_context = with_leading_keys(iam_actions.dynamodb_service_context)
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)
