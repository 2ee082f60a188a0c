"""Tasks as neighbouring releases write them, during a deployment and after a rollback."""

from __future__ import annotations

import json
from typing import Any

import pytest

from message_detail.domain.errors import InvalidRequest
from message_detail.domain.tasks import PageTask, Task, correlated, parse, revived, seconds_waited

T0 = "2026-06-01T12:00:00.000Z"
MESSAGE: dict[str, Any] = {
    "v": 1, "provider": "samva", "account": "default", "message_id": "m1", "via": "webhook", "received_at": T0,
}  # fmt: skip
PAGE: dict[str, Any] = {
    "v": 1, "provider": "samva", "account": "default", "sync_id": "s1", "page": 3, "received_at": T0, "cursor": "c",
}  # fmt: skip
MESSAGE_TASK = Task(provider="samva", account="default", message_id="m1", via="webhook", received_at=T0)
PAGE_TASK = PageTask(provider="samva", account="default", sync_id="s1", page=3, received_at=T0, cursor="c")


@pytest.mark.parametrize(
    ("body", "task"),
    [
        # the first release
        (MESSAGE, MESSAGE_TASK),
        (MESSAGE | {"deferrals": 0, "event_id": None}, MESSAGE_TASK),
        (PAGE, PAGE_TASK),
        # a later one: keys that are not known here, of any type
        (MESSAGE | {"urgency": "high"}, MESSAGE_TASK),
        (MESSAGE | {"correlation_id": {"trace": [1, None]}, "hint": None, "z": True}, MESSAGE_TASK),
        (PAGE | {"urgency": "high", "message_id": "m1"}, PAGE_TASK),
        (PAGE | {"trail": {"shape": "unknown", "to": ["this", "release"]}}, None),
    ],
)
def test_a_task_of_a_neighbouring_release_is_read(body: dict[str, Any], task: Task | PageTask | None) -> None:
    read = parse(json.dumps(body))
    assert task is None or read == task


@pytest.mark.parametrize("task", [MESSAGE_TASK, PAGE_TASK])
def test_a_task_belongs_to_the_work_that_made_it_and_stays_there(task: Task | PageTask) -> None:
    owned = correlated(task, "work-1")
    assert parse(owned.to_json()).correlation_id == "work-1"
    assert correlated(owned, "work-2").correlation_id == "work-1"
    assert correlated(task, None) == task
    assert owned.deferred().correlation_id == revived(owned, T0).correlation_id == "work-1"


@pytest.mark.parametrize("odd", [None, 7, True, [], {"trace": 1}])
def test_a_task_whose_correlation_cannot_be_read_is_one_all_the_same(odd: Any) -> None:
    assert parse(json.dumps(MESSAGE | {"correlation_id": odd})) == MESSAGE_TASK
    assert parse(json.dumps(PAGE | {"correlation_id": odd})) == PAGE_TASK


@pytest.mark.parametrize("body", [MESSAGE, PAGE])
@pytest.mark.parametrize("version", [0, 2, "1", None, True, [1]])
def test_a_task_of_another_version_is_refused_and_the_reason_says_what_to_do(
    body: dict[str, Any], version: Any
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse(json.dumps(body | {"v": version}))
    assert "version 1" in caught.value.detail
    assert "bring it back" in caught.value.detail


@pytest.mark.parametrize(
    "change",
    [
        {"deferrals": "2"}, {"deferrals": True}, {"observations": {}}, {"event_id": 7}, {"first_queued_at": 7},
    ],
)  # fmt: skip
def test_a_key_of_another_type_is_named(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        parse(json.dumps(MESSAGE | change))
    with pytest.raises(InvalidRequest):
        parse(json.dumps(PAGE | {"page": "3"}))


@pytest.mark.parametrize("task", [MESSAGE_TASK, PAGE_TASK])
def test_what_is_brought_back_waits_anew(task: Task | PageTask) -> None:
    later, latest = "2026-06-05T12:00:00.000Z", "2026-06-05T12:00:30.000Z"
    assert seconds_waited(task, later) == 4 * 86_400
    back = parse(revived(task.deferred(), later).to_json())
    assert (back.received_at, back.deferrals) == (T0, 0)
    assert seconds_waited(back, latest) == 30
    assert seconds_waited(back.deferred(), latest) == 30


@pytest.mark.parametrize("received_at", ["2026-06-09T12:00:00.000Z", "t", "2026-06-01", "\x00"])
def test_a_task_whose_time_tells_nothing_has_not_waited(received_at: str) -> None:
    task = Task(provider="samva", account="a", message_id="m", via="sync", received_at=received_at)
    assert seconds_waited(task, "2026-06-05T12:00:00.000Z") == 0


@pytest.mark.parametrize("odd", ["t", "2026-06-01", "\x00", "9999999999-01-01T00:00:00Z", "2026-06-01T12:00:00"])
def test_a_task_with_a_time_that_is_none_is_refused_and_the_key_named(odd: str) -> None:
    for key in ("received_at", "first_queued_at"):
        with pytest.raises(InvalidRequest, match=key):
            parse(json.dumps(MESSAGE | {key: odd}))
    for key in ("received_at", "first_queued_at", "since", "until"):
        with pytest.raises(InvalidRequest, match=key):
            parse(json.dumps(PAGE | {key: odd}))
