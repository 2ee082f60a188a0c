"""Cellcast's webhooks: hints without a signature, in the current shape; the legacy one is told apart."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.errors import InvalidRequest
from message_detail.webhook import HINT_WINDOW_SECONDS, Event
from tests.unit.webhooks.schemes import CELLCAST, read

SCHEME = CELLCAST[1]
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
    "body", [{}, {"_id": ""}, {"_id": None}, {"_id": 17, "type": "send"}, {"_id": ["m1"]}, {"id": "m1"}, {"type": []}]
)
def test_event_without_an_id_is_unreadable(body: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="_id"):
        read(SCHEME, body)


def test_same_event_counts_as_one_for_a_short_while_only() -> None:
    assert SCHEME.webhook.window_seconds == HINT_WINDOW_SECONDS
    assert SCHEME.webhook.busy_status == 503
