"""Which event a write of a message is, and what the event tells. Pure.

It is told while the message is written, where what was known before is at hand, and lies on the message's row: so there
is no change without an event, and no event without a change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from message_detail.domain.events_out.event import EventType
from message_detail.domain.message import Failure, Message, Reference
from message_detail.domain.timeline import CIRCUMSTANCES, MessageState
from message_detail.domain.withholding.withhold import withhold

MOST_REFERENCES: Final = 20
LONGEST_TEXT: Final = 500
"""Characters of a provider's words. An event has to fit on a queue, whatever a provider wrote."""
_NAMES: Final[Mapping[str, str]] = {name: field.alias or name for name, field in Message.model_fields.items()}
"""The canonical name of each field, in the order of the schema."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a write changed: `data` is what the event says of the message besides its ids. What it doesn't say is as in
    `event.NOTHING_KNOWN`."""

    type: EventType
    data: Mapping[str, Any]

    def to_values(self, at: str) -> dict[str, Any]:
        """The change as the row keeps it, of which `event.message_event` makes the event. `at`: when it was written."""
        return {"type": self.type.value, "at": at, "data": dict(self.data)}


def change_between(before: MessageState, after: MessageState) -> Change | None:
    """The change from one state of a message to a later one; None where nothing of the message has changed.

    That a status was confirmed, and when and why it was fetched, is no change. Before the first details there is no
    message that could change.
    """
    earlier, message = before.message, after.message
    if message is None:
        return None
    if earlier is None:
        return Change(EventType.STORED, _data(message, None, ()))
    changed = _changed(earlier, message)
    if earlier.status != message.status:
        sort = EventType.STATUS_CHANGED
    elif after.discrepant and not before.discrepant:
        sort = EventType.DISCREPANCY
    elif changed:
        sort = EventType.UPDATED
    else:
        return None
    return Change(sort, _data(message, earlier, changed))


def erasure(message: Message | None) -> Change:
    """The change of a message that is erased: of what was known, only what filters ask for."""
    if message is None:
        return Change(EventType.ERASED, {})
    known = {
        "channel": message.channel.value,
        "direction": message.direction.value,
        "status": message.status.value,
        "final": message.final,
        "outcome": message.outcome.value,
    }
    return Change(EventType.ERASED, known)


def _changed(earlier: Message, message: Message) -> tuple[str, ...]:
    """The canonical fields in which two messages differ, but for the circumstances of a fetch."""
    before, now = vars(earlier), vars(message)
    return tuple(
        canonical
        for name, canonical in _NAMES.items()
        if before[name] is not now[name]
        and before[name] != now[name]
        and (name != "provenance" or _lasting(earlier) != _lasting(message))
    )


def _lasting(message: Message) -> dict[str, Any]:
    """What of a message's provenance is about the message."""
    return {name: value for name, value in vars(message.provenance).items() if name not in CIRCUMSTANCES}


def _data(message: Message, earlier: Message | None, changed: tuple[str, ...]) -> dict[str, Any]:
    """What an event says of a message. What a provider wrote is shown as to somebody who may not know of whom it is."""
    shown = withhold(message) if message.failure is not None or message.references else message
    return {
        "channel": message.channel.value,
        "direction": message.direction.value,
        "status": message.status.value,
        "previous_status": earlier.status.value if earlier is not None else None,
        "final": message.final,
        "outcome": message.outcome.value,
        "failure": _failure(shown.failure) if shown.failure is not None else None,
        "timestamps": message.timestamps.model_dump(mode="json"),
        "references": [_reference(reference) for reference in shown.references[:MOST_REFERENCES]],
        "mapping": message.provenance.mapping,
        "changed": list(changed),
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        **failure.model_dump(mode="json"),
        "native_code": _cut(failure.native_code),
        "message": _cut(failure.message),
    }


def _reference(reference: Reference) -> dict[str, Any]:
    return {"type": _cut(reference.type), "value": _cut(reference.value)}


def _cut(text: str | None) -> str | None:
    return text[:LONGEST_TEXT] if text is not None else None
