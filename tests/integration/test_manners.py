"""How the API answers, whatever is asked: compressed, by which methods, and to pages of which origins."""

from __future__ import annotations

import httpx
import pytest

from tests.integration.conftest import System
from tests.running import ORIGIN


@pytest.mark.parametrize("path", ["/v1/openapi.json", "/console/", "/v1/docs"])
def test_an_answer_is_compressed_for_who_asks(system: System, path: str) -> None:
    plain, packed = (system.get(path, headers={"Accept-Encoding": one}) for one in ("identity", "gzip"))
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content  # httpx unpacks it
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.headers["vary"] == plain.headers["vary"] == "accept-encoding"


def test_a_message_is_the_same_one_compressed(system: System) -> None:
    path = f"/v1/messages/samva/{system.simulators['samva'].message_ids()[0]}"
    plain, packed = (system.get(path, headers={"Accept-Encoding": one}) for one in ("identity", "gzip"))
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] == plain.headers["etag"]
    same = system.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "FOO"])
@pytest.mark.parametrize("path", ["/v1/health", "/v1/messages", "/v1/messages/samva/x", "/v1/providers/samva/sync"])
def test_a_method_that_a_path_lacks_is_no_lack_of_a_scope(system: System, method: str, path: str) -> None:
    keyless, known = system.call(method, path, key=None), system.call(method, path)
    if method == "OPTIONS":
        assert (keyless.status_code, known.status_code) == (204, 204)
    else:
        assert keyless.status_code in (401, 405)
        assert (known.status_code, known.json()["code"]) == (405, "method_not_allowed")
    assert known.headers["allow"]
    if keyless.status_code == 401:
        assert keyless.headers["www-authenticate"] == "Bearer"


def test_every_401_says_how_to_prove_oneself(system: System) -> None:
    for answer in (
        system.get("/v1/messages", key=None),
        system.get("/v1/messages", key=None, headers={"Authorization": "Bearer nonsense"}),
        system.call("HEAD", "/v1/messages", key=None),
    ):
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    webhook = system.post("/v1/webhooks/samva", key=None, json={})
    assert (webhook.status_code, webhook.headers["www-authenticate"]) == (401, 'Basic realm="webhooks", Bearer')


def preflight(system: System, origin: str) -> httpx.Response:
    """What a browser asks before a page of that origin may send a request with a key."""
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    return system.call("OPTIONS", "/v1/messages", key=None, headers=asked)


def test_a_page_of_an_origin_that_is_named_may_call(system: System) -> None:
    asked, answer = preflight(system, ORIGIN), system.get("/v1/messages", headers={"Origin": ORIGIN})
    assert asked.headers["access-control-allow-origin"] == answer.headers["access-control-allow-origin"] == ORIGIN
    assert "authorization" in asked.headers["access-control-allow-headers"]
    assert {"etag", "retry-after", "link"} <= set(answer.headers["access-control-expose-headers"].split(","))


def test_a_page_of_another_origin_may_not(system: System) -> None:
    other = "https://other.example.com"
    for answer in (preflight(system, other), system.get("/v1/messages", headers={"Origin": other})):
        assert "access-control-allow-origin" not in answer.headers
