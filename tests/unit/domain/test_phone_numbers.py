"""What a number can mean where it may come from any of several countries."""

from __future__ import annotations

import pytest

from message_detail.domain.addresses.phone_numbers import readings


@pytest.mark.parametrize(
    ("text", "regions", "numbers"),
    [
        ("+61 491 570 156", ("US",), ("+61491570156",)),
        ("+44 (0)20 7946 0000", (), ("+442079460000",)),
        ("+1 415", ("US",), ()),
        ("+61\t491\n570 156", (), ("+61491570156",)),
        ("\u202a+61 491\u200b570\x00156\u202c", (), ("+61491570156",)),
        ("0491 570 156", ("AU", "CZ", "AU"), ("+61491570156",)),
        ("00 61 491 570 156", (), ("+61491570156",)),
        ("61491570156", (), ("+61491570156",)),
        ("6834002", (), ()),
        ("0114930901820", (), ("+4930901820",)),
        ("011299321000", (), ()),
        ("01161111111111", (), ()),
        ("001161111111111", (), ()),
        ("77761491570156", (), ()),
        ("29022722", (), ("+29022722",)),
        ("Jane", ("AU",), ()),
        ("", ("AU",), ()),
    ],
)
def test_a_number_means_what_it_is_in_each_region_and_behind_a_country_code(
    text: str, regions: tuple[str, ...], numbers: tuple[str, ...]
) -> None:
    assert readings(text, regions) == numbers
