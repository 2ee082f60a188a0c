"""How endpoints fare: noted rarely while all is well, at once when it changes."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.adapters.aws.endpoint_states import EndpointState, EndpointStates
from tests.unit.conftest import Calls, Clock, table_of
from tests.unit.samples import T0, after


@pytest.fixture
def calls(dynamodb: Any) -> Calls:
    return Calls(dynamodb)


@pytest.fixture
def states(calls: Calls, clock: Clock) -> EndpointStates:
    return EndpointStates(table_of(calls), clock)


def test_a_success_is_noted_once_a_minute(states: EndpointStates, calls: Calls, clock: Clock) -> None:
    for _ in range(10):
        states.succeeded("crm")
        clock.now += 7
    assert calls.made.count("update_item") == 2


def test_a_success_after_a_failure_is_noted_at_once(states: EndpointStates, clock: Clock) -> None:
    states.succeeded("crm")
    clock.now += 1
    states.failed("crm", "answered 500")
    assert states.get("crm").failing_since == after(1)
    clock.now += 1
    states.failed("crm", "no answer in time")
    assert (states.get("crm").failing_since, states.get("crm").last_error) == (after(1), "no answer in time")
    clock.now += 1
    states.succeeded("crm")
    assert states.get("crm") == EndpointState(
        last_success=after(3), last_error="no answer in time", last_error_at=after(2)
    )


def test_what_is_known_is_known_for_two_seconds(states: EndpointStates, calls: Calls, clock: Clock) -> None:
    for _ in range(5):
        states.get("crm")
        clock.now += 0.5
    assert calls.made == ["batch_get_item", "batch_get_item"]


def test_only_the_first_pauses_and_only_a_paused_one_is_resumed(states: EndpointStates, clock: Clock) -> None:
    assert not states.resume("crm")
    assert states.pause("crm", "gone")
    assert not states.pause("crm", "another reason")
    assert (states.get("crm").paused_at, states.get("crm").reason) == (T0, "gone")
    clock.now += 5
    assert states.resume("crm")
    assert states.get("crm") == EndpointState(resumed_at=after(5))
    states.released("crm", after(4))
    assert states.get("crm").resumed_at == after(5)
    states.released("crm", after(5))
    assert states.get("crm") == EndpointState()


def test_many_are_one_read(states: EndpointStates, calls: Calls) -> None:
    states.pause("bi", "gone")
    calls.made.clear()
    found = states.many(["bi", "crm"])
    assert (found["bi"].is_paused, found["crm"]) == (True, EndpointState())
    assert calls.made == ["batch_get_item"]
    assert states.many([]) == {}
