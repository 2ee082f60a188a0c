"""What HighLevel's simulator has of its vendor alone."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

from local.simulators.highlevel import HighLevel
from tests.unit.simulators.client import assert_holds, call, control, get, login, unwrapped


@pytest.fixture
def simulator() -> HighLevel:
    return HighLevel()


def refresh(simulator: HighLevel, token: str, **changes: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": token}
    form |= {key: simulator.account()[key] for key in ("client_id", "client_secret")}
    return call(simulator, "POST", f"{simulator.base_url}/oauth/token", data={**form, **changes})


def test_a_refresh_token_is_good_for_one_use_and_thirty_seconds() -> None:
    now = [1_000.0]
    simulator = HighLevel(clock=lambda: now[0])
    old = simulator.account()["refresh_token"]
    first = refresh(simulator, old).json()
    assert first["expires_in"] == 86399
    assert first["locationId"] == "ve9EPM428h8vShlRW1KT"
    assert first["refresh_token"] == simulator.account()["refresh_token"] != old
    now[0] += 30
    assert refresh(simulator, old).json() == first
    now[0] += 1
    assert refresh(simulator, old).status_code == 400
    second = refresh(simulator, first["refresh_token"]).json()
    assert second["access_token"] != first["access_token"]
    assert refresh(simulator, second["refresh_token"], client_secret="wrong").status_code == 401
    assert refresh(simulator, second["refresh_token"]).status_code == 200
    now[0] += 86400
    headers = {"authorization": f"Bearer {second['access_token']}", "version": "v3"}
    answer = get(simulator, "SimMessageSmsFailed1", headers)
    assert answer.json()["message"] == "Invalid token: access token is expired"


def test_wrong_credentials_are_refused_in_the_vendors_words(simulator: HighLevel) -> None:
    answer = get(simulator, simulator.message_ids()[0], {"authorization": "Bearer wrong", "version": "v3"})
    assert answer.status_code == 401
    assert_holds(answer.json(), {"statusCode": 401, "message": "Invalid token: access token is invalid"})


def test_a_message_that_is_not_there(simulator: HighLevel) -> None:
    answer = get(simulator, "Nothing", login(simulator))
    assert answer.status_code == 404
    assert_holds(answer.json(), {"statusCode": 404, "message": "Message not found"})


def test_it_wants_a_version_and_has_two_envelopes(simulator: HighLevel) -> None:
    bearer = {"authorization": login(simulator)["Authorization"]}
    message_id = "SimMessageSmsFailed1"
    assert get(simulator, message_id, bearer).status_code == 401
    assert get(simulator, message_id, {**bearer, "version": "1999-01-01"}).status_code == 400
    answer = get(simulator, message_id, {**bearer, "version": "v3"})
    assert answer.json()["message"]["error"] == "Unreachable destination handset"
    assert answer.headers["x-ratelimit-max"] == "100"
    assert int(answer.headers["x-ratelimit-remaining"]) < 100
    control(simulator, "POST", "options", enveloped=False)
    assert get(simulator, message_id, {**bearer, "version": "v3"}).json()["id"] == message_id


def test_the_e_mails_of_a_message_come_one_by_one(simulator: HighLevel) -> None:
    headers = login(simulator)
    meta = unwrapped(simulator, get(simulator, "SimMessageEmailOpen1", headers))["meta"]
    emails = [
        call(simulator, "GET", f"{simulator.base_url}/conversations/messages/email/{one}", headers=headers).json()
        for one in meta["email"]["messageIds"]
    ]
    assert [email["threadId"] for email in emails] == ["SimMessageEmailOpen1"] * 2
    assert emails[1]["replyToMessageId"] == emails[0]["id"]


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("scope", 401, {"message": "The token is not authorized for this scope."}),
        ("location", 401, {"message": "The token does not have access to this location"}),
        ("unprocessable", 422, {"message": ["id must be a valid message id"]}),
    ],
)
def test_faults_of_this_vendor(simulator: HighLevel, kind: str, status: int, expected: dict[str, Any]) -> None:
    headers = login(simulator)
    simulator.fault(kind, 1)
    answer = get(simulator, simulator.message_ids()[0], headers)
    assert answer.status_code == status
    assert_holds(answer.json(), expected)


def test_a_budget_that_is_used_up_is_told_with_its_window(simulator: HighLevel) -> None:
    headers = login(simulator)
    simulator.fault("rate_limited", 1)
    answer = get(simulator, simulator.message_ids()[0], headers)
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert answer.headers["x-ratelimit-interval-milliseconds"] == "10000"


def test_a_page_of_fewer_than_ten_is_refused(simulator: HighLevel) -> None:
    url = f"{simulator.base_url}/conversations/messages/export"
    assert call(simulator, "GET", url, headers=login(simulator), params={"limit": "9"}).status_code == 422


def test_webhooks_are_signed_with_the_accounts_key(simulator: HighLevel) -> None:
    headers, body = simulator.webhook("SimMessageSmsFailed1", at="2026-05-04T09:15:03Z", event_id="whk-1")
    payload = json.loads(body)
    assert_holds(payload, {"type": "OutboundMessage", "messageId": "SimMessageSmsFailed1", "webhookId": "whk-1"})
    assert payload["timestamp"] == "2026-05-04T09:15:03.000Z"
    keys = [
        load_der_public_key(base64.b64decode(simulator.account()["webhook_public_keys"][0])),
        load_pem_public_key(simulator.account("second")["webhook_public_keys"][0].encode()),
    ]
    for key in keys:
        assert isinstance(key, Ed25519PublicKey)
        key.verify(base64.b64decode(headers["x-ghl-signature"]), body)
        with pytest.raises(InvalidSignature):
            key.verify(base64.b64decode(headers["x-ghl-signature"]), body + b" ")
    assert simulator.webhook("x", style="unsigned")[0]["x-ghl-signature"] == "N/A"


def test_webhooks_carry_what_the_vendors_do(simulator: HighLevel) -> None:
    email = json.loads(simulator.webhook("SimMessageEmailOpen1")[1])
    assert (email["threadId"], email["emailMessageId"]) == ("SimMessageEmailOpen1", "SimEmail000000000002")
    assert "messageId" not in email
    inbound = json.loads(simulator.webhook("SimMessageVoicemail1")[1])
    assert_holds(inbound, {"type": "InboundMessage", "messageTypeString": "TYPE_VOICEMAIL", "callDuration": 14})
    unread = json.loads(simulator.webhook("SimMessageSmsFailed1", "ConversationUnreadUpdate")[1])
    assert "messageId" not in unread
