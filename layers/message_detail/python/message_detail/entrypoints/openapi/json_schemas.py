"""The JSON Schemas that anybody may have, by the names that they are served under."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from message_detail.domain.events_out.event import SCHEMA_NAME
from message_detail.domain.message import SCHEMA_VERSION, Message
from message_detail.entrypoints.openapi.described import described
from message_detail.entrypoints.openapi.events import DRAFT, event_schema
from message_detail.entrypoints.openapi.schemas import Schema


def message_schema() -> Schema:
    """The schema of a message as it is answered, where every key is always there, and more may come."""
    made = Message.model_json_schema(by_alias=True, mode="serialization")
    schemas = described({**made.pop("$defs"), Message.__name__: made}, closed=())
    message = schemas.pop(Message.__name__)
    return {"$schema": DRAFT, "$defs": schemas, **message}


SCHEMAS: Final[Mapping[str, Callable[[], Schema]]] = {
    f"{SCHEMA_NAME}.json": event_schema,
    f"message-{SCHEMA_VERSION}.json": message_schema,
}
