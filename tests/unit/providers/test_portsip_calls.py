"""PortSIP PBX: the requests, the errors, the accounts, and signing in."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from message_detail.adapters.access_tokens import Tokens
from message_detail.adapters.provider_client import ProviderClient
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
from message_detail.providers.base.provider import Request, Response, Token
from message_detail.providers.portsip.provider import PROVIDER
from tests.unit.providers.portsip_case import account, answer, errors, fetched, login
from tests.unit.providers.saved_tokens import OneTable

# --- the call ------------------------------------------------------------------------------------------------


def test_the_id_is_sent_as_it_is() -> None:
    sent: list[Request] = []
    assert fetched([answer(200, {"id": "MTA="})], sent) == {"id": "MTA="}
    assert [request.path for request in sent] == ["/external_messages/MTA%3D"]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, None, ProviderRefused),
        (400, errors("UNAUTHORIZED"), ProviderRefused),
        (403, errors("UNKNOWN"), ProviderRefused),
        (400, errors("VALIDATE_FAILED"), MessageNotFound),
        (404, errors("NOT_FOUND"), MessageNotFound),
        (400, errors("UNKNOWN"), ProviderRefused),
        (400, errors("BRAND_NEW"), ProviderRefused),
        (429, errors("UNKNOWN"), RateLimited),
        (400, errors("UNKNOWN", "Request was Throttled."), RateLimited),
        (503, errors("UNKNOWN"), ProviderUnavailable),
        (500, None, ProviderUnavailable),
        (200, errors("UNAUTHORIZED"), ProviderRefused),
        (200, None, ProviderBadAnswer),
        (400, {"errors": "text"}, ProviderRefused),
        (400, {"errors": [None, 7, {"code": None}]}, ProviderRefused),
    ],
)
def test_errors(status: int, body: Any, error: type[ProviderError]) -> None:
    assert type(answer(status, body).error) is error


def test_a_message_with_a_field_named_errors_is_still_a_message() -> None:
    assert answer(200, {"id": "MTA=", **errors("UNAUTHORIZED")}).ok


def test_not_found_where_the_list_is_there() -> None:
    sent: list[Request] = []
    with pytest.raises(MessageNotFound):
        fetched([answer(404), answer(200, {"count": 0, "items": []})], sent)
    assert (sent[1].path, sent[1].query) == ("/external_messages", {"top": "1"})


def test_a_list_that_is_not_there_either_means_an_old_pbx() -> None:
    with pytest.raises(ProviderRefused, match=r"v22\.1\.7"):
        fetched([answer(404), answer(404)])


def test_a_list_that_is_refused_leaves_the_message_not_found() -> None:
    with pytest.raises(MessageNotFound):
        fetched([answer(404), answer(403)])


def test_an_invalid_id_costs_one_call() -> None:
    sent: list[Request] = []
    with pytest.raises(MessageNotFound):
        fetched([answer(400, errors("VALIDATE_FAILED"))], sent)
    assert len(sent) == 1


def test_the_decimal_spelling_is_another_id() -> None:
    with pytest.raises(ProviderBadAnswer):
        fetched([answer(200, {"id": "10"})])


@pytest.mark.parametrize("body", [{}, {"id": None}, {"id": ""}, {"delivery": "SENT"}])
def test_a_success_without_an_id_is_a_bad_answer(body: dict[str, Any]) -> None:
    with pytest.raises(ProviderBadAnswer):
        fetched([answer(200, body)])


# --- accounts and signing in ---------------------------------------------------------------------------------


def test_accounts() -> None:
    with pytest.raises(UnknownAccount, match="base_url"):
        build("portsip", "default", {"token": "x"}, PROVIDER.schema)
    with pytest.raises(UnknownAccount, match="token or username/password"):
        account(username="reader")
    assert account(token="x", ca_certificate="PEM").get("ca_certificate") == "PEM"


def test_an_account_with_a_token_does_not_sign_in() -> None:
    scheme = PROVIDER.authentication
    assert scheme.static(account(token="invented-token")) == "invented-token"
    assert scheme.static(account()) is None
    assert scheme.headers(account(), "t") == {"Authorization": "Bearer t"}


@pytest.mark.parametrize("domain", [{}, {"domain": "tenant.example.com"}])
def test_signing_in(domain: dict[str, str]) -> None:
    sign_in = login().sign_in
    assert sign_in is not None
    credentials = {"username": "reader", "password": "invented-password", **domain}
    assert sign_in(account(**credentials)) == Request(
        path="/auth/sign_in", method="POST", json=credentials, authenticated=False
    )


def test_refreshing_sends_no_access_token() -> None:
    refresh = login().refresh
    assert refresh is not None
    assert refresh(account(), "r1") == Request(
        path="/auth/refresh_token", method="POST", json={"refresh_token": "r1"}, authenticated=False
    )


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [(3600, 3600.0), ("1800", 1800.0), (None, 1800.0), ("soon", 1800.0), (0, 1800.0), ("inf", 1800.0)],
)
def test_the_life_of_a_token(expires_in: Any, seconds: float) -> None:
    body = {"token_type": "Bearer", "access_token": "a1", "refresh_token": "r2", "expires_in": expires_in}
    assert login().read(answer(200, body), account()) == Token("a1", seconds, "r2")


@pytest.mark.parametrize("refresh_token", [None, "", 7])
def test_an_answer_may_hold_no_new_refresh_token(refresh_token: Any) -> None:
    body = {"access_token": "a1", "refresh_token": refresh_token, "expires_in": 60}
    assert login().read(answer(200, body), account()).refresh_token is None


@pytest.mark.parametrize(
    ("status", "body", "error", "text"),
    [
        (400, errors("UNAUTHORIZED"), ProviderRefused, "user name and password"),
        (400, errors("UNKNOWN"), ProviderRefused, "token"),
        (400, errors("VALIDATE_FAILED"), ProviderRefused, "400"),
        (401, None, ProviderRefused, "401"),
        (404, None, ProviderRefused, r"v22\.2\.11.*static token"),
        (200, {"two_factor_enabled": True, "token": "t"}, ProviderRefused, "second factor"),
        (200, {}, ProviderBadAnswer, "access_token"),
        (200, None, ProviderBadAnswer, "JSON"),
        (429, None, RateLimited, "throttles"),
        (503, None, ProviderUnavailable, "503"),
    ],
)
def test_what_goes_wrong_with_signing_in(status: int, body: Any, error: type[ProviderError], text: str) -> None:
    with pytest.raises(error, match=text):
        login().read(answer(status, body), account())


@pytest.mark.parametrize(
    ("status", "body", "rejected"),
    [
        (401, None, True),
        (400, errors("UNAUTHORIZED"), True),
        (403, errors("UNKNOWN"), False),
        (403, errors("unauthorized"), True),
        (404, errors("NOT_FOUND"), False),
        (500, None, False),
    ],
)
def test_which_answers_mean_that_the_token_is_no_longer_good(status: int, body: Any, rejected: bool) -> None:
    assert login().rejected(answer(status, body)) is rejected


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (errors("UNAUTHORIZED", "The tenant is disabled"), "The tenant is disabled"),
        (errors("UNKNOWN", "Too old a client"), "Too old a client"),
        ({"message": "License has run out"}, "License has run out"),
    ],
)
def test_a_refused_sign_in_repeats_the_vendors_own_reason(body: Any, reason: str) -> None:
    with pytest.raises(ProviderRefused) as caught:
        login().read(answer(400, body), account())
    assert repr(reason) in caught.value.detail
    assert "invented-password" not in caught.value.detail


def test_a_login_page_in_place_of_an_answer_means_that_the_token_died() -> None:
    """A proxy before the PBX shows it once its session has ended: a 200, and HTML."""
    signed_in = 0

    def server(request: httpx.Request) -> httpx.Response:
        nonlocal signed_in
        if request.url.path.endswith("/auth/sign_in"):
            signed_in += 1
            return httpx.Response(200, json={"access_token": f"token-{signed_in}", "expires_in": 3600})
        if request.headers["Authorization"] == "Bearer token-1":
            return httpx.Response(200, html="<!doctype html><title>Sign in</title>")
        return httpx.Response(200, json={"id": "MTA=", "delivery": "SENT"})

    provider_client = ProviderClient(Tokens(OneTable()), httpx.MockTransport(server))
    assert provider_client.session(PROVIDER, account(), 5).fetch("MTA=")["delivery"] == "SENT"
    assert signed_in == 2


def test_a_login_page_that_stays_is_a_bad_answer_after_one_more_sign_in() -> None:
    paths: list[str] = []

    def server(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        if request.url.path.endswith("/auth/sign_in"):
            return httpx.Response(200, json={"access_token": f"token-{len(paths)}", "expires_in": 3600})
        return httpx.Response(200, html="<!doctype html><title>Sign in</title>")

    provider_client = ProviderClient(Tokens(OneTable()), httpx.MockTransport(server))
    with pytest.raises(ProviderBadAnswer):
        provider_client.session(PROVIDER, account(), 5).fetch("MTA=")
    assert len(paths) == 4


@pytest.mark.parametrize(
    ("status", "content_type", "body", "rejected"),
    [
        (200, "text/html; charset=utf-8", None, True),
        (200, "application/xhtml+xml", None, True),
        (200, "application/json", None, False),
        (200, "text/html", {"id": "MTA="}, False),
        (500, "text/html", None, False),
        (404, "text/html", None, False),
    ],
)
def test_only_a_page_in_place_of_a_success_is_a_login_page(
    status: int, content_type: str, body: Any, rejected: bool
) -> None:
    assert login().rejected(Response(status, {"content-type": content_type}, body)) is rejected
