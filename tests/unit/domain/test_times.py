"""Times: canonical, comparable as text, and never guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.domain.times import (
    Ambiguous,
    add_seconds,
    canonical,
    from_epoch,
    instant_or_none,
    parse_instant,
    parse_local,
    read_duration,
    read_instant,
    seconds_between,
)

PRAGUE = ZoneInfo("Europe/Prague")
CANONICAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-12-06T08:36:00.000Z", "2024-12-06T08:36:00.000Z"),
        ("2024-12-06T08:36:00Z", "2024-12-06T08:36:00.000Z"),
        ("2024-12-06t08:36:00z", "2024-12-06T08:36:00.000Z"),
        ("2024-12-06 08:36:00Z", "2024-12-06T08:36:00.000Z"),
        (" 2024-12-06T08:36:00Z\n", "2024-12-06T08:36:00.000Z"),
        ("2024-12-06T08:36Z", "2024-12-06T08:36:00.000Z"),
        ("2024-12-06T19:36:00+11:00", "2024-12-06T08:36:00.000Z"),
        ("2024-12-06T19:36:00+1100", "2024-12-06T08:36:00.000Z"),
        ("2024-12-06T00:36:00-08:00", "2024-12-06T08:36:00.000Z"),
        ("2024-12-06T08:36:00.123456789Z", "2024-12-06T08:36:00.123Z"),
        ("2024-12-06T08:36:00.9999Z", "2024-12-06T08:36:00.999Z"),
        ("20241206T083600Z", "2024-12-06T08:36:00.000Z"),
    ],
)
def test_instant(text: str, instant: str) -> None:
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "yesterday", "2024-12-06", "2024-12-06T08:36:00", "2024-13-06T08:36:00Z", "2024-12-06T25:00:00Z",
        "1780000000", "1780000000000", "0000-00-00 00:00:00", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59-14:00", "2024-12-06T08:36:60Z", "\x00", "06/12/2024 08:36Z",
        "2024-12-06T08:36:00ZZ", "2024-12-06T08:36:00+99:00",
    ],
)  # fmt: skip
def test_what_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # its text is nobody's business
        parse_instant(text)


@given(st.text(max_size=30))
def test_no_text_fails_otherwise(text: str) -> None:
    for parse in (parse_instant, lambda one: parse_local(one, PRAGUE)):
        try:
            assert CANONICAL.fullmatch(parse(text))
        except (ValueError, OverflowError):
            continue


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-15 12:00:00", "2026-01-15T11:00:00.000Z"),
        ("2026-07-15 12:00:00", "2026-07-15T10:00:00.000Z"),
        ("2026-07-15T12:00:00", "2026-07-15T10:00:00.000Z"),
        ("2026-03-29 01:59:59", "2026-03-29T00:59:59.000Z"),
        ("2026-03-29 03:00:00", "2026-03-29T01:00:00.000Z"),
        ("2026-10-25 01:59:59", "2026-10-24T23:59:59.000Z"),
        ("2026-10-25 03:00:00", "2026-10-25T02:00:00.000Z"),
        ("1971-01-01 12:00:00", "1971-01-01T11:00:00.000Z"),
        ("2026-07-15T12:00:00+00:00", "2026-07-15T12:00:00.000Z"),
        ("2026-07-15T12:00:00Z", "2026-07-15T12:00:00.000Z"),
        ("2026-07-15t12:00:00z", "2026-07-15T12:00:00.000Z"),
        ("2026-07-15 12:00:00 UTC", "2026-07-15T12:00:00.000Z"),
        ("2026-07-15 12:00:00 gmt", "2026-07-15T12:00:00.000Z"),
    ],
)
def test_local_time(text: str, instant: str) -> None:
    assert parse_local(text, PRAGUE) == instant


def test_the_hour_that_happens_twice_is_the_earlier_one() -> None:
    with pytest.raises(Ambiguous, match="local_time_twice") as caught:
        parse_local("2026-10-25 02:30:00", PRAGUE)
    assert (caught.value.instant, caught.value.problem) == ("2026-10-25T00:30:00.000Z", "local_time_twice")


def test_the_hour_that_never_happens_moves_forward() -> None:
    with pytest.raises(Ambiguous, match="local_time_missing") as caught:
        parse_local("2026-03-29 02:30:00", PRAGUE)
    assert (caught.value.instant, caught.value.problem) == ("2026-03-29T01:30:00.000Z", "local_time_missing")


@pytest.mark.parametrize("text", ["0000-00-00 00:00:00", "0001-01-01 00:00:00", "9999-12-31 23:59:59", "soon", ""])
def test_what_is_no_local_time(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_local(text, PRAGUE)


@given(
    st.datetimes(datetime(1971, 1, 2), datetime(9998, 1, 1)),  # noqa: DTZ001
    st.timedeltas(timedelta(hours=-14), timedelta(hours=14)),
)
def test_canonical_times_sort_as_text(moment: datetime, later_by: timedelta) -> None:
    one, other = moment.replace(tzinfo=UTC), (moment + later_by).replace(tzinfo=UTC)
    assert CANONICAL.fullmatch(canonical(one))
    if abs(later_by) >= timedelta(milliseconds=1):
        assert (canonical(one) < canonical(other)) is (one < other) or canonical(one) == canonical(other)
    assert parse_instant(canonical(one)) == canonical(one)


def test_arithmetic() -> None:
    assert from_epoch(1780000000.25) == "2026-05-28T20:26:40.250Z"
    assert add_seconds("2026-05-28T20:26:40.250Z", 0.75) == "2026-05-28T20:26:41.000Z"
    assert seconds_between("2026-05-28T20:26:40.250Z", "2026-05-28T20:27:00.000Z") == 19.75


@pytest.mark.usefixtures("in_tokyo")
def test_times_are_utc_wherever_they_are_read() -> None:
    assert canonical(datetime(2026, 5, 27, 12, 34, 56, tzinfo=UTC)) == MAY
    assert from_epoch(1779885296) == MAY
    assert parse_local("2026-07-15 12:00:00", PRAGUE) == "2026-07-15T10:00:00.000Z"
    with pytest.raises(Ambiguous, match="local_time_missing"):
        parse_local("2026-03-29 02:30:00", PRAGUE)


MAY = "2026-05-27T12:34:56.000Z"


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2026-05-27T12:34:56.000Z", MAY),
        ("2026-05-27T14:34:56+02:00", MAY),
        ("2026-05-27T12:34:56", MAY),
        ("2026-05-27 12:34:56", MAY),
        ("2026-05-27 12:34:56 UTC", MAY),
        ("2026-05-27T12:34:56." + "0" * 44, MAY),
        ("2026-05-27 12:34:56 gmt", MAY),
        ("2026-05-27 14:34:56 +0200", MAY),
        ("2026-05-27 14:34:56 +02:00", MAY),
        ("2026-05-27T14:34:56+02:00[Europe/Prague]", MAY),
        ("2026-05-27 14:34:56.000+02:00[!Europe/Prague][u-ca=gregory]", MAY),
        ("2026-05-27T12:34:56Z[Etc/UTC]", MAY),
        ("2026-05-27", "2026-05-27T00:00:00.000Z"),
        (1779885296, MAY),
        (1779885296.0, MAY),
        ("1779885296", MAY),
        (" 1779885296 ", MAY),
        ("1779885296.000", MAY),
        (1779885296123, "2026-05-27T12:34:56.123Z"),
        ("1779885296123", "2026-05-27T12:34:56.123Z"),
        (1779885296123456, "2026-05-27T12:34:56.123Z"),
        (1779885296123456789, "2026-05-27T12:34:56.123Z"),
        (1779885296.5, "2026-05-27T12:34:56.500Z"),
        (19_999_999_999, "2603-10-11T11:33:19.000Z"),
        ("Wed, 27 May 2026 12:34:56 +0000", MAY),
        ("Wed, 27 May 2026 14:34:56 +0200", MAY),
        ("wed, 27 may 2026 12:34:56 gmt", MAY),
        ("27 May 2026 12:34:56 UT", MAY),
        ("27 May 2026 12:34:56 -0000", MAY),
        ("Wed, 27 May 2026 12:34 UTC", "2026-05-27T12:34:00.000Z"),
        ("Fri,  1 May 2026 12:34:56 GMT", "2026-05-01T12:34:56.000Z"),
        ({"_seconds": 1779885296, "_nanoseconds": 0}, MAY),
        ({"_seconds": 1779885296, "_nanoseconds": 250_000_000}, "2026-05-27T12:34:56.250Z"),
        ({"_seconds": "1779885296"}, MAY),
        ({"_seconds": "1779885296." + "0" * 53}, MAY),
        ({"seconds": 1779885296, "nanos": 5_000_000}, "2026-05-27T12:34:56.005Z"),
        ({"seconds": 1779885296, "nanoseconds": None}, MAY),
        ({"$date": "2026-05-27T12:34:56Z"}, MAY),
        ({"$date": 1779885296000}, MAY),
        ({"$date": {"$numberLong": "1779885296000"}}, MAY),
    ],
    ids=repr,
)
def test_a_time_is_read_in_every_form_that_apis_give_it(value: object, instant: str) -> None:
    assert read_instant(value) == instant


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -1,
        17,
        1e400,
        float("nan"),
        10**30,
        20_000_000_000,
        -1779885296,
        "",
        " ",
        "soon",
        "17",
        "9" * 400,
        "9" * 21,
        "-1779885296",
        "1e400",
        [],
        [1779885296],
        {},
        {"_seconds": None},
        {"_seconds": True},
        {"_seconds": "x"},
        {"_seconds": 1, "_nanoseconds": 0},
        {"_seconds": [1]},
        {"seconds": 1779885296, "zone": "x"},
        {"_seconds": "9" * 400},
        {"_seconds": "1779885296." + "0" * 54},
        {"$date": None},
        {"$date": {"$date": {"$date": 1779885296000}}},
        {"$date": {"$numberLong": {"$date": 1779885296000}}},
        {"$date": 1779885296000, "zone": "x"},
        "1970-01-01T00:00:00",
        "9999-12-31T23:59:59",
        "0000-00-00 00:00:00",
        "2026-05-27T25:00:00",
        "x" * 100_000,
        "2026-05-27T12:34:56." + "0" * 45,
        "2026-05-27T12:34:56[Europe/Prague]",
        "2026-05-27T12:34:56Z[]",
        "2026-05-27T12:34:56Z[Europe/Prague",
        "Tue, 27 May 2026 12:34:56 +0000",
        "Wed, 27 May 2026 12:34:56",
        "Wed, 27 May 2026 12:34:56 EST",
        "Wed, 27 Mai 2026 12:34:56 +0000",
        "Wed, 32 May 2026 12:34:56 +0000",
        "Wed, 27 May 26 12:34:56 +0000",
        "Wed, 27 May 2026 25:34:56 +0000",
        "Wed, 27 May 2026 12:34:56 +9900",
        "Wednesday, 27 May 2026 12:34:56 GMT",
        "Wed, 27 May 2026 12:34:56 +0000 (UTC)",
        "Wed, 27-May-2026 12:34:56 GMT",
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_time_in_any_form(value: object) -> None:
    with pytest.raises((ValueError, OverflowError)):
        read_instant(value)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (37, 37),
        (37.5, 38),
        (14.4, 14),
        ("14.6", 15),
        ("37", 37),
        (" 37 ", 37),
        ("65s", 65),
        ("65 s", 65),
        ("65 sec", 65),
        ("65 seconds", 65),
        ("1 second", 1),
        ("00:01:05", 65),
        ("1:05", 65),
        ("01:00:00", 3600),
        ("00:00:14.6", 15),
        ("PT37S", 37),
        ("PT1M5S", 65),
        ("pt1h", 3600),
        ("PT14.6S", 15),
        ("PT1H0M1,4S", 3601),
        (366 * 86_400, 366 * 86_400),
        (0, 0),
        ("0", 0),
        ("00:00", 0),
    ],
    ids=repr,
)
def test_a_duration_is_whole_seconds(value: object, seconds: int) -> None:
    assert read_duration(value) == seconds


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -1,
        "-1",
        "",
        "long",
        "1:75",
        "1:2:3:4",
        1e400,
        float("nan"),
        "9" * 400,
        10**12,
        366 * 86_400 + 1,
        {},
        [37],
        "1m",
        ":05",
        "PT",
        "P1D",
        "PT5",
        "PT-5S",
        "PT99999H",
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_duration(value: object) -> None:
    with pytest.raises((ValueError, OverflowError)):
        read_duration(value)


def test_a_value_that_is_no_time_is_none() -> None:
    values: list[object] = [None, True, [], {}, "yesterday", 1779885296]
    assert [instant_or_none(value) for value in values] == [None] * 5 + ["2026-05-27T12:34:56.000Z"]


@pytest.mark.parametrize("text", ["1779885296", " 1779885296000 ", "Wed, 27 May 2026 14:34:56 +0200"])
def test_a_time_that_says_its_zone_is_the_same_in_every_other(text: str) -> None:
    assert parse_local(text, ZoneInfo("Europe/Prague")) == "2026-05-27T12:34:56.000Z"
