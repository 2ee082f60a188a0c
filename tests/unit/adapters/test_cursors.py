"""Cursors: they lead on in their own query and stack, and nobody else can make one."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.adapters.aws import cursors
from message_detail.domain.errors import InvalidRequest
from message_detail.services.search_query import parse
from tests.unit.adapters.search_case import Shelf, ids, numbered
from tests.unit.conftest import Calls, table_of
from tests.unit.samples import T0


@pytest.fixture
def walked() -> tuple[Shelf, str]:
    shelf = Shelf()
    for number in range(5):
        shelf.put(numbered(number))
    cursor = shelf.search.find(parse({"provider": "cellcast", "limit": "2"})).next_cursor
    assert cursor is not None
    return shelf, cursor


def test_a_cursor_goes_on_with_another_limit_and_as_often_as_one_likes(walked: tuple[Shelf, str]) -> None:
    shelf, cursor = walked
    for _ in range(2):
        page = shelf.search.find(parse({"provider": "cellcast", "limit": "3", "cursor": cursor}))
        assert [item.id for item in page.items] == ids(2, 1, 0)
        assert page.next_cursor is None


@pytest.mark.parametrize(
    "other",
    [
        {"provider": "samva"},
        {"provider": "cellcast", "account": "default"},
        {"provider": "cellcast", "status": "sent"},
        {"provider": "cellcast", "since": T0},
        {"provider": "cellcast", "until": "2027-01-01T00:00:00Z"},
        {"address": "+61400000001"},
    ],
)
def test_a_cursor_of_another_query_is_refused(walked: tuple[Shelf, str], other: dict[str, str]) -> None:
    shelf, cursor = walked
    with pytest.raises(InvalidRequest, match="cursor"):
        shelf.search.find(parse({**other, "cursor": cursor}))


def test_a_cursor_changed_in_one_character_is_refused(walked: tuple[Shelf, str]) -> None:
    shelf, cursor = walked
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = [cursor[:-1] + letter for letter in letters]
    others = [cursor[:i] + ("A" if cursor[i] != "A" else "B") + cursor[i + 1 :] for i in range(len(cursor))]
    for changed in {*others, *last} - {cursor}:
        with pytest.raises(InvalidRequest, match="cursor"):
            shelf.search.find(parse({"provider": "cellcast", "cursor": changed}))


@given(st.one_of(st.text(min_size=1), st.binary(min_size=1).map(lambda b: base64.urlsafe_b64encode(b).decode())))
def test_any_other_text_is_no_cursor(text: str) -> None:
    with pytest.raises(InvalidRequest, match="cursor"):
        cursors.read(b"k" * 32, "q", text)


@pytest.mark.parametrize("again", ["{0}=", "{0}==", " {0}", "{0}\n", "{0}A"])
def test_a_cursor_has_one_spelling(again: str) -> None:
    cursor = cursors.write(b"k" * 32, "q", "position")
    assert cursors.read(b"k" * 32, "q", cursor) == "position"
    with pytest.raises(InvalidRequest):
        cursors.read(b"k" * 32, "q", again.format(cursor))


@pytest.mark.parametrize("payload", [[], ["a"], ["a", None], [1, "b"], {"a": 1}, "a", ["a", "ü"], [["a"], "b"]])
def test_well_formed_forgeries_are_refused(payload: Any) -> None:
    forged = base64.urlsafe_b64encode(json.dumps(payload, ensure_ascii=False).encode()).rstrip(b"=").decode()
    with pytest.raises(InvalidRequest):
        cursors.read(b"k" * 32, "q", forged)


def test_a_cursor_of_another_stack_is_refused(walked: tuple[Shelf, str]) -> None:
    _, cursor = walked
    with pytest.raises(InvalidRequest, match="cursor"):
        Shelf().search.find(parse({"provider": "cellcast", "cursor": cursor}))


def test_the_key_is_made_once_and_shared(dynamodb: Any) -> None:
    calls = Calls(dynamodb)
    first, second = cursors.cursor_key(table_of(calls)), cursors.cursor_key(table_of(calls))
    assert calls.made == []
    assert first() == first() == second()
    assert len(first()) == 32
    assert calls.made == ["get_item", "put_item", "get_item"]


def test_two_containers_that_make_the_key_at_once_end_with_one(dynamodb: Any) -> None:
    class Slow(Calls):
        def put_item(self, **arguments: Any) -> Any:
            cursors.cursor_key(table_of(dynamodb))()  # the other one is faster
            return dynamodb.put_item(**arguments)

    assert cursors.cursor_key(table_of(Slow(dynamodb)))() == cursors.cursor_key(table_of(dynamodb))()
