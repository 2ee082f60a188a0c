"""Samva, row by row after the vendor's facts: statuses, failures, and which attempt each observation is of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.providers.samva_case import FETCHED, FIRST, LATER, LEAST, SECOND, message, normalized, problems, seen

# --- statuses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("native", "direction", "status"),
    [
        ("pending", "outbound", "queued"),
        ("queued", "outbound", "queued"),
        ("scheduled", "outbound", "scheduled"),
        ("processing", "outbound", "sending"),
        ("sent", "outbound", "sent"),
        ("delivered", "outbound", "delivered"),
        ("read", "outbound", "read"),
        ("failed", "outbound", "failed"),
        ("bounced", "outbound", "bounced"),
        ("received", "inbound", "received"),
        ("delivered", "inbound", "received"),
        ("read", "inbound", "received"),
        ("sent", "inbound", "sent"),
        ("failed", "inbound", "failed"),
        ("received", "outbound", "sent"),
        (" Delivered ", "outbound", "delivered"),
    ],
)
def test_each_word_has_its_status(native: str, direction: str, status: str) -> None:
    found = message(status=native, direction=direction)
    assert (found.status, found.status_native) == (status, native)
    assert not found.provenance.drift


def test_a_word_nobody_knows_is_unknown_and_drift() -> None:
    found = message(status="teleported")
    assert (found.status, found.status_native, found.final) == ("unknown", "teleported", False)
    assert problems(found) == {"status": "unknown_value"}
    assert found.extensions["status"] == "teleported"


@pytest.mark.parametrize("absent", [None, ""])
def test_no_word_is_unknown_without_drift(absent: str | None) -> None:
    found = message(status=absent)
    assert (found.status, found.status_native, found.provenance.drift) == ("unknown", None, ())


@pytest.mark.parametrize(
    ("native", "scheduled", "status"),
    [
        ("pending", "2026-06-01T12:00:00.001Z", "scheduled"),
        ("queued", "2026-06-01T14:00:00.001+02:00", "scheduled"),
        ("pending", FETCHED, "queued"),
        ("queued", "2026-05-01T00:00:00Z", "queued"),
        ("processing", "2026-07-01T00:00:00Z", "sending"),
    ],
)
def test_scheduled_is_what_waits_for_a_time_to_come(native: str, scheduled: str, status: str) -> None:
    assert message(status=native, scheduledAt=scheduled).status == status


def test_held_for_review_stays_queued_and_says_why() -> None:
    found = message(status="queued", waitReason="content-review", reviewExpectedAt="2026-06-01T13:00:00Z")
    assert (found.status, found.status_reason) == ("queued", "content-review")
    assert found.extensions["reviewExpectedAt"] == "2026-06-01T13:00:00Z"


# --- failures ------------------------------------------------------------------------------------------------


def test_failed_tells_the_last_error() -> None:
    failure = message(status="failed", lastError="no route").failure
    assert failure is not None
    assert (failure.category, failure.permanence, failure.message) == ("provider_error", "unknown", "no route")


@pytest.mark.parametrize(
    ("details", "category", "permanence"),
    [
        (None, "unknown", "unknown"),
        ("string", "unknown", "unknown"),
        ('{"bounceType":"Permanent"}', "bounced_hard", "permanent"),
        ({"type": "hard"}, "bounced_hard", "permanent"),
        ({"bounce_type": "Transient"}, "bounced_soft", "temporary"),
        ({"permanent": False}, "bounced_soft", "temporary"),
        ({"retryable": False}, "bounced_hard", "permanent"),
        ([1, 2], "unknown", "unknown"),
    ],
)
def test_a_bounce_is_for_good_only_if_the_details_say_so(details: Any, category: str, permanence: str) -> None:
    failure = message(status="bounced", channel="email", errorDetails=details).failure
    assert failure is not None
    assert (failure.category, failure.permanence) == (category, permanence)


def test_the_error_of_an_attempt_left_behind_is_kept_and_no_failure() -> None:
    found = message(status="processing", lastError="timeout")
    assert found.failure is None
    assert found.extensions["lastError"] == "timeout"


# --- observations and attempts -------------------------------------------------------------------------------


def test_each_time_is_an_observation_so_that_a_lagging_word_does_no_harm() -> None:
    times = {"sentAt": FIRST, "deliveredAt": SECOND, "readAt": LATER}
    assert seen(status="pending", direction="outbound", **times) == {
        (0, "queued", None),
        (0, "sent", FIRST),
        (0, "delivered", SECOND),
        (0, "read", LATER),
    }


def test_a_failure_that_the_word_lags_has_its_reason() -> None:
    found = normalized(status="processing", failedAt=FIRST, lastError="no route")
    failed = next(o for o in found.observations if o.status == "failed")
    assert failed.failure is not None
    assert failed.failure.message == "no route"
    assert found.message.failure is None


def test_times_of_whatsapp_are_observations_too() -> None:
    times = {"sentAt": FIRST, "deliveredAt": SECOND, "readAt": LATER}
    found = seen(status="sent", channel="whatsapp", direction="outbound", whatsappMetadata=times)
    assert found == {(0, "sent", FIRST), (0, "delivered", SECOND), (0, "read", LATER)}


def test_a_time_of_whatsapp_that_differs_is_kept_beside_the_promoted_one() -> None:
    found = message(status="sent", sentAt=FIRST, whatsappMetadata={"sentAt": SECOND})
    assert found.timestamps.sent == FIRST
    assert found.extensions == {"whatsappMetadata": {"sentAt": SECOND}}


@pytest.mark.parametrize(
    "entry",
    [
        {"status": "sent", "timestamp": FIRST},
        {"state": "sent", "at": FIRST},
        {"status": "sent", "createdAt": FIRST},
        {"newStatus": "sent", "time": FIRST},
        {"event": "message.sent", "occurredAt": FIRST},
    ],
)
@pytest.mark.parametrize("wrap", [list, json.dumps, dict], ids=["list", "json", "object"])
def test_the_history_is_read_in_any_shape(entry: dict[str, str], wrap: Any) -> None:
    history = entry if wrap is dict else wrap([entry])
    found = normalized(status="delivered", statusHistory=history)
    assert [(o.status, o.occurred_at) for o in found.observations] == [("sent", FIRST), ("delivered", None)]
    assert found.message.extensions == {"statusHistory": history}
    assert not found.message.provenance.drift


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ({"pending": FIRST, "sent": SECOND}, {(0, "queued", FIRST), (0, "sent", SECOND)}),
        ({"history": ["pending", {"status": "sent", "at": SECOND}]}, {(0, "queued", None), (0, "sent", SECOND)}),
        ('["pending"]', {(0, "queued", None)}),
        ("string", set()),
        ("{broken", set()),
        (17, set()),
        ([None, 3, {}, {"at": FIRST}], set()),
    ],
)
def test_history_shapes(history: Any, expected: set[tuple[int, str, str | None]]) -> None:
    found = seen(status="read", statusHistory=history)
    assert found == expected | {(0, "read", None)}


def test_a_word_of_the_history_that_nobody_knows_is_drift() -> None:
    found = normalized(status="sent", statusHistory=[{"status": "vanished", "at": FIRST}])
    assert problems(found.message) == {"statusHistory": "unknown_value"}
    assert ("unknown", "vanished", FIRST) in {
        (o.status.value, o.status_native, o.occurred_at) for o in found.observations
    }


def test_the_same_sighting_in_history_and_times_is_one_observation_with_the_native_word() -> None:
    found = normalized(
        status="delivered", statusHistory=[{"status": "sent", "at": FIRST}, {"status": "delivered"}], sentAt=FIRST,
        deliveredAt=SECOND,
    )  # fmt: skip
    assert [(o.status, o.status_native, o.occurred_at) for o in found.observations] == [
        ("sent", "sent", FIRST),
        ("delivered", "delivered", SECOND),
    ]


@pytest.mark.parametrize(
    ("count", "epoch"),
    [(None, 0), (0, 0), (1, 0), ("1", 0), (2, 1), ("3", 2), (LEAST, 0), (-1, 0)],
    ids=repr,
)
def test_the_epoch_is_the_attempt_before(count: Any, epoch: int) -> None:
    assert seen(status="sent", deliveryAttempts=count) == {(epoch, "sent", None)}


def test_an_old_failure_does_not_mark_the_new_attempt_failed() -> None:
    found = seen(status="processing", deliveryAttempts=2, lastAttemptAt=SECOND, sentAt=FIRST, failedAt=FIRST)
    assert found == {(0, "sent", FIRST), (0, "failed", FIRST), (1, "sending", None)}


@pytest.mark.parametrize("sent_at", [SECOND, LATER])
def test_a_time_at_or_after_the_last_attempt_belongs_to_it(sent_at: str) -> None:
    found = seen(status="processing", deliveryAttempts=2, lastAttemptAt=SECOND, sentAt=sent_at)
    assert found == {(1, "sent", sent_at), (1, "sending", None)}


def test_the_failed_word_is_of_the_new_attempt_even_if_the_time_is_of_the_old_one() -> None:
    found = seen(status="failed", deliveryAttempts=2, lastAttemptAt=SECOND, failedAt=FIRST)
    assert found == {(0, "failed", FIRST), (1, "failed", None)}


def test_without_the_time_of_the_attempt_a_failure_is_taken_for_an_old_one() -> None:
    found = seen(status="processing", deliveryAttempts=2, failedAt=FIRST, deliveredAt=SECOND)
    assert found == {(0, "failed", FIRST), (1, "delivered", SECOND), (1, "sending", None)}


def test_an_undated_entry_of_the_history_never_marks_the_new_attempt() -> None:
    found = seen(status="processing", deliveryAttempts=2, lastAttemptAt=SECOND, statusHistory=["failed", "processing"])
    assert found == {(0, "failed", None), (1, "sending", None)}


def test_reading_on_our_side_is_not_when_an_inbound_message_arrived() -> None:
    found = seen(status="read", direction="inbound", deliveredAt=FIRST, readAt=LATER)
    assert found == {(0, "received", FIRST)}


def test_an_inbound_email_arrived_when_it_says() -> None:
    found = seen(status="received", direction="inbound", channel="email", emailMetadata={"receivedAt": FIRST})
    assert found == {(0, "received", FIRST)}


def test_an_unreadable_time_is_drift_and_kept() -> None:
    found = message(status="sent", sentAt="yesterday")
    assert (found.timestamps.sent, problems(found)) == (None, {"sentAt": "unreadable_time"})
    assert found.extensions["sentAt"] == "yesterday"
