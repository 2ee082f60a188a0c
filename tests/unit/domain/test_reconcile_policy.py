"""When a message is looked at again by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from message_detail.domain.message import (
    NOT_FETCHED,
    Channel,
    Direction,
    Drift,
    Kind,
    Message,
    Provenance,
    Timestamps,
    Via,
)
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import (
    DAY,
    DEFAULT_PLAN,
    HOUR,
    MINUTE,
    NEVER,
    Plan,
    Schedule,
    gives_up,
    kept_look,
    last_change,
    read_plan,
)
from message_detail.domain.status import Outcome, Status
from message_detail.domain.timeline import MessageState, merge, state_from_answer
from tests.unit.samples import T0, after, message, observation, record


def fetched(known: MessageState, seconds: float) -> MessageState:
    """The record once another fetch, so many seconds after T0, has said the same."""
    return merge(known, MessageState(fetched=(after(seconds), Via.RECONCILE)))


def looks(channel: Channel, status: Status = Status.SENT) -> list[float]:
    """When (seconds after T0) a message that never moves is looked at, each look happening when it is due."""
    known, found = record(status, channel), []
    while (look := Schedule(reports_engagement=False).next_look(known)) is not None:
        found.append(next(s for s in range(0, 400_000, 60) if after(s) == look))
        known = fetched(known, found[-1])
        if gives_up(known, look):
            known = merge(known, MessageState(given_up=look))
    return [float(seconds) for seconds in found]


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL, Channel.WHATSAPP, Channel.UNKNOWN])
def test_looks_grow_apart_to_72_hours(channel: Channel) -> None:
    assert looks(channel) == [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 12 * HOUR, 24 * HOUR, 72 * HOUR]


def incomplete(status: Status) -> MessageState:
    left_out = Drift(path="meta.email.messageIds", problem=NOT_FETCHED, value="E1")
    answer = message(status, Channel.EMAIL, provenance=Provenance(fetched_at=T0, drift=(left_out,)))
    return state_from_answer(NormalizedMessage(answer, (observation(status),)))


def test_what_was_left_out_is_fetched_by_the_next_look_although_the_message_is_final() -> None:
    known, found = incomplete(Status.RECEIVED), []
    while (look := Schedule(reports_engagement=True).next_look(known)) is not None:
        found.append(look)
        known = merge(known, MessageState(fetched=(look, Via.RECONCILE)))
    assert found == [after(interval) for interval in DEFAULT_PLAN.intervals]
    assert Schedule(reports_engagement=True).next_look(record(Status.RECEIVED, Channel.EMAIL)) is None


@pytest.mark.parametrize("channel", [Channel.PUSH, Channel.IN_APP])
def test_a_push_is_given_up_after_an_hour(channel: Channel) -> None:
    assert looks(channel) == [MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR]


@pytest.mark.parametrize("channel", [Channel.VOICE, Channel.VOICEMAIL])
def test_a_call_is_given_up_after_four_hours(channel: Channel) -> None:
    assert looks(channel) == [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 4 * HOUR]


def test_intervals_and_horizons_can_be_set() -> None:
    plan = Plan(intervals=(7.0, 70.0), horizons={Channel.SMS: 50.0}, horizon=500.0)
    known = record(Status.SENT)
    assert Schedule(reports_engagement=False, plan=plan).next_look(known) == after(7)
    assert Schedule(reports_engagement=False, plan=plan).next_look(fetched(known, 7)) == after(50)
    assert not gives_up(known, after(49.999), plan)
    assert gives_up(known, after(50), plan)
    assert not gives_up(record(Status.SENT, Channel.EMAIL), after(499), plan)


def test_a_change_starts_the_intervals_anew() -> None:
    known = fetched(record(Status.QUEUED), 12 * HOUR)
    assert Schedule(reports_engagement=False).next_look(known) == after(24 * HOUR)
    moved = merge(known, record(Status.SENT, at=after(12 * HOUR)))
    assert last_change(moved) == after(12 * HOUR)
    assert Schedule(reports_engagement=False).next_look(moved) == after(12 * HOUR + MINUTE)


def test_the_same_status_seen_again_is_no_change() -> None:
    known = merge(record(Status.SENT), record(Status.SENT, at=after(HOUR)))
    assert last_change(known) == T0


def test_a_message_that_is_to_be_sent_later_is_looked_at_from_then_on() -> None:
    later = message(Status.SCHEDULED, timestamps=Timestamps(scheduled=after(9 * DAY)))
    known = state_from_answer(NormalizedMessage(later, (observation(Status.SCHEDULED),)))
    assert Schedule(reports_engagement=False).next_look(known) == after(9 * DAY + MINUTE)
    assert not gives_up(known, after(9 * DAY + 71 * HOUR))
    assert gives_up(known, after(9 * DAY + 72 * HOUR))


def test_a_look_that_came_late_does_not_repeat_those_that_were_missed() -> None:
    assert Schedule(reports_engagement=False).next_look(fetched(record(Status.SENT), 13 * HOUR)) == after(24 * HOUR)


def test_one_that_should_have_been_given_up_is_looked_at_once_more() -> None:
    assert Schedule(reports_engagement=False).next_look(fetched(record(Status.SENT), 80 * HOUR)) == after(81 * HOUR)


@pytest.mark.parametrize("status", [Status.FAILED, Status.RECEIVED, Status.DELIVERED, Status.BOUNCED])
def test_what_is_final_is_not_looked_at(status: Status) -> None:
    assert Schedule(reports_engagement=False).next_look(record(status)) is None
    assert not gives_up(record(status), after(99 * DAY))


def test_what_was_only_announced_has_no_schedule_of_its_own() -> None:
    announced = MessageState(events={(0, Status.SENT): observation(Status.SENT)})
    assert Schedule(reports_engagement=True).next_look(announced) is None
    assert not gives_up(announced, after(99 * DAY))
    assert Schedule(reports_engagement=True).next_look(fetched(announced, 0)) is None


def test_a_message_without_a_status_has_no_schedule_either() -> None:
    known = state_from_answer(NormalizedMessage(message(Status.SENT), ()))
    assert last_change(known) is None
    assert Schedule(reports_engagement=True).next_look(known) is None
    assert not gives_up(known, after(99 * DAY))


# uncertain outcome


def outcome(known: MessageState) -> Outcome:
    now = known.message
    assert now is not None
    return now.outcome


def test_given_up_is_uncertain_and_no_more_looked_at() -> None:
    known = merge(fetched(record(Status.SENT), 72 * HOUR), MessageState(given_up=after(72 * HOUR)))
    assert outcome(known) is Outcome.UNCERTAIN
    assert Schedule(reports_engagement=True).next_look(known) is None


@pytest.mark.parametrize(
    ("late", "expected"),
    [(Status.DELIVERED, Outcome.SUCCESS), (Status.UNDELIVERED, Outcome.FAILURE), (Status.DEFERRED, Outcome.PENDING)],
)
def test_a_late_answer_undoes_it_in_any_order(late: Status, expected: Outcome) -> None:
    known = merge(record(Status.QUEUED), MessageState(given_up=after(72 * HOUR)))
    answer = record(late, at=after(90 * HOUR))
    assert outcome(merge(known, answer)) is expected
    assert outcome(merge(answer, known)) is expected
    if expected is Outcome.PENDING:
        assert Schedule(reports_engagement=False).next_look(merge(known, answer)) == after(90 * HOUR + MINUTE)


def test_the_status_that_was_known_already_undoes_nothing() -> None:
    known = merge(record(Status.SENT), MessageState(given_up=after(72 * HOUR)))
    assert outcome(merge(known, record(Status.SENT, at=after(90 * HOUR)))) is Outcome.UNCERTAIN


# engagement


def engaged(direction: Direction = Direction.OUTBOUND, status: Status = Status.DELIVERED) -> MessageState:
    answer: Message = message(status, Channel.EMAIL, direction=direction, provenance=Provenance(fetched_at=T0))
    return state_from_answer(NormalizedMessage(answer, (observation(status),)))


def test_a_delivered_message_is_looked_at_daily_for_a_week_where_its_provider_tells_engagement() -> None:
    known, found = engaged(), []
    while (look := Schedule(reports_engagement=True).next_look(known)) is not None:
        found.append(look)
        known = replace(known, fetched=(look, Via.RECONCILE))
    assert found == [after(day * DAY) for day in range(1, 8)]
    assert Schedule(reports_engagement=False).next_look(engaged()) is None


@pytest.mark.parametrize(
    ("direction", "status"),
    [
        (Direction.INBOUND, Status.RECEIVED),
        (Direction.OUTBOUND, Status.FAILED),
        (Direction.UNKNOWN, Status.DELIVERED),
    ],
)
def test_only_what_was_sent_and_arrived_can_be_engaged_with(direction: Direction, status: Status) -> None:
    assert Schedule(reports_engagement=True).next_look(engaged(direction, status)) is None


def test_intervals_and_horizons_are_settings() -> None:
    plan = read_plan('{"intervals": [3600, 60], "horizon": 7200, "horizons": {"sms": 1800}, "engagement_days": 2}')
    assert plan.intervals == (60, 3600)
    assert (plan.horizon, plan.horizons[Channel.SMS], plan.horizons[Channel.PUSH]) == (7200, 1800, HOUR)
    assert plan.engagement_days == 2
    assert read_plan('{"intervals": [0.5, 1]}').intervals == (0.5, 1)
    assert read_plan("") == read_plan("{}") == DEFAULT_PLAN


KEYS = (
    "^RECONCILE_PLAN: must be a JSON object with keys of intervals, horizons, horizon, engagement_interval, "
    "engagement_days, media_intervals$"
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no JSON", "Expecting"),
        ("[]", KEYS),
        ('{"interval": [60]}', KEYS),
        ('{"intervals": ["60"]}', "^RECONCILE_PLAN: every number must be above 0$"),
        ('{"horizon": 0}', "^RECONCILE_PLAN: every number must be above 0$"),
        ('{"horizons": {"fax": 60}}', "fax"),
    ],
)
def test_a_plan_of_no_use_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_plan(text)


def test_a_schedule_is_an_account_s_plan() -> None:
    empty = message(Status.RECEIVED, direction=Direction.INBOUND, kind=Kind.MESSAGE)
    inbound = state_from_answer(NormalizedMessage(empty, (observation(Status.RECEIVED),)))
    plan = Plan(intervals=(7.0,), engagement_interval=70.0, media_intervals=(5.0,))
    assert Schedule(plan).next_look(record(Status.SENT)) == after(7)
    assert Schedule(plan).next_look(inbound) == after(5)
    assert Schedule(plan, media=False).next_look(inbound) is None
    assert Schedule(plan).next_look(engaged()) is None
    assert Schedule(plan, reports_engagement=True).next_look(engaged()) == after(70)
    assert NEVER.next_look(inbound) is None


@pytest.mark.parametrize("channel", Channel)
def test_the_end_that_is_told_is_the_last_look(channel: Channel) -> None:
    schedule = Schedule()
    assert schedule.ends(record(Status.SENT, channel)) == after(looks(channel)[-1])
    assert schedule.ends(record(Status.DELIVERED, channel)) is None
    assert schedule.ends(MessageState()) is None


def test_the_end_of_looks_for_parts_files_and_engagement_is_that_of_their_last() -> None:
    assert Schedule().ends(incomplete(Status.RECEIVED)) == after(DEFAULT_PLAN.intervals[-1])
    delivered = message(Status.DELIVERED, direction=Direction.OUTBOUND)
    known = state_from_answer(NormalizedMessage(delivered, (observation(Status.DELIVERED),)))
    assert Schedule(reports_engagement=True).ends(known) == after(7 * DAY)
    mute = message(Status.RECEIVED, Channel.MMS, direction=Direction.INBOUND)
    silent = state_from_answer(NormalizedMessage(mute, (observation(Status.RECEIVED),)))
    assert Schedule().ends(silent) == after(DEFAULT_PLAN.media_intervals[-1])
    assert Schedule(media=False).ends(silent) is None
    both = incomplete(Status.DELIVERED)
    assert both.details is not None
    sent = both.details.message.model_copy(update={"direction": Direction.OUTBOUND})
    engaged = state_from_answer(NormalizedMessage(sent, (observation(Status.DELIVERED),)))
    assert Schedule(reports_engagement=True).ends(engaged) == after(7 * DAY)


@pytest.mark.parametrize(
    ("planned", "look", "kept"),
    [
        (60.0, 75.0, 60.0),
        (75.0, 75.0, 75.0),
        (14.0, 75.0, 75.0),
        (15.0, 75.0, 75.0),
        (90.0, 75.0, 75.0),
        (None, 75.0, 75.0),
        (60.0, None, None),
    ],
    ids=["after the fetch", "the same", "before the fetch", "at it", "later", "none so far", "none any more"],
)
def test_a_look_that_also_makes_up_for_a_confirming_fetch_is_not_moved(
    planned: float | None, look: float | None, kept: float | None
) -> None:
    awaiting = merge(record(Status.SENT), MessageState(confirm_at=after(15)))
    times = [after(seconds) if seconds is not None else None for seconds in (planned, look, kept)]
    assert kept_look(times[0], times[1], awaiting) == times[2]


def test_where_no_fetch_is_awaited_a_look_is_where_the_plan_has_it() -> None:
    assert kept_look(after(60), after(75), record(Status.SENT)) == after(75)
    confirmed = merge(record(Status.SENT), MessageState(confirm_at=after(15), confirmed_for=after(15)))
    assert kept_look(after(60), after(75), confirmed) == after(75)
