"""The journal in the table: counted, bounded, and never in the way of a message."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.adapters.aws import journal as module
from message_detail.adapters.aws.journal import WINDOW_SECONDS, Journal
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.journal import KEPT_SECONDS, Step
from tests.unit.conftest import TABLE, Calls, Clock, table_of
from tests.unit.samples import ID, T0


@pytest.fixture
def calls(dynamodb: Any) -> Calls:
    return Calls(dynamodb)


@pytest.fixture
def journal(calls: Calls, clock: Clock) -> Journal:
    return Journal(table_of(calls), clock)


def rows(dynamodb: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = dynamodb.scan(TableName=TABLE)["Items"]
    return items


def test_what_is_noted_is_read_with_its_count_its_first_and_its_last_moment(journal: Journal, clock: Clock) -> None:
    for _ in range(3):
        journal.note(ID, Step.TRIED, "webhook", "provider_unavailable", told_at=T0)
        clock.now += WINDOW_SECONDS
    (one,) = journal.read(ID)
    assert (one.entry.step, one.entry.via, one.entry.code, one.entry.count) == (
        Step.TRIED, "webhook", "provider_unavailable", 3,
    )  # fmt: skip
    assert one.entry.at < one.entry.last_at
    assert one.told_at == T0


def test_without_a_code_there_is_none(journal: Journal) -> None:
    journal.note(ID, Step.DUPLICATE, "webhook")
    (one,) = journal.read(ID)
    assert (one.entry.code, one.told_at) == (None, None)


def test_a_flood_of_duplicates_of_one_message_is_a_dozen_writes_of_one_row(
    journal: Journal, calls: Calls, dynamodb: Any
) -> None:
    for _ in range(1_000):
        journal.note(ID, Step.DUPLICATE, "webhook", count=10)
    assert len(calls.made) <= 12
    (one,) = journal.read(ID)
    assert 5_000 <= one.entry.count <= 10_000, "at least half of them are counted"
    (row,) = rows(dynamodb)
    assert len(str(row)) < 600


def test_a_flood_that_lasts_is_written_once_a_minute_and_nothing_of_it_is_lost(
    journal: Journal, calls: Calls, clock: Clock
) -> None:
    for _ in range(600):
        journal.note(ID, Step.DUPLICATE, "webhook", count=10)
        clock.now += 1
    clock.now += WINDOW_SECONDS
    journal.note(ID, Step.DUPLICATE, "webhook")
    (one,) = journal.read(ID)
    assert one.entry.count == 6_001
    assert len(calls.made) < 80


def test_a_day_of_a_message_has_a_row_for_each_way_to_end(journal: Journal, clock: Clock, dynamodb: Any) -> None:
    for _ in range(3):
        for code in ("provider_unavailable", "provider_timeout"):
            journal.note(ID, Step.TRIED, "webhook", code)
        clock.now += 86_400
    assert len(rows(dynamodb)) == 6


def test_a_row_expires_seven_days_after_the_last(journal: Journal, clock: Clock, dynamodb: Any) -> None:
    journal.note(ID, Step.DUPLICATE, "webhook")
    (row,) = rows(dynamodb)
    assert int(row["expires_at"]["N"]) == int(clock.now) + KEPT_SECONDS


def test_no_id_stands_in_a_row_for_it_may_be_a_persons_number(journal: Journal, dynamodb: Any) -> None:
    journal.note("cellcast:default:+61491570156", Step.DEAD, "webhook", "provider_refused", told_at=T0)
    (row,) = rows(dynamodb)
    assert "61491570156" not in str(row)
    assert row["pk"]["S"].startswith("journal#cellcast#")
    assert journal.read(ID) == []


def test_what_a_container_remembers_is_bounded(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_HELD", 5)
    for number in range(20):
        journal.note(f"cellcast:default:{number}", Step.DUPLICATE, "webhook")
    assert len(journal._held) == 5


def test_a_table_that_refuses_loses_a_line_and_no_more(journal: Journal, calls: Calls) -> None:
    calls.fail("update_item", StorageUnavailable("down"))
    journal.note(ID, Step.DROPPED, "webhook", "message_not_found")
    assert journal.read(ID) == []


def test_a_step_of_another_release_is_passed_over(journal: Journal, dynamodb: Any) -> None:
    journal.note(ID, Step.DROPPED, "webhook", "message_not_found")
    (row,) = rows(dynamodb)
    for sort in ("2026-06-01#postponed#webhook#-", "2026-06-01#dead#webhook#-"):
        odd = {**row, "sk": {"S": sort}}
        dynamodb.put_item(TableName=TABLE, Item=odd if "postponed" in sort else {"pk": row["pk"], "sk": {"S": sort}})
    assert [one.entry.step for one in journal.read(ID)] == [Step.DROPPED]
