"""Counts: added up in any order they are the same, exact, and never further off than they say."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.domain.message import Channel, Direction, Kind
from message_detail.domain.statistics.durations import WITHIN, Durations
from message_detail.domain.statistics.facts import MessageFacts
from message_detail.domain.statistics.tally import Group, Tally, count
from message_detail.domain.status import Outcome, Status, outcome_for
from tests.unit.domain.statistics.test_facts import FACTS

LISTS = st.lists(FACTS, max_size=12)


def tally_of(facts: list[MessageFacts]) -> Tally:
    tally = Tally()
    for one in facts:
        tally.add(one)
    return tally


@given(LISTS, LISTS, st.randoms())
def test_parts_in_any_order_come_to_what_the_whole_does(
    one: list[MessageFacts], two: list[MessageFacts], turn: random.Random
) -> None:
    whole = [*one, *two]
    turn.shuffle(whole)
    parts = tally_of(one)
    parts.merge(tally_of(two))
    assert parts.pack() == tally_of(whole).pack()


@given(LISTS)
def test_counts_are_read_back_as_they_were(facts: list[MessageFacts]) -> None:
    packed = tally_of(facts).pack()
    assert Tally.unpack(packed).pack() == packed


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cost":{"AUD":"x"}}', '{"cost":[]}'])
def test_what_is_no_counts_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no counts"):
        Tally.unpack(text)


@given(LISTS)
def test_every_message_is_counted_once_by_its_status_and_its_outcome(facts: list[MessageFacts]) -> None:
    plain = [one for one in facts if not one.uncertain and (one.failure is not None) == _failed(one)]
    tally = tally_of(plain)
    assert tally.messages == tally.by_status.total() == len(plain)
    assert tally.failed == tally.failures.total() == sum(map(_failed, plain))
    assert tally.undecided == sum(outcome_for(one.status) is Outcome.PENDING for one in plain)
    outbound = [one for one in plain if one.direction is Direction.OUTBOUND]
    assert tally.decided == sum(outcome_for(one.status) is not Outcome.PENDING for one in outbound)
    assert tally.delivered == sum(one.status in (Status.DELIVERED, Status.READ) for one in outbound)


def _failed(facts: MessageFacts) -> bool:
    return outcome_for(facts.status) is Outcome.FAILURE


@given(LISTS)
def test_messages_are_counted_by_channel_direction_and_country(facts: list[MessageFacts]) -> None:
    tallies = count(facts)
    for group, tally in tallies.items():
        assert tally.pack() == tally_of([one for one in facts if Group.of(one) == group]).pack()
    assert sum(tally.messages for tally in tallies.values()) == len(facts)


def test_amounts_lose_no_digit() -> None:
    amounts = [Decimal("0.1"), Decimal("0.2"), Decimal("1e38"), Decimal("0.0000000000000000000000000001")]
    tally = tally_of([_charged(amount) for amount in amounts])
    assert tally.cost == {"AUD": Decimal("100000000000000000000000000000000000000.3000000000000000000000000001")}


def _charged(amount: Decimal) -> MessageFacts:
    return MessageFacts(
        channel=Channel.SMS,
        direction=Direction.OUTBOUND,
        kind=Kind.MESSAGE,
        status=Status.SENT,
        amounts={"AUD": amount},
    )


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=300), st.sampled_from([1, 50, 90, 95, 99, 100]))
def test_a_percentile_is_at_most_two_percent_off(times: list[int], percent: int) -> None:
    durations = _durations(times)
    exact = sorted(times)[-(-len(times) * percent // 100) - 1] / 1_000
    found = durations.percentile(percent)
    assert found is not None
    assert abs(found - exact) <= 0.02 * exact


@given(st.lists(st.integers(0, 400_000), max_size=50))
def test_how_many_took_no_longer_is_exact(times: list[int]) -> None:
    assert _durations(times).within == [sum(time <= 1_000 * seconds for time in times) for seconds in WITHIN]


def test_of_no_times_there_is_no_percentile() -> None:
    assert Durations().percentile(50) is None


def test_thirty_thousand_times_of_all_lengths_take_up_little() -> None:
    turn = random.Random(7)
    times = [round(turn.lognormvariate(8, 3)) for _ in range(30_000)]
    durations = _durations(times)
    assert len(repr(durations.as_json())) < 6_000
    worst = max(
        abs(durations.percentile(percent) / exact - 1)  # type: ignore[operator]
        for percent in (1, 10, 50, 90, 95, 99)
        if (exact := sorted(times)[-(-len(times) * percent // 100) - 1] / 1_000)
    )
    assert worst <= 0.02


def _durations(times: list[int]) -> Durations:
    durations = Durations()
    for time in times:
        durations.add(time)
    return durations
