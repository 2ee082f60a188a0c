"""The change that a write of a message was, on the message's row, and as `changes()` reads it off the table's stream.

The stream has each write once, with the row before and after it. A write that changed nothing of its message, a lease
and a postponement are told from one that did by two numbers: the row's revision, and that of its last change. An
earlier release, which knows the second one as little as what it means, writes it back as it was.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from message_detail import observability
from message_detail.adapters.aws.account_changes import account_state
from message_detail.adapters.aws.attributes import Item, binary, get_number, get_text, number, text
from message_detail.adapters.aws.key_schema import ENDPOINT, MESSAGE
from message_detail.adapters.aws.row_packing import PACKED, unpack
from message_detail.domain import json_codec
from message_detail.domain.events_out.event import (
    ID_PREFIX,
    Event,
    EventType,
    account_event,
    message_event,
    paused_event,
)
from message_detail.domain.message_ids import message_hash
from message_detail.domain.times import from_epoch

if TYPE_CHECKING:  # what it is made by maps messages, which `changes()` does not
    from message_detail.domain.events_out.message_changes import Change

REVISION: Final = "event_revision"
EVENT: Final = "event"


def told(change: Change, revision: int, at: str) -> Item:
    """The attributes that tell of a change: the one of this revision, written at a moment (canonical timestamp)."""
    return {REVISION: number(revision), EVENT: text(json_codec.dumps(change.to_values(at)))}


def last_told(revision: int | None) -> Item:
    """The attributes of a write that changed nothing: which revision was the last one that did."""
    return {REVISION: number(revision)} if revision is not None else {}


def event_of(record: Mapping[str, Any]) -> Event | None:
    """The event that a record of the table's stream is, as Lambda hands it over; None where it is none.

    Nothing that a row may hold keeps the records behind it back: of a change that can't be read, it is told that there
    was one.
    """
    change = record["dynamodb"]
    before, after = change.get("OldImage") or {}, change.get("NewImage") or {}
    pk = str(change["Keys"]["pk"]["S"])
    if not after:
        return None
    event_id, at = f"{ID_PREFIX}{record['eventID']}", from_epoch(float(change["ApproximateCreationDateTime"]))
    if pk.startswith(MESSAGE.prefix):
        return _of_message(event_id, at, pk.removeprefix(MESSAGE.prefix), before, after)
    if pk.startswith(ENDPOINT.prefix):
        return _of_endpoint(event_id, at, pk.removeprefix(ENDPOINT.prefix), before, after)
    state = account_state(change["Keys"], before, after)
    if state is None:
        return None
    provider, account, data = state
    return account_event(event_id, at, provider, account, data)


def _of_message(event_id: str, at: str, message_id: str, before: Item, after: Item) -> Event | None:
    revision = get_number(after, "revision")  # the optimistic lock: it grows with each write
    if revision in (None, get_number(before, "revision")) or get_number(after, REVISION) != revision:
        return None
    try:
        told = json_codec.loads(get_text(unpack(_with_bytes(after)), EVENT) or "")
        return message_event(event_id, message_id, revision, told)
    except (KeyError, TypeError, ValueError) as error:
        observability.error("change can't be read", message_hash=message_hash(message_id), error=type(error).__name__)
        observability.count("changes_unreadable")
        return message_event(event_id, message_id, revision, {"type": EventType.UPDATED, "at": at, "data": {}})


def _with_bytes(item: Item) -> Item:
    """A row as the table gives it: Lambda hands over bytes in base64."""
    packed = item.get(PACKED, {}).get("B")
    return {**item, PACKED: binary(b64decode(packed))} if isinstance(packed, str) else item


def _of_endpoint(event_id: str, at: str, endpoint: str, before: Item, after: Item) -> Event | None:
    if "paused_at" not in after or "paused_at" in before:
        return None
    return paused_event(event_id, at, endpoint, get_text(after, "reason"))
