"""What is known of a message, as a value that only grows: the heart of the order-proof store. Pure.

A `MessageState` is the newest details and the set of statuses observed. `merge` of two states is commutative,
associative and idempotent, so any order of arrival, any duplicate and any redelivery end in the same state, and the
message is read from it. The store keeps one state per message in one item and replaces it only with a merged one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from message_detail.domain import json_codec
from message_detail.domain.message import (
    LOST,
    MISSING,
    NOT_FETCHED,
    Channel,
    Direction,
    Message,
    Observation,
    Party,
    Via,
)
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.sealed_answer import SealedAnswer
from message_detail.domain.seen_events import NONE_SEEN, SeenEvents
from message_detail.domain.status import Outcome, Status, by_direction, rank

EventKey = tuple[int, Status]
CIRCUMSTANCES: Final = frozenset({"freshness", "via", "fetched_at", "mapping"})
"""What of a message's provenance is about one fetch and how it was read, and not about the message."""
_INCOMPLETE: Final = frozenset({MISSING, NOT_FETCHED, LOST})


@dataclass(frozen=True)
class Snapshot:
    """One version of the provider's answer as our message, freshness and lookup circumstances apart.

    `version` is the provider's time of the last change, else the time of the fetch: the greatest one wins. Of one
    version, an answer that came whole wins over one of which a part was refused (CareCloud's text, HighLevel's
    e-mails) or missing, whenever it was fetched. `place` comes before all that: see `NormalizedMessage`.
    """

    message: Message
    version: str
    fetched_at: str
    place: int = 0
    further_parties: tuple[Party, ...] = ()
    """People by whom the message is found besides its own parties."""
    stored_digest: str | None = field(default=None, compare=False)
    """The digest as the release that stored these details made it; None for an answer that has just come."""
    stored_text: str | None = field(default=None, compare=False, repr=False)
    """The text as it was stored, where that is to the letter what this release writes; so is the digest then."""
    answer: SealedAnswer | None = field(default=None, compare=False)
    """What they were made of; None where it isn't kept."""

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """The message as JSON."""
        return self.message.as_json()

    @cached_property
    def text(self) -> str:
        """The message as JSON text."""
        return json_codec.dumps(self.document) if self.stored_text is None else self.stored_text

    @cached_property
    def digest(self) -> str:
        """A hash of what the message says."""
        return self.stored_digest or content_digest(self.document)

    @property
    def order(self) -> tuple[int, str, bool, str, str]:
        """What decides between two versions; the digest only where two answers claim the same times."""
        whole = not any(entry.problem in _INCOMPLETE for entry in self.message.provenance.drift)
        return (self.place, self.version, whole, self.fetched_at, self.digest)


@dataclass(frozen=True)
class MessageState:
    """All that is known of one message. `fetched` is the time and reason of the latest fetch.

    `given_up` is when the message passed its horizon without becoming final; whatever is observed later undoes it.
    `confirm_at` is the latest moment for which a fetch is planned that confirms what webhooks announced, and
    `confirmed_for` the latest for which it has been made. `seen` are the webhook events that were taken in.
    What follows of it is made once, when it is first asked for.
    """

    details: Snapshot | None = None
    events: dict[EventKey, Observation] = field(default_factory=dict)
    fetched: tuple[str, Via] | None = None
    seen: SeenEvents = NONE_SEEN
    given_up: str | None = None
    confirm_at: str | None = None
    confirmed_for: str | None = None

    @cached_property
    def message(self) -> Message | None:
        """The message as it stands: the newest details at the greatest status observed. None without details."""
        return _message(self)

    @cached_property
    def timeline(self) -> tuple[Observation, ...]:
        """The statuses observed, oldest first."""
        return tuple(_timeline(self))

    @cached_property
    def top(self) -> Observation | None:
        """The observation at which a message with details stands."""
        return _top(self)

    @property
    def is_confirmed(self) -> bool:
        """Whether an answer of the provider shows the status that the message stands at."""
        return self.top is not None and self.top.confirmed

    @property
    def awaits_confirmation(self) -> bool:
        """Whether the fetch that confirms what webhooks announced is yet to be made."""
        if self.confirm_at is None or (self.confirmed_for is not None and self.confirmed_for >= self.confirm_at):
            return False
        return self.fetched is None or self.fetched[0] < self.confirm_at

    @property
    def discrepant(self) -> bool:
        """Whether a webhook announced the status that the message stands at, and the provider's answer to the fetch
        that was made for it does not show it."""
        return self.top is not None and not self.top.confirmed and not self.awaits_confirmation


def state_from_answer(normalized: NormalizedMessage) -> MessageState:
    """The state that one fetched answer makes."""
    message = normalized.message
    provenance = message.provenance
    details = Snapshot(
        message=message,
        version=provenance.source_updated_at or provenance.fetched_at,
        fetched_at=provenance.fetched_at,
        place=normalized.place,
        further_parties=tuple(dict.fromkeys(normalized.further_parties)),
        answer=normalized.answer,
    )
    fetched = (provenance.fetched_at, provenance.via)
    return MessageState(details, merge_observations(normalized.observations), fetched)


def merge_observations(observations: Iterable[Observation]) -> dict[EventKey, Observation]:
    """Observations as timeline events: one per epoch and status."""
    events: dict[EventKey, Observation] = {}
    for observation in observations:
        key = (observation.epoch, observation.status)
        events[key] = merge_events(events[key], observation) if key in events else observation
    return events


def merge(one: MessageState, other: MessageState) -> MessageState:
    """All that either state knows: one of them where it knows all, with what has been made of it."""
    merged = MessageState(
        details=max((d for d in (one.details, other.details) if d is not None), key=lambda d: d.order, default=None),
        events=merge_observations((*one.events.values(), *other.events.values())),
        fetched=max((f for f in (one.fetched, other.fetched) if f is not None), default=None),
        given_up=_later(one.given_up, other.given_up),
        confirm_at=_later(one.confirm_at, other.confirm_at),
        confirmed_for=_later(one.confirmed_for, other.confirmed_for),
        seen=one.seen.merged([other.seen]),
    )
    return next((state for state in (one, other) if state.details is merged.details and state == merged), merged)


def _later(one: str | None, other: str | None) -> str | None:
    return max((moment for moment in (one, other) if moment is not None), default=None)


def merge_events(one: Observation, other: Observation) -> Observation:
    """The same status observed twice: the earliest times, and the fuller (else later) account of why."""
    first = min(one, other, key=lambda o: (o.observed_at, o.via))
    fuller = max(one, other, key=_account)
    return Observation(
        status=one.status,
        epoch=one.epoch,
        occurred_at=_earliest(one.occurred_at, other.occurred_at),
        observed_at=first.observed_at,
        via=first.via,
        status_native=fuller.status_native,
        reason=fuller.reason,
        failure=fuller.failure,
        confirmed=one.confirmed or other.confirmed,
        confirmed_at=_earliest(one.confirmed_at, other.confirmed_at),
    )


def _earliest(*times: str | None) -> str | None:
    return min((time for time in times if time is not None), default=None)


def _account(observation: Observation) -> tuple[bool, bool, bool, str]:
    text = json_codec.canonical(
        [
            observation.status_native,
            observation.reason,
            observation.failure.model_dump(mode="json") if observation.failure else None,
        ]
    )
    known = (observation.failure, observation.reason, observation.status_native)
    return (known[0] is not None, known[1] is not None, known[2] is not None, text)


def standing(event: Observation, channel: Channel | None) -> tuple[int, int]:
    """By what the greatest of a message's observations is found, which says its status."""
    return (event.epoch, rank(event.status, channel))


def greatest(events: Iterable[Observation], channel: Channel | None) -> Observation | None:
    """The observation at which a message of this channel stands; None where there is none."""
    return max(events, key=lambda event: standing(event, channel), default=None)


def _top(state: MessageState) -> Observation | None:
    if state.details is None:
        return None
    return greatest(state.timeline, state.details.message.channel)


def _message(state: MessageState) -> Message | None:
    if state.details is None or state.fetched is None:
        return None
    message, top = state.details.message, state.top
    if top is not None:
        native = top.status_native if top.status_native is not None else message.status_native
        message = message.with_status(top.status, native, top.reason, top.failure)
    if not message.final and state.given_up is not None and state.given_up > _last_observed(state):
        message = message.model_copy(update={"outcome": Outcome.UNCERTAIN})
    fetched_at, via = state.fetched
    return message.with_provenance(fetched_at=fetched_at, via=via)


def _last_observed(state: MessageState) -> str:
    return max((event.observed_at for event in state.events.values()), default="")


def _timeline(state: MessageState) -> list[Observation]:
    """What was heard before the direction was known is settled by it.

    In a container the direction is that of the part which is shown, and says nothing of the others' statuses.
    """
    message = state.details.message if state.details is not None else None
    events = state.events.values()
    if state.details is not None and message is not None:
        place = state.details.place
        events = merge_observations(
            _with_direction(event, message.direction) if not place or event.epoch == place else event
            for event in events
        ).values()
    channel = message.channel if message is not None else None
    return sorted(events, key=lambda e: (e.epoch, e.occurred_at or e.observed_at, rank(e.status, channel)))


def _with_direction(event: Observation, direction: Direction) -> Observation:
    status = by_direction(event.status, direction)
    return event if status is event.status else event.model_copy(update={"status": status})


def regressed(before: MessageState, normalized: NormalizedMessage) -> bool:
    """Whether an answer says less than was known before it: a provider that turns back."""
    message = before.message
    now = normalized.message
    if message is None or not normalized.observations or _is_about_an_earlier_part(before, normalized):
        return False
    epoch = max(o.epoch for o in normalized.observations)
    known = greatest(before.events.values(), now.channel)
    return known is not None and (epoch, rank(now.status, now.channel)) < standing(known, now.channel)


def _is_about_an_earlier_part(before: MessageState, normalized: NormalizedMessage) -> bool:
    return before.details is not None and normalized.place < before.details.place


def content_digest(document: Mapping[str, Any]) -> str:
    """A hash of what a message (as JSON) says, whenever and for whatever reason it was fetched."""
    provenance = {name: value for name, value in document["provenance"].items() if name not in CIRCUMSTANCES}
    return hashlib.sha256(json_codec.canonical({**document, "provenance": provenance}).encode()).hexdigest()
