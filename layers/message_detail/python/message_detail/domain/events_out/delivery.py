"""What is asked of the deliverer: one event for one endpoint, as the JSON that lies on its queue. Pure.

Deliverers of neighbouring releases read each other's tasks: keys that are not known are passed over. Light: `changes()`
imports it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from message_detail.domain import json_codec
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.events_out.event import Event

VERSION: Final = 1
_ENCODER: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTask:
    """Send one event to one endpoint.

    `attempts` have been made before this one. `waits`: the event may stand among the waiting ones, of which it is to be
    taken when it is delivered.
    """

    endpoint: str
    event: Event
    attempts: int = 0
    waits: bool = False
    correlation_id: str | None = None

    @property
    def account(self) -> str:
        """Among whom a queue is fair: endpoints, so that none that is slow holds up another."""
        return self.endpoint

    def to_json(self) -> str:
        """The body of its SQS message, which holds neither an address nor a text of a message."""
        values: dict[str, Any] = {
            "v": VERSION,
            "endpoint": self.endpoint,
            "event": self.event.to_values(),
            "attempts": self.attempts,
            "waits": self.waits,
            "correlation_id": self.correlation_id,
        }
        return _ENCODER.encode({name: value for name, value in values.items() if value})


def parse(body: str) -> DeliveryTask:
    """The task in an SQS message's body; InvalidRequest says why it is none."""
    try:
        values = json_codec.loads(body)
        if values["v"] != VERSION:
            raise InvalidRequest(f"the task is not of version {VERSION}, which this release works on")
        return _task(values)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidRequest(f"the task can't be read ({type(error).__name__})") from None


def _task(values: Mapping[str, Any]) -> DeliveryTask:
    attempts, correlation_id = values.get("attempts", 0), values.get("correlation_id")
    if type(attempts) is not int or attempts < 0 or not isinstance(values["endpoint"], str):
        raise ValueError("not of the types that are expected")
    return DeliveryTask(
        endpoint=values["endpoint"],
        event=Event.from_values(values["event"]),
        attempts=attempts,
        waits=values.get("waits") is True,
        correlation_id=correlation_id if isinstance(correlation_id, str) else None,
    )
