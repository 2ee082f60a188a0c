"""The routes of endpoints: what they tell, what they do, and what they never show."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from message_detail import bootstrap
from message_detail.domain.events_out.attempt import Attempt
from message_detail.domain.events_out.event import Event, account_event
from message_detail.entrypoints.endpoints import endpoints_handler
from tests.unit.container import Context, forget, put
from tests.unit.entrypoints.conftest import STACK, Cloud
from tests.unit.entrypoints.events import body_of, http
from tests.unit.samples import T0, after

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "http://127.0.0.1:9/hooks/of-somebody"


class Api:
    """The handler, as a caller with some scopes sees it."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def __call__(
        self, method: str, path: str, query: str = "", body: Any = None, scopes: str = "metadata read write"
    ) -> tuple[int, Any]:
        event = http(f"/v1/endpoints{path}", method=method, query=query, body=body, scopes=scopes)
        answer = endpoints_handler(event, Context())
        return answer["statusCode"], body_of(answer)

    def put_endpoint(self, name: str, **settings: Any) -> None:
        values = {"url": URL, "secrets": [SECRET], "allow_networks": ["127.0.0.0/8"], **settings}
        self.cloud.secrets.create_secret(Name=f"{STACK}/endpoint/{name}", SecretString=json.dumps(values))


@pytest.fixture
def api(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Api:
    monkeypatch.setenv("EVENTS_QUEUE_URL", cloud.queue_url)
    forget()
    put(transport=httpx.MockTransport(lambda _: httpx.Response(204)))
    made = Api(cloud)
    made.put_endpoint("crm", types=["message_detail.message.stored"], mode="latest")
    return made


def event(number: int, at: str = T0) -> Event:
    return account_event(f"evt_{number}", at, "cellcast", "default", {"state": "ok"})


def log(number: int, at: str, *, status_code: int | None = 204, made: int = 1, happened: str = T0) -> None:
    error = None if status_code == 204 else f"answered {status_code}"
    attempt = Attempt(at=at, milliseconds=12, status_code=status_code, error=error)
    bootstrap.services().delivery_log.add("crm", event(number, happened), made, attempt)


# --- the list


def test_an_endpoint_is_told_with_how_it_fares_and_never_with_its_address_or_secret(api: Api) -> None:
    status, body = api("GET", "")
    assert status == 200
    (item,) = body["items"]
    assert item == {
        "name": "crm", "host": "127.0.0.1", "state": "on", "reason": None,
        "types": ["message_detail.message.stored"], "providers": None, "accounts": None, "channels": None,
        "outcomes": None, "include": "summary", "mode": "latest",
        "last_success": None, "last_error": None, "last_error_at": None, "waiting": 0,
    }  # fmt: skip
    assert "of-somebody" not in json.dumps(body)
    assert SECRET not in json.dumps(body)


def test_an_endpoint_that_cant_be_used_is_told_with_the_key_that_is_wrong(api: Api) -> None:
    api.put_endpoint("broken", secrets=["short"])
    broken = next(item for item in api("GET", "")[1]["items"] if item["name"] == "broken")
    assert broken["host"] is None
    assert "'secrets': number 1" in broken["reason"]
    assert "short" not in json.dumps(broken)


def test_where_there_are_none_the_list_is_empty(cloud: Cloud) -> None:
    answer = endpoints_handler(http("/v1/endpoints"), Context())
    assert (answer["statusCode"], body_of(answer)) == (200, {"items": []})


# --- who may


@pytest.mark.parametrize("name", ["crm", "none"])
@pytest.mark.parametrize("action", ["pause", "resume", "test", "replay"])
def test_who_may_not_write_does_nothing_and_learns_nothing(api: Api, name: str, action: str) -> None:
    status, body = api("POST", f"/{name}/{action}", body={}, scopes="metadata read")
    assert (status, body["code"]) == (403, "forbidden")


@pytest.mark.parametrize("path", ["", "/crm/deliveries"])
def test_who_may_write_only_reads_nothing(api: Api, path: str) -> None:
    assert api("GET", path, scopes="write")[0] == 403
    assert api("GET", path, scopes="metadata")[0] == 200


@pytest.mark.parametrize("action", ["pause", "resume", "test", "replay", "deliveries"])
@pytest.mark.parametrize("name", ["none", "a%20b", "%2E%2E", "crm%23x", "@names"])
def test_an_endpoint_that_is_not_there_is_not_found(api: Api, name: str, action: str) -> None:
    method = "GET" if action == "deliveries" else "POST"
    body = {"event_id": "evt_1"} if action == "replay" else None
    status, told = api(method, f"/{name}/{action}", body=body)
    assert (status, told["code"]) == (404, "not_found")


def test_what_is_no_route_is_not_found(api: Api) -> None:
    assert api("POST", "/crm/delete")[0] == 404


# --- what was sent


def test_attempts_are_told_the_newest_first(api: Api) -> None:
    log(1, after(1), status_code=503)
    log(1, after(6), made=2)
    status, body = api("GET", "/crm/deliveries")
    assert status == 200
    newest, first = body["items"]
    assert newest["attempt"] == 2
    assert first == {
        "event_id": "evt_1", "type": "message_detail.account.state_changed", "subject": "account:cellcast:default",
        "time": T0, "status": "failed", "attempt": 1, "at": after(1), "milliseconds": 12, "status_code": 503,
        "error": "answered 503", "answer": None, "next_at": None,
    }  # fmt: skip
    assert body["next_cursor"] is None


@pytest.mark.parametrize(("query", "expected"), [("status=failed", [1]), ("status=delivered", [2, 3]), ("", [1, 2, 3])])
def test_attempts_are_told_by_how_they_ended(api: Api, query: str, expected: list[int]) -> None:
    for number in (1, 2, 3):
        log(number, after(number), status_code=500 if number == 1 else 204)
    told = api("GET", "/crm/deliveries", query)[1]["items"]
    assert sorted(int(item["event_id"].removeprefix("evt_")) for item in told) == expected


def test_attempts_are_told_by_what_they_are_about(api: Api) -> None:
    log(1, after(1))
    assert len(api("GET", "/crm/deliveries", "subject=account%3Acellcast%3Adefault")[1]["items"]) == 1
    assert api("GET", "/crm/deliveries", "subject=cellcast%3Adefault%3A1")[1]["items"] == []


def test_attempts_since_a_moment_are_told_page_by_page_each_once(api: Api) -> None:
    for number in range(7):
        log(number, after(number))
    seen: list[str] = []
    query = f"since={after(2)}&limit=2"
    for _ in range(3):
        body = api("GET", "/crm/deliveries", query)[1]
        seen += [item["event_id"] for item in body["items"]]
        query = f"since={after(2)}&limit=2&cursor={body['next_cursor']}"
    assert seen == ["evt_6", "evt_5", "evt_4", "evt_3", "evt_2"]
    assert body["next_cursor"] is None


@pytest.mark.parametrize(
    "query", ["status=lost", "since=yesterday", "cursor=%21", "cursor=aGFsbG8", "limit=0", "limit=101", "page=2"]
)
def test_a_bad_parameter_is_named(api: Api, query: str) -> None:
    status, body = api("GET", "/crm/deliveries", query)
    assert (status, body["code"]) == (400, "invalid_request")
    assert query.partition("=")[0] in body["detail"]


# --- what is to be done


def test_a_paused_endpoint_says_so_until_it_is_resumed(api: Api) -> None:
    assert api("POST", "/crm/pause") == (200, {"name": "crm", "state": "paused", "changed": True})
    assert api("POST", "/crm/pause")[1]["changed"] is False
    (item,) = api("GET", "")[1]["items"]
    assert item["state"] == "paused"
    assert item["reason"]
    assert api("POST", "/crm/resume") == (200, {"name": "crm", "state": "on", "changed": True})
    (item,) = api("GET", "")[1]["items"]
    assert (item["state"], item["reason"]) == ("on", None)


def test_a_test_says_how_it_ended_and_is_in_the_log(api: Api) -> None:
    status, body = api("POST", "/crm/test")
    assert status == 200
    assert (body["delivered"], body["status_code"], body["error"]) == (True, 204, None)
    (item,) = api("GET", "/crm/deliveries")[1]["items"]
    assert (item["event_id"], item["type"]) == (body["event_id"], "message_detail.endpoint.test")


def replayed(api: Api) -> list[str]:
    return [json.loads(one["Body"])["event"]["id"] for one in api.cloud.waiting()]


def test_one_event_is_sent_again_under_its_id(api: Api) -> None:
    log(1, after(1))
    assert api("POST", "/crm/replay", body={"event_id": "evt_1"}) == (202, {"events": 1})
    assert replayed(api) == ["evt_1"]
    status, body = api("POST", "/crm/replay", body={"event_id": "evt_9"})
    assert (status, body["code"]) == (404, "not_found")


def test_of_a_time_those_that_were_never_taken_are_sent_again(api: Api) -> None:
    log(1, after(1), status_code=500)
    log(2, after(2), status_code=500, happened=after(2))
    log(2, after(7), made=2, happened=after(2))
    log(3, after(90_000), status_code=500, happened=after(90_000))
    body = {"since": T0, "until": after(80_000)}
    assert api("POST", "/crm/replay", body=body | {"dry_run": True}) == (202, {"events": 1})
    assert replayed(api) == []
    assert api("POST", "/crm/replay", body=body) == (202, {"events": 1})
    assert replayed(api) == ["evt_1"]
    assert api("POST", "/crm/replay", body=body | {"status": "all"}) == (202, {"events": 2})
    assert replayed(api) == ["evt_1", "evt_2"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event_id": "evt_1", "since": T0},
        {"event_id": ""},
        {"event_id": 7},
        {"event_id": "evt_1", "status": "all"},
        {"since": "yesterday"},
        {"since": T0, "status": "lost"},
        {"since": T0, "dry_run": "yes"},
        {"since": after(2), "until": after(1)},
        {"since": T0, "all": True},
        {"since": None},
    ],
    ids=str,
)
def test_a_bad_replay_is_refused_and_sends_nothing(api: Api, body: Any) -> None:
    log(1, after(1), status_code=500)
    status, told = api("POST", "/crm/replay", body=body)
    assert (status, told["code"]) == (422, "invalid_request")
    assert replayed(api) == []


def test_a_body_with_a_key_twice_is_refused(api: Api) -> None:
    assert api("POST", "/crm/replay", body='{"event_id": "evt_1", "event_id": "evt_2"}')[0] == 400
