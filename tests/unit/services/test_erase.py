"""Erasure: nothing of the person is left, nothing brings it back, and nobody else is touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from message_detail.adapters.aws.cursors import cursor_key
from message_detail.adapters.aws.due_index import LEASE_SECONDS, DueIndex
from message_detail.adapters.aws.large_values import ERASED, ROOM_BYTES, LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.row_packing import unpack
from message_detail.adapters.aws.search import Search
from message_detail.domain.erasure import ErasureState
from message_detail.domain.errors import MessageNotFound, StorageUnavailable
from message_detail.domain.message import Body, Channel, Message, Reference
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import FixedSchedule
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState, state_from_answer
from message_detail.providers.base.parties import party
from message_detail.services.search_query import parse
from tests.unit.adapters.search_case import numbered
from tests.unit.conftest import BUCKET, TABLE, Calls, Clock, table_of, unpacked
from tests.unit.crashes import Crash, CrashingClient
from tests.unit.samples import observation, stand_in
from tests.unit.services.erasing import TOMBSTONE, Erasing, rows

ADA = "+61491570156"
BOB = "+61491570157"


class Room:
    """A store, a search and an eraser over one table and bucket."""

    def __init__(
        self, dynamodb: Any, s3: Any, clock: Clock, writes: list[int] | None = None, *, after: bool = False
    ) -> None:
        self.dynamodb, self.s3, self.clock = dynamodb, s3, clock
        writes = writes if writes is not None else [0]
        self.calls = CrashingClient(dynamodb, writes, after=after)
        self.s3_calls = Calls(CrashingClient(s3, writes, after=after))
        self.store = Store(table_of(self.calls), LargeValues(lambda: stand_in(self.s3_calls), BUCKET), now=clock)
        self.search = Search(table_of(self.calls), self.store.read_many, cursor_key(table_of(dynamodb)))
        self.due = DueIndex(table_of(dynamodb), now=clock)
        self.regions: tuple[str, ...] = ()

    def put(self, number: int, person: str = ADA, **changes: Any) -> Message:
        fields = {"to": (party(person),), "from_": party("+61400000001"), "channel": Channel.SMS, **changes}
        new = numbered(number, body=fields.pop("body", Body(text=f"Parcel {number} of {person}")), **fields)
        self.store.add(new.id, self.record(new))
        return new

    def record(self, new: Message) -> MessageState:
        return state_from_answer(NormalizedMessage(new, (observation(new.status),)))

    @cached_property
    def erasing(self) -> Erasing:
        table = table_of(self.calls)
        return Erasing(table, self.search, self.store, self.clock, lambda: self.regions, monotonic=self.clock)

    def erase(self, address: str = ADA, **body: Any) -> int:
        """How many messages an erasure has erased, from its beginning to its end."""
        erasure = self.erasing.erase(address=address, **body)
        assert (erasure.state, erasure.left) == (ErasureState.DONE, 0)
        return erasure.erased

    def found(self, address: str) -> list[str]:
        query = parse({"address": address}, lambda: self.regions)
        return [item.provider_message_id for item in self.search.find(query).items]

    def everything(self) -> str:
        """All that is left, in the table and in the bucket."""
        items = unpacked(self.dynamodb)
        texts = [self.s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read().decode() for one in self.texts()]
        return json.dumps([item for item in items if not item["pk"]["S"].startswith("setting#")], default=str) + str(
            texts
        )

    def texts(self) -> list[dict[str, Any]]:
        """The objects of the bucket but for the notes of what was erased."""
        objects = self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return [one for one in objects if not one["Key"].startswith(ERASED)]

    def tombstone(self, message: Message) -> dict[str, Any]:
        key = {"pk": {"S": f"message#{message.id}"}, "sk": {"S": "message"}}
        return unpack(self.dynamodb.get_item(TableName=TABLE, Key=key)["Item"])


@pytest.fixture
def room(dynamodb: Any, s3: Any, clock: Clock) -> Room:
    return Room(dynamodb, s3, clock)


def test_nothing_of_the_person_is_left_in_table_or_bucket(room: Room) -> None:
    message = room.put(
        1,
        body=Body(text=f"x{ADA}" * ROOM_BYTES, html="<b>parcel</b>"),
        references=(Reference(type="external_id", value="order-of-ada"),),
    )
    assert ADA in room.everything()
    assert len(room.texts()) == 1
    assert room.erase() == 1
    left = room.everything()
    for private in (ADA, ADA.removeprefix("+"), "parcel", "order-of-ada", "61400000001"):
        assert private not in left
    assert room.texts() == []
    assert set(room.tombstone(message)) == TOMBSTONE
    assert rows(room.dynamodb) == [f"message#{message.id}"], "the tombstone alone"


def test_texts_of_earlier_versions_are_deleted_too(room: Room) -> None:
    for version in ("first", "second"):
        room.clock.now += 60
        room.put(1, body=Body(text=version * ROOM_BYTES), status_reason=version)
    assert room.texts()
    room.erase()
    assert room.texts() == []


@pytest.mark.parametrize("spelling", ["+61491570156", "+61 491 570 156", "0061-491-570-156", "tel:+61491570156"])
def test_every_spelling_erases(room: Room, spelling: str) -> None:
    room.put(1)
    assert room.erase(spelling) == 1
    assert room.found(ADA) == []


def test_other_persons_messages_are_untouched(room: Room) -> None:
    room.put(1)
    bobs = [room.put(2, BOB), room.put(3, BOB)]
    before = [room.tombstone(bob) for bob in bobs]
    assert room.erase() == 1
    assert [room.tombstone(bob) for bob in bobs] == before
    assert room.found(BOB) == ["m3", "m2"]
    assert [item.provider_message_id for item in room.search.find(parse({"provider": "cellcast"})).items] == [
        "m3",
        "m2",
    ]


def test_more_than_a_page_in_all_roles_and_providers_is_erased_and_counted(room: Room) -> None:
    roles = ({"to": (party(ADA),)}, {"from_": party(ADA)}, {"to": (party(BOB),), "cc": (party(ADA),)})
    for number in range(105):
        provider = ("cellcast", "samva", "portsip")[number % 3]
        room.put(number, provider=provider, **roles[number // 3 % 3])
    assert room.erase(expected=105) == 105
    assert room.found(ADA) == []
    assert ADA not in room.everything()
    assert room.erase() == 0


def test_nobody_of_that_address_is_none_erased(room: Room) -> None:
    room.put(1, BOB)
    assert room.erase() == 0
    assert room.erase("nobody@example.com") == 0


# What comes late


def test_a_late_writer_that_has_read_before_brings_nothing_back(room: Room) -> None:
    message = room.put(1)
    known = room.store.read(message.id)
    room.erase()
    newer = message.model_copy(update={"body": Body(text="y" * 2 * ROOM_BYTES), "cc": (party(ADA),)})
    with pytest.raises(MessageNotFound):
        room.store.add(message.id, room.record(newer), known)
    assert ADA not in room.everything()
    assert room.texts() == []
    assert rows(room.dynamodb) == [f"message#{message.id}"]


def test_a_late_reader_finds_nothing(room: Room) -> None:
    message = room.put(1)
    room.erase()
    for use in (lambda: room.store.read(message.id), lambda: room.store.add(message.id, room.record(message))):
        with pytest.raises(MessageNotFound):
            use()
    assert room.store.read_many([message.id]) == {}
    assert set(room.tombstone(message)) == TOMBSTONE


def test_an_erased_message_is_not_due(room: Room) -> None:
    message = room.put(1)
    room.store.add(
        message.id,
        MessageState(given_up="2026-06-01T12:00:00.000Z"),
        schedule=FixedSchedule("2026-06-01T12:00:00.000Z"),
    )
    assert len(list(room.due.due("cellcast", 10))) == 1
    room.erase()
    room.clock.now += 1e7
    assert list(room.due.due("cellcast", 10)) == []


def test_a_writer_in_between_is_erased_as_well(room: Room) -> None:
    message = room.put(1)
    meanwhile = message.model_copy(update={"cc": (party(BOB),), "status": Status.DELIVERED})
    once: list[Callable[[], object]] = [lambda: room.store.add(message.id, room.record(meanwhile))]
    original = room.store._replace

    def replace(item: dict[str, Any], stamp: dict[str, Any] | None) -> None:
        while once:
            once.pop()()
        original(item, stamp)

    room.store._replace = replace  # type: ignore[method-assign]
    assert room.erase() == 1
    assert room.found(ADA) == room.found(BOB) == []
    assert rows(room.dynamodb) == [f"message#{message.id}"]


# Crashes


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_write_is_made_good_by_the_next_reader_at_the_latest_a_reconciliation_s(
    dynamodb: Any, s3: Any, clock: Clock, *, after: bool
) -> None:
    crashes, died = 0, True
    while died:
        writes = [0]
        room = Room(dynamodb, s3, clock, writes, after=after)
        message = room.put(crashes, body=Body(text=f"x{ADA}" * ROOM_BYTES))
        writes[0] = crashes + 1
        died = dies(partial(room.store.erase, message.id, "e"))
        if "erased" not in room.tombstone(message):
            assert room.store.erase(message.id, "e")
        elif "message" in room.tombstone(message):
            assert room.found(ADA) == [], "what is half erased is not shown"
            room.clock.now += LEASE_SECONDS
            (due,) = room.due.due("cellcast", 10)
            with pytest.raises(MessageNotFound):
                room.store.read(f"cellcast:{due.account}:{due.message_id}")
        assert ADA not in room.everything()
        assert set(room.tombstone(message)) == TOMBSTONE
        crashes += 1
    assert crashes >= 5, "the mark, the entries, the text, and the tombstone"


def dies(action: Callable[[], object]) -> bool:
    try:
        action()
    except Crash:
        return True
    return False


def test_a_bucket_that_refuses_is_told_and_made_good(room: Room) -> None:
    message = room.put(1, body=Body(text=f"x{ADA}" * ROOM_BYTES))
    room.s3_calls.fail("delete_object", EndpointConnectionError(endpoint_url="x"))
    with pytest.raises(StorageUnavailable):
        room.store.erase(message.id)
    room.store.erase(message.id)
    assert ADA not in room.everything()
