"""Cellcast's webhooks: hints without a signature, in the current shape; the legacy one is told apart."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.errors import InvalidRequest
from message_detail.providers.base.webhook import HINT_WINDOW_SECONDS, Event
from message_detail.testing.schemes import read
from tests.unit.webhooks.schemes.cellcast import BASIC as SCHEME

SENT = {"_id": "6a1c0de5f0aa11bb22cc33dd", "status": "delivered", "type": "send", "receiver": "+61491570156"}
REPLY = {"_id": "6a1c0de5f0aa11bb22cc33de", "status": "delivered", "type": "receive", "message": "Yes please"}
LEGACY = {
    "from": "61491570156",
    "body": "Yes please",
    "received_at": "2026-05-04 09:15:00",
    "message_id": "",
    "custom_string": "order-1001",
    "type": "SMS",
}


@pytest.mark.parametrize("body", [SENT, REPLY], ids=["send", "receive"])
def test_event_is_told_apart_by_id_type_and_status(body: dict[str, str]) -> None:
    event = read(SCHEME, body)
    assert event.message_ids == (body["_id"],)
    assert event.event_id == f"{body['_id']}:{body['type']}:delivered"
    assert read(SCHEME, {**body, "status": "failed"}).event_id == f"{body['_id']}:{body['type']}:failed"


def test_hint_never_sets_a_status() -> None:
    """Whoever knows the secret could, otherwise, set any status of any message for good."""
    for status in ("delivered", "failed", "received", "dead"):
        assert read(SCHEME, {**SENT, "status": status}).observed is None


@pytest.mark.parametrize("lacking", ["status", "type"])
def test_event_without_a_part_of_its_key_is_told_apart_by_its_bytes(lacking: str) -> None:
    event = read(SCHEME, {key: value for key, value in SENT.items() if key != lacking})
    assert event == Event(message_ids=("6a1c0de5f0aa11bb22cc33dd",))


@pytest.mark.parametrize(
    "body",
    [
        {"type": "optout", "sender": "+61491570156"},
        {"type": "opt-out"},
        {"event": "OPT_OUT"},
        {"keyword": "Stop "},
        {"type": "unsubscribed"},
    ],
)
def test_opt_out_is_about_no_message(body: dict[str, str]) -> None:
    assert read(SCHEME, body) == Event(ignored="opt_out")


def test_opt_out_that_names_a_message_is_fetched() -> None:
    assert read(SCHEME, {"_id": "m1", "type": "optout", "keyword": "STOP"}).message_ids == ("m1",)


@pytest.mark.parametrize("kind", ["SMS", "MMS", "stop"])
def test_legacy_inbound_shape_is_refused_and_named(kind: str) -> None:
    with pytest.raises(InvalidRequest, match="legacy") as caught:
        read(SCHEME, {**LEGACY, "type": kind})
    assert caught.value.status == 400
    assert "61491570156" not in caught.value.detail


@pytest.mark.parametrize(
    "body",
    [{"_id": ""}, {"_id": None}, {"_id": ["m1"]}, {"_id": True}, {"_id": 1.5}, {"_id": {"$oid": 5.5}}, {"type": []}],
)
def test_event_without_an_id_is_unreadable(body: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="_id"):
        read(SCHEME, body)


@pytest.mark.parametrize(
    "body", [b"null", b"5", b'"c1"', b"true", b'["c1"]', b"[null]", b"[[5]]", b"", b"{", b"_id=c1"]
)
def test_body_that_is_no_event_is_unreadable(body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        read(SCHEME, body)


# --- other shapes


@pytest.mark.parametrize(
    "key",
    ["_id", "id", "ID", "Id", "MessageId", "message_id", "messageId", "messageID", "MESSAGE_ID", "message-id", "msgId"],
)
def test_id_is_read_under_the_names_that_gateways_give_it(key: str) -> None:
    assert read(SCHEME, {key: "c1"}) == Event(message_ids=("c1",))
    assert read(SCHEME, {key: "c1", "type": "send", "status": "sent"}).event_id == "c1:send:sent"


def test_id_of_the_message_comes_before_that_of_the_event() -> None:
    assert read(SCHEME, {"id": "evt1", "messageId": "c1"}).message_ids == ("c1",)
    assert read(SCHEME, {"id": "evt1", "data": {"_id": "c1"}}).message_ids == ("c1",)
    assert read(SCHEME, {"messageId": "c2", "_id": "c1"}).message_ids == ("c1",)
    assert read(SCHEME, {"id": "c1", "data": {"status": "sent"}}).message_ids == ("c1",)


@pytest.mark.parametrize("value", [17, 700551909773148160, {"$oid": "17"}])
def test_id_may_be_a_whole_number_or_an_object_id(value: Any) -> None:
    assert read(SCHEME, {"_id": value}).message_ids == (str(value["$oid"] if isinstance(value, dict) else value),)


@pytest.mark.parametrize(
    "body",
    [
        [{"_id": "c1", "status": "delivered"}, {"_id": "c2", "status": "failed"}],
        {"data": [{"_id": "c1"}, {"_id": "c2"}]},
        {"messages": [{"_id": "c1"}, {"id": "c2"}]},
        {"Messages": [{"MessageId": "c1"}, {"message_id": "c2"}]},
        {"payload": {"data": [{"_id": "c1"}, {"_id": "c2"}]}},
        {"events": [{"data": {"_id": "c1"}}, {"data": {"_id": "c2"}}]},
        [[{"_id": "c1"}], [{"_id": "c2"}]],
        [{"_id": "c1"}, {"_id": "c2"}, {"_id": "c1"}, {}],
        [{"_id": "c1"}, {"type": "optout"}, {"_id": "c2"}],
        {"payload": '[{"_id":"c1"},{"_id":"c2"}]'},
        {"message_ids": ["c1", "c2"]},
        {"data": {"messages": {"items": [{"_id": "c1"}, {"_id": "c2"}]}}},
    ],
    ids=str,
)
def test_every_event_of_a_list_is_taken_however_it_is_wrapped(body: Any) -> None:
    event = read(SCHEME, body)
    assert tuple(dict.fromkeys(event.message_ids)) == ("c1", "c2")
    assert (event.ignored, event.unread, event.event_id) == (None, 0, None)


@pytest.mark.parametrize("name", ["data", "payload", "message", "event", "Data", "PAYLOAD"])
def test_one_wrapped_event_is_the_same_as_a_bare_one(name: str) -> None:
    assert read(SCHEME, {name: SENT}) == read(SCHEME, SENT)
    assert read(SCHEME, {"type": "send", "data": {"_id": "c1", "status": "sent"}}).event_id == "c1:send:sent"
    assert read(SCHEME, [SENT]) == read(SCHEME, SENT)


@pytest.mark.parametrize(
    "body",
    [{}, [], [{}], [{}, {}], [[]], {"data": {}}, {"data": []}, {"messages": []}, {"payload": None}, {"data": ""}],
)
def test_empty_delivery_is_a_trial_about_no_message(body: Any) -> None:
    assert read(SCHEME, body) == Event(ignored="no_message")


@pytest.mark.parametrize(
    "body", [{"type": "ping"}, {"event": "webhook.test"}, {"type": "TEST"}, {"event": "ping", "data": {}}]
)
def test_trial_that_says_so_is_about_no_message(body: Any) -> None:
    assert read(SCHEME, body) == Event(ignored="test")


@pytest.mark.parametrize(
    "bad",
    ["c9", None, 5, {"_id": ""}, {"_id": True}, {"status": "sent"}, LEGACY, {"_id": "a\ufffe"}, {"_id": 1e30}],
    ids=ascii,
)
def test_event_that_cannot_be_read_is_counted_and_the_others_are_taken(bad: Any) -> None:
    event = read(SCHEME, {"data": [SENT, bad, REPLY, bad]})
    assert event.message_ids == (SENT["_id"], REPLY["_id"])
    assert event.unread == 2
    with pytest.raises(InvalidRequest):
        read(SCHEME, [bad, bad])


def test_a_thousand_events_are_taken_and_more_are_refused() -> None:
    many = [{"_id": f"c{number}"} for number in range(1_000)]
    assert len(read(SCHEME, many).message_ids) == 1_000
    with pytest.raises(InvalidRequest, match="more than 1000 events"):
        read(SCHEME, [*many, {"_id": "c1"}])


def test_wrapping_without_end_is_unreadable() -> None:
    body: Any = {"_id": "c1"}
    for _ in range(90):
        body = {"data": body}
    with pytest.raises(InvalidRequest, match="_id"):
        read(SCHEME, body)


def test_same_event_counts_as_one_for_a_short_while_only() -> None:
    assert SCHEME.webhook.window_seconds == HINT_WINDOW_SECONDS
    assert SCHEME.webhook.busy_status == 503
