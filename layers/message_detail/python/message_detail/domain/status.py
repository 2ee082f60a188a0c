"""Statuses, their ranks and outcomes: the ladder by which observations of a message are ordered.

Apart from the schema (message.py) so that code that only compares statuses needs no pydantic.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Where a message stands, in our one vocabulary; providers' own words are kept beside it."""

    UNKNOWN = "unknown"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    DEFERRED = "deferred"
    SENT = "sent"
    CANCELED = "canceled"
    REJECTED = "rejected"
    EXPIRED = "expired"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    BOUNCED = "bounced"
    RECEIVED = "received"
    DELIVERED = "delivered"
    READ = "read"


class Outcome(StrEnum):
    """What a status means for the sender."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"
    UNCERTAIN = "uncertain"


RANKS: Final[dict[Status, int]] = {
    Status.UNKNOWN: 0,
    Status.SCHEDULED: 10,
    Status.QUEUED: 20,
    Status.SENDING: 30,
    Status.DEFERRED: 35,
    Status.SENT: 40,
    Status.CANCELED: 60,
    Status.REJECTED: 62,
    Status.EXPIRED: 64,
    Status.FAILED: 66,
    Status.UNDELIVERED: 68,
    Status.BOUNCED: 70,
    Status.RECEIVED: 78,
    Status.DELIVERED: 80,
    Status.READ: 90,
}

EMAIL_RANKS: Final[dict[Status, int]] = {
    **RANKS,
    Status.DELIVERED: 80,
    Status.READ: 82,
    Status.FAILED: 83,
    Status.UNDELIVERED: 84,
    Status.BOUNCED: 85,
}
"""A receiving mail server accepts first and may bounce later, so on e-mail a bounce outranks delivered and read. Not
every provider has a word for it: HighLevel's is `failed`, others' `undelivered`, and these outrank them likewise."""

_SUCCESSES: Final = frozenset({Status.RECEIVED, Status.DELIVERED, Status.READ})
_FIRST_FINAL_RANK: Final = RANKS[Status.CANCELED]


def rank(status: Status, channel: str | None = None) -> int:
    """The place of a status on the ladder of a channel; a higher one, once observed, is never turned back."""
    return (EMAIL_RANKS if channel == "email" else RANKS)[status]


def is_final(status: Status) -> bool:
    """Whether the message's way has ended (a later, higher observation may still correct it)."""
    return RANKS[status] >= _FIRST_FINAL_RANK


def outcome_for(status: Status) -> Outcome:
    """The outcome that a status stands for."""
    if not is_final(status):
        return Outcome.PENDING
    return Outcome.SUCCESS if status in _SUCCESSES else Outcome.FAILURE


def ladder(statuses: Iterable[Status]) -> tuple[Status, ...]:
    """The statuses in an order in which a message passes through them, whatever its channel: some may come twice."""
    asked = frozenset(statuses)
    up = sorted(asked, key=RANKS.__getitem__)
    arrived = {Status.DELIVERED, Status.READ}
    back = (one for one in asked if RANKS[one] < RANKS[Status.DELIVERED] < EMAIL_RANKS[one])
    return (*up, *(sorted(back, key=EMAIL_RANKS.__getitem__) if arrived & asked else ()))


def by_direction(status: Status, direction: str) -> Status:
    """Direction decides the last step: an inbound message that arrived is received, an outbound one never is."""
    if direction == "inbound" and status is Status.DELIVERED:
        return Status.RECEIVED
    if direction == "outbound" and status is Status.RECEIVED:
        return Status.SENT
    return status
