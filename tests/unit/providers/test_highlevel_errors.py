"""What HighLevel's error answers mean, by status and body."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.errors import (
    MessageNotFound,
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    ProviderRefusedForNow,
    ProviderUnavailable,
    RateLimited,
)
from tests.unit.providers.highlevel_case import answer, raw, refused


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (404, "Message not found", MessageNotFound),
        (401, "Invalid token: access token is invalid", ProviderRefused),
        (401, "Invalid token: access token is expired", ProviderRefused),
        (401, "The token is not authorized for this scope.", ProviderRefused),
        (401, "The token does not have access to this location", ProviderRefused),
        (401, "This AuthClass is not yet supported", ProviderRefused),
        (403, "The token does not have access to this location", ProviderRefused),
        (403, "This AuthClass is not yet supported", ProviderRefused),
        (403, "Forbidden resource", ProviderRefusedForNow),
        (403, None, ProviderRefusedForNow),
        (400, "Bad Request", ProviderRefused),
        (422, ["Unprocessable Entity", "id must be a string"], ProviderRefused),
        (402, "Payment Required", ProviderRefused),
        (429, "Too Many Requests", RateLimited),
        (500, "Internal server error", ProviderUnavailable),
        (503, ["Service Unavailable"], ProviderUnavailable),
        (504, None, ProviderUnavailable),
    ],
)
def test_errors(status: int, text: Any, error: type[ProviderError]) -> None:
    assert type(refused(status, text).error) is error
    assert type(answer(200, {"statusCode": status, "message": text}).error) is error
    assert type(answer(200, {"statusCode": str(status), "message": text}).error) is error


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, MessageNotFound),
        (401, ProviderRefused),
        (403, ProviderRefusedForNow),
        (429, RateLimited),
        (502, ProviderUnavailable),
        (200, ProviderBadAnswer),
    ],
)
@pytest.mark.parametrize("body", [None, "text", ["text"], 7])
def test_errors_without_a_json_object(status: int, error: type[ProviderError], body: Any) -> None:
    assert type(answer(status, body).error) is error


def test_a_message_with_a_field_named_status_code_is_still_a_message() -> None:
    assert answer(200, {**raw(), "statusCode": 404}).ok
    assert answer(200, {"message": raw(), "statusCode": 404}).ok
    assert answer(200, {"statusCode": 200, "message": raw()}).ok


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 10.0),
        ({"x_ratelimit_interval_milliseconds": "10000"}, 10.0),
        ({"x_ratelimit_interval_milliseconds": "25000", "x_ratelimit_daily_remaining": "5"}, 25.0),
        ({"x_ratelimit_interval_milliseconds": "0"}, 1.0),
        ({"x_ratelimit_interval_milliseconds": "999999999"}, 60.0),
        ({"x_ratelimit_interval_milliseconds": "soon"}, 10.0),
        ({"x_ratelimit_interval_milliseconds": "9" * 400}, 10.0),
        ({"x_ratelimit_daily_remaining": "0"}, 900.0),
        ({"x_ratelimit_daily_remaining": "0", "retry_after": "7"}, 900.0),
        ({"retry_after": "7", "x_ratelimit_interval_milliseconds": "10000"}, 7.0),
    ],
)
def test_how_long_to_wait_when_throttled(headers: dict[str, str], seconds: float) -> None:
    error = answer(429, {"statusCode": 429, "message": "Too Many Requests"}, **headers).error
    assert error is not None
    assert error.retry_after == seconds


def test_no_text_of_the_vendor_is_in_an_error() -> None:
    for status in (400, 401, 403, 404, 422, 429, 500):
        error = refused(status, ["guest@example.com is not welcome"]).error
        assert error is not None
        assert "guest@example.com" not in error.detail


GONE = [
    "Message not found",
    "Message with id M9 not found",
    "message M9 was not found.",
    "Message does not exist",
    "Message doesn't exist",
    "The message no longer exists",
    "No message found",
    "No such message",
    "Could not find message M9",
    "Unable to find the message",
    "Invalid message id",
    "messageId is invalid",
    "message_id must be valid: invalid",
    "This message has been deleted",
    "Messages not found",
    "Contact not found",
    "Conversation with id C1 not found",
    "Message_not_found",
    "messageNotFound",
    "Message doesn’t exist",
    "Message was permanently deleted",
    "Unable to find the requested message",
    "Email message not found",
    "Message with id M9 not found in location L1",
    "messageId must be a valid id",
    "messageId must be a mongodb id",
]


@pytest.mark.parametrize("status", [400, 404, 410, 422, 500, 502, 503])
@pytest.mark.parametrize("text", GONE)
def test_no_such_message_is_said_in_other_statuses(status: int, text: str) -> None:
    """Seen as 400 and as 500: it neither is a refusal to act upon nor counts against the account."""
    for said in (text, text.upper(), [text], [text, "Bad Request"]):
        assert type(refused(status, said).error) is MessageNotFound
        assert type(answer(status, {"message": said}).error) is MessageNotFound
    assert type(answer(200, {"statusCode": status, "message": text}).error) is MessageNotFound


@pytest.mark.parametrize("body", [{"message": "Message not found"}, {"success": False, "error": "Message not found"}])
def test_no_such_message_is_said_in_a_success(body: dict[str, Any]) -> None:
    assert type(answer(200, body).error) is MessageNotFound
    assert answer(200, {**raw(), "error": "Message not found"}).ok


@pytest.mark.parametrize("text", [*GONE, "Invalid token: message not found"])
def test_what_401_and_403_say_is_a_refusal(text: str) -> None:
    assert isinstance(refused(401, text).error, ProviderRefused)
    assert isinstance(refused(403, text).error, ProviderRefused)


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (400, "Location not found", ProviderRefused),
        (400, "Location with id L1 does not exist", ProviderRefused),
        (404, "Location not found", ProviderRefused),
        (404, "Cannot GET /wrong/conversations/messages/M1", ProviderRefused),
        (404, None, MessageNotFound),
        (404, "Not Found", MessageNotFound),
        (404, "Message not found in this location", MessageNotFound),
        (400, "Token not found", ProviderRefused),
        (400, "version 2020-01-01 is not supported", ProviderRefused),
        (400, "Route not found", ProviderRefused),
        (422, ["locationId must be a string", "property messageId should exist"], ProviderRefused),
        (400, "User not found", ProviderRefused),
        (500, "Location not found", ProviderUnavailable),
        (500, "Something went wrong while reading the message", ProviderUnavailable),
        (503, "The message service is not available", ProviderUnavailable),
        (429, "Message not found", RateLimited),
        (400, "Conversation provider not found", ProviderRefused),
        (400, "No conversation provider found", ProviderRefused),
        (400, "Message template not found", ProviderRefused),
        (400, "The message could not be read: API key not found", ProviderRefused),
        (400, "Invalid version for messages: header not found", ProviderRefused),
        (400, "No messages permission: scope not found", ProviderRefused),
        (422, ["locationId must be a valid id"], ProviderRefused),
        (404, "Contact's location not found", ProviderRefused),
        (404, "The location of this message was not found", ProviderRefused),
        (500, "Failed to load message: location not found", ProviderUnavailable),
        (500, "Error while fetching messages: connection not found", ProviderUnavailable),
        (500, "Messages index does not exist", ProviderUnavailable),
        (502, "Message broker is unavailable: host not found", ProviderUnavailable),
        (503, "Message service not found", ProviderUnavailable),
        (503, "Not found", ProviderUnavailable),
        (410, "Gone", MessageNotFound),
        (400, "No record found", MessageNotFound),
        (500, "Not found", MessageNotFound),
    ],
)
def test_what_else_is_not_found_is_no_missing_message(status: int, text: Any, error: type[ProviderError]) -> None:
    assert type(refused(status, text).error) is error
