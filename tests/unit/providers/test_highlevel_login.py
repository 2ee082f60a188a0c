"""HighLevel's credentials: Private Integration Tokens, and OAuth with refresh tokens that are good for one use."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.errors import (
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
    UnknownAccount,
)
from message_detail.providers.base.account import build
from message_detail.providers.base.provider import Request, Token
from message_detail.providers.highlevel.provider import PROVIDER
from tests.unit.providers.highlevel_case import CONNECTED, account, answer, login, refused


def test_accounts() -> None:
    with pytest.raises(UnknownAccount, match="token or client_id/client_secret/refresh_token"):
        build("highlevel", "default", {"client_id": "a", "client_secret": "b"}, PROVIDER.schema)
    own = account(token="t", webhook_public_keys=["KEY"])
    assert (own.base_url, own.get("version")) == ("https://services.leadconnectorhq.com", "2021-07-28")
    assert account(token="t", version="v3").get("version") == "v3"


def test_a_private_integration_token_is_never_renewed() -> None:
    scheme = PROVIDER.authentication
    assert scheme.static(account(token="t", **CONNECTED)) == "t"
    assert scheme.static(account(**CONNECTED)) is None
    assert scheme.headers(account(), "t") == {"Authorization": "Bearer t"}


def test_how_to_refresh() -> None:
    own = account(**CONNECTED, version="v3")
    seed, refresh = login().seed, login().refresh
    assert login().sign_in is None
    assert seed is not None
    assert seed(own) == "invented-refresh"
    assert refresh is not None
    assert refresh(own, "r1") == Request(
        path="/oauth/token",
        method="POST",
        headers={"Version": "v3"},
        form={
            "client_id": "invented-client",
            "client_secret": "invented-secret",
            "grant_type": "refresh_token",
            "refresh_token": "r1",
            "user_type": "Location",
        },
        authenticated=False,
    )


@pytest.mark.parametrize(
    "names", [("access_token", "refresh_token", "expires_in"), ("accessToken", "refreshToken", "expiresIn")]
)
@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [(86399, 86399.0), ("3600", 3600.0), (None, None), ("soon", None), (0, None), (-5, None), ("inf", None)],
)
def test_both_spellings_of_a_token(names: tuple[str, str, str], expires_in: Any, seconds: float | None) -> None:
    body = {**dict(zip(names, ("a1", "r2", expires_in), strict=True)), "userType": "Location", "locationId": "Loc1"}
    assert login().read(answer(200, body), account(**CONNECTED)) == Token("a1", seconds, "r2")


@pytest.mark.parametrize("refresh_token", [None, "", 7])
def test_an_answer_may_hold_no_new_refresh_token(refresh_token: Any) -> None:
    body = {"access_token": "a1", "refresh_token": refresh_token}
    assert login().read(answer(200, body), account(**CONNECTED)).refresh_token is None


@pytest.mark.parametrize(
    ("status", "body", "error", "text"),
    [
        (
            400,
            {"error": "invalid_grant", "message": "Invalid grant: refresh token is invalid"},
            ProviderRefused,
            "used up",
        ),
        (401, {"error": "invalid_client"}, ProviderRefused, "client_secret"),
        (403, None, ProviderRefused, "403"),
        (404, None, ProviderRefused, "404"),
        (422, {"message": ["client_id must be a string"]}, ProviderRefused, "422"),
        (200, {}, ProviderBadAnswer, "access token"),
        (200, {"access_token": ""}, ProviderBadAnswer, "access token"),
        (200, None, ProviderBadAnswer, "JSON"),
        (429, None, RateLimited, "throttles"),
        (503, None, ProviderUnavailable, "503"),
    ],
)
def test_what_goes_wrong_with_refreshing(status: int, body: Any, error: type[ProviderError], text: str) -> None:
    with pytest.raises(error, match=text):
        login().read(answer(status, body), account(**CONNECTED))


@pytest.mark.parametrize(
    ("status", "text", "rejected"),
    [
        (401, "Invalid token: access token is invalid", True),
        (401, "Invalid token: access token is expired", True),
        (401, "The token has EXPIRED", True),
        (401, "Invalid JWT", True),
        (401, ["Invalid token"], True),
        (401, "The token is not authorized for this scope.", False),
        (401, "The token does not have access to this location", False),
        (401, "Invalid token for this location", False),
        (401, "This AuthClass is not yet supported", False),
        (401, "version header was not found.", False),
        (401, "Unauthorized", False),
        (401, None, False),
        (403, "Invalid token: access token is invalid", False),
        (400, "Invalid token: access token is invalid", False),
        (404, "Message not found", False),
        (500, "Invalid token", False),
    ],
)
def test_which_answers_may_cost_the_refresh_token(status: int, text: Any, rejected: bool) -> None:
    assert login().rejected(refused(status, text)) is rejected


def test_a_refusal_without_a_body_does_not_cost_the_refresh_token() -> None:
    assert not login().rejected(answer(401, None))


@pytest.mark.parametrize(
    "text",
    ["Location is not active", "The location L1 is suspended", "App not installed on location", "Agency is inactive"],
)
@pytest.mark.parametrize("status", [400, 401, 403, 422])
def test_a_refresh_that_the_location_stands_against_is_not_blamed_on_the_token(status: int, text: str) -> None:
    with pytest.raises(ProviderRefused) as caught:
        login().read(answer(status, {"message": text, "error": "Bad Request"}), account(**CONNECTED))
    assert text in caught.value.detail
    assert "connect the app again" not in caught.value.detail


def test_a_refused_refresh_repeats_the_vendors_reason_without_secrets_or_persons() -> None:
    said = "refresh token invented-refresh of jane@example.com is invalid"
    with pytest.raises(ProviderRefused) as caught:
        login().read(answer(400, {"error": "invalid_grant", "error_description": said}), account(**CONNECTED))
    assert "'refresh token […] of […] is invalid'" in caught.value.detail
    assert "connect the app again" in caught.value.detail
