"""What happened to a message, in a sentence that a reader accepts, with the evidence and what to do."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.domain.explanation.evidence import MOST
from message_detail.domain.explanation.explain import explain
from message_detail.domain.explanation.facts import Facts
from message_detail.domain.explanation.failure_texts import FAILURES
from message_detail.domain.explanation.model import Answer, Explanation, TryAgain
from message_detail.domain.explanation.status_texts import STATUSES
from message_detail.domain.explanation.words import KINDS, REACHED_BY, VIAS, moment
from message_detail.domain.message import (
    Attachment,
    Body,
    Channel,
    Direction,
    Engaged,
    Engagement,
    Failure,
    FailureCategory,
    Freshness,
    Kind,
    Message,
    Observation,
    Parameter,
    Party,
    Permanence,
    Provenance,
    Reply,
    Template,
    Timestamps,
    Via,
)
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import Schedule
from message_detail.domain.status import Outcome, Status
from message_detail.domain.timeline import MessageState, merge, state_from_answer
from tests.unit.samples import T0, after, message, observation, odd_id

HAPPENED = "2026-05-04T09:15:04.000Z"
ADA = Party(address="+61491570157")
SHOP = Party(address="+61491570156")


def state(status: Status = Status.SENT, *, at: str | None = HAPPENED, **changes: Any) -> MessageState:
    """A message to Ada that was fetched once, and has stood at its status since a time that the provider tells."""
    fields = {"direction": Direction.OUTBOUND, "to": (ADA,), "from": SHOP, **changes}
    sent = message(status, **fields)
    seen = observation(
        status, occurred_at=at, status_native=sent.status_native, reason=sent.status_reason, failure=sent.failure
    )
    return state_from_answer(NormalizedMessage(sent, (seen,)))


def explained(known: MessageState, now: str = T0, **schedule: Any) -> Explanation:
    return explain(Facts.of(known, "Cellcast", Schedule(**schedule), Freshness.STORED), now)


def sentence(status: Status = Status.SENT, **changes: Any) -> str:
    return explained(state(status, **changes)).sentence


# --- the tables


@pytest.mark.parametrize(
    ("table", "words"),
    [(STATUSES, Status), (FAILURES, FailureCategory), (VIAS, Via), (KINDS, Kind), (REACHED_BY, Channel)],
    ids=["statuses", "failures", "vias", "kinds", "channels"],
)
def test_every_word_has_its_text(table: dict[Any, Any], words: Any) -> None:
    assert set(table) == set(words)


def test_every_answer_is_given_and_every_outcome_has_one() -> None:
    answers = {explained(state(status, direction=way)).answer for status in Status for way in Direction}
    assert answers == set(Answer)
    given_up = explained(merge(state(Status.SENT), MessageState(given_up=after(1))))
    assert given_up.answer is Answer.UNCLEAR
    outcomes = {state(status).message.outcome for status in Status if state(status).message}  # type: ignore[union-attr]
    assert outcomes | {Outcome.UNCERTAIN} == set(Outcome)


@pytest.mark.parametrize("status", Status)
def test_what_is_final_for_the_worse_is_no_delivery_and_for_the_better_one(status: Status) -> None:
    outcome = state(status).message.outcome  # type: ignore[union-attr]
    by_outcome = {
        Outcome.SUCCESS: {Answer.DELIVERED, Answer.READ, Answer.RECEIVED},
        Outcome.FAILURE: {Answer.NOT_DELIVERED, Answer.WITHDRAWN},
        Outcome.PENDING: {Answer.ON_ITS_WAY, Answer.SCHEDULED, Answer.UNCLEAR},
    }
    assert explained(state(status)).answer in by_outcome[outcome]


# --- the sentence


def test_a_sentence_names_status_recipient_reason_source_and_time() -> None:
    failure = Failure(category=FailureCategory.INVALID_RECIPIENT)
    assert sentence(Status.UNDELIVERED, status_native="dead", failure=failure) == (
        "Not delivered to +61491570157: the number does not exist (Cellcast: dead), 4 May 2026 09:15:04 UTC."
    )
    assert sentence(Status.DELIVERED) == "Delivered to +61491570157 (Cellcast: delivered), 4 May 2026 09:15:04 UTC."
    assert sentence(Status.RECEIVED, direction=Direction.INBOUND) == (
        "Received from +61491570156 (Cellcast: received), 4 May 2026 09:15:04 UTC."
    )


def test_what_a_provider_gives_no_time_for_is_known_since_it_was_learned() -> None:
    assert sentence(at=None).endswith("(Cellcast: sent), known since 1 June 2026 12:00:00 UTC.")


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ((), "Delivered (Cellcast"),
        ((Party(),), "Delivered (Cellcast"),
        ((Party(address_raw="0491 570 157"),), "Delivered to 0491 570 157 (Cellcast"),
        ((Party(name="Ada", contact_id="c1"),), "Delivered to Ada (Cellcast"),
        ((Party(contact_id="c1"),), "Delivered to contact c1 (Cellcast"),
        ((Party(), ADA), "Delivered to +61491570157 (Cellcast"),
        ((ADA, SHOP), "Delivered to +61491570157 and 1 other (Cellcast"),
    ],
    ids=["nobody", "somebody unknown", "as written", "name", "contact", "the second", "two"],
)
def test_a_recipient_is_named_as_well_as_is_known(to: tuple[Party, ...], words: str) -> None:
    assert sentence(Status.DELIVERED, to=to).startswith(words)


def test_of_several_recipients_the_first_is_named_and_the_others_are_counted() -> None:
    several = sentence(Status.DELIVERED, to=(ADA, SHOP), cc=(ADA,), bcc=(SHOP,))
    assert several.startswith("Delivered to +61491570157 and 3 others (")


@pytest.mark.parametrize(
    ("kind", "status", "direction", "words"),
    [
        (Kind.CALL, Status.DELIVERED, Direction.OUTBOUND, "Call to +61491570157: connected ("),
        (Kind.CALL, Status.RECEIVED, Direction.INBOUND, "Call from +61491570156: received ("),
        (Kind.VOICEMAIL, Status.RECEIVED, Direction.INBOUND, "Voicemail from +61491570156: received ("),
        (Kind.COMMENT, Status.SENT, Direction.OUTBOUND, "Comment to +61491570157: sent, delivery not confirmed ("),
        (Kind.REVIEW, Status.RECEIVED, Direction.INBOUND, "Review from +61491570156: received ("),
        (Kind.FORM, Status.UNKNOWN, Direction.INBOUND, "Unclear what became of the form from +61491570156: "),
        (Kind.ACTIVITY, Status.DELIVERED, Direction.OUTBOUND, "Activity about +61491570157: recorded ("),
        (Kind.INTERNAL_NOTE, Status.DELIVERED, Direction.INTERNAL, "Internal note: recorded ("),
        (Kind.CALL, Status.FAILED, Direction.OUTBOUND, "Call to +61491570157: not connected, nobody answered ("),
    ],
    ids=str,
)
def test_what_is_no_message_is_called_what_it_is(kind: Kind, status: Status, direction: Direction, words: str) -> None:
    failure = Failure(category=FailureCategory.NO_ANSWER) if status is Status.FAILED else None
    assert sentence(status, kind=kind, direction=direction, failure=failure).startswith(words)


def test_a_scheduled_message_tells_when_and_when_that_has_passed() -> None:
    later = state(Status.SCHEDULED, timestamps=Timestamps(scheduled=after(3600)))
    assert " on 1 June 2026 13:00:00 UTC (Cellcast" in explained(later).sentence
    overdue = explained(later, after(7200))
    assert " on 1 June 2026 13:00:00 UTC, which has passed (Cellcast" in overdue.sentence
    assert overdue.advice == "Its time has passed: ask Cellcast if it is still not sent."


def test_what_recipients_did_is_told_and_who_wants_no_more_is_left_alone() -> None:
    did = Engagement(opened=Engaged(), clicked=Engaged(), unsubscribed=Engaged())
    told = explained(state(Status.DELIVERED, engagement=did, replies=(Reply(text="yes"),)))
    assert told.sentence.endswith(
        "; it was opened, a link was clicked, it was answered and the recipient unsubscribed."
    )
    assert (told.try_again, told.advice) == (TryAgain.NO, "Do not send more: the recipient has unsubscribed.")


# --- what is unclear


def test_a_word_that_we_do_not_know_is_shown_and_unclear() -> None:
    odd = explained(state(Status.UNKNOWN, status_native="teleported"))
    assert (odd.answer, odd.try_again) == (Answer.UNCLEAR, TryAgain.UNKNOWN)
    assert "a word that we do not know (Cellcast: teleported), 4 May" in odd.sentence
    assert "no status that we know has been told (Cellcast)" in sentence(Status.UNKNOWN, status_native=None)


def test_what_was_given_up_is_unclear_and_tells_the_last_that_is_known() -> None:
    given_up = explained(merge(state(Status.SENT), MessageState(given_up=after(1))))
    assert given_up.sentence == (
        "Unclear what became of the message to +61491570157: no final status came in the time that we wait; last "
        "known as sent (Cellcast: sent), 4 May 2026 09:15:04 UTC."
    )
    assert (given_up.next, given_up.try_again) == (None, TryAgain.UNKNOWN)


def announced(known: MessageState, status: Status = Status.DELIVERED) -> MessageState:
    heard = observation(status, after(5), via=Via.WEBHOOK, confirmed=False, status_native="Done")
    return merge(known, MessageState(events={(0, status): heard}))


def test_where_webhook_and_api_disagree_both_are_told() -> None:
    facts = replace(Facts.of(announced(state()), "Cellcast", Schedule(), Freshness.LIVE), discrepant=True)
    apart = explain(facts, T0)
    assert apart.answer is Answer.UNCLEAR
    assert apart.sentence == (
        "Unclear what became of the message to +61491570157: a webhook announced it as delivered (Cellcast: Done), "
        "known since 1 June 2026 12:00:05 UTC, but the API shows it as sent."
    )
    assert apart.because[0].text.endswith("Announced by a webhook of Cellcast, not shown by its API.")


def test_what_is_announced_counts_and_says_that_it_is_not_confirmed_yet() -> None:
    facts = replace(Facts.of(announced(state()), "Cellcast", Schedule(), Freshness.LIVE), discrepant=False)
    soon = explain(facts, T0)
    assert soon.answer is Answer.DELIVERED
    assert soon.sentence.endswith("; announced, not confirmed yet.")
    assert [(one.status, one.confirmed) for one in soon.because] == [(Status.DELIVERED, False), (Status.SENT, True)]


def test_of_a_message_that_only_webhooks_have_told_of_the_announcement_is_told() -> None:
    heard = announced(MessageState())
    only = explained(heard)
    assert only.sentence == (
        "Delivered (Cellcast: Done), known since 1 June 2026 12:00:05 UTC; announced, not confirmed yet."
    )
    assert (only.as_of, only.next) == (after(5), None)


# --- why, again, what to do


@pytest.mark.parametrize("category", FailureCategory)
@pytest.mark.parametrize("permanence", Permanence)
def test_every_failure_says_why_whose_it_is_whether_again_and_what_to_do(
    category: FailureCategory, permanence: Permanence
) -> None:
    status = Status.CANCELED if category is FailureCategory.CANCELED else Status.FAILED
    why = explained(state(status, failure=Failure(category=category, permanence=permanence)))
    assert why.failure is not None
    assert ("The cause lies " in why.failure.text) == (category is not FailureCategory.UNKNOWN)
    assert why.advice
    for text in (why.sentence, why.failure.text, why.advice):
        assert not {"{", "}"} & set(text)
    if permanence is Permanence.PERMANENT and why.answer is Answer.NOT_DELIVERED:
        assert why.try_again is not TryAgain.YES


def test_nobody_is_told_to_send_again_what_came_in() -> None:
    lost = explained(state(Status.FAILED, direction=Direction.INBOUND, failure=Failure()))
    assert (lost.try_again, lost.advice) == (
        TryAgain.UNKNOWN,
        "Ask the sender to send it again; Cellcast may know why it failed.",
    )


@pytest.mark.parametrize(
    ("channel", "noun"), [(Channel.SMS, "number"), (Channel.EMAIL, "address"), (Channel.PUSH, "device")], ids=str
)
def test_what_does_not_exist_is_what_the_channel_reaches_people_by(channel: Channel, noun: str) -> None:
    failure = Failure(category=FailureCategory.INVALID_RECIPIENT)
    assert f": the {noun} does not exist (" in sentence(Status.FAILED, channel=channel, failure=failure)


def test_a_provider_s_own_reason_is_told_where_our_word_says_little() -> None:
    failure = Failure(message="trunk said no", category=FailureCategory.PROVIDER_ERROR)
    assert "(Cellcast: failed, “trunk said no”)" in sentence(Status.FAILED, failure=failure)
    known = Failure(message="30003: unreachable", native_code="30003", category=FailureCategory.UNREACHABLE)
    assert "(Cellcast: failed 30003)" in sentence(Status.FAILED, failure=known)
    assert "(Cellcast: queued, “content-review”)" in sentence(Status.QUEUED, status_reason="content-review")


# --- the evidence, the next look


def test_the_evidence_is_newest_first_and_says_how_each_is_known() -> None:
    known = merge(announced(state()), state(Status.DELIVERED, at="2026-05-04T09:20:00.000Z"))
    seen = explained(known).because
    assert [(one.status, one.at) for one in seen] == [
        (Status.DELIVERED, "2026-05-04T09:20:00.000Z"),
        (Status.SENT, HAPPENED),
    ]
    assert seen[1].text.endswith("Shown by Cellcast when somebody looked it up, learned on 1 June 2026 12:00:00 UTC.")


def test_the_failure_that_only_a_webhook_told_is_explained() -> None:
    why = Failure(category=FailureCategory.BUSY)
    heard = observation(Status.UNDELIVERED, via=Via.WEBHOOK, confirmed=False, failure=why, status_native="busy")
    only = explained(MessageState(events={(0, Status.UNDELIVERED): heard}))
    assert only.sentence.startswith("Not delivered: the line was busy (Cellcast: busy), known since ")
    assert only.failure is not None
    assert (only.failure.category, only.try_again) == (FailureCategory.BUSY, TryAgain.LATER)


def test_what_is_looked_at_to_confirm_it_says_so() -> None:
    facts = replace(
        Facts.of(announced(state()), "Cellcast", Schedule(), Freshness.LIVE), discrepant=False, next_look=after(75)
    )
    look = explain(facts, T0).next
    assert look is not None
    assert look.text.startswith("Looks again on 1 June 2026 12:01:15 UTC to confirm it")


def test_a_confirmed_announcement_says_since_when() -> None:
    heard = observation(Status.SENT, via=Via.WEBHOOK, confirmed_at=after(15))
    known = merge(state(), MessageState(events={(0, Status.SENT): heard}))
    facts = replace(Facts.of(known, "Cellcast", Schedule(), Freshness.LIVE), events=(heard,))
    assert (
        explain(facts, T0)
        .because[0]
        .text.endswith("Announced by a webhook of Cellcast, confirmed by its API on 1 June 2026 12:00:15 UTC.")
    )


def test_attempts_are_numbered_where_there_are_several() -> None:
    again = MessageState(events={(1, Status.QUEUED): observation(Status.QUEUED, after(60), epoch=1)})
    texts = [one.text for one in explained(merge(state(Status.FAILED), again)).because]
    assert texts[0].startswith("Waiting to be sent (attempt 2): ")
    assert texts[1].startswith("Failed (attempt 1): ")


def test_evidence_is_told_up_to_a_number() -> None:
    many = {(number, Status.SENT): observation(Status.SENT, after(number), epoch=number) for number in range(MOST + 1)}
    seen = explained(merge(state(), MessageState(events=many))).because
    assert len(seen) == MOST
    assert seen[0].at == after(MOST)


def test_the_next_look_tells_when_and_until_when_and_nothing_once_nobody_looks() -> None:
    look = explained(state(Status.SENT)).next
    assert look is not None
    assert look.at == after(60)
    assert look.text == (
        "Looks again on 1 June 2026 12:01:00 UTC, and gives up on 4 June 2026 12:00:00 UTC if nothing changes."
    )
    due = explained(state(Status.SENT), after(61)).next
    assert due is not None
    assert due.text.startswith("Due to be looked at again since 1 June 2026 12:01:00 UTC, and gives up on ")
    assert explained(state(Status.DELIVERED)).next is None
    engaged = explained(state(Status.DELIVERED), reports_engagement=True).next
    assert engaged is not None
    assert " for what the recipient does, and gives up on " in engaged.text
    assert engaged.text.endswith("gives up on 8 June 2026 12:00:00 UTC if nothing changes.")


# --- what others wrote


SECRET = "Your code is 483920"
EVERYWHERE: dict[str, Any] = {
    "subject": SECRET,
    "body": Body(text=SECRET, html=SECRET, preview=SECRET, new_text=SECRET, quoted_text=SECRET),
    "template": Template(name="code", parameters=(Parameter(name="code", value="483920"),)),
    "attachments": (Attachment(name=SECRET),),
    "replies": (Reply(text=SECRET),),
}


def everything_said(why: Explanation) -> str:
    """All words of an explanation but those of the failure itself."""
    return why.model_copy(update={"failure": None}).model_dump_json()


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(
    "reason",
    [f"refused: {SECRET}", "blocked “code is 483920”", "483920", "YOUR CODE IS 483920!", "your_code"],
    ids=["whole", "quoted", "code", "capitals", "words"],
)
def test_nothing_of_the_text_is_in_an_explanation_though_the_provider_repeats_it(status: Status, reason: str) -> None:
    why = state(status, status_reason=reason, failure=Failure(message=reason), **EVERYWHERE)
    said = everything_said(explained(why)).casefold()
    assert "483920" not in said
    assert "your" not in said


ODD = st.text(st.characters(codec=None), max_size=300)


@given(native=ODD, reason=ODD, name=ODD, code=ODD)
def test_what_others_wrote_is_short_and_acts_on_nothing(native: str, reason: str, name: str, code: str) -> None:
    failure = Failure.model_construct(
        category=FailureCategory.UNKNOWN, permanence=Permanence.UNKNOWN, native_code=code, message=reason
    )
    somebody = Party.model_construct(**{**dict(Party()), "name": name})
    known = state(Status.FAILED)
    assert known.message is not None
    odd = known.message.model_copy(update={"status_native": native, "failure": failure, "to": (somebody,)})
    event = known.timeline[0].model_copy(update={"status_native": native})
    facts = replace(Facts.of(known, "Cellcast", Schedule(), Freshness.LIVE), message=odd, events=(event,))
    why = explain(facts, T0)
    for text in (why.sentence, why.because[0].text, why.because[0].status_native or ""):
        assert len(text) < 700
        assert not {unicodedata.category(one) for one in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert why.sentence.endswith("UTC.")


@pytest.mark.parametrize(
    "odd", ["{to}", "{0.__class__}", "{", "%s", "<b>x</b>", "\u202egnp.exe", "a\x00b\nc"], ids=odd_id
)
@pytest.mark.parametrize("kind", [Kind.MESSAGE, Kind.CALL, Kind.ACTIVITY], ids=str)
def test_a_name_is_a_name_whatever_it_looks_like(odd: str, kind: Kind) -> None:
    text = sentence(Status.DELIVERED, kind=kind, to=(Party(name=odd),), status_native=odd)
    plain = odd.replace("\u202e", "").replace("\x00", " ").replace("\n", " ")
    assert text.count(plain) == 2


def test_withheld_facts_show_what_is_left_of_them() -> None:
    facts = Facts.of(state(Status.DELIVERED), "Cellcast", Schedule(), Freshness.LIVE)
    why = explain(facts.withheld(), T0)
    assert why.sentence.startswith("Delivered to +6149•••••57 (")
    assert "570157" not in why.model_dump_json()


@pytest.mark.parametrize("reason", ["blocked “code is 483920”", "YOUR CODE IS 483920!"], ids=["quoted", "capitals"])
def test_nothing_of_the_text_is_in_withheld_facts_which_no_longer_tell_what_it_was(reason: str) -> None:
    known = state(Status.FAILED, status_reason=reason, failure=Failure(message=reason), **EVERYWHERE)
    why = explain(Facts.of(known, "Cellcast", Schedule(), Freshness.LIVE).withheld(), T0)
    assert "code is" not in why.model_dump_json().casefold()
    assert "blocked by the gateway" in explained_to_metadata("blocked by the gateway")


def explained_to_metadata(reason: str) -> str:
    known = state(Status.FAILED, status_reason=reason, **EVERYWHERE)
    return explain(Facts.of(known, "Cellcast", Schedule(), Freshness.LIVE).withheld(), T0).sentence


def test_a_moment_is_written_as_people_do() -> None:
    assert moment("2026-12-31T23:59:59.999Z") == "31 December 2026 23:59:59 UTC"


def test_the_parts_of_a_thread_are_parts() -> None:
    thread: Message = message(
        Status.DELIVERED, Channel.EMAIL, provenance=Provenance(fetched_at=T0), direction=Direction.OUTBOUND
    )
    seen: list[Observation] = [observation(Status.DELIVERED, epoch=place) for place in (0, 1)]
    known = state_from_answer(NormalizedMessage(thread, tuple(seen), place=1))
    assert explained(known).because[0].text.startswith("Delivered (part 2): ")
