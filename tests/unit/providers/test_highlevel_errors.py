"""What HighLevel's error answers mean, by status and body."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.errors import (
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
