"""accounts check: what the provider's answer says of the credentials, and that tokens go through the shared table."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from message_detail import providers
from message_detail.adapters.access_tokens import SavedToken, fingerprint
from message_detail.adapters.aws.token_store import DynamoTokens
from message_detail.providers.base.account import build
from message_detail_cli.probe import MADE_UP
from tests.unit.cli.conftest import TABLE, Aws, Shell
from tests.unit.conftest import table_of
from tests.unit.samples import NATIVE_ID, answer

HIDDEN = "value-that-must-not-be-shown"
CHECK = ("accounts", "check", "cellcast", "default")
NOT_FOUND = httpx.Response(404, json={"status": False, "message": "not found"})
REFUSED = httpx.Response(401, json={"status": False, "message": HIDDEN})
OAUTH = {"client_id": "client", "client_secret": HIDDEN, "refresh_token": f"{HIDDEN}-0"}


def by_token(request: httpx.Request) -> httpx.Response:
    """A provider that knows one token and no message."""
    return NOT_FOUND if request.headers["authorization"] == f"Bearer {HIDDEN}" else REFUSED


@pytest.fixture
def account(stack: Aws) -> Aws:
    stack.put("cellcast/default", {"token": HIDDEN})
    return stack


def test_not_found_means_that_the_credentials_work_when_others_are_refused(account: Aws, shell: Shell) -> None:
    shell.answers = by_token
    ran = shell(*CHECK)
    assert ran.code == 0, ran
    assert [line[len("provider  ") :] for line in ran.out.splitlines()] == [
        "cellcast",
        "default",
        "ok",
        f"asked Cellcast for the message {'0' * 24}, which can't exist: message_not_found",
        "asked the same with a made-up credential: provider_refused",
    ]
    assert [request.headers["authorization"] for request in shell.requests] == [f"Bearer {HIDDEN}", f"Bearer {MADE_UP}"]
    assert HIDDEN not in ran.all


def test_not_found_for_everybody_proves_nothing(account: Aws, shell: Shell) -> None:
    shell.says(NOT_FOUND)
    ran = shell(*CHECK, "--json")
    assert (ran.code, ran.json["result"]) == (1, "unclear")
    assert "check base_url" in ran.err


def test_a_comparison_that_fails_for_another_reason_changes_nothing(account: Aws, shell: Shell) -> None:
    shell.says(NOT_FOUND, httpx.Response(503, json={}))
    assert shell(*CHECK).code == 0


@pytest.mark.parametrize(
    ("vendor", "result", "code"),
    [
        (REFUSED, "refused", "provider_refused"),
        (httpx.Response(400, json={}), "refused", "provider_refused"),
        (httpx.Response(429, headers={"retry-after": "7"}, json={}), "unclear", "rate_limited"),
        (httpx.Response(503, json={}), "unclear", "provider_unavailable"),
        (httpx.Response(200, text="<html>"), "unclear", "provider_bad_answer"),
    ],
)
def test_other_answers_fail_with_their_code(
    account: Aws, shell: Shell, vendor: httpx.Response, result: str, code: str
) -> None:
    shell.says(vendor)
    ran = shell(*CHECK, "--json")
    assert (ran.code, ran.json["result"]) == (1, result)
    assert ran.err.startswith(f"message-detail accounts check: {code}: ")
    assert HIDDEN not in ran.all


def test_an_account_that_cools_down_is_left_alone(account: Aws, shell: Shell) -> None:
    shell.says(httpx.Response(429, headers={"retry-after": "60"}, json={}))
    shell(*CHECK)
    ran = shell(*CHECK)
    assert "cooling down" in ran.err
    assert len(shell.requests) == 1


def test_an_account_whose_budget_is_nearly_used_up_is_left_alone_even_where_the_answer_is_no_use(
    stack: Aws, shell: Shell
) -> None:
    stack.put("highlevel/default", {"token": HIDDEN})
    shell.says(httpx.Response(200, headers={"x-ratelimit-remaining": "0"}, json={"message": {"id": "another"}}))
    assert "another message" in shell("accounts", "check", "highlevel", "default").err
    assert "cooling down" in shell("accounts", "check", "highlevel", "default").err
    assert len(shell.requests) == 1


def test_a_message_that_is_there_settles_it_in_one_call(account: Aws, shell: Shell) -> None:
    shell.says(httpx.Response(200, json=answer()))
    ran = shell(*CHECK, "--message", NATIVE_ID)
    assert (ran.code, len(shell.requests)) == (0, 1)
    assert "the message came" in ran.out


def test_highlevels_passing_refusal_is_not_taken_for_bad_credentials(stack: Aws, shell: Shell) -> None:
    stack.put("highlevel/default", {"token": HIDDEN})
    shell.says(httpx.Response(403, json={"message": "Forbidden resource"}))
    ran = shell("accounts", "check", "highlevel", "default", "--json")
    assert (ran.code, ran.json["result"]) == (1, "unclear")
    assert "try --message" in ran.err


class OAuth:
    """A provider whose refresh tokens are good for one use."""

    def __init__(self, refresh_token: str) -> None:
        self.refresh_token = refresh_token
        self.refreshed = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/oauth/token":
            known = request.headers["authorization"] == f"Bearer {HIDDEN}-access-{self.refreshed}"
            return httpx.Response(404, json={}) if known else httpx.Response(401, json={"message": "Invalid JWT"})
        if f"refresh_token={self.refresh_token}&" not in request.content.decode():
            return httpx.Response(400, json={"error": "invalid_grant"})
        self.refreshed += 1
        self.refresh_token = f"{HIDDEN}-{self.refreshed}"
        token = f"{HIDDEN}-access-{self.refreshed}"
        return httpx.Response(
            200, json={"access_token": token, "refresh_token": self.refresh_token, "expires_in": 86_399}
        )


def shared(aws: Aws) -> tuple[DynamoTokens, Any]:
    """The stack's tokens, and the account that they are of."""
    keys = providers.account_schema("highlevel")
    return DynamoTokens(table_of(aws.dynamodb)), build("highlevel", "default", OAUTH, keys)


def test_a_rotated_refresh_token_is_saved_in_the_shared_table_and_the_access_token_used_again(
    stack: Aws, shell: Shell
) -> None:
    stack.put("highlevel/default", OAUTH)
    vendor = OAuth(OAUTH["refresh_token"])
    shell.answers = vendor
    first = shell("accounts", "check", "highlevel", "default")
    assert first.code == 0, first
    assert f"logged in and saved the new access token in the table {TABLE}" in first.out
    tokens, account = shared(stack)
    saved = tokens.read_token(account)
    assert saved is not None
    assert saved.refresh_token == f"{HIDDEN}-1"
    second = shell("accounts", "check", "highlevel", "default")
    assert second.code == 0
    assert f"access tokens come from the table {TABLE}" in second.out
    assert vendor.refreshed == 1
    assert HIDDEN not in first.all + second.all


def test_the_live_refresh_token_is_the_tables_and_not_the_secrets(stack: Aws, shell: Shell) -> None:
    """The secret holds the first one, which is used up: going around the table would end the installation."""
    stack.put("highlevel/default", OAUTH)
    tokens, account = shared(stack)
    login = providers.load("highlevel").authentication.login
    assert login is not None
    seed = fingerprint(account, login)
    tokens.save_token(account, SavedToken("expired", time.time() - 1, seed, f"{HIDDEN}-live"))
    shell.answers = OAuth(f"{HIDDEN}-live")
    assert shell("accounts", "check", "highlevel", "default").code == 0


def test_a_login_that_is_refused_says_what_to_check(stack: Aws, shell: Shell) -> None:
    stack.put("highlevel/default", OAUTH)
    shell.answers = OAuth("another")
    ran = shell("accounts", "check", "highlevel", "default", "--json")
    assert (ran.code, ran.json["result"]) == (1, "refused")
    assert "check client_id and client_secret" in ran.err
    assert "made no new login that succeeded" in ran.json["did"][0]
    assert HIDDEN not in ran.all


def test_put_with_check_stores_before_it_tries(stack: Aws, shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    file.write_text(json.dumps({"token": HIDDEN}), encoding="utf-8")
    stored: list[Any] = []

    def vendor(request: httpx.Request) -> httpx.Response:
        stored.append(stack.value("cellcast/default"))
        return by_token(request)

    shell.answers = vendor
    ran = shell("accounts", "put", "cellcast", "default", "--file", str(file), "--check")
    assert ran.code == 0, ran
    assert stored[0] == {"token": HIDDEN}
    assert "result    ok" in ran.out
    shell.says(REFUSED)
    ran = shell("accounts", "put", "cellcast", "default", "--file", str(file), "--check", "--json")
    assert (ran.code, ran.json["created"], ran.json["check"]["result"]) == (1, False, "refused")
    assert HIDDEN not in ran.all


def test_without_a_stack_nothing_is_stored_that_could_not_be_checked(aws: Aws, shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    file.write_text('{"token": "x"}', encoding="utf-8")
    line = shell.fails(1, "accounts", "put", "cellcast", "default", "--file", str(file), "--check")
    assert "there is no stack 'message-detail' in us-east-1" in line
    assert aws.names() == []


@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        (None, "message-detail accounts put cellcast default"),
        ({"tokn": HIDDEN}, "unknown key 'tokn'"),
        (f"[{HIDDEN}", "does not hold a JSON object"),
    ],
)
def test_a_secret_that_is_missing_or_unusable_is_named(stack: Aws, shell: Shell, stored: Any, reason: str) -> None:
    if stored is not None:
        stack.put("cellcast/default", stored)
    line = shell.fails(1, *CHECK)
    assert reason in line
    assert HIDDEN not in line
    assert shell.requests == []
