"""What live answers of HighLevel have beyond its documentation: calls, status words, times, attachments."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.providers.highlevel_case import ADDED, CONTACT, FETCHED, account, message, normalized, problems, raw

CALL = {"messageType": "TYPE_CALL", "type": 1, "status": "completed"}

# --- calls ------------------------------------------------------------------------------------------------------


def test_a_call_that_nobody_answered_is_no_success() -> None:
    """`status` says completed of it, and only `meta.call` the truth."""
    found = message(**CALL, meta={"call": {"duration": 37, "status": "no-answer"}})
    assert found.call is not None
    assert (found.call.duration_seconds, found.call.outcome) == (37, "no-answer")
    assert (found.status, found.outcome, found.status_native) == ("undelivered", "failure", "no-answer")
    assert found.failure is not None
    assert (found.failure.category, found.failure.permanence) == ("no_answer", "temporary")
    assert problems(found) == {}
    assert found.extensions["status"] == "completed"


@pytest.mark.parametrize(
    ("word", "status", "category"),
    [
        ("no-answer", "undelivered", "no_answer"),
        ("no_answer", "undelivered", "no_answer"),
        ("NO_ANSWER", "undelivered", "no_answer"),
        ("No Answer", "undelivered", "no_answer"),
        ("noAnswer", "undelivered", "no_answer"),
        ("missed", "undelivered", "no_answer"),
        ("unanswered", "undelivered", "no_answer"),
        ("busy", "undelivered", "busy"),
        ("Busy", "undelivered", "busy"),
        ("failed", "failed", "unknown"),
        ("canceled", "canceled", "canceled"),
        ("cancelled", "canceled", "canceled"),
        ("completed", "delivered", None),
        ("answered", "delivered", None),
        ("voicemail", "delivered", None),
        ("connected", "delivered", None),
        ("in-progress", "sending", None),
        ("in_progress", "sending", None),
        ("inProgress", "sending", None),
        ("ringing", "sending", None),
        ("initiated", "queued", None),
        ("queued", "queued", None),
        ("pending", "queued", None),
    ],
)
@pytest.mark.parametrize("form", ["live", "documented", "status"])
def test_how_a_call_ended(form: str, word: str, status: str, category: str | None) -> None:
    meta = {"live": {"call": {"status": word}}, "documented": {"callStatus": word}, "status": {}}[form]
    told = {**CALL, "status": word} if form == "status" else CALL
    found = message(**told, meta=meta)
    assert (found.status, found.status_native) == (status, word)
    assert (found.failure.category if found.failure else None) == category
    assert found.call is not None
    assert found.call.outcome == word
    assert problems(found) == {}


def test_an_unknown_end_of_a_call_is_drift_and_no_success() -> None:
    found = message(**CALL, meta={"call": {"status": "teleported"}})
    assert (found.status, found.outcome) == ("unknown", "pending")
    assert problems(found) == {"meta.call.status": "unknown_value"}


def test_a_call_that_came_in_and_was_missed_is_no_success() -> None:
    found = message(**CALL, direction="inbound", meta={"call": {"status": "missed"}})
    assert (found.status, found.outcome) == ("undelivered", "failure")
    answered = message(**CALL, direction="inbound", meta={"call": {"status": "completed"}})
    assert (answered.status, answered.outcome) == ("received", "success")


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (37, 37),
        ("37", 37),
        ("14.6", 15),
        (14.6, 15),
        ("00:01:05", 65),
        ("1:05", 65),
        ("65s", 65),
        (0, 0),
        (None, None),
        ("", None),
    ],
    ids=repr,
)
@pytest.mark.parametrize("form", ["live", "documented"])
def test_how_long_a_call_was(form: str, told: Any, seconds: int | None) -> None:
    meta: dict[str, Any] = {"call": {"duration": told, "status": "completed"}}
    if form == "documented":
        meta = {"callDuration": told, "callStatus": "completed"}
    found = message(**CALL, meta=meta)
    assert found.call is not None
    assert found.call.duration_seconds == seconds
    assert problems(found) == {}


@pytest.mark.parametrize("told", ["long", -3, True, [37], {"seconds": 37}, 10**12, "1:99"], ids=repr)
def test_a_length_that_cant_be_read_is_drift_and_kept(told: Any) -> None:
    found = message(**CALL, meta={"call": {"duration": told, "status": "completed"}})
    assert found.call is not None
    assert found.call.duration_seconds is None
    assert "wrong_type" in problems(found).values()
    assert found.extensions["meta"]["call"]["duration"] == told


def test_the_participants_of_a_call_are_kept() -> None:
    participants = [{"id": "p1", "duration": 3}]
    found = message(**CALL, meta={"call": {"duration": 3, "status": "completed", "participants": participants}})
    assert found.extensions["meta"]["call"]["participants"] == participants
    assert problems(found) == {}


def test_of_two_forms_the_documented_one_counts_and_the_other_is_kept() -> None:
    meta = {"callStatus": "busy", "callDuration": 1, "call": {"status": "completed", "duration": 9}}
    found = message(**CALL, meta=meta)
    assert found.call is not None
    assert (found.status_native, found.call.duration_seconds) == ("busy", 1)
    assert found.extensions["meta"]["call"] == {"status": "completed", "duration": 9}


# --- status words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("direction", "word", "status"),
    [
        ("inbound", "received", "received"),
        ("inbound", "RECEIVED", "received"),
        ("outbound", "received", "sent"),
        ("outbound", "bounced", "bounced"),
        ("outbound", "in-progress", "sending"),
        ("outbound", "no_answer", "undelivered"),
        ("outbound", "missed", "undelivered"),
        ("outbound", "processing", "sending"),
        ("outbound", "deferred", "deferred"),
        ("outbound", "rejected", "rejected"),
        ("outbound", "expired", "expired"),
        ("outbound", "Opt Out", "rejected"),
        ("outbound", "optOut", "rejected"),
        ("outbound", "not_delivered", "undelivered"),
        ("outbound", "seen", "read"),
    ],
)
def test_words_seen_live(direction: str, word: str, status: str) -> None:
    found = message(direction=direction, status=word)
    assert (found.status, found.status_native, problems(found)) == (status, word, {})


@pytest.mark.parametrize("word", ["teleported", "-", "_", "✓", "delivered!?no", "x" * 10_000])
def test_an_unknown_word_is_drift(word: str) -> None:
    found = message(status=word)
    assert (found.status, problems(found)) == ("unknown", {"status": "unknown_value"})
    assert found.extensions["status"] == word


@pytest.mark.parametrize(
    "name", ["SMS", "WHATSAPP", "FACEBOOK", "INSTAGRAM", "LIVE_CHAT", "GROUP_SMS", "RCS", "EMAIL", "REVIEW"]
)
@pytest.mark.parametrize("told", [..., None, ""])
def test_an_inbound_message_without_a_status_is_received(name: str, told: Any) -> None:
    found = message(messageType=f"TYPE_{name}", type=..., direction="inbound", status=told, dateAdded=ADDED)
    assert (found.status, found.outcome, found.final) == ("received", "success", True)
    assert found.timestamps.received == ADDED
    assert problems(found) == {}


def test_an_outbound_message_without_a_status_is_unknown() -> None:
    found = message(status=...)
    assert (found.status, problems(found)) == ("unknown", {"status": "missing"})


def test_an_inbound_call_without_a_status_is_received_if_it_lasted() -> None:
    call = {"messageType": "TYPE_CALL", "direction": "inbound", "status": ...}
    assert message(**call, meta={"call": {"duration": 12}}).status == "received"
    for meta in ({}, {"call": {"duration": 0}}, {"call": {"duration": None}}):
        assert message(**call, meta=meta).status == "unknown"


# --- times ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "told",
    [
        1779885296123,
        "1779885296123",
        1779885296.123,
        {"_seconds": 1779885296, "_nanoseconds": 123_000_000},
        {"seconds": 1779885296, "nanos": 123_000_000},
        "2026-05-27T12:34:56.123",
        "2026-05-27 12:34:56.123",
        "2026-05-27T14:34:56.123+02:00",
    ],
    ids=repr,
)
def test_a_time_is_read_in_every_form(told: Any) -> None:
    found = normalized(raw(direction="inbound", dateAdded=told, dateUpdated=told)).message
    instant = "2026-05-27T12:34:56.123Z"
    assert (found.timestamps.created, found.timestamps.received, found.timestamps.updated) == (instant,) * 3
    assert found.provenance.source_updated_at == instant
    assert problems(found) == {}


@pytest.mark.parametrize(
    "told", ["soon", 17, True, [1779885296], {"_seconds": None}, {"at": 1779885296}, 1e300], ids=repr
)
def test_a_time_that_cant_be_read_is_drift_and_kept(told: Any) -> None:
    found = message(dateAdded=told)
    assert found.timestamps.created is None
    assert set(problems(found).values()) == {"unreadable_time"}
    assert found.extensions["dateAdded"] == told


def test_a_change_in_the_future_is_none() -> None:
    """As the version of the answer it would win over all that come later."""
    found = message(dateUpdated="2099-01-01T00:00:00.000Z")
    assert (found.provenance.source_updated_at, found.timestamps.updated) == (None, None)
    assert problems(found) == {"dateUpdated": "future_time"}
    assert found.extensions["dateUpdated"] == "2099-01-01T00:00:00.000Z"
    assert problems(message(dateUpdated=FETCHED)) == {}


def test_a_message_that_is_yet_to_be_sent_may_be_dated_ahead() -> None:
    ahead = "2099-01-01T00:00:00.000Z"
    assert message(status="scheduled", dateAdded=ahead).timestamps.created == ahead
    assert problems(message(status="sent", dateAdded=ahead)) == {"dateAdded": "future_time"}


# --- attachments ------------------------------------------------------------------------------------------------

URL = "https://media.example.com/a.pdf"


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (URL, (URL, None, None, None)),
        ({"url": URL}, (URL, None, None, None)),
        (
            {"url": URL, "name": "a.pdf", "contentType": "application/pdf", "size": 1234},
            (URL, "a.pdf", "application/pdf", 1234),
        ),
        (
            {"link": URL, "fileName": "a.pdf", "mimeType": "application/pdf", "fileSize": 7},
            (URL, "a.pdf", "application/pdf", 7),
        ),
        ({"url": URL, "type": "image/png"}, (URL, None, "image/png", None)),
        ({"name": "a.pdf"}, (None, "a.pdf", None, None)),
    ],
    ids=repr,
)
@pytest.mark.parametrize("single", [False, True])
def test_attachments_are_addresses_or_objects(item: Any, expected: tuple[Any, ...], single: bool) -> None:
    found = message(attachments=item if single else [item])
    [attachment] = found.attachments
    assert (attachment.url, attachment.name, attachment.content_type, attachment.size) == expected
    assert problems(found) == {}
    assert "attachments" not in found.extensions


def test_attachments_come_mixed_and_each_file_once() -> None:
    found = message(
        attachments=[
            URL,
            None,
            {"url": "https://media.example.com/b.jpg", "id": "f1"},
            "",
            {"url": URL, "name": "a"},
            {},
        ]
    )
    assert [attachment.url for attachment in found.attachments] == [URL, "https://media.example.com/b.jpg"]
    assert {"url": "https://media.example.com/b.jpg", "id": "f1"} in found.extensions["attachments"]
    assert {"url": URL, "name": "a"} in found.extensions["attachments"]
    assert problems(found) == {}


@pytest.mark.parametrize("item", [17, True, ["x"], 1.5], ids=repr)
def test_an_attachment_that_is_none_is_drift_and_kept(item: Any) -> None:
    found = message(attachments=[item, URL])
    assert [attachment.url for attachment in found.attachments] == [URL]
    assert set(problems(found).values()) == {"wrong_type"}
    assert item in found.extensions["attachments"]


def test_an_objects_size_is_a_number_or_kept() -> None:
    found = message(attachments=[{"url": URL, "size": "12 KB"}])
    assert found.attachments[0].size is None
    assert found.extensions["attachments"] == [{"url": URL, "size": "12 KB"}]


# --- locations --------------------------------------------------------------------------------------------------


def test_an_answer_of_another_location_is_kept_with_drift() -> None:
    """The token of an agency sees several locations; whose message it is the account says."""
    own = {"token": "t", "location_id": "LocOurs"}
    assert problems(normalized(raw(locationId="LocOurs"), **own).message) == {}
    found = normalized(raw(locationId="LocTheirs", contactId=CONTACT), **own).message
    assert problems(found) == {"locationId": "other_location"}
    assert found.extensions["locationId"] == "LocTheirs"
    assert problems(normalized(raw(locationId="LocTheirs")).message) == {}
    assert account(**own).get("location_id") == "LocOurs"
