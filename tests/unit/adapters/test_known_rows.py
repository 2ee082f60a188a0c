"""Rows that a container goes on with: read in one request, for a while."""

from __future__ import annotations

from typing import Any, Final

import pytest

from message_detail.adapters.aws.attributes import Item, number
from message_detail.adapters.aws.key_schema import key
from message_detail.adapters.aws.known_rows import KNOWN_SECONDS, KnownRows
from tests.unit.conftest import Calls, Clock, table_of

ONE: Final = key("a", "1")
OTHER: Final = key("b", "2")


def row(of: Item, count: int) -> Item:
    return {**of, "n": number(count)}


@pytest.fixture
def calls(dynamodb: Any) -> Calls:
    table_of(dynamodb).put(row(ONE, 1))
    return Calls(dynamodb)


@pytest.fixture
def rows(calls: Calls, clock: Clock) -> KnownRows:
    return KnownRows(table_of(calls), clock)


def test_what_is_not_known_is_read_in_one_request_and_known_for_a_while(
    calls: Calls, clock: Clock, rows: KnownRows
) -> None:
    for _ in range(3):
        assert rows.get([ONE, OTHER]) == [row(ONE, 1), {}]
    assert rows.unknown([ONE, OTHER]) == []
    assert calls.made == ["batch_get_item"]
    clock.now += KNOWN_SECONDS
    assert rows.unknown([ONE, OTHER]) == [ONE, OTHER]
    assert rows.get([OTHER, ONE]) == [{}, row(ONE, 1)]
    assert calls.made == ["batch_get_item"] * 2


def test_only_what_is_not_known_is_read(calls: Calls, rows: KnownRows) -> None:
    rows.keep(ONE, row(ONE, 7))
    assert rows.get([ONE, OTHER]) == [row(ONE, 7), {}]
    assert rows.get([ONE]) == [row(ONE, 7)]
    assert calls.made == ["batch_get_item"]


def test_of_what_was_read_elsewhere_that_is_learned_which_was_asked_for(rows: KnownRows) -> None:
    rows.learn([ONE], [row(OTHER, 5), row(ONE, 4)])
    assert rows.unknown([ONE, OTHER]) == [OTHER]
    assert rows.get([ONE]) == [row(ONE, 4)]


def test_what_was_written_meanwhile_is_newer_than_what_was_read(rows: KnownRows) -> None:
    unknown = rows.unknown([ONE, OTHER])
    rows.keep(ONE, row(ONE, 9))
    rows.learn(unknown, [row(ONE, 1)])
    assert rows.get([ONE, OTHER]) == [row(ONE, 9), {}]
