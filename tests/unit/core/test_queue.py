"""Tasks in and out of SQS."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from message_detail.errors import InvalidRequest, StorageUnavailable
from message_detail.queue import MAX_ID_BYTES, Task, TaskQueue, check_message_id

TASK = Task(
    provider="cellcast",
    account="default",
    message_id="a/b ü",
    via="webhook",
    received_at="2026-06-01T12:00:00.000Z",
    event_id="e1",
    observations=[{"status": "delivered"}],
    deferrals=2,
)


@pytest.fixture
def sqs(aws: None) -> Any:
    return boto3.client("sqs")


@pytest.fixture
def urls(sqs: Any) -> tuple[str, str]:
    return sqs.create_queue(QueueName="tasks")["QueueUrl"], sqs.create_queue(QueueName="dead")["QueueUrl"]


def bodies(sqs: Any, url: str) -> list[str]:
    found: list[str] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [message["Body"] for message in messages]
    return found


def test_a_task_survives_the_way_through_json() -> None:
    assert Task.from_json(TASK.to_json()) == TASK
    assert json.loads(TASK.to_json())["v"] == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nonsense",
        "[]",
        "null",
        "{}",
        '{"v":2}',
        TASK.to_json().replace('"v":1', '"v":2'),
        TASK.to_json().replace('"account":"default"', '"account":""'),
        TASK.to_json().replace('"account":"default",', ""),
        TASK.to_json().replace('"deferrals":2', '"deferrals":"2"'),
        TASK.to_json().replace('"event_id"', '"surprise"'),
        TASK.to_json().replace("a/b ü", "x" * (MAX_ID_BYTES + 1)),
    ],
)
def test_an_unreadable_task_says_why(body: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        Task.from_json(body)
    assert caught.value.detail


def test_ids_are_opaque_but_for_their_size() -> None:
    for message_id in ("x", "../..", " ", "ü" * (MAX_ID_BYTES // 2), "\x00", "a\nb"):
        assert check_message_id(message_id) == message_id
    for message_id in ("", "x" * (MAX_ID_BYTES + 1), "\udcff"):
        with pytest.raises(InvalidRequest):
            check_message_id(message_id)


def test_a_thousand_tasks_go_out_in_batches(sqs: Any, urls: tuple[str, str]) -> None:
    tasks = [
        Task(provider="cellcast", account="default", message_id=str(i), via="refresh", received_at="t")
        for i in range(105)
    ]
    assert TaskQueue(sqs, urls[0]).send_all(tasks) == 105
    assert {Task.from_json(body).message_id for body in bodies(sqs, urls[0])} == {str(i) for i in range(105)}


class Refusing:
    """An SQS client that refuses some entries of the first batches."""

    def __init__(self, client: Any, times: int) -> None:
        self._client = client
        self.times = times

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:
        if not self.times:
            return self._client.send_message_batch(QueueUrl=QueueUrl, Entries=Entries)
        self.times -= 1
        kept, refused = Entries[::2], Entries[1::2]
        self._client.send_message_batch(QueueUrl=QueueUrl, Entries=kept)
        return {"Failed": [{"Id": entry["Id"], "SenderFault": False} for entry in refused]}


def test_what_sqs_refuses_of_a_batch_is_sent_again(sqs: Any, urls: tuple[str, str]) -> None:
    tasks = [
        Task(provider="cellcast", account="default", message_id=str(i), via="refresh", received_at="t")
        for i in range(10)
    ]
    TaskQueue(Refusing(sqs, 2), urls[0], sleep=lambda _: None).send_all(tasks)
    assert sorted(Task.from_json(body).message_id for body in bodies(sqs, urls[0])) == [str(i) for i in range(10)]


def test_accepted_means_every_task_or_storage_unavailable(sqs: Any, urls: tuple[str, str]) -> None:
    tasks = [
        Task(provider="cellcast", account="default", message_id=str(i), via="refresh", received_at="t")
        for i in range(10)
    ]

    class Never(Refusing):
        def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:
            return {"Failed": [{"Id": entry["Id"]} for entry in Entries]}

    with pytest.raises(StorageUnavailable):
        TaskQueue(Never(sqs, 0), urls[0], sleep=lambda _: None).send_all(tasks)


def test_a_refusing_queue_is_storage_unavailable(sqs: Any) -> None:
    class Down:
        def send_message(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, "SendMessage")

    with pytest.raises(StorageUnavailable):
        TaskQueue(Down(), "http://127.0.0.1/q").send(TASK)


def test_a_dead_letter_carries_its_reason(sqs: Any, urls: tuple[str, str]) -> None:
    queue = TaskQueue(sqs, *urls)
    queue.bury("not a task", "default", "invalid_request: the task is not JSON")
    (letter,) = queue.dead_letters(10)
    assert (letter.body, letter.reason) == ("not a task", "invalid_request: the task is not JSON")
    queue.remove(letter)
    assert queue.dead_letters(10) == []
