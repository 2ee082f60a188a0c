"""Times: every one is RFC 3339 UTC with milliseconds and Z, which also sorts as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_EARLIEST_YEAR: Final = 1971
_LATEST: Final = datetime(9999, 12, 30, tzinfo=UTC)


class Ambiguous(ValueError):
    """A local time that is two instants or none; `instant` is the one chosen."""

    def __init__(self, instant: str, problem: str) -> None:
        super().__init__(problem)
        self.instant = instant
        self.problem = problem


def canonical(moment: datetime) -> str:
    """An aware moment as a canonical timestamp."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def from_epoch(seconds: float) -> str:
    """Seconds since 1970 (UTC) as a canonical timestamp."""
    return canonical(datetime.fromtimestamp(seconds, UTC))


def to_epoch(timestamp: str) -> float:
    """A canonical timestamp as seconds since 1970 (UTC)."""
    return datetime.fromisoformat(timestamp).timestamp()


def seconds_between(earlier: str, later: str) -> float:
    """Seconds from one canonical timestamp to another."""
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


@lru_cache(maxsize=64)  # a mapping reads each time of an answer about twice: as a field, and as what was observed when
def parse_instant(text: str) -> str:
    """A canonical timestamp from ISO 8601 / RFC 3339 text with an offset. ValueError if it can't be read."""
    moment = datetime.fromisoformat(text.strip().upper())  # RFC 3339 allows t and z
    if moment.tzinfo is None:
        raise ValueError("no offset")
    if moment.year < _EARLIEST_YEAR or moment > _LATEST:
        raise ValueError("out of range")
    return canonical(moment)


def instant_or_none(value: object) -> str | None:
    """`parse_instant` of any JSON value; None where it is no time that can be read."""
    try:
        return parse_instant(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def parse_local(text: str, zone: ZoneInfo) -> str:
    """A canonical timestamp from local time without offset (`YYYY-MM-DD HH:MM:SS`, blank or T between).

    An autumn hour that happens twice is taken as the earlier instant, a spring hour that never happens moves
    forward: both raise Ambiguous, which carries the instant. ValueError if the text can't be read.
    """
    moment = datetime.fromisoformat(text.strip().upper())
    if moment.tzinfo is not None:
        return parse_instant(text)
    if not _EARLIEST_YEAR <= moment.year < _LATEST.year:
        raise ValueError("out of range")
    earlier = moment.replace(tzinfo=zone, fold=0)
    later = moment.replace(tzinfo=zone, fold=1)
    instant = canonical(earlier)
    if earlier.utcoffset() == later.utcoffset():
        return instant
    exists = earlier.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment
    raise Ambiguous(instant, "local_time_twice" if exists else "local_time_missing")


def add_seconds(timestamp: str, seconds: float) -> str:
    """A canonical timestamp moved by seconds."""
    return canonical(datetime.fromisoformat(timestamp) + timedelta(seconds=seconds))
