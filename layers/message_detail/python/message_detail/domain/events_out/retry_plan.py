"""When an event is sent again, and what an endpoint's answer means for it. Pure."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import Final

MINUTE: Final = 60.0
HOUR: Final = 3_600.0
DELAYS: Final = (*(0.0, 5.0, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR),)
"""Seconds before each attempt, from the one before it."""
JITTER: Final = 0.2
"""A delay is between so much less and so much more, so that all that waited don't come at once."""
LONGEST_RETRY_AFTER: Final = 2.0
"""Times the delay: what a receiver asks for beyond that is more than we wait."""
PAUSE_SECONDS: Final = 5 * 24 * HOUR
"""How long an endpoint may go without a success until it is paused."""
GONE: Final = 410
REFUSALS: Final = frozenset({400, 401, 403, 404, 405, 415})
"""Answers of a receiver that lives and doesn't want what it gets."""
REFUSES_AFTER: Final = 3
"""Attempts after which such an answer is said to be a refusal."""
BUSY: Final = frozenset({429, 503})
_SECONDS: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{0,9})?")
_LONGEST_DATE: Final = 64


def delay_before(attempts: int, chance: float, retry_after: float | None = None) -> float | None:
    """Seconds until the next attempt where so many have been made; None where there is none any more.

    `chance` is a random number from 0 to 1. What the receiver asks for is heeded from the delay to twice as long.
    """
    if attempts >= len(DELAYS):
        return None
    delay = DELAYS[attempts]
    if retry_after is not None:
        return min(max(retry_after, delay), delay * LONGEST_RETRY_AFTER)
    return delay * (1 - JITTER + 2 * JITTER * chance)


def retry_after(header: str | None, now: float) -> float | None:
    """The seconds that a receiver asks to be left alone: a number, or a date of HTTP; None where it says nothing.

    https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
    """
    said = (header or "").strip()
    if _SECONDS.fullmatch(said):
        return float(said)
    if not said or len(said) > _LONGEST_DATE:
        return None
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def is_outage(status_code: int | None) -> bool:
    """Whether an answer (None: there was none) says that the receiver can't take anything now."""
    return status_code is None or status_code >= 500 or status_code == 429
