"""HighLevel's webhooks: which events are about a message, and what status they tell."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from message_detail.domain.status import Status
from message_detail.providers.base.webhook import SIGNED_WINDOW_SECONDS, Event, Observed, build_tasks, verify
from message_detail.providers.highlevel.subjects import location_told
from message_detail.testing.schemes import delivery, read
from tests.unit.webhooks.schemes.highlevel import HIGHLEVEL, outbound

NOW = time.time()
TIMESTAMP = outbound(NOW)["timestamp"]
ADDED = "2026-05-04T09:15:00.120Z"


def event_of(**changes: Any) -> Event:
    return read(HIGHLEVEL, outbound(NOW, **changes), time.time())


def observed(**changes: Any) -> Observed | None:
    return event_of(**changes).observed


def inbound(**changes: Any) -> Event:
    return event_of(type="InboundMessage", direction="inbound", **changes)


def test_sent_message() -> None:
    assert event_of() == Event(
        message_ids=("Msg0000000000000Demo",),
        event_id="0b0f6a52-0000-4000-8000-000000000001",
        observed=Observed(Status.DELIVERED, "delivered", TIMESTAMP),
    )


def test_event_without_a_webhook_id_is_told_apart_by_its_bytes() -> None:
    assert event_of(webhookId=...).event_id is None


@pytest.mark.parametrize(
    "event",
    ["ConversationUnreadUpdate", "INSTALL", "UNINSTALL", "ContactCreate", "messages", "", None, 7, []],
)
def test_other_events_are_ignored(event: Any) -> None:
    """Answered with success: too many failures and the vendor stops delivering to everyone's address."""
    assert event_of(type=event) == Event(ignored="event_not_about_messages")


@pytest.mark.parametrize("event", ["InboundMessage", "OutboundMessage", "ProviderOutboundMessage"])
@pytest.mark.parametrize("message_id", [..., None, "", 17, {}])
def test_message_event_without_an_id_is_ignored(event: str, message_id: Any) -> None:
    """So are the vendor's own examples of SMS events."""
    assert event_of(type=event, messageId=message_id) == Event(ignored="event_without_message_id")


def test_workflow_webhook_is_ignored_even_if_signed() -> None:
    body = {"contact_id": "Con0000000000000Demo", "message": {"type": 2, "body": "Hi"}, "workflow": {"id": "w1"}}
    assert read(HIGHLEVEL, body).ignored == "event_not_about_messages"


# --- ids


def emailed(**changes: Any) -> Event:
    return inbound(**{"messageId": ..., "messageType": "Email", "threadId": ..., "emailMessageId": ..., **changes})


@pytest.mark.parametrize(
    ("ids", "about", "parts", "thread"),
    [
        ({"threadId": "T", "emailMessageId": "E"}, ("T", "E"), {"T": "E"}, False),
        ({"threadId": "T", "emailMessageId": "T"}, ("T",), {"T": "T"}, False),
        ({"threadId": "T"}, ("T",), {}, False),
        ({"emailMessageId": "E"}, ("E",), {}, True),
        ({"messageId": "M"}, ("M",), {}, False),
        ({"messageId": "M", "emailMessageId": "E"}, ("M", "E"), {"M": "E"}, False),
        ({"messageId": "M", "threadId": "M", "emailMessageId": "E"}, ("M", "E"), {"M": "E"}, False),
        ({"messageId": "E", "threadId": "T", "emailMessageId": "E"}, ("E", "T"), {"T": "E"}, False),
        ({"messageId": "M", "threadId": "T", "emailMessageId": "E"}, ("M", "T", "E"), {"M": "E", "T": "E"}, False),
        ({"messageId": "E", "threadId": "T"}, ("E", "T"), {"T": "E"}, False),
        ({"messageId": "M", "threadId": "M"}, ("M",), {}, False),
        ({"messageId": "E", "emailMessageId": "E"}, ("E",), {}, True),
    ],
)
def test_email_event_is_about_the_email_and_its_thread(
    ids: dict[str, Any], about: tuple[str, ...], parts: dict[str, str], thread: bool
) -> None:
    """Both are messages: the thread's shows the e-mail that is named; the e-mail tells a thread that isn't named."""
    event = emailed(**ids)
    assert (event.message_ids, event.parts, event.thread) == (about, parts, thread)


def test_the_thread_of_what_is_no_email_is_no_message() -> None:
    assert event_of(threadId="T").message_ids == ("Msg0000000000000Demo",)


def test_email_event_tells_the_status_of_the_email_and_none_of_its_thread() -> None:
    """A reply that arrived says nothing of the e-mail that it answers."""
    both = {"threadId": "T", "emailMessageId": "E", "status": "delivered"}
    changes = {"messageId": ..., "type": "InboundMessage", "direction": "inbound", "messageType": "Email", **both}
    body = outbound(NOW, **changes)
    signed = delivery(HIGHLEVEL.signed(json.dumps(body).encode()))
    verified = verify(HIGHLEVEL.webhook, signed, HIGHLEVEL.account())
    told = build_tasks(HIGHLEVEL.webhook, verified, HIGHLEVEL.webhook.read(verified))
    assert [(task.message_id, task.part, [seen["status"] for seen in task.observations]) for task in told] == [
        ("T", "E", []),
        ("E", None, ["received"]),
    ]
    assert emailed(threadId="T", status="delivered").observed is None


# --- statistics of e-mails

NAMED = {"email_message_id": "E1"}


@pytest.mark.parametrize(
    "body",
    [
        {"event": "failed", "lc-operations": NAMED, "recipient": "a@ex.com"},
        {"event": "opened", "lc-operations": {"emailMessageId": "E1"}},
        {"event": "bounced", "lc_operations": NAMED},
        {"event": "clicked", "lcOperations": NAMED},
        {"event": "failed", "lc-operations": '{"email_message_id": "E1"}'},
        {"webhookPayload": {"event": "bounced", "lc-operations": NAMED}},
        {"webhookPayload": {"event": "bounced"}, "lc-operations": NAMED},
        {"webhookPayload": {"event": "failed", "user-variables": NAMED}},
        {"data": {"event": "delivered", "emailMessageId": "E1"}},
        {"event-data": {"event": "failed", "user-variables": {"email_message_id": "E1"}}},
        {"event": "failed", "emailMessageId": "E1"},
        {"event": "failed", "email_message_id": "E1"},
        {"event": "failed", "messageId": "E1"},
    ],
)
def test_statistics_of_an_email_cause_a_look_at_it_and_at_its_thread(body: dict[str, Any]) -> None:
    event = read(HIGHLEVEL, {"type": "LCEmailStats", "locationId": "Loc1", **body})
    assert (event.message_ids, event.parts, event.thread, event.observed) == (("E1",), {}, True, None)


@pytest.mark.parametrize(
    "body",
    [
        {"locationId": "Loc1"},
        {"webhookPayload": {"locationId": "Loc1"}},
        {"lc-operations": {"location_id": "Loc1"}},
        {"webhookPayload": {"lc-operations": {"locationId": "Loc1"}}},
    ],
)
def test_statistics_tell_their_location_where_highlevel_writes_it(body: dict[str, Any]) -> None:
    assert location_told({"type": "LCEmailStats", **body}) == "Loc1"
    if "locationId" not in body:
        assert location_told({"type": "InboundMessage", **body}) is None


def test_what_a_sender_notes_is_no_location() -> None:
    assert location_told({"type": "LCEmailStats", "user-variables": {"locationId": "Loc1"}}) is None


def test_statistics_may_name_the_thread() -> None:
    body = {"type": "LCEmailStats", "event": "failed", "threadId": "T1", "lc-operations": NAMED}
    event = read(HIGHLEVEL, body)
    assert (event.message_ids, event.parts, event.thread) == (("T1", "E1"), {"T1": "E1"}, False)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event": "failed", "recipient": "a@ex.com"},
        {"lc-operations": {}},
        {"lc-operations": "{"},
        {"lc-operations": "{" * 5_000},
        {"lc-operations": ["E1"]},
        {"lc-operations": {"email_message_id": 17}},
        {"webhookPayload": {"webhookPayload": {"emailMessageId": "E1"}}},
        {"threadId": "T1"},
    ],
)
def test_statistics_that_name_no_email_are_ignored(body: dict[str, Any]) -> None:
    assert read(HIGHLEVEL, {"type": "LCEmailStats", **body}) == Event(ignored="event_not_about_messages")


@pytest.mark.parametrize("kind", ["SMS", "Email"])
def test_hook_of_a_conversation_provider_is_about_its_message(kind: str) -> None:
    body = {"type": kind, "messageId": "Msg1", "locationId": "Loc1", "phone": "+14155550123", "message": "Hi"}
    assert read(HIGHLEVEL, body) == Event(message_ids=("Msg1",))
    assert read(HIGHLEVEL, {**body, "type": "ProviderOutboundMessage"}) == Event(message_ids=("Msg1",))


# --- statuses


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("pending", Status.QUEUED),
        ("queued", Status.QUEUED),
        ("scheduled", Status.SCHEDULED),
        ("sent", Status.SENT),
        ("delivered", Status.DELIVERED),
        ("read", Status.READ),
        ("failed", Status.FAILED),
        ("undelivered", Status.UNDELIVERED),
        ("opened", Status.DELIVERED),
        ("clicked", Status.DELIVERED),
        ("connected", Status.DELIVERED),
        ("opt_out", Status.REJECTED),
    ],
)
def test_status_of_a_sent_message(word: str, status: Status) -> None:
    assert observed(status=word) == Observed(status, word, TIMESTAMP)
    shouted = observed(status=f" {word.upper()} ")
    assert shouted == Observed(status, word.upper(), TIMESTAMP)


@pytest.mark.parametrize("word", ["teleported", "", None, 3, [], ...])
def test_unknown_word_is_no_observation(word: Any) -> None:
    """The fetch reports it as drift."""
    event = event_of(status=word)
    assert event.message_ids
    assert event.observed is None


def test_opt_out_of_an_email_is_not_a_rejection() -> None:
    for kind in ({"messageTypeString": "TYPE_CUSTOM_EMAIL"}, {"messageTypeString": ..., "messageType": "Email"}):
        assert observed(status="opt_out", **kind) == Observed(Status.DELIVERED, "opt_out", TIMESTAMP)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("answered", Status.DELIVERED),
        ("completed", Status.DELIVERED),
        ("voicemail", Status.DELIVERED),
        ("busy", Status.UNDELIVERED),
        ("no-answer", Status.UNDELIVERED),
        ("failed", Status.FAILED),
        ("canceled", Status.CANCELED),
        ("pending", Status.QUEUED),
    ],
)
def test_call_status_comes_before_status(word: str, status: Status) -> None:
    call = {"messageType": "CALL", "messageTypeString": "TYPE_CALL", "status": "completed", "callStatus": word}
    assert observed(**call) == Observed(status, word, TIMESTAMP)


def test_call_with_an_unknown_call_status_is_not_taken_for_a_completed_one() -> None:
    assert observed(messageType="CALL", status="completed", callStatus="teleported") is None


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("no_answer", Status.UNDELIVERED),
        ("No Answer", Status.UNDELIVERED),
        ("missed", Status.UNDELIVERED),
        ("in-progress", Status.SENDING),
        ("cancelled", Status.CANCELED),
        ("bounced", Status.BOUNCED),
    ],
)
def test_words_seen_live_are_observed_however_spelled(word: str, status: Status) -> None:
    assert observed(status=word) == Observed(status, word, TIMESTAMP)
    assert observed(status=word.upper()) == Observed(status, word.upper(), TIMESTAMP)


@pytest.mark.parametrize(
    "stamp", [1_790_000_000, "1790000000", 1_790_000_000_000, {"_seconds": 1_790_000_000}], ids=repr
)
def test_the_time_of_an_event_is_read_in_every_form(stamp: Any) -> None:
    told = observed(timestamp=stamp)
    assert told is not None
    assert told.occurred_at == "2026-09-21T14:13:20.000Z"


def test_voicemail_that_came_in_was_received() -> None:
    event = inbound(messageType="VoiceMail", messageTypeString="TYPE_VOICEMAIL", status="voicemail", callDuration=14)
    assert event.observed == Observed(Status.RECEIVED, "voicemail", TIMESTAMP)


def test_direction_decides_between_delivered_and_received() -> None:
    told = inbound(status="delivered").observed
    assert told is not None
    assert told.status is Status.RECEIVED
    for direction in ("outbound", "sideways", None, ...):
        told = observed(direction=direction, status="delivered")
        assert told is not None
        assert told.status is Status.DELIVERED


def test_internal_comment_is_neither_sent_nor_received() -> None:
    told = observed(messageType="InternalComment", direction="inbound", status="delivered")
    assert told == Observed(Status.DELIVERED, "delivered", TIMESTAMP)


# --- times


def test_time_is_the_events_own() -> None:
    assert inbound().observed == Observed(Status.RECEIVED, "delivered", TIMESTAMP)


def test_time_of_adding_is_that_of_arrival_only() -> None:
    """When an outgoing message was added it was made, not delivered."""
    told = inbound(timestamp=...).observed
    assert told is not None
    assert told.occurred_at == ADDED
    told = observed(timestamp=...)
    assert told is not None
    assert told.occurred_at is None
    told = inbound(timestamp=..., dateAdded="yesterday").observed
    assert told is not None
    assert told.occurred_at is None


# --- the declaration


def test_declaration() -> None:
    """429 is tried again under every policy the vendor has published; ids of events are remembered for a week."""
    assert HIGHLEVEL.webhook.busy_status == 429
    assert HIGHLEVEL.webhook.window_seconds == SIGNED_WINDOW_SECONDS
