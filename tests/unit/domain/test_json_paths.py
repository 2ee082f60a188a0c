"""Places in JSON data."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from message_detail.domain.json_paths import (
    Path,
    at,
    data_path,
    deepest,
    generic_path,
    is_item,
    replaced,
    split_path,
    ways_to,
)

DATA: dict[str, Any] = {"to": [{"name": "Ann"}, {"name": "Bob", "1": "one"}], "0": {"1": "digits"}, "at": None}


@pytest.mark.parametrize(
    ("text", "path"),
    [("a", ("a",)), ("a.b", ("a", "b")), ("a[0].b", ("a", "0", "b")), ("a.0.b", ("a", "0", "b")),
     ("a[0][1]", ("a", "0", "1"))],
)  # fmt: skip
def test_a_path_is_read_with_brackets_and_with_dots(text: str, path: Path) -> None:
    assert split_path(text) == path


@pytest.mark.parametrize(
    ("path", "value", "item"),
    [
        ((), DATA, False),
        (("to",), DATA["to"], False),
        (("to", "1"), DATA["to"][1], True),
        (("to", "1", "1"), "one", False),
        (("0", "1"), "digits", False),
    ],
)
def test_digits_are_an_index_only_where_there_is_a_list(path: Path, value: Any, item: bool) -> None:
    assert at(DATA, path) is value
    assert is_item(DATA, path) is item


@pytest.mark.parametrize(
    ("news", "changed"),
    [
        ({}, DATA),
        ({(): 7}, 7),
        ({("at",): 7}, DATA | {"at": 7}),
        (
            {("to", "0", "name"): "A", ("to", "1", "1"): 1, ("0", "1"): 2, ("at",): [3]},
            {"to": [{"name": "A"}, {"name": "Bob", "1": 1}], "0": {"1": 2}, "at": [3]},
        ),
        # what does not exist
        ({("gone",): 7, ("at", "x"): 7, ("to", "name"): 7, ("to", "2"): 7, ("to", "-1"): 7, ("0", "2", "3"): 7}, DATA),
    ],
)
def test_what_is_at_a_path_is_replaced_in_a_copy(news: dict[Path, Any], changed: Any) -> None:
    before = copy.deepcopy(DATA)
    assert replaced(DATA, news) == changed
    assert before == DATA


@pytest.mark.parametrize(
    ("path", "generic"),
    [
        ((), ()),
        (("to", "1", "name"), ("to", "[]", "name")),
        (("to", "1", "1"), ("to", "[]", "1")),
        (("to", "2", "name"), ("to", "[]", "name")),
        (("to", "name"), ("to", "name")),
        (("0", "1"), ("0", "1")),
        (("0", "2"), ("0", "[]")),
        (("at", "x", "3"), ("at", "x", "[]")),
    ],
)
def test_a_generic_path_names_no_index(path: Path, generic: Path) -> None:
    assert generic_path(DATA, path) == generic


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ((), ()),
        (("to", 1, "name"), ("to", "1", "name")),
        (("to", "list[Party]", 0, "Party", "name"), ("to", "0", "name")),
        (("to", 2, "name"), ("to",)),
        (("to", "1"), ("to",)),
        (("at", "at"), ("at",)),
        (("function-wrap", "0", "1"), ("0", "1")),
    ],
)
def test_what_validators_add_to_a_location_is_no_place(location: tuple[int | str, ...], path: Path) -> None:
    assert data_path(DATA, location) == path


def test_of_paths_that_lead_on_to_another_only_the_last_are_kept() -> None:
    paths = [("b",), ("a",), ("a", "1"), ("a", "1"), ("a", "10"), (), ("b", "c", "d")]
    assert deepest(paths) == [("a", "1"), ("a", "10"), ("b", "c", "d")]
    assert ways_to(("a", "1", "b")) == [(), ("a",), ("a", "1")]
    assert ways_to(()) == []
