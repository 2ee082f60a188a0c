"""Days in UTC, as text (`2026-11-01`). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

OPEN_DAYS: Final = 8
"""A day is open for so long after it: messages are given up after 72 hours, bounces come late, and engagement within a
week."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YEARS: Final = ("1971", "8999")
"""The first and the last year of days that anything is counted of."""


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar."""
    if not _DAY.fullmatch(text) or not _YEARS[0] <= text[:4] <= _YEARS[1]:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def day_of(seconds: float) -> str:
    """The day of a moment (seconds since 1970)."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def add_days(day: str, days: int) -> str:
    """The day so many days later."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def next_day(day: str) -> str:
    """The day after."""
    return add_days(day, 1)


def days_from(first: str, last: str) -> Iterator[str]:
    """All days from the first to the last one, both included; none where they are the other way round."""
    while first <= last:
        yield first
        first = next_day(first)


def is_open(day: str, today: str) -> bool:
    """Whether messages of a day may still change by themselves."""
    return add_days(today, -OPEN_DAYS) <= day
