"""What statistics need to know of one message, as its entry in the census carries it: nothing of a person. Pure.

The census is the list of an account's messages, in which each has one entry that never moves. docs/decisions/numbers.md
says why counts are made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Final

from message_detail.domain import json_codec
from message_detail.domain.addresses.phone_numbers import region_of
from message_detail.domain.message import (
    AddressType,
    BillingLine,
    Channel,
    Direction,
    FailureCategory,
    Kind,
    Message,
    Observation,
    Party,
    Permanence,
    Timestamps,
    Via,
)
from message_detail.domain.status import Outcome, Status
from message_detail.domain.times import seconds_between

VERSION: Final = 1
"""Of the shape of packed facts: those of another one are counted from the message itself, and written anew."""
EXACT: Final = Context(prec=1_000)
"""Sums of amounts lose no digit."""
_LETTERS: Final[Mapping[Direction, str]] = {
    Direction.INBOUND: "i",
    Direction.OUTBOUND: "o",
    Direction.INTERNAL: "n",
    Direction.UNKNOWN: "u",
}
_DIRECTIONS: Final = {letter: direction for direction, letter in _LETTERS.items()}
_ARRIVED: Final = frozenset({Status.DELIVERED, Status.READ})


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFacts:
    """What is counted of a message.

    `country`: ISO 3166, of the other party's number. `failure` is what a failed message failed of. `delivered_after`
    and `known_after` are milliseconds: to the delivery from the sending (else the making), and from what happened last
    to our knowing of it; None where a time isn't told. `learned_by`: how we heard of that. `amounts` by unit, "" for
    none. `mapping`: the version of the tables that made the message.
    """

    channel: Channel
    direction: Direction
    kind: Kind
    status: Status
    country: str | None = None
    uncertain: bool = False
    failure: tuple[FailureCategory, Permanence] | None = None
    delivered_after: int | None = None
    known_after: int | None = None
    learned_by: Via | None = None
    segments: int = 0
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    discrepancy: bool = False
    drift: bool = False
    test: bool = False
    replied: bool = False
    opted_out: bool = False
    mapping: str | None = None

    def pack(self) -> str:
        """As text: about 80 characters, at the most 120 of a message with one amount."""
        flags = "".join(letter for letter, name in _FLAGS.items() if getattr(self, name))
        category, permanence = self.failure or ("", "")
        values = (
            VERSION,
            self.channel.value,
            _LETTERS[self.direction],
            self.kind.value if self.kind is not Kind.MESSAGE else "",
            self.status.value,
            self.country or "",
            flags,
            str(category),
            str(permanence)[:1],
            _or_empty(self.delivered_after),
            _or_empty(self.known_after),
            self.learned_by.value if self.learned_by is not None else "",
            self.segments or "",
            self.mapping or "",
            json_codec.dumps({unit: str(amount) for unit, amount in self.amounts.items()}) if self.amounts else "",
        )
        return _SEPARATOR.join(map(str, values))


_SEPARATOR: Final = "|"
_FLAGS: Final = {
    "u": "uncertain",
    "d": "discrepancy",
    "f": "drift",
    "t": "test",
    "r": "replied",
    "o": "opted_out",
}
_PERMANENCES: Final = {permanence.value[0]: permanence for permanence in Permanence}


def unpack(packed: str | None) -> MessageFacts | None:
    """The facts in a text; None where it isn't one of this release's, or none at all."""
    parts = (packed or "").split(_SEPARATOR, 14)  # what stands last may hold the separator
    if len(parts) != 15 or parts[0] != str(VERSION):
        return None
    _, channel, direction, kind, status, country, flags, category, permanence, *rest = parts
    delivered_after, known_after, learned_by, segments, mapping, amounts = rest
    try:
        return MessageFacts(
            channel=Channel(channel),
            direction=_DIRECTIONS[direction],
            kind=Kind(kind) if kind else Kind.MESSAGE,
            status=Status(status),
            country=country or None,
            failure=(FailureCategory(category), _PERMANENCES[permanence]) if category else None,
            delivered_after=int(delivered_after) if delivered_after else None,
            known_after=int(known_after) if known_after else None,
            learned_by=Via(learned_by) if learned_by else None,
            segments=int(segments) if segments else 0,
            amounts=_read_amounts(amounts),
            mapping=mapping or None,
            **{name: letter in flags for letter, name in _FLAGS.items()},
        )
    except (KeyError, ValueError, AttributeError, TypeError, InvalidOperation):
        return None


def facts_of(message: Message, standing: Observation | None, discrepancy: bool) -> MessageFacts:
    """The facts of a stored message. `standing` is the observation at which it stands, None where there is none."""
    engagement = message.engagement
    return MessageFacts(
        channel=message.channel,
        direction=message.direction,
        kind=message.kind,
        status=message.status,
        country=country_of(message),
        uncertain=message.outcome is Outcome.UNCERTAIN,
        failure=_failure(message),
        delivered_after=_delivered_after(message),
        known_after=_milliseconds(standing.occurred_at, standing.observed_at) if standing is not None else None,
        learned_by=standing.via if standing is not None else None,
        segments=message.billing.segments or 0,
        amounts=add_up(message.billing.lines),
        discrepancy=discrepancy,
        drift=bool(message.provenance.drift),
        test=bool(message.origin.test),
        replied=engagement.replied is not None or bool(message.replies),
        opted_out=engagement.opted_out is not None,
        mapping=message.provenance.mapping,
    )


def country_of(message: Message) -> str | None:
    """The country of the other party's number: whom an outbound message went to, whom an inbound one came from."""
    other: Party | None = None
    if message.direction is Direction.OUTBOUND and message.to:
        other = message.to[0]
    elif message.direction is Direction.INBOUND:
        other = message.from_
    if other is None or other.address is None or other.address_type is not AddressType.PHONE:
        return None
    return region_of(other.address)


def has_arrived(facts: MessageFacts) -> bool:
    """Whether an outbound message was delivered."""
    return facts.direction is Direction.OUTBOUND and facts.status in _ARRIVED


def add_up(lines: Iterable[BillingLine]) -> dict[str, Decimal]:
    """What a message cost, by unit: exact."""
    amounts: dict[str, Decimal] = {}
    for line in lines:
        unit = line.unit or ""
        amounts[unit] = EXACT.add(amounts.get(unit, Decimal(0)), Decimal(line.amount))
    return dict(sorted(amounts.items()))


def _failure(message: Message) -> tuple[FailureCategory, Permanence] | None:
    if message.outcome is not Outcome.FAILURE:
        return None
    failure = message.failure
    if failure is None:
        return FailureCategory.UNKNOWN, Permanence.UNKNOWN
    return failure.category, failure.permanence


def _delivered_after(message: Message) -> int | None:
    times: Timestamps = message.timestamps
    if message.direction is not Direction.OUTBOUND or message.status not in _ARRIVED:
        return None
    return _milliseconds(times.sent or times.created, times.delivered)


def _milliseconds(earlier: str | None, later: str | None) -> int | None:
    """Between two moments; 0 where clocks that differ have the later one first."""
    if earlier is None or later is None:
        return None
    return max(0, round(seconds_between(earlier, later) * 1_000))


def _or_empty(number: int | None) -> str:
    return "" if number is None else str(number)


def _read_amounts(text: str) -> dict[str, Decimal]:
    amounts: dict[str, Any] = json_codec.loads(text) if text else {}
    return {unit: Decimal(amount) for unit, amount in amounts.items()}
