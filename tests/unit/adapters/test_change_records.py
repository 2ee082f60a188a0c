"""The table's stream: what a write of a message's row changed, and what it did not."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.adapters.aws.change_records import RowChange, is_about_a_message, row_change
from message_detail.adapters.aws.due_index import DueIndex
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.domain.message import Body, Message, Via
from message_detail.domain.reconcile_policy import FixedSchedule
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState
from tests.unit.conftest import BUCKET, TABLE, Clock, table_of
from tests.unit.samples import ID, after, heard, message, observation, record
from tests.unit.stream import Stream, record_of

PK = f"message#{ID}"


class Written:
    """A store whose writes are read from the stream."""

    def __init__(self, dynamodb: Any, s3: Any, clock: Clock) -> None:
        self.clock = clock
        self.contents = LargeValues(lambda: s3, BUCKET)
        self.store = Store(table_of(dynamodb), self.contents, now=clock)
        self.due = DueIndex(table_of(dynamodb), now=clock)
        self.stream = Stream(dynamodb, clock)

    def add(self, state: MessageState, **arguments: Any) -> RowChange | None:
        with self.stream.watched(PK):
            self.store.add(ID, state, **arguments)
        return self.last()

    def last(self) -> RowChange | None:
        return row_change(self.stream.records[-1])


@pytest.fixture
def written(dynamodb: Any, s3: Any, clock: Clock) -> Written:
    return Written(dynamodb, s3, clock)


def shown(state: MessageState) -> Message:
    assert state.message is not None
    return state.message


def test_the_first_write_of_a_message_is_a_change_from_nothing(written: Written) -> None:
    change = written.add(record(Status.SENT))
    assert change is not None
    assert (change.message_id, change.revision, change.before, change.erased) == (ID, 1, MessageState(), False)
    assert shown(change.after).status is Status.SENT
    assert change.at == "2026-06-01T12:00:00.000Z"
    assert change.record_id == written.stream.records[-1]["eventID"]


def test_another_status_is_a_change_with_what_was_known_before(written: Written) -> None:
    written.add(record(Status.SENT))
    change = written.add(record(Status.DELIVERED, at=after(60)))
    assert change is not None
    assert (shown(change.before).status, shown(change.after).status) == (Status.SENT, Status.DELIVERED)
    assert change.revision == 2


def test_a_refetch_that_finds_nothing_new_is_no_change(written: Written) -> None:
    written.add(heard(message(Status.SENT), via=Via.LOOKUP))
    before = len(written.stream.records)
    assert written.add(heard(message(Status.SENT), at=after(600), via=Via.RECONCILE)) is None
    assert len(written.stream.records) == before + 1, "the row says when it was fetched"


def test_a_refetch_of_a_row_of_an_earlier_version_is_read_by_what_both_say(written: Written) -> None:
    written.add(record(Status.SENT))
    written.add(record(Status.SENT, at=after(60)))
    told = written.stream.records[-1]
    told["dynamodb"]["OldImage"]["schema_version"] = {"N": "1"}
    change = row_change(told)
    assert change is not None
    assert shown(change.before).status is shown(change.after).status


def test_a_lease_and_a_look_put_off_are_no_changes(written: Written) -> None:
    written.add(record(Status.SENT), schedule=FixedSchedule("2026-06-01T11:00:00.000Z"))
    (due,) = written.due.due("cellcast", 10)
    with written.stream.watched(PK):
        assert written.due.lease(due)
    assert written.last() is None
    with written.stream.watched(PK):
        written.store.postpone(ID, None)
    assert written.last() is None
    assert len(written.stream.records) == 3


def test_an_expiry_is_no_change_and_what_comes_after_it_is_the_first(written: Written, dynamodb: Any) -> None:
    written.add(record(Status.SENT), retention_days=1)
    row = dynamodb.get_item(TableName=TABLE, Key={"pk": {"S": PK}, "sk": {"S": "message"}})["Item"]
    service = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    assert row_change(record_of(row, None, written.clock(), userIdentity=service)) is None
    written.clock.now += 2 * 86_400
    change = written.add(record(Status.SENT, at=after(2 * 86_400)), retention_days=1)
    assert change is not None
    assert (change.before, change.revision) == (MessageState(), 2)


def test_an_erasure_is_one_change_after_which_nothing_is_known(written: Written, dynamodb: Any) -> None:
    """It writes twice: a mark first, and then nothing but that."""
    written.add(record(Status.SENT))
    row = dynamodb.get_item(TableName=TABLE, Key={"pk": {"S": PK}, "sk": {"S": "message"}})["Item"]
    marked = {**row, "erased": {"BOOL": True}, "revision": {"N": "2"}}
    clean = {name: marked[name] for name in ("pk", "sk", "erased", "revision")}
    change = row_change(record_of(row, marked, 0))
    assert change is not None
    assert (change.erased, change.after, change.revision) == (True, MessageState(), 2)
    assert shown(change.before).status is Status.SENT
    assert row_change(record_of(marked, clean, 0)) is None


def test_the_stores_own_erasure_leaves_one_change(written: Written) -> None:
    written.add(record(Status.SENT))
    with written.stream.watched(PK):
        written.store.erase(ID)
    change = written.last()
    assert change is not None
    assert change.erased


def test_a_large_text_in_the_bucket_is_told_by_its_hash_without_asking_for_it(written: Written, s3: Any) -> None:
    def with_text(letter: str, at: str) -> MessageState:
        return heard(message(Status.SENT, body=Body(text=letter * 400_000)), at=at)

    written.add(with_text("a", after(0)))
    s3.delete_object(Bucket=BUCKET, Key=s3.list_objects_v2(Bucket=BUCKET)["Contents"][0]["Key"])
    assert written.add(with_text("a", after(60))) is None
    change = written.add(with_text("b", after(120)))
    assert change is not None
    assert shown(change.before).body != shown(change.after).body


def test_a_discrepancy_that_a_fetch_makes_is_seen(written: Written) -> None:
    written.add(record(Status.SENT))
    heard_of = observation(Status.DELIVERED, after(10), via=Via.WEBHOOK, confirmed=False)
    written.add(MessageState(events={(0, Status.DELIVERED): heard_of}, confirm_at=after(25)))
    change = written.add(record(Status.SENT, at=after(26)))
    assert change is not None
    assert (change.before.discrepant, change.after.discrepant) == (False, True)


def test_other_rows_of_the_table_are_told_from_messages() -> None:
    rows = [{"pk": {"S": pk}, "sk": {"S": "x"}} for pk in ("message#a", "index#a", "cooldown#a")]
    assert [is_about_a_message(record_of(None, row, 0)) for row in rows] == [True, False, False]


ODD: list[Any] = [{"B": "no base64"}, {"B": "eA=="}, {"S": "x"}, {"B": None}]


@pytest.mark.parametrize("packed", ODD, ids=["no base64", "no zlib", "text", "null"])
def test_a_row_that_nobody_can_read_is_nothing_known_and_no_failure(packed: dict[str, Any]) -> None:
    row = {"pk": {"S": PK}, "sk": {"S": "message"}, "revision": {"N": "7"}}
    told = record_of(None, row, 0)
    told["dynamodb"]["NewImage"] = {**row, "packed": packed}
    change = row_change(told)
    assert change is not None
    assert change.after == MessageState()
