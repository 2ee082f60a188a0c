"""The facts of a message: what statistics need, nothing of a person, short, and read back as they were."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.domain.message import (
    Billing,
    BillingLine,
    Channel,
    Direction,
    Drift,
    Engaged,
    Engagement,
    Failure,
    FailureCategory,
    Kind,
    Message,
    Observation,
    Origin,
    Permanence,
    Reply,
    Timestamps,
    Via,
)
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.search_keys import Indexed
from message_detail.domain.statistics.facts import MessageFacts, facts_of, unpack
from message_detail.domain.status import Outcome, Status
from message_detail.domain.timeline import state_from_answer
from message_detail.providers import load, names
from message_detail.providers.base.parties import party
from message_detail.testing.recordings import Recording, replay
from tests.recorded import recordings
from tests.unit.samples import T0, message, observation

LATER = "2026-06-01T12:00:04.250Z"
AUSTRALIAN = party("+61 491 570 156")
FACTS = st.builds(
    MessageFacts,
    channel=st.sampled_from(Channel),
    direction=st.sampled_from(Direction),
    kind=st.sampled_from(Kind),
    status=st.sampled_from(Status),
    country=st.sampled_from([None, "AU", "CZ"]),
    uncertain=st.booleans(),
    failure=st.none() | st.tuples(st.sampled_from(FailureCategory), st.sampled_from(Permanence)),
    delivered_after=st.none() | st.integers(0, 10**10),
    known_after=st.none() | st.integers(0, 10**10),
    learned_by=st.none() | st.sampled_from(Via),
    segments=st.integers(0, 99),
    amounts=st.dictionaries(
        st.text(max_size=8) | st.sampled_from(["", "AUD", "credit:samva", "a|b"]),
        st.decimals(allow_nan=False, allow_infinity=False),
        max_size=6,
    ),
    discrepancy=st.booleans(),
    drift=st.booleans(),
    test=st.booleans(),
    replied=st.booleans(),
    opted_out=st.booleans(),
    mapping=st.sampled_from([None, "0123456789ab"]),
)


def outbound(status: Status = Status.DELIVERED, **changes: Any) -> Message:
    return message(status, direction=Direction.OUTBOUND, **changes)


def read(of: Message, standing: Observation | None = None) -> MessageFacts:
    return facts_of(of, standing, discrepancy=False)


@given(FACTS)
def test_facts_are_read_back_as_they_were(facts: MessageFacts) -> None:
    assert unpack(facts.pack()) == facts


@pytest.mark.parametrize("text", [None, "", "2|sms", "1|sms|o", "1|fax|o||sent||||||||||", "1|sms|o||sent||||x|||||{"])
def test_what_another_release_or_a_person_wrote_is_no_facts(text: str | None) -> None:
    assert unpack(text) is None


@pytest.mark.parametrize(
    ("provider", "recording"),
    [(name, recording) for name in names() for recording in recordings(name) if recording.succeeds],
    ids=str,
)
def test_facts_are_short_and_hold_nothing_of_a_person(provider: str, recording: Recording) -> None:
    normalized = replay(load(provider), recording)
    packed = indexed(normalized).facts()
    assert len(packed.encode()) <= 120
    people = (normalized.message.from_, *normalized.message.to, *normalized.further_parties)
    texts = [text for one in people if one is not None for text in (one.address, one.name, one.contact_id) if text]
    assert not [text for text in texts if text in packed]


def indexed(normalized: NormalizedMessage) -> Indexed:
    state = state_from_answer(normalized)
    assert state.message is not None
    return Indexed(state.message, T0, state.discrepant, standing=state.top)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+61491570156", "AU"),
        ("+420601123456", "CZ"),
        ("+12025550123", "US"),
        ("+14165550123", "CA"),
        ("+447700900123", "GB"),
        ("+80012345678", None),
    ],
)
def test_the_country_is_that_of_the_other_partys_number(number: str, country: str | None) -> None:
    there, here = party(number), party("+33 1 23 45 67 89")
    assert read(outbound(to=(there, here), from_=here)).country == country
    assert read(message(direction=Direction.INBOUND, from_=there, to=(here,))).country == country
    assert read(message(direction=Direction.INTERNAL, from_=there, to=(here,))).country is None


@pytest.mark.parametrize("other", ["ada@example.com", "ACME", "12345"])
def test_who_has_no_number_with_a_country_code_is_of_no_country(other: str) -> None:
    assert read(outbound(to=(party(other),))).country is None
    assert read(outbound()).country is None


def test_the_time_to_the_delivery_begins_with_the_sending_else_the_making() -> None:
    times = Timestamps(created=T0, sent="2026-06-01T12:00:04.000Z", delivered=LATER)
    assert read(outbound(timestamps=times)).delivered_after == 250
    assert read(outbound(timestamps=times.model_copy(update={"sent": None}))).delivered_after == 4_250
    assert read(outbound(timestamps=times.model_copy(update={"delivered": T0}))).delivered_after == 0
    assert read(outbound(timestamps=times.model_copy(update={"delivered": None}))).delivered_after is None
    assert read(outbound(Status.BOUNCED, timestamps=times)).delivered_after is None, "it was taken back"
    assert read(message(Status.RECEIVED, direction=Direction.INBOUND, timestamps=times)).delivered_after is None


def test_how_we_learned_of_what_happened_last_and_after_how_long() -> None:
    facts = read(outbound(), observation(Status.DELIVERED, LATER, occurred_at=T0, via=Via.WEBHOOK))
    assert (facts.known_after, facts.learned_by) == (4_250, Via.WEBHOOK)
    facts = read(outbound(), observation(Status.DELIVERED, LATER, via=Via.SYNC))
    assert (facts.known_after, facts.learned_by) == (None, Via.SYNC)


def test_a_failed_message_says_of_what_it_failed_and_no_other_does() -> None:
    busy = Failure(category=FailureCategory.BUSY, permanence=Permanence.TEMPORARY)
    assert read(outbound(Status.FAILED, failure=busy)).failure == (FailureCategory.BUSY, Permanence.TEMPORARY)
    assert read(outbound(Status.FAILED)).failure == (FailureCategory.UNKNOWN, Permanence.UNKNOWN)
    assert read(outbound(Status.DEFERRED, failure=busy)).failure is None


def test_amounts_are_added_up_by_unit_to_the_last_digit() -> None:
    amounts = [("0.1", "AUD"), ("0.2", "AUD"), ("1", "credit:samva"), ("5", None), ("9" * 40 + ".01", "AUD")]
    lines = tuple(BillingLine(kind="sms", amount=amount, unit=unit) for amount, unit in amounts)
    facts = read(outbound(billing=Billing(lines=lines, segments=3)))
    assert facts.segments == 3
    assert facts.amounts == {"AUD": Decimal("9" * 40 + ".31"), "credit:samva": Decimal(1), "": Decimal(5)}


def test_what_was_noted_of_a_message_is_among_its_facts() -> None:
    noted = outbound(
        engagement=Engagement(opted_out=Engaged(first_at=T0)),
        replies=(Reply(text="yes"),),
        origin=Origin(test=True),
    ).with_provenance(drift=(Drift(path="x", problem="unknown_field"),), mapping="0123456789ab")
    facts = facts_of(noted.model_copy(update={"outcome": Outcome.UNCERTAIN}), None, discrepancy=True)
    assert (facts.opted_out, facts.replied, facts.test, facts.drift, facts.discrepancy, facts.uncertain) == (True,) * 6
    assert facts.mapping == "0123456789ab"
    assert read(outbound()) == MessageFacts(
        channel=Channel.SMS, direction=Direction.OUTBOUND, kind=Kind.MESSAGE, status=Status.DELIVERED
    )
