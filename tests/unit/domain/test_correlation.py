"""Which texts may be the id of a piece of work."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.correlation import first_usable, is_usable
from tests.unit.samples import odd_id


@pytest.mark.parametrize(
    "text",
    [
        "JKJaXmPLvHcESHA=",  # API Gateway's
        "52fdfc07-2182-154f-163f-5f0f9a621d72",  # Lambda's, SQS's
        "4bf92f3577b34da6a3ce929d0e0e4736",  # W3C Trace Context's
        "order_2026-11-28_A",
        "a" * 128,
    ],
)
def test_what_systems_make_is_usable(text: str) -> None:
    assert is_usable(text)
    assert first_usable(None, text, "other-id") == text


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        "",
        "short",
        "a" * 129,
        "61491570156",
        "2026-11-28",
        "+61491570156",
        "ada@example.com",
        "two words",
        "line\nbreak",
        "abcdefgh\n",
        '{"message":"forged"}',
        "ümlaute-und-mehr",
        "a===abcdefgh",
        "x" * 1_000_000,
    ],
    ids=odd_id,
)
def test_what_may_be_a_person_or_forge_a_line_is_not(text: Any) -> None:
    assert not is_usable(text)
    assert first_usable(text, "the-next-one") == "the-next-one"


def test_where_none_is_usable_one_is_made() -> None:
    made = {first_usable(None, "short") for _ in range(100)}
    assert len(made) == 100
    assert all(map(is_usable, made))
