"""What the journal tells: by the marks of a message's row, and by what was noted beside it."""

from __future__ import annotations

import pytest

from message_detail.domain.journal import KEPT_SECONDS, Entry, Noted, Step, read_journal
from message_detail.domain.message import Via
from message_detail.domain.seen_events import EventIdentity, SeenEvents, event_digest
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState, merge, merge_observations
from tests.unit.samples import NOW, T0, after, heard, message, observation

WINDOW = 120


def told(state: MessageState, *noted: Noted, now: float = NOW + 60) -> list[tuple[str, str, str | None]]:
    return [(one.step.value, one.at, one.code) for one in read_journal(state, WINDOW, noted, now)]


def seen(*moments: str) -> MessageState:
    events = [EventIdentity(event_digest(at), at, WINDOW) for at in moments]
    return MessageState(seen=SeenEvents.of(events))


def test_a_webhook_that_was_taken_in_was_received_and_queued() -> None:
    assert told(seen(T0)) == [("received", T0, None), ("queued", T0, None)]


def test_what_a_webhook_said_gives_its_moment_to_the_millisecond_once() -> None:
    at = "2026-06-01T12:00:00.250Z"
    event = observation(Status.DELIVERED, at, via=Via.WEBHOOK, confirmed=False)
    state = merge(seen(at), MessageState(events=merge_observations([event])))
    assert told(state) == [("received", at, None), ("queued", at, None)]


def test_an_answer_is_a_try_that_went_well_however_often_the_row_tells_of_it() -> None:
    state = merge(
        heard(message(Status.SENT), after(1), Via.LOOKUP), heard(message(Status.SENT), after(30), Via.REFRESH)
    )
    assert told(state) == [("tried", after(1), "ok"), ("tried", after(30), "ok")]
    vias = [one.via for one in read_journal(state, WINDOW, (), NOW + 60)]
    assert vias == [Via.LOOKUP, Via.REFRESH]


def test_an_answer_that_a_webhook_caused_is_no_webhook_that_came() -> None:
    answered = observation(Status.DELIVERED, after(5), via=Via.WEBHOOK, confirmed=True, confirmed_at=after(5))
    state = merge(seen(T0), MessageState(events=merge_observations([answered])))
    assert told(state) == [("received", T0, None), ("queued", T0, None), ("tried", after(5), "ok")]


def test_what_a_webhook_said_and_an_answer_confirmed_later_is_both() -> None:
    event = observation(Status.DELIVERED, T0, via=Via.WEBHOOK, confirmed=True, confirmed_at=after(5))
    state = MessageState(events=merge_observations([event]))
    assert told(state) == [("received", T0, None), ("queued", T0, None), ("tried", after(5), "ok")]


def test_a_confirmation_that_is_planned_is_queued_for_its_moment() -> None:
    state = merge(heard(message(Status.SENT), T0), MessageState(confirm_at=after(40)))
    assert told(state)[-1] == ("queued", after(40), None)
    confirmed = merge(state, heard(message(Status.SENT), after(41)))
    assert ("queued", after(40), None) not in told(confirmed)


def test_what_was_noted_stands_beside_it_and_says_when_we_were_told() -> None:
    tried = Noted(Entry(Step.TRIED, after(2), after(9), 3, "webhook", "provider_unavailable"), T0)
    dropped = Noted(Entry(Step.DROPPED, after(20), after(20), 1, "webhook", "message_not_found"), T0)
    assert told(MessageState(), tried, dropped) == [
        ("received", T0, None),
        ("queued", T0, None),
        ("tried", after(2), "provider_unavailable"),
        ("dropped", after(20), "message_not_found"),
    ]


def test_a_task_that_nobody_outside_told_of_was_only_queued() -> None:
    dead = Noted(Entry(Step.DEAD, after(2), after(2), 1, "refresh", "provider_refused"), T0)
    assert told(MessageState(), dead) == [("queued", T0, None), ("dead", after(2), "provider_refused")]


def test_of_one_moment_what_comes_first_stands_first() -> None:
    noted = [Noted(Entry(step, T0, T0), T0) for step in reversed(Step)]
    steps = [step for step, _, _ in told(seen(T0), *noted)]
    assert list(dict.fromkeys(steps)) == [step.value for step in Step]


@pytest.mark.parametrize("now", [NOW + KEPT_SECONDS + 1, NOW + 10 * KEPT_SECONDS], ids=["8 days", "long"])
def test_after_seven_days_nothing_is_told(now: float) -> None:
    state = merge(seen(T0), heard(message(Status.SENT), T0))
    assert told(state, Noted(Entry(Step.DUPLICATE, T0, T0, 5, "webhook")), now=now) == []


def test_what_goes_on_until_today_is_told_with_its_beginning() -> None:
    late = NOW + KEPT_SECONDS + 1
    noted = Noted(Entry(Step.DUPLICATE, T0, after(KEPT_SECONDS), 5, "webhook"))
    assert told(MessageState(), noted, now=late) == [("duplicate", T0, None)]
