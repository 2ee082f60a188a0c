"""Every route that the template gives an authorizer refuses a request that no authorizer has let through.

The authorizer itself always says yes (docs/decisions/authorizer.md), so a handler that forgot to ask would be open.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from message_detail.settings import settings
from tests.template.reading import FUNCTIONS, ROOT, routes
from tests.unit.container import Context
from tests.unit.entrypoints.events import http

NEEDS_A_KEY: Final = sorted(key for key, (_, needs_key) in routes().items() if needs_key)
#: What a request can hold where a caller's key id and scopes belong.
NOBODY: Final[dict[str, Any]] = {
    "no authorizer": None,
    "an empty context": {"lambda": {}},
    "no context": {"lambda": None},
    "no key": {"lambda": {"reason": "missing"}},
    "a wrong key": {"lambda": {"reason": "wrong"}},
    "scopes without a key": {"lambda": {"scopes": "read write admin"}},
    "another authorizer's context": {"jwt": {"claims": {"scope": "read write admin"}}},
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the template sets, and nothing that could be reached."""
    for name in ("TABLE_NAME", "CONTENT_BUCKET", "STACK_NAME", "QUEUE_URL", "DEAD_LETTER_QUEUE_URL", "API_KEYS_SECRET"):
        monkeypatch.setenv(name, "nothing")
    for name in ("QUEUE_URLS", "DEAD_LETTER_QUEUE_URLS"):
        monkeypatch.setenv(name, "samva=nothing")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    settings.cache_clear()
    yield
    settings.cache_clear()


def handler_of(function: str) -> Any:
    """The handler that Lambda calls."""
    module, _, name = FUNCTIONS[function]["Handler"].rpartition(".")
    path = ROOT / FUNCTIONS[function]["CodeUri"] / f"{module}.py"
    spec = importlib.util.spec_from_file_location(f"refusals_{function}", path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return getattr(loaded, name)


def requests(route: str) -> list[tuple[str, str]]:
    """Requests that a route takes, as method and path; $default takes what is left, known paths included."""
    if route == "$default":
        return [
            ("GET", "/"),
            ("GET", "/v1/nothing"),
            ("DELETE", "/v1/messages"),
            ("PUT", "/v1/erase"),
            ("HEAD", "/v1/drift"),
        ]
    method, _, path = route.partition(" ")
    filled = re.sub(r"\{\w+\}", "x", path)
    return [(method, re.sub(r"\{\w+\+\}", "x", filled)), (method, re.sub(r"\{\w+\+\}", "x/timeline", filled))]


@pytest.mark.parametrize("context", NOBODY)
@pytest.mark.parametrize("route", NEEDS_A_KEY)
def test_a_route_refuses_who_was_not_let_through(route: str, context: str) -> None:
    handler = handler_of(routes()[route][0])
    for method, path in requests(route):
        event = http(path, method=method, body={} if method == "POST" else None)
        del event["requestContext"]["authorizer"]
        if NOBODY[context] is not None:
            event["requestContext"]["authorizer"] = NOBODY[context]
        answer = handler(event, Context())
        assert answer["statusCode"] == 401, f"{method} {path}: {answer}"
        assert json.loads(answer["body"] or "{}").get("code", "unauthorized") == "unauthorized"


@pytest.mark.parametrize("route", NEEDS_A_KEY)
def test_a_route_refuses_a_key_without_any_scope(route: str) -> None:
    handler = handler_of(routes()[route][0])
    for method, path in requests(route):
        answer = handler(http(path, method=method, scopes="", body={} if method == "POST" else None), Context())
        assert answer["statusCode"] == 403, f"{method} {path}: {answer}"


def test_there_are_routes_to_try() -> None:
    assert len(NEEDS_A_KEY) >= 30
