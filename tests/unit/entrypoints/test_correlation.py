"""One id leads from a request or event through its tasks to every line of the log."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from message_detail.domain.correlation import is_usable
from message_detail.domain.message_ids import message_hash, message_id
from message_detail.domain.tasks import PageTask, Task, parse
from message_detail.entrypoints.authorizer import authorizer_handler
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.entrypoints.operations import operations_handler
from message_detail.entrypoints.reconcile import reconcile_handler
from message_detail.entrypoints.webhook import webhook_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.cellcast.account import SCHEMA
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.providers.cellcast.webhook import WEBHOOK
from message_detail.services.callers import key_hash
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import STACK, Cloud
from tests.unit.entrypoints.events import body_of, http, sqs
from tests.unit.samples import NATIVE_ID, T0, says

look_up = lookup_handler(PROVIDER)
operate = operations_handler
take_in = webhook_handler(WEBHOOK, SCHEMA)
work = worker_handler(PROVIDER)
reconcile = reconcile_handler

GIVEN = "order-2026-11-28"
REQUEST_ID = "JKJaXmPLvHcESHA="
TASK = Task(provider="cellcast", account="default", message_id=NATIVE_ID, via="refresh", received_at=T0)
Logged = Callable[[], str]


# --- requests


def request(path: str, given: str | None = None, **event: Any) -> dict[str, Any]:
    """A request with API Gateway's id, and perhaps one of the caller's own."""
    made = http(path, headers={"x-correlation-id": given} if given is not None else {}, **event)
    made["requestContext"]["requestId"] = REQUEST_ID
    return made


def lines(logged: Logged) -> list[dict[str, Any]]:
    """The lines of the log; metrics apart."""
    return [line for line in map(json.loads, logged().splitlines()) if "_aws" not in line]


@pytest.mark.parametrize(
    ("given", "scopes", "expected"),
    [
        (None, "read", REQUEST_ID),
        (GIVEN, "read", GIVEN),
        ("+61491570156", "read", REQUEST_ID),
        (GIVEN, None, REQUEST_ID),  # whoever has no key writes nothing into the log
    ],
)
def test_an_answer_tells_the_id_of_its_lines(
    cloud: Cloud, logged: Logged, given: str | None, scopes: str | None, expected: str
) -> None:
    cloud.put_account()
    logged()
    response = look_up(request(f"/v1/messages/cellcast/{NATIVE_ID}", given, scopes=scopes), Context())
    assert response["headers"]["x-correlation-id"] == expected
    assert {line["correlation_id"] for line in lines(logged)} == {expected}


def test_a_problem_tells_it_in_its_body_too(cloud: Cloud) -> None:
    unknown = look_up(request("/v1/messages/cellcast/x?account=none", GIVEN, query="account=none"), Context())
    assert (unknown["statusCode"], body_of(unknown)["correlation_id"]) == (404, GIVEN)
    refused = look_up(request("/v1/messages/cellcast/x", scopes=None), Context())
    assert (refused["statusCode"], body_of(refused)["correlation_id"]) == (401, REQUEST_ID)


@pytest.mark.parametrize(
    "event", [{}, {"requestContext": None}, {"requestContext": {"requestId": 7}, "headers": []}, []]
)
def test_an_event_of_another_kind_has_an_id_all_the_same(cloud: Cloud, event: Any) -> None:
    response = look_up(event, Context())
    assert is_usable(response["headers"]["x-correlation-id"])


def test_a_lookup_is_told_step_by_step_with_the_messages_hash(cloud: Cloud, logged: Logged) -> None:
    cloud.put_account()
    logged()
    look_up(request(f"/v1/messages/cellcast/{NATIVE_ID}"), Context())
    told = lines(logged)
    assert [line["message"] for line in told] == ["provider asked", "row written", "messages shown", "request"]
    assert {line["message_hash"] for line in told} == {message_hash(message_id("cellcast", "default", NATIVE_ID))}
    assert {line["provider"] for line in told} == {"cellcast"}
    assert (told[0]["outcome"], told[3]["status"], told[3]["key_id"]) == ("ok", 200, "key-1")
    assert NATIVE_ID not in json.dumps(told)


def test_the_authorizer_tells_the_id_of_the_request_it_lets_in(cloud: Cloud, logged: Logged) -> None:
    keys = [{"id": "one", "sha256": key_hash("key-one"), "scopes": ["read"]}]
    cloud.secrets.create_secret(Name=f"{STACK}/api-keys", SecretString=json.dumps({"keys": keys}))
    for key, expected in (("key-one", GIVEN), ("another", REQUEST_ID)):
        headers = {"authorization": f"Bearer {key}", "x-correlation-id": GIVEN}
        question = {"type": "REQUEST", "headers": headers, "requestContext": {"requestId": REQUEST_ID}}
        logged()
        authorizer_handler(question, Context())
        (line,) = lines(logged)
        assert (line["message"], line["correlation_id"]) == ("authorized", expected)


# --- tasks


def queued(cloud: Cloud) -> list[Any]:
    return [parse(message["Body"]) for message in cloud.waiting()]


def test_tasks_have_the_id_of_the_request_that_they_come_of(cloud: Cloud) -> None:
    cloud.put_account()
    operate(request("/v1/messages/cellcast/refresh", GIVEN, method="POST", body={"message_ids": ["a", "b"]}), Context())
    operate(request("/v1/providers/cellcast/sync", GIVEN, method="POST", body={}), Context())
    assert [task.correlation_id for task in queued(cloud)] == [GIVEN] * 3


def test_a_task_that_is_brought_back_keeps_its_id_and_an_old_one_gets_one(cloud: Cloud) -> None:
    for dead in (replace(TASK, correlation_id="the-first-try"), TASK):
        cloud.sqs.send_message(QueueUrl=cloud.dead_url, MessageBody=dead.to_json())
    operate(request("/v1/providers/cellcast/redrive", GIVEN, method="POST", body={}), Context())
    assert {task.correlation_id for task in queued(cloud)} == {"the-first-try", GIVEN}


def test_a_webhooks_task_has_the_id_of_its_delivery_whatever_a_stranger_sends(cloud: Cloud, logged: Logged) -> None:
    cloud.put_account()
    event = {"_id": NATIVE_ID, "status": "delivered"}
    delivery = request("/v1/webhooks/cellcast", GIVEN, method="POST", body=event, scopes=None)
    delivery["headers"]["authorization"] = "Bearer hook-secret-of-the-tests"
    logged()
    response = take_in(delivery, Context())
    assert body_of(response)["accepted"] == 1, body_of(response)
    (task,) = queued(cloud)
    assert task.correlation_id == REQUEST_ID
    told = lines(logged)
    assert [line["message"] for line in told] == ["webhook taken in", "request"]
    assert {line["correlation_id"] for line in told} == {REQUEST_ID}
    assert told[0]["messages"] == [message_hash(task.id)]


def test_what_a_reconciliation_queues_has_the_id_of_its_run(cloud: Cloud, logged: Logged) -> None:
    cloud.put_account()
    look_up(request(f"/v1/messages/cellcast/{NATIVE_ID}"), Context())
    pk = {"pk": {"S": f"message#cellcast:default:{NATIVE_ID}"}, "sk": {"S": "message"}}
    cloud.dynamodb.update_item(
        TableName="messages",
        Key=pk,
        UpdateExpression="SET due_at = :at",
        ExpressionAttributeValues={":at": {"S": "2026-01-01T00:00:00.000Z"}},
    )
    logged()
    context = Context()
    context.aws_request_id = "52fdfc07-2182-154f-163f-5f0f9a621d72"
    assert reconcile({"provider": "cellcast"}, context)["queued"] == 1
    assert queued(cloud)[0].correlation_id == context.aws_request_id
    assert {line["correlation_id"] for line in lines(logged)} == {context.aws_request_id}


def batch(*tasks: Any) -> dict[str, Any]:
    event = sqs(*(task.to_json() for task in tasks))
    for index, record in enumerate(event["Records"]):
        record["messageId"] = f"52fdfc07-2182-154f-163f-{index:012d}"
    return event


def test_ten_tasks_at_once_are_told_each_under_its_own_id(cloud: Cloud, logged: Logged) -> None:
    cloud.put_account()

    cloud.vendor._answers = [lambda asked: says(_id=asked.url.path.rpartition("/")[2])]
    tasks = [replace(TASK, message_id=f"m{number}", correlation_id=f"work-of-{number}") for number in range(10)]
    logged()
    assert work(batch(*tasks), Context()) == {"batchItemFailures": []}
    told = lines(logged)
    for task in tasks:
        own = [line for line in told if line.get("correlation_id") == task.correlation_id]
        assert [line["message"] for line in own] == ["provider asked", "row written", "task done"]
        assert {(line["message_hash"], line["account"]) for line in own} == {(message_hash(task.id), "default")}
    assert [line["message"] for line in told if "correlation_id" not in line] == ["batch"]


def test_a_task_of_an_earlier_release_is_told_under_the_id_of_its_message_on_the_queue(
    cloud: Cloud, logged: Logged
) -> None:
    cloud.put_account()
    cloud.vendor.then(httpx.Response(503))
    logged()
    work(batch(TASK), Context())
    own_id = "52fdfc07-2182-154f-163f-000000000000"
    told = lines(logged)
    assert [line["message"] for line in told] == ["provider asked", "task failed", "batch"]
    assert [line.get("correlation_id") for line in told] == [own_id, own_id, None]


def test_what_is_no_task_is_told_under_the_id_of_its_message_on_the_queue(cloud: Cloud, logged: Logged) -> None:
    event = batch(TASK)
    event["Records"][0]["body"] = "no task"
    logged()
    work(event, Context())
    dead, _ = lines(logged)
    assert (dead["message"], dead["correlation_id"]) == ("task is dead", event["Records"][0]["messageId"])


def test_a_page_hands_its_id_on_to_the_next_and_to_what_it_sets_aside() -> None:
    page = PageTask(
        provider="cellcast", account="default", sync_id="s1", page=0, received_at=T0, correlation_id="work-of-a-sync"
    )
    assert page.next("cursor", T0).correlation_id == "work-of-a-sync"
