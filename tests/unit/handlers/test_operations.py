"""Refresh and redrive."""

from __future__ import annotations

import time
from typing import Any

import pytest

from message_detail import container
from message_detail.handlers.operations import operations_handler
from message_detail.providers.cellcast.account import KEYS
from message_detail.queue import Task
from tests.unit.handlers.conftest import Cloud, Context
from tests.unit.handlers.document import fits
from tests.unit.handlers.events import body_of, http
from tests.unit.handlers.test_lookup import assert_problem

handler = operations_handler("cellcast", KEYS)
REFRESH = "/v1/messages/cellcast/refresh"
REDRIVE = "/v1/providers/cellcast/redrive"
RESUME = "/v1/providers/cellcast/resume"


def post(path: str, body: Any = None, **event: Any) -> dict[str, Any]:
    return handler(http(path, method="POST", body=body, **event), Context())


@pytest.fixture(autouse=True)
def _account(cloud: Cloud) -> None:
    cloud.put_account()


def test_refresh_queues_every_message_once(cloud: Cloud) -> None:
    ids = [f"id-{i}" for i in range(23)]
    response = post(REFRESH, {"message_ids": [*ids, "id-3"]})
    assert (response["statusCode"], body_of(response)) == (202, {"accepted": 23})
    tasks = [Task.from_json(message["Body"]) for message in cloud.waiting()]
    assert sorted(task.message_id for task in tasks) == sorted(ids)
    assert {(task.provider, task.account, task.via) for task in tasks} == {("cellcast", "default", "refresh")}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("nonsense", 400),
        ("[]", 400),
        ({}, 422),
        ({"message_ids": []}, 422),
        ({"message_ids": "x"}, 422),
        ({"message_ids": ["x"] * 1001}, 422),
        ({"message_ids": [1]}, 422),
        ({"message_ids": [""]}, 400),
        ({"message_ids": ["x"], "acount": "default"}, 422),
        ({"message_ids": ["x"], "account": 1}, 422),
        ({"message_ids": ["x"], "account": "a b"}, 400),
        ('{"message_ids":["x"],"message_ids":["y"]}', 400),
    ],
)
def test_a_bad_body_is_refused_with_its_reason_and_nothing_is_queued(cloud: Cloud, body: Any, status: int) -> None:
    assert_problem(post(REFRESH, body), status, "invalid_request")
    assert cloud.waiting() == []


def test_a_key_that_a_body_has_twice_is_named(cloud: Cloud) -> None:
    detail = body_of(post(REFRESH, '{"message_ids":["x"],"message_ids":["y"]}'))["detail"]
    assert "'message_ids' more than once" in detail


def test_refresh_of_an_unknown_account_is_404(cloud: Cloud) -> None:
    assert_problem(post(REFRESH, {"account": "other", "message_ids": ["x"]}), 404, "unknown_account")


@pytest.mark.parametrize(("scopes", "status", "code"), [(None, 401, "unauthorized"), ("read admin", 403, "forbidden")])
def test_operations_need_the_scope_write(cloud: Cloud, scopes: str | None, status: int, code: str) -> None:
    for path, body in ((REFRESH, {"message_ids": ["x"]}), (REDRIVE, {})):
        assert_problem(post(path, body, scopes=scopes), status, code)


def bury(cloud: Cloud, message_id: str, reason: str, account: str = "default") -> None:
    task = Task(
        provider="cellcast",
        account=account,
        message_id=message_id,
        via="webhook",
        received_at="2026-06-01T12:00:00.000Z",
    )
    _bury(cloud, task.to_json(), reason)


def _bury(cloud: Cloud, body: str, reason: str) -> None:
    cloud.sqs.send_message(
        QueueUrl=cloud.dead_url,
        MessageBody=body,
        MessageAttributes={"reason": {"DataType": "String", "StringValue": reason}},
    )


def test_redrive_moves_dead_letters_back_and_says_why_they_had_died(cloud: Cloud) -> None:
    bury(cloud, "a", "provider_refused: Cellcast refuses the token")
    bury(cloud, "b", "provider_refused: Cellcast refuses the token")
    bury(cloud, "c", "provider_bad_answer: no JSON")
    response = post(REDRIVE)
    assert (response["statusCode"], body_of(response)) == (
        202,
        {"moved": 3, "reasons": {"provider_refused": 2, "provider_bad_answer": 1}},
    )
    assert sorted(Task.from_json(message["Body"]).message_id for message in cloud.waiting()) == ["a", "b", "c"]
    assert cloud.dead() == []


def test_redrive_leaves_other_accounts_unreadable_letters_and_the_rest_beyond_the_limit(cloud: Cloud) -> None:
    bury(cloud, "mine", "provider_refused: x")
    bury(cloud, "other", "provider_refused: x", account="other")
    _bury(cloud, "nonsense", "invalid_request: x")
    assert body_of(post(REDRIVE, {"account": "default"}))["moved"] == 1
    assert len(cloud.dead()) == 2
    for name in "abc":
        bury(cloud, name, "provider_refused: x")
    assert body_of(post(REDRIVE, {"limit": 2}))["moved"] == 2
    assert len(cloud.dead()) == 1


def test_a_limit_with_a_fraction_of_zero_is_a_whole_number(cloud: Cloud) -> None:
    for name in "ab":
        bury(cloud, name, "provider_refused: x")
    assert body_of(post(REDRIVE, {"limit": 1.0}))["moved"] == 1


def test_resume_ends_a_cool_down_and_closes_the_circuit(cloud: Cloud) -> None:
    account = container.secrets().account("cellcast", "default", KEYS)
    pressure = container.pressure()
    pressure.cool_down(account, 600)
    pressure._circuits_of("cellcast").save_open("cellcast:default", failure_count=10, opened_at=int(time.time()))
    assert pressure.state_of("cellcast", "default")["state"] == "open"
    response = fits(post(RESUME, {}), "POST /v1/providers/{provider}/resume")
    assert body_of(response) == {"account": "default", "state": "ok", "cooling_down_until": None}
    pressure.check(account)
    # Once more, and without a body: there is nothing to end, and nothing wrong.
    assert post(RESUME)["statusCode"] == 200


def test_resume_says_what_is_wrong(cloud: Cloud) -> None:
    assert_problem(post(RESUME, {"account": "nobody"}), 404, "unknown_account")
    assert_problem(post(RESUME, {"acount": "x"}), 422, "invalid_request")
    assert_problem(post(RESUME, {"account": 7}), 422, "invalid_request")
    assert_problem(post(RESUME, {}, scopes="read"), 403, "forbidden")
    assert_problem(post(RESUME, {}, scopes=None), 401, "unauthorized")


@pytest.mark.parametrize("limit", [0, 1001, "1", True, 1.5])
def test_a_bad_limit_is_refused(cloud: Cloud, limit: Any) -> None:
    assert_problem(post(REDRIVE, {"limit": limit}), 422, "invalid_request")


@pytest.mark.parametrize("odd", ["a\nb", "a\ufffe", "a\uffff", "\u0007", "a\u2028b", "\ud800"])
def test_an_odd_id_among_others_is_refused_by_its_place_and_nothing_is_queued(cloud: Cloud, odd: str) -> None:
    response = post(REFRESH, {"message_ids": ["ok1", "ok2", odd]})
    assert_problem(response, 400, "invalid_request")
    assert body_of(response)["detail"].startswith("message_ids[2]: ")
    assert cloud.waiting() == []
