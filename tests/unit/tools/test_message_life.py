"""What a message costs in its whole life, in write units: on moto, counted by the sizes of the items."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.bench.life import Life, messages
from tests.unit.aws import world

MOST = {"a text": (32, 6), "mail": (41, 8), "largest": (42, 8)}
"""Units of a whole life, and of one look that finds nothing new."""


@dataclass(frozen=True)
class Counted:
    """The units of a message that lives, and of one that is looked at once more, step by step."""

    live: dict[str, int]
    wait: dict[str, int]


@pytest.fixture(scope="module")
def lives() -> dict[str, Counted]:
    with world():
        return {name: Counted(Life(message).live(), Life(message).wait()) for name, message in messages()}


def most(name: str) -> tuple[int, int]:
    return MOST.get(name, MOST["a text"])


def test_a_message_costs_no_more_units_in_its_life(lives: dict[str, Counted]) -> None:
    for name, counted in lives.items():
        assert sum(counted.live.values()) <= most(name)[0], (name, counted.live)


def test_a_look_that_finds_nothing_new_costs_no_more_units(lives: dict[str, Counted]) -> None:
    for name, counted in lives.items():
        assert counted.wait["look"] <= most(name)[1], (name, counted.wait)
