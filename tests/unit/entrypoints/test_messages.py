"""What is not per provider: search, providers, drift, erasure."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from message_detail.adapters.aws.circuits import FAILURES_TO_OPEN
from message_detail.domain.scopes import SCOPES, granted
from message_detail.domain.tasks import Task
from message_detail.domain.times import from_epoch
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.entrypoints.messages import messages_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers import names
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import ADA, IDS, Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http, sqs
from tests.unit.entrypoints.test_lookup import assert_problem
from tests.unit.samples import says

look_up = lookup_handler(PROVIDER)
work = worker_handler(PROVIDER)
BOB = "61491570157"


def get(path: str, **event: Any) -> dict[str, Any]:
    return messages_handler(http(path, **event), Context())


def search(cursor: str | None = None, **parameters: str) -> dict[str, Any]:
    query = urlencode({**parameters, **({"cursor": cursor} if cursor else {})}, quote_via=quote)
    return fits(get("/v1/messages", query=query), "GET /v1/messages")


def found(**parameters: str) -> list[str]:
    """The ids of a whole result, page after page."""
    ids: list[str] = []
    cursor = None
    while True:
        body = body_of(search(cursor, **parameters))
        ids += [item["provider_message_id"] for item in body["items"]]
        cursor = body["next_cursor"]
        if cursor is None:
            return ids


@pytest.fixture(autouse=True)
def _account(cloud: Cloud) -> None:
    cloud.put_account()


def task(native_id: str, account: str = "default", **changes: Any) -> Task:
    fields = {"via": "webhook", "received_at": "2026-06-01T12:00:00.000Z", **changes}
    return Task(provider="cellcast", account=account, message_id=native_id, **fields)


# search


def test_stored_messages_are_found_newest_first_and_complete(put: Callable[..., None]) -> None:
    put(*IDS[:3])
    put(IDS[3], receiver=BOB)
    for spelling in (f"+{ADA}", "+61 491 570 156", ADA, "tel:+61-491-570-156"):
        assert found(address=spelling) == [IDS[2], IDS[1], IDS[0]]
    assert found(address="+61400000001") == IDS[3::-1]
    (item,) = body_of(search(address=f"+{BOB}"))["items"]
    assert len(item) == 40
    assert item["provenance"]["freshness"] == "stored"
    assert found(address="+15550100") == []


def by_text(q: str, query: str = "") -> dict[str, Any]:
    return fits(get("/v1/search", query=f"q={quote(q, safe='')}{query}"), "GET /v1/search")


def test_a_text_finds_what_it_names_without_a_call(put: Callable[..., None], cloud: Cloud) -> None:
    cloud.put_account("second", token="another-key-of-the-tests", default_region="AU")
    put(*IDS[:2])
    put(IDS[2], account="second", customString="order/7 é")
    calls = len(cloud.vendor.requests)
    for text in (f"+{ADA}", "0491 570 156", f"\u202a+{ADA}\u202c "):
        items = body_of(by_text(text))["items"]
        assert [(one["match"], one["message"]["provider_message_id"]) for one in items] == [
            ("address", IDS[2]),
            ("address", IDS[1]),
            ("address", IDS[0]),
        ]
    for text, match in (
        (IDS[2], "message_id"),
        (f"cellcast:second:{IDS[2]}", "message_id"),
        ("order/7 é", "reference"),
    ):
        (item,) = body_of(by_text(text, "&view=summary"))["items"]
        assert (item["match"], item["message"]["id"]) == (match, f"cellcast:second:{IDS[2]}")
        assert (set(item["message"]["body"].values()), item["message"]["extensions"]) == ({None}, {})
    response = by_text(f"+{ADA}", "&limit=2")
    assert response["headers"]["cache-control"] == "private"
    path, _, query = body_of(response)["more"]["address"].partition("?")
    assert [one["provider_message_id"] for one in body_of(get(path, query=query))["items"]] == [IDS[0]]
    assert len(cloud.vendor.requests) == calls


def test_a_message_that_was_erased_is_found_by_no_text(cloud: Cloud, put: Callable[..., None]) -> None:
    put(*IDS[:2])
    body = {"message_ids": [f"cellcast:default:{IDS[0]}"]}
    assert messages_handler(http("/v1/erase", method="POST", body=body), Context())["statusCode"] == 202
    cloud.work_off_erasures()
    for text in (IDS[0], f"cellcast:default:{IDS[0]}"):
        assert body_of(by_text(text))["items"] == []
    assert [one["message"]["provider_message_id"] for one in body_of(by_text(f"+{ADA}"))["items"]] == [IDS[1]]


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%20", "q=a&q=b", f"q={'a' * 10_000}", "q=%ff", "q=x&limit=0", "q=x&y=1"]
)
def test_a_search_that_says_nothing_or_too_much_is_refused(cloud: Cloud, query: str) -> None:
    assert_problem(fits(get("/v1/search", query=query), "GET /v1/search"), 400, "invalid_request")


def test_a_provider_an_account_and_a_status_filter(put: Callable[..., None], cloud: Cloud) -> None:
    cloud.put_account("second")
    put(IDS[0], status="sent")
    put(IDS[1], status="delivered")
    put(IDS[2], status="delivered", account="second")
    assert found(provider="cellcast") == [IDS[2], IDS[1], IDS[0]]
    assert found(provider="cellcast", account="second") == [IDS[2]]
    assert found(provider="cellcast", status="delivered") == [IDS[2], IDS[1]]
    assert found(provider="cellcast", account="default", status="sent") == [IDS[0]]
    assert found(provider="samva") == []


def test_several_statuses_and_an_outcome_filter_over_all_providers(put: Callable[..., None]) -> None:
    put(IDS[0], status="sent")
    put(IDS[1], status="delivered")
    put(IDS[2], status="failed")
    assert found(limit="1") == [IDS[2], IDS[1], IDS[0]]
    assert found(status="sent,failed", limit="1") == [IDS[2], IDS[0]]
    assert found(provider="cellcast", outcome="success") == [IDS[1]]
    assert found(outcome="failure", since="2026-06-01T09:02:00Z") == [IDS[2]]
    assert found(outcome="uncertain") == []
    (item,) = body_of(search(outcome="pending", view="summary"))["items"]
    assert (item["status"], set(item["body"].values()), item["extensions"]) == ("sent", {None}, {})


def test_references_and_times_filter(put: Callable[..., None]) -> None:
    put(IDS[0], customString="order/7 é")
    put(*IDS[1:4])
    references = json.loads(look_up(http(f"/v1/messages/cellcast/{IDS[0]}"), Context())["body"])["references"]
    assert "order/7 é" in [reference["value"] for reference in references]
    assert found(reference="order/7 é") == [IDS[0]]
    since, until = "2026-06-01T11:01:00+02:00", "2026-06-01T09:03:00Z"
    assert found(provider="cellcast", since=since, until=until) == [IDS[2], IDS[1]]


def test_pages_lead_through_everything_once(put: Callable[..., None]) -> None:
    put(*IDS[:7])
    first = body_of(search(provider="cellcast", limit="3"))
    assert len(first["items"]) == 3
    assert first["next_cursor"]
    assert found(provider="cellcast", limit="3") == IDS[6::-1]
    assert found(provider="cellcast", limit="1") == IDS[6::-1]
    other = search(first["next_cursor"], address=f"+{ADA}")
    assert_problem(other, 400, "invalid_request")
    assert_problem(search(first["next_cursor"][:-2] + "AA", provider="cellcast"), 400, "invalid_request")


def test_discrepancies_are_listed_until_the_provider_confirms(put: Callable[..., None], cloud: Cloud) -> None:
    put(IDS[0])
    assert found(discrepancy="true") == []
    announced = {
        "status": "delivered",
        "status_native": "delivered",
        "observed_at": "2026-06-01T12:00:00.000Z",
        "via": "webhook",
        "confirmed": False,
    }
    cloud.vendor.then(says(_id=IDS[0], receiver=ADA))
    assert work(sqs(task(IDS[0], observations=[announced]).to_json()), Context()) == {"batchItemFailures": []}
    assert found(discrepancy="true") == [], "the fetch that is to confirm it has not been made"
    confirming = task(IDS[0]).confirming(from_epoch(time.time() + 15), thread=False)
    assert work(sqs(confirming.to_json()), Context()) == {"batchItemFailures": []}
    assert found(discrepancy="true") == [IDS[0]]
    assert body_of(search(discrepancy="true"))["items"][0]["status"] == "delivered"
    cloud.vendor.then(says(_id=IDS[0], receiver=ADA, status="delivered", updatedAt="2026-06-01T12:01:00.000Z"))
    assert work(sqs(task(IDS[0], via="refresh").to_json()), Context()) == {"batchItemFailures": []}
    assert found(discrepancy="true") == []
    assert found(address=f"+{ADA}") == [IDS[0]]


@pytest.mark.parametrize(
    "parameters",
    [
        {"address": "x", "provider": "cellcast"},
        {"address": "x", "outcome": "failure"},
        {"status": "sent", "outcome": "failure"},
        {"discrepancy": "false"},
        {"account": "default", "address": "x"},
        {"provider": "nobody"},
        {"provider": "cellcast", "status": "lost"},
        {"provider": "cellcast", "limit": "0"},
        {"provider": "cellcast", "limit": "101"},
        {"provider": "cellcast", "since": "yesterday"},
        {"provider": "cellcast", "since": "2026-06-01T09:00:00Z", "until": "2026-06-01T09:00:00Z"},
        {"provider": "cellcast", "cursor": "nonsense"},
        {"adress": "x"},
    ],
)
def test_a_bad_search_says_why(parameters: dict[str, str]) -> None:
    assert_problem(search(**parameters), 400, "invalid_request")


# scopes


@pytest.mark.parametrize(
    ("method", "path", "query", "needed"),
    [
        ("GET", "/v1/messages", "provider=cellcast", "metadata"),
        ("GET", "/v1/providers", "", "metadata"),
        ("GET", "/v1/drift", "", "metadata"),
        ("POST", "/v1/erase", "", "admin"),
    ],
)
def test_each_route_has_its_scope(method: str, path: str, query: str, needed: str) -> None:
    def call(scopes: str | None) -> dict[str, Any]:
        body = {"address": "+15550100"} if method == "POST" else None
        event = http(path, method=method, query=query, body=body, scopes=scopes)
        return fits(messages_handler(event, Context()), f"{method} {path}")

    others = " ".join(scope for scope in SCOPES if needed not in granted([scope]))
    assert_problem(call(None), 401, "unauthorized")
    assert_problem(call(others), 403, "forbidden")
    assert_problem(call(""), 403, "forbidden")
    assert call(needed)["statusCode"] in (200, 202)


# what is no route


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/messages", "GET, HEAD"),
        ("HEAD", "/v1/erase", "POST"),
        ("GET", "/v1/erase", "POST"),
        ("POST", "/v1/erase/7", "GET, HEAD"),
        ("DELETE", "/v1/messages/cellcast/a%2Fb%0Ac", "GET, HEAD"),
        ("PUT", "/v1/messages/cellcast/refresh", "GET, HEAD, POST"),
        ("PATCH", "/v1/providers/cellcast/sync/7", "GET, HEAD"),
        ("GET", "/v1/webhooks/cellcast", "POST"),
    ],
)
def test_a_path_without_the_method_says_which_it_has(method: str, path: str, allowed: str) -> None:
    response = get(path, method=method)
    assert response["headers"]["allow"] == allowed
    if method == "HEAD":
        assert (response["statusCode"], response["body"]) == (405, "")
    else:
        assert_problem(response, 405, "method_not_allowed")


@pytest.mark.parametrize(
    "path", ["/v1/messages/cellcast/a%0Ab", "/v1/messages/samva/%0D%0A", "/v1/messages/x/%E2%80%A8"]
)
def test_an_id_with_a_line_break_is_a_bad_id_and_no_wrong_method(path: str) -> None:
    if "/x/" in path:
        assert_problem(get(path), 404, "unknown_provider")
    else:
        assert_problem(get(path), 400, "invalid_request")


@pytest.mark.parametrize("path", ["/v1/messages/x/refresh", "/v1/providers/x/sync", "/v1/providers/x/resume"])
def test_a_scope_that_lacks_comes_before_a_provider_that_is_not_there(path: str) -> None:
    assert_problem(get(path, method="POST", scopes="read"), 403, "forbidden")
    assert_problem(get(path, method="POST", scopes="read write"), 404, "unknown_provider")
    assert_problem(get("/v1/messages/x/y", scopes="read"), 404, "unknown_provider")


@pytest.mark.parametrize("path", ["/", "/v2/messages", "/v1/messages.json", "/v1/providers/cellcast"])
def test_a_path_that_no_route_has_is_not_found(path: str) -> None:
    assert_problem(get(path), 404, "not_found")


def test_a_path_without_a_key_tells_nothing() -> None:
    assert_problem(get("/v1/health", method="POST", scopes=None), 401, "unauthorized")


# providers


def providers() -> dict[str, dict[str, Any]]:
    response = fits(get("/v1/providers"), "GET /v1/providers")
    return {item["provider"]: item for item in body_of(response)["items"]}


def test_all_providers_are_shown_with_what_they_can() -> None:
    shown = providers()
    assert list(shown) == list(names())
    assert shown["samva"] == {
        "provider": "samva",
        "title": "Samva",
        "state": "ok",
        "accounts": [],
        "list": True,
        "webhook": {"path": "/v1/webhooks/samva"},
        "dead_letters_last_day": 0,
        "drift_last_day": 0,
    }


def test_an_account_that_was_used_is_shown_and_no_secret(put: Callable[..., None]) -> None:
    put(IDS[0])
    (account,) = providers()["cellcast"]["accounts"]
    assert account["account"] == "default"
    assert account["state"] == "ok"
    assert account["last_success"]
    assert account["last_error"] is account["last_error_code"] is account["cooling_down_until"] is None
    assert account["last_error_detail"] is None
    text = get("/v1/providers")["body"]
    assert "key-of-the-tests" not in text
    assert "hook-secret" not in text


def test_a_throttled_account_is_cooling_down(cloud: Cloud, put: Callable[..., None]) -> None:
    cloud.put_account("throttled-now")
    put(IDS[0])
    cloud.vendor.then(httpx.Response(429, headers={"retry-after": "30"}))
    look_up(http(f"/v1/messages/cellcast/{IDS[0]}", query="account=throttled-now&max_age=0"), Context())
    shown = providers()["cellcast"]
    assert shown["state"] == "cooling_down"
    states = {account["account"]: account for account in shown["accounts"]}
    assert (states["default"]["state"], states["throttled-now"]["state"]) == ("ok", "cooling_down")
    assert states["throttled-now"]["cooling_down_until"]
    assert states["throttled-now"]["last_error_code"] == "rate_limited"
    assert states["throttled-now"]["last_success"] is None


def test_an_account_that_fails_again_and_again_is_open(cloud: Cloud) -> None:
    cloud.put_account("down-now")
    cloud.vendor.then(httpx.Response(503))
    for _ in range(FAILURES_TO_OPEN):
        look_up(http(f"/v1/messages/cellcast/{IDS[0]}", query="account=down-now&max_age=0"), Context())
    shown = providers()["cellcast"]
    assert (shown["state"], shown["accounts"][0]["state"]) == ("open", "open")
    assert shown["accounts"][0]["last_error_code"] == "provider_unavailable"


def test_an_account_whose_credentials_are_refused_says_so_until_it_works(
    cloud: Cloud, put: Callable[..., None]
) -> None:
    put(IDS[0])
    cloud.vendor.then(httpx.Response(401, json={"code": 401, "message": "Invalid token"}))
    look_up(http(f"/v1/messages/cellcast/{IDS[0]}", query="max_age=0"), Context())
    shown = providers()["cellcast"]
    assert (shown["state"], shown["accounts"][0]["state"]) == ("refused", "refused")
    assert shown["accounts"][0]["last_error_code"] == "provider_refused"
    assert "token" in shown["accounts"][0]["last_error_detail"]
    put(IDS[0])
    shown = providers()["cellcast"]
    assert (shown["state"], shown["accounts"][0]["state"]) == ("ok", "ok")


@pytest.mark.parametrize("by_queue", [False, True])
def test_an_account_whose_settings_cannot_be_used_says_which_and_no_value(cloud: Cloud, by_queue: bool) -> None:
    name = f"unusable-{by_queue}"
    cloud.put_account(name, timeout_seconds=-7_654_321)
    if by_queue:
        work(sqs(task(IDS[0], account=name).to_json()), Context())
    else:
        look_up(http(f"/v1/messages/cellcast/{IDS[0]}", query=f"account={name}"), Context())
    shown = providers()["cellcast"]
    (account,) = [one for one in shown["accounts"] if one["account"] == name]
    assert (shown["state"], account["state"], account["last_success"]) == ("unusable", "unusable", None)
    assert "'timeout_seconds' must be" in account["last_error_detail"]
    assert "7654321" not in get("/v1/providers")["body"]


def test_one_refused_request_is_no_refused_account(cloud: Cloud, put: Callable[..., None]) -> None:
    put(IDS[0])
    cloud.vendor.then(httpx.Response(422, json={"code": 422, "message": "odd"}))
    look_up(http(f"/v1/messages/cellcast/{IDS[0]}", query="max_age=0"), Context())
    (account,) = providers()["cellcast"]["accounts"]
    assert (account["state"], account["last_error_code"]) == ("ok", "provider_refused")


def test_dead_letters_and_drift_of_a_day_are_counted(cloud: Cloud, put: Callable[..., None]) -> None:
    assert work(sqs("nonsense", task(IDS[0], account="nobody").to_json()), Context()) == {"batchItemFailures": []}
    put(IDS[0], status="teleported", brandNew={"a": 1})
    shown = providers()["cellcast"]
    assert (shown["dead_letters_last_day"], shown["drift_last_day"]) == (2, 2)
    assert providers()["samva"]["drift_last_day"] == 0


# drift


def test_drift_fails_no_fetch_and_is_shown_with_a_redacted_sample(put: Callable[..., None]) -> None:
    put(IDS[0], IDS[1], status="teleported", hasReplied="Ada Example, +61491570156")
    response = fits(get("/v1/drift"), "GET /v1/drift")
    rows = {row["path"]: row for row in body_of(response)["items"]}
    assert rows["status"]["count"] == 2
    assert (rows["status"]["problem"], rows["status"]["sample"]) == ("unknown_value", "teleported")
    assert {row["provider"] for row in rows.values()} == {"cellcast"}
    assert (rows["status"]["account"], rows["status"]["message_id"]) == ("default", IDS[1])
    assert rows["status"]["id"] == f"cellcast:default:{IDS[1]}"
    for private in ("Ada", "Example", "61491570156", "parcel"):
        assert private not in response["body"]
    assert found(provider="cellcast", status="unknown") == [IDS[1], IDS[0]]


def test_no_drift_is_an_empty_list() -> None:
    assert body_of(fits(get("/v1/drift"), "GET /v1/drift")) == {"items": []}
