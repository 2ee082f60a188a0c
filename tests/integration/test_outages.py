"""Our own side fails: a worker dies in the middle of a batch, DynamoDB and SQS refuse or lose answers for a while."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from local.simulators.base import Simulator
from message_detail.domain.status import Status
from tests.integration.conftest import System
from tests.integration.driving import (
    Hook,
    calls,
    processes,
    record_of,
    row_of,
    send,
    send_all,
    visibility,
    wait_for_empty_queues,
    wait_until,
    worker_paused,
)
from tests.integration.proxy import between

PROVIDER = "samva"
"""Its signed webhooks add observations of their own, so that something could be doubled."""
FUNCTIONS = ["SamvaWebhook", "SamvaWorker"]


def _tell(system: System, first: int, count: int) -> tuple[list[str], list[Hook]]:
    """New messages that were delivered, and the two webhooks about each: sent, and delivered."""
    simulator = system.simulators[PROVIDER]
    ids = [simulator.store.put("default", simulator.filler(first + number)) for number in range(count)]
    events = ("message.sent", "message.delivered")
    return ids, [Hook(PROVIDER, *simulator.webhook(one, event)) for one in ids for event in events]


def _is_whole(system: System, message_id: str) -> None:
    """The row is there and each status is on the timeline once."""
    record = record_of(system, PROVIDER, message_id)
    message = record.message
    assert message is not None
    assert message.status is Status.DELIVERED
    statuses = [event.status for event in record.events.values()]
    assert Status.SENT in statuses
    assert len(statuses) == len(set(statuses))
    answer = system.get(f"/v1/messages/{PROVIDER}/{message_id}/timeline")
    shown = [event["status"] for event in answer.json()["items"]]
    assert len(shown) == len(set(shown)) == len(statuses)


def _deliver_until_accepted(system: System, hooks: list[Hook], seconds: float = 60) -> int:
    """Sends webhooks as their provider does: again while the answer is 503. Returns how many were refused."""
    refused, left, deadline = 0, hooks, time.monotonic() + seconds
    while left:
        assert time.monotonic() < deadline
        answers = send_all(system, left)
        assert {answer.status_code for answer in answers} <= {200, 503}
        left = [hook for hook, answer in zip(left, answers, strict=True) if answer.status_code == 503]
        refused += len(left)
        time.sleep(0.5 if left else 0)
    return refused


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found by /proc")
@pytest.mark.usefixtures("simulators")
def test_a_worker_killed_in_the_middle_of_a_batch(system: System) -> None:
    """Nine of ten tasks are done and one is under way: none is acknowledged yet, all come again."""
    simulator: Simulator = system.simulators[PROVIDER]
    ids, hooks = _tell(system, 700_000, 5)
    simulator.fault("hang", 1, message_id=ids[0], seconds=30)
    with visibility(system.stack, 12, [PROVIDER]):
        with worker_paused(system.stack, PROVIDER):
            assert {send(system, hook).status_code for hook in hooks} == {200}
            assert system.stack.waiting(PROVIDER) == len(hooks)
        wait_until(lambda: simulator.waiting, 20, "a call hangs")
        wait_until(lambda: all(row_of(system, PROVIDER, one) for one in ids[1:]), 8, "the other tasks are done")
        victims = processes(system.stack, "SamvaWorker")
        assert victims
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        assert system.stack.waiting(PROVIDER) == len(hooks)
        wait_for_empty_queues(system, 60, [PROVIDER])
    assert system.stack.dead(PROVIDER) == 0
    for message_id in ids:
        _is_whole(system, message_id)
    assert len(ids) <= calls(system, PROVIDER) <= 2 * len(hooks)


@pytest.mark.usefixtures("simulators")
def test_a_table_that_refuses_for_a_while(system: System) -> None:
    """The intake goes on, since it needs no table, and the tasks wait."""
    ids, hooks = _tell(system, 701_000, 5)
    with visibility(system.stack, 30, [PROVIDER]), between(system.stack, FUNCTIONS, "dynamodb") as proxy:
        proxy.odds = {"refuse": 1.0}
        assert _deliver_until_accepted(system, hooks) == 0
        time.sleep(3)
        assert not any(row_of(system, PROVIDER, message_id) for message_id in ids)
        assert calls(system, PROVIDER) == 0
        proxy.odds = {}
        wait_for_empty_queues(system, 60, [PROVIDER])
        assert proxy.met["refuse"] > 0
    assert system.stack.dead(PROVIDER) == 0
    for message_id in ids:
        _is_whole(system, message_id)


@pytest.mark.usefixtures("simulators")
def test_a_queue_that_refuses_for_a_while(system: System) -> None:
    """The provider is told to come again, and its next try is no duplicate."""
    ids, hooks = _tell(system, 702_000, 3)
    with visibility(system.stack, 30, [PROVIDER]), between(system.stack, FUNCTIONS, "sqs") as proxy:
        proxy.odds = {"refuse": 1.0}
        assert {answer.status_code for answer in send_all(system, hooks)} == {503}
        assert system.stack.waiting(PROVIDER) == 0
        proxy.odds = {}
        assert _deliver_until_accepted(system, hooks) == 0
        wait_for_empty_queues(system, 60, [PROVIDER])
    assert system.stack.dead(PROVIDER) == 0
    for message_id in ids:
        _is_whole(system, message_id)
        assert 1 <= calls(system, PROVIDER, message_id) <= 2


@pytest.mark.usefixtures("simulators")
def test_storage_that_refuses_fails_breaks_off_and_loses_answers_at_random(system: System) -> None:
    ids, hooks = _tell(system, 703_000, 24)
    with visibility(system.stack, 15, [PROVIDER]), between(system.stack, FUNCTIONS, "dynamodb", "sqs") as proxy:
        proxy.odds = {"refuse": 0.1, "fail": 0.1, "drop": 0.1, "lose": 0.15}
        _deliver_until_accepted(system, hooks)
        time.sleep(3)
        proxy.odds = {}
        wait_for_empty_queues(system, 90, [PROVIDER])
        assert min(proxy.met[kind] for kind in ("refuse", "fail", "drop", "lose")) > 0
    assert system.stack.dead(PROVIDER) == 0
    for message_id in ids:
        _is_whole(system, message_id)
