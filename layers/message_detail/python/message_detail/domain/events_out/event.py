"""An event that goes out: CloudEvents 1.0 in structured mode, which is a body of Standard Webhooks at once.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md and
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: both take the same object,
the former for its attributes, the latter for `type`, `timestamp` and `data`. The signature covers the body, and headers
not, so that every attribute stands in the body. Light: `changes()` imports it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

SPEC_VERSION: Final = "1.0"
CONTENT_TYPE: Final = "application/json"
SCHEMA_NAME: Final = "event-1"
SOURCE: Final = "/message-detail"
ID_PREFIX: Final = "evt_"
NOTHING_KNOWN: Final[Mapping[str, Any]] = {
    "channel": None,
    "direction": None,
    "status": None,
    "previous_status": None,
    "final": None,
    "outcome": None,
    "failure": None,
    "timestamps": None,
    "references": [],
    "mapping": None,
    "changed": [],
}
"""What an event says besides its ids of a message of which nothing is known, or is to be said."""
_REVISION: Final = "{:010d}"
"""Of equal length, so that revisions sort as text, too."""
_ENCODER: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))
"""ASCII, since SQS refuses some characters, and what is signed is to look the same wherever it passes."""


class EventType(StrEnum):
    """What happened, in the order in which one write is told as one of them: the first that holds."""

    ERASED = "message_detail.message.erased"
    STORED = "message_detail.message.stored"
    STATUS_CHANGED = "message_detail.message.status_changed"
    DISCREPANCY = "message_detail.message.discrepancy"
    UPDATED = "message_detail.message.updated"
    ACCOUNT = "message_detail.account.state_changed"
    TEST = "message_detail.endpoint.test"
    PAUSED = "message_detail.endpoint.paused"

    @property
    def is_of_message(self) -> bool:
        """Whether an event of this type is about a message."""
        return self.value.startswith("message_detail.message.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event. `id` is the same on every attempt and every replay; `time` is when it happened (canonical timestamp).

    `provider` and `account` are None for events about endpoints. `revision` grows with each change of one message; None
    for other events. `data` holds neither an address nor a text of a message. Events of one subject may arrive in any
    order: whoever keeps the greatest revision is right.
    """

    id: str
    type: EventType
    subject: str
    time: str
    data: Mapping[str, Any]
    provider: str | None = None
    account: str | None = None
    revision: int | None = None

    @property
    def source(self) -> str:
        """The context in which it happened."""
        return f"{SOURCE}/{self.provider}/{self.account}" if self.provider is not None else SOURCE

    def document(self, api_url: str, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The event as it goes out; with other data where an endpoint gets more than this event holds."""
        revision = {"revision": _REVISION.format(self.revision)} if self.revision is not None else {}
        return {
            "specversion": SPEC_VERSION,
            "id": self.id,
            "source": self.source,
            "type": self.type.value,
            "subject": self.subject,
            "time": self.time,
            "timestamp": self.time,
            "dataschema": f"{api_url}/v1/schemas/{SCHEMA_NAME}.json",
            "datacontenttype": CONTENT_TYPE,
            **revision,
            "data": dict(self.data if data is None else data),
        }

    def to_values(self) -> dict[str, Any]:
        """The event as it waits: JSON data, of which `from_values` makes it again."""
        values = {
            "id": self.id,
            "type": self.type.value,
            "subject": self.subject,
            "time": self.time,
            "provider": self.provider,
            "account": self.account,
            "revision": self.revision,
            "data": dict(self.data),
        }
        return {name: value for name, value in values.items() if value is not None}

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Event:
        """The event of what `to_values` gave. KeyError, TypeError, ValueError where it is none."""
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        return cls(**{**known, "type": EventType(values["type"])})


def body(document: Mapping[str, Any]) -> bytes:
    """An event as the body of a request, whose bytes are signed."""
    return _ENCODER.encode(document).encode()


def message_event(event_id: str, message_id: str, revision: int, told: Mapping[str, Any]) -> Event:
    """The event of a message's change, as the message's row tells of it (`message_changes.Change.to_values`).

    KeyError, TypeError, ValueError where the row tells of none.
    """
    provider, account, native = message_id.split(":", 2)
    ids = {"id": message_id, "provider": provider, "account": account, "provider_message_id": native}
    return Event(
        id=event_id,
        type=EventType(told["type"]),
        subject=message_id,
        time=told["at"],
        data={**ids, **NOTHING_KNOWN, **told["data"]},
        provider=provider,
        account=account,
        revision=revision,
    )


def account_event(event_id: str, at: str, provider: str, account: str, data: Mapping[str, Any]) -> Event:
    """The event of an account that cools down, whose calls are held back, that recovers, or that is refused."""
    return Event(
        id=event_id,
        type=EventType.ACCOUNT,
        subject=f"account:{provider}:{account}",
        time=at,
        data={"provider": provider, "account": account, **data},
        provider=provider,
        account=account,
    )


def trial_event(event_id: str, at: str, endpoint: str) -> Event:
    """An event by which somebody tries an endpoint."""
    return Event(id=event_id, type=EventType.TEST, subject=_subject(endpoint), time=at, data={"endpoint": endpoint})


def paused_event(event_id: str, at: str, endpoint: str, reason: str | None) -> Event:
    """The event of an endpoint that is sent nothing any more until somebody resumes it."""
    data = {"endpoint": endpoint, "reason": reason}
    return Event(id=event_id, type=EventType.PAUSED, subject=_subject(endpoint), time=at, data=data)


def _subject(endpoint: str) -> str:
    return f"endpoint:{endpoint}"
