"""How an account's webhooks come: what is noted, what that costs, and what is read of it."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.adapters.aws.webhook_facts import NONE_CAME, NOTED_SECONDS, WebhookBook, WebhookFacts
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.tasks import RefusalTask
from message_detail.domain.times import from_epoch
from tests.unit.conftest import Calls, Clock, table_of

HOUR = 3_600


@pytest.fixture
def calls(dynamodb: Any) -> Calls:
    return Calls(dynamodb)


@pytest.fixture
def book(calls: Calls, clock: Clock) -> WebhookBook:
    return WebhookBook(table_of(calls), clock)


def came(book: WebhookBook, clock: Clock, account: str = "default", count: int = 1) -> str:
    at = from_epoch(clock.now)
    book.came("cellcast", account, count, at)
    return at


def refusal(at: str, account: str = "default", reason: str = "signature_invalid", count: int = 1) -> RefusalTask:
    return RefusalTask(provider="cellcast", account=account, refused=reason, received_at=at, count=count)


def facts(book: WebhookBook, account: str = "default") -> WebhookFacts:
    return book.read("cellcast").get(account, NONE_CAME)


def test_the_last_one_and_how_many_in_a_day(book: WebhookBook, clock: Clock) -> None:
    came(book, clock, count=3)
    clock.now += HOUR
    at = came(book, clock)
    assert facts(book) == WebhookFacts(last_received=at, received_last_day=4)
    assert facts(book, "other") == NONE_CAME


def test_after_a_day_they_are_counted_no_more_and_the_last_is_still_told(book: WebhookBook, clock: Clock) -> None:
    at = came(book, clock, count=3)
    clock.now += 25 * HOUR
    assert facts(book) == WebhookFacts(last_received=at)


def test_when_and_why_the_last_was_refused(book: WebhookBook, clock: Clock) -> None:
    first, last = from_epoch(clock.now), from_epoch(clock.now + 5)
    book.refused(refusal(first, reason="invalid_request"))
    book.refused(refusal(last, count=7))
    assert facts(book) == WebhookFacts(last_refused=last, refused_reason="signature_invalid", refused_last_day=8)


def test_a_flood_is_two_writes_a_minute_and_all_are_counted(book: WebhookBook, clock: Clock, calls: Calls) -> None:
    for _ in range(1_000):
        came(book, clock, count=10)
    assert calls.made == ["update_item"] * 2
    clock.now += NOTED_SECONDS
    came(book, clock)
    assert calls.made == ["update_item"] * 4
    assert facts(book).received_last_day == 10_001


def test_accounts_are_noted_each_by_itself(book: WebhookBook, clock: Clock) -> None:
    came(book, clock, "one")
    came(book, clock, "two", count=2)
    assert [facts(book, name).received_last_day for name in ("one", "two")] == [1, 2]


def test_a_table_that_refuses_loses_a_count_and_no_more(book: WebhookBook, clock: Clock, calls: Calls) -> None:
    calls.fail("update_item", StorageUnavailable("down"))
    came(book, clock)
    assert facts(book) == NONE_CAME
