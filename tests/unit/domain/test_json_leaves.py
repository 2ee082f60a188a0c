"""JSON data's leaves, and a copy that is changed in place."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.json_leaves import Path, copied, get, json_size, leaves, path_name, put

DATA: dict[str, Any] = {"a": [1, {"b": None}], "c": {"d": "é", "e": {}, "f": []}}


def test_leaves_come_in_order_with_their_paths() -> None:
    assert list(leaves(DATA)) == [(("a", 0), 1), (("a", 1, "b"), None), (("c", "d"), "é")]
    assert list(leaves(7)) == [((), 7)]
    assert list(leaves({"b": 7}, ("a", 0))) == [(("a", 0, "b"), 7)]
    for path, value in leaves(DATA):
        assert get(DATA, path) is value


@pytest.mark.parametrize("path", [("a",), ("a", 0), ("a", 1, "b"), ("c", "d")])
def test_a_copy_that_is_changed_leaves_the_data_as_it_was(path: Path) -> None:
    one = copied(DATA)
    assert one == DATA
    put(one, path, "new")
    assert get(one, path) == "new"
    assert get(DATA, path) != "new"


def test_a_size_is_that_of_the_bytes() -> None:
    assert json_size({"d": "é", "n": [1, None]}) == len('{"d":"é","n":[1,null]}') + 1


@pytest.mark.parametrize(
    ("path", "name"), [((), ""), (("a",), "a"), (("a", "b", 0), "a.b[0]"), ((0, "a", 1, 2, "b"), "[0].a[1][2].b")]
)
def test_a_path_is_named_as_people_write_it(path: Path, name: str) -> None:
    assert path_name(path) == name
