"""Samva's webhooks of both generations: which events are about a message, and what status they tell."""

from __future__ import annotations

import time
from typing import Any

import pytest

from message_detail.domain.errors import InvalidRequest
from message_detail.domain.status import Status
from message_detail.domain.times import from_epoch
from message_detail.providers.base.webhook import SIGNED_WINDOW_SECONDS, Event, Observed
from message_detail.providers.samva.words import settled
from message_detail.testing import Scheme
from message_detail.testing.schemes import read
from tests.unit.webhooks.cloud import Cloud
from tests.unit.webhooks.schemes.samva import SAMVA_2, SAMVA_3

NOW = time.time()
STAMP = from_epoch(NOW)
EVENT_3 = "whevt_0000000000000001"

both = pytest.mark.parametrize("scheme", [SAMVA_2, SAMVA_3], ids=str)


def gen2(event: Any = "message.delivered", **changes: Any) -> Event:
    """An event of generation 2."""
    body = {"event": event, "messageId": "m1", "timestamp": STAMP, "data": {"status": "delivered"}, **changes}
    return read(SAMVA_2, body, time.time())


def gen3(event: Any = "message.received", **data: Any) -> Event:
    """An event of generation 3."""
    return read(SAMVA_3, {"type": event, "timestamp": STAMP, "data": {"messageId": "m1", **data}}, time.time())


def test_generation_2() -> None:
    event = gen2()
    assert event.message_ids == ("m1",)
    assert event.event_id == "m1:message.delivered"
    assert event.observed == Observed(Status.DELIVERED, "delivered", STAMP)


def test_generation_3() -> None:
    assert gen3() == Event(message_ids=("m1",), event_id=EVENT_3, observed=Observed(Status.RECEIVED, "received", STAMP))


def test_the_time_of_a_status_is_its_own_where_told_else_that_of_the_event() -> None:
    assert gen2().observed == Observed(Status.DELIVERED, "delivered", STAMP)
    told = gen2(data={"deliveredAt": "2026-05-04T09:15:03Z", "sentAt": "2026-05-04T09:15:01Z"}).observed
    assert told == Observed(Status.DELIVERED, "delivered", "2026-05-04T09:15:03.000Z")


def test_queued_is_no_observation_since_the_message_may_wait_for_its_time() -> None:
    for event in (gen2("message.queued", data={"status": "queued"}), gen3("message.pending")):
        assert event.message_ids == ("m1",)
        assert event.observed is None


def test_try_with_a_new_time_says_the_same() -> None:
    first, again = gen2(), gen2(timestamp=from_epoch(NOW - 60))
    assert first.digest is not None
    assert (first.event_id, first.digest) == (again.event_id, again.digest)


def test_same_event_with_other_data_does_not_say_the_same() -> None:
    first, other = gen2(), gen2(data={"status": "delivered", "providerMessageId": "up-0002"})
    assert first.event_id == other.event_id
    assert first.digest != other.digest


def test_other_event_of_the_same_message_is_another() -> None:
    assert gen2("message.sent").event_id != gen2("message.delivered").event_id


@both
@pytest.mark.parametrize(
    "event",
    ["contact.created", "contact.updated", "conversation.started", "conversation.ended", "webhook.test", "message"],
)
def test_other_events_are_ignored(scheme: Scheme, event: str) -> None:
    name = "event" if scheme is SAMVA_2 else "type"
    assert read(scheme, {name: event, "messageId": "m1"}) == Event(ignored="event_not_about_messages")


@pytest.mark.parametrize("event", ["MESSAGE.DELIVERED", "Message.Delivered ", "message.Delivered"])
def test_an_event_is_known_in_any_case(event: str) -> None:
    found = gen2(event)
    assert found.message_ids == ("m1",)
    assert found.observed is not None
    assert found.observed.status is Status.DELIVERED


@both
def test_the_id_may_be_written_with_an_underscore(scheme: Scheme) -> None:
    name = "event" if scheme is SAMVA_2 else "type"
    assert read(scheme, {name: "message.sent", "data": {"message_id": "m1"}}).message_ids == ("m1",)


@both
@pytest.mark.parametrize("message_id", [None, "", 17, [], {}])
def test_message_event_without_an_id_is_unreadable(scheme: Scheme, message_id: Any) -> None:
    name = "event" if scheme is SAMVA_2 else "type"
    for data in ({"messageId": message_id}, "data", None, ["m1"]):
        with pytest.raises(InvalidRequest, match="messageId"):
            read(scheme, {name: "message.sent", "messageId": message_id, "data": data})


@both
@pytest.mark.parametrize("event", [None, "", 17, ["message.sent"]])
def test_body_without_an_event_is_unreadable(scheme: Scheme, event: Any) -> None:
    with pytest.raises(InvalidRequest, match="event"):
        read(scheme, {"event": event, "type": event, "messageId": "m1"})


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ("message.sent", Status.SENT),
        ("message.delivered", Status.DELIVERED),
        ("message.read", Status.READ),
        ("message.failed", Status.FAILED),
        ("message.bounced", Status.BOUNCED),
        ("message.received", Status.RECEIVED),
    ],
)
def test_name_of_the_event_comes_before_the_status_in_data(event: str, status: Status) -> None:
    told = gen2(event, data={"status": "pending"}).observed
    assert told == Observed(status, event.removeprefix("message."), STAMP)
    told = gen3(event, status="pending").observed
    assert told == Observed(status, event.removeprefix("message."), STAMP)


def test_status_in_data_counts_where_the_name_tells_none() -> None:
    assert gen2("message.updated", data={"status": " Bounced "}).observed == Observed(Status.BOUNCED, "Bounced", STAMP)


@pytest.mark.parametrize("status", ["teleported", "", None, 7, {}])
def test_unknown_word_is_no_observation(status: Any) -> None:
    """The fetch reports it as drift."""
    event = gen2("message.teleported", data={"status": status})
    assert event.message_ids == ("m1",)
    assert event.observed is None


def test_direction_settles_the_status_where_it_is_told() -> None:
    for word in ("message.delivered", "message.read"):
        told = gen3(word, direction="inbound").observed
        assert told is not None
        assert told.status is Status.RECEIVED
    told = gen3("message.received", direction="outbound").observed
    assert told is not None
    assert told.status is Status.SENT


def test_reading_what_came_in_is_not_the_recipients_reading() -> None:
    assert settled(Status.READ, "inbound") is Status.RECEIVED
    assert settled(Status.READ, "outbound") is Status.READ


def test_keys_live_as_long_as_an_event_is_accepted() -> None:
    assert SAMVA_2.webhook.window_seconds == SIGNED_WINDOW_SECONDS
    assert SAMVA_2.webhook.busy_status == 503


def test_a_try_with_a_new_time_is_a_duplicate(cloud: Cloud) -> None:
    cloud.put_account(SAMVA_2)
    for seconds in (0, 60, 120):
        cloud.post("samva", SAMVA_2.signed(at=time.time() - seconds))
    first, *others = cloud.tasks("samva")
    assert [task["event"] for task in others] == [first["event"]] * 2
