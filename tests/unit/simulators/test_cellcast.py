"""What Cellcast's simulator has of its vendor alone."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from local.simulators.cellcast import Cellcast
from tests.unit.simulators.client import assert_holds, call, get, login


@pytest.fixture
def simulator() -> Cellcast:
    return Cellcast()


def test_wrong_credentials_are_refused_in_the_vendors_words(simulator: Cellcast) -> None:
    answer = get(simulator, simulator.message_ids()[0], {"authorization": "Bearer wrong"})
    assert answer.status_code == 401
    assert_holds(answer.json(), {"code": 401, "message": "Please authenticate"})


@pytest.mark.parametrize(
    ("message_id", "status", "expected"),
    [
        ("6a1c0de5f0aa11bb22cc33ff", 404, {"status": False, "data": {"message": "Message not found"}}),
        ("not-hex", 500, {"status": False, "error": {"name": "CastError", "path": "_id"}}),
        ("", 400, {"status": False, "message": "Message ID is required"}),
    ],
)
def test_a_message_that_is_not_there(
    simulator: Cellcast, message_id: str, status: int, expected: dict[str, Any]
) -> None:
    answer = get(simulator, message_id, login(simulator))
    assert answer.status_code == status
    assert_holds(answer.json(), expected)


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("status_false", 200, {"status": False, "data": {"message": "Message not found"}}),
        ("over_limit", 429, {"meta": {"status": "OVER_LIMIT"}}),
    ],
)
def test_faults_of_this_vendor(simulator: Cellcast, kind: str, status: int, expected: dict[str, Any]) -> None:
    headers = login(simulator)
    simulator.fault(kind, 1)
    answer = get(simulator, simulator.message_ids()[0], headers)
    assert answer.status_code == status
    assert_holds(answer.json(), expected)


def test_a_list_without_its_kind_is_refused(simulator: Cellcast) -> None:
    url = f"{simulator.base_url}/api/v2/report/message"
    assert call(simulator, "GET", url, headers=login(simulator)).status_code == 400


def test_webhooks_are_proved_by_a_password_and_have_numbers_with_their_country(simulator: Cellcast) -> None:
    secret, message_id = simulator.account()["webhook_secrets"][0], simulator.message_ids()[0]
    headers, body = simulator.webhook(message_id)
    assert base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode() == f"webhook:{secret}"
    assert json.loads(body)["receiver"] == "+61400000002"
    reply = json.loads(simulator.webhook(message_id, "receive")[1])
    assert (reply["type"], reply["status"], reply["sender"]) == ("receive", "delivered", "+61400000002")
    assert "authorization" not in simulator.webhook(message_id, style="token")[0]
