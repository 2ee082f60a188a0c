"""A row's texts take a fraction of their size in the table, and come back as they were, whatever stands beside them."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.adapters.aws.row_dictionary import DICTIONARY
from message_detail.adapters.aws.row_packing import MOST_BYTES, PACKED, TEXTS, pack, unpack
from message_detail.domain import json_codec
from message_detail.domain.message import Message, Observation
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState, state_from_answer
from message_detail.providers import names
from tests.bench.meter import size_of
from tests.recorded import recordings
from tests.unit.conftest import TABLE
from tests.unit.row_readers import Readers
from tests.unit.samples import ID, message, observation, record

Item = dict[str, Any]
LATER = "2026-06-01T12:01:00.000Z"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.fixture
def readers(dynamodb: Any, s3: Any) -> Readers:
    return Readers(dynamodb, s3)


def stored(readers: Readers) -> Item:
    """The sample message's item, packed as it is stored."""
    (item,) = (one for one in readers.items() if one["sk"]["S"] == "message")
    return item


def told(answer: Message, *observations: Observation) -> MessageState:
    return state_from_answer(NormalizedMessage(answer, observations))


@given(
    st.dictionaries(st.sampled_from(TEXTS), JSON), st.dictionaries(st.sampled_from(["sort_at", "due_at"]), st.text())
)
def test_texts_come_back_as_they_were(documents: dict[str, Any], others: dict[str, str]) -> None:
    texts = {name: json_codec.dumps(document) for name, document in documents.items()}
    item = {name: {"S": one} for name, one in {**texts, **others}.items()}
    packed = pack(item)
    assert packed.keys() == {PACKED, *others}
    assert unpack(packed) == item


def test_a_row_takes_a_unit_to_write_where_its_text_is_short() -> None:
    for provider in names():
        for recording in recordings(provider):
            document = recording.expected().get("message")
            if document is not None and len(json.dumps(document)) < 3_000:
                texts = {"message": {"S": json_codec.dumps(document)}, "events": {"S": "[]"}}
                assert size_of(pack(texts)) < 700, (provider, recording.name)


def test_the_dictionary_is_the_one_that_stored_rows_were_packed_with() -> None:
    assert (
        hashlib.sha256(DICTIONARY.encode()).hexdigest()
        == "03c304504768d85674f29f18b454b65c4068717ac8d5c4568b84785b7189a80f"
    )


def test_a_row_with_texts_in_the_bucket_stays_as_it_is() -> None:
    item = {"message": {"S": "{}"}, "events": {"S": "[]"}, "overflow": {"S": "[]"}}
    assert pack(item) == item


def test_a_row_that_was_not_packed_is_so_with_its_next_write(readers: Readers) -> None:
    readers.store.add(ID, record(Status.SENT))
    plain = unpack(stored(readers))
    readers.client.put_item(TableName=TABLE, Item=plain)
    before = readers.store.read(ID).state
    readers.store.add(ID, record(Status.DELIVERED))
    assert stored(readers).keys().isdisjoint(TEXTS)
    assert before.events.items() <= readers.store.read(ID).state.events.items()


OTHER = zlib.compressobj(zdict=b"another")
WRONG = {
    "no bytes": {"S": "text"},
    "nothing": {"B": b""},
    "noise": {"B": b"\xff" * 50},
    "broken off": {"B": pack({"message": {"S": json.dumps("x" * 100)}})[PACKED]["B"][:-8]},
    "no UTF-8": {"B": zlib.compress(b"\xff\xfe")},
    "a bomb": {"B": zlib.compress(b" " * (MOST_BYTES + 1))},
    "packed with another dictionary": {"B": OTHER.compress(b"[]\0[]\0") + OTHER.flush()},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_row_that_cannot_be_unpacked_is_left_out_of_lists_and_fetched_anew(readers: Readers, wrong: Item) -> None:
    readers.store.add(ID, record(Status.SENT))
    readers.client.put_item(TableName=TABLE, Item=stored(readers) | {PACKED: wrong})
    assert readers.store.read(ID).state.details is None
    assert readers.listed("cellcast") == set()
    readers.store.add(ID, record(Status.DELIVERED))
    assert readers.listed("cellcast") == {ID}


def test_what_an_earlier_release_wrote_beside_it_after_a_rollback_is_joined(readers: Readers) -> None:
    """It reads none of the texts, keeps the attribute that it doesn't know, and fetches the message anew."""
    readers.store.add(ID, told(message(), observation(Status.SENT)))
    packed = stored(readers)
    readers.client.delete_item(TableName=TABLE, Key={name: packed[name] for name in ("pk", "sk")})
    later = observation(Status.SENT, "2026-06-01T12:02:00.000Z"), observation(Status.DELIVERED, LATER)
    readers.store.add(ID, told(message(Status.DELIVERED, subject="newer"), *later))
    readers.client.put_item(TableName=TABLE, Item=unpack(stored(readers)) | {PACKED: packed[PACKED]})
    assert_joined(readers)
    readers.store.add(ID, MessageState(given_up=LATER))
    assert stored(readers).keys().isdisjoint(TEXTS)
    assert_joined(readers)


def test_an_earlier_release_that_only_heard_of_a_status_takes_no_message_away(readers: Readers) -> None:
    readers.store.add(ID, told(message(subject="newer"), observation(Status.SENT)))
    heard = {"events": {"S": json.dumps([observation(Status.DELIVERED, LATER).model_dump(mode="json")])}}
    readers.client.put_item(TableName=TABLE, Item=stored(readers) | heard)
    assert_joined(readers)


def assert_joined(readers: Readers) -> None:
    state = readers.store.read(ID).state
    assert state.message is not None
    assert state.message.subject == "newer"
    times = [(event.status, event.observed_at) for event in state.timeline]
    assert times == [(Status.SENT, "2026-06-01T12:00:00.000Z"), (Status.DELIVERED, LATER)]
