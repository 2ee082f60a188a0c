"""A client of the simulators that needs no socket."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

import httpx

from local.simulators import Simulator

PATHS = {
    "carecloud": "/messages/",
    "cellcast": "/api/v2/report/message/",
    "highlevel": "/conversations/messages/",
    "samva": "/messages/",
    "portsip": "/external_messages/",
}


def call(simulator: Simulator, method: str, url: str, **options: Any) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app=simulator)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, url, **options)

    return asyncio.run(run())


def control(simulator: Simulator, method: str, name: str, **given: Any) -> Any:
    url = f"{simulator.origin}/{simulator.provider}/_control/{name}"
    answer = call(simulator, method, url, json=given)
    assert answer.status_code == 200, answer.text
    return answer.json()


def login(simulator: Simulator, account: str = "default") -> dict[str, str]:
    """Headers that authenticate, got as a client would."""
    held, base = simulator.account(account), simulator.base_url
    if "api_key" in held:
        return {"x-api-key": held["api_key"]}
    if "token" in held:
        token = held["token"]
    elif simulator.provider == "carecloud":
        body = {"login": held["login"], "password": held["password"]}
        body["user_external_application_id"] = held["external_application_id"]
        token = call(simulator, "POST", f"{base}/users/actions/login", json=body).json()["data"]["bearer_token"]
    elif simulator.provider == "portsip":
        body = {key: held[key] for key in ("username", "password", "domain")}
        token = call(simulator, "POST", f"{base}/auth/sign_in", json=body).json()["access_token"]
    else:
        token = refresh(simulator, held["refresh_token"], account).json()["access_token"]
    return {"authorization": f"Bearer {token}", "version": "2021-07-28"}


def refresh(simulator: Simulator, token: str, account: str = "default") -> httpx.Response:
    held = simulator.account(account)
    form = {"grant_type": "refresh_token", "refresh_token": token}
    form |= {key: held[key] for key in ("client_id", "client_secret")}
    return call(simulator, "POST", f"{simulator.base_url}/oauth/token", data=form)


def get(simulator: Simulator, message_id: str, headers: dict[str, str]) -> httpx.Response:
    url = simulator.base_url + PATHS[simulator.provider] + quote(message_id, safe="")
    return call(simulator, "GET", url, headers=headers)


def unwrapped(simulator: Simulator, answer: httpx.Response) -> dict[str, Any]:
    body = answer.json()
    envelope = {"carecloud": "data", "cellcast": "data", "highlevel": "message"}.get(simulator.provider)
    message = body[envelope] if envelope else body
    assert isinstance(message, dict)
    return message


def assert_holds(actual: Any, expected: Any) -> None:
    """`expected` is part of `actual`."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            assert_holds(actual[key], value)
    elif isinstance(expected, list):
        assert len(actual) == len(expected)
        for one, other in zip(actual, expected, strict=True):
            assert_holds(one, other)
    else:
        assert actual == expected
