"""What needs no API key, and what doesn't exist."""

from __future__ import annotations

import re
from typing import Any

import pytest

from message_detail.entrypoints.messages import messages_handler
from message_detail.entrypoints.public import public_handler
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http
from tests.unit.entrypoints.test_lookup import assert_problem


def get(path: str, method: str = "GET", scopes: str | None = None) -> dict[str, Any]:
    return public_handler(http(path, method=method, scopes=scopes), Context())


def test_health_is_open() -> None:
    response = fits(get("/v1/health"), "GET /v1/health")
    assert (response["statusCode"], body_of(response)) == (200, {"status": "ok"})


def test_the_openapi_document_describes_the_routes() -> None:
    document = body_of(fits(get("/v1/openapi.json"), "GET /v1/openapi.json"))
    assert document["openapi"] == "3.1.0"
    assert "/v1/messages/{provider}/{message_id}" in document["paths"]
    assert set(document["components"]["schemas"]["Message"]["required"]) == set(
        document["components"]["schemas"]["Message"]["properties"]
    )
    text = str(document)
    for reference in set(re.findall(r"#/components/schemas/(\w+)", text)):
        assert reference in document["components"]["schemas"]


@pytest.mark.parametrize("path", ["/v1/health", "/v1/openapi.json", "/v1/webhooks/nobody", "/v1/nothing"])
def test_every_answer_tells_browsers_to_make_nothing_more_of_it(path: str) -> None:
    headers = get(path)["headers"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["strict-transport-security"].startswith("max-age=63072000")
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["/v1/webhooks/nobody", "/v1/webhooks/nobody/default", "/v1/webhooks/"])
def test_a_webhook_of_an_unknown_provider_is_404_without_a_key(path: str) -> None:
    assert_problem(get(path, "POST"), 404, "unknown_provider")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/messages/nobody/x",
        "/v1/messages/nobody/x/timeline",
        "/v1/messages/nobody/refresh",
        "/v1/providers/nobody/redrive",
    ],
)
def test_an_unknown_provider_is_404(cloud: Cloud, path: str) -> None:
    assert_problem(messages_handler(http(path), Context()), 404, "unknown_provider")


def test_an_unknown_route_is_404_and_an_empty_id_400(cloud: Cloud) -> None:
    assert_problem(messages_handler(http("/v1/nothing"), Context()), 404, "not_found")
    assert_problem(messages_handler(http("/v1/messages/cellcast/"), Context()), 400, "invalid_request")


def test_unknown_things_need_a_key_first(cloud: Cloud) -> None:
    assert_problem(messages_handler(http("/v1/messages/nobody/x", scopes=None), Context()), 401, "unauthorized")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/messages", "GET, HEAD, OPTIONS"),
        ("/v1/messages/samva/a/b", "GET, HEAD, OPTIONS"),
        ("/v1/erase", "OPTIONS, POST"),
        ("/v1/webhooks/samva", "OPTIONS, POST"),
    ],
)
def test_which_methods_a_path_has_is_told_without_a_key(path: str, methods: str) -> None:
    response = get(path, "OPTIONS")
    assert (response["statusCode"], response["body"]) == (204, "")
    assert sorted(response["headers"]["allow"].split(", ")) == methods.split(", ")
    assert not any(name.startswith("access-control") for name in response["headers"])


def test_a_path_that_no_route_has_has_no_methods() -> None:
    assert_problem(get("/v1/nothing", "OPTIONS"), 404, "not_found")
