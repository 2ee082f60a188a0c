"""The index of due messages: sparse, read at the cost of what is due, and each message given out once."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from message_detail.adapters.aws.due_index import LEASE_SECONDS, SHARDS, Due, DueIndex, attributes
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.message_ids import message_id
from message_detail.domain.reconcile_policy import Schedule
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState, merge
from message_detail.domain.times import add_seconds, from_epoch
from tests.unit.conftest import BUCKET, TABLE, Calls, Clock, table_of
from tests.unit.samples import ID, T0, record


@pytest.fixture
def index(dynamodb: Any, clock: Clock) -> DueIndex:
    return DueIndex(table_of(dynamodb), now=clock)


def due(index: DueIndex, limit: int = 100, provider: str = "cellcast") -> list[Due]:
    return list(index.due(provider, limit))


def put(dynamodb: Any, count: int, at: str, name: str = "m", provider: str = "cellcast") -> None:
    """Items as the store writes them, as far as the index is concerned."""
    for number in range(count):
        whole = message_id(provider, "default", f"{name}{number}")
        key = {"pk": {"S": f"message#{whole}"}, "sk": {"S": "message"}}
        dynamodb.put_item(TableName=TABLE, Item={**key, **attributes(provider, whole, at)})


def test_only_messages_that_are_not_final_are_in_the_index(store: Store, dynamodb: Any) -> None:
    for number, status in enumerate((Status.SENT, Status.DELIVERED, Status.FAILED, Status.QUEUED)):
        store.add(f"{ID}{number}", record(status), schedule=Schedule())
    found = dynamodb.scan(TableName=TABLE, IndexName="due")["Items"]
    assert {item["pk"]["S"] for item in found} == {f"message#{ID}0", f"message#{ID}3"}
    assert all(set(item) == {"pk", "sk", "due_shard", "due_at"} for item in found)


def test_a_message_becomes_due_with_time_moves_on_when_looked_at_and_leaves_when_final(
    store: Store, index: DueIndex, clock: Clock
) -> None:
    store.add(ID, record(Status.SENT), schedule=Schedule())
    clock.now += 59
    assert due(index) == []
    clock.now += 1
    (found,) = due(index)
    assert (found.account, f"cellcast:{found.account}:{found.message_id}") == ("default", ID)
    store.add(ID, record(Status.SENT, at=from_epoch(clock.now)), schedule=Schedule())
    assert due(index) == []
    clock.now += 240
    assert [one.due_at for one in due(index)] == [add_seconds(T0, 300)]
    store.add(ID, record(Status.DELIVERED, at=from_epoch(clock.now)), schedule=Schedule())
    clock.now += 1e6
    assert due(index) == []


def test_one_that_was_given_up_leaves_the_index(store: Store, index: DueIndex, clock: Clock) -> None:
    store.add(ID, record(Status.SENT), schedule=Schedule())
    clock.now += 1e6
    assert len(due(index)) == 1
    store.add(ID, merge(record(Status.SENT), MessageState(given_up=from_epoch(clock.now))), schedule=Schedule())
    assert due(index) == []


def test_ids_come_back_whole(dynamodb: Any, index: DueIndex) -> None:
    whole = message_id("cellcast", "a.b-c", "x:y/z#message#ü")
    key = {"pk": {"S": f"message#{whole}"}, "sk": {"S": "message"}}
    dynamodb.put_item(TableName=TABLE, Item={**key, **attributes("cellcast", whole, T0)})
    (found,) = due(index)
    assert (found.account, found.message_id) == ("a.b-c", "x:y/z#message#ü")


def test_providers_are_apart(dynamodb: Any, index: DueIndex) -> None:
    put(dynamodb, 3, T0, provider="samva")
    assert due(index) == []
    assert len(due(index, provider="samva")) == 3


def test_a_limit_gives_those_due_longest_of_each_shard(dynamodb: Any, index: DueIndex) -> None:
    put(dynamodb, 40, T0, name="new")
    put(dynamodb, 40, add_seconds(T0, -60), name="old")
    found = due(index, 8)
    assert len(found) == 8
    assert all(one.message_id.startswith("old") for one in found)


def test_a_lease_is_given_once_and_ends(dynamodb: Any, index: DueIndex, clock: Clock) -> None:
    put(dynamodb, 1, T0)
    (found,) = due(index)
    assert index.lease(found)
    assert not index.lease(found)
    assert due(index) == []
    clock.now += LEASE_SECONDS - 1
    assert due(index) == []
    clock.now += 1
    assert len(due(index)) == 1


def test_no_lease_for_what_has_moved_on_or_has_gone(store: Store, dynamodb: Any, index: DueIndex, clock: Clock) -> None:
    store.add(ID, record(Status.SENT), schedule=Schedule())
    clock.now += 60
    (found,) = due(index)
    store.add(ID, record(Status.DELIVERED, at=from_epoch(clock.now)), schedule=Schedule())
    assert not index.lease(found)
    put(dynamodb, 1, T0)
    (gone,) = due(index)
    dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": gone.pk}, "sk": {"S": "message"}})
    assert not index.lease(gone)
    assert "Item" not in dynamodb.get_item(TableName=TABLE, Key={"pk": {"S": gone.pk}, "sk": {"S": "message"}})


def test_a_lease_does_not_get_in_the_way_of_a_writer(store: Store, index: DueIndex, clock: Clock) -> None:
    store.add(ID, record(Status.SENT), schedule=Schedule())
    known = store.read(ID)
    clock.now += 60
    assert index.lease(due(index)[0])
    store.add(ID, record(Status.DELIVERED, at=from_epoch(clock.now)), known, Schedule())
    clock.now += LEASE_SECONDS
    assert due(index) == []


def test_put_off_moves_what_is_due_and_nothing_else(store: Store, index: DueIndex, clock: Clock) -> None:
    store.add(ID, record(Status.SENT), schedule=Schedule())
    store.postpone(ID, add_seconds(T0, 900))
    clock.now += 899
    assert due(index) == []
    clock.now += 1
    assert len(due(index)) == 1
    store.postpone(ID, None)
    store.postpone(ID, T0)
    store.postpone(f"{ID}-unknown", T0)
    assert due(index) == []
    assert store.read(f"{ID}-unknown").revision == 0


@pytest.mark.parametrize(("stored", "due_now"), [(20, 0), (200, 0), (200, 5), (20, 5)])
def test_the_cost_goes_by_what_is_due_not_by_what_is_stored(
    dynamodb: Any, clock: Clock, stored: int, due_now: int
) -> None:
    put(dynamodb, stored, add_seconds(T0, 3600), name="later")
    put(dynamodb, due_now, T0)
    calls = Calls(dynamodb)
    index = DueIndex(table_of(calls), now=clock)
    found = due(index, 1000)
    assert [index.lease(one) for one in found] == [True] * due_now
    assert calls.made == ["query"] * SHARDS + ["update_item"] * due_now


def test_a_table_that_refuses_is_storage_unavailable(dynamodb: Any, clock: Clock) -> None:
    calls = Calls(dynamodb)
    calls.fail("query", EndpointConnectionError(endpoint_url="x"))
    with pytest.raises(StorageUnavailable):
        due(DueIndex(table_of(calls), now=clock))


def test_the_shard_of_a_message_stays(dynamodb: Any, s3: Any, clock: Clock) -> None:
    shards = {attributes("cellcast", f"{ID}{n}", T0)["due_shard"]["S"] for n in range(100)}
    assert len(shards) == SHARDS
    assert attributes("cellcast", ID, T0)["due_shard"] == attributes("cellcast", ID, add_seconds(T0, 5))["due_shard"]
    assert attributes("cellcast", ID, None) == {}
    store = Store(table_of(dynamodb), LargeValues(lambda: s3, BUCKET), now=clock)
    store.add(ID, record(Status.SENT))
    assert dynamodb.scan(TableName=TABLE, IndexName="due")["Items"] == []
