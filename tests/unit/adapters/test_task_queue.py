"""Tasks in and out of SQS."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from message_detail import observability
from message_detail.adapters.aws.task_queue import BATCH_BYTES, TaskQueue
from message_detail.domain.errors import InvalidRequest, StorageRefused, StorageUnavailable, TooLarge
from message_detail.domain.message_ids import MAX_ID_BYTES
from message_detail.domain.tasks import PageTask, Task, parse
from tests.unit.aws import client
from tests.unit.samples import ODD_CHARACTERS, message_task, stand_in

HUGE = PageTask(
    provider="cellcast",
    account="default",
    sync_id="s",
    page=1,
    received_at="2026-06-01T12:00:00.000Z",
    cursor="c" * BATCH_BYTES,
)
TASK = Task(
    provider="cellcast",
    account="default",
    message_id="a/b ü",
    via="webhook",
    received_at="2026-06-01T12:00:00.000Z",
    event="0123456789abcdef",
    event_window=120,
    observations=[{"status": "delivered"}],
    deferrals=2,
)


@pytest.fixture
def sqs(aws: None) -> Any:
    return client("sqs")


@pytest.fixture
def urls(sqs: Any) -> tuple[str, str]:
    return sqs.create_queue(QueueName="tasks")["QueueUrl"], sqs.create_queue(QueueName="dead")["QueueUrl"]


def bodies(sqs: Any, url: str) -> list[str]:
    found: list[str] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [message["Body"] for message in messages]
    return found


def test_a_task_survives_the_way_through_json() -> None:
    assert message_task(TASK.to_json()) == TASK
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
        TASK.to_json().replace("a/b \\u00fc", "x" * (MAX_ID_BYTES + 1)),
        TASK.to_json().replace("a/b \\u00fc", "a\\nb"),
    ],
)
def test_an_unreadable_task_says_why(body: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        message_task(body)
    assert caught.value.detail


def test_a_thousand_tasks_go_out_in_batches(sqs: Any, urls: tuple[str, str]) -> None:
    tasks = [
        Task(provider="cellcast", account="default", message_id=str(i), via="refresh", received_at=TASK.received_at)
        for i in range(105)
    ]
    assert TaskQueue(sqs, urls[0]).send_all(tasks) == 105
    assert {message_task(body).message_id for body in bodies(sqs, urls[0])} == {str(i) for i in range(105)}


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
        Task(provider="cellcast", account="default", message_id=str(i), via="refresh", received_at=TASK.received_at)
        for i in range(10)
    ]
    TaskQueue(stand_in(Refusing(sqs, 2)), urls[0], sleep=lambda _: None).send_all(tasks)
    assert sorted(message_task(body).message_id for body in bodies(sqs, urls[0])) == [str(i) for i in range(10)]


def test_accepted_means_every_task_or_storage_unavailable(sqs: Any, urls: tuple[str, str]) -> None:
    tasks = [
        Task(provider="cellcast", account="default", message_id=str(i), via="refresh", received_at=TASK.received_at)
        for i in range(10)
    ]

    class Never(Refusing):
        def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:
            return {"Failed": [{"Id": entry["Id"]} for entry in Entries]}

    with pytest.raises(StorageUnavailable):
        TaskQueue(stand_in(Never(sqs, 0)), urls[0], sleep=lambda _: None).send_all(tasks)


def test_what_sqs_never_takes_is_refused_at_once(sqs: Any, urls: tuple[str, str]) -> None:
    asked = []

    class Never(Refusing):
        def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:
            asked.append(len(Entries))
            return {"Failed": [{"Id": Entries[0]["Id"], "SenderFault": True, "Code": "InvalidMessageContents"}]}

    task = Task(provider="cellcast", account="default", message_id="1", via="refresh", received_at=TASK.received_at)
    with pytest.raises(StorageRefused, match="InvalidMessageContents"):
        TaskQueue(stand_in(Never(sqs, 0)), urls[0], sleep=lambda _: None).send_all([task, task])
    assert asked == [2]


def test_a_batch_is_within_ten_entries_and_the_bytes_that_sqs_takes() -> None:
    sizes: list[tuple[int, int]] = []

    class Line:
        def send_message_batch(self, Entries: list[dict[str, Any]], **_: Any) -> Any:
            bodies = [entry["MessageBody"] for entry in Entries]
            assert len({entry["Id"] for entry in Entries}) == len(Entries)
            assert all(body.isascii() for body in bodies)
            sizes.append((len(bodies), sum(map(len, bodies))))
            return {}

    large = [{"status": "sent", "status_native": "ü" * 10_000}]
    tasks = [
        Task(
            provider="p",
            account="a",
            message_id=str(i),
            via="webhook",
            received_at=TASK.received_at,
            observations=large,
        )
        for i in range(23)
    ]
    assert TaskQueue(stand_in(Line()), "url").send_all(tasks) == 23
    assert sum(count for count, _ in sizes) == 23
    assert all(count <= 10 and size <= BATCH_BYTES for count, size in sizes)
    assert len(sizes) == 6


@pytest.mark.parametrize("character", ODD_CHARACTERS)
def test_whatever_a_task_holds_its_body_is_such_that_sqs_takes_it(character: str) -> None:
    task = PageTask(
        provider="p", account="a", sync_id="s", page=1, received_at=TASK.received_at, cursor=f'{{"x":"{character}"}}'
    )
    body = task.to_json()
    assert body.isascii()
    assert body.isprintable() or character == "\x7f"
    parsed = parse(body)
    assert isinstance(parsed, PageTask)
    assert parsed.cursor == task.cursor or "\ud800" <= character <= "\udfff"


def test_a_dead_letter_never_holds_what_sqs_refuses(sqs: Any, urls: tuple[str, str]) -> None:
    queue = TaskQueue(sqs, *urls)
    queue.dead_letter("bad \ufffe \x00 \ud800 body \U0001f600", "default", "internal_error: \uffff\x1b")
    (letter,) = queue.dead_letters(10)
    assert letter.body == "bad \ufffd \ufffd \ufffd body \U0001f600"
    assert letter.reason == "internal_error: \ufffd\ufffd"
    assert letter.sent_at is not None


def test_a_refusing_queue_is_storage_unavailable(sqs: Any) -> None:
    class Down:
        def send_message(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, "SendMessage")

    with pytest.raises(StorageUnavailable):
        TaskQueue(stand_in(Down()), "http://127.0.0.1/q").send(TASK)


def test_a_dead_letter_carries_its_reason(sqs: Any, urls: tuple[str, str]) -> None:
    queue = TaskQueue(sqs, *urls)
    queue.dead_letter("not a task", "default", "invalid_request: the task is not JSON")
    (letter,) = queue.dead_letters(10)
    assert (letter.body, letter.reason) == ("not a task", "invalid_request: the task is not JSON")
    queue.remove(letter)
    assert queue.dead_letters(10) == []


def test_a_part_and_a_wish_for_the_thread_survive_the_queue() -> None:
    task = replace(TASK, part="Eml1", thread=True)
    assert message_task(task.to_json()) == task
    assert not {"part", "thread"} & set(json.loads(TASK.to_json()))
    for key, odd in (("part", 7), ("part", ["Eml1"]), ("thread", "yes")):
        with pytest.raises(InvalidRequest):
            message_task(json.dumps({**json.loads(TASK.to_json()), key: odd}))


def test_the_thread_of_a_message_is_fetched_because_of_the_message() -> None:
    task = replace(TASK, thread=True, observations=[{"status": "sent"}], deferrals=3)
    thread = task.thread_task("Msg1")
    assert thread is not None
    assert thread == replace(TASK, message_id="Msg1", part=TASK.message_id, observations=(), deferrals=0)
    assert thread.thread_task("Msg2") is None
    assert [task.thread_task(other) for other in (None, "", TASK.message_id)] == [None, None, None]


@pytest.mark.parametrize("account", ["main", "two words", "Žižkov", "a" * 300, "a\nb", "\ud800", ""])
def test_a_task_of_an_account_that_can_not_be_has_a_group_that_sqs_takes(account: str) -> None:
    groups: list[str] = []

    class Strict:
        def send_message(self, **arguments: Any) -> None:
            groups.append(arguments["MessageGroupId"])

    queue = TaskQueue(stand_in(Strict()), "queue", "dead")
    queue.dead_letter("body", account, "reason")
    queue.send(Task(provider="samva", account=account, message_id="m", via="sync", received_at=TASK.received_at))
    assert all(re.fullmatch("[!-~]{1,128}", group) for group in groups)
    assert account != "main" or groups == ["main", "main"]


def test_a_task_that_is_queued_belongs_to_the_work_it_comes_of(sqs: Any, urls: tuple[str, str]) -> None:
    queue = TaskQueue(sqs, *urls)
    with observability.correlated("work-1"):
        queue.send(TASK)
        queue.send_all([TASK, replace(TASK, correlation_id="work-0")])
    queue.send(TASK)
    found = sorted(str(parse(body).correlation_id) for body in bodies(sqs, urls[0]))
    assert found == ["None", "work-0", "work-1", "work-1"]


@pytest.mark.parametrize("tasks", [[HUGE], [TASK, HUGE]], ids=["alone", "among others"])
def test_what_no_queue_takes_is_refused_before_it_is_sent(tasks: list[Task | PageTask]) -> None:
    asked: list[str] = []
    queue = TaskQueue(stand_in(Asked(asked)), "url")
    with pytest.raises(TooLarge, match="a queue takes"):
        queue.send_all(tasks)
    with pytest.raises(TooLarge):
        queue.send(tasks[-1])
    assert asked == []


class Asked:
    """An SQS client that says what it was asked for."""

    def __init__(self, asked: list[str]) -> None:
        self._asked = asked

    def send_message(self, **_: Any) -> None:
        self._asked.append("one")

    def send_message_batch(self, **_: Any) -> None:
        self._asked.append("many")
