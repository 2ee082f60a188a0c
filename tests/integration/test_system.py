"""That the running system is whole: functions start, and answer by the contract."""

from __future__ import annotations

import pytest

from tests.integration.conftest import System
from tests.integration.driving import PROVIDERS


def test_health_needs_no_key(system: System) -> None:
    answer = system.get("/v1/health", key=None)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_message_of_each_provider_is_looked_up(system: System, provider: str) -> None:
    message_id = system.simulators[provider].message_ids()[0]
    answer = system.get(f"/v1/messages/{provider}/{message_id}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["id"] == f"{provider}:default:{message_id}"


@pytest.mark.parametrize("key", [None, "none", "write"])
def test_a_message_is_not_shown_without_the_scope(system: System, key: str | None) -> None:
    message_id = system.simulators["cellcast"].message_ids()[0]
    answer = system.get(f"/v1/messages/cellcast/{message_id}", key=key)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == ("unauthorized" if key is None else "forbidden")
    assert answer.status_code == answer.json()["status"] == (401 if key is None else 403)
