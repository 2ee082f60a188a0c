"""HighLevel's fields one by one, and its traps."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.providers.highlevel_case import (
    ADDED,
    CONTACT,
    EMAIL_ID,
    message,
    normalized,
    problems,
    raw,
    raw_email,
)

OURS, THEIRS = "+14155550100", "+14155550123"


def test_the_contact_is_the_other_side() -> None:
    outbound = message(contactId=CONTACT)
    assert outbound.from_ is None
    assert [(party.contact_id, party.address, party.address_raw) for party in outbound.to] == [(CONTACT, None, None)]
    inbound = message(contactId=CONTACT, direction="inbound")
    assert inbound.from_ is not None
    assert (inbound.from_.contact_id, inbound.to) == (CONTACT, ())


def test_the_addresses_of_v3() -> None:
    sides = {"from": OURS, "to": THEIRS}
    outbound = message(contactId=CONTACT, **sides)
    assert outbound.from_ is not None
    assert (outbound.from_.address, outbound.from_.contact_id) == (OURS, None)
    assert [(party.address, party.contact_id) for party in outbound.to] == [(THEIRS, CONTACT)]
    inbound = message(contactId=CONTACT, direction="inbound", **{"from": THEIRS, "to": OURS})
    assert inbound.from_ is not None
    assert (inbound.from_.address, inbound.from_.contact_id) == (THEIRS, CONTACT)
    assert [(party.address, party.contact_id) for party in inbound.to] == [(OURS, None)]


@pytest.mark.parametrize("nothing", [..., None, "", {}, []])
def test_custom_providers_send_empty_objects_for_addresses(nothing: Any) -> None:
    found = message(**{"from": nothing, "to": nothing})
    assert (found.from_, found.to, problems(found), "from" in found.extensions) == (None, (), {}, False)


def test_an_object_with_something_in_it_is_drift_and_kept() -> None:
    found = message(**{"from": {"phone": OURS}, "to": {"phone": THEIRS}})
    assert problems(found) == {"from": "wrong_type", "to": "wrong_type"}
    assert (found.extensions["from"], found.extensions["to"]) == ({"phone": OURS}, {"phone": THEIRS})
    assert [party and party.address for party in (found.from_, *found.to)] == [OURS, THEIRS]


def test_to_may_be_a_list_and_numbers_national() -> None:
    document = raw(contactId=CONTACT, to=[THEIRS, "(415) 555-0199"])
    found = normalized(document, token="t", default_region="US").message
    assert [(party.address, party.contact_id) for party in found.to] == [(THEIRS, CONTACT), ("+14155550199", None)]


def test_an_internal_comment_reaches_nobody() -> None:
    found = message(messageType="TYPE_INTERNAL_COMMENT", contactId=CONTACT, status="delivered", body="ask <Usr1>")
    assert (found.direction, found.status, found.from_, found.to) == ("internal", "delivered", None, ())
    assert (found.extensions["direction"], found.extensions["contactId"]) == ("outbound", CONTACT)
    assert found.body.text == "ask <Usr1>"


@pytest.mark.parametrize(
    ("native", "direction", "drift"),
    [
        ("inbound", "inbound", {}),
        (" Outbound ", "outbound", {}),
        (None, "unknown", {}),
        ("sideways", "unknown", {"direction": "unknown_value"}),
    ],
)
def test_directions(native: str | None, direction: str, drift: dict[str, str]) -> None:
    found = message(direction=native, contactId=CONTACT)
    assert (found.direction, problems(found)) == (direction, drift)
    assert ("contactId" in found.extensions) is (direction == "unknown")


@pytest.mark.parametrize(
    ("content_type", "is_html"),
    [("text/plain", False), ("text/html", True), ("Text/HTML; charset=utf-8", True), (None, False), ("odd", False)],
)
def test_the_body_by_its_content_type(content_type: str | None, is_html: bool) -> None:
    body = message(body="<p>Hi</p>", contentType=content_type).body
    assert (body.html, body.text) == (("<p>Hi</p>", None) if is_html else (None, "<p>Hi</p>"))
    assert body.content_type == content_type


def test_times() -> None:
    found = message(dateAdded=ADDED, dateUpdated="2026-05-04T11:20:00+02:00", direction="inbound")
    assert found.timestamps.created == found.timestamps.received == ADDED
    assert found.timestamps.updated == found.provenance.source_updated_at == "2026-05-04T09:20:00.000Z"
    outbound = message(dateAdded=ADDED)
    assert (outbound.timestamps.received, outbound.provenance.source_updated_at) == (None, None)
    assert problems(message(dateAdded="yesterday")) == {"dateAdded": "unreadable_time"}


@pytest.mark.parametrize(("duration", "seconds"), [("120", 120), (34, 34), (0, 0), ("", None), (None, None)])
def test_call_durations(duration: Any, seconds: int | None) -> None:
    call = message(messageType="TYPE_CALL", meta={"callStatus": "completed", "callDuration": duration}).call
    assert call is not None
    assert call.duration_seconds == seconds


def test_a_duration_in_words_is_drift_and_kept() -> None:
    found = message(messageType="TYPE_CALL", meta={"callStatus": "completed", "callDuration": "2 min"})
    assert problems(found) == {"meta.callDuration": "wrong_type"}
    assert found.extensions["meta"] == {"callDuration": "2 min"}


def test_a_message_is_no_call() -> None:
    assert message(status="delivered").call is None


@pytest.mark.parametrize("attachments", [..., None, [], [None, ""]])
def test_attachments_may_be_missing(attachments: Any) -> None:
    found = message(attachments=attachments)
    assert (found.attachments, problems(found)) == ((), {})


def test_attachments_of_message_and_email_are_told_once() -> None:
    urls = ["https://files.example.com/a.pdf", "https://files.example.com/b.pdf"]
    email = raw_email(attachments=urls)
    found = message(messageType="TYPE_EMAIL", attachments=urls[:1], _email=email)
    assert [attachment.url for attachment in found.attachments] == urls


@pytest.mark.parametrize("source", ["workflow", "bulk_actions", "campaign", "api", "app"])
def test_sources(source: str) -> None:
    found = message(source=source, userId="Usr1")
    assert (found.origin.source, found.origin.user_id, problems(found)) == (source, "Usr1", {})


def test_an_unknown_source_is_drift_and_still_told() -> None:
    found = message(source="telepathy")
    assert (found.origin.source, problems(found)) == ("telepathy", {"source": "unknown_value"})


def test_upstream() -> None:
    found = message(conversationProviderId="Prv1", altId="wamid.INVENTED1")
    assert (found.upstream.provider, found.upstream.message_id) == ("Prv1", "wamid.INVENTED1")
    email = raw_email(provider="mailgun")
    assert message(_email=email).upstream.provider == "mailgun"
    both = message(conversationProviderId="Prv1", _email=email)
    assert (both.upstream.provider, both.extensions["_email"]["provider"]) == ("Prv1", "mailgun")


def test_what_is_kept_and_not_promoted_is_no_drift() -> None:
    kept = {
        "type": 2,
        "locationId": "Loc1",
        "chatWidgetId": "Wdg1",
        "traceId": "trace-1",
        "versionId": "v",
        "appId": "a",
        "meta": {"ig": {"page": "example"}, "fb": {"pageId": "1"}},
    }
    found = message(**kept)
    assert (found.extensions, problems(found)) == (kept, {})


def test_the_email_gives_subject_parties_and_text() -> None:
    email = raw_email(
        altId="<1@mail.example.com>",
        subject="Your booking",
        cc=["Copy <copy@example.com>", "two@Example.com"],
        bcc="archive@example.com",
        replyToMessageId="Eml0",
    )
    document = raw(messageType="TYPE_EMAIL", contactId=CONTACT, body="Dear …", contentType="text/plain", _email=email)
    found = normalized(document).message
    assert found.subject == "Your booking"
    assert found.from_ is not None
    assert (found.from_.address, found.from_.name) == ("desk@example.com", "Front Desk")
    assert [(party.address, party.contact_id) for party in found.to] == [("guest@example.com", CONTACT)]
    assert [party.address for party in found.cc] == ["copy@example.com", "two@example.com"]
    assert [party.address for party in found.bcc] == ["archive@example.com"]
    assert (found.body.html, found.body.content_type) == (f"<p>{EMAIL_ID}</p>", "text/html")
    assert (found.body.preview, found.extensions["contentType"]) == ("Dear …", "text/plain")
    assert (found.conversation.thread_id, found.conversation.parent_id) == (email["threadId"], "Eml0")
    assert [(reference.type, reference.value) for reference in found.references] == [
        ("provider_message", EMAIL_ID),
        ("email_message", "<1@mail.example.com>"),
    ]


def test_a_body_that_the_email_repeats_is_no_preview() -> None:
    email = raw_email(body="Hello", contentType="text/plain")
    body = message(messageType="TYPE_EMAIL", body="Hello", contentType="text/plain", _email=email).body
    assert (body.text, body.preview) == ("Hello", None)


def test_an_email_without_a_text_leaves_the_text_of_the_message() -> None:
    body = message(messageType="TYPE_EMAIL", body="Hello", contentType="text/plain", _email=raw_email(body="")).body
    assert (body.text, body.html) == ("Hello", None)


@pytest.mark.parametrize("nested", [False, True])
def test_both_shapes_of_the_list_of_emails(nested: bool) -> None:
    inner = {"messageIds": ["Eml1", "Eml2", "Eml1", None, ""], "subject": "Hi", "direction": "outbound"}
    emails = {"_email": raw_email("Eml1"), "_emails": [raw_email("Eml2")]}
    found = message(messageType="TYPE_EMAIL", meta={"email": {"email": inner} if nested else inner}, **emails)
    assert (found.conversation.related_ids, found.subject) == (("Eml1", "Eml2"), "Hi")
    assert problems(found) == {}


def test_a_differing_subject_is_kept() -> None:
    meta = {"email": {"messageIds": [EMAIL_ID], "subject": "Old"}}
    found = message(messageType="TYPE_EMAIL", meta=meta, _email=raw_email(subject="New"))
    assert (found.subject, found.extensions["meta"]) == ("New", {"email": {"subject": "Old"}})


@pytest.mark.parametrize("absent", [None, "", ...])
def test_null_empty_and_absent_are_the_same(absent: Any) -> None:
    names = ("contactId", "conversationId", "dateAdded", "dateUpdated", "body", "contentType", "attachments", "meta",
             "source", "userId", "conversationProviderId", "altId", "error", "from", "to")  # fmt: skip
    found = message(**dict.fromkeys(names, absent))
    assert found == message()
