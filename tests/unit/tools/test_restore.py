"""After a restore: what was lost is back, and nothing of what was erased since."""

from __future__ import annotations

import json
from typing import Any

import pytest

from message_detail.adapters.aws.cursors import cursor_key
from message_detail.adapters.aws.large_values import ERASED, ROOM_BYTES, LargeValues
from message_detail.adapters.aws.message_store import SECONDS_PER_DAY, Store
from message_detail.adapters.aws.row_versions import CURRENT
from message_detail.adapters.aws.search import Search
from message_detail.domain.errors import MessageNotFound, StorageRefused
from message_detail.domain.message import Body, Message, Party
from message_detail.domain.message_ids import message_digest
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import FixedSchedule
from message_detail.domain.status import Status
from message_detail.domain.timeline import state_from_answer
from message_detail.services.search_query import parse
from tests.stored_rows import FILES, read_lines
from tests.unit.conftest import BUCKET, SHAPE, TABLE, Clock, table_of, unpacked
from tests.unit.row_readers import Readers
from tests.unit.samples import message, observation, record
from tools.restore import BROUGHT_BACK, REFUSED, Restore

RESTORED = "messages-restored"
ADA = "ada@example.com"


class Drill:
    """The table in use, and one that was restored to a point before something went wrong."""

    def __init__(self, dynamodb: Any, s3: Any, clock: Clock) -> None:
        self.dynamodb, self.s3, self.clock = dynamodb, s3, clock
        dynamodb.create_table(TableName=RESTORED, **SHAPE)
        self.contents = LargeValues(lambda: s3, BUCKET)
        self.store = Store(table_of(dynamodb), self.contents, now=clock)
        self.search = Search(table_of(dynamodb), self.store.read_many, cursor_key(table_of(dynamodb)))

    def put(self, name: str, **changes: Any) -> Message:
        retention_days = changes.pop("retention_days", None)
        fields = {"to": (Party(address=ADA),), "body": Body(text=f"of {name}"), **changes}
        new = message(id=f"cellcast:default:{name}", provider_message_id=name, **fields)
        seen = NormalizedMessage(new, (observation(new.status),))
        due_at = "2026-06-02T00:00:00.000Z"
        self.store.add(new.id, state_from_answer(seen), schedule=FixedSchedule(due_at), retention_days=retention_days)
        return new

    def back_up(self) -> None:
        """What the restored table has: all that the table in use has now."""
        for item in self.dynamodb.scan(TableName=TABLE)["Items"]:
            self.dynamodb.put_item(TableName=RESTORED, Item=item)

    def lose_everything(self) -> None:
        for item in self.dynamodb.scan(TableName=TABLE)["Items"]:
            self.dynamodb.delete_item(TableName=TABLE, Key={"pk": item["pk"], "sk": item["sk"]})

    def restore(self, target: str = TABLE) -> dict[str, int]:
        return dict(
            Restore(
                table_of(self.dynamodb, RESTORED), table_of(self.dynamodb, target), self.contents, now=self.clock
            ).run()
        )

    def found(self) -> list[str]:
        return sorted(one.provider_message_id for one in self.search.find(parse({"address": ADA})).items)


@pytest.fixture
def drill(dynamodb: Any, s3: Any, clock: Clock) -> Drill:
    return Drill(dynamodb, s3, clock)


def test_what_was_lost_is_back_found_and_due(drill: Drill) -> None:
    kept = [drill.put("a"), drill.put("b", body=Body(text="x" * 2 * ROOM_BYTES))]
    drill.back_up()
    drill.lose_everything()
    assert drill.restore() == {"brought back": 2}
    assert drill.found() == ["a", "b"]
    for one in kept:
        now = drill.store.read(one.id).state.message
        assert now is not None
        assert now.body == one.body
        item = drill.dynamodb.get_item(TableName=TABLE, Key={"pk": {"S": f"message#{one.id}"}, "sk": {"S": "message"}})[
            "Item"
        ]
        assert item["due_at"]["S"] == "2026-06-02T00:00:00.000Z"


def test_what_was_erased_after_the_point_is_not_brought_back(drill: Drill) -> None:
    drill.put("a")
    erased = drill.put("b", body=Body(text="y" * 2 * ROOM_BYTES))
    drill.back_up()
    drill.store.erase(erased.id)
    drill.lose_everything()
    assert drill.restore() == {"brought back": 1, "erased": 1}
    assert drill.found() == ["a"]
    with pytest.raises(MessageNotFound):
        drill.store.read(erased.id)
    left = json.dumps(unpacked(drill.dynamodb), default=str)
    assert "of b" not in left


def test_a_table_that_was_put_in_place_as_it_was_forgets_what_was_erased(drill: Drill) -> None:
    drill.put("a")
    erased = drill.put("b")
    drill.back_up()
    drill.store.erase(erased.id)
    assert drill.restore(RESTORED) == {"brought back": 1, "erased": 1}
    assert drill.restore(RESTORED) == {"brought back": 1, "erased": 1}, "as often as one likes"
    in_place = Store(table_of(drill.dynamodb, RESTORED), drill.contents, now=drill.clock)
    with pytest.raises(MessageNotFound):
        in_place.read(erased.id)
    entries = [item for item in drill.dynamodb.scan(TableName=RESTORED)["Items"] if "index#" in item["pk"]["S"]]
    assert entries
    assert all(item["sk"]["S"].endswith("cellcast:default:a") for item in entries)


def test_a_row_that_cannot_be_read_stops_no_other(drill: Drill) -> None:
    drill.put("a")
    drill.dynamodb.put_item(
        TableName=RESTORED,
        Item={"pk": {"S": "message#cellcast:default:0"}, "sk": {"S": "message"}, "message": {"S": "no json"}},
    )
    drill.back_up()
    drill.lose_everything()
    assert drill.restore() == {"brought back": 1, "unreadable, and left for the next lookup or sync": 1}


def test_a_row_that_storage_refuses_for_good_stops_no_other(
    drill: Drill, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = drill.put("a")
    drill.put("b")
    drill.back_up()
    drill.lose_everything()
    add = Store.add

    def refuse_one(store: Store, message_id: str, *arguments: Any, **more: Any) -> Any:
        if message_id == refused.id:
            raise StorageRefused("the table refuses (ValidationException)")
        return add(store, message_id, *arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "add", refuse_one)
        assert drill.restore() == {BROUGHT_BACK: 1, REFUSED: 1}
    told = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("{")]  # without the log
    assert told == [f"{message_digest(refused.id)}: the table refuses (ValidationException)"]
    assert drill.restore() == {BROUGHT_BACK: 2}


def test_what_was_learned_since_stays(drill: Drill) -> None:
    one = drill.put("a")
    drill.back_up()
    newer = record(Status.READ, at="2026-06-01T13:00:00.000Z")
    drill.store.add(one.id, newer)
    drill.restore()
    assert {event.status for event in drill.store.read(one.id).state.timeline} == {Status.SENT, Status.READ}


def test_what_was_erased_before_the_point_stays_erased(drill: Drill) -> None:
    erased = drill.put("a")
    drill.store.erase(erased.id)
    drill.back_up()
    drill.lose_everything()
    assert drill.restore() == {"erased": 1}
    with pytest.raises(MessageNotFound):
        drill.store.read(erased.id)


def test_neither_what_has_expired_nor_any_token_comes_back(drill: Drill) -> None:
    drill.put("a", retention_days=1)
    drill.put("b", retention_days=3)
    drill.dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": "token#highlevel:a"}, "sk": {"S": "token"}})
    drill.back_up()
    drill.lose_everything()
    drill.clock.now += 2 * SECONDS_PER_DAY
    assert drill.restore() == {"brought back": 1, "expired": 1}
    items = drill.dynamodb.scan(TableName=TABLE)["Items"]
    (left,) = [item for item in items if item["sk"]["S"] == "message"]
    assert int(left["expires_at"]["N"]) == int(drill.clock.now) + SECONDS_PER_DAY
    assert not any(item["pk"]["S"].startswith("token#") for item in items)


def test_a_note_of_an_erasure_holds_nothing_but_a_hash(drill: Drill) -> None:
    erased = drill.put("a")
    drill.store.erase(erased.id)
    (note,) = drill.s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert note["Key"] == f"{ERASED}{message_digest(erased.id)}"
    assert note["Size"] == 0


def test_more_notes_than_a_page_are_read(drill: Drill) -> None:
    for number in range(1_005):
        drill.contents.note_erased(f"cellcast:default:{number}")
    assert len(set(drill.contents.erased())) == 1_005


def test_rows_of_an_earlier_version_are_brought_up_to_date_where_they_are(drill: Drill) -> None:
    readers = Readers(drill.dynamodb, drill.s3)
    (path,) = (path for path in FILES if path.parent.name == "0.1.0" and path.stem == "cellcast")
    rows = read_lines(path)
    before = {readers.put(row): row["item"].get("due_at") for row in rows}
    Restore(table_of(drill.dynamodb), table_of(drill.dynamodb), drill.contents, now=drill.clock).run()
    assert {name: readers.item(name).get("due_at") for name in before} == before
    assert {readers.store.read(name).version for name in before} == {CURRENT}
