"""Refresh and redrive."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from message_detail import bootstrap
from message_detail.adapters.aws.circuits import FAILURES_TO_OPEN
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.errors import ProviderUnavailable
from message_detail.domain.tasks import PageTask, Task, parse
from message_detail.entrypoints.operations import operations_handler
from message_detail.providers.cellcast.account import SCHEMA
from message_detail.services import redrive
from tests.unit.conftest import OneAtATime
from tests.unit.container import Context, put
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http
from tests.unit.entrypoints.test_lookup import assert_problem
from tests.unit.samples import message_task, stand_in

handler = operations_handler
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
    tasks = [message_task(message["Body"]) for message in cloud.waiting()]
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
    assert sorted(message_task(message["Body"]).message_id for message in cloud.waiting()) == ["a", "b", "c"]
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


def fail() -> None:
    raise ProviderUnavailable("down")


def test_resume_ends_a_cool_down_and_closes_the_circuit(cloud: Cloud) -> None:
    account = bootstrap.services().secrets.account("cellcast", "default", SCHEMA)
    throttle = bootstrap.services().throttle
    throttle.cool_down(account, 600)
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(ProviderUnavailable):
            throttle.circuit(account, fail)
    assert throttle.account_state("cellcast", "default")["state"] == "open"
    response = fits(post(RESUME, {}), "POST /v1/providers/{provider}/resume")
    assert body_of(response) == {"account": "default", "state": "ok", "cooling_down_until": None}
    throttle.check(account)
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


class Dying:
    """An SQS client whose queue works at once on what is sent to it, and in vain: every task is dead again."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._sqs = OneAtATime(cloud.sqs)
        self.sent: list[str] = []

    def send_message(self, **arguments: Any) -> Any:
        self.sent.append(arguments["MessageBody"])
        assert len(self.sent) < 300
        _bury(self._cloud, arguments["MessageBody"], "provider_refused: x")
        return {}

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._sqs, operation)


@pytest.fixture
def dying(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Dying:
    client = Dying(cloud)
    put(queue_of=lambda _provider: TaskQueue(stand_in(client), cloud.queue_url, cloud.dead_url))
    monkeypatch.setattr(redrive, "PER_SECOND", 1e9)
    return client


@pytest.mark.parametrize("letters", [1, 3, 25])
@pytest.mark.parametrize("body", [None, {}, {"limit": 1000}, {"account": "default"}])
def test_a_letter_that_dies_again_at_once_is_moved_once(cloud: Cloud, dying: Dying, letters: int, body: Any) -> None:
    for number in range(letters):
        bury(cloud, f"m{number}", "provider_refused: x")
    answer = body_of(post(REDRIVE, body))
    assert answer == {"moved": letters, "reasons": {"provider_refused": letters}}
    assert len(dying.sent) == letters
    assert len(cloud.dead()) == letters, "they are there for the next redrive"


def test_the_next_redrive_moves_them_again_once(cloud: Cloud, dying: Dying) -> None:
    bury(cloud, "m", "provider_refused: x")
    for _ in range(3):
        assert body_of(post(REDRIVE))["moved"] == 1
        time.sleep(0.002)  # times are in milliseconds
    assert len(dying.sent) == 3


def test_two_redrives_at_once_move_each_letter_at_most_twice(cloud: Cloud, dying: Dying) -> None:
    """One may find what the other has brought back, if that was before its own beginning; then never again."""
    for number in range(20):
        bury(cloud, f"m{number}", "provider_refused: x")
    threads = [threading.Thread(target=lambda: post(REDRIVE, {"limit": 1000})) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moved = Counter(message_task(body).message_id for body in dying.sent)
    assert len(moved) == 20
    assert max(moved.values()) <= 2
    assert len(cloud.dead()) == 20


def test_a_letter_that_comes_after_the_beginning_stays(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    bury(cloud, "early", "provider_refused: x")
    time.sleep(0.05)
    began_at = time.time()
    time.sleep(0.05)
    bury(cloud, "late", "provider_refused: x")
    put(now=lambda: began_at)
    assert body_of(post(REDRIVE))["moved"] == 1
    assert [message_task(one["Body"]).message_id for one in cloud.waiting()] == ["early"]
    assert [message_task(one["Body"]).message_id for one in cloud.dead()] == ["late"]


def test_a_page_of_a_sync_is_brought_back_like_a_message(cloud: Cloud) -> None:
    page = PageTask(provider="cellcast", account="default", sync_id="s", page=3, received_at="2026-06-01T12:00:00.000Z")
    _bury(cloud, page.deferred().to_json(), "provider_refused: x")
    assert body_of(post(REDRIVE))["moved"] == 1
    (waiting,) = cloud.waiting()
    back = parse(waiting["Body"])
    assert back == replace(page, first_queued_at=back.first_queued_at, correlation_id=back.correlation_id)
    assert back.first_queued_at is not None


class Picky:
    """An SQS client whose queue never takes one message's task."""

    def __init__(self, cloud: Cloud, *refused: str) -> None:
        self._cloud, self._refused = cloud, refused

    def send_message(self, **arguments: Any) -> Any:
        if any(one in arguments["MessageBody"] for one in self._refused):
            raise ClientError({"Error": {"Code": "InvalidMessageContents"}}, "SendMessage")
        return self._cloud.sqs.send_message(**arguments)

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._cloud.sqs, operation)


def test_a_letter_that_the_queue_refuses_stays_and_keeps_no_other_back(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        bury(cloud, f"m{number}", "provider_refused: x")
    picky = Picky(cloud, "m2")
    put(queue_of=lambda _provider: TaskQueue(stand_in(picky), cloud.queue_url, cloud.dead_url))
    assert body_of(post(REDRIVE)) == {"moved": 4, "reasons": {"provider_refused": 4}}
    assert_problem(post(REDRIVE), 500, "storage_refused")
    assert [message_task(letter["Body"]).message_id for letter in cloud.dead()] == ["m2"]
