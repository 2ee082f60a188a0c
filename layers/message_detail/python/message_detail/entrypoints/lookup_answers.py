"""What a lookup answers besides the message, as models."""

from __future__ import annotations

from typing import Any

from message_detail.domain.message import Timestamp, Via
from message_detail.domain.status import Status
from message_detail.entrypoints.answer_model import Answer, Count, Moment


class Event(Answer):
    """A status at which a message was seen."""

    status: Status
    status_native: str | None
    occurred_at: Timestamp | None
    observed_at: Timestamp
    via: Via
    epoch: Count
    confirmed: bool
    confirmed_at: Timestamp | None


class Timeline(Answer):
    """Every status that a stored message was seen at, oldest first."""

    items: list[Event]


class Raw(Answer):
    """What the provider last answered, without secrets and what our tables ignore. `mapping` is the version of the
    provider's tables that read it; `left_out` are the places (RFC 6901) of what is too large for one answer."""

    fetched_at: Moment
    mapping: str | None
    document: Any
    left_out: list[str]
