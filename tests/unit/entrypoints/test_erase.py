"""Erasures over HTTP and through their queue; and whatever else is under way with the same messages."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from message_detail import bootstrap
from message_detail.adapters.aws.large_values import ERASED, ROOM_BYTES
from message_detail.adapters.aws.message_store import Store
from message_detail.domain.times import from_epoch
from message_detail.entrypoints.erase import erase_handler
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.entrypoints.messages import messages_handler
from message_detail.entrypoints.operations import operations_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.aws import client
from tests.unit.conftest import unpacked
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import ADA, IDS, Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http, sqs
from tests.unit.entrypoints.test_lookup import assert_problem
from tests.unit.entrypoints.test_messages import found, search, task
from tests.unit.samples import says

look_up = lookup_handler(PROVIDER)
work = worker_handler(PROVIDER)
BOB = "61491570157"
Put = Callable[..., None]


@pytest.fixture(autouse=True)
def _account(cloud: Cloud) -> None:
    cloud.put_account()


def demand(**body: Any) -> dict[str, Any]:
    """The answer to an erasure's body."""
    return fits(messages_handler(http("/v1/erase", method="POST", body=body), Context()), "POST /v1/erase")


def progress(erase_id: str, **event: Any) -> dict[str, Any]:
    response = messages_handler(http(f"/v1/erase/{erase_id}", **event), Context())
    return fits(response, "GET /v1/erase/{erase_id}")


def erase(cloud: Cloud, **body: Any) -> dict[str, Any]:
    """An erasure from its beginning to its end: how far it is then."""
    response = demand(**body)
    assert response["statusCode"] == 202, response["body"]
    cloud.work_off_erasures()
    ended = body_of(progress(body_of(response)["erase_id"]))
    assert (ended["state"], ended["left"]) == ("done", 0)
    return dict(ended)


def left(cloud: Cloud) -> str:
    return json.dumps(unpacked(cloud.dynamodb), default=str)


def tombstones(cloud: Cloud) -> set[str]:
    items = [item for item in unpacked(cloud.dynamodb) if "erased" in item and item["sk"]["S"] == "message"]
    assert all("message" not in item for item in items)
    return {item["pk"]["S"].rpartition(":")[2] for item in items}


# --- found, erased, and nobody else


def test_erasure_removes_one_person_and_nobody_else(cloud: Cloud, put: Put) -> None:
    put(IDS[0], IDS[1], message="Dear Ada")
    put(IDS[2], receiver=BOB, message="Dear Bob")
    assert ADA in left(cloud)
    begun = body_of(demand(address="+61 491 570 156"))
    assert {**begun, "not_covered": [], "erase_id": ""} == {
        "erase_id": "",
        "messages": 2,
        "by_provider": {"cellcast": 2},
        "spellings": [f"+{ADA}", ADA],
        "contact_ids": [],
        "not_covered": [],
    }
    cloud.work_off_erasures()
    assert ADA not in left(cloud)
    assert "Dear Ada" not in left(cloud)
    assert found(address=f"+{ADA}") == []
    assert found(provider="cellcast") == [IDS[2]]
    assert erase(cloud, address=f"+{ADA}")["messages"] == 0


def test_its_progress_is_told_and_stays_as_its_record(cloud: Cloud, put: Put) -> None:
    put(IDS[0], IDS[1])
    erase_id = body_of(demand(address=f"+{ADA}"))["erase_id"]
    before = body_of(progress(erase_id))
    told = ("erase_id", "state", "messages", "erased", "left", "key_id", "reason", "ended_at")
    assert [before[key] for key in told] == [erase_id, "running", 2, 0, 2, "key-1", None, None]
    cloud.work_off_erasures()
    after = body_of(progress(erase_id))
    assert [after[key] for key in told[:7]] == [erase_id, "done", 2, 2, 0, "key-1", None]
    assert after["asked_at"] == before["asked_at"] <= after["ended_at"] == after["changed_at"]
    assert after["subject"] == before["subject"]
    assert ADA not in json.dumps([before, after])


@pytest.mark.parametrize("erase_id", ["0" * 32, "x", "%2e%2e", "0" * 33, "é", "a%00b"])
def test_an_erasure_that_is_not_there_is_not_found(erase_id: str) -> None:
    assert_problem(progress(erase_id), 404, "not_found")


def test_its_scope_comes_before_whether_it_is_there() -> None:
    for scopes, status, code in ((None, 401, "unauthorized"), ("", 403, "forbidden"), ("read write", 403, "forbidden")):
        assert_problem(progress("0" * 32, scopes=scopes), status, code)
        bad = messages_handler(http("/v1/erase", method="POST", query="x=1", body="{", scopes=scopes), Context())
        assert_problem(bad, status, code)


def test_a_parameter_is_refused() -> None:
    assert_problem(progress("0" * 32, query="x=1"), 400, "invalid_request")


@pytest.mark.parametrize("number", ["0491 570 156", "0491570156", "491570156", ADA])
def test_a_national_number_is_read_in_the_regions_of_the_accounts_that_are_used(
    cloud: Cloud, put: Put, number: str
) -> None:
    put(IDS[0])
    assert found(address=number) == IDS[:1]
    assert erase(cloud, address=number)["erased"] == 1
    assert found(address=number) == []


def test_an_ambiguous_number_is_refused_with_its_readings(cloud: Cloud, put: Put) -> None:
    cloud.put_account("second", token="another", default_region="DE")
    put(IDS[0])
    put(IDS[1], account="second", receiver=BOB)
    assert found(address="0491 570 156") == [IDS[0]]
    for keys in ({}, {"dry_run": True}, {"expected": 1}):
        response = demand(address="0491 570 156", **keys)
        problem = assert_problem(response, 422, "invalid_request")
        assert "+49491570156 or +61491570156" in body_of(response)["detail"], problem
        assert "give the country code" in body_of(response)["detail"]
    assert found(address=f"+{ADA}") == [IDS[0]]
    assert cloud.waiting() == []


def test_a_dry_run_says_what_there_is_and_erases_nothing(cloud: Cloud, put: Put) -> None:
    put(IDS[0], IDS[1], message="Dear Ada")
    response = demand(address=f"+{ADA}", dry_run=True)
    assert response["statusCode"] == 200
    body = body_of(response)
    assert (body["messages"], body["by_provider"], body["spellings"]) == (2, {"cellcast": 2}, [f"+{ADA}", ADA])
    assert body["not_covered"]
    assert "erase_id" not in body
    assert "Dear" not in response["body"], "nothing of what the messages say"
    assert found(address=f"+{ADA}") == [IDS[1], IDS[0]]
    assert cloud.waiting() == []
    assert_problem(demand(address=f"+{ADA}", expected=3), 422, "invalid_request")
    assert erase(cloud, address=f"+{ADA}", expected=2)["erased"] == 2


def test_messages_are_erased_by_their_whole_ids(cloud: Cloud, put: Put) -> None:
    put(IDS[0], IDS[1])
    ids = [f"cellcast:default:{IDS[0]}", "samva:default:never"]
    assert erase(cloud, message_ids=ids)["erased"] == 1
    assert found(address=f"+{ADA}") == [IDS[1]]
    assert found(contact="nobody") == []


def test_large_texts_and_the_answers_they_came_in_are_deleted_from_the_bucket(cloud: Cloud, put: Put) -> None:
    s3 = client("s3")
    put(IDS[0], message="x" * 2 * ROOM_BYTES)
    assert s3.list_objects_v2(Bucket="contents")["KeyCount"] == 2  # the text, and the answer that it came in
    assert erase(cloud, address=f"+{ADA}")["erased"] == 1
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket="contents")["Contents"]]
    assert len(keys) == 1
    assert keys[0].startswith(ERASED)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("[]", 400),
        ('{"address":"+61491570156","address":"+61491570157"}', 400),
        ('{"address":"+61491570156","dry_run":true,"dry_run":false}', 400),
        ({}, 422),
        ({"address": ""}, 422),
        ({"address": "  "}, 422),
        ({"address": 61491570156}, 422),
        ({"address": None}, 422),
        ({"address": "x" * 2_001}, 422),
        ({"address": "x", "provider": "cellcast"}, 422),
    ],
)
def test_a_bad_erasure_is_refused_and_erases_nothing(cloud: Cloud, put: Put, body: Any, status: int) -> None:
    put(IDS[0])
    response = messages_handler(http("/v1/erase", method="POST", body=body), Context())
    assert_problem(fits(response, "POST /v1/erase"), status, "invalid_request")
    assert cloud.waiting() == []
    assert found(address=f"+{ADA}") == [IDS[0]]


# --- after it


def test_nothing_brings_an_erased_message_back(cloud: Cloud, put: Put) -> None:
    put(IDS[0])
    erase(cloud, address=f"+{ADA}")
    calls = len(cloud.vendor.requests)
    for path, route in (("", "{message_id}"), ("/timeline", "{message_id}/timeline"), ("/raw", "{message_id}/raw")):
        response = look_up(http(f"/v1/messages/cellcast/{IDS[0]}{path}"), Context())
        assert_problem(fits(response, f"GET /v1/messages/{{provider}}/{route}"), 404, "message_not_found")
    for via in ("webhook", "refresh", "reconcile", "sync"):
        assert work(sqs(task(IDS[0], via=via).to_json()), Context()) == {"batchItemFailures": []}
    assert (cloud.dead(), cloud.waiting()) == ([], [])
    assert len(cloud.vendor.requests) == calls
    assert ADA not in left(cloud)


# --- while it runs


def _look_up() -> None:
    look_up(http(f"/v1/messages/cellcast/{IDS[0]}", query="max_age=0"), Context())


def _task(**changes: Any) -> None:
    """One that came after the message was fetched last, so that it needs a call."""
    changes = {"received_at": from_epoch(time.time() + 1), **changes}
    assert work(sqs(task(IDS[0], **changes).to_json()), Context()) == {"batchItemFailures": []}


def _late_webhook() -> None:
    """Verified, of an event that was not taken in before, and of a status that is new."""
    observed = {"status": "delivered", "status_native": "DELIVERED", "occurred_at": "2026-06-01T12:00:00.000Z"}
    _task(via="webhook", event="0123456789abcdef", event_window=600, observations=[observed])


def _sync() -> None:
    started = operations_handler(http("/v1/providers/cellcast/sync", method="POST", body={}), Context())
    assert started["statusCode"] == 202
    for message in _waiting():
        assert work(sqs(message), Context()) == {"batchItemFailures": []}


def _waiting() -> list[str]:
    """Takes the tasks of the provider's queue off it, which here is that of the erasures as well."""
    bodies = [message["Body"] for message in _CLOUD[0].waiting()]
    own = [body for body in bodies if "erase_id" in body]
    for body in own:
        client("sqs").send_message(QueueUrl=_CLOUD[0].queue_url, MessageBody=body)
    return [body for body in bodies if body not in own]


_CLOUD: list[Cloud] = []
OTHERS: dict[str, Callable[[], None]] = {
    "lookup": _look_up,
    "refresh": lambda: _task(via="refresh"),
    "webhook": lambda: _task(via="webhook"),
    "late webhook": _late_webhook,
    "reconciliation": lambda: _task(via="reconcile"),
    "sync": _sync,
}


@pytest.fixture
def listing(cloud: Cloud) -> Callable[[httpx.Request], httpx.Response]:
    """What the provider answers: the message, or a list with it in whole."""
    _CLOUD[:] = [cloud]
    whole = says(_id=IDS[0], receiver=ADA, message="Dear Ada").json()["data"]

    def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/report/message"):
            return says(_id=IDS[0], receiver=ADA, message="Dear Ada")
        items = [whole] if dict(request.url.params)["campType"] == "sms" else []
        data = {"items": items, "total": len(items), "hasNextPage": False}
        return httpx.Response(200, json={"status": True, "message": "Success", "data": data, "error": {}})

    return answer


@pytest.mark.parametrize("other", OTHERS)
def test_what_has_called_the_provider_before_the_erasure_stores_nothing_after_it(
    cloud: Cloud, put: Put, listing: Callable[[httpx.Request], httpx.Response], other: str
) -> None:
    put(IDS[0])
    erased: list[str] = []

    def erase_meanwhile(request: httpx.Request) -> httpx.Response:
        if not erased:
            erased.append(body_of(demand(message_ids=[f"cellcast:default:{IDS[0]}"]))["erase_id"])
            for body in [message["Body"] for message in cloud.waiting()]:
                if "erase_id" in body:
                    erase_handler(sqs(body), Context())
                else:
                    client("sqs").send_message(QueueUrl=cloud.queue_url, MessageBody=body)
        return listing(request)

    cloud.vendor._answers = [erase_meanwhile]
    OTHERS[other]()
    if not erased:  # what a verified webhook says is stored without a call
        assert other == "late webhook"
        erase(cloud, address=f"+{ADA}")
    assert ADA not in left(cloud)
    assert tombstones(cloud) == {IDS[0]}
    assert found(provider="cellcast") == []


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("moment", range(4))
def test_what_comes_between_any_two_steps_of_an_erasure_brings_nothing_back(
    cloud: Cloud,
    put: Put,
    listing: Callable[[httpx.Request], httpx.Response],
    monkeypatch: pytest.MonkeyPatch,
    other: str,
    moment: int,
) -> None:
    """Before the message is marked, after its mark, after what leads to it is deleted, and after all."""
    put(IDS[0])
    cloud.vendor._answers = [listing]
    once: list[Callable[[], None]] = [OTHERS[other]]
    replace, steps = Store._replace, [moment]

    def interrupted(store: Store, item: dict[str, Any], stamp: dict[str, Any] | None) -> None:
        is_of_the_erasure = "erased" in item
        if is_of_the_erasure and steps[0] == 0 and once:
            once.pop()()
        if is_of_the_erasure:
            steps[0] -= 1
        replace(store, item, stamp)
        if is_of_the_erasure and steps[0] == 0 and once:
            once.pop()()
        if is_of_the_erasure:
            steps[0] -= 1

    monkeypatch.setattr(Store, "_replace", interrupted)
    begun = body_of(demand(address=f"+{ADA}"))
    cloud.work_off_erasures()
    assert not once
    assert body_of(progress(begun["erase_id"]))["state"] == "done"
    assert ADA not in left(cloud)
    assert tombstones(cloud) == {IDS[0]}
    assert found(provider="cellcast") == []


# --- what is told of it


def test_neither_the_log_nor_the_metrics_name_the_person(cloud: Cloud, put: Put, logged: Callable[[], str]) -> None:
    put(IDS[0])
    search(address=f"+{ADA}")
    ended = erase(cloud, address=f"+{ADA}")
    text = logged()
    assert '"erased"' in text
    assert "491570156" not in text
    (line,) = [one for one in text.splitlines() if '"erasure done"' in one]
    for part in ("key-1", ended["erase_id"], ended["subject"], '"erased":1', ended["asked_at"], ended["ended_at"]):
        assert part in line


def test_one_that_fails_is_told_and_counted(
    cloud: Cloud, put: Put, logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(IDS[0])
    erase_id = body_of(demand(address=f"+{ADA}"))["erase_id"]
    monkeypatch.setattr(Store, "erase", _broken)
    for message in cloud.waiting():
        for receives in range(1, bootstrap.services().settings.max_receives + 1):
            ended = erase_handler(sqs(message["Body"], receives=receives), Context())
    assert ended == {"batchItemFailures": []}
    told = body_of(progress(erase_id))
    assert (told["state"], told["reason"], told["left"]) == ("failed", "internal_error", 1)
    text = logged()
    assert '"erasure failed"' in text
    assert '"erasures_failed"' in text


def _broken(*_: object) -> bool:
    raise ValueError("a bug")
