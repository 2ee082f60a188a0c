"""An account that cools down, opens, is refused and recovers is told of when it does, and not while it stays so."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from message_detail.adapters.aws.event_rows import event_of
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.throttle import Throttle
from message_detail.domain.errors import AccountUnusable, ProviderRefused, ProviderUnavailable, RateLimited
from tests.unit.adapters.test_event_rows import Stream
from tests.unit.conftest import Clock, table_of
from tests.unit.samples import account, after


@pytest.fixture
def stream(dynamodb: Any) -> Stream:
    return Stream(dynamodb)


def states(stream: Stream) -> list[tuple[str, str]]:
    events = [event for record in stream.records if (event := event_of(record)) is not None]
    assert {event.subject for event in events} <= {"account:cellcast:default"}
    return [(event.data["previous_state"], event.data["state"]) for event in events]


def test_a_cool_down_is_told_once_in_a_streak(stream: Stream, clock: Clock) -> None:
    throttle, health = Throttle(table_of(stream), clock), AccountHealth(table_of(stream), clock)
    health.record_success(account())
    for _ in range(3):
        clock.now += 30
        throttle.cool_down(account(), 10)
        health.record_failure("cellcast", "default", RateLimited("too fast"))
    assert states(stream) == [("ok", "cooling_down")]
    clock.now += 30
    health.record_success(account())
    clock.now += 90
    health.record_success(account())
    assert states(stream) == [("ok", "cooling_down"), ("cooling_down", "ok")]


def test_how_long_it_lasts_is_told(stream: Stream, clock: Clock) -> None:
    Throttle(table_of(stream), clock).cool_down(account(), 10)
    event = event_of(stream.records[0])
    assert event is not None
    assert event.data == {
        "provider": "cellcast",
        "account": "default",
        "state": "cooling_down",
        "previous_state": "ok",
        "until": after(10),
    }
    assert event.source == "/message-detail/cellcast/default"


def test_a_pause_for_a_budget_is_none(stream: Stream, clock: Clock) -> None:
    Throttle(table_of(stream), clock).pause(account(), 10)
    assert states(stream) == []


def test_refused_credentials_are_told_once_and_their_recovery(stream: Stream, clock: Clock) -> None:
    health = AccountHealth(table_of(stream), clock)
    for error in (ProviderRefused("wrong"), ProviderRefused("wrong"), ProviderUnavailable("down")):
        clock.now += 1
        health.record_failure("cellcast", "default", error)
    clock.now += 1
    health.record_success(account())
    assert states(stream) == [("ok", "refused"), ("refused", "ok")]


def test_settings_that_cannot_be_used_are_told_until_there_are_others(stream: Stream, clock: Clock) -> None:
    health = AccountHealth(table_of(stream), clock)
    health.record_failure("cellcast", "default", AccountUnusable("unknown key 'tokn'"))
    health.register("cellcast", "default", "AU")
    assert states(stream) == [("ok", "unusable"), ("unusable", "ok")]


def down() -> httpx.Response:
    raise ProviderUnavailable("down")


def test_a_circuit_that_opens_and_closes_is_told(stream: Stream, clock: Clock) -> None:
    throttle = Throttle(table_of(stream), clock)
    for _ in range(11):
        with pytest.raises(ProviderUnavailable):
            throttle.circuit(account(), down)
    throttle.lift("cellcast", "default")
    assert states(stream) == [("ok", "open"), ("open", "ok")]
