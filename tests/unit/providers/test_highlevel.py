"""HighLevel's statuses, row by row. Vendor page: "Get message by message id", marketplace.gohighlevel.com."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.message import Engaged
from tests.unit.providers.highlevel_case import ADDED, EMAIL_ID, message, normalized, problems, raw, raw_email


@pytest.mark.parametrize(
    ("native", "outbound", "inbound"),
    [
        ("pending", "queued", "queued"),
        ("queued", "queued", "queued"),
        ("scheduled", "scheduled", "scheduled"),
        ("sent", "sent", "sent"),
        ("read", "read", "read"),
        ("delivered", "delivered", "received"),
        ("failed", "failed", "failed"),
        ("undelivered", "undelivered", "undelivered"),
        ("opened", "delivered", "received"),
        ("clicked", "delivered", "received"),
        ("connected", "delivered", "received"),
        ("completed", "delivered", "received"),
        ("voicemail", "delivered", "received"),
        ("opt_out", "rejected", "rejected"),
        (" Delivered ", "delivered", "received"),
    ],
)
def test_statuses(native: str, outbound: str, inbound: str) -> None:
    for direction, status in (("outbound", outbound), ("inbound", inbound)):
        found = normalized(raw(status=native, direction=direction))
        assert (found.message.status, found.message.status_native) == (status, native)
        assert [observation.status for observation in found.observations] == [status]
        assert problems(found.message) == {}


@pytest.mark.parametrize(
    ("native", "outbound", "inbound"),
    [
        ("answered", "delivered", "received"),
        ("completed", "delivered", "received"),
        ("voicemail", "delivered", "received"),
        ("busy", "undelivered", "undelivered"),
        ("no-answer", "undelivered", "undelivered"),
        ("canceled", "canceled", "canceled"),
        ("failed", "failed", "failed"),
        ("pending", "queued", "queued"),
    ],
)
def test_call_statuses(native: str, outbound: str, inbound: str) -> None:
    for direction, status in (("outbound", outbound), ("inbound", inbound)):
        for places in ({"meta": {"callStatus": native}, "status": "delivered"}, {"status": native}):
            found = message(messageType="TYPE_CALL", direction=direction, **places)
            assert (found.status, found.status_native) == (status, native)
            assert found.call is not None
            assert found.call.outcome == native


def test_the_call_status_comes_first_and_the_status_is_kept() -> None:
    found = message(messageType="TYPE_CALL", status="completed", meta={"callStatus": "voicemail"})
    assert (found.status, found.status_native, found.extensions["status"]) == ("delivered", "voicemail", "completed")
    missed = message(messageType="TYPE_CALL", status="completed", meta={"callStatus": "no-answer"})
    assert missed.status == "undelivered"


def test_an_unknown_call_status_claims_nothing() -> None:
    found = message(messageType="TYPE_CALL", status="completed", meta={"callStatus": "teleported"})
    assert (found.status, found.status_native) == ("unknown", "teleported")
    assert problems(found) == {"meta.callStatus": "unknown_value"}


def test_a_call_status_is_no_status_of_an_sms() -> None:
    assert message(status="sent", meta={"callStatus": "completed"}).status == "sent"


@pytest.mark.parametrize(
    ("native", "category", "permanence"),
    [
        ("failed", "unknown", "unknown"),
        ("undelivered", "unknown", "unknown"),
        ("opt_out", "opted_out", "permanent"),
        ("busy", "busy", "temporary"),
        ("no-answer", "no_answer", "temporary"),
        ("canceled", "canceled", "unknown"),
    ],
)
def test_failures(native: str, category: str, permanence: str) -> None:
    failure = message(status=native, error="Unreachable").failure
    assert failure is not None
    assert (failure.category, failure.permanence, failure.message) == (category, permanence, "Unreachable")
    assert message(status=native).status_reason is None


@pytest.mark.parametrize("native", ["sent", "delivered", "read", "pending", "teleported", ...])
def test_no_failure_without_a_failed_status(native: Any) -> None:
    found = message(status=native, error="a warning")
    assert (found.failure, found.status_reason) == (None, "a warning")


@pytest.mark.parametrize("type_", ["TYPE_EMAIL", "TYPE_WHATSAPP"])
def test_opened_and_clicked_are_engagement_and_not_read(type_: str) -> None:
    opened = message(messageType=type_, status="opened")
    assert (opened.status, opened.engagement.opened, opened.engagement.clicked) == ("delivered", Engaged(), None)
    clicked = message(messageType=type_, status="clicked")
    assert (clicked.status, clicked.engagement.opened, clicked.engagement.clicked) == ("delivered", None, Engaged())


def test_an_opt_out_is_a_refusal_except_on_email() -> None:
    sms = message(status="opt_out")
    assert (sms.status, sms.engagement.opted_out, sms.engagement.unsubscribed) == ("rejected", Engaged(), None)
    email = message(messageType="TYPE_EMAIL", status="opt_out")
    assert (email.status, email.status_native, email.failure) == ("delivered", "opt_out", None)
    assert (email.engagement.opted_out, email.engagement.unsubscribed) == (None, Engaged())


@pytest.mark.parametrize(
    ("type_", "drift"),
    [
        ("TYPE_ACTIVITY_CONTACT", {}),
        ("TYPE_FORM_SUBMISSION", {}),
        ("TYPE_FACEBOOK_COMMENT", {}),
        ("TYPE_INTERNAL_COMMENT", {}),
        ("TYPE_SMS", {"status": "missing"}),
        ("TYPE_CALL", {"status": "missing"}),
        ("TYPE_EMAIL", {"status": "missing"}),
    ],
)
@pytest.mark.parametrize("absent", [..., None, ""])
def test_an_absent_status_is_unknown(type_: str, drift: dict[str, str], absent: Any) -> None:
    found = message(messageType=type_, status=absent)
    assert (found.status, found.status_native, found.final) == ("unknown", None, False)
    assert problems(found) == drift


def test_the_status_of_the_email_counts_beside_that_of_the_message() -> None:
    email = raw_email(EMAIL_ID, status="undelivered")
    usual = {"messageType": "TYPE_EMAIL", "_email": email}
    assert message(status=..., **usual).status == "undelivered"
    told = message(status="opened", **usual)
    assert (told.status, told.extensions["_email"]["status"]) == ("undelivered", "undelivered")
    assert told.engagement.opened is not None


def test_when_an_inbound_message_arrived_is_known_and_nothing_else() -> None:
    (arrived,) = normalized(raw(direction="inbound", status="delivered", dateAdded=ADDED)).observations
    assert (arrived.occurred_at, arrived.epoch) == (ADDED, 0)
    (sent,) = normalized(raw(status="delivered", dateAdded=ADDED, dateUpdated=ADDED)).observations
    assert sent.occurred_at is None
