"""GET /v1/messages/{provider}/{message_id}/explanation: as the message itself is looked up."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from message_detail.entrypoints.lookup import lookup_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http, sqs
from tests.unit.entrypoints.test_lookup import assert_problem
from tests.unit.entrypoints.test_worker import task
from tests.unit.samples import NATIVE_ID, T0, says

PATH = f"/v1/messages/cellcast/{NATIVE_ID}/explanation"
KEYS = ("answer", "sentence", "because", "failure", "try_again", "advice", "next", "as_of", "freshness")
ANNOUNCED = {
    "status": "delivered",
    "status_native": "delivered",
    "observed_at": T0,
    "via": "webhook",
    "confirmed": False,
}
handler = lookup_handler(PROVIDER)
work = worker_handler(PROVIDER)


def get(path: str = PATH, **event: Any) -> dict[str, Any]:
    return handler(http(path, **event), Context())


@pytest.fixture(autouse=True)
def _account(cloud: Cloud) -> None:
    cloud.put_account()


def test_a_message_is_looked_up_and_explained(cloud: Cloud) -> None:
    response = get()
    assert (response["statusCode"], response["headers"]["content-type"]) == (200, "application/json")
    assert (response["headers"]["cache-control"], response["headers"]["age"]) == ("private", "0")
    body = body_of(response)
    fits(response, "GET /v1/messages/{provider}/{message_id}/explanation")
    assert tuple(body) == KEYS
    assert body["answer"] == "on_its_way"
    assert body["sentence"] == (
        "Sent to +61491570156, delivery not confirmed (Cellcast: sent), 1 June 2026 09:00:04 UTC."
    )
    message = body_of(get(PATH.removesuffix("/explanation")))
    assert (body["as_of"], body["freshness"]) == (message["provenance"]["fetched_at"], "live")
    assert body["next"]["text"].startswith("Looks again on ")
    assert "parcel" not in response["body"]


def test_a_young_copy_is_explained_without_a_call_and_max_age_0_asks_again(cloud: Cloud) -> None:
    get()
    assert body_of(get())["freshness"] == "stored"
    assert len(cloud.vendor.requests) == 1
    assert body_of(get(query="max_age=0"))["freshness"] == "live"
    assert len(cloud.vendor.requests) == 2


def test_if_none_match_gets_304_until_the_explanation_changes(cloud: Cloud) -> None:
    tag = get()["headers"]["etag"]
    unchanged = get(headers={"if-none-match": tag}, query="max_age=0")
    assert (unchanged["statusCode"], unchanged["body"], unchanged["headers"]["etag"]) == (304, "", tag)
    cloud.vendor.then(says(status="dead", updatedAt="2026-06-01T10:00:00.000Z"))
    changed = get(headers={"if-none-match": tag}, query="max_age=0")
    assert (changed["statusCode"], body_of(changed)["answer"]) == (200, "not_delivered")
    assert body_of(changed)["failure"]["category"] == "unreachable"


def test_the_tag_of_what_is_settled_stays_though_the_next_look_moves_with_each_fetch(cloud: Cloud) -> None:
    cloud.vendor.then(says(status="delivered"))
    first, second = get(query="max_age=0"), get(query="max_age=0")
    assert first["headers"]["etag"] == second["headers"]["etag"]
    assert body_of(first)["next"] != body_of(second)["next"]


def test_a_provider_that_is_down_leaves_what_is_stored(cloud: Cloud) -> None:
    get()
    cloud.vendor.then(httpx.ConnectError("down"))
    response = get(query="max_age=0")
    assert (response["statusCode"], body_of(response)["freshness"]) == (200, "stale")


def test_what_a_webhook_announced_is_explained_while_the_provider_is_down(cloud: Cloud) -> None:
    cloud.vendor.then(httpx.ConnectError("down"))
    assert_problem(get(), 503, "provider_unavailable")
    work(sqs(task(via="webhook", observations=[ANNOUNCED]).to_json()), Context())
    response = get()
    body = body_of(response)
    assert (response["statusCode"], body["answer"], body["freshness"]) == (200, "delivered", "stale")
    assert body["sentence"] == (
        "Delivered (Cellcast: delivered), known since 1 June 2026 12:00:00 UTC; announced, not confirmed yet."
    )
    assert (body["as_of"], body["next"]) == (T0, None)
    assert [(one["via"], one["confirmed"]) for one in body["because"]] == [("webhook", False)]


def test_what_the_provider_does_not_know_is_not_found_whatever_a_webhook_said(cloud: Cloud) -> None:
    cloud.vendor.then(httpx.ConnectError("down"))
    work(sqs(task(via="webhook", observations=[ANNOUNCED]).to_json()), Context())
    cloud.vendor.then(httpx.Response(404))
    assert_problem(get(), 404, "message_not_found")


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        (PATH, "max_age=x", 400, "invalid_request"),
        (PATH, "limit=1", 400, "invalid_request"),
        (PATH, "account=other", 404, "unknown_account"),
        ("/v1/messages/cellcast//explanation", "", 400, "invalid_request"),
    ],
    ids=["max_age", "parameter", "account", "no id"],
)
def test_what_can_t_be_asked_is_refused_as_for_the_message(
    cloud: Cloud, path: str, query: str, status: int, code: str
) -> None:
    assert_problem(get(path, query=query), status, code)
    assert cloud.vendor.requests == []


@pytest.mark.parametrize(
    ("scopes", "status", "code"), [(None, 401, "unauthorized"), ("write", 403, "forbidden")], ids=["none", "write"]
)
def test_without_the_right_key_nothing_is_explained(cloud: Cloud, scopes: str | None, status: int, code: str) -> None:
    assert_problem(get(scopes=scopes), status, code)
    assert cloud.vendor.requests == []
