"""What a provider answered is kept beside the message that was made of it, and goes where that goes."""

from __future__ import annotations

import random
import statistics
from dataclasses import replace
from typing import Any, Final

import pytest

from message_detail.adapters.aws import message_rows
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import SECONDS_PER_DAY, Store
from message_detail.adapters.aws.row_packing import unpack
from message_detail.domain.errors import MessageNotFound, StorageRefused
from message_detail.domain.message import Message, Via
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.sealed_answer import SealedAnswer
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState, merge_observations, state_from_answer
from message_detail.providers import load, names
from message_detail.testing.recordings import replay
from tests.recorded import recordings
from tests.unit.conftest import BUCKET, TABLE, Clock, table_of
from tests.unit.samples import ID, after, message, observation, stand_in

ITEM_LIMIT: Final = 400 * 1024


class Keeper:
    """A store, and what it has written."""

    def __init__(self, dynamodb: Any, s3: Any, clock: Clock, retention_days: int = 0) -> None:
        self.dynamodb, self.s3 = dynamodb, s3
        self.store = Store(table_of(dynamodb), LargeValues(lambda: s3, BUCKET), retention_days, now=clock)

    def answered(self, document: dict[str, Any] | None, seconds: float = 0, **changes: Any) -> MessageState:
        """The message as an answer made it, so many seconds after the first one."""
        new: Message = message(**changes).with_provenance(fetched_at=after(seconds))
        seen = observation(new.status, after(seconds))
        answer = SealedAnswer.of(lambda: document) if document is not None else None
        return self.store.add(ID, state_from_answer(NormalizedMessage(new, (seen,), answer=answer)))

    def heard(self, status: Status) -> None:
        """A webhook told a status."""
        seen = observation(status, after(1), via=Via.WEBHOOK, confirmed=False)
        self.store.add(ID, MessageState(events=merge_observations((seen,))))

    def kept(self) -> dict[str, Any] | None:
        """The answer as another container reads it."""
        details = self.store.read(ID).state.details
        return details.answer.document() if details is not None and details.answer is not None else None

    def item(self) -> dict[str, Any]:
        key = {"pk": {"S": f"message#{ID}"}, "sk": {"S": "message"}}
        return unpack(self.dynamodb.get_item(TableName=TABLE, Key=key)["Item"])

    def objects(self) -> list[str]:
        return [found["Key"] for found in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", ())]


@pytest.fixture
def keeper(dynamodb: Any, s3: Any, clock: Clock) -> Keeper:
    return Keeper(dynamodb, s3, clock)


def large(seed: int = 1) -> dict[str, Any]:
    return {"id": "x", "noise": random.Random(seed).randbytes(message_rows.LARGEST_RAW // 2).hex()}


def test_an_answer_stands_in_the_row_of_its_message(keeper: Keeper) -> None:
    keeper.answered({"id": "x", "n": [1, None, "é"]})
    assert keeper.item()["raw"] == {"S": '{"id":"x","n":[1,null,"é"]}'}
    assert keeper.kept() == {"id": "x", "n": [1, None, "é"]}
    assert keeper.objects() == []


def test_it_is_the_one_that_the_details_were_made_of(keeper: Keeper) -> None:
    keeper.answered({"version": 2}, 20)
    keeper.answered({"version": 1}, 10)
    assert keeper.kept() == {"version": 2}
    keeper.answered({"version": 3}, 30)
    assert keeper.kept() == {"version": 3}
    keeper.answered(None, 40)
    assert keeper.kept() is None
    assert not keeper.item().keys() & {"raw", "raw_place"}


@pytest.mark.parametrize("document", [{"id": "x"}, large()], ids=["small", "large"])
def test_it_stays_when_a_webhook_tells_a_status(keeper: Keeper, document: dict[str, Any]) -> None:
    keeper.answered(document)
    before = keeper.item()
    keeper.heard(Status.DELIVERED)
    after_it = keeper.item()
    assert after_it["revision"] != before["revision"]
    assert [after_it.get(name) for name in ("raw", "raw_place")] == [before.get(name) for name in ("raw", "raw_place")]
    assert keeper.kept() == document
    assert len(keeper.objects()) == ("noise" in document)


def test_a_large_one_stands_in_the_bucket_for_as_long_as_its_message(dynamodb: Any, s3: Any, clock: Clock) -> None:
    keeper = Keeper(dynamodb, s3, clock, retention_days=30)
    keeper.answered(large())
    (key,) = keeper.objects()
    assert key.startswith("cellcast/")
    assert s3.get_object_tagging(Bucket=BUCKET, Key=key)["TagSet"] == [{"Key": "keep", "Value": "30"}]
    assert "raw" not in keeper.item()
    assert keeper.kept() == large()


def test_beside_large_texts_the_item_is_not_too_large(keeper: Keeper) -> None:
    answer = {"noise": random.Random(1).randbytes(message_rows.LARGEST_RAW // 2 - 100).hex()}
    texts = {str(n): random.Random(n).randbytes(450).hex() for n in range(400)}
    keeper.answered(answer, extensions=texts)
    item = keeper.item()
    assert "raw" in item
    assert "overflow" in item
    assert sum(len(name) + len(str(value)) for name, value in item.items()) < ITEM_LIMIT
    assert keeper.kept() == answer


def test_packed_with_its_message_it_takes_little_of_a_unit() -> None:
    """Of what the recordings' providers answer, in the median, while a row has some 750 bytes of 1,024."""
    added = []
    for name in names():
        for recording in recordings(name):
            if recording.succeeds:
                normalized = replay(load(name), recording)
                rows = [_packed(replace(normalized, answer=answer)) for answer in (normalized.answer, None)]
                added.append(rows[0] - rows[1])
    assert statistics.median(added) < 150


def _packed(normalized: NormalizedMessage) -> int:
    row = message_rows.written(
        ID, state_from_answer(normalized), message_rows.NOTHING, LargeValues(lambda: stand_in(None), BUCKET), 0
    )
    return len(row["packed"]["B"])


@pytest.mark.parametrize("document", [{"id": "x"}, large()], ids=["small", "large"])
def test_an_erasure_takes_it_along(keeper: Keeper, document: dict[str, Any]) -> None:
    keeper.answered(document)
    keeper.answered(large(2), 10)
    assert keeper.store.erase(ID)
    assert keeper.item().keys() == {"pk", "sk", "erased", "revision"}
    assert [key for key in keeper.objects() if not key.startswith("erased/")] == []


def test_what_has_expired_has_none(dynamodb: Any, s3: Any, clock: Clock) -> None:
    keeper = Keeper(dynamodb, s3, clock, retention_days=1)
    keeper.answered({"id": "x"})
    clock.now += SECONDS_PER_DAY
    assert keeper.kept() is None


def test_one_that_is_gone_from_the_bucket_stops_nothing_else(keeper: Keeper) -> None:
    keeper.answered(large())
    (key,) = keeper.objects()
    keeper.s3.delete_object(Bucket=BUCKET, Key=key)
    keeper.heard(Status.DELIVERED)
    state = keeper.store.read(ID).state
    assert state.message is not None
    assert state.message.status is Status.DELIVERED
    with pytest.raises(StorageRefused):
        keeper.kept()
    keeper.answered(large(2), 10)
    assert keeper.kept() == large(2)


@pytest.mark.parametrize(
    "odd", [{"S": "text"}, {"N": "1"}, {"NULL": True}, {"S": "[]"}, {"B": b"nonsense"}], ids=range(5)
)
@pytest.mark.parametrize("name", ["raw", "raw_place"])
def test_an_odd_attribute_in_its_place_loses_no_message(keeper: Keeper, name: str, odd: dict[str, Any]) -> None:
    keeper.answered({"id": "x"})
    item = {key: value for key, value in keeper.item().items() if key != "raw"}
    keeper.dynamodb.put_item(TableName=TABLE, Item={**item, name: odd})
    state = keeper.store.read(ID).state
    assert state.message is not None
    if state.details is not None and state.details.answer is not None:
        with pytest.raises(ValueError):  # noqa: PT011  # whatever it can't be read as
            state.details.answer.document()


def test_a_row_of_before_has_none_until_the_next_fetch(keeper: Keeper) -> None:
    keeper.answered(None)
    item = {**keeper.item(), "schema_version": {"N": "2"}}
    keeper.dynamodb.put_item(TableName=TABLE, Item=item)
    assert keeper.kept() is None
    keeper.answered({"id": "x"}, 10)
    assert keeper.kept() == {"id": "x"}


def test_a_message_that_was_erased_is_not_there(keeper: Keeper) -> None:
    keeper.answered({"id": "x"})
    keeper.store.erase(ID)
    with pytest.raises(MessageNotFound):
        keeper.kept()


def test_two_states_are_the_same_whatever_they_were_made_of() -> None:
    one = NormalizedMessage(message(), (), answer=SealedAnswer.of(dict))
    assert one == replace(one, answer=None)
    assert state_from_answer(one) == state_from_answer(replace(one, answer=None))
