"""CareCloud's account keys, and its login without refresh or usable expiry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from message_detail.adapters.access_tokens import Tokens
from message_detail.adapters.provider_client import ProviderClient
from message_detail.domain.errors import (
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
    UnknownAccount,
)
from message_detail.providers.base.provider import Response, Token
from message_detail.providers.carecloud.provider import PROVIDER
from tests.unit.providers.carecloud_case import (
    LOGIN,
    MESSAGE_ID,
    NOT_FOUND,
    account,
    answer,
    data,
    invalid,
)
from tests.unit.providers.saved_tokens import OneTable


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({"base_url": None}, "base_url"),
        ({"time_zone": None}, "time_zone"),
        ({"token": None}, "token or login/password/external_application_id"),
        ({"token": None, "login": "robot", "password": "x"}, "credentials"),
        ({"domain": "x"}, "domain"),
    ],
)
def test_account_keys(settings: dict[str, Any], missing: str) -> None:
    with pytest.raises(UnknownAccount, match=missing):
        account(**settings)


def test_a_token_is_used_instead_of_logging_in() -> None:
    scheme = PROVIDER.authentication
    assert scheme.static(account(**LOGIN)) == "invented-token"
    assert scheme.static(account(token=None, **LOGIN)) is None
    assert scheme.headers(account(), "abc") == {"Authorization": "Bearer abc"}


def test_the_login_request() -> None:
    login = PROVIDER.authentication.login
    assert login is not None
    assert login.sign_in is not None
    assert login.refresh is None
    request = login.sign_in(account(token=None, **LOGIN))
    assert (request.method, request.path, request.authenticated) == ("POST", "/users/actions/login", False)
    assert request.json == {
        "user_external_application_id": "4d0000000000001",
        "login": "robot",
        "password": "invented",
    }
    assert "invented" not in repr(request)


def read_token(found: Response) -> Token:
    login = PROVIDER.authentication.login
    assert login is not None
    return login.read(found, account(token=None, **LOGIN))


@pytest.mark.parametrize("status", [200, 201])
def test_the_token_is_read_and_its_local_expiry_is_not(status: int) -> None:
    user = {"first_name": "Robot", "email": "robot@example.com", "phone": "+447700900100"}
    body = {"data": {"bearer_token": "abc", "valid_to": "2026-06-01 21:00:00", "user": user}}
    token = read_token(answer(status, body))
    assert token == Token("abc", expires_in=None, refresh_token=None)


@pytest.mark.parametrize(
    ("status", "body"),
    [(400, invalid("not_found")), (400, None), (401, None), (403, None), (404, NOT_FOUND), (405, None), (422, None)],
)
def test_every_4xx_on_login_means_refused_credentials(status: int, body: Any) -> None:
    with pytest.raises(ProviderRefused, match="refused to log in") as caught:
        read_token(answer(status, body))
    assert "invented" not in caught.value.detail


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"error": {"exception": "bad_request_exception", "detail": "User is not active"}}, "User is not active"),
        ({"error": {"title": "Přihlášení selhalo"}}, "Přihlášení selhalo"),
        ({"message": "Unknown external application"}, "Unknown external application"),
        ({"errors": [{"message": "IP address is not allowed"}]}, "IP address is not allowed"),
    ],
)
def test_a_refused_login_repeats_the_vendors_own_reason(body: Any, reason: str) -> None:
    with pytest.raises(ProviderRefused) as caught:
        read_token(answer(400, body))
    assert repr(reason) in caught.value.detail


def test_a_vendors_reason_is_shown_without_persons_and_without_our_own_values() -> None:
    text = f"User {LOGIN['login']}@example.com with {LOGIN['password']} and +420 777 123 456 is not known"
    with pytest.raises(ProviderRefused, match="is not known") as caught:
        read_token(answer(403, {"error": {"detail": text}}))
    assert not any(word in caught.value.detail for word in ("example.com", "invented", "777"))


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (429, None, RateLimited),
        (500, None, ProviderUnavailable),
        (503, None, ProviderUnavailable),
        (200, None, ProviderBadAnswer),
        (200, {"data": {}}, ProviderBadAnswer),
        (200, {"data": []}, ProviderBadAnswer),
        (200, {"data": {"bearer_token": ""}}, ProviderBadAnswer),
    ],
)
def test_other_troubles_of_the_login_are_no_refusal(status: int, body: Any, error: type[ProviderError]) -> None:
    with pytest.raises(error):
        read_token(answer(status, body))


@pytest.mark.parametrize(("status", "rejected"), [(401, True), (400, False), (403, False), (404, False), (429, False)])
def test_only_a_401_means_that_the_token_died(status: int, rejected: bool) -> None:
    login = PROVIDER.authentication.login
    assert login is not None
    assert login.rejected(answer(status)) is rejected


def fetch(server: Callable[[httpx.Request], httpx.Response]) -> dict[str, Any]:
    provider_client = ProviderClient(Tokens(OneTable()), httpx.MockTransport(server))
    return provider_client.session(PROVIDER, account(token=None, **LOGIN), 5).fetch(MESSAGE_ID)


def test_on_401_it_logs_in_again_and_repeats_the_call_once() -> None:
    seen: list[tuple[str, str | None]] = []

    def server(request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/webservice/rest-api/enterprise-interface/v1.0")
        seen.append((path, request.headers.get("Authorization")))
        if path == "/users/actions/login":
            return httpx.Response(201, json={"data": {"bearer_token": f"token-{len(seen)}", "valid_to": "x"}})
        if seen[-1][1] == "Bearer token-1":
            return httpx.Response(401)
        return httpx.Response(200, json={"data": data(plain_text_body="Text")})

    assert fetch(server)["message_id"] == MESSAGE_ID
    assert seen == [
        ("/users/actions/login", None),
        (f"/messages/{MESSAGE_ID}", "Bearer token-1"),
        ("/users/actions/login", None),
        (f"/messages/{MESSAGE_ID}", "Bearer token-3"),
        (f"/messages/{MESSAGE_ID}/detail", "Bearer token-3"),
    ]


def test_a_second_401_is_refused() -> None:
    logins = 0

    def server(request: httpx.Request) -> httpx.Response:
        nonlocal logins
        if request.url.path.endswith("/login"):
            logins += 1
            return httpx.Response(200, json={"data": {"bearer_token": f"token-{logins}"}})
        return httpx.Response(401)

    with pytest.raises(ProviderRefused, match="refuses the token"):
        fetch(server)
    assert logins == 2
