"""Waits that providers ask for: seconds or a date, unit mistakes recognised, 15 minutes at most."""

from __future__ import annotations

import math
from email.utils import formatdate
from typing import Any

import pytest

from message_detail.domain import waits
from tests.unit.samples import NOW, odd_id


def told(value: Any) -> float | None:
    return waits.told(value, now=lambda: NOW)


def believed(value: Any) -> float | None:
    number = told(value)
    return None if number is None else waits.believed(number, now=lambda: NOW)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 1.5 ", 1.5),
        ("00", 0.0),
        ("900", 900.0),
        ("2.", 2.0),
        (8, 8.0),
        (0.0, 0.0),
        (0.5, 0.5),
        (2.5, 2.5),
        ("1e2", 100.0),
        ("007", 7.0),
        ("7s", 7.0),
        ("7 seconds", 7.0),
        ("1.5 sec", 1.5),
        ("5, 5", 5.0),
        ("5,10", 10.0),
        (formatdate(NOW + 90, usegmt=True), 90.0),
        (formatdate(NOW + 900, usegmt=True), 900.0),
        (formatdate(NOW - 90, usegmt=True), 0.0),
        (formatdate(NOW + 90).replace("-0000", "+0000"), 90.0),
        (formatdate(NOW + 90 + 3600).replace("-0000", "+0100"), 90.0),
        (formatdate(NOW + 90), 90.0),
    ],
)
def test_a_wait_is_a_number_of_seconds_or_a_date(value: Any, seconds: float) -> None:
    assert told(value) == believed(value) == pytest.approx(seconds)


def test_the_older_forms_of_an_http_date_and_iso_times_are_dates_too() -> None:
    for text in ("Thursday, 01-Jan-70 00:01:40 GMT", "Thu Jan  1 00:01:40 1970"):
        assert waits.told(text, now=lambda: 10.0) == 90
    assert waits.told("2026-09-21T14:13:50Z", now=lambda: 1790000000.0) == 30


@pytest.mark.usefixtures("in_tokyo")
def test_a_date_that_names_no_zone_is_utc_wherever_it_is_read() -> None:
    assert told(formatdate(NOW + 90)) == 90


def test_a_date_is_no_longer_than_dates_are() -> None:
    date = formatdate(NOW + 90, usegmt=True)
    assert [told(date.ljust(size)) for size in (64, 65)] == [90.0, None]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("60000", 60.0),
        (5000, 5.0),
        ("120000", 120.0),
        (str(int(NOW) + 40), 40.0),
        (NOW + 40, 40.0),
        (NOW + 0.5, 0.5),
        (str((int(NOW) + 40) * 1000), 40.0),
        ((int(NOW) + 40) * 1_000_000, 40.0),
        (str((int(NOW) + 40) * 1_000_000_000), 40.0),
        (int(NOW) + 86400 * 365, 900.0),
        ("3600", 900.0),
        ("59873", 900.0),
        ("86400", 900.0),
        ("18000", 900.0),
        ("31536000", 900.0),
        ("999999999999", 900.0),
        ("1e60", 900.0),
        ("1e400", 900.0),
        (math.inf, 900.0),
        (10**400, 900.0),
        (formatdate(NOW + 7000, usegmt=True), 900.0),
        ("Fri, 31 Dec 2099 23:59:59 GMT", 900.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 900.0),
        ("9999-12-30T00:00:00Z", 900.0),
        (str(int(NOW) - 40), None),
        ("1000000000", None),
    ],
)
def test_what_is_longer_than_15_minutes_is_a_mistake_that_is_fixed(value: Any, seconds: float | None) -> None:
    assert believed(value) == (None if seconds is None else pytest.approx(seconds, abs=0.01))
    assert told(value) != believed(value)


@pytest.mark.parametrize(
    "value",
    [
        None, "", " ", "soon", "-5", -5, -0.5, "nan", math.nan, "inf", "-inf", -math.inf, "Infinity", "1_000", "٣",
        "0x10", "1e400x", "5 m", "7, x", "Mon, 99 Xxx", "Fri, 31 Dec 99999 23:59:59 GMT",
        "1 Jan 2030 00:00:00 +99999999", True, False, [], {}, [7], b"7",
        "9" * 5000, "(" * 5000, " " * 5000, "1e" + "9" * 5000, "\ud800",
    ],
    ids=odd_id,
)  # fmt: skip
def test_what_can_t_be_read_is_no_wait(value: Any) -> None:
    assert told(value) is None


@pytest.mark.parametrize("given", [901.0, 1e60, math.inf, math.nan])
def test_a_number_of_seconds_is_cut_at_15_minutes(given: float) -> None:
    assert waits.capped(given) == waits.believed(given) == 900


def test_a_number_of_seconds_is_never_negative() -> None:
    assert waits.capped(-3.0) == 0
    assert waits.capped(12.5) == 12.5
