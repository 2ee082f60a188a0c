"""HighLevel's words, types, calls and lists of e-mails in shapes that no page shows."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.message import Channel, Kind
from message_detail.domain.status import Status
from message_detail.providers.base.provider import Response
from message_detail.providers.highlevel.emails import email_ids, read_email
from tests.unit.providers.highlevel_case import listing, message, problems, raw, raw_email


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("missed_call", "no_answer"),
        ("Missed Call", "no_answer"),
        ("abandoned", "no_answer"),
        ("user-busy", "busy"),
        ("rejected", "unknown"),
    ],
)
@pytest.mark.parametrize("place", ["documented", "live"])
def test_a_call_that_reached_nobody_is_undelivered(word: str, category: str, place: str) -> None:
    meta = {"callStatus": word} if place == "documented" else {"call": {"status": word}}
    found = message(messageType="TYPE_CALL", type=1, status="completed", meta=meta)
    assert (found.status, found.failure and found.failure.category) == (Status.UNDELIVERED, category)


@pytest.mark.parametrize(
    "call",
    [
        "no-answer",
        [{"status": "no-answer"}],
        [{"status": "completed", "duration": 3}, {"status": "no-answer", "duration": 0}],
    ],
    ids=repr,
)
def test_what_is_told_of_a_call_may_be_a_word_or_a_list(call: Any) -> None:
    """Else the message's own word stands, by which a missed call is completed."""
    found = message(messageType="TYPE_CALL", type=1, status="completed", meta={"call": call})
    assert found.call is not None
    assert (found.status, found.call.outcome) == (Status.UNDELIVERED, "no-answer")
    assert found.extensions["meta"]["call"] == call
    assert problems(found)


@pytest.mark.parametrize(
    "call", [[], [None], ["x"], 7, True, [{"status": ["busy"], "duration": "soon"}], [{"status": "what"}]], ids=repr
)
def test_what_tells_nothing_of_a_call_fails_nothing(call: Any) -> None:
    assert message(messageType="TYPE_CALL", type=1, status="completed", meta={"call": call}).kind is Kind.CALL


@pytest.mark.parametrize("blank", ["  ", "\n", "\u00a0"])
def test_a_blank_word_is_none(blank: str) -> None:
    found = message(direction="inbound", status=blank)
    assert (found.status, problems(found)) == (Status.RECEIVED, {})


@pytest.mark.parametrize(
    ("word", "number", "channel", "kind"),
    [
        (None, 2.0, Channel.SMS, Kind.MESSAGE),
        ("2", None, Channel.SMS, Kind.MESSAGE),
        ("19", 2, Channel.WHATSAPP, Kind.MESSAGE),
        ("ActivityContact", None, Channel.OTHER, Kind.ACTIVITY),
        ("TYPE_WHATSAPP_CALL", None, Channel.WHATSAPP, Kind.CALL),
        ("TYPE_VIDEO_CALL", None, Channel.VOICE, Kind.CALL),
        ("TYPE_CALLBACK_SMS", None, Channel.SMS, Kind.MESSAGE),
    ],
)
def test_types_in_odd_spellings(word: Any, number: Any, channel: Channel, kind: Kind) -> None:
    found = message(messageType=word, type=number)
    assert (found.channel, found.kind) == (channel, kind)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("accepted", Status.QUEUED),
        ("processed", Status.SENDING),
        ("Temporary Failure", Status.DEFERRED),
        ("permanent_fail", Status.BOUNCED),
        ("dropped", Status.REJECTED),
        ("suppressed", Status.REJECTED),
        ("blocked", Status.REJECTED),
        ("open", Status.DELIVERED),
        ("click", Status.DELIVERED),
        ("spam_report", Status.DELIVERED),
        ("error", Status.FAILED),
    ],
)
def test_words_of_mail_services_are_known(word: str, status: Status) -> None:
    found = message(messageType="TYPE_EMAIL", type=3, status=None, _email=raw_email(status=word))
    assert (found.status, problems(found)) == (status, {})
    engaged = {"open": found.engagement.opened, "click": found.engagement.clicked}
    assert all((word == name) == (value is not None) for name, value in engaged.items())
    assert (found.engagement.complained is not None) == (word == "spam_report")


@pytest.mark.parametrize("direction", ["incoming", "in", "INBOUND"])
def test_an_emails_direction_in_any_spelling(direction: str) -> None:
    found = message(messageType="TYPE_EMAIL", type=3, _email=raw_email(direction=direction))
    assert found.direction == "inbound"


@pytest.mark.parametrize(
    "meta",
    [
        {"email": {"messageIds": [{"id": "E1"}, {"_id": "E2"}]}},
        {"email": {"messageIds": [["E1"], ["E2"]]}},
        {"email": {"messageIds": "E1, E2"}},
        {"email": {"messageIds": [" E1", None, "E2 ", "E1"]}},
        {"messageIds": ["E1", "E2"]},
    ],
    ids=repr,
)
def test_the_ids_of_a_threads_emails_in_odd_shapes(meta: Any) -> None:
    assert email_ids(raw(messageType="TYPE_EMAIL", type=3, meta=meta)) == ["E1", "E2"]


def test_ids_nested_without_end_are_none() -> None:
    nested: Any = "E1"
    for _ in range(50):
        nested = [nested]
    assert email_ids(listing(nested)) == []


@pytest.mark.parametrize("wrapper", ["emailMessage", "email", "message", "data", "result"])
@pytest.mark.parametrize("single", [True, False])
def test_an_email_in_a_wrapper(wrapper: str, single: bool) -> None:
    email = raw_email()
    assert read_email(Response(200, {}, {wrapper: email if single else [email]})) == email


@pytest.mark.parametrize(
    "body", [{"emailMessage": None}, {"emailMessage": []}, {"success": True}, {"id": ""}], ids=repr
)
def test_an_answer_without_an_email_is_none(body: Any) -> None:
    """Else it would be shown in the place of the e-mails that are there."""
    assert read_email(Response(200, {}, body)) is None


ONE, OTHER = "https://files.example.com/a.pdf", "https://files.example.com/b.pdf"


@pytest.mark.parametrize(
    "told",
    [f"{ONE}, {OTHER}", f"{ONE},{OTHER}", f" {ONE}\n{OTHER}", [f"{ONE};{OTHER}"]],
    ids=["blank", "comma", "line", "list"],
)
def test_a_text_of_several_links_is_several_attachments(told: object) -> None:
    found = message(attachments=told)
    assert ([file.url for file in found.attachments], problems(found)) == ([ONE, OTHER], {})
    assert found.extensions["attachments"] == told


@pytest.mark.parametrize(
    "link", [f"{ONE}?part=a,b;c", "https://files.example.com/fetch/w_100,h_90/" + OTHER, "a, " + ONE]
)
def test_a_comma_inside_of_a_link_parts_nothing(link: str) -> None:
    assert [file.url for file in message(attachments=[link]).attachments] == [link]
