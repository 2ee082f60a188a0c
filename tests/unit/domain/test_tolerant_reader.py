"""What another release wrote is read as far as this one knows it."""

from __future__ import annotations

import copy
from enum import StrEnum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict

from message_detail.domain.tolerant_reader import ROUNDS, read_back


class Color(StrEnum):
    RED = "red"
    UNKNOWN = "unknown"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Item(Strict):
    name: str
    color: Color = Color.RED


class Whole(Strict):
    id: int
    kind: Literal["a", "b"] = "a"
    color: Color = Color.RED
    items: tuple[Item, ...] = ()
    one: Item | None = None
    either: Item | int = 0


READ: list[tuple[dict[str, Any], Whole]] = [
    ({"id": 1}, Whole(id=1)),
    # keys that are not known
    ({"id": 1, "new": {"a": [1]}, "items": [{"name": "x", "new": 1}]}, Whole(id=1, items=(Item(name="x"),))),
    # words that are not known
    ({"id": 1, "color": "green"}, Whole(id=1, color=Color.UNKNOWN)),
    ({"id": 1, "kind": "c"}, Whole(id=1)),
    ({"id": 1, "items": [{"name": "x", "color": "blue"}]}, Whole(id=1, items=(Item(name="x", color=Color.UNKNOWN),))),
    # another shape, and what can't be without it
    ({"id": 1, "one": 7}, Whole(id=1)),
    ({"id": 1, "one": {"name": 7}}, Whole(id=1)),
    ({"id": 1, "one": {"color": "red"}}, Whole(id=1)),
    ({"id": 1, "items": {"0": 1}}, Whole(id=1)),
    ({"id": 1, "either": {"name": "x", "new": 1}}, Whole(id=1)),
    ({"id": 1, "either": "Item"}, Whole(id=1)),
    ({"id": 1, "either": ["Item"]}, Whole(id=1)),
    # of a list only what can't be read goes
    (
        {"id": 1, "items": [{"name": "a"}, 7, {"name": None}, {}, {"name": "b"}, *[None] * 9, {"name": "c"}]},
        Whole(id=1, items=(Item(name="a"), Item(name="b"), Item(name="c"))),
    ),
]


@pytest.mark.parametrize(("data", "whole"), READ, ids=range(len(READ)))
def test_all_that_can_be_read_is(data: dict[str, Any], whole: Whole) -> None:
    before = copy.deepcopy(data)
    assert read_back(Whole, data) == whole
    assert data == before, "it is a copy that is mended"


@pytest.mark.parametrize("data", [{}, {"id": "x"}, {"id": None, "color": "red"}, None, [], "text", 7])
def test_where_too_little_is_left_there_is_nothing(data: Any) -> None:
    assert read_back(Whole, data) is None


class Link(Strict):
    """A chain in which each needs the one below it."""

    below: Link | None = None
    needed: int


def test_what_is_wrong_at_many_depths_is_mended_from_below() -> None:
    data: dict[str, Any] = {"needed": 1}
    for _ in range(ROUNDS - 2):
        data = {"needed": 1, "below": data, "new": 1}
    data["below"]["below"]["needed"] = "x"
    assert read_back(Link, data) == Link(needed=1, below=Link(needed=1))
