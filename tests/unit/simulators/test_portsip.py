"""What PortSIP PBX's simulator has of its vendor alone."""

from __future__ import annotations

import json

import pytest

from local.simulators.portsip import PortSip
from tests.unit.simulators.client import assert_holds, call, control, get, login


@pytest.fixture
def simulator() -> PortSip:
    return PortSip()


def test_wrong_credentials_are_refused_in_the_vendors_words(simulator: PortSip) -> None:
    answer = get(simulator, simulator.message_ids()[0], {"authorization": "Bearer wrong"})
    assert answer.status_code == 401
    assert_holds(answer.json(), {"errors": [{"code": "UNAUTHORIZED"}]})


def test_a_message_that_is_not_there(simulator: PortSip) -> None:
    answer = get(simulator, "bm9uZQ==", login(simulator))
    assert answer.status_code == 404
    assert_holds(answer.json(), {"errors": [{"code": "NOT_FOUND"}]})


def test_an_id_that_is_none_fails_validation(simulator: PortSip) -> None:
    headers = login(simulator)
    simulator.fault("unprocessable", 1)
    answer = get(simulator, simulator.message_ids()[0], headers)
    assert answer.status_code == 400
    assert_holds(answer.json(), {"errors": [{"code": "VALIDATE_FAILED"}]})


def test_it_signs_in_in_two_ways_and_refuses_with_400(simulator: PortSip) -> None:
    held, base = simulator.account(), simulator.base_url
    body = {key: held[key] for key in ("username", "password", "domain")}
    wrong = call(simulator, "POST", f"{base}/auth/sign_in", json={**body, "password": "wrong"})
    assert wrong.status_code == 400
    assert_holds(wrong.json(), {"errors": [{"code": "UNAUTHORIZED"}]})
    form = {
        **body,
        "grant_type": "password",
        "scope": "all",
        "client_id": "9d806019-75b2-4b3d-bb8b-f5a3a412cc0a",
    }
    session = call(simulator, "POST", f"{base}/login/oauth/token", data=form).json()
    assert session["expires_in"] == 1800
    given = {"refresh_token": session["refresh_token"]}
    newer = call(simulator, "POST", f"{base}/auth/refresh_token", json=given).json()
    assert newer["refresh_token"] != session["refresh_token"]
    again = call(simulator, "POST", f"{base}/auth/refresh_token", json=given)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (400, "UNKNOWN")


def test_a_second_factor_and_an_old_pbx_keep_a_program_out(simulator: PortSip) -> None:
    body = {key: simulator.account()[key] for key in ("username", "password", "domain")}
    url = f"{simulator.base_url}/auth/sign_in"
    control(simulator, "POST", "options", two_factor=True)
    assert call(simulator, "POST", url, json=body).json()["two_factor_enabled"] is True
    control(simulator, "POST", "options", sign_in=False)
    assert call(simulator, "POST", url, json=body).status_code == 404


def test_the_list_is_filtered_and_sorted_unless_it_is_told_not_to(simulator: PortSip) -> None:
    url, headers = f"{simulator.base_url}/external_messages", login(simulator)
    query = {"filter": "created_at ge '2026-05-04T09:04:00Z'", "orderby": "created_at desc"}
    found = call(simulator, "GET", url, headers=headers, params=query).json()
    assert [one["created_at"][14:16] for one in found["items"]] == ["08", "07", "05", "04"]
    control(simulator, "POST", "options", honours_filter=False)
    every = call(simulator, "GET", url, headers=headers, params=query).json()
    assert every["count"] == len(simulator.message_ids())
    assert call(simulator, "GET", url, headers=headers, params={"top": "101"}).status_code == 400


def test_a_relay_may_name_many(simulator: PortSip) -> None:
    sent = control(simulator, "POST", "webhook", message_id="m-1", event="many", account="second")
    assert json.loads(sent["body"]) == {"message_ids": ["m-1"]}
    assert sent["headers"]["authorization"] == f"Bearer {simulator.account('second')['webhook_secrets'][0]}"
