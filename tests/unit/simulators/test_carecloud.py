"""What CareCloud's simulator has of its vendor alone."""

from __future__ import annotations

import json

import pytest

from local.simulators.carecloud import CareCloud
from tests.unit.simulators.client import assert_holds, call, control, get, login


@pytest.fixture
def simulator() -> CareCloud:
    return CareCloud()


def test_wrong_credentials_are_refused_in_the_vendors_words(simulator: CareCloud) -> None:
    answer = get(simulator, simulator.message_ids()[0], {"authorization": "Bearer wrong"})
    assert answer.status_code == 401
    assert_holds(answer.json(), {"error": {"type": "unauthorized_exception"}})


def test_a_message_that_is_not_there(simulator: CareCloud) -> None:
    answer = get(simulator, "8f00", login(simulator))
    assert answer.status_code == 404
    assert_holds(answer.json(), {"error": {"error_data": {"resource_name": "messages", "resource_id": "8f00"}}})


def test_a_deleted_message_is_told_in_the_language_asked_for(simulator: CareCloud) -> None:
    message_id, headers = simulator.message_ids()[0], login(simulator)
    control(simulator, "DELETE", "message", message_id=message_id)
    answer = get(simulator, message_id, headers)
    assert answer.status_code == 400
    assert_holds(answer.json(), {"error": {"error_data": {"invalid_params": [{"reason": "deleted"}]}}})
    assert answer.json()["error"]["title"] == "Neplatný parametr"
    others = {name: value for name, value in headers.items() if name.lower() != "accept-language"}
    english = get(simulator, message_id, {**others, "accept-language": "en"})
    assert english.json()["error"]["title"] == "Bad input parameter"


def test_the_detail_has_the_text(simulator: CareCloud) -> None:
    url = f"{simulator.base_url}/messages/8f0000000000000000000c0001/detail"
    detail = call(simulator, "GET", url, headers=login(simulator)).json()["data"]
    assert detail["html_body"].startswith("<p>Dear")
    assert [one["attachment_format"] for one in detail["attachments"]] == ["general_terms.pdf", "pixel.gif"]


def test_a_login_is_refused_with_400_and_ends(simulator: CareCloud) -> None:
    wrong = call(simulator, "POST", f"{simulator.base_url}/users/actions/login", json={"login": "nobody"})
    assert wrong.status_code == 400
    headers = login(simulator)
    control(simulator, "POST", "expire")
    assert get(simulator, simulator.message_ids()[0], headers).status_code == 401
    assert get(simulator, simulator.message_ids()[0], login(simulator)).status_code == 200


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("scope", 403, {"error": {"type": "interface_not_allowed_exception"}}),
        ("unprocessable", 400, {"error": {"error_data": {"invalid_params": [{"reason": "not_found"}]}}}),
    ],
)
def test_faults_of_this_vendor(simulator: CareCloud, kind: str, status: int, expected: dict[str, object]) -> None:
    headers = login(simulator)
    simulator.fault(kind, 1)
    answer = get(simulator, simulator.message_ids()[0], headers)
    assert answer.status_code == status
    assert_holds(answer.json(), expected)


def test_the_list_is_filtered_and_sorted(simulator: CareCloud) -> None:
    url, headers = f"{simulator.base_url}/messages", login(simulator)
    query = {"send_time_from": "2026-05-04T11:20:00", "send_time_to": "2026-05-04 11:30:00"}
    query |= {"sort_field": "send_time", "sort_direction": "DESC"}
    answer = call(simulator, "GET", url, headers=headers, params=query)
    assert [one["communication_channel_id"] for one in answer.json()["data"]["messages"]] == [1, 4, 2]
    assert call(simulator, "GET", url, headers=headers, params={"count": "0"}).status_code == 400


def test_a_relay_may_name_many(simulator: CareCloud) -> None:
    sent = control(simulator, "POST", "webhook", message_id="m-1", event="many", account="second")
    assert json.loads(sent["body"]) == {"message_ids": ["m-1"]}
    assert sent["headers"]["authorization"] == f"Bearer {simulator.account('second')['webhook_secrets'][0]}"
