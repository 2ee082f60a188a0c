"""Scripts, the log and the guard of the simulators' control interface."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

from local.simulators import Simulator
from message_detail.domain.redaction.secret_names import is_secret
from tests.unit.simulators.client import control, get, login, unwrapped


def test_a_script_moves_by_get_or_by_hand(simulator: Simulator) -> None:
    headers, message_id = login(simulator), simulator.message_ids()[0]
    steps = [{"status": "step-1"}, {"status": "step-2", "added": True}]

    def status() -> Any:
        return unwrapped(simulator, get(simulator, message_id, headers)).get("status")

    control(simulator, "POST", "script", message_id=message_id, steps=steps, advance="get")
    assert [status(), status(), status()] == ["step-1", "step-2", "step-2"]
    simulator.reset()
    before = unwrapped(simulator, get(simulator, message_id, headers))
    control(simulator, "POST", "script", message_id=message_id, steps=steps, advance="manual")
    assert unwrapped(simulator, get(simulator, message_id, headers)) == before
    assert control(simulator, "POST", "advance", message_id=message_id)["steps_left"] == 1
    after = unwrapped(simulator, get(simulator, message_id, headers))
    assert after["status"] == "step-1"
    if simulator.updated_field and before.get(simulator.updated_field):
        assert after[simulator.updated_field] == simulator.later(before[simulator.updated_field])


def test_the_log_tells_credentials_apart_without_showing_them(simulator: Simulator) -> None:
    simulator.log.clear()
    for account in ("default", "second"):
        get(simulator, simulator.message_ids()[0], login(simulator, account))
    entries = control(simulator, "GET", "requests", call="message")["items"]
    assert [entry["account"] for entry in entries] == ["default", "second"]
    assert len({entry["authorization"] for entry in entries}) == 2
    text = json.dumps(list(simulator.log))
    secrets = {value for token in simulator.access.held for value in (token,)}
    secrets |= {str(value) for key, value in simulator.account().items() if is_secret(key)}
    assert not [secret for secret in secrets if secret in text]
    assert control(simulator, "DELETE", "requests")["count"] == 0
    assert simulator.requests() == []


def test_control_is_for_loopback_clients_only(simulator: Simulator) -> None:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app=simulator, client=("192.0.2.1", 1))
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.get(f"{simulator.origin}/{simulator.provider}/_control/accounts")

    assert asyncio.run(run()).status_code == 403
