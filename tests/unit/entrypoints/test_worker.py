"""The worker: each task ends as its error class says."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from message_detail import bootstrap
from message_detail.adapters.aws import clients
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.secrets import SecretStore
from message_detail.adapters.aws.table import Table
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.adapters.aws.throttle import Throttle
from message_detail.domain.errors import ProviderUnavailable
from message_detail.domain.tasks import Task, revived
from message_detail.domain.times import from_epoch
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.services.messages import Messages
from message_detail.services.task_runner import LONGEST_DELAY_SECONDS, retry_delay
from tests.unit.conftest import Calls
from tests.unit.container import Context, put
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.events import sqs
from tests.unit.samples import NATIVE_ID, message_task, says, stand_in

handler = worker_handler(PROVIDER)


def task(account: str = "default", message_id: str = NATIVE_ID, via: str = "refresh", **changes: Any) -> Task:
    fields = {"received_at": "2026-06-01T12:00:00.000Z", **changes}
    return Task(provider="cellcast", account=account, message_id=message_id, via=via, **fields)


def run(*bodies: str, receives: int = 1) -> list[str]:
    """Runs the worker; the ids of the records that stay on the queue."""
    result = handler(sqs(*bodies, receives=receives), Context())
    return [failure["itemIdentifier"] for failure in result["batchItemFailures"]]


def stored(cloud: Cloud) -> list[str]:
    items = cloud.dynamodb.scan(TableName="messages")["Items"]
    return sorted(item["pk"]["S"] for item in items if item["pk"]["S"].startswith("message#"))


@pytest.fixture(autouse=True)
def _account(cloud: Cloud) -> None:
    cloud.put_account()


def test_ten_tasks_of_a_batch_are_worked_on_at_once(cloud: Cloud) -> None:
    cloud.put_account("wide", token="t", max_concurrency=10)
    all_here = threading.Barrier(10, timeout=10)

    def answer(request: httpx.Request) -> httpx.Response:
        all_here.wait()
        return says(_id=request.url.path.rpartition("/")[2])

    cloud.vendor._answers = [answer]
    tasks = [task("wide", f"6a1c0de5f0aa11bb22cc33{i:02x}").to_json() for i in range(10)]
    assert run(*tasks) == []
    assert len(stored(cloud)) == 10


def test_the_first_batch_of_a_container_makes_everything_once(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what holds an account's places, so that `max_concurrency` is kept."""
    made: Counter[type] = Counter()
    for kind in (Throttle, SecretStore, Store, Messages):
        monkeypatch.setattr(kind, "__init__", _counted(kind, made))
    tasks = [task(message_id=f"6a1c0de5f0aa11bb22cc33{i:02x}").to_json() for i in range(10)]
    cloud.vendor._answers = [lambda request: says(_id=request.url.path.rpartition("/")[2])]
    assert run(*tasks) == []
    assert made == {Throttle: 1, SecretStore: 1, Store: 1, Messages: 1}


def _counted(kind: type, made: Counter[type]) -> Callable[..., None]:
    init = vars(kind)["__init__"]

    def counting(self: Any, *arguments: Any, **named: Any) -> None:
        made[kind] += 1
        init(self, *arguments, **named)

    return counting


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (httpx.Response(429, headers={"retry-after": "30"}), "rate_limited"),
        (httpx.Response(503), "provider_unavailable"),
        (httpx.ReadTimeout("slow"), "provider_timeout"),
    ],
)
def test_a_task_that_must_wait_is_sent_anew_and_uses_up_no_try(cloud: Cloud, how: Any, code: str) -> None:
    cloud.put_account(code)
    cloud.vendor.then(how)
    assert run(task(code).to_json(), receives=3) == []
    assert cloud.dead() == []
    attributes = cloud.sqs.get_queue_attributes(QueueUrl=cloud.queue_url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"


def test_an_hour_of_outage_fills_no_dead_letter_queue(cloud: Cloud) -> None:
    cloud.put_account("outage")
    cloud.vendor.then(httpx.Response(503))
    waiting = task("outage")
    for _ in range(100):
        assert run(waiting.to_json(), receives=1) == []
        waiting = waiting.deferred()
    assert cloud.dead() == []


def test_a_bad_answer_is_tried_a_few_times_and_then_dead_with_its_reason(cloud: Cloud) -> None:
    cloud.vendor.then(httpx.Response(200, text="<html>"))
    body = task().to_json()
    assert run(body, receives=1) == ["m0"]
    assert run(body, receives=2) == ["m0"]
    assert cloud.dead() == []
    assert run(body, receives=3) == []
    (letter,) = cloud.dead()
    assert letter["Body"] == body
    assert letter["MessageAttributes"]["reason"]["StringValue"].startswith("provider_bad_answer: ")


@pytest.mark.parametrize(
    ("how", "account", "reason"),
    [
        (httpx.Response(401, json={"code": 401, "message": "Token expired"}), "default", "provider_refused"),
        (says(), "nobody", "unknown_account"),
    ],
)
def test_what_no_trying_can_help_is_dead_at_once(cloud: Cloud, how: httpx.Response, account: str, reason: str) -> None:
    cloud.vendor.then(how)
    assert run(task(account).to_json()) == []
    (letter,) = cloud.dead()
    assert letter["MessageAttributes"]["reason"]["StringValue"].startswith(f"{reason}: ")


def test_a_task_that_the_dead_letter_queue_refuses_stays_where_it_is(cloud: Cloud, logged: Callable[[], str]) -> None:
    """Larger than a message of SQS may be; what could be done with it is in the log, and it is not."""
    text = "x" * 2_000_000
    assert run(text) == ["m0"]
    assert cloud.dead() == []
    lines = logged()
    assert '"message":"dead letter refused"' in lines
    assert len(lines) < 10_000


def test_a_message_that_is_not_there_is_dropped(cloud: Cloud) -> None:
    cloud.vendor.then(httpx.Response(404))
    assert run(task().to_json()) == []
    assert cloud.dead() == []
    assert cloud.waiting() == []


@pytest.mark.parametrize(
    "body",
    ["nonsense", "{}", task().to_json().replace('"v":1', '"v":9'), task().to_json().replace('"cellcast"', '"samva"')],
)
def test_an_unreadable_task_is_dead_with_the_reason_on_it_and_in_the_log(
    cloud: Cloud, logged: Callable[[], str], body: str
) -> None:
    assert run(body) == []
    (letter,) = cloud.dead()
    assert letter["Body"] == body
    reason = letter["MessageAttributes"]["reason"]["StringValue"]
    assert reason.startswith("invalid_request: ")
    assert json.dumps(reason.removeprefix("invalid_request: "))[1:-1] in logged()


def test_one_bad_record_does_not_hold_the_others(cloud: Cloud) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        last = request.url.path.rpartition("/")[2]
        return httpx.Response(200, text="<html>") if last.endswith("bad") else says(_id=last)

    cloud.vendor._answers = [answer]
    assert run(task(message_id="aa").to_json(), task(message_id="bad").to_json(), task(message_id="cc").to_json()) == [
        "m1"
    ]
    assert stored(cloud) == ["message#cellcast:default:aa", "message#cellcast:default:cc"]


def test_a_bug_is_retried_then_dead(cloud: Cloud) -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise RuntimeError("a bug")

    cloud.vendor._answers = [broken]
    assert run(task().to_json()) == ["m0"]
    assert run(task().to_json(), receives=3) == []
    (letter,) = cloud.dead()
    assert letter["MessageAttributes"]["reason"]["StringValue"] == "internal_error: unexpected error"


def test_when_even_the_queue_refuses_the_record_stays(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.put_account("lost-queue")
    cloud.vendor.then(httpx.Response(503))
    calls = Calls(clients.client("sqs"))
    put(queue=TaskQueue(stand_in(calls), cloud.queue_url, cloud.dead_url))
    calls.fail("send_message", EndpointConnectionError(endpoint_url="x"))
    assert run(task("lost-queue").to_json()) == ["m0"]
    assert cloud.dead() == []


def test_a_task_that_the_queue_takes_no_more_is_dead_with_that_reason(cloud: Cloud) -> None:
    cloud.put_account("no-queue")
    cloud.vendor.then(httpx.Response(503))
    cloud.sqs.delete_queue(QueueUrl=cloud.queue_url)
    assert run(task("no-queue").to_json()) == []
    (letter,) = cloud.dead()
    assert letter["MessageAttributes"]["reason"]["StringValue"].startswith("storage_refused: ")


def refuse_table(monkeypatch: pytest.MonkeyPatch, code: str, times: int = 1) -> None:
    """The table refuses to be read for a message, as often as that."""
    calls: Any = Calls(clients.client("dynamodb"))
    for _ in range(times):
        calls.fail("batch_get_item", ClientError({"Error": {"Code": code}}, "BatchGetItem"))
    monkeypatch.setattr(bootstrap.services().store, "_table", Table(calls, "messages"))


@pytest.mark.parametrize("hours", [0, 1, 71])
def test_refusing_storage_is_waited_for(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    refuse_table(monkeypatch, "ProvisionedThroughputExceededException")
    assert run(task(received_at=from_epoch(time.time() - hours * 3_600)).to_json(), receives=3) == []
    assert cloud.dead() == []
    assert delayed(cloud) == 1


def test_storage_that_refuses_for_three_days_ends_in_the_dead_letters(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_table(monkeypatch, "ProvisionedThroughputExceededException", 3)
    long_ago = from_epoch(time.time() - 73 * 3_600)
    assert run(task(received_at=long_ago, deferrals=400).to_json()) == []
    (letter,) = cloud.dead()
    assert letter["MessageAttributes"]["reason"]["StringValue"].startswith("storage_unavailable: ")
    # Brought back, it waits anew.
    brought_back = revived(message_task(letter["Body"]), from_epoch(time.time()))
    assert run(brought_back.to_json()) == []
    assert cloud.dead() == []
    # What is due anyway comes by itself.
    assert run(task(received_at=long_ago, via="reconcile").to_json()) == []
    assert cloud.dead() == []


def test_what_storage_refuses_for_good_is_dead_at_once_with_the_reason(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_table(monkeypatch, "AccessDeniedException")
    assert run(task().to_json()) == []
    (letter,) = cloud.dead()
    assert letter["MessageAttributes"]["reason"]["StringValue"].startswith("storage_refused: ")


@pytest.mark.parametrize(
    "how", [httpx.Response(429, headers={"retry-after": "30"}), httpx.Response(503), httpx.ReadTimeout("slow")]
)
def test_a_provider_is_waited_for_as_long_as_it_takes(cloud: Cloud, how: Any) -> None:
    account = f"long-{type(how).__name__}-{getattr(how, 'status_code', 0)}"
    cloud.put_account(account)
    cloud.vendor.then(how)
    month = from_epoch(time.time() - 30 * 86_400)
    assert run(task(account, received_at=month, deferrals=4_000).to_json()) == []
    assert (cloud.dead(), delayed(cloud)) == ([], 1)


def test_how_long_a_task_has_waited_is_measured_however_it_ends(cloud: Cloud, logged: Callable[[], str]) -> None:
    two_hours = from_epoch(time.time() - 7_200)
    for how in (says(), httpx.Response(404), httpx.Response(200, text="<html>")):
        cloud.vendor.then(how)
        run(task(received_at=two_hours).to_json())
        (waited,) = measured(logged(), "waiting_seconds")
        assert 7_200 <= waited < 7_300


def measured(lines: str, name: str) -> list[float]:
    """The values of a metric in the lines of a log."""
    found = [json.loads(line) for line in lines.splitlines() if '"_aws"' in line]
    return [value for one in found if name in one for value in one[name]]


def delayed(cloud: Cloud) -> int:
    """How many tasks wait on the queue, those whose short delay is over too."""
    attributes = cloud.sqs.get_queue_attributes(QueueUrl=cloud.queue_url, AttributeNames=["All"])["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"]) + int(attributes["ApproximateNumberOfMessagesDelayed"])


def test_what_a_later_release_says_of_a_task_is_passed_over_and_the_message_fetched(cloud: Cloud) -> None:
    known = {"status": "delivered", "observed_at": "2026-06-01T12:00:00.000Z", "via": "webhook", "status_native": "d"}
    body = json.loads(task(via="webhook").to_json()) | {
        "via": "telepathy",
        "urgency": [1],
        "observations": [{**known, "certainty": 0.5}, {**known, "status": "teleported"}, "text", None, {"via": 1}],
    }
    assert run(json.dumps(body)) == []
    assert (len(stored(cloud)), cloud.dead()) == (1, [])
    record = bootstrap.services().store.read(f"cellcast:default:{NATIVE_ID}").state
    assert "delivered" in {event.status for event in record.events.values()}


@pytest.mark.parametrize("failing", [RuntimeError("a bug"), ClientError({"Error": {"Code": "AccessDenied"}}, "x")])
def test_a_due_row_that_can_not_be_worked_on_is_not_due_again_and_one_dead_letter(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, failing: Exception
) -> None:
    assert run(task().to_json()) == []
    assert due(cloud) == 1
    monkeypatch.setattr(bootstrap.services().messages(PROVIDER), "stored", _raising(failing))
    look = task(via="reconcile", received_at="2030-01-01T00:00:00.000Z").to_json()
    assert run(look, receives=3) == []
    assert (len(cloud.dead()), due(cloud)) == (1, 0)
    monkeypatch.undo()
    assert run(task().to_json()) == []
    assert due(cloud) == 1, "stored again, it is due again"


def due(cloud: Cloud) -> int:
    return len(cloud.dynamodb.scan(TableName="messages", IndexName="due")["Items"])


def _raising(error: Exception) -> Callable[..., None]:
    def fail(*_: Any) -> None:
        if isinstance(error, ClientError):
            raise clients.refusal("the table", error)
        raise error

    return fail


def test_a_delay_follows_the_provider_s_word_else_grows(cloud: Cloud) -> None:
    told = ProviderUnavailable("down", retry_after=30)
    assert all(30 <= retry_delay(told, task()) <= 40 for _ in range(50))
    silent = ProviderUnavailable("down")
    assert all(1 <= retry_delay(silent, task(deferrals=n)) <= LONGEST_DELAY_SECONDS for n in range(60))


def test_logs_and_metrics_hold_no_body_number_or_key(cloud: Cloud, logged: Callable[[], str]) -> None:
    run(task().to_json())
    text = logged()
    assert '"receipt_to_row"' in text
    for private in ("parcel", "61400000001", "491570156", "key-of-the-tests"):
        assert private not in text


def test_a_task_with_times_that_are_none_costs_no_call_and_is_dead_with_the_reason(cloud: Cloud) -> None:
    page = {
        "v": 1,
        "provider": "cellcast",
        "account": "default",
        "sync_id": "s",
        "received_at": "2026-06-01T12:00:00.000Z",
    }
    assert run(task(received_at="soon").to_json(), json.dumps(page | {"since": "ever"})) == []
    reasons = {letter["MessageAttributes"]["reason"]["StringValue"] for letter in cloud.dead()}
    assert {reason.partition("'s ")[2].partition(" ")[0] for reason in reasons} == {"received_at", "since"}
    assert cloud.vendor.requests == []


@pytest.mark.parametrize("cursor", ["garbage", '{"kind":"fax"}'])
def test_a_page_whose_cursor_leads_nowhere_is_dead_at_once_with_the_reason(cloud: Cloud, cursor: str) -> None:
    page = {
        "v": 1,
        "provider": "cellcast",
        "account": "default",
        "sync_id": "s",
        "received_at": "2026-06-01T12:00:00.000Z",
    }
    assert run(json.dumps(page | {"cursor": cursor, "page": 1})) == []
    (letter,) = cloud.dead()
    assert letter["MessageAttributes"]["reason"]["StringValue"].startswith("invalid_request: the cursor")


def test_a_page_is_dead_at_once_though_the_table_takes_no_word_of_it(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException"}}, "x")
    calls: Any = Calls(clients.client("dynamodb"))
    for _ in range(3):
        for operation in ("get_item", "put_item", "delete_item"):
            calls.fail(operation, denied)
    monkeypatch.setattr(bootstrap.services().sync_state, "_table", Table(calls, "messages"))
    page = {
        "v": 1,
        "provider": "cellcast",
        "account": "default",
        "sync_id": "s",
        "received_at": "2026-06-01T12:00:00.000Z",
    }
    assert run(json.dumps(page)) == []
    (letter,) = cloud.dead()
    assert letter["MessageAttributes"]["reason"]["StringValue"].startswith("storage_refused: ")
