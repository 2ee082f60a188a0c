"""Codes that carriers and platforms give, whoever passes them on."""

from __future__ import annotations

import pytest

from message_detail.domain.message import FailureCategory, Permanence
from message_detail.providers.base.carrier_codes import CODES, SERIES, find_cause


@pytest.mark.parametrize(
    ("code", "category", "permanence"),
    [
        ("30003", "unreachable", "unknown"),
        ("21610", "opted_out", "permanent"),
        ("131026", "invalid_recipient", "permanent"),
        ("40300", "opted_out", "permanent"),
        ("4720", "invalid_recipient", "permanent"),
        ("30999", "carrier_error", "unknown"),
        ("132999", "template_error", "unknown"),
    ],
)
def test_a_code_says_why_and_whether_for_good(code: str, category: str, permanence: str) -> None:
    assert find_cause(code) == (FailureCategory(category), Permanence(permanence))


@pytest.mark.parametrize("code", ["", "99999", "3099", "309999", "1329990", "abc"])
def test_of_another_code_nothing_is_known(code: str) -> None:
    assert find_cause(code) is None


def test_codes_are_made_of_digits_and_a_series_is_longer_than_its_beginning() -> None:
    assert all(code.isdecimal() for code in CODES)
    assert all(start.isdecimal() and len(start) < size for start, size, _ in SERIES)
