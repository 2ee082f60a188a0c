"""What Samva's simulator has of its vendor alone."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from local.simulators.samva import Samva
from tests.unit.simulators.client import assert_holds, call, get, login


@pytest.fixture
def simulator() -> Samva:
    return Samva()


def test_wrong_credentials_are_refused_in_the_vendors_words(simulator: Samva) -> None:
    answer = get(simulator, simulator.message_ids()[0], {"x-api-key": "wrong"})
    assert answer.status_code == 401
    assert_holds(answer.json(), {"_tag": "UnauthorizedError"})


@pytest.mark.parametrize(
    ("message_id", "status", "expected"),
    [
        ("msg_none", 404, {"_tag": "ResourceNotFoundError", "resource": "message", "id": "msg_none"}),
        ("odd", 422, {"_tag": "ValidationError", "fields": {"id": ["Invalid uuid"]}}),
    ],
)
def test_a_message_that_is_not_there(simulator: Samva, message_id: str, status: int, expected: dict[str, Any]) -> None:
    answer = get(simulator, message_id, login(simulator))
    assert answer.status_code == status
    assert_holds(answer.json(), expected)


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("external_service", 502, {"_tag": "ExternalServiceError"}),
        ("payment_required", 402, {"_tag": "PaymentRequiredError", "limit": 1000}),
        ("rate_limited", 429, {"_tag": "RateLimitedError", "retryAfterSeconds": 1}),
    ],
)
def test_faults_of_this_vendor(simulator: Samva, kind: str, status: int, expected: dict[str, Any]) -> None:
    headers = login(simulator)
    simulator.fault(kind, 1)
    answer = get(simulator, simulator.message_ids()[0], headers)
    assert answer.status_code == status
    assert_holds(answer.json(), expected)


def test_a_page_of_more_than_a_hundred_is_refused(simulator: Samva) -> None:
    url = f"{simulator.base_url}/messages"
    assert call(simulator, "GET", url, headers=login(simulator), params={"limit": "101"}).status_code == 422


def test_webhooks_of_both_generations_verify(simulator: Samva) -> None:
    message_id = simulator.message_ids()[1]
    plain, standard = simulator.account()["webhook_secrets"]
    headers, body = simulator.webhook(message_id)
    expected = hmac.new(plain.encode(), body, hashlib.sha256).hexdigest()
    assert headers["x-webhook-signature"] == f"sha256={expected}"
    assert_holds(json.loads(body), {"event": "message.delivered", "messageId": message_id})
    headers, body = simulator.webhook(message_id, style="gen3", event_id="whevt_1")
    assert Webhook(standard).verify(body.decode(), headers)["data"]["messageId"] == message_id
    assert headers["webhook-id"] == "whevt_1"
