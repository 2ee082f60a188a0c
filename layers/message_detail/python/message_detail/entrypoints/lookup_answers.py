"""What a lookup answers besides the message, as models."""

from __future__ import annotations

from typing import Any

from message_detail.domain.journal import Step
from message_detail.domain.message import Timestamp, Via
from message_detail.domain.status import Status
from message_detail.entrypoints.answer_model import Answer, AtLeastOne, Count, Moment


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


class JournalEntry(Answer):
    """What became of what we were told of a message, `count` times at the least, first at `at` and last at `last_at`.

    `received`: a genuine webhook came; `queued`: a task about the message was, or waits for this moment; `duplicate`:
    an event came again; `tried`: its provider was asked, or was to be, with the result `code` (`ok`, or an error's);
    `dropped`: the task ended, and nobody needs to act; `dead`: it is a dead letter. `via` is null where it isn't known
    any more.
    """

    step: Step
    at: Moment
    last_at: Moment
    count: AtLeastOne
    via: Via | None
    code: str | None


class Timeline(Answer):
    """Every status that a stored message was seen at, oldest first. With the journal in the order in which it was
    learned: of a status `observed_at` counts, of an entry of the journal, which has a `step`, `at`."""

    items: list[Event | JournalEntry]


class Raw(Answer):
    """What the provider last answered, without secrets and what our tables ignore. `mapping` is the version of the
    provider's tables that read it; `left_out` are the places (RFC 6901) of what is too large for one answer."""

    fetched_at: Moment
    mapping: str | None
    document: Any
    left_out: list[str]
