"""A photo that comes after its webhook, through HighLevel's worker: looked at until it is there."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from message_detail import bootstrap
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.tasks import Task
from message_detail.domain.times import from_epoch, seconds_between
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.highlevel.provider import PROVIDER
from tests.unit.container import Context, put
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.events import sqs
from tests.unit.samples import message_task, stand_in

handler = worker_handler(PROVIDER)
PHOTO = "https://media.example.com/1.jpg"


class Sent:
    """An SQS client that keeps what is sent, and the seconds that it is to wait."""

    def __init__(self) -> None:
        self.tasks: list[tuple[int, Task]] = []

    def send_message(self, *, MessageBody: str, DelaySeconds: int, **_: Any) -> dict[str, Any]:
        self.tasks.append((DelaySeconds, message_task(MessageBody)))
        return {}


@pytest.fixture
def sent(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Sent:
    client = Sent()
    cloud.put_account("loc1", provider="highlevel", token="t")
    put(queue=TaskQueue(stand_in(client), "url", "dead"))
    return client


def answer(*attachments: str) -> httpx.Response:
    message = {
        "id": "M1", "type": 19, "messageType": "WhatsApp", "direction": "inbound", "status": "delivered", "body": "",
        "locationId": "loc1", "contactId": "c1", "dateAdded": "2026-05-27T13:14:56.123Z",
    }  # fmt: skip
    return httpx.Response(200, json={**message, "attachments": list(attachments)} if attachments else message)


def work(task: Task) -> None:
    assert handler(sqs(task.to_json()), Context()) == {"batchItemFailures": []}


def test_a_photo_is_asked_for_after_ten_seconds_and_no_more_once_it_is_there(cloud: Cloud, sent: Sent) -> None:
    cloud.vendor.then(answer())
    now = from_epoch(bootstrap.services().now())
    work(Task(provider="highlevel", account="loc1", message_id="M1", via="webhook", received_at=now))
    ((delay, look),) = sent.tasks
    assert 8 <= delay <= 10
    assert (look.via, look.message_id, look.account) == ("reconcile", "M1", "loc1")
    assert 9 <= seconds_between(now, look.received_at) <= 12
    # Not worked on before its time here, so that the answer counts as newer: as if ten seconds had gone by.
    cloud.vendor.then(answer(PHOTO))
    work(look)
    assert len(sent.tasks) == 1
    message = bootstrap.services().messages(PROVIDER).lookup("loc1", "M1", 1e9, 10).message
    assert [attachment.url for attachment in message.attachments] == [PHOTO]
    assert cloud.dynamodb.scan(TableName="messages", IndexName="due")["Items"] == []


def test_a_message_that_is_empty_for_good_is_looked_at_three_times(
    cloud: Cloud, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.vendor.then(answer())
    clock = [bootstrap.services().now()]
    put(now=lambda: clock[0])
    messages = bootstrap.services().messages(PROVIDER)
    for part in (messages, messages.gateway):
        monkeypatch.setattr(part, "_now", lambda: clock[0])
    start = clock[0]
    work(Task(provider="highlevel", account="loc1", message_id="M1", via="webhook", received_at=from_epoch(start)))
    at = []
    while sent.tasks:
        delay, look = sent.tasks.pop()
        clock[0] += delay + 0.002  # a task never comes early
        at.append(round(clock[0] - start))
        work(look)
    assert at == [10, 60, 600]
    assert len(cloud.vendor.requests) == 4
