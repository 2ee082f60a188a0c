"""The latest syncs of a provider, each as far as it is."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail import bootstrap
from message_detail.adapters.aws import clients
from message_detail.adapters.aws.key_schema import SYNC_HEAD
from message_detail.adapters.aws.sync_state import PageResult
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.tasks import PageTask
from message_detail.entrypoints.operations import operations_handler
from message_detail.providers.base.listing import Window
from tests.unit.conftest import Calls
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http
from tests.unit.entrypoints.test_lookup import assert_problem

PATH = "/v1/providers/cellcast/sync"
PROGRESS = {"state", "account", "pages", "seen", "new", "changed", "skipped", "total", "error", "reason"}


def listed(query: str = "", **event: Any) -> list[dict[str, Any]]:
    response = fits(
        operations_handler(http(PATH, query=query, **event), Context()), "GET /v1/providers/{provider}/sync"
    )
    items: list[dict[str, Any]] = body_of(response)["items"]
    return items


def start(account: str, window: Window | None = None) -> PageTask:
    return bootstrap.services().sync_state.start("cellcast", account, window or Window())


def end(task: PageTask) -> None:
    bootstrap.services().sync_state.record(task, PageResult(seen=5, new=3, changed=1, total=9, last=True, skipped=1))


def test_syncs_are_listed_newest_first_each_as_its_own_route_tells_it(cloud: Cloud) -> None:
    window = Window("2026-05-01T00:00:00.000Z", "2026-05-02T00:00:00.000Z")
    tasks = [start("one", window), start("two"), start("three")]
    end(tasks[0])
    bootstrap.services().sync_state.fail(tasks[1], "provider_refused")
    items = {item["sync_id"]: item for item in listed()}
    assert [item["started_at"] for item in items.values()] == sorted((one.received_at for one in tasks), reverse=True)
    for task, state in zip(tasks, ("done", "failed", "running"), strict=True):
        item = items[task.sync_id]
        alone = body_of(operations_handler(http(f"{PATH}/{task.sync_id}"), Context()))
        assert {name: item[name] for name in PROGRESS} == alone
        assert (item["state"], item["account"]) == (state, task.account)
    assert (items[tasks[0].sync_id]["since"], items[tasks[0].sync_id]["until"]) == (window.since, window.until)
    assert items[tasks[1].sync_id]["since"] is None


def test_a_sync_that_goes_on_after_its_failure_is_listed_as_running(cloud: Cloud) -> None:
    task = start("one")
    bootstrap.services().sync_state.fail(task, "provider_refused")
    assert listed()[0]["state"] == "failed"
    bootstrap.services().sync_state.record(task, PageResult(seen=1, new=1, changed=0, total=None, last=False))
    assert listed()[0]["state"] == "running"


def test_what_is_done_is_read_once(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    task = start("one")
    end(task)
    first = listed()
    calls = Calls(clients.client("dynamodb"))
    monkeypatch.setattr(bootstrap.services().table, "client", calls)
    assert listed() == first
    assert calls.made == ["query"]
    assert first[0]["state"] == "done"


def test_what_can_not_be_noted_is_shown_all_the_same(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise StorageUnavailable("down")

    end(start("one"))
    monkeypatch.setattr(type(bootstrap.services().table), "put", refuse)
    assert listed()[0]["state"] == "done"


def test_one_that_never_began_is_left_out(cloud: Cloud) -> None:
    task = start("one")
    key = SYNC_HEAD.key(provider="cellcast", sync_id=task.sync_id)
    cloud.dynamodb.delete_item(TableName="messages", Key=key)
    assert listed() == []


def test_a_limit_shows_the_newest(cloud: Cloud) -> None:
    for name in ("one", "two", "three"):
        start(name)
    assert len(listed()) == 3
    assert len(listed("limit=2")) == 2


@pytest.mark.parametrize("query", ["limit=0", "limit=51", "limit=x", "account=one"])
def test_a_bad_parameter_is_refused(cloud: Cloud, query: str) -> None:
    assert_problem(operations_handler(http(PATH, query=query), Context()), 400, "invalid_request")


def test_it_needs_the_scope_metadata(cloud: Cloud) -> None:
    assert_problem(operations_handler(http(PATH, scopes="write"), Context()), 403, "forbidden")
    assert listed(scopes="metadata") == []
