"""Tasks as neighbouring releases write them, during a deployment and after a rollback."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from message_detail.domain.errors import InvalidRequest
from message_detail.domain.seen_events import event_digest
from message_detail.domain.tasks import PageTask, Task, correlated, parse, revived, seconds_waited
from tests.unit.samples import message_task

T0 = "2026-06-01T12:00:00.000Z"
MESSAGE: dict[str, Any] = {
    "v": 1, "provider": "samva", "account": "default", "message_id": "m1", "via": "webhook", "received_at": T0,
}  # fmt: skip
PAGE: dict[str, Any] = {
    "v": 1, "provider": "samva", "account": "default", "sync_id": "s1", "page": 3, "received_at": T0, "cursor": "c",
}  # fmt: skip
MESSAGE_TASK = Task(provider="samva", account="default", message_id="m1", via="webhook", received_at=T0)
PAGE_TASK = PageTask(provider="samva", account="default", sync_id="s1", page=3, received_at=T0, cursor="c")


def test_a_time_of_a_task_is_compared_in_its_canonical_form() -> None:
    body = json.dumps(MESSAGE | {"received_at": "2026-06-01T14:00:00+02:00"})
    assert parse(body) == MESSAGE_TASK


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
    ("body", "key"),
    [(body, key) for body in (MESSAGE, PAGE) for key in body if key not in ("v", "page", "cursor")],
)
@pytest.mark.parametrize("odd", [None, "", 7, ["samva"]])
def test_a_task_that_lacks_a_key_is_refused_and_the_key_named(body: dict[str, Any], key: str, odd: Any) -> None:
    with pytest.raises(InvalidRequest, match=key):
        parse(json.dumps(body | {key: odd}))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{", "the task is not JSON"),
        ("[]", "the task is not a JSON object"),
        (
            '{"v":2}',
            "the task is not of version 1, which this release works on: bring it back with the release that made it",
        ),
        ('{"v":1,"sync_id":"s1"}', "the task lacks ['provider', 'account', 'received_at']"),
    ],
)
def test_a_body_that_is_no_task_says_why(body: str, reason: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse(body)
    assert caught.value.detail == reason


@pytest.mark.parametrize("body", [MESSAGE, PAGE])
def test_a_task_without_a_version_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="version 1"):
        parse(json.dumps({key: value for key, value in body.items() if key != "v"}))


def test_a_page_without_a_number_is_the_first() -> None:
    assert parse(json.dumps({key: value for key, value in PAGE.items() if key != "page"})) == replace(PAGE_TASK, page=0)


@pytest.mark.parametrize(
    "change",
    [
        {"deferrals": "2"}, {"deferrals": True}, {"observations": {}}, {"event_window": "7"}, {"event_window": True},
        {"confirms": 1}, {"first_queued_at": 7},
    ],
)  # fmt: skip
def test_a_key_of_another_type_is_named(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse(json.dumps(MESSAGE | change))
    assert caught.value.detail == f"the task has values of another type than expected: {[*change]}"


@pytest.mark.parametrize("event", ["", "no digest", 7, ["x"]])
def test_an_event_that_nobody_could_have_seen_is_no_reason_to_lose_a_task(event: object) -> None:
    digest = event_digest("one")
    assert message_task(json.dumps(MESSAGE | {"event": digest})).event == digest
    assert message_task(json.dumps(MESSAGE | {"event": event})).event is None


@pytest.mark.parametrize("page", ["3", True])
def test_a_page_that_is_no_number_is_named(page: object) -> None:
    with pytest.raises(InvalidRequest, match="page"):
        parse(json.dumps(PAGE | {"page": page}))


@pytest.mark.parametrize("task", [MESSAGE_TASK, PAGE_TASK])
def test_what_is_brought_back_waits_anew(task: Task | PageTask) -> None:
    later, latest = "2026-06-05T12:00:00.000Z", "2026-06-05T12:00:30.000Z"
    assert seconds_waited(task, later) == 4 * 86_400
    back = parse(revived(task.deferred(), later).to_json())
    assert (back.received_at, back.deferrals) == (T0, revived(task.deferred(), later).deferrals) == (T0, 0)
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


@pytest.mark.parametrize("task", [MESSAGE_TASK, PAGE_TASK])
def test_a_task_that_is_put_off_counts_how_often(task: Task | PageTask) -> None:
    assert task.deferred().deferrals == 1
    assert parse(task.deferred().deferred().to_json()) == replace(task, deferrals=2)


def test_the_next_page_is_the_same_sync_s_and_has_not_waited() -> None:
    later = "2026-06-01T12:00:30.000Z"
    page = replace(PAGE_TASK, since=T0, deferrals=2, first_queued_at=T0, trail={"a": 1}, correlation_id="work-1")
    following = replace(
        PAGE_TASK, since=T0, page=4, cursor="d", received_at=later, trail={"b": 2}, correlation_id="work-1"
    )
    assert page.next("d", later, {"b": 2}) == following
    assert page.next("d", later) == replace(following, trail=None)


def test_a_message_s_thread_is_fetched_for_the_message_s_sake() -> None:
    seen = {"status": "sent"}
    task = replace(
        MESSAGE_TASK, thread=True, observations=(seen,), deferrals=2, future_time=T0, correlation_id="work-1"
    )
    assert task.thread_task("t1") == replace(MESSAGE_TASK, message_id="t1", part="m1", correlation_id="work-1")


@pytest.mark.parametrize(("wanted", "thread_id"), [(False, "t1"), (True, None), (True, ""), (True, "m1")])
def test_a_thread_that_is_not_wanted_or_the_message_itself_is_no_task(wanted: bool, thread_id: str | None) -> None:
    assert replace(MESSAGE_TASK, thread=wanted).thread_task(thread_id) is None


def test_a_thread_whose_id_is_none_is_refused_by_its_own_name() -> None:
    with pytest.raises(InvalidRequest, match=r"^thread_id: "):
        replace(MESSAGE_TASK, thread=True).thread_task("t\n1")


def test_a_task_s_body_has_what_it_says_and_nothing_else() -> None:
    assert json.loads(MESSAGE_TASK.to_json()) == MESSAGE | {"deferrals": 0}
    assert json.loads(PAGE_TASK.to_json()) == PAGE | {"deferrals": 0}
    assert json.loads(replace(MESSAGE_TASK, thread=True).to_json())["thread"] is True
