"""What counting costs, by counts of what is asked of the table: docs/scale.md has the figures."""

from __future__ import annotations

import random

import pytest

from message_detail.adapters.aws.census import PAGE
from message_detail.domain.statistics.days import day_of
from message_detail.domain.tasks import RecountTask
from tests.unit.conftest import Clock
from tests.unit.memory_dynamodb import size_of
from tests.unit.samples import NOW
from tests.unit.services.numbers_case import NumbersWorld, random_state

TODAY = day_of(NOW)
TASK = RecountTask(
    provider="samva", account="main", recount_id="r", day=TODAY, last_day=TODAY, received_at=f"{TODAY}T12:00:00.000Z"
)


def world_of(messages: int) -> NumbersWorld:
    """One account with so many messages of today."""
    world, turn, number = NumbersWorld(Clock()), random.Random(5), 0
    while messages:
        state = random_state(turn, number, NOW - 3_600, 0)
        number += 1
        assert state.details is not None
        if state.details.message.id.startswith("samva:main:"):
            world.keep(state)
            messages -= 1
    return world


def cost_of_count(world: NumbersWorld) -> tuple[dict[str, int], float, int]:
    """The requests, the read units and the write units of one count of today."""
    before, read, written = world.dynamodb.requests.copy(), world.dynamodb.read_units, world.dynamodb.write_units
    world.recounter.process(TASK, 60)
    made = world.dynamodb.requests - before
    return dict(made), world.dynamodb.read_units - read, world.dynamodb.write_units - written


def test_an_hour_without_messages_costs_next_to_nothing() -> None:
    requests, read, written = cost_of_count(NumbersWorld(Clock()))
    assert requests == {"query": 4 + 1, "get_item": 1, "put_item": 1 + 1, "delete_item": 1}
    assert (read, written) == (4 * 0.5 + 0.5 + 1, 3)


@pytest.mark.parametrize("messages", [400, 1_200])
def test_a_count_reads_entries_and_no_message(messages: int) -> None:
    world = world_of(messages)
    requests, read, written = cost_of_count(world)
    assert "batch_get_item" not in requests
    assert requests["query"] <= 4 * (messages // 4 // PAGE + 2) + 1
    assert read <= messages * 300 / 4_096 / 2 + 8
    requests, _, again = cost_of_count(world)
    assert again <= 3, "rows that are what they were are not written"
    assert written <= 3 * requests["query"] * 100


def test_an_entry_with_its_facts_is_one_unit() -> None:
    world = world_of(50)
    entries = [item for item in world.dynamodb.scan()["Items"] if "facts" in item]
    assert len(entries) == 50
    assert max(size_of(item) for item in entries) < 400
