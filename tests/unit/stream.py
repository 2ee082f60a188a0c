"""The table's stream, as Lambda hands it on: a record for each write that a test makes."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from tests.unit.conftest import TABLE

Record = dict[str, Any]
_numbers = count(1)


def record_of(before: dict[str, Any] | None, after: dict[str, Any] | None, at: float, **more: Any) -> Record:
    """The record of a write that found one item and left another one; None: there was none, or is none any more."""
    there: dict[str, Any] = after or before or {}
    told: dict[str, Any] = {
        "ApproximateCreationDateTime": at,
        "Keys": {"pk": there["pk"], "sk": there["sk"]},
        "SequenceNumber": f"{next(_numbers):021d}",
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    if before is not None:
        told["OldImage"] = _image(before)
    if after is not None:
        told["NewImage"] = _image(after)
    name = "INSERT" if before is None else "REMOVE" if after is None else "MODIFY"
    source = {"eventSource": "aws:dynamodb", "eventName": name, "eventID": f"{next(_numbers):032x}"}
    return {**source, "dynamodb": told, **more}


def _image(item: dict[str, Any]) -> dict[str, Any]:
    """An item as JSON: bytes are base64."""
    return {
        name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value for name, value in item.items()
    }


class Stream:
    """What is written to a table in moto, record by record."""

    def __init__(self, dynamodb: Any, now: Callable[[], float]) -> None:
        self._dynamodb = dynamodb
        self._now = now
        self.records: list[Record] = []

    @contextmanager
    def watched(self, pk: str, sk: str = "message") -> Iterator[None]:
        """Takes down what is written to an item meanwhile, as one write; a write that changes nothing makes none."""
        before = self._item(pk, sk)
        yield
        after = self._item(pk, sk)
        if before != after:
            self.records.append(record_of(before, after, self._now()))

    def _item(self, pk: str, sk: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._dynamodb.get_item(
            TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": sk}}, ConsistentRead=True
        ).get("Item")
        return found
