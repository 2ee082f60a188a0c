"""The log of attempts: its pages, its end, and which events were never taken."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.adapters.aws.delivery_log import DAY, DeliveryLog
from message_detail.domain.events_out.attempt import Attempt
from message_detail.domain.events_out.event import trial_event
from message_detail.domain.times import from_epoch
from tests.unit.conftest import Clock, table_of
from tests.unit.samples import T0, after
from tests.unit.services.delivery_world import changed


@pytest.fixture
def log(dynamodb: Any, clock: Clock) -> DeliveryLog:
    return DeliveryLog(table_of(dynamodb), clock)


def attempt(at: str, status: int = 204) -> Attempt:
    error = None if status < 300 else f"answered {status}"
    return Attempt(at=at, milliseconds=9, status_code=status, error=error, answer="no" if error else None)


def test_a_page_goes_on_behind_its_last_place(log: DeliveryLog) -> None:
    for number in range(7):
        log.add("crm", changed(number), 1, attempt(after(number)))
    found: list[str] = []
    before = None
    while page := log.page("crm", 3, before=before):
        found += [one.event_id for one in page]
        before = page[-1].place
    assert found == [f"evt_{number}" for number in range(6, -1, -1)]


def test_attempts_of_one_moment_and_one_event_are_each_there(log: DeliveryLog) -> None:
    for made in (1, 2):
        log.add("crm", changed(1), made, attempt(T0, 500))
    log.add("crm", changed(2), 1, attempt(T0))
    log.add("bi", changed(3), 1, attempt(T0))
    assert sorted((one.event_id, one.number) for one in log.newest("crm")) == [("evt_1", 1), ("evt_1", 2), ("evt_2", 1)]


def test_a_status_and_a_beginning_choose(log: DeliveryLog) -> None:
    log.add("crm", changed(1), 1, attempt(after(1), 500), next_at=after(6))
    log.add("crm", changed(1), 2, attempt(after(6)))
    assert [one.number for one in log.page("crm", 9, status="failed")] == [1]
    assert [one.number for one in log.page("crm", 9, status="delivered")] == [2]
    assert [one.number for one in log.page("crm", 9, since=after(2))] == [2]
    (failed,) = log.page("crm", 9, status="failed")
    assert (failed.error, failed.answer, failed.next_at, failed.status_code) == ("answered 500", "no", after(6), 500)


def test_what_is_30_days_old_is_gone(log: DeliveryLog, clock: Clock) -> None:
    log.add("crm", changed(1), 1, attempt(T0))
    clock.now += 30 * DAY
    assert log.page("crm", 9) == []
    assert log.event("crm", "evt_1") is None


def test_failed_are_the_events_of_a_time_that_were_never_taken(log: DeliveryLog) -> None:
    log.add("crm", changed(1), 1, attempt(after(1), 500))
    log.add("crm", changed(1), 2, attempt(after(6)))
    log.add("crm", changed(2), 1, attempt(after(2), 500))
    log.add("crm", changed(3), 1, attempt(after(3)))
    assert [event.id for event in log.events("crm", T0, None, failed_only=True)] == ["evt_2"]
    assert [event.id for event in log.events("crm", T0, T0, failed_only=False)] == ["evt_1", "evt_2", "evt_3"]
    assert log.events("crm", after(1), None, failed_only=False) == []


def test_a_trial_is_not_sent_anew(log: DeliveryLog) -> None:
    log.add("crm", trial_event("evt_9", T0, "crm"), 1, attempt(T0, 500))
    assert log.events("crm", T0, None, failed_only=True) == []
    assert [one.event_id for one in log.page("crm", 9)] == ["evt_9"]


def test_an_event_comes_back_as_it_was(log: DeliveryLog) -> None:
    event = changed(1, status="sent", channel="sms")
    log.add("crm", event, 1, attempt(T0, 500))
    assert log.event("crm", "evt_1") == event


def test_an_event_that_cannot_be_read_is_left_out(log: DeliveryLog, dynamodb: Any) -> None:
    log.add("crm", changed(1), 1, attempt(T0, 500))
    key = {"pk": {"S": "log#crm"}, "sk": {"S": f"{T0}#evt_1#1"}}
    dynamodb.update_item(
        TableName="messages", Key=key, UpdateExpression="SET event = :e", ExpressionAttributeValues={":e": {"B": b"x"}}
    )
    assert log.events("crm", T0, None, failed_only=False) == []
    assert [one.event_id for one in log.page("crm", 9)] == ["evt_1"]


def test_an_attempt_is_one_write_unit(log: DeliveryLog, dynamodb: Any) -> None:
    """1 KB, with an answer that is usual."""
    event = changed(1, status="undelivered", failure={"category": "unreachable", "message": "x" * 80})
    log.add("crm", event, 3, attempt(T0, 500), next_at=from_epoch(1e9))
    (item,) = dynamodb.scan(TableName="messages")["Items"]
    assert sum(len(name) + len(next(iter(value.values()))) for name, value in item.items()) < 1_024
