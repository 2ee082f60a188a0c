"""The events that go out, as models: the OpenAPI document's `webhooks` and the JSON Schema of events are made of them.

None is built of them: an event goes out as `domain.events_out.event.Event` writes it, and tests hold that to these.
They are open: keys may be added, and receivers ignore what they don't know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from message_detail.domain.events_out.event import SCHEMA_NAME, SPEC_VERSION, EventType
from message_detail.domain.message import Channel, Direction, Failure, Message, Reference, Timestamp, Timestamps
from message_detail.domain.status import Outcome, Status
from message_detail.entrypoints.openapi.schemas import Schema
from message_detail.services.request_model import ProviderName

EventId = Annotated[str, Field(pattern="^evt_.+$", description="The same on every attempt and every replay.")]
Revision = Annotated[
    str, Field(pattern="^[0-9]{10}$", description="Grows with each change of the subject; compare it as text.")
]
AccountState = Literal["ok", "cooling_down", "open", "refused", "unusable"]


class EventPart(BaseModel):
    """What events are made of: more keys may come."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class MessageData(EventPart):
    """What an event says of a message, as it was written: neither an address nor a text. Of one that is erased, only
    its ids, and what is asked for by filters."""

    id: str
    provider: ProviderName
    account: str
    provider_message_id: str
    channel: Channel | None = None
    direction: Direction | None = None
    status: Status | None = None
    previous_status: Annotated[Status | None, Field(description="Before this change; null where there was none.")] = (
        None
    )
    final: bool | None = None
    outcome: Outcome | None = None
    failure: Failure | None = None
    timestamps: Timestamps | None = None
    references: tuple[Reference, ...] = ()
    mapping: str | None = None
    changed: Annotated[tuple[str, ...], Field(description="The fields of the message that changed.")] = ()


class AccountData(EventPart):
    """Which account it is, and how it stands."""

    provider: ProviderName
    account: str
    state: AccountState
    previous_state: AccountState | None = None


class TrialData(EventPart):
    """Which endpoint is tried."""

    endpoint: str


class PauseData(EventPart):
    """Which endpoint was paused, and why."""

    endpoint: str
    reason: str | None = None


class EventEnvelope(EventPart):
    """What every event has."""

    specversion: Literal["1.0"]
    id: EventId
    source: Annotated[str, Field(description="`/message-detail/{provider}/{account}`, of endpoints `/message-detail`.")]
    subject: Annotated[str, Field(description="The message's id, `account:{provider}:{account}`, `endpoint:{name}`.")]
    time: Annotated[Timestamp, Field(description="When it happened.")]
    timestamp: Annotated[Timestamp, Field(description="The same, as Standard Webhooks call it.")]
    dataschema: str
    datacontenttype: Literal["application/json"]


class MessageEvent(EventEnvelope):
    """A message changed. To an endpoint with `include` `full`, `data` is the message as it is at the delivery."""

    type: Literal[
        "message_detail.message.stored",
        "message_detail.message.status_changed",
        "message_detail.message.updated",
        "message_detail.message.discrepancy",
        "message_detail.message.erased",
    ]
    revision: Revision
    data: MessageData | Message


class AccountEvent(EventEnvelope):
    """An account cools down, its calls are held back, it recovers, or its credentials are refused."""

    type: Literal["message_detail.account.state_changed"]
    data: AccountData


class TrialEvent(EventEnvelope):
    """Somebody tries the endpoint."""

    type: Literal["message_detail.endpoint.test"]
    data: TrialData


class PauseEvent(EventEnvelope):
    """Another endpoint gets no events any more until it is resumed."""

    type: Literal["message_detail.endpoint.paused"]
    data: PauseData


Event = Annotated[MessageEvent | AccountEvent | TrialEvent | PauseEvent, Field(discriminator="type")]
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
BODY_TYPE: Final = "application/cloudevents+json"
MODELS: Final = (MessageEvent, AccountEvent, TrialEvent, PauseEvent)
MEANINGS: Final[Mapping[EventType, str]] = {
    EventType.STORED: "A message is stored for the first time",
    EventType.STATUS_CHANGED: "A message has another status",
    EventType.UPDATED: "Something else of a message changed",
    EventType.DISCREPANCY: "A webhook announced a status that the provider's answer does not show",
    EventType.ERASED: "A message was erased",
    EventType.ACCOUNT: "An account cools down, its calls are held back, it recovers, or it is refused",
    EventType.TEST: "Somebody tries the endpoint",
    EventType.PAUSED: "Another endpoint gets no events any more until it is resumed",
}
"""What each type tells, in the order of the documentation."""
_OTHERS: Final[Mapping[EventType, type[EventEnvelope]]] = {
    EventType.ACCOUNT: AccountEvent,
    EventType.TEST: TrialEvent,
    EventType.PAUSED: PauseEvent,
}
_HEADERS: Final[Mapping[str, str]] = {
    "webhook-id": "The event's id.",
    "webhook-timestamp": "Seconds since 1970, of this attempt: refuse what is older than five minutes.",
    "webhook-signature": "`v1,` and a signature in base64, one for each of the endpoint's secrets, blanks between "
    "them: https://www.standardwebhooks.com",
}


def webhooks() -> Schema:
    """What goes out, by the type of event: the `webhooks` of an OpenAPI document."""
    return {kind.value: {"post": _operation(kind, meaning)} for kind, meaning in MEANINGS.items()}


def event_schema() -> Schema:
    """The JSON Schema of every event."""
    made: dict[str, Any] = TypeAdapter(Event).json_schema(mode="serialization")
    return {
        "$schema": DRAFT,
        "$id": f"/v1/schemas/{SCHEMA_NAME}.json",
        "title": "Event",
        "description": f"An event of message-detail: CloudEvents {SPEC_VERSION}, structured mode.",
        **made,
    }


def _operation(kind: EventType, meaning: str) -> Schema:
    model = MessageEvent if kind.is_of_message else _OTHERS[kind]
    return {
        "operationId": kind.value,
        "summary": meaning,
        "parameters": [
            {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": text}
            for name, text in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {BODY_TYPE: {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}},
        },
        "responses": {
            "2XX": {"description": "Taken. Whatever else is answered, or no answer within 15 s: it is sent again."},
            "410": {"description": "Send nothing more: the endpoint is paused."},
        },
        "security": [],
    }
