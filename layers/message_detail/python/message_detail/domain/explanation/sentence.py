"""The one sentence that says what happened: status, recipient or sender, source with its own word, and time.

It holds nothing of the message's own text; a provider's reason that may repeat some of it is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from message_detail.domain.explanation.facts import Facts
from message_detail.domain.explanation.failure_texts import text_of
from message_detail.domain.explanation.model import Answer
from message_detail.domain.explanation.status_texts import STATUSES, word_of
from message_detail.domain.explanation.words import (
    KINDS,
    LONGEST_WORD,
    REACHED_BY,
    listed,
    moment,
    own_reason,
    people,
    person,
    shown,
)
from message_detail.domain.message import Failure, FailureCategory, Kind
from message_detail.domain.status import Outcome, Status, outcome_for

SAYS_LITTLE: Final = frozenset({FailureCategory.UNKNOWN, FailureCategory.PROVIDER_ERROR, FailureCategory.CARRIER_ERROR})
"""Categories with which the provider's own words are worth showing."""
OURS_ALONE: Final = frozenset({Kind.ACTIVITY, Kind.INTERNAL_NOTE})
"""Kinds that are sent to nobody: their success is that they are there."""
REFUSED_BY_RECIPIENT: Final = frozenset({FailureCategory.OPTED_OUT, FailureCategory.CONSENT_MISSING})


def sentence_of(facts: Facts, answer: Answer, now: str) -> str:
    """The sentence at a moment (canonical timestamp)."""
    if answer is Answer.UNCLEAR:
        return f"{_subject_unclear(facts)}: {_unclear(facts)}{_tail(facts)}."
    return f"{_beginning(facts, now)}{_why(facts, answer)}{_source(facts)}{_time(facts)}{_tail(facts)}."


def _beginning(facts: Facts, now: str) -> str:
    texts = STATUSES[facts.status]
    when = _when_scheduled(facts, now)
    if _is_message(facts):
        return _filled(texts.in_ if facts.inbound else texts.out, facts) + when
    what = texts.call if facts.kind is Kind.CALL else texts.other
    if facts.kind in OURS_ALONE and outcome_for(facts.status) is Outcome.SUCCESS:
        what = "recorded"
    return f"{KINDS[facts.kind].capitalize()}{_with_whom(facts)}: {_filled(what, facts)}{when}"


def _is_message(facts: Facts) -> bool:
    return facts.kind in (Kind.MESSAGE, Kind.UNKNOWN)


def _filled(template: str, facts: Facts) -> str:
    """A text of our tables with what it leaves open."""
    to, from_ = _recipients(facts), _sender(facts)
    return template.format(
        to=f" to {to}" if to else "",
        by=f" {to or 'the recipient'}",
        from_=f" from {from_}" if from_ else "",
        source=facts.source,
        number=REACHED_BY[facts.channel],
    )


def _recipients(facts: Facts) -> str:
    message = facts.message
    return people((*message.to, *message.cc, *message.bcc)) if message is not None else ""


def _sender(facts: Facts) -> str:
    return person(facts.message.from_) if facts.message is not None else ""


def _with_whom(facts: Facts) -> str:
    """The other side; a note has none."""
    if facts.kind is Kind.INTERNAL_NOTE:
        return ""
    came_in = facts.inbound or facts.status is Status.RECEIVED
    other = _sender(facts) if came_in else _recipients(facts)
    way = "about" if facts.kind is Kind.ACTIVITY else "from" if came_in else "to"
    return f" {way} {other}" if other else ""


def _when_scheduled(facts: Facts, now: str) -> str:
    if facts.status is not Status.SCHEDULED or facts.scheduled is None:
        return ""
    return f" on {moment(facts.scheduled)}" + (", which has passed" if facts.scheduled < now else "")


def _why(facts: Facts, answer: Answer) -> str:
    if answer is not Answer.NOT_DELIVERED:
        return ""
    failure = facts.failure
    of_status = STATUSES[facts.status].why if facts.kind is not Kind.CALL else None
    why = (text_of(failure).why if failure is not None else None) or of_status
    return f"{':' if _is_message(facts) else ','} {_filled(why, facts)}" if why is not None else ""


def _source(facts: Facts) -> str:
    """The provider, with its own word for the status, and what it says besides where that tells more."""
    words = ", ".join(_own_words(facts))
    return f" ({facts.source}: {words})" if words else f" ({facts.source})"


def _own_words(facts: Facts) -> Iterator[str]:
    failure = facts.failure
    code = shown(failure.native_code, LONGEST_WORD) if failure is not None else ""
    if native := " ".join(filter(None, (shown(facts.status_native, LONGEST_WORD), code))):
        yield native
    reason = own_reason(facts.message) if facts.message is not None else ""
    if reason not in ("", code) and (failure is None or failure.category in SAYS_LITTLE):
        yield f"“{reason}”"


def _time(facts: Facts) -> str:
    top = facts.top
    if top is None:
        return f", as of {moment(facts.as_of)}"
    if top.occurred_at is None:
        return f", known since {moment(top.observed_at)}"
    return f", {moment(top.occurred_at)}"


def _subject_unclear(facts: Facts) -> str:
    return f"Unclear what became of the {KINDS[facts.kind]}{_with_whom(facts)}"


def _unclear(facts: Facts) -> str:
    word, at = word_of(facts.status, facts.kind), f"{_source(facts)}{_time(facts)}"
    if facts.status is Status.UNKNOWN and facts.status_native:
        return f"its status is a word that we do not know{at}"
    if facts.status is Status.UNKNOWN:
        return f"no status that we know has been told{at}"
    if facts.discrepant:
        return f"a webhook announced it as {word}{at}, but the API {_other_side(facts)}"
    return f"no final status came in the time that we wait; last known as {word}{at}"


def _other_side(facts: Facts) -> str:
    shown_by_provider = facts.shown_by_provider
    if shown_by_provider is None:
        return "does not show it"
    return f"shows it as {word_of(shown_by_provider.status, facts.kind)}"


def _tail(facts: Facts) -> str:
    """What is to be known besides: that it is announced only; what the recipient did."""
    announced = "; announced, not confirmed yet" if facts.announced else ""
    did = _engagement(facts)
    return announced + (f"; {did}" if did else "")


def _engagement(facts: Facts) -> str:
    """What recipients did with what was sent."""
    if facts.message is None or facts.inbound:
        return ""
    engagement, failure = facts.message.engagement, facts.failure
    told = (
        ("it was opened", engagement.opened is not None),
        ("a link was clicked", engagement.clicked is not None),
        ("it was answered", engagement.replied is not None or bool(facts.message.replies)),
        ("the recipient opted out", engagement.opted_out is not None and not _refused_by_recipient(failure)),
        ("the recipient unsubscribed", engagement.unsubscribed is not None),
        ("the recipient reported it as spam", engagement.complained is not None),
    )
    return listed([words for words, happened in told if happened])


def _refused_by_recipient(failure: Failure | None) -> bool:
    return failure is not None and failure.category in REFUSED_BY_RECIPIENT
