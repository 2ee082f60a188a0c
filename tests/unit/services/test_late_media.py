"""What came in with neither text nor file is looked at again, at every provider: after 10 s, a minute, 10 minutes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from message_detail.domain.message import (
    Attachment,
    Body,
    Channel,
    Direction,
    Kind,
    Message,
    Provenance,
    Timestamps,
    Via,
)
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import (
    MEDIA_CHANNELS,
    Plan,
    awaits_media,
    next_look,
    next_look_for_media,
    read_plan,
)
from message_detail.domain.status import Status
from message_detail.domain.timeline import merge, state_from_answer
from message_detail.domain.times import add_seconds
from message_detail.providers.base.provider import Context, Document
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.conftest import TABLE, Clock
from tests.unit.providers import highlevel_case
from tests.unit.providers.cases import CASES
from tests.unit.samples import T0, message, observation
from tests.unit.services.test_messages import World

EMPTY = {"direction": Direction.INBOUND, "kind": Kind.MESSAGE}


def inbound(channel: Channel = Channel.WHATSAPP, **changes: Any) -> Message:
    return message(Status.RECEIVED, channel, **{**EMPTY, **changes})


def record(answer: Message, at: str = T0, via: Via = Via.WEBHOOK) -> Any:
    answer = answer.model_copy(update={"provenance": Provenance(fetched_at=at, via=via)})
    return state_from_answer(NormalizedMessage(answer, (observation(answer.status, at, via=via),)))


def after(seconds: float) -> str:
    return add_seconds(T0, seconds)


@pytest.mark.parametrize("channel", sorted(MEDIA_CHANNELS))
def test_an_empty_message_is_looked_at_thrice_within_ten_minutes(channel: Channel) -> None:
    known, looks = record(inbound(channel)), []
    while (look := next_look(known, reports_engagement=True)) is not None:
        looks.append(look)
        known = merge(known, record(inbound(channel), at=look, via=Via.RECONCILE))
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
    assert awaits_media(inbound(body=Body(text="\u200b\u00a0\ufeff")))
    assert not awaits_media(inbound(body=Body(text="\u200b\U0001f44d")))
    assert not awaits_media(inbound(**changes))
    assert next_look_for_media(record(inbound(**changes))) is None


@pytest.mark.parametrize("channel", sorted(set(Channel) - MEDIA_CHANNELS))
def test_channels_whose_messages_come_whole_are_not_waited_for(channel: Channel) -> None:
    assert not awaits_media(inbound(channel))


def test_the_looks_end_when_the_file_is_there() -> None:
    known = record(inbound())
    whole = inbound(attachments=(Attachment(url="https://media.example.com/1.jpg"),))
    assert next_look_for_media(merge(known, record(whole, at=after(10)))) is None


def test_a_list_s_message_of_long_ago_is_not_waited_for() -> None:
    old = inbound(timestamps=Timestamps(received=after(-86_400)))
    new = inbound(timestamps=Timestamps(received=after(-5)))
    assert next_look_for_media(record(old, via=Via.SYNC)) is None
    assert next_look_for_media(record(new, via=Via.SYNC)) == after(10)
    assert next_look_for_media(record(old, via=Via.WEBHOOK)) == after(10), "providers' own times may be anything"


def test_a_late_answer_makes_no_look_in_the_past() -> None:
    known = merge(record(inbound()), record(inbound(), at=after(45)))
    assert next_look_for_media(known) == after(60)
    known = merge(known, record(inbound(), at=after(3_600)))
    assert next_look_for_media(known) is None


def test_the_intervals_are_a_setting() -> None:
    plan = read_plan('{"media_intervals": [30, 5]}')
    assert plan.media_intervals == (5, 30)
    assert plan.intervals == Plan().intervals
    assert next_look_for_media(record(inbound()), plan) == after(5)
    with pytest.raises(ValueError, match="above 0"):
        read_plan('{"media_intervals": [0]}')


@pytest.mark.parametrize("provider", CASES)
def test_an_empty_message_of_every_provider_is_known_for_one(provider: str) -> None:
    assert [answer.direction for answer in CASES[provider].without_media if not awaits_media(answer)] == []


def test_highlevel_s_photo_is_there_after_the_first_look() -> None:
    photo = {"type": 19, "messageType": "WhatsApp", "direction": "inbound", "body": "", "status": "delivered"}
    known = record(highlevel_case.message(**photo))
    assert next_look(known, reports_engagement=False) == after(10)
    whole = highlevel_case.message(**photo, attachments=["https://media.example.com/1.jpg"])
    known = merge(known, record(whole, at=after(10)))
    assert next_look(known, reports_engagement=False) is None


@pytest.fixture
def world(dynamodb: Any, s3: Any, clock: Clock, request: pytest.FixtureRequest) -> World:
    """A service whose provider's messages come in without anything."""
    world = World(dynamodb, s3, clock, f"media-{abs(hash(request.node.nodeid))}"[:64])

    def normalize(document: Document, context: Context) -> NormalizedMessage:
        found = PROVIDER.normalize(document, context)
        return NormalizedMessage(found.message.model_copy(update={**EMPTY, "body": Body()}), found.observations)

    world.service.gateway.provider = replace(PROVIDER, normalize=normalize)
    return world


def test_a_task_tells_when_the_next_look_is_due_and_the_index_knows_it_too(world: World, dynamodb: Any) -> None:
    done = world.service.process(world.task(), 10)
    assert done.media_look_at == after(10)
    (due,) = dynamodb.scan(TableName=TABLE, IndexName="due")["Items"]
    assert due["due_at"]["S"] == after(10)


def test_an_account_whose_content_is_not_stored_waits_for_none(world: World) -> None:
    object.__setattr__(world.account, "store_content", "none")
    assert world.service.process(world.task(), 10).media_look_at is None


def test_a_look_that_was_made_meanwhile_costs_no_call(world: World, clock: Clock) -> None:
    world.service.process(world.task(), 10)
    clock.now += 10
    look = world.task(via="reconcile", received_at=after(10))
    clock.now += 0.1
    world.service.process(world.task(via="refresh"), 10)
    calls = world.calls
    done = world.service.process(look, 10)
    assert (done.spared, done.media_look_at) == (True, None)
    assert world.calls == calls
