"""The index: where a message stands, and that an entry is never one too few, whatever happens around a write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from message_detail.adapters.aws.key_schema import INDEX_ENTRY
from message_detail.adapters.aws.search_index import Writer, read_message_id
from message_detail.adapters.aws.table import ATTEMPTS
from message_detail.domain import search_keys
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.message import Message, Party, Timestamps, Upstream
from message_detail.domain.search_keys import (
    Changes,
    Entry,
    Indexed,
    address_list,
    changes,
    contact_list,
    entries,
    entry_expiry,
    lists_for,
    national_list,
    sort_time,
)
from message_detail.domain.statistics.facts import unpack
from message_detail.domain.status import Outcome, Status
from message_detail.providers.base.parties import party
from tests.unit.adapters.search_case import FakeTable, Shelf, numbered, pair_of, raw_party, reference, talk
from tests.unit.conftest import TABLE, Calls, table_of
from tests.unit.samples import ID, T0, message

LATER = "2026-06-01T13:00:00.000Z"


def lists(of: Message, discrepancy: bool = False) -> set[str]:
    return {entry.list for entry in entries(of, T0, discrepancy)}


def test_a_message_stands_in_every_list_that_a_search_can_ask_for() -> None:
    full = message(
        Status.SENT,
        from_=party("+61 400 000 001"),
        to=(party("0491 570 156", region="AU"),),
        cc=(party("Ada <Ada@Example.COM>"),),
        bcc=(party("ACME"),),
        reply_to=(party("+61400000001"),),
        conversation=talk(id="c1", thread_id="t1", provider_conversation_id="p1", parent_id="not this"),
        references=(reference("order-7"), reference("order-8")),
        upstream=Upstream(message_id="up-1"),
    )
    assert lists(full) == {
        "provider#cellcast",
        "account#cellcast#default",
        "status#cellcast#sent",
        "account-status#cellcast#default#sent",
        "address#+61400000001",
        "address#+61491570156",
        "national#0491570156",
        "address#ada@example.com",
        "address#acme",
        "conversation#c1",
        "conversation#t1",
        "conversation#p1",
        "reference#order-7",
        "reference#order-8",
        "reference#up-1",
    }
    assert lists(full, discrepancy=True) - lists(full) == {"discrepancy"}
    given_up = full.model_copy(update={"outcome": Outcome.UNCERTAIN})
    assert lists(given_up) - lists(full) == {"status#cellcast#uncertain", "account-status#cellcast#default#uncertain"}


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"created": T0, "received": LATER, "sent": LATER}, T0),
        ({"received": T0, "sent": LATER, "updated": LATER}, T0),
        ({"sent": T0, "scheduled": LATER}, T0),
        ({"scheduled": LATER, "delivered": T0}, LATER),
        ({"delivered": LATER}, T0),
    ],
)
def test_a_message_is_listed_under_the_time_it_was_made(times: dict[str, str], expected: str) -> None:
    assert sort_time(message(timestamps=Timestamps.model_validate(times))) == expected


def test_a_national_number_never_meets_another_countrys() -> None:
    national = message(to=(raw_party("2025550123"),))
    egyptian = message(to=(Party(address="+2025550123", address_raw="+20 2 5550123"),))
    assert {name for name in lists(national) & lists(egyptian) if name.startswith("address")} == set()


@given(
    st.lists(
        st.tuples(st.sampled_from(["address_list", "conversation_list", "reference_list"]), st.text(min_size=1)),
        min_size=2,
        max_size=2,
        unique=True,
    )
)
def test_no_two_lists_share_a_key(pair: list[tuple[str, str]]) -> None:
    one, other = (
        {INDEX_ENTRY.partition(list=getattr(search_keys, kind)(value), shard=n) for n in range(12)}
        for kind, value in pair
    )
    assert one & other == set()
    assert not any(key.startswith(("index#provider#", "index#account")) for key in one | other)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=1_500), st.integers(1, 900))
def test_keys_fit_dynamodb_whatever_the_length(text: str, times: int) -> None:
    name = (text * times)[:20_000]
    whole = name.encode()[:1_500].decode(errors="ignore") or "x"
    entry = Entry(search_keys.reference_list(name), T0, f"highlevel:{'a' * 64}:{whole}")
    partition, sort = pair_of(entry)
    assert len(partition.encode()) <= 2_048
    assert len(sort.encode()) <= 1_024
    assert sort.startswith(T0)


def test_the_entries_of_one_list_spread_over_its_shards() -> None:
    shards = Counter(Entry("provider#cellcast", T0, numbered(number).id).shard for number in range(2_000))
    assert len(shards) == search_keys.SHARDS
    assert max(shards.values()) < 1.2 * 2_000 / search_keys.SHARDS


def test_what_did_not_change_needs_no_write() -> None:
    state = Indexed(numbered(1), T0)
    newer = Indexed(numbered(1, subject="another text"), T0)
    assert changes(state, newer) == Changes()
    assert changes(None, None) == Changes()


def test_the_entry_in_the_census_carries_what_is_counted_and_is_written_anew_when_that_changes(dynamodb: Any) -> None:
    sent, delivered = (Indexed(numbered(1, status=status), T0) for status in (Status.SENT, Status.DELIVERED))
    update = Writer(table_of(dynamodb)).update()
    update.prepare(None, sent, 1)
    update.finish(1)
    assert _carried(dynamodb) == {"account#cellcast#default": sent.facts()}
    update = Writer(table_of(dynamodb)).update()
    update.prepare(sent, delivered, 2)
    update.finish(2)
    assert _carried(dynamodb) == {"account#cellcast#default": delivered.facts()}
    assert unpack(delivered.facts()) != unpack(sent.facts())


def test_facts_of_a_lost_attempt_are_replaced_by_those_of_the_message_as_it_stands(dynamodb: Any) -> None:
    sent, failed, read = (Indexed(numbered(1, status=one), T0) for one in (Status.SENT, Status.FAILED, Status.READ))
    update = Writer(table_of(dynamodb)).update()
    update.prepare(sent, failed, 2)
    update.withdraw(read, 2)  # another writer was faster
    assert _carried(dynamodb) == {"account#cellcast#default": read.facts()}


def _carried(dynamodb: Any) -> dict[str, str]:
    """The facts in the index, by the list of their entry."""
    items = dynamodb.scan(TableName=TABLE)["Items"]
    return {
        item["pk"]["S"].split("#", 1)[1].rpartition("#")[0]: item["facts"]["S"] for item in items if "facts" in item
    }


def test_a_first_state_writes_all_its_entries_and_the_end_deletes_them() -> None:
    state = Indexed(numbered(1), T0, discrepancy=True)
    everything = entries(state.message, T0, discrepancy=True)
    assert changes(None, state) == Changes(put=everything)
    assert changes(state, None) == Changes(delete=everything)


def test_a_step_changes_only_the_lists_it_is_about() -> None:
    before = Indexed(numbered(1, status=Status.SENT), T0)
    after = Indexed(numbered(1, status=Status.DELIVERED, to=(party("+61491570157"),)), T0, discrepancy=True)
    steps = changes(before, after)
    assert {entry.list for entry in steps.put} == {
        "status#cellcast#delivered",
        "account-status#cellcast#default#delivered",
        "address#+61491570157",
        "discrepancy",
        "account#cellcast#default",  # what is counted of it is another
    }
    assert {entry.list for entry in steps.delete} == {
        "status#cellcast#sent",
        "account-status#cellcast#default#sent",
        "address#+61491570156",
        "national#0491570156",
    }


@given(st.integers(0, 2**33), st.integers(0, 400 * 86_400))
def test_entries_outlive_their_message_without_being_rewritten_at_every_change(first: int, later: int) -> None:
    before, after = (Indexed(numbered(1), T0, expires_at=expires_at) for expires_at in (first, first + later))
    entries_until = entry_expiry(after if changes(before, after).put else before)
    assert entries_until is not None
    assert first + later < entries_until <= first + later + search_keys.EXPIRY_STEP_SECONDS


def test_a_changed_retention_rewrites_the_entries() -> None:
    forever, limited = Indexed(numbered(1), T0), Indexed(numbered(1), T0, expires_at=1)
    assert changes(forever, limited).put == changes(limited, forever).put == entries(numbered(1), T0)


# Writing


def test_entries_are_written_in_batches_and_found_in_the_table(dynamodb: Any) -> None:
    calls = Calls(dynamodb)
    many = frozenset(Entry(f"reference#{number}", T0, ID) for number in range(60))
    Writer(table_of(calls)).put(many, 3, Indexed(numbered(1), T0, expires_at=77))
    assert calls.made == ["batch_write_item"] * 3
    items = dynamodb.scan(TableName=TABLE)["Items"]
    assert {(item["pk"]["S"], item["sk"]["S"]) for item in items} == set(map(pair_of, many))
    assert {(item["revision"]["N"], item["expires_at"]["N"]) for item in items} == {
        ("3", str(search_keys.EXPIRY_STEP_SECONDS))
    }
    assert {read_message_id(item) for item in items} == {ID}


def test_nothing_to_write_sends_nothing(dynamodb: Any) -> None:
    calls = Calls(dynamodb)
    update = Writer(table_of(calls)).update()
    state = Indexed(numbered(1), T0)
    update.prepare(state, state, 2)
    update.finish(2)
    assert calls.made == []


@pytest.mark.parametrize("name", ["short", "#odd#/:ü", "ü" * 700])
def test_an_item_leads_to_its_message_whatever_the_id(dynamodb: Any, name: str) -> None:
    whole = f"samva:default:{name}"
    Writer(table_of(dynamodb)).put([Entry("reference#r", T0, whole)], 1)
    (item,) = dynamodb.scan(TableName=TABLE)["Items"]
    assert read_message_id(item) == whole


def test_an_entry_goes_unless_a_later_revision_wrote_it_again(dynamodb: Any) -> None:
    writer, entry = Writer(table_of(dynamodb)), Entry("reference#r", T0, ID)
    writer.put([entry], 5)
    writer.delete([entry], 4)
    assert dynamodb.scan(TableName=TABLE)["Count"] == 1
    writer.delete([entry], 5)
    writer.delete([entry], 5)
    assert dynamodb.scan(TableName=TABLE)["Count"] == 0


def test_what_a_batch_left_over_is_written_after_a_pause() -> None:
    table, waits = FakeTable(), list[float]()
    table.refuse = 30
    many = frozenset(Entry(f"reference#{number}", T0, ID) for number in range(20))
    Writer(table_of(table, sleep=waits.append)).put(many, 1)
    assert table.index() == set(map(pair_of, many))
    assert waits == [0.05, 0.1]


def test_a_table_that_takes_nothing_is_storage_unavailable() -> None:
    table = FakeTable()
    table.refuse = 1_000
    with pytest.raises(StorageUnavailable):
        Writer(table_of(table)).put([Entry("reference#r", T0, ID)], 1)
    assert table.requests["batch_write_item"] == ATTEMPTS


def test_an_entry_that_could_not_be_deleted_does_not_fail_a_stored_message(dynamodb: Any) -> None:
    calls = Calls(dynamodb)
    shelf = Shelf(calls)
    shelf.put(numbered(1, status=Status.SENT))
    calls.fail("delete_item", ClientError({"Error": {"Code": "ThrottlingException"}}, "DeleteItem"))
    shelf.put(numbered(1, status=Status.DELIVERED))
    assert shelf.walk(provider="cellcast", status="sent") == []
    assert shelf.walk(provider="cellcast", status="delivered") == [numbered(1).id]


# Writers at once, and crashes


def _needed(shelf: Shelf) -> set[tuple[str, str]]:
    return {pair_of(entry) for state, _ in shelf.stored.values() for entry in search_keys.entries_for(state)}


_STATUSES = [Status.QUEUED, Status.SENT, Status.DELIVERED]
_PARTIES = [(), (party("+61491570156"),), (party("+61491570157"),)]


@st.composite
def states(draw: st.DrawFn) -> Indexed:
    """A state of one message: newer ones may take parties away and bring them back."""
    version = draw(st.integers(0, 5))
    times = Timestamps(created=T0, updated=f"2026-06-01T12:00:0{version}.000Z")
    status, to = _STATUSES[version * 7 % 3], _PARTIES[(version * 5 + version // 2) % 3]
    # Whoever stores the message first decides under which time.
    sort_at = T0 if draw(st.booleans()) else LATER
    return Indexed(numbered(1, status=status, to=to, timestamps=times), sort_at)


@given(st.lists(states(), min_size=1, max_size=5), st.lists(st.integers(0, 4), max_size=60))
def test_writers_that_overtake_each_other_leave_exactly_the_entries_needed(
    news: list[Indexed], turns: list[int]
) -> None:
    shelf = Shelf()
    writers = [shelf.write_in_steps(shelf.writer.update(), new) for new in news]
    for turn in [*turns, *[number for number in range(len(writers)) for _ in range(100)]]:
        next(writers[turn % len(writers)], None)
    assert shelf.table.index() == _needed(shelf)


@pytest.mark.parametrize("version_of_the_late_one", [1, 6])
def test_a_late_writer_that_marked_an_entry_with_an_old_revision_makes_up_for_it(version_of_the_late_one: int) -> None:
    def state(version: int, *to: str) -> Indexed:
        times = Timestamps(created=T0, updated=f"2026-06-01T12:00:0{version}.000Z")
        return Indexed(numbered(1, to=tuple(party(number) for number in to), timestamps=times), T0)

    shelf = Shelf()
    _finish(shelf.write_in_steps(shelf.writer.update(), state(0)))
    late = shelf.write_in_steps(shelf.writer.update(), state(version_of_the_late_one, "+61491570156"))
    next(late)  # has read revision 1
    _finish(shelf.write_in_steps(shelf.writer.update(), state(2, "+61491570156")))
    removing = shelf.write_in_steps(shelf.writer.update(), state(3))
    for _ in range(3):
        next(removing)  # has written revision 3, which lacks the number, but not yet deleted its entry
    _finish(shelf.write_in_steps(shelf.writer.update(), state(4, "+61491570156")))
    next(late)  # marks the entry with revision 2, and only then finds that it was overtaken
    _finish(removing)
    _finish(late)
    assert shelf.table.index() == _needed(shelf)


@given(st.lists(st.tuples(states(), st.integers(0, 4)), min_size=1, max_size=6))
def test_after_a_crash_anywhere_and_a_redelivery_no_entry_is_missing(runs: list[tuple[Indexed, int]]) -> None:
    shelf = Shelf()
    for new, steps in runs:
        crashing = shelf.write_in_steps(shelf.writer.update(), new)
        for _ in range(steps):
            next(crashing, None)
        crashing.close()
        assert _needed(shelf) <= shelf.table.index()
        _finish(shelf.write_in_steps(shelf.writer.update(), new))
        assert _needed(shelf) <= shelf.table.index()


def _finish(steps: Iterator[None]) -> None:
    for _ in steps:
        pass


def test_a_person_s_lists_are_those_of_the_address_and_of_the_provider_s_id() -> None:
    person = Party(address="+61491570156", address_raw="0491 570 156", contact_id="C7")
    assert lists_for(person) == {
        address_list("+61491570156"), national_list("0491570156"), contact_list("C7"),
    }  # fmt: skip
    assert lists_for(Party(contact_id="C7")) == {"contact#C7"}
    assert lists_for(Party()) == frozenset()
    found = entries(message(to=(person,)), T0)
    assert {Entry(name, T0, ID) for name in lists_for(person)} <= found
