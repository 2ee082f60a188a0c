"""Bodies that nobody means well with: each route answers 4xx in words, soon, and does nothing."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from message_detail.entrypoints.http import Handler
from message_detail.entrypoints.messages import messages_handler
from message_detail.entrypoints.operations import operations_handler
from message_detail.services.erase_request import EraseRequest
from message_detail.services.request_model import RequestModel
from message_detail.services.requests import RedriveRequest, RefreshRequest, ResumeRequest, SyncRequest
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http

OPERATIONS = operations_handler
ROUTES: dict[str, tuple[Handler, type[RequestModel]]] = {
    "POST /v1/messages/{provider}/refresh": (OPERATIONS, RefreshRequest),
    "POST /v1/providers/{provider}/redrive": (OPERATIONS, RedriveRequest),
    "POST /v1/providers/{provider}/resume": (OPERATIONS, ResumeRequest),
    "POST /v1/providers/{provider}/sync": (OPERATIONS, SyncRequest),
    "POST /v1/erase": (messages_handler, EraseRequest),
}
KEYS = [(route, key) for route, (_, model) in ROUTES.items() for key in model.model_fields]
NEEDED: dict[str, dict[str, Any]] = {
    "POST /v1/messages/{provider}/refresh": {"message_ids": ["x"]},
    "POST /v1/erase": {"contact_id": "c", "provider": "cellcast"},
}
"""What a good body has beside the key that is tried."""
NO_JSON_OBJECT = [
    *(
        "   ",
        "null",
        "true",
        "0",
        "NaN",
        "1e999",
        "[]",
        '"x"',
        "{",
        "}",
        "{}{}",
        "{} x",
        "{'a':1}",
        '{"a":1,}',
        '{"a"}',
    ),
    *('{"account":NaN}', '{"account":-Infinity}', '{"account":"\x00"}', "\x00", "\ufeff\ufeff{}", "[" * 50_000),
    *('{"account":' * 50_000, '{"account":' * 101 + "1" + "}" * 101, '{"account":"a","account":"b"}'),
    '{"account":{"b":1,"b":2}}',
]
NO_VALUES = [
    *("null", "[null]", "{}", '{"$ne":null}', "[[]]", "[1e999]", "1e999", "-1e999", "1e-300", "0.1000000000000000055"),
    *("9" * 301, "-" + "9" * 5_000, "[" * 90 + "]" * 90, '{"a":' * 90 + "1" + "}" * 90),
]
"""JSON that no key of any body takes."""
SYNC_NULLS = {("POST /v1/providers/{provider}/sync", key) for key in ("since", "until")}


@pytest.fixture(autouse=True)
def _account(cloud: Cloud) -> None:
    cloud.put_account()


def send(route: str, body: str, **event: Any) -> dict[str, Any]:
    path = route.removeprefix("POST ").replace("{provider}", "cellcast")
    request = {**http(path, method="POST", body=body), **event}
    return fits(ROUTES[route][0](request, Context()), route)


def refused(response: dict[str, Any]) -> str:
    """Why; and no word of what was sent."""
    assert response["statusCode"] in (400, 413, 422), response
    detail: str = body_of(response)["detail"]
    assert len(detail) < 300
    assert "99999" not in detail
    return detail


@pytest.mark.parametrize("route", ROUTES)
def test_what_is_no_json_object_is_400_and_says_so(cloud: Cloud, route: str) -> None:
    for body in NO_JSON_OBJECT:
        assert refused(send(route, body)).startswith(("the body must be a JSON object", "the body has the key"))
    assert cloud.waiting() == []


@pytest.mark.parametrize("route", ROUTES)
def test_bytes_that_are_no_text_are_400(route: str) -> None:
    for data in (b"\xff\xfe{}", "{}".encode("utf-16"), b'{"account":"\xc3\x28"}'):
        body = base64.b64encode(data).decode()
        assert refused(send(route, body, isBase64Encoded=True)).startswith("the body must be a JSON object")
    assert refused(send(route, "!!!", isBase64Encoded=True)) == "the body can't be read"


@pytest.mark.parametrize("route", ROUTES)
def test_keys_without_end_or_of_odd_names_are_refused_by_the_first_of_them(cloud: Cloud, route: str) -> None:
    many = json.dumps({f"k{number:05}": number for number in range(60_000)})
    assert refused(send(route, many)).startswith("unknown key 'k00000'; known are: ")
    for name in (
        "",
        "\\u0000",
        "\\ud800",
        "__proto__",
        "__class__",
        "model_config",
        "k" * 100_000,
        "Account",
        "account ",
    ):
        assert refused(send(route, f'{{"{name}":1}}')).startswith("unknown key '")
    assert cloud.waiting() == []


@pytest.mark.parametrize(("route", "key"), KEYS)
def test_a_value_of_no_kind_that_the_key_takes_is_refused_by_the_keys_name(cloud: Cloud, route: str, key: str) -> None:
    rest = {name: value for name, value in NEEDED.get(route, {}).items() if name != key}
    for value in NO_VALUES:
        if value == "null" and (route, key) in SYNC_NULLS:
            continue
        parts = [f'"{key}":{value}', *(f'"{name}":{json.dumps(given)}' for name, given in rest.items())]
        assert key in refused(send(route, f"{{{','.join(parts)}}}")), value[:40]
    assert cloud.waiting() == []
