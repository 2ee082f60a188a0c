"""One e-mail of HighLevel: how it fared, and what it reads as."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.message import Message
from message_detail.domain.status import Status
from message_detail.domain.timeline import state_from_answer
from message_detail.providers.base.provider import Context
from message_detail.providers.highlevel.email_failures import email_failure
from message_detail.providers.highlevel.email_text import is_stored_file, looks_like_html
from message_detail.providers.highlevel.provider import PROVIDER
from tests.unit.providers.highlevel_case import EMAIL_ID, FETCHED, MESSAGE_ID, account, problems, raw, raw_email
from tests.unit.samples import merge_all

AT = "2026-05-04T09:20:00.000Z"


def document(email: dict[str, Any], **fields: Any) -> dict[str, Any]:
    shown = {key: value for key, value in {**raw_email(EMAIL_ID), **email}.items() if value is not ...}
    return raw(type=3, messageType="TYPE_EMAIL", _email=shown, **fields)


def message(email: dict[str, Any], **fields: Any) -> Message:
    return PROVIDER.normalize(document(email, **fields), Context(account(), MESSAGE_ID, FETCHED)).message


# --- how it fared


@pytest.mark.parametrize(
    ("of_message", "of_email", "status", "native"),
    [
        ("sent", "failed", "failed", "failed"),
        ("delivered", "failed", "failed", "failed"),
        ("failed", "delivered", "failed", "failed"),
        ("delivered", "undelivered", "undelivered", "undelivered"),
        ("delivered", "opened", "delivered", "opened"),
        ("opened", "delivered", "delivered", "opened"),
        ("clicked", "sent", "delivered", "clicked"),
        ("pending", "sent", "sent", "sent"),
        ("sent", "teleported", "sent", "sent"),
        (..., "failed", "failed", "failed"),
        ("sent", ..., "sent", "sent"),
    ],
)
def test_the_greater_of_the_messages_word_and_the_emails_counts(
    of_message: Any, of_email: Any, status: str, native: str
) -> None:
    found = message({"status": of_email}, status=of_message)
    assert (found.status, found.status_native) == (status, native)


def test_the_word_of_a_thread_whose_other_side_wrote_last_is_not_this_emails() -> None:
    found = message({"status": "delivered", "direction": "inbound"}, status="failed", direction="outbound")
    assert (found.direction, found.status, found.extensions["status"]) == ("inbound", "received", "failed")


def test_an_email_that_came_in_without_a_word_is_received() -> None:
    found = message({"status": ..., "direction": "inbound"}, status=..., direction=...)
    assert (found.status, found.status_native, problems(found)) == ("received", None, {})


def test_an_email_that_went_out_without_a_word_is_unknown() -> None:
    found = message({"status": ...}, status=...)
    assert (found.status, problems(found)) == ("unknown", {"status": "missing"})


@pytest.mark.parametrize(
    ("fields", "opened_at"),
    [
        ({"opened": True}, None),
        ({"opened": "true"}, None),
        ({"opened": 3}, None),
        ({"opened": "2"}, None),
        ({"opened": AT}, AT),
        ({"openedAt": AT}, AT),
        ({"opened": True, "openedAt": AT}, AT),
        ({"opened": 1, "openedAt": 1777886400000}, AT),
    ],
)
def test_an_email_that_was_opened_is_delivered_and_not_read(fields: dict[str, Any], opened_at: str | None) -> None:
    found = message({"status": "sent", **fields}, status="sent")
    assert found.engagement.opened is not None
    assert (found.status, found.engagement.opened.first_at, found.engagement.clicked) == ("delivered", opened_at, None)


@pytest.mark.parametrize("value", [False, 0, "00", "false", None, "", "000"])
def test_an_email_that_was_not_opened_is_no_more_than_sent(value: Any) -> None:
    found = message({"status": "sent", "opened": value, "clicked": value}, status="sent")
    assert (found.status, found.engagement.opened, found.engagement.clicked) == ("sent", None, None)


@pytest.mark.parametrize("value", [["x"], {"a": 1}, "soon"])
def test_what_says_neither_yes_nor_no_is_drift_and_kept(value: Any) -> None:
    found = message({"status": "sent", "clicked": value}, status="sent")
    assert (found.status, problems(found)) == ("sent", {"_email.clicked": "wrong_type"})
    assert found.extensions["_email"]["clicked"] == value


def test_a_bounce_after_the_opening_stays_a_bounce_in_any_order() -> None:
    """A mail program's proxy opens what the next server returns."""

    def look(word: str, second: int) -> Any:
        context = Context(account(), MESSAGE_ID, f"2026-06-01T12:00:0{second}.000Z")
        return state_from_answer(PROVIDER.normalize(document({"status": word}, status="delivered"), context))

    parts = [look("opened", 1), look("failed", 2), look("delivered", 3)]
    for order in (parts, parts[::-1]):
        shown = merge_all(order).message
        assert shown is not None
        assert shown.status is Status.FAILED


# --- why it failed

HARD, SOFT = "permanent", "temporary"


@pytest.mark.parametrize(
    ("error", "category", "permanence", "code"),
    [
        ("550 5.1.1 user unknown", "invalid_recipient", HARD, "5.1.1"),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound", "invalid_recipient", HARD, "5.1.10"),
        ("550-5.1.1 The email account that you tried to reach does not exist.", "invalid_recipient", HARD, "5.1.1"),
        ("smtp; 550 No such user here", "invalid_recipient", HARD, "550"),
        ("Recipient address rejected: User unknown in virtual mailbox table", "invalid_recipient", HARD, None),
        ("553 sorry, that domain isn't in my list", "invalid_recipient", HARD, "553"),
        ("Domain not found", "invalid_recipient", HARD, None),
        ("550 5.7.1 Message blocked", "blocked", HARD, "5.7.1"),
        (
            "550 5.7.26 Unauthenticated email is not accepted due to the domain's DMARC policy",
            "blocked",
            HARD,
            "5.7.26",
        ),
        ("554 5.7.1 Message rejected as spam", "spam", HARD, "5.7.1"),
        ("Blocked - see https://block.example/?ip=192.0.2.1", "blocked", HARD, None),
        ("452 4.2.2 mailbox full", "bounced_soft", SOFT, "4.2.2"),
        ("552 5.2.2 Over quota", "bounced_soft", SOFT, "5.2.2"),
        ("Mailbox full", "bounced_soft", SOFT, None),
        ("552 5.3.4 Message size exceeds fixed limit", "content_rejected", HARD, "5.3.4"),
        ("421 4.7.0 Try again later", "blocked", SOFT, "4.7.0"),
        ("451 Greylisted, try again in 5 minutes", "unreachable", SOFT, "451"),
        ("450 mailbox unavailable", "invalid_recipient", SOFT, "450"),
        ("4.4.1 connection timed out", "unreachable", SOFT, "4.4.1"),
        ("550 5.4.1 Recipient address rejected: Access denied", "invalid_recipient", HARD, "5.4.1"),
        ("450 4.2.1 The user you are trying to contact is receiving mail too quickly", "unreachable", SOFT, "4.2.1"),
        ("550 rejected", "bounced_hard", HARD, "550"),
        ("450 rejected", "bounced_soft", SOFT, "450"),
        ("recipient has unsubscribed", "opted_out", HARD, None),
        ("sent from 10.5.1.1 on 5.1.1.5", "provider_error", "unknown", None),
        ("something odd", "provider_error", "unknown", None),
        ("", "provider_error", "unknown", None),
    ],
)
def test_why_an_email_failed(error: str, category: str, permanence: str, code: str | None) -> None:
    failure = email_failure(error)
    assert (failure.category, failure.permanence, failure.native_code) == (category, permanence, code)
    assert failure.message == error


def test_the_emails_error_is_the_reason() -> None:
    found = message({"status": "failed", "error": "550 5.1.1 user unknown"}, status="sent", error="see the e-mail")
    assert found.failure is not None
    assert (found.status_reason, found.failure.category) == ("550 5.1.1 user unknown", "invalid_recipient")
    assert found.extensions["error"] == "see the e-mail"


def test_an_error_without_a_word_of_failing_is_a_reason_and_no_failure() -> None:
    found = message({"status": "sent", "error": "421 4.4.2 try again"}, status="sent")
    assert (found.status, found.status_reason, found.failure) == ("sent", "421 4.4.2 try again", None)


@pytest.mark.parametrize(
    ("word", "category", "permanence"),
    [
        ("hard_bounce", "bounced_hard", HARD),
        ("Soft Bounced", "bounced_soft", SOFT),
        ("canceled", "canceled", "unknown"),
        ("expired", "expired", "unknown"),
        ("bounced", "unknown", "unknown"),
        ("failed", "unknown", "unknown"),
    ],
)
def test_a_word_tells_why_where_no_reason_does(word: str, category: str, permanence: str) -> None:
    failure = message({"status": word}, status="sent").failure
    assert failure is not None
    assert (failure.category, failure.permanence) == (category, permanence)
    told = message({"status": word, "error": "550 5.1.1 user unknown"}, status="sent").failure
    assert told is not None
    assert told.category == "invalid_recipient"


# --- what it reads as


@pytest.mark.parametrize(
    "text",
    [
        "<html><body><p>Hello &amp; bye</p></body></html>",
        "<!DOCTYPE html><html></html>",
        "<!-- made by a mailer --><div>x</div>",
        "\ufeff\n <DIV style='a'>Hello</DIV>",
        "<div>Hello",
        "<p>Hello",
        "Hello<br>World",
        "Hello<br/>World",
        "Hello <br />World",
        "Dear guest, <b>yes</b>",
        "Look <img src=x>",
        "<table><tr><td>1</td></tr></table>",
        "<h1>Hello</h1>",
        "<?xml version='1.0'?><html/>",
    ],
)
def test_html_without_a_type_is_html(text: str) -> None:
    found = message({"body": text, "contentType": ...})
    assert (found.body.html, found.body.text, found.body.content_type) == (text, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "Hello & bye",
        "a < b and c > d",
        "Jane <jane@ex.com> wrote:\n> yes",
        "<jane@ex.com>",
        "<https://ex.com/a>",
        "if (a<b) return;",
        "<3 <3",
        "List<String> names; Map<K, V> more;",
        "",
        "use the <div> tag",
        "5 </ 6",
    ],
)
def test_text_without_a_type_is_text(text: str) -> None:
    found = message({"body": text or ..., "contentType": ...})
    assert (found.body.html, found.body.text) == (None, text or None)


def test_the_type_that_is_said_is_believed() -> None:
    html = "<p>Hello</p>"
    assert message({"body": html, "contentType": "text/plain"}).body.text == html
    assert message({"body": "Hello", "contentType": "text/html"}).body.html == "Hello"
    found = message({"body": html, "contentType": ...}, body="Hello", contentType="text/plain")
    assert (found.body.html, found.body.text, found.body.preview) == (html, None, "Hello")
    assert (found.body.content_type, found.extensions["contentType"]) == (None, "text/plain")
    assert message({"body": "Hello", "contentType": ...}, contentType="text/html").body.html == "Hello"


@pytest.mark.parametrize("said", ["multipart/alternative; boundary=x", " Multipart/Mixed", "message/rfc822"])
def test_the_type_of_a_mail_of_parts_does_not_tell_what_its_text_is(said: str) -> None:
    found = message({"body": "<p>Hello</p>", "contentType": said}).body
    assert (found.html, found.text, found.content_type) == ("<p>Hello</p>", None, said)
    assert message({"body": "Hello", "contentType": said}).body.text == "Hello"


STORED = [
    "https://storage.ex/loc/7/body.html",
    "https://storage.googleapis.com/bucket/messages/a.html?alt=media&token=x",
    "https://firebasestorage.googleapis.com/v0/b/x/o/m.txt",
    " https://s3.amazonaws.com/b/k.eml\n",
    "http://files.example.com/x/body.html",
    "https://files.example.com/x/message.txt#a",
]


@pytest.mark.parametrize("url", STORED)
def test_the_address_of_a_stored_text_is_no_text(url: str) -> None:
    found = message({"body": "<p>Hello</p>"}, body=url)
    assert (found.body.html, found.body.preview, found.extensions["body"]) == ("<p>Hello</p>", None, url)
    found = message({"body": ...}, body=url)
    assert (found.body.html, found.body.text, found.body.preview, found.extensions["body"]) == (None, None, None, url)
    found = message({"body": url})
    assert (found.body.html, found.body.text, found.extensions["_email"]["body"]) == (None, None, url)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/offer.html",
        "https://example.com/",
        "https://storage.example.com/",
        "see https://storage.ex/body.html",
        "https://storage.ex/body.html please",
        "ftp://storage.ex/body.html",
        "https://[broken/body.html",
        "https://storage.ex/" + "a" * 3_000 + "/body.html",
    ],
)
def test_another_address_is_a_text(text: str) -> None:
    assert message({"body": text, "contentType": "text/plain"}).body.text == text


def test_an_sms_that_is_an_address_or_has_tags_is_text() -> None:
    for text in (STORED[0], "<b>Hello</b>"):
        sms = PROVIDER.normalize(raw(body=text), Context(account(), MESSAGE_ID, FETCHED)).message
        assert (sms.body.text, sms.body.html) == (text, None)


@pytest.mark.parametrize("piece", ["<", "</", "<a ", " ", "<!-", "5.1.", "4", "<br "])
def test_odd_texts_are_read_in_one_pass(piece: str) -> None:
    """Their size is that of a large mail; a reader that begins anew at each sign would not end."""
    text = piece * 200_000
    assert looks_like_html(text) is (piece in ("<a ", "<br "))
    assert not is_stored_file(text)
    assert email_failure(text).message == text
