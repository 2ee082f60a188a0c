"""The table's stream, as Lambda hands it on: a record for each write that changes an item."""

from __future__ import annotations

import base64
from itertools import count
from typing import Any

from message_detail.adapters.aws.attributes import Item
from tests.unit.conftest import TABLE

Record = dict[str, Any]
AT = 1_780_315_200.0
_numbers = count(1)


class Stream:
    """A DynamoDB client whose writes of single items are also the records that Lambda would be given."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.records: list[Record] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def put_item(self, *, Item: Item, **given: Any) -> Any:
        return self._noted({"pk": Item["pk"], "sk": Item["sk"]}, lambda: self._client.put_item(Item=Item, **given))

    def update_item(self, *, Key: Item, **given: Any) -> Any:
        return self._noted(Key, lambda: self._client.update_item(Key=Key, **given))

    def _noted(self, key: Item, write: Any) -> Any:
        before = self._client.get_item(TableName=TABLE, Key=key).get("Item")
        answer = write()
        after = self._client.get_item(TableName=TABLE, Key=key)["Item"]
        if before != after:
            self.records.append(stream_record(key, before, after, f"{len(self.records)}"))
        return answer

    def taken(self) -> list[Record]:
        """The records since the last call."""
        records, self.records = self.records, []
        return records


def stream_record(key: Item, before: Item | None, after: Item | None, event_id: str = "1") -> Record:
    """The record of a write that found one item and left another; None: there was none, or is none any more."""
    images = {"OldImage": before, "NewImage": after}
    return {
        "eventID": event_id,
        "eventName": "INSERT" if before is None else "REMOVE" if after is None else "MODIFY",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "Keys": key,
            "ApproximateCreationDateTime": AT,
            "SequenceNumber": f"{next(_numbers):021d}",
            **{name: as_lambda_has_it(image) for name, image in images.items() if image is not None},
        },
    }


def as_lambda_has_it(image: Item) -> Item:
    """Bytes are in base64 in the JSON that a function gets."""
    return {
        name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value for name, value in image.items()
    }
