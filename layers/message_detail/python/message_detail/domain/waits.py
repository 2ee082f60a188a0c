"""How long a provider asks to be left alone: read from a header or a body value, and never believed beyond 15 minutes.

A wait is a number of seconds or an HTTP date (RFC 9110, 10.2.3: `Retry-After`). Servers also write milliseconds, or
the moment itself as an epoch, where seconds belong; believed as they stand these would stop an account for hours or
for decades. They are recognised by their size, and whatever is left of a wait beyond the longest is cut. Pure: who
heeds a wait counts the ones that were `believed` otherwise than they were `told`.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, Final

from message_detail.domain.times import instant_or_none, to_epoch

LONGEST_SECONDS: Final = 900.0
_LONGEST_TEXT: Final = 64
"""Characters of a date that is looked at: none has more."""
_NUMBER: Final = re.compile(r"([0-9]{1,60}(?:\.[0-9]{0,60})?(?:[eE][+-]?[0-9]{1,9})?)(?: ?s(?:ec(?:ond)?s?)?)?")
"""Also with the unit behind it: `7s`."""
_EPOCHS: Final = ((1e9, 1e11, 1.0), (1e12, 1e14, 1e-3), (1e15, 1e17, 1e-6), (1e18, 1e20, 1e-9))
"""From, to, and what makes seconds of it: the moments from 2001 on in s, ms, µs and ns."""


def told(value: Any, now: Callable[[], float] = time.time) -> float | None:
    """The number that a header or a body value tells, or the seconds until the date that it is; None where it tells
    nothing readable, as negative numbers and NaN do.

    A date that has passed is 0. One beyond the longest wait is infinite: how far it is makes no difference, and is no
    mistake of a unit.
    """
    number = _number(value)
    if number is not None or not isinstance(value, str):
        return number
    seconds = _until_date(value, now)
    if seconds is None:
        return None
    return math.inf if seconds > LONGEST_SECONDS else max(0.0, seconds)


def believed(told: float, now: Callable[[], float] = time.time) -> float | None:
    """The seconds that a told number means, 900 at most: other units recognised; None for an epoch that has passed."""
    meant = _in_seconds(told, now)
    return None if meant < 0 <= told else capped(meant)


def capped(seconds: float) -> float:
    """A wait of 0 to 900 seconds, whatever number is given."""
    return max(0.0, min(LONGEST_SECONDS, seconds))  # of NaN the longest: what made it is not known to be short


def _number(value: Any) -> float | None:
    """A number, or a text that is one, as a float that is not negative; one beyond all floats is infinite."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _longest(value)
    if not isinstance(value, int | float) or math.isnan(_float(value)) or value < 0:
        return None
    return _float(value)


def _longest(text: str) -> float | None:
    """The number of a text; of several, as a proxy makes them that adds a header of its own, the largest."""
    found = [_NUMBER.fullmatch(part.strip()) for part in text.split(",")]
    numbers = [float(number[1]) for number in found if number]
    return max(numbers) if len(numbers) == len(found) else None


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _in_seconds(number: float, now: Callable[[], float]) -> float:
    """The number in seconds: an epoch as the time until then, milliseconds divided, all others as they are.

    Whole thousands are milliseconds, unless they are whole hours; 59873 may be the seconds that are left of a day.
    """
    for low, high, factor in _EPOCHS:
        if low <= number < high:
            return number * factor - now()
    if number % 1000 == 0 and number % 3600:
        return number / 1000
    return number


def _until_date(text: str, now: Callable[[], float]) -> float | None:
    if len(text) > _LONGEST_TEXT:
        return None
    try:
        moment = parsedate_to_datetime(text)
        # "-0000" and the form of asctime name no zone: HTTP dates are UTC.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now()
    except (ValueError, TypeError, OverflowError):
        instant = instant_or_none(text)
        return None if instant is None else to_epoch(instant) - now()
