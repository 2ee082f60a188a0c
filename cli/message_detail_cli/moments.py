"""Times as people read and write them: how long ago, in local time, `2h` or `yesterday`."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from message_detail.domain.times import canonical, parse_instant

_UNITS: Final = {"s": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_AGO: Final = re.compile(r"([0-9]{1,5}) ?(s|min|m|h|d|w)(?: ago)?")
_DAYS: Final = {"today": 0, "yesterday": 1}
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
HELP: Final = "2026-06-01T00:00:00Z, or 30min, 2h, 7d ago, or today, yesterday, 2026-06-01 by this machine's clock"


def now() -> datetime:
    """This moment, in the zone of this machine."""
    return datetime.now().astimezone()


def local(moment: datetime) -> datetime:
    """A moment in the zone of this machine, with the offset that it has then."""
    return moment.astimezone()


def instant(text: str) -> str:
    """A time that is given as such, as one so long ago, or as a day, which begins when it does here."""
    word = text.strip().lower()
    try:
        if ago := _AGO.fullmatch(word):
            return parse_instant((now() - timedelta(seconds=int(ago[1]) * _UNITS[ago[2]])).isoformat())
        if word in _DAYS:
            return _day(now().date() - timedelta(days=_DAYS[word]))
        if _DATE.fullmatch(word):
            return _day(date.fromisoformat(word))
        return parse_instant(text)
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise argparse.ArgumentTypeError(f"give a time with an offset, such as {HELP}") from None


def deadline(text: str) -> str:
    """A time to come: as such, in so long, or as a day, which begins when it does here."""
    word = text.strip().lower()
    try:
        if length := _AGO.fullmatch(word):
            end = canonical(now() + timedelta(seconds=int(length[1]) * _UNITS[length[2]]))
        elif _DATE.fullmatch(word):
            end = _day(date.fromisoformat(word))
        else:
            end = parse_instant(text)
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise argparse.ArgumentTypeError("give 12h, 90d, 2027-01-31 or 2027-01-31T00:00:00Z") from None
    if end <= canonical(now()):
        raise argparse.ArgumentTypeError(f"{end} is over: give a time to come")
    return end


def told(text: str) -> str:
    """An instant beside its local time and how long ago it was; what is none stays as it is."""
    moment = _read(text)
    if moment is None:
        return text
    here = local(moment)
    beside = "" if here.utcoffset() == timedelta(0) else f", {_clock(here, moment)} {here.tzname()}"
    return f"{_utc(moment)}{beside}, {ago(moment)}"


def told_shortly(text: str) -> str:
    """An instant and how long ago it was; what is none stays as it is."""
    moment = _read(text)
    return text if moment is None else f"{_utc(moment)}, {ago(moment)}"


def ago(moment: datetime) -> str:
    """How long ago a moment was, or in how long it will be."""
    seconds = (now() - moment).total_seconds()
    length = _length(abs(seconds))
    return f"in {length}" if seconds < 0 else f"{length} ago"


def _length(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size or (unit == "min" and seconds >= size):
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _clock(here: datetime, moment: datetime) -> str:
    return here.strftime("%H:%M:%S" if here.date() == moment.date() else "%Y-%m-%d %H:%M:%S")


def _read(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text.endswith("Z") else None
    except ValueError:
        return None


def _day(day: date) -> str:
    return canonical(local(datetime.combine(day, time())))
