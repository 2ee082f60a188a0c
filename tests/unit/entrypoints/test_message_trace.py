"""From a webhook to the journal: what became of what we were told, also of ids that never became a message."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from message_detail import bootstrap
from message_detail.adapters.aws import clients
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.tasks import Task
from message_detail.domain.times import from_epoch
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.entrypoints.webhook import webhook_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers import account_schema
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.providers.cellcast.webhook import WEBHOOK
from message_detail.services.task_notes import tries_to_note
from tests.unit.conftest import Calls
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http, sqs
from tests.unit.entrypoints.test_lookup import assert_problem
from tests.unit.samples import NATIVE_ID, says

PATH = f"/v1/messages/cellcast/{NATIVE_ID}/timeline"
deliver = webhook_handler(WEBHOOK, account_schema("cellcast"))
work = worker_handler(PROVIDER)
look = lookup_handler(PROVIDER)
NOT_FOUND = httpx.Response(404, json={"status": False, "message": "not found", "data": {}, "error": {}})


@pytest.fixture(autouse=True)
def _account(cloud: Cloud) -> None:
    cloud.put_account()


def tell(status: str = "delivered") -> None:
    """A genuine webhook."""
    body = json.dumps({"_id": NATIVE_ID, "status": status, "type": "send"})
    secret = {"authorization": "Bearer hook-secret-of-the-tests"}
    answer = deliver(http("/v1/webhooks/cellcast", method="POST", body=body, headers=secret), Context())
    assert answer["statusCode"] == 200, answer["body"]


def run(cloud: Cloud, receives: int = 1) -> list[str]:
    """Works on what is queued, once; what stays on the queue."""
    left: list[str] = []
    bodies = [message["Body"] for message in cloud.waiting()]
    for first in range(0, len(bodies), 10):
        answer = work(sqs(*bodies[first : first + 10], receives=receives), Context())
        left += [one["itemIdentifier"] for one in answer["batchItemFailures"]]
    return left


def ask(query: str = "journal=true", **event: Any) -> dict[str, Any]:
    return fits(look(http(PATH, query=query, **event), Context()), "GET /v1/messages/{provider}/{message_id}/timeline")


def trace(query: str = "journal=true", **event: Any) -> list[dict[str, Any]]:
    answer = ask(query, **event)
    assert answer["statusCode"] == 200, answer["body"]
    items: list[dict[str, Any]] = body_of(answer)["items"]
    return items


def steps() -> list[tuple[str, str | None]]:
    return [(one["step"], one["code"]) for one in trace() if "step" in one]


def refresh(received_at: str = "2026-06-01T12:00:00.000Z", **changes: Any) -> str:
    values = {"account": "default", "message_id": NATIVE_ID, "via": "refresh", **changes}
    return Task(provider="cellcast", received_at=received_at, **values).to_json()


def test_a_webhook_is_received_queued_and_tried_and_its_status_stands_between(cloud: Cloud) -> None:
    cloud.vendor.then(says(status="delivered"))
    tell()
    run(cloud)
    items = trace()
    assert [one.get("step") or one["status"] for one in items][:3] == ["received", "queued", "tried"]
    assert {one["status"] for one in items if "status" in one} >= {"delivered"}
    assert [one["code"] for one in items if one.get("step") == "tried"] == ["ok"]
    assert [one for one in items if "status" in one] == body_of(ask(""))["items"]


def test_while_all_goes_well_the_journal_costs_no_write(cloud: Cloud) -> None:
    cloud.vendor.then(says(status="delivered"))
    tell()
    run(cloud)
    assert _rows(cloud) == []


def test_an_id_that_never_became_a_message_has_its_journal_too(cloud: Cloud) -> None:
    cloud.vendor.then(NOT_FOUND)
    assert_problem(ask(), 404, "message_not_found")
    tell()
    run(cloud)
    assert steps() == [("received", None), ("queued", None), ("tried", "message_not_found")]
    assert_problem(ask(""), 404, "message_not_found")
    assert run(cloud) == []


def test_what_is_dropped_or_dead_says_so_with_its_code(cloud: Cloud) -> None:
    cloud.vendor.then(NOT_FOUND)
    work(sqs(refresh(_now())), Context())
    cloud.vendor.then(httpx.Response(401, json={"status": False, "message": "no", "data": {}, "error": {}}))
    work(sqs(refresh(_now())), Context())
    assert {("dropped", "message_not_found"), ("dead", "provider_refused")} < set(steps())
    assert ("received", None) not in steps(), "no webhook came"
    assert {one["via"] for one in trace()} == {"refresh"}


def test_a_task_of_an_account_that_is_not_there_is_dead_in_the_journal(cloud: Cloud) -> None:
    work(sqs(refresh(_now(), account="other")), Context())
    items = trace("journal=true&account=other")
    assert [(one["step"], one["code"]) for one in items] == [("queued", None), ("dead", "unknown_account")]


def test_of_an_erased_message_only_what_came_of_its_tasks_is_told(cloud: Cloud) -> None:
    cloud.vendor.then(says(status="delivered"))
    tell()
    run(cloud)
    bootstrap.services().store.erase(f"cellcast:default:{NATIVE_ID}")
    assert_problem(ask(), 404, "message_not_found")
    work(sqs(refresh(_now())), Context())
    assert steps() == [("queued", None), ("dropped", "message_not_found")]
    assert [one for one in trace() if "status" in one] == []


def test_of_an_account_that_is_not_there_nothing_else_is_known(cloud: Cloud) -> None:
    assert_problem(ask("journal=true&account=other"), 404, "unknown_account")


def test_ten_thousand_duplicates_of_one_message_are_few_writes(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.vendor.then(says(status="delivered"))
    tell()
    body = cloud.waiting()[0]["Body"]
    work(sqs(body), Context())
    calls = counted(monkeypatch)
    for _ in range(1_000):
        work(sqs(*[body] * 10), Context())
    written = [name for name in calls.made if name not in ("get_item", "batch_get_item")]
    (duplicates,) = [one for one in trace() if one.get("step") == "duplicate"]
    assert 5_000 <= duplicates["count"] <= 10_000
    assert len(_rows(cloud)) == 1
    assert len(written) <= 14, "of the journal, and of how webhooks come"


def test_a_table_that_takes_no_journal_stops_no_task(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(monkeypatch)
    cloud.vendor.then(NOT_FOUND)
    calls.fail("update_item", StorageUnavailable("down"))
    assert work(sqs(refresh(_now())), Context()) == {"batchItemFailures": []}


def test_tries_are_noted_one_by_one_then_by_their_powers() -> None:
    noted = [tries_to_note(number) for number in range(1, 65)]
    assert sum(noted) == 64
    assert sum(1 for count in noted if count) == 8


@pytest.mark.parametrize("query", ["journal=yes", "journal=", "journal=1", "journal=TRUE"])
def test_what_is_neither_true_nor_false_is_refused(cloud: Cloud, query: str) -> None:
    assert_problem(ask(query), 400, "invalid_request")


def test_journal_false_is_the_timeline_alone(cloud: Cloud) -> None:
    cloud.vendor.then(says(status="delivered"))
    work(sqs(refresh(_now())), Context())
    assert trace("journal=false") == trace("")


def test_it_needs_the_scope_metadata_before_anything_is_looked_for(cloud: Cloud) -> None:
    assert_problem(ask(scopes="write admin"), 403, "forbidden")


def test_with_metadata_alone_nothing_of_a_person_is_told(cloud: Cloud) -> None:
    cloud.vendor.then(says(status="a status for +61491570156"))
    work(sqs(refresh(_now())), Context())
    assert "61491570156" in ask()["body"]
    assert "61491570156" not in ask(scopes="metadata")["body"]
    assert [one for one in trace(scopes="metadata") if "step" in one] == [one for one in trace() if "step" in one]


def counted(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """The calls that the container's table makes from now on."""
    calls = Calls(clients.client("dynamodb"))
    monkeypatch.setattr(bootstrap.services().table, "client", calls)
    return calls


def _now() -> str:
    return from_epoch(bootstrap.services().now())


def _rows(cloud: Cloud) -> list[dict[str, Any]]:
    items = cloud.dynamodb.scan(TableName="messages")["Items"]
    return [item for item in items if item["pk"]["S"].startswith("journal#")]
