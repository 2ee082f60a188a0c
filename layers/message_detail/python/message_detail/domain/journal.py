"""What became of what we were told of a message: received, queued, tried, a duplicate, dropped, dead. Pure.

While all goes well nothing is written for it: the message's row tells by its own marks when webhooks came in, and when
answers were fetched. Only what leaves no trace there is noted beside it: `Noted`. Nothing of it is about a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from message_detail.domain.message import Observation, Via
from message_detail.domain.timeline import MessageState
from message_detail.domain.times import from_epoch

KEPT_SECONDS: Final = 7 * 86_400
OK: Final = "ok"
"""Instead of an error's code: the provider has answered."""
_SECOND: Final = len("2026-06-01T12:00:00")


class Step(StrEnum):
    """What happened, in the order in which it does."""

    RECEIVED = "received"
    """A genuine webhook told of the message."""
    QUEUED = "queued"
    """A task about it was put on the queue, or waits there for its moment."""
    DUPLICATE = "duplicate"
    """A webhook's event that was taken in before came again, and nothing was to be done."""
    TRIED = "tried"
    """The provider was asked, or was to be: the code says with what result."""
    DROPPED = "dropped"
    """The task ended: trying again can't help, and nobody needs to act."""
    DEAD = "dead"
    """The task is a dead letter: somebody has to act."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the journal: what happened `count` times, first at `at` and last at `last_at` (canonical timestamps).

    `via`: why we were at it, None where that isn't known any more. `code`: an error's, or OK.
    """

    step: Step
    at: str
    last_at: str
    count: int = 1
    via: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """What was noted of a day's tasks about a message that ended in the same way. `told_at`: when we were told to do
    the first of them."""

    entry: Entry
    told_at: str | None = None


def read_journal(state: MessageState, window: int, noted: Iterable[Noted], now: float) -> list[Entry]:
    """The journal of the last seven days, oldest first.

    `window`: how long (seconds) the provider's webhook events are remembered; `now`: seconds since 1970.
    """
    since, kept = from_epoch(now - KEPT_SECONDS), list(noted)
    entries = [
        *_receipts(state, window, kept),
        *_told_otherwise(kept),
        *_planned(state),
        *_answers(state),
        *(one.entry for one in kept),
    ]
    places = list(Step)
    recent = (entry for entry in entries if entry.last_at >= since)
    return sorted(recent, key=lambda entry: (entry.at, places.index(entry.step), entry.code or ""))


def _receipts(state: MessageState, window: int, noted: Iterable[Noted]) -> Iterator[Entry]:
    """When webhooks came in: each is acknowledged once it is queued."""
    # The marks of events have seconds, all else has milliseconds.
    moments = [from_epoch(until - window) for until in state.seen.until.values()]
    moments += [event.observed_at for event in state.events.values() if _was_announced(event)]
    moments += [one.told_at for one in noted if one.told_at is not None and one.entry.via == Via.WEBHOOK]
    for at in {moment[:_SECOND]: moment for moment in moments}.values():
        yield Entry(Step.RECEIVED, at, at, via=Via.WEBHOOK)
        yield Entry(Step.QUEUED, at, at, via=Via.WEBHOOK)


def _was_announced(event: Observation) -> bool:
    """Whether a webhook said it: an answer that was fetched because of one shows what it confirms at that moment."""
    by_an_answer = event.confirmed and (event.confirmed_at is None or event.confirmed_at <= event.observed_at)
    return event.via is Via.WEBHOOK and not by_an_answer


def _told_otherwise(noted: Iterable[Noted]) -> Iterator[Entry]:
    """When tasks were queued that no webhook told of."""
    told = {(one.told_at, one.entry.via) for one in noted if one.told_at is not None and one.entry.via != Via.WEBHOOK}
    return (Entry(Step.QUEUED, at, at, via=via) for at, via in told)


def _planned(state: MessageState) -> Iterator[Entry]:
    """The fetch that confirms what webhooks announced, for the moment at which it is to be made."""
    if state.confirm_at is not None and state.awaits_confirmation:
        yield Entry(Step.QUEUED, state.confirm_at, state.confirm_at, via=Via.WEBHOOK)


def _answers(state: MessageState) -> Iterator[Entry]:
    """When the provider has answered, as far as the row tells: the last time, and each time something was new."""
    for at, via in _fetches(state).items():
        yield Entry(Step.TRIED, at, at, via=via, code=OK)


def _fetches(state: MessageState) -> Mapping[str, Via | None]:
    events = state.events.values()
    found: dict[str, Via | None] = {event.confirmed_at: None for event in events if event.confirmed_at is not None}
    found |= {event.observed_at: event.via for event in events if event.via is not Via.WEBHOOK}
    if state.details is not None:
        found[state.details.fetched_at] = state.details.message.provenance.via
    return found | dict([state.fetched] if state.fetched is not None else ())
