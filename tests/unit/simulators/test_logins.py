"""The life of what the simulators give out."""

from __future__ import annotations

from local.simulators import Simulator
from message_detail import providers
from tests.unit.simulators.client import account_at, get, login


def test_an_expired_token_is_dead_but_a_new_one_is_good(simulator: Simulator) -> None:
    headers, message_id = login(simulator), simulator.message_ids()[0]
    simulator.fault("expired_token", 1)
    assert get(simulator, message_id, headers).status_code == 401
    is_static = providers.load(simulator.provider).authentication.static(account_at(simulator)) is not None
    assert get(simulator, message_id, headers).status_code == (200 if is_static else 401)
    assert get(simulator, message_id, login(simulator)).status_code == 200
