"""What is counted in the table: drift, dead letters, accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from message_detail.adapters.aws import stats as tally_module
from message_detail.adapters.aws.stats import DAY, NOTED_SECONDS, AccountHealth, AccountState, drift_sample
from message_detail.domain.errors import (
    AccountUnusable,
    MessageDetailError,
    ProviderRefused,
    ProviderRefusedForNow,
    ProviderTimeout,
    RateLimited,
)
from message_detail.domain.message import Drift
from message_detail.domain.times import from_epoch
from message_detail.providers.base.error_status import by_status
from tests.unit.conftest import TABLE, Calls, Clock, table_of
from tests.unit.samples import ID, T0, account

STATUS = Drift(path="status", problem="unknown_value", value="teleported")
FIELD = Drift(path="data.new#field", problem="unknown_field")
FAILED = {"rate_limited": RateLimited("too fast"), "provider_timeout": ProviderTimeout("too slow")}


@pytest.fixture
def health(dynamodb: Any, clock: Clock) -> AccountHealth:
    return AccountHealth(table_of(dynamodb), now=clock)


def test_drift_is_counted_per_provider_path_and_problem(health: AccountHealth, clock: Clock) -> None:
    health.drift("cellcast", [STATUS, FIELD], ID)
    clock.now += 60
    health.drift("cellcast", [STATUS, Drift(path="status", problem="wrong_type", value="7")], ID)
    health.drift("samva", [STATUS], ID)
    rows = {(row.path, row.problem): row for row in health.drift_seen("cellcast")}
    assert {key: row.count for key, row in rows.items()} == {
        ("status", "unknown_value"): 2,
        ("status", "wrong_type"): 1,
        ("data.new#field", "unknown_field"): 1,
    }
    assert rows[("status", "unknown_value")].last_seen == from_epoch(clock.now)
    assert {row.example for row in rows.values()} == {ID}
    assert rows[("data.new#field", "unknown_field")].last_seen == T0
    assert rows[("data.new#field", "unknown_field")].sample is None
    assert [row.last_seen for row in health.drift_seen("cellcast")] == [from_epoch(clock.now)] * 2 + [T0]
    assert [row.count for row in health.drift_seen("samva")] == [1]


def test_the_first_sample_stays(health: AccountHealth) -> None:
    for word in ("teleported", "beamed"):
        health.drift("cellcast", [Drift(path="status", problem="unknown_value", value=word)], ID)
    assert [(row.count, row.sample) for row in health.drift_seen("cellcast")] == [(2, "teleported")]


def test_drift_of_the_last_day_is_by_sort(health: AccountHealth, clock: Clock) -> None:
    health.drift("cellcast", [STATUS, STATUS, FIELD], ID)
    clock.now += DAY - 1
    assert health.drift_of_last_day("cellcast") == 2
    health.drift("cellcast", [FIELD], ID)
    clock.now += 1
    assert health.drift_of_last_day("cellcast") == 1
    assert len(health.drift_seen("cellcast")) == 2


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
    assert drift_sample(Drift(path="p", problem=problem, value=value)) == shown


def test_a_path_of_any_length_is_counted(health: AccountHealth) -> None:
    health.drift("cellcast", [Drift(path="p" * 5_000, problem="unknown_field")], ID)
    assert [len(row.path) for row in health.drift_seen("cellcast")] == [200]


def test_dead_letters_are_counted_for_a_day(health: AccountHealth, clock: Clock) -> None:
    for _ in range(3):
        health.dead("cellcast")
    clock.now += 3_600
    health.dead("cellcast")
    assert (health.dead_of_last_day("cellcast"), health.dead_of_last_day("samva")) == (4, 0)
    clock.now += DAY - 3_600
    assert health.dead_of_last_day("cellcast") == 1


def test_accounts_tell_how_they_fared(health: AccountHealth, clock: Clock) -> None:
    assert health.accounts("cellcast") == []
    health.record_success(account())
    clock.now += 10
    health.record_failure("cellcast", "default", FAILED["rate_limited"])
    failed = AccountState("default", T0, from_epoch(clock.now), "rate_limited", "too fast")
    assert health.accounts("cellcast") == [failed]


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (ProviderRefused("the token is wrong"), "refused"),
        (AccountUnusable("unknown key 'tokn'"), "unusable"),
        (by_status("Acme", 401), "refused"),
        (by_status("Acme", 403), "refused"),
        (by_status("Acme", 409, refusals={409: "another API is in use"}), "refused"),
        (by_status("Acme", 422), None),
        (ProviderRefusedForNow("made a moment ago"), None),
        (RateLimited("too fast"), None),
        (ProviderTimeout("too slow"), None),
    ],
)
def test_what_somebody_has_to_mend_stays_until_a_call_succeeds(
    health: AccountHealth, error: MessageDetailError, trouble: str | None
) -> None:
    def shown() -> tuple[str | None, str | None]:
        [state] = health.accounts("cellcast")
        return state.trouble, state.last_error_detail

    health.record_failure("cellcast", "default", error)
    assert shown() == (trouble, error.detail)
    health.record_failure("cellcast", "default", ProviderTimeout("too slow"))
    assert shown() == (trouble, "too slow")
    health.record_success(account())
    assert shown() == (None, "too slow")


def test_new_settings_are_not_blamed_for_what_was_wrong_with_the_old_ones(health: AccountHealth) -> None:
    health.record_failure("cellcast", "default", ProviderRefused("the token is wrong"))
    health.register("cellcast", "default", "AU")
    assert [state.trouble for state in health.accounts("cellcast")] == [None]


def test_a_detail_of_any_length_is_noted(health: AccountHealth) -> None:
    health.record_failure("cellcast", "default", ProviderRefused("x" * 5_000))
    assert [len(state.last_error_detail or "") for state in health.accounts("cellcast")] == [300]


def test_the_regions_of_accounts_stay_known_once_they_were_used(health: AccountHealth) -> None:
    health.record_success(replace(account(), default_region=None))
    assert sorted(health.regions("cellcast")) == []
    for name, region in (("a", "AU"), ("b", "nz"), ("c", "AU")):
        health.record_success(replace(account(), name=name, default_region=region))
    assert sorted(health.regions("cellcast")) == ["AU", "NZ"]
    health.record_failure("cellcast", "a", FAILED["rate_limited"])
    assert (sorted(health.regions("cellcast")), sorted(health.regions("samva"))) == (["AU", "NZ"], [])
    of_each = {"default": frozenset(), "a": {"AU"}, "b": {"NZ"}, "c": {"AU"}}
    assert health.regions_by_account("cellcast") == of_each


def test_success_is_noted_once_a_minute_and_after_every_error(dynamodb: Any, clock: Clock) -> None:
    calls = Calls(dynamodb)
    health = AccountHealth(table_of(calls), now=clock)
    for _ in range(5):
        health.record_success(account())
    assert len(calls.made) == 1
    clock.now += NOTED_SECONDS
    health.record_success(account())
    assert len(calls.made) == 2
    health.record_failure("cellcast", "default", FAILED["provider_timeout"])
    health.record_success(account())
    assert len(calls.made) == 4


def test_a_table_that_refuses_loses_a_count_and_nothing_else(dynamodb: Any, clock: Clock) -> None:
    calls = Calls(dynamodb)
    health = AccountHealth(table_of(calls), now=clock)
    counts: list[Callable[[], None]] = [
        lambda: health.drift("cellcast", [STATUS], ID),
        lambda: health.dead("cellcast"),
        lambda: health.record_success(account()),
        lambda: health.record_failure("cellcast", "default", FAILED["rate_limited"]),
    ]
    for count in counts:
        calls.fail("update_item", EndpointConnectionError(endpoint_url="x"))
        count()
    assert calls.made == ["update_item"] * 4
    assert dynamodb.scan(TableName=TABLE)["Items"] == []


def test_the_region_of_an_account_is_known_before_its_first_use(health: AccountHealth) -> None:
    health.register("cellcast", "main", "au")
    health.register("cellcast", "second")
    assert health.regions("cellcast") == {"AU"}
    health.register("cellcast", "second", "NZ")
    assert health.regions("cellcast") == {"AU", "NZ"}


def test_accounts_are_listed_however_many_there_are(health: AccountHealth) -> None:
    for number in range(1_200):
        health.register("highlevel", f"loc{number:04d}")
    assert [state.account for state in health.accounts("highlevel")] == [f"loc{number:04d}" for number in range(1_200)]


def test_reading_rows_ends_whatever_filled_the_table(health: AccountHealth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally_module, "PAGE_ROWS", 10)
    monkeypatch.setattr(tally_module, "MAX_ROWS", 30)
    for number in range(45):
        health.register("highlevel", f"loc{number:04d}")
    assert len(health.accounts("highlevel")) == 30


def test_odd_rows_are_listed_as_far_as_they_can_be_read(health: AccountHealth, dynamodb: Any) -> None:
    health.drift("cellcast", [STATUS], ID)
    for odd in ({}, {"count": {"S": "many"}}, {"sample": {"L": []}, "last_seen": {"N": "1"}}):
        key = {"pk": {"S": "drift#cellcast"}, "sk": {"S": f"odd{len(str(odd))}#later_problem"}}
        dynamodb.put_item(TableName=TABLE, Item=key | odd)
    dynamodb.put_item(
        TableName=TABLE, Item={"pk": {"S": "account#cellcast"}, "sk": {"S": "a"}, "last_error": {"M": {}}}
    )
    dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": "dead#cellcast"}, "sk": {"S": "9999"}})
    assert next(row.path for row in health.drift_seen("cellcast")) == "status"
    assert len(health.drift_seen("cellcast")) == 4
    assert health.dead_of_last_day("cellcast") == 0
    assert [state.last_error for state in health.accounts("cellcast")] == [None]


def test_an_answer_of_new_fields_by_the_thousand_is_not_as_many_writes(dynamodb: Any, clock: Clock) -> None:
    calls = Calls(dynamodb)
    fields = [Drift(path=f"field{number}", problem="unknown_field") for number in range(3_000)]
    AccountHealth(table_of(calls), now=clock).drift("cellcast", fields, ID)
    assert len(calls.made) == tally_module.MAX_NOTED
