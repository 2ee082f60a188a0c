"""Sessions, the scope `metadata` and the refused webhooks, through the whole running system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.conftest import System
from tests.integration.driving import PROVIDERS


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_session_does_what_it_may_and_opens_no_other(system: System) -> None:
    opened = system.post("/v1/session", json={"scopes": ["metadata"], "seconds": 60})
    assert opened.status_code == 201, opened.text
    headers = bearer(opened.json()["token"])
    me = system.get("/v1/me", key=None, headers=headers)
    assert (me.status_code, me.json()["scopes"]) == (200, ["metadata"])
    assert me.json()["expires_at"] == opened.json()["expires_at"]
    provider = PROVIDERS[0]
    path = f"/v1/messages/{provider}/{system.simulators[provider].message_ids()[0]}"
    shown = system.get(path, key=None, headers=headers)
    assert (shown.status_code, shown.json()["withheld"]) == (200, True)
    assert (shown.json()["body"]["text"], shown.json()["extensions"]) == (None, {})
    assert system.get(path).json()["withheld"] is False
    assert system.post("/v1/session", key=None, headers=headers, json={}).status_code == 403
    assert system.post(f"/v1/providers/{provider}/redrive", key=None, headers=headers, json={}).status_code == 403
    forged = bearer(opened.json()["token"][:-2] + "AA")
    assert system.get("/v1/me", key=None, headers=forged).status_code == 401


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_refused_webhook_is_listed_with_its_reason(
    system: System, eventually: Callable[..., Any], provider: str
) -> None:
    refused = system.post(f"/v1/webhooks/{provider}/nobody-{provider}", key=None, json={"message_id": "x"})
    assert refused.status_code == 401

    def found() -> Any:
        items = system.get(f"/v1/webhooks/{provider}/rejected").json()["items"]
        return [one for one in items if one["account"] == f"nobody-{provider}"]

    [one] = eventually(found)
    assert set(one) == {"at", "account", "reason", "bytes"}
    assert one["bytes"] > 0
