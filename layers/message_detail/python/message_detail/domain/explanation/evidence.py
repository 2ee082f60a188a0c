"""How we know what happened: the timeline, each event with what it means and how it was learned."""

from __future__ import annotations

from typing import Final

from message_detail.domain.explanation.facts import Facts
from message_detail.domain.explanation.model import Evidence
from message_detail.domain.explanation.status_texts import STATUSES, word_of
from message_detail.domain.explanation.words import LONGEST_WORD, VIAS, moment, shown
from message_detail.domain.message import Kind, Observation, Via
from message_detail.domain.status import rank

MOST: Final = 100
"""Events that are told; the timeline has all of them."""


def evidence_of(facts: Facts) -> tuple[Evidence, ...]:
    """The newest first."""
    newest_first = sorted(
        facts.events, key=lambda event: (_at(event), event.epoch, rank(event.status, facts.channel)), reverse=True
    )
    return tuple(_evidence(event, facts) for event in newest_first[:MOST])


def _at(event: Observation) -> str:
    """When it happened, else when we learned of it."""
    return event.occurred_at or event.observed_at


def _evidence(event: Observation, facts: Facts) -> Evidence:
    return Evidence(
        at=_at(event),
        via=event.via,
        status=event.status,
        status_native=shown(event.status_native, LONGEST_WORD) or None,
        confirmed=event.confirmed,
        text=f"{_what(event, facts)} {_how(event, facts)}.",
    )


def _what(event: Observation, facts: Facts) -> str:
    """The status, what it means, and of the one at which the message stands whether it will change."""
    texts, word = STATUSES[event.status], word_of(event.status, facts.kind)
    named = f"{word[0].upper()}{word[1:]}{_attempt(event, facts)}"
    if facts.kind is Kind.CALL:
        return f"{named}."
    changes = f" {texts.changes}" if event == facts.top else ""
    return f"{named}: {texts.meaning.format(source=facts.source)}{changes}"


def _attempt(event: Observation, facts: Facts) -> str:
    if not facts.has_attempts:
        return ""
    return f" ({'part' if facts.in_parts else 'attempt'} {event.epoch + 1})"


def _how(event: Observation, facts: Facts) -> str:
    how = VIAS[event.via].format(source=facts.source)
    if event.occurred_at is not None:
        how += f", learned on {moment(event.observed_at)}"
    return f"{how[0].upper()}{how[1:]}{_confirmation(event, facts)}"


def _confirmation(event: Observation, facts: Facts) -> str:
    """Whether an answer of the provider showed what a webhook said."""
    if event.via is not Via.WEBHOOK:
        return ""
    if event.confirmed:
        since = f" on {moment(event.confirmed_at)}" if event.confirmed_at is not None else ""
        return f", confirmed by its API{since}"
    if event != facts.top:
        return ", never shown by its API"
    return ", not shown by its API" if facts.discrepant else ", not confirmed yet"
