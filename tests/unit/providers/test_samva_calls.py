"""Samva: the request, the key, and what each error answer means."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.adapters.provider_steps import fetch_document
from message_detail.domain.errors import (
    MessageNotFound,
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
    UnknownAccount,
)
from message_detail.providers.base.account import build
from message_detail.providers.base.provider import Request
from message_detail.providers.samva.provider import PROVIDER
from tests.unit.providers.samva_case import account, answer

# --- the call ------------------------------------------------------------------------------------------------


def test_the_id_is_sent_in_the_path_and_in_the_query() -> None:
    request = next(PROVIDER.retrieve(account(), "a/b ü"))
    assert request == Request(path="/messages/a%2Fb%20%C3%BC", query={"id": "a/b ü"})


def test_the_key_goes_into_its_own_header() -> None:
    scheme = PROVIDER.authentication
    key = scheme.static(account())
    assert key == "invented-key"
    assert scheme.headers(account(), key) == {"X-API-Key": "invented-key"}
    assert scheme.login is None


def test_accounts() -> None:
    assert account().base_url == "https://samva.app/api/v1"
    assert account(base_url="https://api.samva.dev/v1/").base_url == "https://api.samva.dev/v1"
    with pytest.raises(UnknownAccount, match="api_key"):
        build("samva", "default", {}, PROVIDER.schema)
    with pytest.raises(UnknownAccount, match="'token'"):
        account(token="x")


@pytest.mark.parametrize(
    ("status", "tag", "error"),
    [
        (404, "ResourceNotFoundError", MessageNotFound),
        (401, "UnauthorizedError", ProviderRefused),
        (403, "ForbiddenError", ProviderRefused),
        (403, "FlagDisabledError", ProviderRefused),
        (402, "PaymentRequiredError", ProviderRefused),
        (409, "ConflictError", ProviderRefused),
        (422, "ValidationError", MessageNotFound),
        (429, "RateLimitedError", RateLimited),
        (500, "InternalError", ProviderUnavailable),
        (500, "WebhookEnqueueError", ProviderUnavailable),
        (502, "ExternalServiceError", ProviderUnavailable),
        (504, "GatewayTimeoutError", ProviderUnavailable),
    ],
)
def test_errors_by_tag_whatever_the_status(status: int, tag: str, error: type[ProviderError]) -> None:
    assert type(answer(status, {"_tag": tag, "message": "m"}).error) is error
    for other in (200, 400, 500):
        assert type(answer(other, {"_tag": tag, "message": "m"}).error) is error


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, ProviderRefused),
        (401, ProviderRefused),
        (402, ProviderRefused),
        (403, ProviderRefused),
        (404, MessageNotFound),
        (409, ProviderRefused),
        (422, MessageNotFound),
        (429, RateLimited),
        (500, ProviderUnavailable),
        (503, ProviderUnavailable),
    ],
)
@pytest.mark.parametrize("body", [{"error": {"code": "X"}}, {"_tag": "BrandNewError"}, {"_tag": 7}, None, [], "text"])
def test_errors_without_a_known_tag_by_status(status: int, error: type[ProviderError], body: Any) -> None:
    assert type(answer(status, body).error) is error


@pytest.mark.parametrize(
    ("given", "seconds"),
    [(7, 7.0), ("2.5", 2.5), (600, 60.0), (-1, None), (None, None), ("soon", None), ("inf", None), ([], None)],
)
def test_the_body_says_how_long_to_wait_and_a_try_waits_a_minute_at_most(given: Any, seconds: float | None) -> None:
    error = answer(429, {"_tag": "RateLimitedError", "retryAfterSeconds": given}).error
    assert error is not None
    assert error.retry_after == seconds


def test_a_tag_of_something_else_in_a_success_is_no_error() -> None:
    assert answer(200, {"_tag": "Message", "id": "m1"}).ok


@pytest.mark.parametrize("body", [{}, {"id": None}, {"id": ""}, {"status": "sent"}, {"id": "another"}])
def test_a_success_without_the_id_asked_for_is_a_bad_answer(body: dict[str, Any]) -> None:
    with pytest.raises(ProviderBadAnswer):
        fetch_document(PROVIDER, account(), "m1", lambda _: answer(200, body))
