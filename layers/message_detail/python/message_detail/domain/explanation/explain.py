"""What happened to a message, from what is known of it."""

from __future__ import annotations

from typing import Final

from message_detail.domain.explanation.evidence import evidence_of
from message_detail.domain.explanation.facts import Facts
from message_detail.domain.explanation.failure_texts import text_of
from message_detail.domain.explanation.model import Answer, ExplainedFailure, Explanation, NextLook, TryAgain
from message_detail.domain.explanation.sentence import sentence_of
from message_detail.domain.explanation.status_texts import STATUSES
from message_detail.domain.explanation.words import REACHED_BY, moment
from message_detail.domain.message import Failure
from message_detail.domain.status import Outcome, Status

LOOK_UP: Final = "Look it up in {source} itself."
ASK_SENDER: Final = "Ask the sender to send it again; {source} may know why it failed."
"""Of what came in, or didn't: nobody here can send it."""
DISAGREE: Final = "Refresh it later; if they still disagree, ask {source} which is right."
UNCERTAIN: Final = "Ask the recipient or {source} whether it arrived: sending it again could make it arrive twice."
UNCERTAIN_INBOUND: Final = "Ask the sender or {source} what became of it."
NOT_AGAIN: Final = "Do not send more: the recipient {did}."
OVERDUE: Final = "Its time has passed: ask {source} if it is still not sent."


def explain(facts: Facts, now: str) -> Explanation:
    """The explanation at a moment (canonical timestamp).

    To tell it without persons and content, give it what is left of the facts: see `Facts.withheld`.
    """
    answer = answer_of(facts)
    try_again, advice = _what_to_do(facts, answer, now)
    return Explanation(
        answer=answer,
        sentence=sentence_of(facts, answer, now),
        because=evidence_of(facts),
        failure=_explained_failure(facts),
        try_again=try_again,
        advice=_filled(facts, advice) if advice is not None else None,
        next=_next(facts, now),
        as_of=facts.as_of,
        freshness=facts.freshness,
    )


def answer_of(facts: Facts) -> Answer:
    """What happened, in one word."""
    if facts.discrepant or facts.outcome is Outcome.UNCERTAIN:
        return Answer.UNCLEAR
    return STATUSES[facts.status].answer


def _explained_failure(facts: Facts) -> ExplainedFailure | None:
    if facts.failure is None:
        return None
    texts = text_of(facts.failure)
    cause = f" The cause lies {texts.cause}." if texts.cause is not None else ""
    return ExplainedFailure(**dict(facts.failure), text=_filled(facts, f"{texts.meaning}{cause}"))


def _what_to_do(facts: Facts, answer: Answer, now: str) -> tuple[TryAgain, str | None]:
    """Whether to send again, and what a person can do."""
    status, failure = STATUSES[facts.status], facts.failure or Failure()
    if answer is Answer.UNCLEAR:
        return TryAgain.UNKNOWN, _advice_where_unclear(facts)
    if facts.inbound:
        return (TryAgain.UNKNOWN, ASK_SENDER) if answer is Answer.NOT_DELIVERED else (TryAgain.NO, None)
    if answer is Answer.NOT_DELIVERED:
        texts = text_of(failure)
        return texts.try_again(failure.permanence), texts.advice_for(failure.permanence)
    if did := _refusal(facts):
        return TryAgain.NO, NOT_AGAIN.format(did=did)
    if answer is Answer.SCHEDULED and facts.scheduled is not None and facts.scheduled < now:
        return TryAgain.NO, OVERDUE
    return status.again, status.advice


def _advice_where_unclear(facts: Facts) -> str | None:
    if facts.status is Status.UNKNOWN:
        return LOOK_UP if facts.inbound else STATUSES[Status.UNKNOWN].advice
    if facts.discrepant:
        return DISAGREE
    return UNCERTAIN_INBOUND if facts.inbound else UNCERTAIN


def _refusal(facts: Facts) -> str | None:
    """That the recipient wants no more, and how that was told."""
    if facts.message is None:
        return None
    engagement = facts.message.engagement
    told = (
        (engagement.opted_out, "has opted out"),
        (engagement.unsubscribed, "has unsubscribed"),
        (engagement.complained, "has reported it as spam"),
    )
    return next((did for fact, did in told if fact is not None), None)


def _filled(facts: Facts, template: str) -> str:
    """A text of our tables with what it leaves open."""
    return template.format(source=facts.source, number=REACHED_BY[facts.channel])


def _next(facts: Facts, now: str) -> NextLook | None:
    if facts.next_look is None:
        return None
    at = facts.next_look
    begin = f"Looks again on {moment(at)}" if at > now else f"Due to be looked at again since {moment(at)}"
    begin += _what_for(facts)
    end = f", and gives up on {moment(facts.gives_up_at)} if nothing changes" if facts.gives_up_at is not None else ""
    return NextLook(at=at, text=f"{begin}{end}.")


def _what_for(facts: Facts) -> str:
    """Why a message is looked at again although it is final."""
    if facts.message is None or not facts.message.final:
        return ""
    if facts.announced:
        return " to confirm it"
    return " for what is still missing of it" if facts.inbound else " for what the recipient does"
