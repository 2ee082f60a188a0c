"""GET /v1/messages/{provider}/{message_id}: contract sections 2 and 5."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from botocore.exceptions import ClientError

from message_detail import bootstrap
from message_detail.adapters.aws import clients
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.conftest import Calls
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http
from tests.unit.samples import NATIVE_ID, says

PATH = f"/v1/messages/cellcast/{NATIVE_ID}"
handler = lookup_handler(PROVIDER)


def get(path: str = PATH, **event: Any) -> dict[str, Any]:
    return handler(http(path, **event), Context())


@pytest.fixture(autouse=True)
def _account(cloud: Cloud) -> None:
    cloud.put_account()


def assert_problem(response: dict[str, Any], status: int, code: str) -> dict[str, Any]:
    assert response["statusCode"] == status
    assert response["headers"]["content-type"] == "application/problem+json"
    body: dict[str, Any] = body_of(response)
    assert body["code"] == code
    assert body["type"] == f"/problems/{code}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def test_a_message_has_validators_and_every_key(cloud: Cloud) -> None:
    response = get()
    assert response["statusCode"] == 200
    assert response["headers"]["content-type"] == "application/json"
    assert response["headers"]["cache-control"] == "private"
    assert response["headers"]["age"] == "0"
    body = body_of(response)
    assert body["id"] == f"cellcast:default:{NATIVE_ID}"
    assert body["provenance"]["freshness"] == "live"
    assert len(body) == 40


def test_if_none_match_gets_304_until_the_message_changes(cloud: Cloud) -> None:
    tag = get()["headers"]["etag"]
    for given in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        unchanged = get(headers={"if-none-match": given}, query="max_age=0")
        assert (unchanged["statusCode"], unchanged["body"], unchanged["headers"]["etag"]) == (304, "", tag)
    cloud.vendor.then(says(status="delivered", updatedAt="2026-06-01T10:00:00.000Z"))
    changed = get(headers={"if-none-match": tag}, query="max_age=0")
    assert changed["statusCode"] == 200
    assert changed["headers"]["etag"] != tag


def test_a_message_has_the_same_tag_either_way_and_so_a_weak_one(cloud: Cloud) -> None:
    plain, packed = get(), get(headers={"Accept-Encoding": "gzip"})
    assert packed["headers"]["content-encoding"] == "gzip"
    assert plain["headers"]["etag"] == packed["headers"]["etag"]
    assert plain["headers"]["etag"].startswith('W/"')
    assert packed["headers"]["vary"] == plain["headers"]["vary"] == "authorization, accept-encoding"
    again = get(headers={"accept-encoding": "gzip", "if-none-match": packed["headers"]["etag"]})
    assert (again["statusCode"], again["body"], again["headers"]["vary"]) == (304, "", packed["headers"]["vary"])


@pytest.mark.parametrize("max_age", ["x", "-1", "1.5", "86401", "", "1e3", "٣", "0x10", "99999999999999999999"])
def test_a_max_age_that_is_none_is_refused(cloud: Cloud, max_age: str) -> None:
    body = assert_problem(get(query=f"max_age={quote(max_age)}"), 400, "invalid_request")
    assert "max_age" in body["detail"]
    assert cloud.vendor.requests == []


@pytest.mark.parametrize(
    "query", ["maxage=1", "account=a&account=b", "account=%ff", "account=a%20b", "account=" + "a" * 65]
)
def test_a_bad_query_is_refused(cloud: Cloud, query: str) -> None:
    assert_problem(get(query=query), 400, "invalid_request")


def test_an_unknown_account_is_404(cloud: Cloud) -> None:
    body = assert_problem(get(query="account=other"), 404, "unknown_account")
    assert (body["provider"], body["account"]) == ("cellcast", "other")


@pytest.mark.parametrize(
    ("scopes", "status", "code"), [(None, 401, "unauthorized"), ("write", 403, "forbidden"), ("", 403, "forbidden")]
)
def test_without_the_right_key_no_provider_is_reached(cloud: Cloud, scopes: str | None, status: int, code: str) -> None:
    assert_problem(get(scopes=scopes), status, code)
    assert cloud.vendor.requests == []


@pytest.mark.parametrize(
    "message_id", ["a/b", "a?b", "a#b", "100%", "a+b", "x=y", "a..b", "ünï☃", "a b", "x" * 1000, "%41"]
)
def test_any_id_arrives_as_it_was_meant(cloud: Cloud, message_id: str) -> None:
    cloud.vendor.then(says(_id=message_id))
    response = get(f"/v1/messages/cellcast/{quote(message_id, safe='')}")
    assert response["statusCode"] == 200, response["body"]
    assert body_of(response)["provider_message_id"] == message_id


@pytest.mark.parametrize("message_id", ["..", ".", "quick-api-credit-usage"])
def test_ids_that_name_something_else_are_not_found(cloud: Cloud, message_id: str) -> None:
    assert_problem(get(f"/v1/messages/cellcast/{message_id}"), 404, "message_not_found")
    assert cloud.vendor.requests == []


def test_an_empty_id_and_one_beyond_all_measure_are_refused(cloud: Cloud) -> None:
    for message_id in ("", "x" * 1501):
        assert_problem(get(f"/v1/messages/cellcast/{message_id}"), 400, "invalid_request")


FAILURES = [
    (httpx.Response(404), 404, "message_not_found"),
    (httpx.Response(429, headers={"retry-after": "11"}), 503, "rate_limited"),
    (httpx.Response(503), 503, "provider_unavailable"),
    (httpx.ConnectError("down"), 503, "provider_unavailable"),
    (httpx.ReadTimeout("slow"), 504, "provider_timeout"),
    (httpx.Response(401, json={"code": 401, "message": "Token expired", "stack": "x"}), 502, "provider_refused"),
    (httpx.Response(400, json={"status": False, "message": "Message ID is required"}), 502, "provider_refused"),
    (httpx.Response(200, text="<html>"), 502, "provider_bad_answer"),
    (says(_id="6a1c0de5f0aa11bb22cc33de"), 502, "provider_bad_answer"),
]


@pytest.mark.parametrize(("how", "status", "code"), FAILURES, ids=[f"{c}-{i}" for i, (_, _, c) in enumerate(FAILURES)])
def test_each_failure_of_the_provider_is_its_problem(cloud: Cloud, how: Any, status: int, code: str) -> None:
    cloud.put_account(f"own-{code}")
    cloud.vendor.then(how)
    response = get(query=f"account=own-{code}")
    body = assert_problem(response, status, code)
    assert body["provider"] == "cellcast"
    if status == 503:
        assert int(response["headers"]["retry-after"]) >= 1
    if code == "rate_limited":
        assert (response["headers"]["retry-after"], body["retry_after"]) == ("11", 11)


def test_a_refusing_table_is_503_and_nothing_is_served_unstored(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls(clients.client("dynamodb"))
    monkeypatch.setattr(bootstrap.services().table, "client", calls)
    refusal = ClientError({"Error": {"Code": "ThrottlingException"}}, "x")
    for operation in ("batch_get_item", "put_item"):
        calls.fail(operation, refusal)
        response = get(query="max_age=0")
        assert_problem(response, 503, "storage_unavailable")
        assert response["headers"]["retry-after"] == str(body_of(response)["retry_after"])
    assert get()["statusCode"] == 200


def test_a_bug_is_500_without_a_word_of_detail(cloud: Cloud, logged: Callable[[], str]) -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise RuntimeError("secret detail")

    cloud.vendor._answers = [broken]
    body = assert_problem(get(), 500, "internal_error")
    assert "secret detail" not in str(body) + logged()


def test_the_timeline_is_oldest_first(cloud: Cloud) -> None:
    assert_problem(get(f"{PATH}/timeline"), 404, "message_not_found")
    cloud.vendor.then(says(status="delivered"))
    get()
    response = get(f"{PATH}/timeline")
    items = body_of(response)["items"]
    assert [item["status"] for item in items] == ["sent", "delivered"]
    keys = ("status", "status_native", "occurred_at", "observed_at", "via", "epoch", "confirmed", "confirmed_at")
    assert tuple(items[0]) == keys
    assert all(item["confirmed"] and item["confirmed_at"] == item["observed_at"] for item in items)


def test_logs_hold_no_body_number_or_key(cloud: Cloud, logged: Callable[[], str]) -> None:
    get()
    get(query="account=nobody")
    text = logged()
    assert '"status":200' in text
    for private in ("parcel", "61400000001", "491570156", "key-of-the-tests"):
        assert private not in text


def test_the_log_of_the_runtime_gets_no_address_of_a_call(cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):  # as the root logger is in Lambda
        get()
    assert cloud.vendor.requests
    assert NATIVE_ID not in caplog.text
    assert not [record.name for record in caplog.records if record.name != "message-detail"]


def test_drift_is_counted(cloud: Cloud, logged: Callable[[], str]) -> None:
    cloud.vendor.then(says(shoe_size=43))
    get()
    assert '"drift":[1.0]' in logged()
    get()
    assert '"drift"' not in logged()


@pytest.mark.parametrize("odd", ["a%0Ab", "a%0D%0Ab", "%00", "a%7F", "a%EF%BF%BE", "a%E2%80%A8b", "a%C2%85b"])
def test_an_id_that_no_message_can_have_is_400_and_reaches_no_provider(cloud: Cloud, odd: str) -> None:
    assert_problem(get(f"/v1/messages/cellcast/{odd}"), 400, "invalid_request")
    assert_problem(get(f"/v1/messages/cellcast/{odd}/timeline"), 400, "invalid_request")
    assert cloud.vendor.requests == []


def test_an_answer_stays_below_lambdas_6_mb_and_says_what_it_lacks(cloud: Cloud) -> None:
    """Quotes are escaped twice on their way out, so that a text of 2 MB would be an answer of 8."""
    cloud.vendor.then(says(newField='"' * 2_000_000))
    response = get(query="max_age=0")
    assert response["statusCode"] == 200
    assert len(json.dumps(response)) < 6_000_000
    message = fits(response, "GET /v1/messages/{provider}/{message_id}")
    lacking = [entry["path"] for entry in body_of(message)["provenance"]["drift"] if entry["problem"] == "too_large"]
    assert len(lacking) == 1
    assert lacking[0].startswith("extensions.")
    assert get()["headers"]["etag"] == response["headers"]["etag"]


@pytest.mark.parametrize(
    ("path", "event", "status"),
    [
        (PATH, {}, 200),
        (f"{PATH}/timeline", {}, 200),
        (f"{PATH}/explanation", {}, 200),
        (f"{PATH}/raw", {}, 200),
        (PATH, {"query": "max_age=x"}, 400),
        (PATH, {"scopes": "write"}, 403),
        ("/v1/messages/cellcast/..", {}, 404),
    ],
    ids=range(7),
)
def test_head_is_get_without_the_body(cloud: Cloud, path: str, event: dict[str, Any], status: int) -> None:
    get()
    whole, bare = get(path, **event), get(path, method="HEAD", **event)
    assert (whole["statusCode"], bare["statusCode"], bare["body"]) == (status, status, "")
    assert whole["body"]
    varying = {"x-correlation-id"}
    assert {name: value for name, value in bare["headers"].items() if name not in varying} == {
        name: value for name, value in whole["headers"].items() if name not in varying
    }
