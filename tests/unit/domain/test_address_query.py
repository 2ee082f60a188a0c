"""What an address that somebody asks for can mean: few lists, and all of them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from message_detail.domain.addresses.query import MOST_ADDRESSES, address_lists, asked
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.search_keys import address_list


@pytest.mark.parametrize(
    ("spelling", "regions", "lists"),
    [
        ("0491570156", "", ["0491570156", "national#0491570156"]),
        ("0491570156", "AU CZ", ["0491570156", "national#0491570156", "+61491570156", "61491570156"]),
        (
            "777123456",
            "CZ AU",
            ["777123456", "national#777123456", "+61777123456", "61777123456", "+420777123456", "420777123456"],
        ),
        ("61491570156", "", ["61491570156", "national#61491570156", "+61491570156"]),
        ("61491570156", "AU", ["61491570156", "national#61491570156", "+61491570156"]),
        ("0061491570156", "AU CZ", ["+61491570156", "61491570156"]),
        ("001161491570156", "AU", ["+61491570156", "61491570156"]),
        ("004930901820", "", ["+4930901820"]),
        (
            "004930901820",
            "BR",
            ["+4930901820", "national#004930901820", "+554930901820", "554930901820"],
        ),
        ("+61491570156", "", ["+61491570156", "61491570156"]),
        ("+51987654321", "", ["+51987654321", "51987654321"]),
        ("+51987654321", "BR", ["+51987654321"]),
        ("+525512345678", "", ["+525512345678", "525512345678", "5215512345678"]),
        ("+5511987654321", "", ["+5511987654321", "5511987654321", "551187654321"]),
        ("+4212345678", "", ["+4212345678"]),
        ("6834002", "", ["6834002", "national#6834002"]),
        ("0011123456789012345", "", ["0011123456789012345", "national#0011123456789012345"]),
        ("00111234567890123456", "", ["00111234567890123456"]),
        ("12345", "AU", ["12345"]),
        ("+12345", "", ["+12345"]),
        ("ACME", "AU", ["acme"]),
        ("a@ex.com, B <b@ex.com>, a@EX.com", "AU", ["a@ex.com", "b@ex.com"]),
        ("+61491570156, jane@ex.com", "AU", ["+61491570156", "61491570156", "jane@ex.com"]),
    ],
)
def test_an_address_is_looked_for_in_few_lists(spelling: str, regions: str, lists: list[str]) -> None:
    expected = tuple(key if "#" in key else address_list(key) for key in lists)
    assert address_lists(spelling, regions.split) == expected


@pytest.mark.parametrize(
    ("text", "count", "national", "numbers"),
    [
        ("jane@ex.com", 1, False, ()),
        ("a@ex.com, B <b@ex.com>, a@EX.com", 2, False, ()),
        ("+61491570156", 1, False, ()),
        ("0061491570156", 1, False, ()),
        ("0491 570 156", 1, True, ("+61491570156",)),
        ("491570156", 1, True, ("+61491570156", "+420491570156")),
        ("0491570156, 777123456", 2, False, ()),
        ("123456", 1, False, ()),
        ("1" * 20, 1, False, ()),
    ],
)
def test_what_is_asked_for_says_how_many_it_names_and_what_a_national_number_can_be(
    text: str, count: int, national: bool, numbers: tuple[str, ...]
) -> None:
    found = asked(text, lambda: ("CZ", "AU"))
    assert (found.count, found.national, found.numbers) == (count, national, numbers)


def test_regions_are_asked_for_numbers_only() -> None:
    def regions() -> Iterable[str]:
        calls.append(1)
        return ("AU",)

    calls: list[int] = []
    asked("jane@ex.com, ACME", regions)
    assert calls == []
    asked("jane@ex.com, 0491570156, +61491570157", regions)
    assert calls == [1]


def test_as_many_addresses_are_looked_for_as_can_be_at_once() -> None:
    texts = [f"person-{number}@ex.com" for number in range(MOST_ADDRESSES + 1)]
    assert asked(", ".join(texts[:-1])).count == MOST_ADDRESSES
    with pytest.raises(InvalidRequest) as caught:
        asked(", ".join(texts))
    assert caught.value.detail == "address: must name at most 10 addresses; there are 11"


@pytest.mark.parametrize("text", ["", " ", ",; "])
def test_a_text_that_names_nobody_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        asked(text)
    assert caught.value.detail == "address: names nobody: there is nothing in it but separators"
