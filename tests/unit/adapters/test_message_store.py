"""The table: one conditional write per message, whatever happens around it."""

from __future__ import annotations

import itertools
import random
import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from message_detail.adapters.aws.large_values import ROOM_BYTES, LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.message import Body, Channel, Message
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState, merge, state_from_answer
from tests.unit.conftest import BUCKET, TABLE, Calls, Clock, OneAtATime, table_of
from tests.unit.crashes import Crash
from tests.unit.samples import ID, merge_all, message, observation, record, stand_in


def _messages(dynamodb: Any) -> list[dict[str, Any]]:
    """The items of messages; beside them are the entries of the search index."""
    return [item for item in dynamodb.scan(TableName=TABLE)["Items"] if item["sk"]["S"] == "message"]


THROTTLED = ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "PutItem")


def test_nothing_is_stored_of_an_unknown_message(store: Store) -> None:
    stored = store.read(ID)
    assert (stored.state, stored.revision) == (MessageState(), 0)


def test_what_was_stored_is_read_back_whole(store: Store) -> None:
    new = record(Status.DELIVERED, updated="2026-06-01T11:00:00.000Z")
    assert store.add(ID, new) == new
    assert store.read(ID).state == new


def test_the_place_of_the_part_that_is_shown_is_stored(store: Store) -> None:
    later = state_from_answer(NormalizedMessage(message(Status.SENT), (observation(Status.SENT, epoch=7),), place=7))
    store.add(ID, later)
    assert store.read(ID).state == later


def test_observations_alone_are_stored_too(store: Store) -> None:
    store.add(ID, MessageState(events={(0, Status.DELIVERED): observation(Status.DELIVERED)}))
    store.add(ID, record(Status.SENT))
    now = store.read(ID).state.message
    assert now is not None
    assert now.status is Status.DELIVERED


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_every_order_of_statuses_with_duplicates_ends_in_the_same_item(
    store: Store, channel: Channel, size: int
) -> None:
    """All permutations of subsets of the statuses (all subsets to size 2, drawn ones above)."""
    draw = random.Random(size)
    subsets = list(itertools.combinations(Status, size))
    for number, subset in enumerate(subsets if size <= 2 else draw.sample(subsets, 1 if size == 5 else 3)):
        parts = {status: record(status, channel, f"2026-06-01T12:00:{i:02d}.000Z") for i, status in enumerate(subset)}
        expected = merge_all(parts.values())
        for order, permutation in enumerate(itertools.permutations(subset)):
            name = f"{ID}-{number}-{order}"
            for status in (*permutation, permutation[0]):
                store.add(name, parts[status])
            assert store.read(name).state == expected


def test_crashes_between_and_inside_writes_followed_by_redelivery_lose_and_double_nothing(
    dynamodb: Any, s3: Any, clock: Clock
) -> None:
    draw = random.Random(7)
    for run in range(40):
        calls = Calls(dynamodb)
        store = Store(table_of(calls), LargeValues(lambda: s3, BUCKET), now=clock)
        statuses = draw.sample(list(Status), draw.randint(1, 5))
        parts = [record(status, at=f"2026-06-01T12:00:{i:02d}.000Z") for i, status in enumerate(statuses)]
        queue = [*parts, *draw.sample(parts, len(parts) // 2)]
        draw.shuffle(queue)
        name = f"{ID}-{run}"
        while queue:
            part = queue.pop()
            if draw.random() < 0.4:
                calls.fail(draw.choice(["put_item", "get_item"]), Crash(), after=draw.random() < 0.5)
            try:
                store.add(name, part)
            except Crash:
                queue.insert(draw.randrange(len(queue) + 1), part)
            calls.failures.clear()
        assert store.read(name).state == merge_all(parts)


def test_a_writer_that_was_overtaken_joins_what_the_other_wrote(store: Store) -> None:
    known = store.read(ID)
    store.add(ID, record(Status.DELIVERED, at="2026-06-01T12:00:01.000Z"))
    end = store.add(ID, record(Status.SENT, at="2026-06-01T12:00:02.000Z"), known)
    assert {status for _, status in end.events} == {Status.SENT, Status.DELIVERED}
    assert store.read(ID).state == end


def test_many_writers_at_once_lose_nothing(dynamodb: Any, s3: Any) -> None:
    store = Store(table_of(OneAtATime(dynamodb)), LargeValues(lambda: s3, BUCKET))
    parts = [record(status, at=f"2026-06-01T12:00:{i:02d}.000Z") for i, status in enumerate(list(Status)[:4])]
    threads = [threading.Thread(target=store.add, args=(ID, part)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.read(ID).state == merge_all(parts)


def test_a_repeated_part_writes_nothing(dynamodb: Any, s3: Any) -> None:
    calls = Calls(dynamodb)
    store = Store(table_of(calls), LargeValues(lambda: s3, BUCKET))
    store.add(ID, record(Status.SENT))
    calls.made.clear()
    store.add(ID, record(Status.SENT))
    assert calls.made == ["get_item"]


@pytest.mark.parametrize("error", [THROTTLED, EndpointConnectionError(endpoint_url="http://127.0.0.1:1")])
@pytest.mark.parametrize("operation", ["get_item", "put_item"])
def test_a_refusing_table_is_storage_unavailable(dynamodb: Any, s3: Any, error: Exception, operation: str) -> None:
    calls = Calls(dynamodb)
    calls.fail(operation, error)
    with pytest.raises(StorageUnavailable) as caught:
        Store(table_of(calls), LargeValues(lambda: s3, BUCKET)).add(ID, record(Status.SENT))
    assert caught.value.retry_after


def test_messages_expire_when_retention_says_so(dynamodb: Any, s3: Any, clock: Clock) -> None:
    Store(table_of(dynamodb), LargeValues(lambda: s3, BUCKET), retention_days=2, now=clock).add(ID, record(Status.SENT))
    (item,) = _messages(dynamodb)
    assert int(item["expires_at"]["N"]) == int(clock.now) + 2 * 86_400


def _with_text(text: str, **changes: Any) -> MessageState:
    big: Message = message(body=Body(text=text), **changes)
    return state_from_answer(NormalizedMessage(big, (observation(Status.SENT),)))


def _items_are_within_limits(dynamodb: Any) -> bool:
    return all(len(str(item)) < 400_000 for item in dynamodb.scan(TableName=TABLE)["Items"])


def test_a_body_of_300_kb_is_kept_whole(store: Store, dynamodb: Any) -> None:
    big = _with_text("ä" * 150_000)
    store.add(ID, big)
    assert store.read(ID).state == big
    assert _items_are_within_limits(dynamodb)


def test_a_body_over_the_item_limit_goes_to_the_bucket_and_comes_back(store: Store, dynamodb: Any, s3: Any) -> None:
    big = _with_text("x" * (ROOM_BYTES + 10), subject="stays")
    store.add(ID, big)
    assert store.read(ID).state == big
    (item,) = _messages(dynamodb)
    assert "stays" in item["message"]["S"]
    assert len(item["message"]["S"]) < 20_000
    (kept,) = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert kept["Size"] == ROOM_BYTES + 12


def test_very_many_small_fields_fit_too(store: Store, dynamodb: Any) -> None:
    many = message(
        extensions={f"field{i}": {"text": "y" * 90, "n": i} for i in range(9_000)}, body=Body(html="h" * 5_000)
    )
    big = state_from_answer(NormalizedMessage(many, (observation(Status.SENT),)))
    store.add(ID, big)
    assert store.read(ID).state == big
    assert _items_are_within_limits(dynamodb)


def test_a_refusing_bucket_is_storage_unavailable(dynamodb: Any, s3: Any) -> None:
    calls = Calls(s3)
    calls.fail("put_object", ClientError({"Error": {"Code": "SlowDown"}}, "PutObject"))
    store = Store(table_of(dynamodb), LargeValues(lambda: stand_in(calls), BUCKET))
    with pytest.raises(StorageUnavailable):
        store.add(ID, _with_text("x" * 500_000))


def test_the_timeline_is_stored_with_the_message(store: Store) -> None:
    end = store.add(ID, merge(record(Status.SENT), record(Status.DELIVERED)))
    assert store.read(ID).state.timeline == end.timeline
