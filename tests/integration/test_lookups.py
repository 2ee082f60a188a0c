"""Lookups over HTTP: each failure of each provider, odd ids, freshness, validators, accounts, keys."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from local.simulators.base import Simulator
from tests.integration.conftest import System
from tests.integration.driving import PROVIDERS, add_account, calls

pytestmark = pytest.mark.usefixtures("simulators")

#: Fault, its settings, whether the account of its own needs settings; code and HTTP status.
FAILURES: list[tuple[str, dict[str, Any], str, int]] = [
    ("not_found", {}, "message_not_found", 404),
    ("rate_limited", {"retry_after": 7}, "rate_limited", 503),
    ("unavailable", {}, "provider_unavailable", 503),
    ("server_error", {}, "provider_unavailable", 503),
    ("reset", {}, "provider_unavailable", 503),
    ("hang", {"seconds": 2.5}, "provider_timeout", 504),
    ("unauthorized", {}, "provider_refused", 502),
    ("forbidden", {}, "provider_refused", 502),
    ("malformed", {}, "provider_bad_answer", 502),
    ("html", {}, "provider_bad_answer", 502),
    ("no_id", {}, "provider_bad_answer", 502),
    ("wrong_id", {}, "provider_bad_answer", 502),
    ("redirect", {}, "provider_bad_answer", 502),
    ("too_large", {}, "provider_bad_answer", 502),
]
ODD_IDS = [
    "a/b/c",
    "a#b",
    "a%b",
    "a%2Fb",
    "a+b",
    "a=b",
    "..",
    "../messages",
    "a?b=c",
    "a b",
    "zpráva-✉-ü",
    ":id",
    "x" * 1_000,
    "timeline",
]


def _path(provider: str, message_id: str) -> str:
    """The address of a message; dots are escaped, or the client would take ".." for the way up."""
    return f"/v1/messages/{provider}/{quote(message_id, safe='').replace('.', '%2E')}"


def _problem(answer: httpx.Response, code: str, status: int) -> dict[str, Any]:
    """The body of a problem+json, checked for what all have."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["type"] == f"/problems/{code}"
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_failure_has_its_code(system: System, provider: str) -> None:
    """Each in an account of its own, so that no cool-down or circuit of one is met by another."""
    simulator = system.simulators[provider]
    message_id = simulator.message_ids()[0]
    for kind, settings, code, status in FAILURES:
        account = f"failing-{kind.replace('_', '-')}"
        add_account(system, provider, account, **({"timeout_seconds": 1} if kind == "hang" else {}))
        simulator.fault(kind, on="message", **settings)
        answer = system.get(_path(provider, message_id), params={"account": account})
        simulator.faults.clear()
        body = _problem(answer, code, status)
        assert (body["provider"], body["account"]) == (provider, account)
        if status == 503:
            assert int(answer.headers["retry-after"]) >= 1
        if code == "rate_limited":
            assert body["retry_after"] == int(answer.headers["retry-after"])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_throttled_account_is_left_alone_and_the_other_is_not(system: System, provider: str) -> None:
    simulator = system.simulators[provider]
    message_id = simulator.message_ids()[0]
    for account in ("throttled", "bystander"):
        add_account(system, provider, account)
    simulator.fault("rate_limited", 1, retry_after=30, retry_after_seconds=30)
    _problem(system.get(_path(provider, message_id), params={"account": "throttled"}), "rate_limited", 503)
    made = len(simulator.requests())
    _problem(system.get(_path(provider, message_id), params={"account": "throttled"}), "rate_limited", 503)
    assert len(simulator.requests()) == made
    assert system.get(_path(provider, message_id), params={"account": "bystander"}).status_code == 200


@pytest.mark.parametrize("provider", PROVIDERS)
def test_odd_ids_are_not_found_and_change_nothing_that_is_called(system: System, provider: str) -> None:
    simulator = system.simulators[provider]
    for message_id in ODD_IDS:
        answer = system.get(_path(provider, message_id))
        _problem(answer, "message_not_found", 404)
    assert {entry["call"] for entry in simulator.requests()} <= {"message", "login", *simulator.asked_besides}
    assert {entry["message_id"] for entry in simulator.requests("message")} <= set(ODD_IDS)


def test_an_id_with_odd_characters_is_found_where_the_provider_has_it(system: System) -> None:
    """The id that was sent is the one that arrives, whatever it holds."""
    for provider in PROVIDERS:
        simulator = system.simulators[provider]
        for odd in ("a/b+c=d:e.f", "zpráva %2F ✉"):
            message = {**simulator.filler(7).message, simulator.id_field: odd}
            simulator.put(message)
            answer = system.get(_path(provider, odd))
            assert answer.status_code == 200, (provider, odd, answer.text)
            assert answer.json()["id"] == f"{provider}:default:{odd}"


def test_ids_that_no_message_can_have_are_refused(system: System) -> None:
    for provider in PROVIDERS:
        too_long = system.get(_path(provider, "ü" * 1_000))
        _problem(too_long, "invalid_request", 400)
        empty = system.get(f"/v1/messages/{provider}/")
        assert empty.status_code in {400, 404}
        assert empty.headers["content-type"] == "application/problem+json"
        assert not system.simulators[provider].requests()


def test_reserved_words_are_never_sent(system: System) -> None:
    for provider, word in (("cellcast", "quick-api-credit-usage"), ("highlevel", "export")):
        _problem(system.get(_path(provider, word)), "message_not_found", 404)
        assert not system.simulators[provider].requests("other") + system.simulators[provider].requests("list")


def test_bad_parameters_are_named(system: System) -> None:
    message_id = system.simulators["samva"].message_ids()[0]
    for name, value in (
        ("max_age", "soon"),
        ("max_age", "-1"),
        ("max_age", "86401"),
        ("account", "no/such"),
        ("x", "1"),
    ):
        answer = system.get(_path("samva", message_id), params={name: value})
        assert name in _problem(answer, "invalid_request", 400)["detail"]
    unknown = system.get(_path("samva", message_id), params={"account": "nobody"})
    _problem(unknown, "unknown_account", 404)
    _problem(system.get(_path("nobody", message_id)), "unknown_provider", 404)
    assert not system.simulators["samva"].requests()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_freshness_validators_and_the_stale_copy(system: System, provider: str) -> None:
    simulator = system.simulators[provider]
    message_id = simulator.store.put("default", simulator.filler(77))
    add_account(system, provider, "fresh")

    def look(max_age: int, **headers: str) -> httpx.Response:
        return system.get(_path(provider, message_id), params={"account": "fresh", "max_age": max_age}, headers=headers)

    live, stored, again = look(60), look(60), look(0)
    assert [answer.json()["provenance"]["freshness"] for answer in (live, stored, again)] == ["live", "stored", "live"]
    assert calls(system, provider, message_id) == 2
    assert live.headers["etag"] == stored.headers["etag"] == again.headers["etag"]
    assert int(stored.headers["age"]) >= 0
    assert stored.headers["cache-control"] == "private"
    same = look(60, **{"If-None-Match": live.headers["etag"]})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", live.headers["etag"])
    simulator.fault("unavailable")
    stale = look(0)
    assert (stale.status_code, stale.json()["provenance"]["freshness"]) == (200, "stale")
    assert stale.headers["etag"] == live.headers["etag"]
    simulator.faults.clear()
    simulator.fault("unauthorized", on="all")
    _problem(look(0), "provider_refused", 502)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_lookups_of_one_message_at_once_agree(system: System, provider: str) -> None:
    simulator = system.simulators[provider]
    message_id = simulator.store.put("default", simulator.filler(78))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: system.get(_path(provider, message_id)), range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.headers["etag"] for answer in answers}) == 1
    timeline = system.get(f"{_path(provider, message_id)}/timeline").json()["items"]
    statuses = [event["status"] for event in timeline]
    assert statuses
    assert len(statuses) == len(set(statuses))


def test_a_second_account_sees_its_own_messages_only(system: System, simulators: dict[str, Simulator]) -> None:
    for provider in PROVIDERS:
        message_id = simulators[provider].message_ids("second")[0]
        mine = system.get(_path(provider, message_id), params={"account": "second"})
        assert (mine.status_code, mine.json().get("account")) == (200, "second"), mine.text
        assert mine.json()["id"] == f"{provider}:second:{message_id}"
        if message_id not in simulators[provider].message_ids():
            _problem(system.get(_path(provider, message_id)), "message_not_found", 404)


def test_a_key_may_do_what_its_scopes_say_and_no_more(system: System) -> None:
    simulator = system.simulators["samva"]
    message_id = simulator.store.put("default", simulator.filler(79))
    assert system.get(_path("samva", message_id), key="read").status_code == 200
    made = len(simulator.requests())
    body = {"message_ids": [message_id]}
    _problem(system.post("/v1/messages/samva/refresh", key="read", json=body), "forbidden", 403)
    _problem(system.post("/v1/providers/samva/redrive", key="read", json={}), "forbidden", 403)
    _problem(system.post("/v1/erase", key="write", json={"address": "+15550100"}), "forbidden", 403)
    _problem(system.get(_path("samva", message_id), key="none"), "forbidden", 403)
    _problem(system.get(_path("samva", message_id), key=None), "unauthorized", 401)
    wrong = {"Authorization": "Bearer not-a-key"}
    _problem(system.get(_path("samva", message_id), key=None, headers=wrong), "unauthorized", 401)
    assert len(simulator.requests()) == made
    assert system.stack.waiting("samva") == 0
