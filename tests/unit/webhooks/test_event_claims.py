"""Which events have been taken in: an event may be queued twice, never be lost."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from message_detail.adapters.aws.event_claims import CLAIM_SECONDS, Claim, EventClaims
from message_detail.domain.errors import StorageRefused
from tests.unit.conftest import Clock, OneAtATime, table_of
from tests.unit.webhooks.cloud import TABLE, Cloud

WINDOW = 120
NOW = 1_800_000_000.0


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def claims(cloud: Cloud, clock: Clock) -> EventClaims:
    return EventClaims(table_of(cloud.dynamodb), clock, clock.sleep)


def test_first_is_new_and_second_is_a_duplicate(claims: EventClaims) -> None:
    claim, key = claims.claim("e1", "hash")
    assert (claim, key) == (Claim.NEW, "e1")
    claims.confirm(key, WINDOW)
    assert claims.claim("e1", "hash") == (Claim.DUPLICATE, "e1")
    assert claims.claim("e2", "hash")[0] is Claim.NEW


def test_same_event_with_other_bytes_is_taken_in_once(claims: EventClaims) -> None:
    claims.confirm(claims.claim("e1", "hash")[1], WINDOW)
    claim, key = claims.claim("e1", "other")
    assert claim is Claim.CHANGED
    claims.confirm(key, WINDOW)
    assert claims.claim("e1", "other")[0] is Claim.DUPLICATE
    assert claims.claim("e1", "hash")[0] is Claim.DUPLICATE
    assert claims.claim("e1", "third")[0] is Claim.CHANGED


def test_duplicate_is_one_only_within_the_window(claims: EventClaims, clock: Clock) -> None:
    claims.confirm(claims.claim("e1", "hash")[1], WINDOW)
    clock.now += WINDOW - 1
    assert claims.claim("e1", "hash")[0] is Claim.DUPLICATE
    clock.now += 2
    assert claims.claim("e1", "hash")[0] is Claim.NEW


def test_crash_after_the_claim_lets_the_redelivery_in(claims: EventClaims, clock: Clock) -> None:
    claims.claim("e1", "hash")
    clock.now += CLAIM_SECONDS + 0.1
    assert claims.claim("e1", "hash")[0] is Claim.NEW


def test_redelivery_waits_for_a_claim_that_is_still_running(claims: EventClaims, clock: Clock) -> None:
    """Answering it with success at once would lose the event, should the first one crash."""
    claims.claim("e1", "hash")
    assert claims.claim("e1", "hash")[0] is Claim.NEW
    assert clock.now >= NOW + CLAIM_SECONDS


def test_waiting_redelivery_is_a_duplicate_once_the_first_is_queued(cloud: Cloud, clock: Clock) -> None:
    first = EventClaims(table_of(cloud.dynamodb), clock)

    def meanwhile(seconds: float) -> None:
        clock.sleep(seconds)
        first.confirm("e1", WINDOW)

    first.claim("e1", "hash")
    assert EventClaims(table_of(cloud.dynamodb), clock, meanwhile).claim("e1", "hash")[0] is Claim.DUPLICATE
    assert clock.now < NOW + 1


def test_claim_that_was_given_up_leaves_nothing(claims: EventClaims, cloud: Cloud, clock: Clock) -> None:
    claims.release(claims.claim("e1", "hash")[1])
    assert cloud.rows() == []
    assert claims.claim("e1", "hash")[0] is Claim.NEW
    assert clock.now == NOW


def test_settling_a_claim_that_is_gone_leaves_no_half_a_mark(claims: EventClaims, cloud: Cloud) -> None:
    """The first one was slow; a redelivery claimed in its place, could not be queued and gave up."""
    key = claims.claim("e1", "hash")[1]
    claims.release(key)
    claims.confirm(key, WINDOW)
    assert cloud.rows() == []
    assert claims.claim("e1", "hash")[0] is Claim.NEW


def test_marks_expire_by_the_tables_ttl(claims: EventClaims, cloud: Cloud) -> None:
    key = claims.claim("e1", "hash")[1]
    [claimed] = cloud.rows()
    assert int(claimed["expires_at"]["N"]) >= NOW + CLAIM_SECONDS
    claims.confirm(key, WINDOW)
    [settled] = cloud.rows()
    assert int(settled["expires_at"]["N"]) == NOW + WINDOW


def test_of_many_at_once_one_is_new(cloud: Cloud) -> None:
    found: list[Claim] = []
    client = OneAtATime(cloud.dynamodb)

    def run() -> None:
        mine = EventClaims(table_of(client))
        claim, key = mine.claim("e1", "hash")
        if claim is Claim.NEW:
            mine.confirm(key, WINDOW)
        found.append(claim)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found, key=str) == [*[Claim.DUPLICATE] * 7, Claim.NEW]


def test_table_that_refuses_is_an_error_of_ours(cloud: Cloud, clock: Clock) -> None:
    claims = EventClaims(table_of(cloud.dynamodb, "no-such-table"), clock, clock.sleep)
    with pytest.raises(StorageRefused):
        claims.claim("e1", "hash")
    with pytest.raises(StorageRefused):
        claims.confirm("e1", WINDOW)
    with pytest.raises(StorageRefused):
        claims.release("e1")


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"settled": {"BOOL": True}, "expires_at": {"N": "99999999999"}},
        {"body_hash": {"N": "1"}, "claimed_until": {"N": "99999999999"}},
        {"body_hash": {"S": "hash"}},
        {"body_hash": {"S": "hash"}, "claimed_until": {"S": "tomorrow"}},
    ],
    ids=str,
)
def test_a_claim_that_cannot_be_read_is_none(cloud: Cloud, claims: EventClaims, odd: dict[str, Any]) -> None:
    cloud.dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": "event#e1"}, "sk": {"S": "event"}, **odd})
    claim, key = claims.claim("e1", "hash")
    assert claim is Claim.NEW
    claims.confirm(key, WINDOW)
    assert claims.claim("e1", "hash")[0] is Claim.DUPLICATE
