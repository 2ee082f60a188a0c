"""What came in with neither text nor file is looked at again: after 10 s, a minute, 10 minutes."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.message import Attachment, Body, Channel, Direction, Kind, Message, Timestamps, Via
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import (
    MEDIA_CHANNELS,
    Plan,
    Schedule,
    awaits_media,
    next_look_for_media,
    read_plan,
)
from message_detail.domain.status import Status
from message_detail.domain.timeline import merge, state_from_answer
from tests.unit.samples import T0, after, heard, message


def inbound(channel: Channel = Channel.WHATSAPP, **changes: Any) -> Message:
    return message(Status.RECEIVED, channel, **{"direction": Direction.INBOUND, "kind": Kind.MESSAGE, **changes})


@pytest.mark.parametrize("channel", sorted(MEDIA_CHANNELS))
def test_an_empty_message_is_looked_at_thrice_within_ten_minutes(channel: Channel) -> None:
    known, looks = heard(inbound(channel)), []
    while (look := Schedule(reports_engagement=True).next_look(known)) is not None:
        looks.append(look)
        known = merge(known, heard(inbound(channel), at=look, via=Via.RECONCILE))
    assert looks == [after(10), after(60), after(600)]


@pytest.mark.parametrize(
    "changes",
    [
        {"body": Body(text="Hi")},
        {"body": Body(html="<p>Hi</p>")},
        {"body": Body(preview="Hi")},
        {"attachments": (Attachment(url="https://media.example.com/1.jpg"),)},
        {"direction": Direction.OUTBOUND},
        {"direction": Direction.UNKNOWN},
        {"kind": Kind.REACTION},
        {"kind": Kind.CALL},
        {"kind": Kind.ACTIVITY},
    ],
)
def test_a_message_that_shows_something_is_not_waited_for(changes: dict[str, Any]) -> None:
    assert awaits_media(inbound())
    assert awaits_media(inbound(body=Body(text=" \n", preview="")))
    assert awaits_media(inbound(body=Body(text="\u200b\u00a0\ufeff\x07")))
    assert not awaits_media(inbound(body=Body(text="\u200b\U0001f44d")))
    assert not awaits_media(inbound(**changes))
    assert next_look_for_media(heard(inbound(**changes))) is None


@pytest.mark.parametrize("channel", sorted(set(Channel) - MEDIA_CHANNELS))
def test_channels_whose_messages_come_whole_are_not_waited_for(channel: Channel) -> None:
    assert not awaits_media(inbound(channel))


def test_the_looks_end_when_the_file_is_there() -> None:
    known = heard(inbound())
    whole = inbound(attachments=(Attachment(url="https://media.example.com/1.jpg"),))
    assert next_look_for_media(merge(known, heard(whole, at=after(10)))) is None


def test_a_list_s_message_of_long_ago_is_not_waited_for() -> None:
    old = inbound(timestamps=Timestamps(received=after(-86_400)))
    new = inbound(timestamps=Timestamps(received=after(-5)))
    assert next_look_for_media(heard(old, via=Via.SYNC)) is None
    assert next_look_for_media(heard(new, via=Via.SYNC)) == after(10)
    assert next_look_for_media(heard(old, via=Via.WEBHOOK)) == after(10), "providers' own times may be anything"


@pytest.mark.parametrize("told", ["received", "created", "sent"])
def test_whatever_time_a_list_tells_says_that_a_message_is_old(told: str) -> None:
    for seconds, look in ((-600, after(10)), (-600.001, None)):
        told_at = Timestamps.model_validate({told: after(seconds)})
        assert next_look_for_media(heard(inbound(timestamps=told_at), via=Via.SYNC)) == look


def test_without_intervals_or_without_a_status_there_is_no_look() -> None:
    known = inbound(timestamps=Timestamps(received=T0))
    assert next_look_for_media(heard(known, via=Via.SYNC), Plan(media_intervals=())) is None
    assert next_look_for_media(state_from_answer(NormalizedMessage(known, ()))) is None


def test_a_late_answer_makes_no_look_in_the_past() -> None:
    known = merge(heard(inbound()), heard(inbound(), at=after(45)))
    assert next_look_for_media(known) == after(60)
    known = merge(known, heard(inbound(), at=after(3_600)))
    assert next_look_for_media(known) is None


def test_the_intervals_are_a_setting() -> None:
    plan = read_plan('{"media_intervals": [30, 5]}')
    assert plan.media_intervals == (5, 30)
    assert plan.intervals == Plan().intervals
    assert next_look_for_media(heard(inbound()), plan) == after(5)
    with pytest.raises(ValueError, match="above 0"):
        read_plan('{"media_intervals": [0]}')
