"""A row's shape changes with a new version only, and rows of earlier versions are brought up to date step by step."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_detail.adapters.aws import message_rows
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.row_versions import CURRENT, VERSIONS, Row, RowVersion, earlier_entries, steps_after
from message_detail.domain.message import Body, Message
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import FixedSchedule
from message_detail.domain.search_keys import Entry
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState, state_from_answer
from tests.unit.conftest import BUCKET, TABLE, Clock
from tests.unit.row_readers import Readers
from tests.unit.samples import ID, message, observation, record
from tools import row_shape

NUMBERS = range(1, CURRENT + 1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def recorded(version: int) -> dict[str, str]:
    shape: dict[str, str] = json.loads(row_shape.file(version).read_text(encoding="utf-8"))
    return shape


# --- the record of shapes


def test_the_shape_of_the_row_is_that_of_its_version() -> None:
    assert row_shape.difference(recorded(CURRENT), row_shape.shape()) == [], (
        "a row of this release is another one: make a new version in adapters/aws/row_versions.py, with a step or with "
        "the reason why none is needed, and run `python -m tools.row_shape`"
    )


@pytest.mark.parametrize("version", NUMBERS[1:])
def test_what_a_version_changed_has_a_step_or_is_named_with_the_reason_why_it_needs_none(version: int) -> None:
    changed = row_shape.changed(recorded(version - 1), recorded(version))
    named = VERSIONS[version - 1]
    unnamed = [name for name in changed if f"`{name.rpartition('.')[2]}`" not in named.changes]
    assert named.step is not None or unnamed == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Message.mood": "string"}, ["Message.mood was not there, and is string"]),
        ({"Call.outcome": None}, ["Call.outcome was string or null; else null, and is gone"]),
        (
            {"Call.outcome": None, "Call.result": "string"},
            ["Call.outcome was string or null; else null, and is gone", "Call.result was not there, and is string"],
        ),
        ({"row.place": "S"}, ["row.place was N, and is S"]),
        ({"Freshness": "one of live"}, ["Freshness was one of live, stored, stale, and is one of live"]),
    ],
)
def test_every_change_is_told(change: dict[str, Any], words: list[str]) -> None:
    shape = {name: kind for name, kind in (recorded(CURRENT) | change).items() if kind is not None}
    assert row_shape.difference(recorded(CURRENT), shape) == words


def test_a_recorded_shape_is_not_written_over(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_shape, "FOLDER", tmp_path)
    row_shape.main()
    row_shape.main()
    (tmp_path / f"{CURRENT}.json").write_text(json.dumps(row_shape.shape() | {"row.mood": "S"}), encoding="utf-8")
    with pytest.raises(SystemExit, match="mood was S, and is gone"):
        row_shape.main()
    assert "row.mood" in recorded(CURRENT)


def holding(sent: Message) -> MessageState:
    """The state of a message that was fetched once."""
    return state_from_answer(NormalizedMessage(sent, (observation(sent.status),)))


# --- steps


def renamed(row: Row) -> Row:
    """As if the next version had `title` for `subject`, a reason for `via`, and events without epochs."""
    document = {("title" if name == "heading" else name): value for name, value in row.document.items()}
    attributes = {("via" if name == "reason" else name): value for name, value in row.attributes.items()}
    return replace(row, document=document, attributes=attributes)


def subject(row: Row) -> Row:
    document = {("subject" if name == "title" else name): value for name, value in row.document.items()}
    return replace(row, document=document)


def listed(message: Message, sort_at: str) -> frozenset[Entry]:
    return frozenset({Entry("mood#glad", sort_at, message.id)})


LATER = (*VERSIONS, RowVersion("9.1.0", "", renamed, listed), RowVersion("9.2.0", "", subject))
CASES = [(1, [renamed, subject]), (CURRENT, [renamed, subject]), (CURRENT + 1, [subject]), (CURRENT + 2, []), (99, [])]


@pytest.mark.parametrize(("version", "steps"), CASES)
def test_a_row_takes_the_steps_after_its_version_in_their_order(version: int, steps: list[Any]) -> None:
    assert list(steps_after(version, LATER)) == steps


def test_a_row_of_an_earlier_version_is_read_as_one_of_todays(dynamodb: Any, s3: Any) -> None:
    readers = Readers(dynamodb, s3)
    contents = LargeValues(lambda: s3, BUCKET)
    large = message(subject="on its way", body=Body(text="x" * 400_000))
    stored = holding(large)
    readers.store.add(ID, stored)
    item = readers.item(ID)
    document = json.loads(item["message"]["S"])
    document["heading"] = document.pop("subject")
    item["message"]["S"], item["reason"] = json.dumps(document), item.pop("via")
    state, rest = message_rows.read(item, contents, LATER)
    assert state == stored
    assert rest.attributes == {}
    assert message_rows.read(item, contents)[0] != stored, "without the steps"


def test_a_row_without_a_step_is_read_without_another_look() -> None:
    assert steps_after(1) == ()


@given(JSON)
def test_a_step_takes_whatever_a_row_holds_and_leaves_what_it_has_made(value: Any) -> None:
    row = Row({"pk": {"S": f"message#{ID}"}}, {"events": value, "subject": value, "body": value, "to": value})
    for version in LATER:
        if version.step is not None:
            once = version.step(row)
            assert version.step(once) == once


def test_entries_of_all_versions_since_a_rows_own_are_known() -> None:
    sent = message()
    glad = listed(sent, "0")
    assert earlier_entries(CURRENT, sent, "0") is None
    assert earlier_entries(CURRENT + 1, sent, "0") is None
    assert earlier_entries(CURRENT + 1, sent, "0", LATER) == glad
    assert earlier_entries(1, sent, "0", LATER) == glad


def test_a_row_of_a_later_version_is_not_written_where_nothing_is_new(dynamodb: Any, s3: Any) -> None:
    readers = Readers(dynamodb, s3)
    readers.store.add(ID, record(Status.SENT))
    item = readers.item(ID) | {"schema_version": {"N": str(CURRENT + 1)}, "mood": {"S": "glad"}}
    dynamodb.put_item(TableName=TABLE, Item=item)
    readers.store.add(ID, record(Status.SENT))
    assert readers.item(ID) == item
    readers.store.add(ID, record(Status.DELIVERED, at="2026-06-02T00:00:00.000Z"))
    after = readers.item(ID)
    assert (after["schema_version"], after["mood"]) == ({"N": str(CURRENT)}, {"S": "glad"})


# --- rows of which a part is wanting


FIXED = {"erased", "due_at", "due_shard"}
"""What is true by being there, and keys of the secondary index, of which DynamoDB takes one type only."""


def half_written() -> list[Any]:
    """A row with each of its attributes wanting in turn, or broken off, or of another type; rows and entries alone."""
    names = sorted(message_rows.ATTRIBUTES.keys() - {"pk", "sk"})
    changes: dict[str, Any] = {f"without {name}": {name: None} for name in names}
    changes |= {f"{name} broken off": {name: ...} for name in names}
    changes |= {f"{name} of another type": {name: {"M": {"x": {"NULL": True}}}} for name in names if name not in FIXED}
    return [pytest.param(change, id=name) for name, change in changes.items()]


def broken(value: dict[str, Any]) -> dict[str, Any]:
    """The first half of an attribute's text."""
    return {kind: text[: len(text) // 2] if kind == "S" else text for kind, text in value.items()}


@pytest.mark.parametrize("change", half_written())
def test_half_of_a_row_stops_no_reader(dynamodb: Any, s3: Any, clock: Clock, change: dict[str, Any]) -> None:
    readers = Readers(dynamodb, s3)
    other = message(id="cellcast:default:other", provider_message_id="other")
    readers.store.add(ID, holding(message()), schedule=FixedSchedule("2026-06-01T12:00:00.000Z"), retention_days=30)
    readers.store.add(other.id, holding(other))
    item = readers.item(ID)
    for name, value in change.items():
        item |= {name: broken(item[name]) if value is ... and name in item else value}
    dynamodb.put_item(TableName=TABLE, Item={name: value for name, value in item.items() if value not in (None, ...)})
    assert readers.listed("cellcast") >= {other.id}
    assert readers.reconciled("cellcast") <= {ID}
    now = readers.store.read(ID).state.message
    assert now is None or readers.looked_up(ID) is not None
    joined = readers.store.add(ID, record(Status.DELIVERED, at="2026-06-02T00:00:00.000Z"))
    assert Status.DELIVERED in {event.status for event in joined.events.values()}
    assert readers.listed("cellcast") == {ID, other.id}
    assert readers.store.erase(ID)
    assert set(readers.item(ID)) == {"pk", "sk", "erased", "revision"}
