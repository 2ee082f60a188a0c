"""What the table's stream tells of a message's row, and which of it is a change of the message.

The stream has each write once, those of one row in order, with the row before and after it. A lease, a look that finds
nothing new, an expiry and the second half of an erasure write the row as well, and change nothing of the message: most
of these are told by the revision, or by the texts that decide what a message says, without reading a message.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from message_detail.adapters.aws import message_rows
from message_detail.adapters.aws.attributes import Item, get_number, get_text
from message_detail.adapters.aws.key_schema import MESSAGE
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.row_packing import PACKED, unpack
from message_detail.domain.json_leaves import put
from message_detail.domain.timeline import MessageState
from message_detail.domain.times import from_epoch

DECISIVE: Final = ("schema_version", "digest", "place", "events", "given_up", "confirm_at", "confirmed_for")
"""What decides of a row what its message says, and whether it is a discrepancy; the digest is that of the details."""
NOTHING: Final = MessageState()


@dataclass(frozen=True, slots=True)
class RowChange:
    """A write that may have changed a message: `before` and `after` are what the row knew and knows.

    `record_id` is the stream's, the same whenever the record is read; `at` the second of the write. Of one that was
    `erased`, nothing is known after it.
    """

    record_id: str
    at: str
    message_id: str
    revision: int
    before: MessageState
    after: MessageState
    erased: bool = False


def is_about_a_message(record: Mapping[str, Any]) -> bool:
    """Whether a record of the stream is of a message's row."""
    return str(record["dynamodb"]["Keys"]["pk"]["S"]).startswith(MESSAGE.prefix)


def row_change(record: Mapping[str, Any]) -> RowChange | None:
    """The change that a record of a message's row may be of; None where it is of none."""
    told = record["dynamodb"]
    at = float(told["ApproximateCreationDateTime"])
    before, after = _image(told.get("OldImage", {})), _image(told.get("NewImage", {}))
    erased = "erased" in after
    if not after or "erased" in before or (not erased and _same(before, after)):
        return None
    return RowChange(
        record_id=str(record["eventID"]),
        at=from_epoch(at),
        message_id=str(told["Keys"]["pk"]["S"]).removeprefix(MESSAGE.prefix),
        revision=get_number(after, "revision") or 0,
        before=_state(before) if erased or not _has_expired(before, at) else NOTHING,
        after=NOTHING if erased else _state(after),
        erased=erased,
    )


def _image(image: Item) -> Item:
    """A row as the table has it: Lambda hands on bytes as base64."""
    if PACKED not in image:
        return image
    try:
        packed = base64.b64decode(image[PACKED].get("B", ""), validate=True)
    except (binascii.Error, TypeError, ValueError):
        return image
    return unpack({**image, PACKED: {"B": packed}})


def _has_expired(row: Item, at: float) -> bool:
    """Whether readers took a row for gone when it was written over."""
    expires_at = get_number(row, "expires_at")
    return expires_at is not None and expires_at <= at


def _same(before: Item, after: Item) -> bool:
    """Whether both rows say the same, as far as their keys and texts tell."""
    if before.get("revision") == after.get("revision"):
        return True
    awaited, fetched = get_text(after, "confirm_at") or "", get_text(after, "confirmed_for") or ""
    if "digest" not in after or awaited > fetched:  # where a fetch is awaited, its time decides as well
        return False
    return all(before.get(name) == after.get(name) for name in DECISIVE)


def _state(row: Item) -> MessageState:
    return message_rows.read(row, _PLACES)[0] if row else NOTHING


class _Places(LargeValues):
    """Stands for the bucket: of a text that was moved there its hash is known, which says whether it is another one."""

    def restore(self, document: dict[str, Any], references: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Puts the hash of each text in its place; nothing is lost by that."""
        for reference in reversed(references):
            with suppress(LookupError, TypeError):
                put(document, tuple(reference["path"]), reference["sha256"])
        return []


def _no_bucket() -> Any:
    raise RuntimeError("the reader of the stream asks no bucket")


_PLACES: Final = _Places(_no_bucket, "")
