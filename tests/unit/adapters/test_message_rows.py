"""Rows of other releases: what the one before wrote, and what the one after will, is read, kept and erased."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from message_detail.adapters.aws.cursors import cursor_key
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.row_packing import unpack
from message_detail.adapters.aws.search import Search
from message_detail.domain.errors import MessageNotFound
from message_detail.domain.message import Body, Channel, FailureCategory, Message, Observation, Party
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState, merge_observations
from message_detail.services.search_query import parse
from tests.stored_rows import FOLDER
from tests.unit.conftest import BUCKET, TABLE, Clock, table_of
from tests.unit.row_readers import Readers
from tests.unit.samples import message, observation, record
from tests.unit.services.erasing import TOMBSTONE, Erasing

ADDRESS = "+61491570156"
Item = dict[str, Any]


class SharedTable:
    """The store on a table that other releases write to as well."""

    def __init__(self, dynamodb: Any, s3: Any, clock: Clock) -> None:
        self.client = dynamodb
        self.store = Store(table_of(dynamodb), LargeValues(lambda: s3, BUCKET), now=clock)
        self.search = Search(table_of(dynamodb), self.store.read_many, cursor_key(table_of(dynamodb)))

    def put(self, row: Item) -> str:
        """Stores a row of the corpus, with the entry that leads to it; the message's id."""
        item, entries = row["item"], row["entries"]
        for one in (item, *entries):
            self.client.put_item(TableName=TABLE, Item=one)
        return str(item["pk"]["S"]).removeprefix("message#")

    def item(self, message_id: str) -> Item:
        key = {"pk": {"S": f"message#{message_id}"}, "sk": {"S": "message"}}
        return unpack(self.client.get_item(TableName=TABLE, Key=key)["Item"])

    def erase(self, address: str) -> int:
        return Erasing(table_of(self.client), self.search, self.store, time.time).erase(address=address).erased

    def listed(self, **parameters: str) -> list[str]:
        return [one.id for one in self.search.find(parse(parameters)).items]


@pytest.fixture
def table(dynamodb: Any, s3: Any, clock: Clock) -> SharedTable:
    return SharedTable(dynamodb, s3, clock)


def corpus(kind: str) -> list[Any]:
    return [pytest.param(json.loads(path.read_text()), id=path.stem) for path in sorted((FOLDER / kind).glob("*.json"))]


READABLE = [*corpus("earlier"), *corpus("later")]


@pytest.mark.parametrize("row", READABLE)
def test_a_row_of_another_release_is_read_listed_and_has_its_timeline(table: SharedTable, row: Item) -> None:
    message_id = table.put(row)
    stored = table.store.read(message_id).state
    now = stored.message
    assert now is not None
    expected = row["reads_as"]
    assert {name: getattr(now, name) for name in expected["message"]} == expected["message"]
    assert [event.status for event in stored.timeline] == expected["timeline"]
    assert table.listed(provider=now.provider) == [message_id]
    assert table.listed(address=ADDRESS) == [message_id]


@pytest.mark.parametrize("row", READABLE)
def test_a_row_of_another_release_is_looked_up_and_taken_up_by_a_reconciliation(
    dynamodb: Any, s3: Any, row: Item
) -> None:
    readers = Readers(dynamodb, s3)
    message_id = readers.put(row)
    assert readers.looked_up(message_id).id == message_id
    assert readers.reconciled("cellcast") == {message_id}


@pytest.mark.parametrize("row", [*READABLE, *corpus("unreadable")])
def test_a_row_of_another_release_is_erased(table: SharedTable, row: Item) -> None:
    message_id = table.put(row)
    table.store.erase(message_id)
    assert set(table.item(message_id)) == {"pk", "sk", "erased", "revision"}
    with pytest.raises(MessageNotFound):
        table.store.read(message_id)


@pytest.mark.parametrize("row", READABLE)
def test_one_persons_rows_are_found_and_erased_whichever_release_wrote_them(table: SharedTable, row: Item) -> None:
    message_id = table.put(row)
    assert table.erase(ADDRESS) == 1
    assert set(table.item(message_id)) == TOMBSTONE


@pytest.mark.parametrize("row", [*READABLE, *corpus("unreadable")])
def test_a_row_of_another_release_is_joined_to_what_is_fetched(table: SharedTable, row: Item) -> None:
    message_id = table.put(row)
    provider, account, native_id = message_id.split(":")
    new = record(Status.DELIVERED, at="2027-01-01T00:00:00.000Z")
    assert new.details is not None
    fetched = new.details.message.model_copy(
        update={"id": message_id, "provider": provider, "account": account, "provider_message_id": native_id}
    )
    before = {event.status for event in table.store.read(message_id).state.timeline}
    table.store.add(message_id, _with(new, fetched))
    after = table.store.read(message_id).state
    assert after.message is not None
    assert {event.status for event in after.timeline} == before | {Status.DELIVERED}


@pytest.mark.parametrize("row", corpus("later"))
def test_what_a_later_release_stored_outlives_a_write_of_this_one(table: SharedTable, row: Item) -> None:
    message_id = table.put(row)
    before = table.item(message_id)
    seen = observation(Status.QUEUED, "2026-01-01T00:00:00.000Z")
    table.store.add(message_id, _events(seen))
    after = table.item(message_id)
    assert after["revision"] != before["revision"]
    assert json.loads(before["message"]["S"]).items() <= json.loads(after["message"]["S"]).items()
    events = json.loads(after["events"]["S"])
    assert all(event in events for event in json.loads(before["events"]["S"]))
    assert len(events) == len(json.loads(before["events"]["S"])) + 1
    kept = before.keys() - {"revision", "events", "message", "due_at", "due_shard"}
    assert {name: after.get(name) for name in kept} == {name: before[name] for name in kept}


@pytest.mark.parametrize("row", corpus("unreadable"))
def test_a_row_that_cannot_be_read_is_left_out_of_lists_and_fetched_by_a_look_up(table: SharedTable, row: Item) -> None:
    message_id = table.put(row)
    good = message(id="cellcast:default:good", provider_message_id="good", to=(Party(address=ADDRESS),))
    table.store.add(good.id, _with(record(Status.SENT), good))
    for parameters in ({"provider": "cellcast"}, {"address": ADDRESS}):
        assert table.listed(**parameters) == [good.id]
    stored = table.store.read(message_id)
    assert stored.state.details is None, "so that a lookup fetches it"
    table.store.add(message_id, _with(record(Status.DELIVERED), message(Status.DELIVERED, id=message_id)), stored)
    assert table.store.read(message_id).state.message is not None


MUTATIONS: list[tuple[str, Callable[[Item], Any]]] = [
    ("a key at the top", lambda m: m.update(sentiment="glad")),
    ("a key of a party", lambda m: m["to"][0].update(verified=True)),
    ("a key of the body", lambda m: m["body"].update(markdown="*hi*")),
    ("a key of the provenance", lambda m: m["provenance"].update(redacted=True)),
    ("a key of an attachment", lambda m: m["attachments"].append({"name": "a.pdf", "pages": 3})),
    ("an object where there was none", lambda m: m.update(engagement={"forwarded": {"first_at": None}})),
    ("a word of an enum", lambda m: m.update(channel="telepathy")),
    ("a word deep in it", lambda m: m.update(failure={"category": "cosmic_rays", "permanence": "eternal"})),
    ("a word of an address", lambda m: m["to"][0].update(address_type="star")),
    ("another version", lambda m: m.update(schema_version="2")),
    ("another shape", lambda m: m.update(subject={"text": "hi"}, priority=3)),
    ("a time of another form", lambda m: m["timestamps"].update(sent="2026-06-01T12:00:00.000000Z")),
    ("a list where there was a text", lambda m: m["body"].update(text=["a", "b"])),
    ("a missing key", lambda m: m.pop("labels")),
    ("keys by the thousand", lambda m: m.update({f"key{i}": i for i in range(5_000)})),
    ("parties by the thousand, each with a key", lambda m: m["cc"].extend({"name": "n", "x": 1} for _ in range(3_000))),
]


@pytest.mark.parametrize("change", [change for _, change in MUTATIONS], ids=[name for name, _ in MUTATIONS])
def test_whatever_is_new_in_a_message_the_rest_is_read(table: SharedTable, change: Callable[[Item], Any]) -> None:
    sent = message(to=(Party(address=ADDRESS, name="Ada"),), body=Body(preview="kept"))
    table.store.add(sent.id, _with(record(Status.SENT), sent))
    item = table.item(sent.id)
    document = json.loads(item["message"]["S"])
    change(document)
    item["message"]["S"] = json.dumps(document)
    table.client.put_item(TableName=TABLE, Item=item)
    now = table.store.read(sent.id).state.message
    assert now is not None
    assert (now.to[0].address, now.to[0].name, now.body.preview) == (ADDRESS, "Ada", "kept")
    assert table.listed(provider="cellcast") == table.listed(address=ADDRESS) == [sent.id]


def test_words_that_are_not_known_read_as_unknown(table: SharedTable) -> None:
    sent = message()
    table.store.add(sent.id, _with(record(Status.SENT), sent))
    item = table.item(sent.id)
    document = json.loads(item["message"]["S"])
    document |= {"channel": "telepathy", "kind": "dream", "outcome": "hoped", "failure": {"category": "cosmic_rays"}}
    item["message"]["S"] = json.dumps(document)
    table.client.put_item(TableName=TABLE, Item=item)
    details = table.store.read(sent.id).state.details
    assert details is not None
    read = details.message
    assert (read.channel, read.kind.value, read.outcome.value) == (Channel.UNKNOWN, "unknown", "pending")
    assert read.failure is not None
    assert read.failure.category is FailureCategory.UNKNOWN


ODD_ATTRIBUTES: list[Item] = [
    {"events": {"S": "[null,1,{}]"}},
    {"events": {"S": "no json"}},
    {"events": {"L": []}},
    {"via": {"S": "carrier_pigeon"}},
    {"overflow": {"S": "{}"}},
    {"overflow": {"S": '[null,{"path":[]},{"path":["to",9,"name"],"key":"k","sha256":"x"}]'}},
    {"sort_at": {"N": "1"}},
    {"expires_at": {"S": "never"}},
    {"digest": {"N": "5"}},
    {"revision": {"S": "v3"}},
    {"message": {"S": "{}"}},
    {"message": {"S": "[[["}},
    {"message": {"B": b"x"}},
]


@pytest.mark.parametrize("odd", ["zzz", "", "2999", "9999-99-99T99:99:99.999Z", "2026-06-01T12:00:00Z"])
@pytest.mark.parametrize("name", ["version", "details_fetched_at", "fetched_at", "given_up"])
def test_a_time_that_is_none_keeps_nothing_newer_out(table: SharedTable, name: str, odd: str) -> None:
    sent = message()
    table.store.add(sent.id, _with(record(Status.SENT), sent))
    table.client.put_item(TableName=TABLE, Item=table.item(sent.id) | {name: {"S": odd}})
    newer = message(Status.DELIVERED, subject="newer")
    table.store.add(sent.id, _with(record(Status.DELIVERED, at="2027-01-01T00:00:00.000Z"), newer))
    found = table.store.read(sent.id).state
    now = found.message
    assert now is not None
    assert (now.status, now.subject) == (Status.DELIVERED, "newer")
    times = [found.given_up, *(found.fetched or ())[:1], found.details.version if found.details else None]
    assert odd not in times


@pytest.mark.parametrize("odd", ODD_ATTRIBUTES, ids=str)
def test_odd_attributes_stop_neither_reading_nor_writing_nor_erasing(table: SharedTable, odd: Item) -> None:
    sent = message(to=(Party(address=ADDRESS),))
    table.store.add(sent.id, _with(record(Status.SENT), sent))
    table.client.put_item(TableName=TABLE, Item=table.item(sent.id) | odd)
    table.store.read(sent.id)
    table.listed(provider="cellcast")
    table.store.add(sent.id, _with(record(Status.DELIVERED, at="2027-01-01T00:00:00.000Z"), sent))
    now = table.store.read(sent.id).state.message
    assert now is not None
    assert now.status is Status.DELIVERED
    table.store.erase(sent.id)
    assert set(table.item(sent.id)) == {"pk", "sk", "erased", "revision"}


def test_an_erasure_that_the_release_before_began_is_ended(table: SharedTable) -> None:
    row = json.loads((FOLDER / "half_erased.json").read_text())
    message_id = table.put(row)
    with pytest.raises(MessageNotFound):
        table.store.read(message_id)
    assert set(table.item(message_id)) == {"pk", "sk", "erased", "revision"}
    assert table.client.scan(TableName=TABLE)["Count"] == 1


def _with(new: MessageState, fetched: Message) -> MessageState:
    assert new.details is not None
    return replace(new, details=replace(new.details, message=fetched))


def _events(*observed: Observation) -> MessageState:
    return MessageState(events=merge_observations(observed))
