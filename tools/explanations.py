"""Write docs/explanations.md, and tests/fixtures/<provider>/explanations.txt: every sentence that explains a message.

Usage: python -m tools.explanations
The page has the tables of texts and each sentence that they make; read it whole when a text has changed. The files of
the providers have the explanation of each recording: what changes in them is what callers will see.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from message_detail import providers
from message_detail.domain.explanation.explain import explain
from message_detail.domain.explanation.facts import Facts
from message_detail.domain.explanation.failure_texts import FAILURES, FailureText
from message_detail.domain.explanation.model import Answer, Explanation
from message_detail.domain.explanation.status_texts import STATUSES
from message_detail.domain.explanation.words import KINDS, REACHED_BY, VIAS
from message_detail.domain.message import (
    Channel,
    Direction,
    Failure,
    FailureCategory,
    Freshness,
    Kind,
    Message,
    Observation,
    Party,
    Permanence,
    Provenance,
    Via,
)
from message_detail.domain.reconcile_policy import Schedule
from message_detail.domain.status import Outcome, Status, by_direction, is_final, outcome_for
from message_detail.domain.timeline import state_from_answer
from message_detail.testing.recordings import Recording, replay
from tests.recorded import FOLDER, recordings
from tools.marked import MarkedPart, head, row

PART: Final = MarkedPart("explanations.md", "explanations", "tools.explanations")
SOURCE: Final = "Acme"
NATIVE: Final = "its word"
HAPPENED: Final = "2026-05-04T09:15:04.000Z"
LEARNED: Final = "2026-05-04T09:15:06.000Z"
ADA: Final = Party(address="+61491570157")
SHOP: Final = Party(address="+61491570156")
SHOWN, ANNOUNCED, DISAGREE, GIVEN_UP = "shown by the API", "announced", "webhook and API disagree", "given up"
STANDINGS: Final = (SHOWN, ANNOUNCED, DISAGREE, GIVEN_UP)
"""How a status is known."""
EXAMPLES: Final = {
    Kind.MESSAGE: ("Messages", STANDINGS),
    Kind.CALL: ("Calls", (SHOWN, DISAGREE, GIVEN_UP)),
    Kind.COMMENT: ("Comments; voicemails, reactions, reviews and forms read the same", (SHOWN,)),
    Kind.ACTIVITY: ("Activities; internal notes read the same", (SHOWN,)),
}
"""The kinds whose sentences differ in more than the kind's name, with what else differs from those of messages."""


# --- the page


def page() -> str:
    """The part of the page that is made."""
    return "\n".join([*_statuses(), *_failures(), *_words(), *_sentences()])


def _statuses() -> Iterator[str]:
    yield from ("## Statuses", "")
    yield head("status", "answer", "means", "will it change?", "send again?", "what to do")
    for status, texts in STATUSES.items():
        failed = texts.answer is Answer.NOT_DELIVERED
        again, advice = ("by why it failed", "") if failed else (f"`{texts.again.value}`", _open(texts.advice))
        yield row(f"`{status.value}`", f"`{texts.answer.value}`", _open(texts.meaning), texts.changes, again, advice)
    yield ""


def _failures() -> Iterator[str]:
    yield from ("## Failures", "")
    yield head("category", "why", "means", "the cause lies", "send again? by permanence", "what to do")
    for category, texts in FAILURES.items():
        yield row(
            f"`{category.value}`",
            _open(texts.why) or "what the status says",
            _open(texts.meaning),
            _open(texts.cause) or "not known",
            "<br>".join(_by_permanence(texts, "again")),
            "<br>".join(_by_permanence(texts, "advice")),
        )
    yield ""


def _by_permanence(texts: FailureText, what: str) -> Iterator[str]:
    """What the category says for each permanence; once where it is the same for all."""
    said = {one: texts.try_again(one).value if what == "again" else texts.advice_for(one) for one in Permanence}
    for text in dict.fromkeys(said.values()):
        which = [one.value for one in Permanence if said[one] == text]
        shown = f"`{text}`" if what == "again" else _open(text)
        yield shown if len(which) == len(Permanence) else f"{', '.join(which)}: {shown}"


def _words() -> Iterator[str]:
    yield from ("## Words", "", head("how we learned of it", "in a sentence"))
    yield from (row(f"`{via.value}`", _open(text)) for via, text in VIAS.items())
    yield from ("", head("kind", "is called"))
    yield from (row(f"`{kind.value}`", noun) for kind, noun in KINDS.items())
    yield from ("", head("channel", "reaches people by their"))
    for noun, channels in groupby(sorted(REACHED_BY.items(), key=lambda one: one[1]), key=lambda one: one[1]):
        yield row(" ".join(f"`{channel.value}`" for channel, _ in channels), noun)
    yield ""


def _sentences() -> Iterator[str]:
    yield from ("## Sentences", "", "Directions that give the same sentence share a row.", "")
    for kind, (title, standings) in EXAMPLES.items():
        yield from (f"### {title}", "", head("status", "known", "direction", "answer", "sentence"))
        yield from _rows_of(kind, standings)
        yield ""
    yield from ("### What failed, by what the channel reaches people by", "")
    yield head("category", "by their", "sentence")
    yield from _rows_of_failures()


def _rows_of(kind: Kind, standings: tuple[str, ...]) -> Iterator[str]:
    for status in Status:
        for standing in standings:
            said: dict[tuple[str, str], list[str]] = {}
            for direction in Direction:
                if _can_be(status, direction, standing):
                    why = explained(kind, status, direction, standing)
                    said.setdefault((why.answer.value, why.sentence), []).append(direction.value)
            for (answer, sentence), directions in said.items():
                yield row(f"`{status.value}`", standing, ", ".join(directions), f"`{answer}`", _plain(sentence))


def _can_be(status: Status, direction: Direction, standing: str) -> bool:
    """Whether a message of the direction stands at such a status; what is final is never given up."""
    return by_direction(status, direction) is status and not (standing == GIVEN_UP and is_final(status))


def _rows_of_failures() -> Iterator[str]:
    channels = {noun: channel for channel, noun in reversed(REACHED_BY.items())}
    for category in FailureCategory:
        said: dict[str, list[str]] = {}
        for noun, channel in channels.items():
            failure = Failure(category=category)
            why = explained(Kind.MESSAGE, Status.FAILED, Direction.OUTBOUND, SHOWN, channel, failure)
            said.setdefault(why.sentence, []).append(noun)
        for sentence, nouns in said.items():
            yield row(f"`{category.value}`", "any" if len(said) == 1 else ", ".join(nouns), _plain(sentence))


def explained(
    kind: Kind,
    status: Status,
    direction: Direction,
    standing: str,
    channel: Channel = Channel.SMS,
    failure: Failure | None = None,
) -> Explanation:
    """The explanation of an example."""
    outcome = Outcome.UNCERTAIN if standing == GIVEN_UP else outcome_for(status)
    confirmed = standing in (SHOWN, GIVEN_UP)
    via = Via.LOOKUP if confirmed else Via.WEBHOOK
    event = Observation(
        status=status, status_native=NATIVE, occurred_at=HAPPENED, observed_at=LEARNED, via=via, confirmed=confirmed
    )
    before = Observation(status=Status.SCHEDULED, observed_at=LEARNED, via=Via.LOOKUP)
    message = Message(
        id="acme:default:1",
        provider="acme",
        account="default",
        provider_message_id="1",
        kind=kind,
        channel=channel,
        direction=direction,
        status=status,
        status_native=NATIVE,
        final=is_final(status),
        outcome=outcome,
        failure=failure,
        from_=SHOP,
        to=(ADA,),
        provenance=Provenance(fetched_at=LEARNED),
    )
    facts = Facts(
        source=SOURCE,
        message=message,
        events=(event,) if status in (Status.UNKNOWN, Status.SCHEDULED) else (before, event),
        discrepant=standing == DISAGREE,
        next_look=None,
        gives_up_at=None,
        as_of=LEARNED,
        freshness=Freshness.STORED,
    )
    return explain(facts, LEARNED)


def _open(text: str | None) -> str:
    """A text of the tables, with what it leaves open as a word."""
    return (text or "").format(source="*Provider*", number="*number*")


def _plain(text: str) -> str:
    """What stands in a table's cell, as it is."""
    return text.replace("|", "\\|").replace("<", "&lt;")


# --- the recordings


def golden(provider: str) -> str:
    """The explanation of each recording of a provider that ends in a message."""
    return "\n".join("\n".join(_golden(provider, one)) for one in recordings(provider) if one.succeeds)


def golden_file(provider: str) -> Path:
    """Where they are kept."""
    return FOLDER / provider / "explanations.txt"


def _golden(name: str, recording: Recording) -> Iterator[str]:
    provider = providers.load(name)
    state = state_from_answer(replay(provider, recording))
    schedule = Schedule(reports_engagement=provider.reports_engagement)
    why = explain(Facts.of(state, provider.title, schedule, Freshness.LIVE), recording.fetched_at)
    yield f"{recording.name}: {why.answer.value}, send again: {why.try_again.value}"
    yield f"  {why.sentence}"
    for text in (why.failure.text if why.failure else None, why.advice, why.next.text if why.next else None):
        if text is not None:
            yield f"  {text}"
    yield from (f"  - {one.at} {one.text}" for one in why.because)
    yield ""


def main() -> None:
    """Write all."""
    PART.write(page())
    for provider in providers.names():
        golden_file(provider).write_text(golden(provider), encoding="utf-8")
        print(golden_file(provider))


if __name__ == "__main__":
    main()
