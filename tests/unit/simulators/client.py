"""A client of the simulators that needs no socket, and knows of a vendor's API what its provider declares."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

import httpx

from local.simulators import Simulator
from message_detail import providers
from message_detail.adapters.provider_steps import classified
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.provider import Provider, Request, Response, TokenLogin

#: Stands for an id in a path, until an id is put there that no library has changed.
_MARK = "0MessageIdHere0"


def call(simulator: Simulator, method: str, url: str, **options: Any) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app=simulator)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, url, **options)

    return asyncio.run(run())


def transport_to(simulator: Simulator) -> httpx.MockTransport:
    """The simulator in the network's place, for who calls a provider."""

    def answer(request: httpx.Request) -> httpx.Response:
        sent = call(simulator, request.method, str(request.url), headers=dict(request.headers), content=request.content)
        return httpx.Response(sent.status_code, headers=sent.headers, content=sent.content)

    return httpx.MockTransport(answer)


def control(simulator: Simulator, method: str, name: str, **given: Any) -> Any:
    url = f"{simulator.origin}/{simulator.provider}/_control/{name}"
    answer = call(simulator, method, url, json=given)
    assert answer.status_code == 200, answer.text
    return answer.json()


def account_at(simulator: Simulator, name: str = "default") -> Account:
    """An account of the simulator, as the core has it."""
    provider = providers.load(simulator.provider)
    return build(provider.name, name, simulator.account(name), provider.schema)


def send(simulator: Simulator, request: Request, headers: dict[str, str]) -> httpx.Response:
    """A request of a provider's, with more headers."""
    return call(
        simulator,
        request.method,
        simulator.base_url + request.path,
        params=dict(request.query),
        headers={**request.headers, **headers},
        json=request.json,
        data=None if request.form is None else dict(request.form),
    )


def answered(provider: Provider, response: httpx.Response) -> Response:
    """An answer as the provider is handed it."""
    body = response.json() if "json" in response.headers.get("content-type", "") else None
    return classified(provider, Response(response.status_code, dict(response.headers), body))


def first_request(simulator: Simulator, message_id: str, account: str = "default") -> Request:
    """What a lookup of a message asks for first."""
    return next(providers.load(simulator.provider).steps(account_at(simulator, account), message_id))


def login(simulator: Simulator, account: str = "default") -> dict[str, str]:
    """Headers that authenticate, got as a client would, and those that each request has."""
    provider, held = providers.load(simulator.provider), account_at(simulator, account)
    secret = provider.authentication.static(held)
    if secret is None:
        assert provider.authentication.login is not None
        secret = _access_token(simulator, provider, provider.authentication.login, held)
    always = first_request(simulator, _MARK, account).headers
    return {**always, **provider.authentication.headers(held, secret)}


def _access_token(simulator: Simulator, provider: Provider, way: TokenLogin, account: Account) -> str:
    if way.sign_in is not None:
        request = way.sign_in(account)
    else:
        assert way.seed is not None
        assert way.refresh is not None
        request = way.refresh(account, way.seed(account))
    return way.read(answered(provider, send(simulator, request, {})), account).access_token


def get(simulator: Simulator, message_id: str, headers: dict[str, str]) -> httpx.Response:
    """The call for a message, with these headers only. Dots are sent encoded: httpx would resolve them."""
    request = first_request(simulator, _MARK)
    path = request.path.replace(_MARK, quote(message_id, safe="").replace(".", "%2E"))
    return call(simulator, request.method, simulator.base_url + path, headers=headers)


def unwrapped(simulator: Simulator, answer: httpx.Response) -> dict[str, Any]:
    """The message in an answer."""
    body = answer.json()
    message = body if simulator.envelope is None else body[simulator.envelope]
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
