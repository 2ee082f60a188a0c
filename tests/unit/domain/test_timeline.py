"""The record of a message: any order, any duplicate, the same end."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.domain.message import (
    MISSING,
    Channel,
    Direction,
    Drift,
    Failure,
    FailureCategory,
    Freshness,
    Message,
    Observation,
    Party,
    Provenance,
    Via,
)
from message_detail.domain.message_view import MessageView
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.status import EMAIL_RANKS, RANKS, Outcome, Status, is_final, outcome_for, rank
from message_detail.domain.timeline import MessageState, merge, regressed, state_from_answer
from tests.unit.samples import T0, merge_all, message, observation, record

PROFILES = [(Channel.SMS, RANKS), (Channel.EMAIL, EMAIL_RANKS)]
PART_MISSING = Drift(path="_detail", problem=MISSING)
TIMES = [f"2026-06-01T12:00:0{second}.000Z" for second in range(4)]


@pytest.mark.parametrize(("channel", "ranks"), PROFILES, ids=["sms", "email"])
def test_every_order_of_up_to_five_statuses_ends_at_the_greatest(channel: Channel, ranks: dict[Status, int]) -> None:
    """All sequences of distinct statuses, by a walk that shares their beginnings."""
    single = {status: MessageState(events={(0, status): observation(status)}) for status in Status}
    details = MessageState(details=record(Status.UNKNOWN, channel).details, fetched=(T0, Via.LOOKUP))
    ends: dict[frozenset[Status], MessageState] = {}

    def walk(so_far: MessageState, seen: frozenset[Status]) -> Iterator[tuple[frozenset[Status], MessageState]]:
        for status in Status:
            if status not in seen:
                longer = seen | {status}
                joined = merge(so_far, single[status])
                yield longer, joined
                if len(longer) < 5:
                    yield from walk(joined, longer)

    sequences = 0
    for seen, end in walk(MessageState(), frozenset()):
        sequences += 1
        expected = ends.setdefault(seen, end)
        assert end.events == expected.events
    assert sequences == sum(
        len(list(itertools.permutations(range(15), length))) for length in range(1, 4)
    ) + 15 * 14 * (13 * 12 + 13 * 12 * 11)
    for seen, end in ends.items():
        now = merge(end, details).message
        assert now is not None
        assert now.status is max(seen, key=ranks.__getitem__)
        assert (now.final, now.outcome) == (is_final(now.status), outcome_for(now.status))


@pytest.mark.parametrize("word", [Status.FAILED, Status.UNDELIVERED, Status.BOUNCED])
@given(words=st.lists(st.sampled_from([Status.SENT, Status.DELIVERED, Status.READ]), max_size=4), at=st.integers(0, 4))
def test_on_email_what_failed_after_it_was_delivered_has_bounced_in_whatever_order_it_is_heard(
    word: Status, words: list[Status], at: int
) -> None:
    heard = [*words[:at], word, *words[at:]]
    now = merge_all(record(status, Channel.EMAIL, TIMES[index % 4]) for index, status in enumerate(heard)).message
    assert now is not None
    assert (now.status, now.outcome, now.final) == (word, Outcome.FAILURE, True)
    other = merge_all(record(status, Channel.SMS) for status in (*heard, Status.DELIVERED)).message
    assert other is not None
    assert other.outcome is Outcome.SUCCESS


def part(place: int, text: str, status: Status, at: str) -> MessageState:
    """One answer about a container that shows the part at this place."""
    shown = message(status, Channel.EMAIL, subject=text, provenance=Provenance(fetched_at=at))
    return state_from_answer(NormalizedMessage(shown, (observation(status, at, epoch=place),), place))


def test_a_later_part_of_a_container_comes_before_an_earlier_one_whenever_it_was_fetched() -> None:
    parts = [
        part(0, "first", Status.FAILED, TIMES[0]),
        part(2, "third", Status.DELIVERED, TIMES[1]),
        part(1, "second", Status.READ, TIMES[3]),
    ]
    for order in itertools.permutations(parts):
        now = merge_all(order).message
        assert now is not None
        assert (now.subject, now.status, now.provenance.fetched_at) == ("third", Status.DELIVERED, TIMES[3])


def test_the_direction_of_the_part_that_is_shown_says_nothing_of_the_statuses_of_others() -> None:
    ours = part(0, "ours", Status.DELIVERED, TIMES[0])
    reply = message(Status.RECEIVED, Channel.EMAIL, direction=Direction.INBOUND)
    theirs = state_from_answer(NormalizedMessage(reply, (observation(Status.RECEIVED, TIMES[1], epoch=1),), 1))
    assert [event.status for event in merge(ours, theirs).timeline] == [Status.DELIVERED, Status.RECEIVED]


def test_of_two_planned_confirmations_the_later_stands_whoever_knew_of_it() -> None:
    early, late = MessageState(confirm_at=TIMES[1]), MessageState(confirm_at=TIMES[2])
    assert merge(early, late).confirm_at == merge(late, early).confirm_at == TIMES[2]
    assert merge(early, MessageState()).confirm_at == merge(MessageState(), early).confirm_at == TIMES[1]


def test_people_whom_an_answer_names_besides_are_kept_once_each_in_their_order() -> None:
    ann, bob = Party(address="ann@example.com"), Party(address="bob@example.com")
    known = state_from_answer(NormalizedMessage(message(), (), further_parties=(bob, ann, bob)))
    assert known.details is not None
    assert known.details.further_parties == (bob, ann)


def test_an_answer_about_an_earlier_part_is_no_provider_that_turns_back() -> None:
    before = part(1, "second", Status.READ, TIMES[0])
    again = NormalizedMessage(message(Status.SENT, Channel.EMAIL), (observation(Status.SENT, epoch=0),), 0)
    assert not regressed(before, again)


observations = st.builds(
    Observation,
    status=st.sampled_from(Status),
    status_native=st.sampled_from([None, "native", "Native 2"]),
    occurred_at=st.sampled_from([None, *TIMES]),
    observed_at=st.sampled_from(TIMES),
    via=st.sampled_from(Via),
    epoch=st.integers(0, 2),
    reason=st.sampled_from([None, "why"]),
    failure=st.sampled_from([None, Failure(category=FailureCategory.BUSY), Failure(message="no")]),
    confirmed_at=st.sampled_from([None, *TIMES]),
)
messages = st.builds(
    lambda status, channel, direction, fetched, updated, text, drift: message(
        status,
        channel,
        direction=direction,
        subject=text,
        provenance=Provenance(fetched_at=fetched, source_updated_at=updated, drift=drift),
    ),
    st.sampled_from(Status),
    st.sampled_from([Channel.SMS, Channel.EMAIL, Channel.UNKNOWN]),
    st.sampled_from(Direction),
    st.sampled_from(TIMES),
    st.sampled_from([None, *TIMES]),
    st.sampled_from([None, "one", "two"]),
    st.sampled_from([(), (PART_MISSING,)]),
)
records = st.one_of(
    st.builds(
        lambda m, o, place: state_from_answer(NormalizedMessage(m, tuple(o), place)),
        messages,
        st.lists(observations, max_size=3),
        st.integers(0, 2),
    ),
    st.builds(
        lambda o: state_from_answer(NormalizedMessage(message(), tuple(o))),
        st.lists(observations, min_size=1, max_size=3),
    ),
)


@given(records, records, records)
def test_join_is_commutative_associative_and_idempotent(
    one: MessageState, two: MessageState, three: MessageState
) -> None:
    assert merge(one, two) == merge(two, one)
    assert merge(merge(one, two), three) == merge(one, merge(two, three))
    assert merge(one, one) == one == merge(one, MessageState())
    assert merge(merge(one, two), two) == merge(one, two)


@given(st.lists(records, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_any_shuffle_with_duplicates_gives_the_same_message_and_timeline(
    parts: list[MessageState], random: object
) -> None:
    shuffled = [*parts, *parts[:2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = merge_all(parts), merge_all(shuffled)
    assert one.message == other.message
    assert one.timeline == other.timeline


@given(st.lists(observations, min_size=1, max_size=8))
def test_the_status_is_the_greatest_by_epoch_and_rank(seen: list[Observation]) -> None:
    end = state_from_answer(NormalizedMessage(message(direction=Direction.UNKNOWN), tuple(seen)))
    now = end.message
    assert now is not None
    best = max((o.epoch, rank(o.status, now.channel)) for o in seen)
    assert rank(now.status, now.channel) == best[1]


def test_a_late_sent_does_not_turn_delivered_back() -> None:
    end = merge(record(Status.DELIVERED, at=TIMES[1]), record(Status.SENT, at=TIMES[2]))
    now = end.message
    assert now is not None
    assert (now.status, now.outcome, now.final) == (Status.DELIVERED, Outcome.SUCCESS, True)
    assert [event.status for event in end.timeline] == [Status.DELIVERED, Status.SENT]


def test_a_late_delivery_report_after_a_failure_wins_on_sms() -> None:
    now = merge(record(Status.DELIVERED), record(Status.UNDELIVERED)).message
    assert now is not None
    assert (now.status, now.failure) == (Status.DELIVERED, None)


def test_a_bounce_after_delivery_wins_on_email() -> None:
    now = merge(record(Status.BOUNCED, Channel.EMAIL), record(Status.READ, Channel.EMAIL)).message
    assert now is not None
    assert now.status is Status.BOUNCED


def test_a_new_attempt_of_the_provider_starts_over() -> None:
    first = MessageState(events={(0, Status.FAILED): observation(Status.FAILED)})
    second = state_from_answer(NormalizedMessage(message(Status.QUEUED), (observation(Status.QUEUED, epoch=1),)))
    now = merge(second, first).message
    assert now is not None
    assert now.status is Status.QUEUED


def test_details_come_from_the_newest_version_whenever_it_arrives() -> None:
    old = record(Status.SENT, at=TIMES[3], updated=TIMES[0])
    new = record(Status.SENT, at=TIMES[1], updated=TIMES[2])
    for end in (merge(old, new), merge(new, old)):
        assert end.details == new.details
        now = end.message
        assert now is not None
        assert now.provenance.fetched_at == TIMES[3]


@pytest.mark.parametrize("later", [TIMES[0], TIMES[2]], ids=["in order", "late"])
def test_a_copy_whose_part_was_refused_takes_nothing_from_a_whole_one_of_the_same_version(later: str) -> None:
    whole = record(Status.SENT, at=TIMES[1], updated=TIMES[0])
    refused = Provenance(fetched_at=later, source_updated_at=TIMES[0], drift=(PART_MISSING,))
    part = state_from_answer(
        NormalizedMessage(message(subject=None, provenance=refused), (observation(Status.SENT, later),))
    )
    changed = record(Status.SENT, at=TIMES[1], updated=TIMES[3])
    assert merge(whole, part).details == merge(part, whole).details == whole.details
    assert merge(part, changed).details == changed.details


def test_the_earliest_time_of_an_event_is_kept() -> None:
    told = observation(
        Status.DELIVERED, TIMES[2], occurred_at=TIMES[1], via=Via.WEBHOOK, status_native="message.delivered"
    )
    fetched = observation(Status.DELIVERED, TIMES[3], occurred_at=None)
    (event,) = state_from_answer(NormalizedMessage(message(), (fetched, told))).timeline
    assert (event.occurred_at, event.observed_at, event.via) == (TIMES[1], TIMES[2], Via.WEBHOOK)


def test_a_status_told_before_the_direction_was_known_is_settled_by_it() -> None:
    told = MessageState(events={(0, Status.DELIVERED): observation(Status.DELIVERED)})
    answer = message(Status.RECEIVED, direction=Direction.INBOUND)
    end = merge(told, state_from_answer(NormalizedMessage(answer, (observation(Status.RECEIVED),))))
    assert [event.status for event in end.timeline] == [Status.RECEIVED]
    now = end.message
    assert now is not None
    assert now.status is Status.RECEIVED


def test_a_provider_that_turns_back_is_noticed() -> None:
    back = NormalizedMessage(message(Status.SENT), (observation(Status.SENT),))
    assert regressed(record(Status.DELIVERED), back)
    assert not regressed(record(Status.QUEUED), back)
    assert not regressed(record(Status.SENT), back)
    assert not regressed(MessageState(), back)
    assert not regressed(state_from_answer(NormalizedMessage(message(Status.DELIVERED), ())), back)
    assert not regressed(record(Status.DELIVERED), NormalizedMessage(message(Status.SENT), ()))


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
def test_of_one_moment_the_channels_own_ladder_says_what_turns_back(channel: Channel) -> None:
    """An e-mail that was read may bounce; of a text message being read is the end."""
    before = merge(record(Status.READ, channel), record(Status.BOUNCED, channel))
    answer = NormalizedMessage(message(Status.READ, channel), (observation(Status.READ),))
    assert regressed(before, answer) == (channel is Channel.EMAIL)


def test_of_one_moment_the_highest_status_counts_and_not_the_last_by_name() -> None:
    before = merge(record(Status.SENT), record(Status.DELIVERED))
    assert regressed(before, NormalizedMessage(message(Status.SENT), (observation(Status.SENT),)))


def _tag(changed: Message) -> str:
    state = state_from_answer(NormalizedMessage(changed, (observation(changed.status),)))
    return MessageView.of(state, Freshness.LIVE).etag


def test_the_entity_tag_changes_exactly_when_the_message_does() -> None:
    one = message()
    same = one.with_provenance(fetched_at=TIMES[3], via=Via.REFRESH, freshness=Freshness.STALE)
    other = one.model_copy(update={"subject": "changed"})
    assert _tag(one) == _tag(same)
    assert _tag(one) != _tag(other)


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
def test_a_message_whose_status_was_only_announced_is_discrepant(channel: Channel) -> None:
    """Of an e-mail the bounce counts, of a text message that it was read."""

    def known(*confirmed: Status) -> MessageState:
        seen = (observation(status, confirmed=status in confirmed) for status in (Status.READ, Status.BOUNCED))
        return state_from_answer(NormalizedMessage(message(Status.READ, channel), tuple(seen)))

    assert known().discrepant
    assert not known(Status.READ, Status.BOUNCED).discrepant
    assert known(Status.READ).discrepant is (channel is Channel.EMAIL)
    assert known(Status.BOUNCED).discrepant is (channel is Channel.SMS)


def test_a_status_of_a_later_attempt_that_was_only_announced_is_discrepant() -> None:
    seen = (observation(Status.FAILED, confirmed=True), observation(Status.QUEUED, epoch=1, confirmed=False))
    assert state_from_answer(NormalizedMessage(message(Status.FAILED), seen)).discrepant


def test_an_event_is_confirmed_since_the_first_answer_that_showed_it() -> None:
    announced = MessageState(events={(0, Status.SENT): observation(Status.SENT, TIMES[0], confirmed=False)})
    shown = [
        MessageState(events={(0, Status.SENT): observation(Status.SENT, at, confirmed_at=at)}) for at in TIMES[1:3]
    ]
    unknown_since = MessageState(events={(0, Status.SENT): observation(Status.SENT, TIMES[3])})
    for order in itertools.permutations([announced, *shown, unknown_since]):
        (event,) = merge_all(order).timeline
        assert (event.observed_at, event.confirmed, event.confirmed_at) == (TIMES[0], True, TIMES[1])
    assert announced.timeline[0].confirmed_at is None


def test_without_details_or_without_a_status_nothing_is_discrepant() -> None:
    announced = MessageState(events={(0, Status.SENT): observation(Status.SENT, confirmed=False)})
    assert not announced.discrepant
    assert not state_from_answer(NormalizedMessage(message(), ())).discrepant


def test_a_view_says_how_fresh_it_is_and_needs_details() -> None:
    assert MessageView.of(record(Status.SENT), Freshness.STALE).message.provenance.freshness is Freshness.STALE
    announced = MessageState(events={(0, Status.SENT): observation(Status.SENT)})
    unfetched = MessageState(details=record(Status.SENT).details)
    for known in (MessageState(), announced, unfetched, MessageState(fetched=(T0, Via.LOOKUP))):
        with pytest.raises(ValueError, match="nothing is known of the message but its statuses"):
            MessageView.of(known, Freshness.LIVE)


def test_what_was_given_up_without_any_status_observed_is_uncertain() -> None:
    known = merge(state_from_answer(NormalizedMessage(message(), ())), MessageState(given_up=TIMES[1]))
    assert known.message is not None
    assert known.message.outcome is Outcome.UNCERTAIN
