"""A body that says two things at once is refused by the name of the key that does, at every route that takes one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from message_detail.domain import json_codec
from message_detail.domain.scopes import SCOPES
from message_detail.entrypoints.openapi.document import document
from tests.template.reading import PROVIDERS, routes
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.events import body_of, http

PROVIDER = PROVIDERS[0]
TAKING = sorted(
    f"{method.upper()} {path}"
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
    if "requestBody" in operation and operation["security"]
)
"""The routes with a body but for webhooks, whose bodies are as their vendors make them."""
TWICE = {
    "twice": ('{"a":1,"a":2}', "a"),
    "twice the same": ('{"account":"x","account":"x"}', "account"),
    "in an object": ('{"a":{"b":1,"b":2}}', "b"),
    "in a list": ('{"a":[1,{"c":[],"c":{}}]}', "c"),
    "escaped": ('{"address":"x","\\u0061ddress":"y"}', "address"),
    "far apart": ('{"z":1,' + ",".join(f'"k{number}":{number}' for number in range(20_000)) + ',"z":2}', "z"),
    "deep": ('{"a":' * 90 + '{"d":1,"d":2}' + "}" * 90, "d"),
    "odd": ('{"\\u0000":1,"\\u0000":2}', "\\x00"),
}


def handler(path: str) -> Any:
    """What the template hands a path of POST to."""
    function, _ = routes()[f"POST {path}"]
    return import_module(f"functions.{function.lower()}.app").handler


@pytest.mark.parametrize("body", TWICE)
@pytest.mark.parametrize("route", TAKING)
def test_a_key_that_is_there_twice_is_400_and_named(cloud: Cloud, route: str, body: str) -> None:
    cloud.put_account(provider=PROVIDER)
    path = route.removeprefix("POST ").replace("{provider}", PROVIDER)
    sent, key = TWICE[body]
    event = http(path.replace("{name}", "desk"), method="POST", body=sent, scopes=" ".join(SCOPES))
    answer = handler(path)(event, Context())
    assert (answer["statusCode"], body_of(answer)["code"]) == (400, "invalid_request")
    assert f"{key!r}".replace("\\\\", "\\") in body_of(answer)["detail"]
    assert cloud.waiting() == []


def test_webhooks_are_taken_as_they_come() -> None:
    """A genuine one is never refused for what its vendor wrote twice: the last value stands, as for most readers."""
    assert json_codec.loads('{"a":1,"a":2}') == {"a": 2}
    assert all("/webhooks/" not in route for route in TAKING)
    assert "POST /v1/erase" in TAKING
