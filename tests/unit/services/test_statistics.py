"""Statistics: every figure equals a plain count over what is exported."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import pytest

from message_detail.adapters.aws.counts import CountedDay
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.message import Channel, Direction
from message_detail.domain.statistics.days import add_days, day_of
from message_detail.domain.statistics.report import Sum, seconds_of, wilson
from message_detail.domain.statistics.tally import Group, Tally
from message_detail.providers import load, names
from message_detail.services import statistics
from message_detail.services.stats_request import DIMENSIONS, RecountRequest, StatsParameters
from tests.unit.conftest import Clock
from tests.unit.samples import NOW
from tests.unit.services.numbers_case import (
    ACCOUNTS,
    DAY,
    NumbersWorld,
    counted_plainly,
    day_listed,
    nearest_rank,
    random_state,
)

MESSAGES: Final = int(os.environ.get("NUMBERS_MESSAGES", "2000"))
"""By hand: `NUMBERS_MESSAGES=20000`."""
TODAY = day_of(NOW)
FIRST = add_days(TODAY, -3)
REPORTING: Final = frozenset(name for name in names() if load(name).reports_delivery)
WITHIN: Final = (10, 60, 300)


class Counted:
    """Thousands of random messages of three days, counted."""

    def __init__(self) -> None:
        self.world = NumbersWorld(Clock())
        turn = random.Random(20_260_601)
        for number in range(MESSAGES):
            self.world.keep(random_state(turn, number, NOW - 3 * DAY, 3))
        self.world.recount(FIRST, TODAY)
        self.messages = self.world.export()
        assert len(self.messages) == MESSAGES


@pytest.fixture(scope="module")
def counted() -> Counted:
    return Counted()


def group_of(message: Mapping[str, Any], country: str | None) -> dict[str, str | None]:
    return {
        "day": day_listed(message),
        "provider": message["provider"],
        "account": message["account"],
        "channel": message["channel"],
        "direction": message["direction"],
        "country": country,
    }


COUNTRIES: Final = {"+61": "AU", "+42": "CZ", "+12": "US", "+44": "GB", "+33": "FR"}


def country_of(message: Mapping[str, Any]) -> str | None:
    others = {"outbound": message["to"][0], "inbound": message["from"]}
    address = (others.get(message["direction"]) or {}).get("address") or ""
    return COUNTRIES.get(address[:3])


def says(total: Sum) -> dict[str, Any]:
    """A row's figures in the form of the plain count; its percentiles apart."""
    counted = total.counted
    return {
        "messages": counted.messages,
        "by_status": dict(counted.by_status),
        "decided": counted.decided,
        "delivered": counted.delivered,
        "failed": counted.failed,
        "undecided": counted.undecided,
        "uncertain": counted.uncertain,
        "failures": {(one.category, one.permanence): one.count for one in total.failures()},
        "segments": counted.segments,
        "cost": {one.unit: Decimal(one.amount) for one in total.cost()},
        "drift": counted.drift,
        "replied": counted.replied,
        "opted_out": counted.opted_out,
    }


def check(total: Sum, messages: Sequence[Mapping[str, Any]]) -> None:
    plain = counted_plainly(messages, REPORTING)
    rate, times = plain.pop("rate"), plain.pop("times")
    assert says(total) == plain
    assert (total.delivery_rate is None) == (rate is None) == (total.no_rate is not None)
    if rate is not None and total.delivery_rate is not None and total.delivery_rate_interval is not None:
        assert abs(Fraction(total.delivery_rate) - rate) <= Fraction(1, 10**6)
        low, high = map(Fraction, total.delivery_rate_interval)
        assert low <= rate <= high
    for one in total.cost():
        assert (one.per_delivered is None) == (not plain["delivered"])
        if one.per_delivered is not None:
            assert abs(Decimal(one.per_delivered) * plain["delivered"] - plain["cost"][one.unit]) <= plain["delivered"]
    seconds = asdict(seconds_of(total.counted.to_delivered))
    assert seconds.pop("n") == len(times)
    for limit in WITHIN:
        assert seconds.pop(f"within_{limit}") == sum(time <= limit for time in times)
    for name, found in seconds.items():
        exact = nearest_rank(times, int(name[1:])) if times else None
        assert (found is None) == (exact is None)
        if found is not None and exact is not None:
            assert abs(found - exact) <= 0.02 * exact


@pytest.mark.parametrize(
    "grouped",
    ["", "day", "provider", "provider,account", "channel,direction", "country", ",".join(DIMENSIONS)],
    ids=lambda names: names or "all",
)
def test_every_figure_equals_a_plain_count_over_the_export(counted: Counted, grouped: str) -> None:
    asked = {"from": FIRST, "to": TODAY, **({"group_by": grouped} if grouped else {})}
    rows = counted.world.ask(**asked).rows
    by_group: dict[tuple[str | None, ...], list[Mapping[str, Any]]] = {}
    for message in counted.messages:
        of = group_of(message, country_of(message))
        values = tuple(of[name] if name in grouped.split(",") else None for name in DIMENSIONS)
        by_group.setdefault(values, []).append(message)
    assert {tuple(of.values()) for of, _ in rows} == set(by_group)
    for of, total in rows:
        check(total, by_group[tuple(of.values())])


@pytest.mark.parametrize(
    "wanted",
    [
        {"provider": "samva"},
        {"provider": "samva", "account": "other"},
        {"provider": "carecloud"},
        {"channel": "sms", "direction": "outbound"},
        {"country": "AU"},
        {"provider": "cellcast", "country": "CZ", "direction": "inbound"},
    ],
    ids=str,
)
def test_a_filter_leaves_what_it_names(counted: Counted, wanted: dict[str, str]) -> None:
    ((_, total),) = counted.world.ask(**{"from": FIRST, "to": TODAY}, **wanted).rows
    left = [one for one in counted.messages if wanted.items() <= group_of(one, country_of(one)).items()]
    check(total, left)


def test_days_are_summed_up_as_they_are_asked_for(counted: Counted) -> None:
    day = add_days(TODAY, -1)
    ((_, total),) = counted.world.ask(**{"from": day, "to": day}).rows
    check(total, [one for one in counted.messages if day_listed(one) == day])


def test_how_we_learned_of_it_is_told_of_every_message_that_was_learned_of(counted: Counted) -> None:
    ((_, total),) = counted.world.ask(**{"from": FIRST, "to": TODAY}).rows
    assert sum(total.learned_by().values()) == MESSAGES
    assert set(total.learned_by()) == {"lookup", "webhook", "refresh", "sync", "reconcile"}
    assert 0 < seconds_of(total.counted.to_know).n < MESSAGES


def test_a_request_asks_the_table_once_for_each_account_and_no_more(counted: Counted) -> None:
    before = counted.world.dynamodb.requests.copy()
    counted.world.ask(**{"from": FIRST, "to": TODAY, "group_by": "day,country"})
    made = counted.world.dynamodb.requests - before
    assert made == {"query": len(ACCOUNTS) + 2 * len(names())}, "accounts, counts, recounts under way"


def test_too_many_counts_are_refused_and_it_is_said_what_to_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    world = NumbersWorld(Clock())
    group = Group(Channel.SMS, Direction.OUTBOUND, "AU")
    world.counts.replace(CountedDay("samva", "main", TODAY, "2026-06-01T12:00:00.000Z", {group: Tally(messages=1)}))
    monkeypatch.setattr(statistics, "MOST_ROWS", 0)
    with pytest.raises(InvalidRequest, match="ask for fewer days"):
        world.ask(**{"from": TODAY})


def test_why_there_is_no_rate() -> None:
    total, outbound = Sum(), Tally(messages=2, decided=2, delivered=1)
    assert _rate(total) == ("no_outbound", None)
    total.add(Tally(messages=1), outbound=False, reports_delivery=True)
    assert _rate(total) == ("no_outbound", None)
    total.add(outbound, outbound=True, reports_delivery=False)
    assert _rate(total) == ("never_reported", None)
    total.add(Tally(messages=1), outbound=True, reports_delivery=True)
    assert _rate(total) == ("nothing_decided", None)
    total.add(outbound, outbound=True, reports_delivery=True)
    assert _rate(total) == (None, "0.500000")
    assert total.counted.delivered == 2


def _rate(total: Sum) -> tuple[str | None, str | None]:
    assert (total.delivery_rate is None) == (total.delivery_rate_interval is None)
    return total.no_rate, total.delivery_rate


@pytest.mark.parametrize(
    ("part", "whole", "interval"),
    [(0, 1, ("0.000000", "0.793451")), (1, 1, ("0.206549", "1.000000")), (81, 263, ("0.255289", "0.366210"))],
)
def test_wilsons_interval_is_as_published(part: int, whole: int, interval: tuple[str, str]) -> None:
    """81 of 263: Newcombe, Statistics in Medicine 17 (1998), table I: 0.2553 to 0.3662."""
    assert wilson(part, whole) == interval


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"from": "2026-13-01"}, "from: must be a day, like 2026-11-01"),
        ({"from": "2026-1-1"}, "from: must be a day"),
        ({"to": "9999-12-31"}, "to: must be a day"),
        ({"from": "2026-06-02", "to": "2026-06-01"}, "to: must not be before from"),
        ({"from": "2025-01-01", "to": "2026-01-02"}, "to: must be at most 366 days"),
        ({"from": "2020-01-01"}, "from: must be within the last 366 days"),
        ({"account": "default"}, "account: goes with provider only"),
        ({"provider": "nobody"}, "provider: must be one of"),
        ({"channel": "fax"}, "channel: must be one of"),
        ({"direction": "up"}, "direction: must be one of"),
        ({"country": "au"}, "country: must be a country's two capital letters"),
        ({"group_by": "day,week"}, "group_by: must be one or several of day, provider"),
        ({"group_by": ""}, "group_by: must not be empty"),
        ({"since": "2026-01-01"}, "unknown parameter 'since'; known are: from, to, provider"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_parameters_are_refused_with_what_they_must_be(parameters: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        StatsParameters.read(parameters).days(TODAY)
    assert refused.value.detail.startswith(said)
    assert refused.value.status == 400


def test_a_year_of_366_days_is_summed_up() -> None:
    assert StatsParameters.read({"from": "2024-01-01", "to": "2024-12-31"}).days(TODAY) == ("2024-01-01", "2024-12-31")
    assert StatsParameters.read({}).days(TODAY) == (add_days(TODAY, -6), TODAY)


@pytest.mark.parametrize("body", [{}, {"from": TODAY}, {"from": TODAY, "to": 1}, {"from": TODAY, "to": "x"}], ids=str)
def test_a_recount_is_asked_for_with_both_days(body: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="must be"):
        RecountRequest.read(body)
