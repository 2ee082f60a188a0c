"""Times: every one is RFC 3339 UTC with milliseconds and Z, which also sorts as text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

FUTURE_SECONDS: Final = 300.0
"""How far another's clock may be ahead of ours: what is told of a later moment has not happened."""
_EARLIEST_YEAR: Final = 1971
_LATEST: Final = datetime(9999, 12, 30, tzinfo=UTC)
_LATEST_SECONDS: Final = 20_000_000_000.0
"""The year 2603: a number up to here is in seconds. In milliseconds it would be a day of 1970."""
_LARGEST: Final = _LATEST_SECONDS * 1e9
_LONGEST_TEXT: Final = 64
_LONGEST_SECONDS: Final = 366 * 86_400
_NUMBER: Final = re.compile(r"\d{9,20}(?:\.\d{1,20})?")
"""Fewer digits would be a date."""
_ZONE: Final = re.compile(r"(?<=\d) ?(?:UTC|GMT)$|(?<=\d) ([+-]\d\d:?\d\d)$")
"""An offset that is set apart; a zone's name is left away, for it is the one that stands for none."""
_ZONE_NAME: Final = re.compile(r"(?:(?<=Z)|(?<=[+-]\d\d:\d\d))(?:\[!?[A-Z0-9/_+=-]{1,40}\]){1,2}$")
"""What RFC 9557 has behind an offset: `[EUROPE/PRAGUE]`. The offset tells the instant."""
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_MAIL_DATE: Final = re.compile(
    rf"(?:({'|'.join(_DAYS)}), {{0,2}})?(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d:\d\d(?::\d\d)?)"
    r" (?:([+-]\d\d)(\d\d)|GMT|UTC?)",
    re.ASCII,
)
"""A date of an e-mail or of HTTP (RFC 5322, 3.3; RFC 9110, 5.6.7), in capitals: `TUE, 01 APR 2025 12:00:00 +0000`."""
_CLOCK: Final = re.compile(r"\d{1,4}(?::[0-5]\d){1,2}(?:\.\d{1,9})?")
_ISO_DURATION: Final = re.compile(r"pt(?=\d)(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,9}(?:[.,]\d{1,9})?)s)?")
"""Hours, minutes and seconds (ISO 8601; RFC 3339, appendix A): `PT1M5S`, in small letters."""
_SECONDS: Final = re.compile(r"(\d{1,12}(?:\.\d{1,20})?)(?: ?(?:s|sec|secs|seconds?))?")


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


def parse_instant(text: str) -> str:
    """A canonical timestamp from ISO 8601 / RFC 3339 text with an offset. ValueError if it can't be read."""
    moment = datetime.fromisoformat(text.strip().upper())  # RFC 3339 allows t and z
    if moment.tzinfo is None:
        raise ValueError("no offset")
    return _instant(moment)


def _instant(moment: datetime) -> str:
    if moment.year < _EARLIEST_YEAR or moment > _LATEST:
        raise ValueError("out of range")
    return canonical(moment)


def read_instant(value: object) -> str:
    """A canonical timestamp from a time in any of the forms that JSON APIs give it. ValueError if it can't be read.

    ISO 8601 with an offset or without (then UTC, which is what the vendors say that they write), a zone's name behind
    the offset or not (RFC 9557); seconds since 1970, or milli-, micro- or nanoseconds, as a number or in digits;
    `Tue, 01 Apr 2025 12:00:00 +0000`, as e-mails and HTTP have it (RFC 5322, which came after RFC 2822); `{"_seconds",
    "_nanoseconds"}` and `{"seconds", "nanos"}`, as Firestore and Protocol Buffers write them; `{"$date"}`, as MongoDB's
    extended JSON does.
    """
    if isinstance(value, str):
        return _from_text(value.strip())
    if isinstance(value, Mapping):
        return _from_parts(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("no time")
    return _from_number(value)


@lru_cache(maxsize=64)  # a mapping reads each time of an answer about twice: as a field, and as what was observed when
def _from_text(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise ValueError("too long to be a time")
    if _NUMBER.fullmatch(text):
        return _from_number(float(text))
    capitals = text.upper()
    if mail := _MAIL_DATE.fullmatch(capitals):
        return _from_mail(mail)
    moment = datetime.fromisoformat(_ZONE.sub(r"\1", _ZONE_NAME.sub("", capitals)))
    return _instant(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))


def _from_mail(date: re.Match[str]) -> str:
    """An instant from the date of an e-mail. A weekday that is not the date's makes both doubtful: ValueError.

    Our own reader: the standard library's takes any text for some date, and for another one in each release.
    """
    weekday, day, month, year, clock, hours, minutes = date.groups()
    offset = f"{hours}:{minutes}" if hours else "+00:00"
    moment = datetime.fromisoformat(f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02}T{clock}{offset}")
    if weekday is not None and _DAYS[moment.weekday()] != weekday:
        raise ValueError("not the date's weekday")
    return _instant(moment)


def _from_number(number: float) -> str:
    """An instant from the epoch, in the unit that its size tells: none of them reaches into another's range."""
    if not 0 < number < _LARGEST:  # inf and nan, too
        raise ValueError("out of range")
    while number >= _LATEST_SECONDS:
        number /= 1000
    return _instant(datetime.fromtimestamp(number, UTC))


def _from_parts(parts: Mapping[str, object]) -> str:
    if set(parts) == {"$date"}:
        return _from_mongo(parts["$date"])
    for seconds, nanoseconds in (("_seconds", "_nanoseconds"), ("seconds", "nanos"), ("seconds", "nanoseconds")):
        whole, rest = parts.get(seconds), parts.get(nanoseconds) or 0
        if whole is not None and set(parts) <= {seconds, nanoseconds}:
            return _from_number(_seconds(whole) + _seconds(rest) / 1e9)
    raise ValueError("no time")


def _from_mongo(date: object) -> str:
    """An instant from the value of `$date`: a text, milliseconds, or `{"$numberLong": "…"}`."""
    value = date.get("$numberLong") if isinstance(date, Mapping) else date
    if isinstance(value, Mapping):
        raise ValueError("no time")
    return read_instant(value)


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)) > _LONGEST_TEXT:
        raise ValueError("no number")
    return float(value)


def read_duration(value: object) -> int:
    """Whole seconds, rounded, from a number, digits, `1:05`, `00:01:05`, `PT1M5S` or `65s`. ValueError if it can't be
    read."""
    if not isinstance(value, int | float | str):
        raise ValueError("no duration")
    text = str(value).strip().casefold()
    if iso := _ISO_DURATION.fullmatch(text):
        seconds = _sum([float((part or "0").replace(",", ".")) for part in iso.groups()])
    elif _CLOCK.fullmatch(text):
        seconds = _sum([float(part) for part in text.split(":")])
    else:
        number = _SECONDS.fullmatch(text)
        if number is None:
            raise ValueError("no duration")
        seconds = float(number[1])
    if not 0 <= seconds <= _LONGEST_SECONDS:
        raise ValueError("out of range")
    return int(seconds + 0.5)


def _sum(parts: Sequence[float]) -> float:
    """Seconds of parts that are each sixty of the next."""
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + part
    return seconds


def instant_or_none(value: object) -> str | None:
    """`read_instant` of any JSON value; None where it is no time that can be read."""
    try:
        return read_instant(value)
    except (ValueError, OverflowError):
        return None


def parse_local(text: str, zone: ZoneInfo) -> str:
    """A canonical timestamp from local time without offset (`YYYY-MM-DD HH:MM:SS`, blank or T between).

    An autumn hour that happens twice is taken as the earlier instant, a spring hour that never happens moves
    forward: both raise Ambiguous, which carries the instant. A time with an offset, and a number since 1970, are the
    same everywhere. ValueError if the text can't be read.
    """
    if _is_moment(text.strip().upper()):
        return read_instant(text)
    moment = datetime.fromisoformat(text.strip().upper())
    if moment.tzinfo is not None:
        return parse_instant(text)
    if not _EARLIEST_YEAR <= moment.year < _LATEST.year:
        raise ValueError("out of range")
    earlier = moment.replace(tzinfo=zone)
    later = moment.replace(tzinfo=zone, fold=1)
    instant = canonical(earlier)
    if earlier.utcoffset() == later.utcoffset():
        return instant
    exists = earlier.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment
    raise Ambiguous(instant, "local_time_twice" if exists else "local_time_missing")


def _is_moment(text: str) -> bool:
    """Whether a text in capitals is a time that is the same everywhere, in a form that ISO 8601 has not."""
    return bool(_NUMBER.fullmatch(text) or _MAIL_DATE.fullmatch(text)) or text.endswith((" UTC", " GMT"))


def add_seconds(timestamp: str, seconds: float) -> str:
    """A canonical timestamp moved by seconds."""
    return canonical(datetime.fromisoformat(timestamp) + timedelta(seconds=seconds))
