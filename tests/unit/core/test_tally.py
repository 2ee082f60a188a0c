"""What is counted in the table: drift, dead letters, accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from message_detail import tally as tally_module
from message_detail.message import Drift
from message_detail.tally import DAY, NOTED_SECONDS, AccountState, Tally, sample_of
from message_detail.times import from_epoch
from tests.unit.core.conftest import TABLE, Calls, Clock
from tests.unit.core.samples import T0, account

STATUS = Drift(path="status", problem="unknown_value", value="teleported")
FIELD = Drift(path="data.new#field", problem="unknown_field")


@pytest.fixture
def tally(dynamodb: Any, clock: Clock) -> Tally:
    return Tally(dynamodb, TABLE, now=clock)


def test_drift_is_counted_per_provider_path_and_problem(tally: Tally, clock: Clock) -> None:
    tally.drift("cellcast", [STATUS, FIELD])
    clock.now += 60
    tally.drift("cellcast", [STATUS, Drift(path="status", problem="wrong_type", value="7")])
    tally.drift("samva", [STATUS])
    rows = {(row.path, row.problem): row for row in tally.drift_seen("cellcast")}
    assert {key: row.count for key, row in rows.items()} == {
        ("status", "unknown_value"): 2,
        ("status", "wrong_type"): 1,
        ("data.new#field", "unknown_field"): 1,
    }
    assert rows[("status", "unknown_value")].last_seen == from_epoch(clock.now)
    assert rows[("data.new#field", "unknown_field")].last_seen == T0
    assert rows[("data.new#field", "unknown_field")].sample is None
    assert [row.last_seen for row in tally.drift_seen("cellcast")] == [from_epoch(clock.now)] * 2 + [T0]
    assert [row.count for row in tally.drift_seen("samva")] == [1]


def test_the_first_sample_stays(tally: Tally) -> None:
    for word in ("teleported", "beamed"):
        tally.drift("cellcast", [Drift(path="status", problem="unknown_value", value=word)])
    assert [(row.count, row.sample) for row in tally.drift_seen("cellcast")] == [(2, "teleported")]


def test_drift_of_the_last_day_is_by_sort(tally: Tally, clock: Clock) -> None:
    tally.drift("cellcast", [STATUS, STATUS, FIELD])
    clock.now += DAY - 1
    assert tally.drift_of_last_day("cellcast") == 2
    tally.drift("cellcast", [FIELD])
    clock.now += 1
    assert tally.drift_of_last_day("cellcast") == 1
    assert len(tally.drift_seen("cellcast")) == 2


@pytest.mark.parametrize(
    ("problem", "value", "shown"),
    [
        ("unknown_value", "to be beamed", "to be beamed"),
        ("unknown_value", "17", "17"),
        ("unknown_value", "+61491570156", "+00000000000"),
        ("unknown_value", "user61491570156", "aaaa00000000000"),
        ("unknown_value", "ada@example.com", "aaa@aaaaaaa.aaa"),
        ("unknown_value", "Hello, your code is 4711", "aaaaa, aaaa aaaa aa 0000"),
        ("wrong_type", "Ada Example", "aaa aaaaaaa"),
        ("wrong_type", "4711", "0000"),
        ("unreadable_time", "31.12.2026", "00.00.0000"),
        ("wrong_type", "Žluťoučký ½", "aaaaaaaaa 0"),
        ("wrong_type", "x" * 100, "a" * 40),
        ("unknown_field", None, ""),
    ],
)
def test_a_sample_shows_words_of_enums_and_of_all_else_the_shape(problem: str, value: str | None, shown: str) -> None:
    assert sample_of(Drift(path="p", problem=problem, value=value)) == shown


def test_a_path_of_any_length_is_counted(tally: Tally) -> None:
    tally.drift("cellcast", [Drift(path="p" * 5_000, problem="unknown_field")])
    assert [len(row.path) for row in tally.drift_seen("cellcast")] == [200]


def test_dead_letters_are_counted_for_a_day(tally: Tally, clock: Clock) -> None:
    for _ in range(3):
        tally.dead("cellcast")
    clock.now += 3_600
    tally.dead("cellcast")
    assert (tally.dead_of_last_day("cellcast"), tally.dead_of_last_day("samva")) == (4, 0)
    clock.now += DAY - 3_600
    assert tally.dead_of_last_day("cellcast") == 1


def test_accounts_tell_how_they_fared(tally: Tally, clock: Clock) -> None:
    assert tally.accounts("cellcast") == []
    tally.went_well(account())
    clock.now += 10
    tally.went_wrong(account(), "rate_limited")
    assert tally.accounts("cellcast") == [AccountState("default", T0, from_epoch(clock.now), "rate_limited")]


def test_the_regions_of_accounts_stay_known_once_they_were_used(tally: Tally) -> None:
    tally.went_well(replace(account(), default_region=None))
    assert sorted(tally.regions("cellcast")) == []
    for name, region in (("a", "AU"), ("b", "nz"), ("c", "AU")):
        tally.went_well(replace(account(), name=name, default_region=region))
    assert sorted(tally.regions("cellcast")) == ["AU", "NZ"]
    tally.went_wrong(replace(account(), name="a"), "rate_limited")
    assert (sorted(tally.regions("cellcast")), sorted(tally.regions("samva"))) == (["AU", "NZ"], [])


def test_success_is_noted_once_a_minute_and_after_every_error(dynamodb: Any, clock: Clock) -> None:
    calls = Calls(dynamodb)
    tally = Tally(calls, TABLE, now=clock)
    for _ in range(5):
        tally.went_well(account())
    assert len(calls.made) == 1
    clock.now += NOTED_SECONDS
    tally.went_well(account())
    assert len(calls.made) == 2
    tally.went_wrong(account(), "provider_timeout")
    tally.went_well(account())
    assert len(calls.made) == 4


def test_a_table_that_refuses_loses_a_count_and_nothing_else(dynamodb: Any, clock: Clock) -> None:
    calls = Calls(dynamodb)
    tally = Tally(calls, TABLE, now=clock)
    counts: list[Callable[[], None]] = [
        lambda: tally.drift("cellcast", [STATUS]),
        lambda: tally.dead("cellcast"),
        lambda: tally.went_well(account()),
        lambda: tally.went_wrong(account(), "rate_limited"),
    ]
    for count in counts:
        calls.fail("update_item", EndpointConnectionError(endpoint_url="x"))
        count()
    assert calls.made == ["update_item"] * 4
    assert dynamodb.scan(TableName=TABLE)["Items"] == []


def test_the_region_of_an_account_is_known_before_its_first_use(tally: Tally) -> None:
    tally.register("cellcast", "main", "au")
    tally.register("cellcast", "second")
    assert tally.regions("cellcast") == {"AU"}
    tally.register("cellcast", "second", "NZ")
    assert tally.regions("cellcast") == {"AU", "NZ"}


def test_accounts_are_listed_however_many_there_are(tally: Tally) -> None:
    for number in range(1_200):
        tally.register("highlevel", f"loc{number:04d}")
    assert [state.account for state in tally.accounts("highlevel")] == [f"loc{number:04d}" for number in range(1_200)]


def test_reading_rows_ends_whatever_filled_the_table(tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally_module, "PAGE_ROWS", 10)
    monkeypatch.setattr(tally_module, "MAX_ROWS", 30)
    for number in range(45):
        tally.register("highlevel", f"loc{number:04d}")
    assert len(tally.accounts("highlevel")) == 30


def test_odd_rows_are_listed_as_far_as_they_can_be_read(tally: Tally, dynamodb: Any) -> None:
    tally.drift("cellcast", [STATUS])
    for odd in ({}, {"count": {"S": "many"}}, {"sample": {"L": []}, "last_seen": {"N": "1"}}):
        key = {"pk": {"S": "drift#cellcast"}, "sk": {"S": f"odd{len(str(odd))}#later_problem"}}
        dynamodb.put_item(TableName=TABLE, Item=key | odd)
    dynamodb.put_item(
        TableName=TABLE, Item={"pk": {"S": "account#cellcast"}, "sk": {"S": "a"}, "last_error": {"M": {}}}
    )
    dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": "dead#cellcast"}, "sk": {"S": "9999"}})
    assert next(row.path for row in tally.drift_seen("cellcast")) == "status"
    assert len(tally.drift_seen("cellcast")) == 4
    assert tally.dead_of_last_day("cellcast") == 0
    assert [state.last_error for state in tally.accounts("cellcast")] == [None]


def test_an_answer_of_new_fields_by_the_thousand_is_not_as_many_writes(dynamodb: Any, clock: Clock) -> None:
    calls = Calls(dynamodb)
    fields = [Drift(path=f"field{number}", problem="unknown_field") for number in range(3_000)]
    Tally(calls, TABLE, now=clock).drift("cellcast", fields)
    assert len(calls.made) == tally_module.MAX_NOTED
