"""The simulators fail as told, and as often as told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.simulators import Simulator
from tests.unit.simulators.client import call, control, get, login, unwrapped

FAULTS: dict[str, int] = {
    "rate_limited": 429,
    "unavailable": 503,
    "server_error": 500,
    "bad_gateway": 502,
    "gateway_timeout": 504,
    "html": 200,
    "malformed": 200,
    "empty": 200,
    "redirect": 302,
    "status": 418,
    "forbidden": 403,
    "not_found": 404,
    "unauthorized": 401,
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_hits_as_often_as_told(simulator: Simulator, kind: str) -> None:
    headers, message_id = login(simulator), simulator.message_ids()[0]
    control(simulator, "POST", "fault", kind=kind, count=2, retry_after=7, message_id=message_id)
    assert get(simulator, simulator.message_ids()[1], headers).status_code == 200
    for _ in range(2):
        answer = get(simulator, message_id, headers)
        assert answer.status_code == FAULTS[kind]
        assert answer.headers["retry-after"] == "7"
    good = get(simulator, message_id, headers)
    assert good.status_code == 200
    assert "retry-after" not in good.headers
    assert [entry["fault"] for entry in simulator.requests("message")] == [None, kind, kind, None]


def test_a_fault_without_a_count_stays_until_it_is_cleared(simulator: Simulator) -> None:
    headers, message_id = login(simulator), simulator.message_ids()[0]
    control(simulator, "POST", "fault", kind="rate_limited", count=None)
    answers = [get(simulator, message_id, headers) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {429}
    assert "retry-after" not in answers[0].headers
    assert control(simulator, "DELETE", "fault")["faults"] == []
    assert get(simulator, message_id, headers).status_code == 200


def test_broken_answers(simulator: Simulator) -> None:
    headers, message_id = login(simulator), simulator.message_ids()[0]
    good = unwrapped(simulator, get(simulator, message_id, headers))
    simulator.fault("wrong_id", 1)
    assert unwrapped(simulator, get(simulator, message_id, headers))[simulator.id_field] != message_id
    simulator.fault("no_id", 1)
    assert simulator.id_field not in unwrapped(simulator, get(simulator, message_id, headers))
    simulator.fault("drift", 1)
    drifted = unwrapped(simulator, get(simulator, message_id, headers))
    assert drifted[simulator.id_field] == message_id
    assert set(drifted) > set(good)
    simulator.fault("too_large", 1, bytes=100_000)
    assert len(get(simulator, message_id, headers).content) > 100_000
    simulator.fault("malformed", 1)
    with pytest.raises(json.JSONDecodeError):
        get(simulator, message_id, headers).json()
    simulator.fault("reset", 1)
    with pytest.raises(ConnectionResetError):
        get(simulator, message_id, headers)
    assert simulator.requests()[-1]["status"] is None
    assert unwrapped(simulator, get(simulator, message_id, headers)) == good


@pytest.mark.parametrize("given", [{"kind": "earthquake"}, {"kind": "reset", "count": -1}, {"kind": "hang", "x": 1}])
def test_a_fault_that_makes_no_sense_is_refused(simulator: Simulator, given: dict[str, Any]) -> None:
    url = f"{simulator.origin}/{simulator.provider}/_control/fault"
    answer = call(simulator, "POST", url, json=given)
    assert answer.status_code == 400
    assert answer.json()["error"]
