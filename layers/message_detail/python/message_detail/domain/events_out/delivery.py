"""What is asked of the deliverer, as the JSON that lies on its queue. Pure.

Deliverers of neighbouring releases read each other's tasks: keys that are not known are passed over. Light: `changes()`
imports it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from message_detail.domain import json_codec
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.events_out.event import Event

VERSION: Final = 1
_ENCODER: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTask:
    """Send one event to one endpoint. `replayed`: it was sent before, or may wait to be.

    `deferrals` counts how often the task was put off for reasons of ours.
    """

    endpoint: str
    event: Event
    replayed: bool = False
    deferrals: int = 0
    correlation_id: str | None = None

    @property
    def account(self) -> str:
        """Among whom a queue is fair: endpoints, so that none that is slow holds up another."""
        return self.endpoint

    @property
    def event_id(self) -> str:
        """The event's id."""
        return self.event.id

    def deferred(self) -> DeliveryTask:
        """The same task, put off once more."""
        return replace(self, deferrals=self.deferrals + 1)

    def to_json(self) -> str:
        """The body of its SQS message, which holds neither an address nor a text of a message."""
        return _to_json(self, event=self.event.to_values(), replayed=self.replayed)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTask:
    """Send an event that waits for one endpoint, if it still does."""

    endpoint: str
    event_id: str
    deferrals: int = 0
    correlation_id: str | None = None

    @property
    def account(self) -> str:
        """Among whom a queue is fair."""
        return self.endpoint

    def deferred(self) -> WaitingTask:
        """The same task, put off once more."""
        return replace(self, deferrals=self.deferrals + 1)

    def to_json(self) -> str:
        """The body of its SQS message."""
        return _to_json(self, event_id=self.event_id)


AnyDelivery = DeliveryTask | WaitingTask


def _to_json(task: AnyDelivery, **own: Any) -> str:
    values = {
        "v": VERSION,
        "endpoint": task.endpoint,
        **own,
        "deferrals": task.deferrals,
        "correlation_id": task.correlation_id,
    }
    return _ENCODER.encode({name: value for name, value in values.items() if value})


def parse(body: str) -> AnyDelivery:
    """The task in an SQS message's body; InvalidRequest says why it is none."""
    try:
        values = json_codec.loads(body)
        if values["v"] != VERSION:
            raise InvalidRequest(f"the task is not of version {VERSION}, which this release works on")
        return _task(values)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidRequest(f"the task can't be read ({type(error).__name__})") from None


def _task(values: Mapping[str, Any]) -> AnyDelivery:
    deferrals, correlation_id = values.get("deferrals", 0), values.get("correlation_id")
    if type(deferrals) is not int or not isinstance(values["endpoint"], str):
        raise ValueError("not of the types that are expected")
    common: dict[str, Any] = {
        "endpoint": values["endpoint"],
        "deferrals": deferrals,
        "correlation_id": correlation_id if isinstance(correlation_id, str) else None,
    }
    if "event" in values:
        replayed = values.get("replayed") is True
        return DeliveryTask(event=Event.from_values(values["event"]), replayed=replayed, **common)
    if not isinstance(values["event_id"], str):
        raise ValueError("not of the types that are expected")
    return WaitingTask(event_id=values["event_id"], **common)
