"""Each write of a message is on the table's stream once, and told as the one event that it is, or as none."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.adapters.aws.attributes import Item
from message_detail.adapters.aws.due_index import Due, DueIndex
from message_detail.adapters.aws.event_rows import event_of
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import SECONDS_PER_DAY, Store
from message_detail.domain.errors import MessageNotFound
from message_detail.domain.events_out.event import Event
from message_detail.domain.message import Body, Party, Provenance
from message_detail.domain.reconcile_policy import FixedSchedule
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState
from tests.unit.conftest import BUCKET, TABLE, Clock, table_of
from tests.unit.samples import ID, T0, after, heard, message, record
from tests.unit.stream import Stream as Writes
from tests.unit.stream import stream_record

NUMBER = "+61491570157"


class Stream(Writes):
    """A table's stream, and the events that its records are."""

    def events(self) -> list[Event]:
        return [event for record in self.records if (event := event_of(record)) is not None]

    def told(self) -> list[str]:
        return [event.type.value.rpartition(".")[2] for event in self.events()]


@pytest.fixture
def stream(dynamodb: Any) -> Stream:
    return Stream(dynamodb)


@pytest.fixture
def store(stream: Stream, s3: Any, clock: Clock) -> Store:
    return Store(table_of(stream), LargeValues(lambda: s3, BUCKET), 10, clock, tells=True)


def test_a_life_is_told_change_by_change(store: Store, stream: Stream) -> None:
    store.add(ID, record(Status.QUEUED))
    store.add(ID, record(Status.SENT, at=after(5), updated=after(5)))
    store.add(ID, heard(message(Status.SENT, priority="high"), after(9)))
    store.erase(ID)
    assert stream.told() == ["stored", "status_changed", "updated", "erased"]
    assert [event.revision for event in stream.events()] == [1, 2, 3, 4]
    assert {event.subject for event in stream.events()} == {ID}


def test_what_changes_nothing_sends_nothing(store: Store, stream: Stream, clock: Clock) -> None:
    """A refetch, a lease, a postponement."""
    store.add(ID, record(Status.SENT), schedule=FixedSchedule(after(60)))
    store.add(ID, record(Status.SENT, at=after(60)), schedule=FixedSchedule(after(120)))
    index = DueIndex(table_of(stream), clock)
    _, account, native_id = ID.split(":")
    assert index.lease(Due(account, native_id, f"message#{ID}", after(120)))
    store.postpone(ID, after(999))
    assert len(stream.records) == 4
    assert stream.told() == ["stored"]


def test_what_expires_sends_nothing_and_is_stored_when_it_comes_again(
    store: Store, stream: Stream, clock: Clock
) -> None:
    store.add(ID, record(Status.SENT))
    clock.now += 11 * SECONDS_PER_DAY
    removal = stream_record({"pk": {"S": f"message#{ID}"}, "sk": {"S": "message"}}, {"revision": {"N": "1"}}, None)
    assert event_of(removal) is None
    store.add(ID, record(Status.SENT, at=after(11 * SECONDS_PER_DAY)))
    assert stream.told() == ["stored", "stored"]


def test_the_id_is_the_records_and_the_time_that_of_the_write(store: Store, stream: Stream) -> None:
    store.add(ID, record(Status.SENT))
    (event,) = stream.events()
    assert (event.id, event.time) == ("evt_0", T0)


def test_an_erased_message_is_told_once_and_never_again(store: Store, stream: Stream) -> None:
    store.add(ID, record(Status.SENT))
    store.erase(ID)
    store.erase(ID)
    with pytest.raises(MessageNotFound):
        store.add(ID, record(Status.DELIVERED))
    assert stream.told() == ["stored", "erased"]


def test_a_large_message_is_told_too(store: Store, stream: Stream) -> None:
    """Its row is not packed, and some of it is in the bucket."""
    store.add(ID, heard(message(Status.SENT, body=Body(text="x" * 500_000), to=[Party(address=NUMBER)])))
    store.add(ID, record(Status.DELIVERED, at=after(9)))
    store.erase(ID)
    assert stream.told() == ["stored", "status_changed", "erased"]
    assert NUMBER not in str([event.data for event in stream.events()])


def test_a_row_that_an_earlier_release_wrote_in_between_is_told_once(store: Store, stream: Stream) -> None:
    """It writes back what it doesn't know, with a revision of its own."""
    store.add(ID, record(Status.SENT))
    row = stream._client.get_item(TableName=TABLE, Key={"pk": {"S": f"message#{ID}"}, "sk": {"S": "message"}})["Item"]
    stream.put_item(TableName=TABLE, Item={**row, "revision": {"N": "2"}})
    store.add(ID, record(Status.DELIVERED, at=after(9)))
    assert stream.told() == ["stored", "status_changed"]


def test_without_events_a_row_has_nothing_more(dynamodb: Any, s3: Any, clock: Clock) -> None:
    plain = Store(table_of(dynamodb), LargeValues(lambda: s3, BUCKET), now=clock)
    plain.add(ID, record(Status.SENT))
    row = dynamodb.get_item(TableName=TABLE, Key={"pk": {"S": f"message#{ID}"}, "sk": {"S": "message"}})["Item"]
    assert "event_revision" not in row
    assert "event" not in row


@pytest.mark.parametrize(
    "odd",
    [{"event": {"S": "{"}}, {"event": {"S": "[]"}}, {}, {"packed": {"B": b"no"}}, {"event": {"S": '{"type":"x"}'}}],
    ids=["no JSON", "a list", "nothing", "not packed", "no type"],
)
def test_a_change_that_cannot_be_read_is_told_as_one(odd: Item) -> None:
    key = {"pk": {"S": f"message#{ID}"}, "sk": {"S": "message"}}
    row = {**key, "revision": {"N": "7"}, "event_revision": {"N": "7"}, **odd}
    event = event_of(stream_record(key, None, row))
    assert event is not None
    assert (event.type.value, event.revision) == ("message_detail.message.updated", 7)
    assert event.data["status"] is None


def test_the_fields_of_other_kinds_are_no_events(stream: Stream) -> None:
    stream.put_item(TableName=TABLE, Item={"pk": {"S": "token#samva:default"}, "sk": {"S": "token"}})
    assert stream.told() == []


def test_a_message_of_which_only_webhooks_told_is_no_event(store: Store, stream: Stream) -> None:
    store.add(ID, MessageState(events=record(Status.SENT).events))
    assert stream.told() == []


def test_provenance_says_when_it_was_fetched_and_is_no_change(store: Store, stream: Stream) -> None:
    store.add(ID, heard(message(Status.SENT, provenance=Provenance(fetched_at=T0, mapping="1"))))
    store.add(ID, heard(message(Status.SENT), after(70)))
    assert stream.told() == ["stored"]
