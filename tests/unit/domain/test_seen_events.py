"""The events that a message's row remembers: joined in any order they are the same, and bounded."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.domain.seen_events import (
    MOST,
    NONE_SEEN,
    PACKED_CHARACTERS,
    EventIdentity,
    SeenEvents,
    event_digest,
    is_digest,
)
from tests.unit.samples import T0, after

some = st.dictionaries(st.binary(min_size=8, max_size=8), st.integers(0, 2**32 - 1), max_size=MOST).map(SeenEvents)


def seen(name: str, at: str = T0, window: int = 120) -> EventIdentity:
    return EventIdentity(event_digest(name), at, window)


def test_an_event_is_known_for_as_long_as_it_says() -> None:
    known = SeenEvents.of([seen("e1")])
    assert known.knows(seen("e1", after(120)))
    assert not known.knows(seen("e1", after(121)))
    assert not known.knows(seen("e2"))


def test_an_event_that_was_received_before_the_one_that_is_known_is_the_same() -> None:
    assert SeenEvents.of([seen("e1", after(60))]).knows(seen("e1"))


@given(one=some, other=some, third=some)
def test_joining_is_commutative_associative_and_idempotent(
    one: SeenEvents, other: SeenEvents, third: SeenEvents
) -> None:
    assert one.merged([other]) == other.merged([one])
    assert one.merged([other]).merged([third]) == one.merged([other.merged([third])])
    assert one.merged([one]) == one == one.merged([NONE_SEEN])


@given(one=some)
def test_what_is_packed_is_unpacked_as_it_was(one: SeenEvents) -> None:
    assert SeenEvents.unpack(one.pack()) == one
    assert len(one.pack()) == PACKED_CHARACTERS * len(one.until)


def test_of_many_events_those_are_kept_whose_redeliveries_may_come_for_longest() -> None:
    events = [seen(str(number), after(number)) for number in range(MOST * 2)]
    random.Random(1).shuffle(events)
    known = SeenEvents.of(events)
    assert len(known.until) == MOST
    assert all(known.knows(seen(str(number), after(number))) for number in range(MOST, MOST * 2))


@pytest.mark.parametrize(
    "odd",
    ["", "x", "=", "AAAA", "\U0001f600", "A" * 1_000_000],
    ids=["empty", "cut", "padding", "short", "emoji", "long"],
)
def test_what_nobody_packed_is_read_as_far_as_it_goes(odd: str) -> None:
    assert len(SeenEvents.unpack(odd).until) <= MOST


def test_what_identifies_an_event_is_not_its_parts_run_together() -> None:
    assert event_digest("ab", "c") != event_digest("a", "bc")
    assert is_digest(event_digest("\ud800", ""))


@pytest.mark.parametrize("odd", [None, 7, "", "0123456789abcde", "0123456789abcdeF", "0123456789abcdef0"])
def test_what_is_no_digest(odd: object) -> None:
    assert not is_digest(odd)


def test_of_one_event_in_two_memories_the_later_end_stands() -> None:
    early, late = SeenEvents({b"12345678": 10}), SeenEvents({b"12345678": 20})
    assert early.merged([late]) == late.merged([early]) == late
