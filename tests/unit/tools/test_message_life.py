"""What a message costs in its whole life, in write units: on moto, counted by the sizes of the items."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.bench.life import ANNOUNCED, CONFIRMED, Counts, Life, messages, total
from tests.unit.aws import world
from tools import scale

MOST = {"a text": (42, 6), "mail": (52, 10), "largest": (53, 8)}
"""Units of a whole life, and of one look that finds nothing new. Five of a life keep what is counted of the message,
four the notes on how webhooks come, which are made once a minute."""


@dataclass(frozen=True)
class Counted:
    """What a message that lives, and one that is looked at once more, ask of the table, step by step."""

    live: dict[str, Counts]
    wait: dict[str, Counts]


@pytest.fixture(scope="module")
def lives() -> dict[str, Counted]:
    with world():
        return {name: Counted(Life(message).live(), Life(message).wait()) for name, message in messages()}


def most(name: str) -> tuple[int, int]:
    return MOST.get(name, MOST["a text"])


def test_a_message_costs_no_more_units_in_its_life(lives: dict[str, Counted]) -> None:
    for name, counted in lives.items():
        assert total(counted.live) <= most(name)[0], (name, counted.live)


def test_a_look_that_finds_nothing_new_costs_no_more_units(lives: dict[str, Counted]) -> None:
    for name, counted in lives.items():
        assert counted.wait["look"]["write_units"] <= most(name)[1], (name, counted.wait)


def test_each_step_costs_what_the_paper_says(lives: dict[str, Counted]) -> None:
    texts = [counted.live for name, counted in lives.items() if name not in MOST]
    announced = [live[status.value] for live in texts for _, status in ANNOUNCED]
    confirmed = [step for live in texts for name, step in live.items() if name.startswith(CONFIRMED)]
    for steps, said in ((announced, scale.ANNOUNCED), (confirmed, scale.CONFIRMED)):
        assert max(map(as_step, steps), key=lambda step: step.writes) == said
    whole = max(texts, key=total)
    each = list(map(as_step, whole.values()))
    assert sum(step.writes for step in each) == scale.LIFE.writes
    assert sum(step.reads for step in each) == scale.LIFE.reads
    assert sum(step.requests for step in each) == scale.LIFE.requests
    assert len([name for name in whole if name.startswith(CONFIRMED)]) == scale.BURSTS


def as_step(found: Counts) -> scale.Step:
    return scale.Step(found["write_units"], found["read_units"], sum(found["requests"].values()))
