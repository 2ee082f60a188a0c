"""The running system for the integration suite, and what its tests do with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.simulators.base import Simulator
from local.stack import LocalStack
from tests.running import KEYS, VISIBILITY_SECONDS, System

__all__ = ["KEYS", "VISIBILITY_SECONDS", "System"]


@pytest.fixture(scope="module")
def system(_running_system: System) -> System:
    """The running system, with nothing in its queues and its table that an earlier module left there."""
    stack = _running_system.stack
    deadline = time.monotonic() + 30
    while any(map(stack.waiting, stack.task_queue_urls)) and time.monotonic() < deadline:
        time.sleep(0.1)
    _running_system.empty_queues()
    _running_system.empty_table()
    return _running_system


@pytest.fixture(scope="module")
def stack(system: System) -> LocalStack:
    """The AWS side of the running system."""
    return system.stack


@pytest.fixture
def simulators(system: System) -> Iterator[dict[str, Simulator]]:
    """The simulators, without faults and with their first messages, before and after the test."""
    for simulator in system.simulators.values():
        simulator.reset()
    yield system.simulators
    for simulator in system.simulators.values():
        simulator.reset()


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """`eventually(check, seconds=10)`: the first true value of `check()`; fails when none comes in time."""

    def wait(check: Callable[[], Any], seconds: float = 10.0) -> Any:
        deadline = time.monotonic() + seconds
        while not (value := check()):
            if time.monotonic() > deadline:
                pytest.fail(f"did not come true within {seconds} s; it is {value!r}")
            time.sleep(0.05)
        return value

    return wait
