"""Logging in at the simulators, and the life of what they give out."""

from __future__ import annotations

from local.simulators import SIMULATORS, Simulator
from tests.unit.simulators.client import assert_holds, call, control, get, login, refresh


def test_a_refresh_token_is_good_for_one_use_and_thirty_seconds() -> None:
    now = [1_000.0]
    simulator: Simulator = type(SIMULATORS["highlevel"]())(clock=lambda: now[0])
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
    held = {"client_id": "sim-highlevel-client", "client_secret": "wrong", "grant_type": "refresh_token"}
    held["refresh_token"] = second["refresh_token"]
    assert call(simulator, "POST", f"{simulator.base_url}/oauth/token", json=held).status_code == 401
    assert refresh(simulator, second["refresh_token"]).status_code == 200
    now[0] += 86400
    headers = {"authorization": f"Bearer {second['access_token']}", "version": "v3"}
    answer = get(simulator, "SimMessageSmsFailed1", headers)
    assert answer.json()["message"] == "Invalid token: access token is expired"


def test_portsip_signs_in_in_two_ways_and_refuses_with_400() -> None:
    simulator = SIMULATORS["portsip"]()
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
    control(simulator, "POST", "options", two_factor=True)
    assert call(simulator, "POST", f"{base}/auth/sign_in", json=body).json()["two_factor_enabled"] is True
    control(simulator, "POST", "options", sign_in=False)
    assert call(simulator, "POST", f"{base}/auth/sign_in", json=body).status_code == 404


def test_carecloud_login_is_refused_with_400_and_ends() -> None:
    simulator = SIMULATORS["carecloud"]()
    wrong = call(simulator, "POST", f"{simulator.base_url}/users/actions/login", json={"login": "nobody"})
    assert wrong.status_code == 400
    headers = login(simulator)
    control(simulator, "POST", "expire")
    assert get(simulator, simulator.message_ids()[0], headers).status_code == 401
    assert get(simulator, simulator.message_ids()[0], login(simulator)).status_code == 200


def test_an_expired_token_is_dead_but_a_new_one_is_good(simulator: Simulator) -> None:
    headers, message_id = login(simulator), simulator.message_ids()[0]
    simulator.fault("expired_token", 1)
    assert get(simulator, message_id, headers).status_code == 401
    static = simulator.provider in ("cellcast", "samva")
    assert get(simulator, message_id, headers).status_code == (200 if static else 401)
    assert get(simulator, message_id, login(simulator)).status_code == 200
