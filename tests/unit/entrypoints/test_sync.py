"""Syncs from the request to their end: routes, scopes, the worker's pages, failure and how it is brought back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from message_detail.adapters.aws import clients
from message_detail.domain.tasks import PageTask, Task, parse
from message_detail.entrypoints.operations import operations_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.conftest import Calls
from tests.unit.container import Context, put
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http, sqs
from tests.unit.entrypoints.test_lookup import assert_problem
from tests.unit.samples import answer, stand_in

SYNC = "/v1/providers/cellcast/sync"
START = "POST /v1/providers/{provider}/sync"
SHOW = "GET /v1/providers/{provider}/sync/{sync_id}"
operate = operations_handler
work = worker_handler(PROVIDER)


def post(body: Any = None, path: str = SYNC, **event: Any) -> dict[str, Any]:
    return operate(http(path, method="POST", body=body, **event), Context())


def start(body: Any = None) -> str:
    response = fits(post(body), START)
    assert response["statusCode"] == 202, response["body"]
    return str(body_of(response)["sync_id"])


def progress(sync_id: str, **event: Any) -> dict[str, Any]:
    response = fits(operate(http(f"{SYNC}/{sync_id}", **event), Context()), SHOW)
    return {**body_of(response), "http": response["statusCode"]}


class Outbox:
    """Cellcast's list: `per_page` messages on a page, and its single answers."""

    def __init__(self, count: int, per_page: int = 2) -> None:
        self.ids = [f"6a1c0de5f0aa11bb22cc{number:04x}" for number in range(count)]
        self.summaries: set[str] = set()
        self.per_page = per_page
        self.lists: list[dict[str, str]] = []
        self.fetches: list[str] = []
        self.refusal: httpx.Response | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.refusal is not None:
            return self.refusal
        if not request.url.path.endswith("/report/message"):
            native_id = request.url.path.rpartition("/")[2]
            self.fetches.append(native_id)
            return httpx.Response(200, json=answer(_id=native_id))
        query = dict(request.url.params)
        self.lists.append(query)
        ids = self.ids if query["campType"] == "sms" else []
        first = (int(query["page"]) - 1) * self.per_page
        items = [self._item(native_id) for native_id in ids[first : first + self.per_page]]
        more = first + self.per_page < len(ids)
        data = {"items": items, "total": len(ids), "hasNextPage": more}
        return httpx.Response(200, json={"status": True, "message": "Success", "data": data, "error": {}})

    def _item(self, native_id: str) -> dict[str, Any]:
        data: dict[str, Any] = answer(_id=native_id)["data"]
        return {key: data[key] for key in ("_id", "updatedAt")} if native_id in self.summaries else data


@pytest.fixture
def outbox(cloud: Cloud) -> Outbox:
    cloud.put_account()
    outbox = Outbox(5)
    cloud.vendor._answers = [outbox]
    return outbox


def run(cloud: Cloud) -> None:
    """Works until the queue is empty."""
    while bodies := [message["Body"] for message in cloud.waiting()]:
        for body in bodies:
            assert work(sqs(body), Context()) == {"batchItemFailures": []}


def stored(cloud: Cloud) -> set[str]:
    items = cloud.dynamodb.scan(TableName="messages")["Items"]
    return {item["pk"]["S"].rpartition(":")[2] for item in items if item["pk"]["S"].startswith("message#")}


def test_a_sync_stores_every_message_of_the_list(cloud: Cloud, outbox: Outbox) -> None:
    outbox.summaries = {outbox.ids[3]}
    sync_id = start()
    assert progress(sync_id) == {
        "http": 200,
        "state": "running",
        "account": "default",
        "pages": 0,
        "seen": 0,
        "new": 0,
        "changed": 0,
        "skipped": 0,
        "total": None,
        "error": None,
        "reason": None,
    }
    run(cloud)
    done = progress(sync_id)
    assert stored(cloud) == set(outbox.ids)
    assert outbox.fetches == [outbox.ids[3]]
    assert (done["state"], done["seen"], done["new"], done["changed"], done["total"]) == ("done", 5, 5, 0, 5)
    assert done["pages"] == len(outbox.lists) == 4
    second = start()
    assert second != sync_id
    run(cloud)
    assert (progress(second)["seen"], progress(second)["new"], progress(second)["changed"]) == (5, 0, 0)
    assert outbox.fetches == [outbox.ids[3]]


def test_the_window_and_the_account_go_with_the_task(cloud: Cloud, outbox: Outbox) -> None:
    cloud.put_account("second", token="t")
    body = {"account": "second", "since": "2026-05-01T12:00:00+02:00", "until": "2026-06-01T00:00:00Z"}
    sync_id = start(body)
    (message,) = cloud.waiting()
    task = parse(message["Body"])
    assert isinstance(task, PageTask)
    assert (task.sync_id, task.account, task.page, task.cursor) == (sync_id, "second", 0, None)
    assert (task.since, task.until) == ("2026-05-01T10:00:00.000Z", "2026-06-01T00:00:00.000Z")
    work(sqs(message["Body"]), Context())
    assert (outbox.lists[0]["fromDate"], outbox.lists[0]["toDate"]) == ("2026-04-30", "2026-06-02")
    assert progress(sync_id)["account"] == "second"


def test_while_one_is_running_a_second_request_gets_the_same(cloud: Cloud, outbox: Outbox) -> None:
    cloud.put_account("second", token="t")
    sync_id = start()
    assert start({"since": "2026-05-01T00:00:00Z"}) == sync_id
    assert start({"account": "second"}) != sync_id
    run(cloud)
    assert len(outbox.lists) == 8, "two accounts, four pages each: the repeated first page was not done again"
    assert progress(sync_id)["state"] == "done"


def test_an_erased_message_in_the_list_does_not_stop_the_sync(cloud: Cloud, outbox: Outbox) -> None:
    start()
    run(cloud)
    from message_detail import bootstrap

    bootstrap.services().store.erase(f"cellcast:default:{outbox.ids[0]}")
    again = start()
    run(cloud)
    assert (progress(again)["state"], progress(again)["seen"]) == ("done", 5)


def test_a_refusal_fails_the_sync_and_redrive_brings_it_to_its_end(cloud: Cloud, outbox: Outbox) -> None:
    outbox.refusal = httpx.Response(401, json={"code": 401, "message": "Token expired"})
    sync_id = start()
    run(cloud)
    assert [progress(sync_id)[name] for name in ("state", "error", "reason")] == ["failed", *["provider_refused"] * 2]
    outbox.refusal = None
    redriven = fits(post({}, "/v1/providers/cellcast/redrive"), "POST /v1/providers/{provider}/redrive")
    assert body_of(redriven) == {"moved": 1, "reasons": {"provider_refused": 1}}
    run(cloud)
    assert (progress(sync_id)["state"], progress(sync_id)["error"]) == ("done", None)
    assert stored(cloud) == set(outbox.ids)


def test_a_page_that_is_dropped_fails_the_sync(cloud: Cloud, outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    from message_detail.domain.errors import MessageNotFound
    from message_detail.services.sync import SyncRunner

    def gone(*_: Any) -> None:
        raise MessageNotFound("the list is not there")

    monkeypatch.setattr(SyncRunner, "process", gone)
    sync_id = start()
    run(cloud)
    assert (progress(sync_id)["state"], progress(sync_id)["error"]) == ("failed", "message_not_found")


@pytest.mark.parametrize("how", [httpx.Response(429, headers={"retry-after": "1"}), httpx.Response(503)])
def test_a_page_that_has_to_wait_is_put_off_and_the_sync_stays_running(
    cloud: Cloud, outbox: Outbox, how: httpx.Response
) -> None:
    name = f"waiting-{how.status_code}"
    cloud.put_account(name, token="t")
    outbox.refusal = how
    sync_id = start({"account": name})
    (message,) = cloud.waiting()
    assert work(sqs(message["Body"]), Context()) == {"batchItemFailures": []}
    attributes = cloud.sqs.get_queue_attributes(QueueUrl=cloud.queue_url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"
    assert (progress(sync_id)["state"], cloud.dead()) == ("running", [])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("nonsense", 400),
        ({"sinse": "2026-05-01T00:00:00Z"}, 422),
        ({"since": "yesterday"}, 422),
        ({"since": "2026-05-01T00:00:00"}, 422),
        ({"since": 5}, 422),
        ({"until": []}, 422),
        ({"since": "2026-05-02T00:00:00Z", "until": "2026-05-01T00:00:00Z"}, 422),
        ({"account": 1}, 422),
        ({"account": "a b"}, 400),
    ],
)
def test_a_bad_body_is_refused_and_nothing_is_started(cloud: Cloud, outbox: Outbox, body: Any, status: int) -> None:
    assert_problem(fits(post(body), START), status, "invalid_request")
    assert cloud.waiting() == []
    assert cloud.dynamodb.scan(TableName="messages")["Items"] == []


def test_what_is_not_there_is_404(outbox: Outbox) -> None:
    assert_problem(fits(post({"account": "other"}), START), 404, "unknown_account")
    for sync_id in ("none", "", "a/b", "0" * 32, "x" * 3_000):
        assert_problem(fits(operate(http(f"{SYNC}/{sync_id}"), Context()), SHOW), 404, "not_found")


@pytest.mark.parametrize(("scopes", "status", "code"), [(None, 401, "unauthorized"), ("read admin", 403, "forbidden")])
def test_starting_needs_the_scope_write(
    cloud: Cloud, outbox: Outbox, scopes: str | None, status: int, code: str
) -> None:
    assert_problem(fits(post({}, scopes=scopes), START), status, code)
    assert cloud.waiting() == []


@pytest.mark.parametrize(("scopes", "status", "code"), [(None, 401, "unauthorized"), ("write admin", 403, "forbidden")])
def test_progress_needs_the_scope_read(outbox: Outbox, scopes: str | None, status: int, code: str) -> None:
    response = operate(http(f"{SYNC}/{start()}", scopes=scopes), Context())
    assert_problem(fits(response, SHOW), status, code)


def test_a_queue_that_refuses_is_told_and_the_next_request_goes_on(
    cloud: Cloud, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import EndpointConnectionError

    from message_detail.adapters.aws.task_queue import TaskQueue

    calls = Calls(clients.client("sqs"))
    queue = TaskQueue(stand_in(calls), cloud.queue_url, cloud.dead_url)
    put(queue_of=lambda _provider: queue)
    calls.fail("send_message", EndpointConnectionError(endpoint_url="x"))
    assert_problem(fits(post(), START), 503, "storage_unavailable")
    sync_id = start()
    run(cloud)
    assert progress(sync_id)["state"] == "done"


def test_pages_are_counted_in_the_metrics_and_the_log_holds_no_text(
    cloud: Cloud, outbox: Outbox, logged: Callable[[], str]
) -> None:
    start()
    run(cloud)
    text = logged()
    assert '"synced":[2.0]' in text
    assert "parcel" not in text


def test_tasks_of_a_sync_are_of_two_sorts(outbox: Outbox, cloud: Cloud) -> None:
    outbox.summaries = set(outbox.ids)
    start()
    (first,) = cloud.waiting()
    work(sqs(first["Body"]), Context())
    kinds = [type(parse(message["Body"])) for message in cloud.waiting()]
    assert sorted(kind.__name__ for kind in kinds) == [PageTask.__name__, Task.__name__, Task.__name__]


def test_a_list_that_needs_to_know_its_location_is_refused_before_it_begins(cloud: Cloud) -> None:
    cloud.put_account("default", provider="highlevel", token="t")
    event = http("/v1/providers/highlevel/sync", method="POST", body={})
    response = operations_handler(event, Context())
    assert_problem(response, 404, "unknown_account")
    assert "location_id" in body_of(response)["detail"]
    assert cloud.waiting() == []


def test_a_page_that_is_too_large_to_be_taken_in_is_read_in_smaller_ones(cloud: Cloud, outbox: Outbox) -> None:
    outbox.per_page = 10

    def heavy(request: httpx.Request) -> httpx.Response:
        too_large = request.url.params.get("limit") == "100"
        return httpx.Response(200, content=b"x" * 5_300_000) if too_large else outbox(request)

    cloud.vendor._answers = [heavy]
    sync_id = start()
    run(cloud)
    assert (progress(sync_id)["state"], stored(cloud)) == ("done", set(outbox.ids))
    assert cloud.dead() == []
