"""Searching: a walk gives each message that fits exactly once, newest first, at a cost that does not grow."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from message_detail.adapters.aws import cursors
from message_detail.adapters.aws.search import MAX_EXAMINED, Search
from message_detail.adapters.aws.search_index import entry_key
from message_detail.domain import json_codec
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.message import Body, Freshness, Message, Timestamps, Upstream
from message_detail.domain.search_keys import SHARDS, Entry, Indexed, address_list, provider_list
from message_detail.domain.status import Outcome, Status, outcome_for
from message_detail.domain.times import add_seconds
from message_detail.providers import names
from message_detail.providers.base.parties import party
from message_detail.services.search_query import parse
from tests.unit.adapters.search_case import FakeTable, Shelf, id_of, ids, numbered, raw_party, reference, talk
from tests.unit.conftest import Calls, table_of
from tests.unit.samples import T0

STATUSES = [Status.SENT, Status.DELIVERED]
ACCOUNTS = ["default", "second"]


def expected(shelf: Shelf, fits: Callable[[Message], bool], since: str = "", until: str = "~") -> list[str]:
    """The result by its definition."""
    states = [state for state, _ in shelf.stored.values()]
    fitting = [state for state in states if fits(state.message) and since <= state.sort_at < until]
    return [s.message.id for s in sorted(fitting, key=lambda s: (s.sort_at, s.message.id), reverse=True)]


# What can be asked for


@pytest.fixture
def shelf(dynamodb: Any) -> Shelf:
    """Some messages in moto's table, m1 the oldest."""
    shelf = Shelf(dynamodb)
    shelf.put(numbered(1, conversation=talk(id="c/1"), references=(reference("order#7"),)))
    shelf.put(numbered(2, conversation=talk(thread_id="t1"), upstream=Upstream(message_id="up-2")))
    shelf.put(numbered(3, conversation=talk(provider_conversation_id="p1"), status=Status.DELIVERED))
    shelf.put(numbered(4, account="second", to=(party("Ada <Ada.L@Example.COM>"),)), discrepancy=True)
    shelf.put(numbered(5, provider="samva", account="second", from_=None, to=(raw_party("ACME Shop"),)))
    return shelf


M4, M5 = "cellcast:second:m4", "samva:second:m5"


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"address": "0491 570 156"}, ids(3, 2, 1)),
        ({"address": "ada.l@EXAMPLE.com"}, [M4]),
        ({"address": "acme shop"}, [M5]),
        ({"conversation": "c/1"}, ids(1)),
        ({"conversation": "t1"}, ids(2)),
        ({"conversation": "p1"}, ids(3)),
        ({"conversation": "order#7"}, []),
        ({"reference": "order#7"}, ids(1)),
        ({"reference": "up-2"}, ids(2)),
        ({"provider": "cellcast"}, [M4, *ids(3, 2, 1)]),
        ({"provider": "samva"}, [M5]),
        ({"provider": "portsip"}, []),
        ({"provider": "cellcast", "account": "default"}, ids(3, 2, 1)),
        ({"provider": "cellcast", "status": "sent"}, [M4, *ids(2, 1)]),
        ({"provider": "cellcast", "account": "default", "status": "sent"}, ids(2, 1)),
        ({"provider": "cellcast", "account": "second", "status": "delivered"}, []),
        ({}, [M5, M4, *ids(3, 2, 1)]),
        ({"status": "sent"}, [M5, M4, *ids(2, 1)]),
        ({"status": "sent,delivered"}, [M5, M4, *ids(3, 2, 1)]),
        ({"status": "delivered,failed,delivered"}, ids(3)),
        ({"provider": "cellcast", "status": "failed,sent"}, [M4, *ids(2, 1)]),
        ({"provider": "cellcast", "account": "second", "status": "failed,sent"}, [M4]),
        ({"outcome": "pending"}, [M5, M4, *ids(2, 1)]),
        ({"outcome": "success"}, ids(3)),
        ({"outcome": "failure"}, []),
        ({"provider": "samva", "outcome": "pending"}, [M5]),
        ({"provider": "cellcast", "account": "second", "outcome": "pending"}, [M4]),
        ({"since": "2026-06-01T12:03:00Z", "until": "2026-06-01T12:05:00Z"}, [M4, *ids(3)]),
        ({"discrepancy": "true"}, [M4]),
        ({"provider": "cellcast", "since": "2026-06-01T12:02:00Z"}, [M4, *ids(3, 2)]),
        ({"provider": "cellcast", "until": "2026-06-01T12:02:00Z"}, ids(1)),
        ({"address": "+61491570156", "since": "2026-06-01T22:02:00+10:00", "until": "2026-06-01T12:03:00Z"}, ids(2)),
    ],
)
@pytest.mark.parametrize("limit", ["1", "2", "100"])
def test_every_filter_finds_its_messages_newest_first(
    shelf: Shelf, parameters: dict[str, str], found: list[str], limit: str
) -> None:
    assert shelf.walk(**parameters, limit=limit) == found


@pytest.mark.parametrize(
    "spelling",
    ["+61491570156", "+61 (0)491 570 156", "0061 491-570-156", "61491570156", " 61 491 570 156", "tel:+61491570156"],
)
@pytest.mark.parametrize("field", ["from_", "to", "cc", "bcc", "reply_to"])
def test_a_number_is_found_in_any_spelling_and_place(spelling: str, field: str) -> None:
    shelf = Shelf()
    number = party("0491570156", region="AU")
    fields: dict[str, Any] = {"from_": None, "to": (), field: number if field == "from_" else (number,)}
    shelf.put(numbered(1, **fields))
    shelf.put(numbered(2, to=(party("+61491570157"),)))
    assert shelf.walk(address=spelling) == ids(1)


def test_a_message_in_both_lists_of_an_address_is_found_once() -> None:
    shelf = Shelf()
    shelf.put(numbered(1, to=(raw_party("61491570156"), party("+61491570156"))))
    assert shelf.walk(address="61491570156") == ids(1)


def test_what_is_found_says_that_it_was_stored() -> None:
    shelf = Shelf()
    shelf.put(numbered(1))
    (page,) = shelf.pages(provider="cellcast")
    assert [item.provenance.freshness for item in page] == [Freshness.STORED]


# Walks

shelves = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(STATUSES), st.sampled_from(ACCOUNTS), st.booleans()), max_size=40
)


def filled(rows: list[tuple[int, Status, str, bool]]) -> Shelf:
    shelf = Shelf()
    for number, row in enumerate(rows):
        shelf.put(_row(number, *row))
    return shelf


def _row(number: int, minutes: int, status: Status, account: str, to_ada: bool) -> Message:
    to = (party("ada@example.com" if to_ada else "+61491570156"),)
    return numbered(number, minutes=minutes, status=status, account=account, to=to)


@given(shelves, st.integers(1, 12), st.sampled_from(STATUSES), st.integers(0, 21), st.integers(0, 21))
def test_a_walk_is_the_sorted_filter_result(
    rows: list[tuple[int, Status, str, bool]], limit: int, status: Status, first: int, last: int
) -> None:
    shelf = filled(rows)
    since, until = add_seconds(T0, 60 * first), add_seconds(T0, 60 * (first + last) + 1)
    whole = {"limit": str(limit)}
    span = {**whole, "since": since, "until": until}
    assert shelf.walk(provider="cellcast", **whole) == expected(shelf, lambda m: True)
    assert shelf.walk(provider="cellcast", account="second", status=status.value, **span) == expected(
        shelf, lambda m: m.account == "second" and m.status is status, since, until
    )
    assert shelf.walk(address="ADA@example.com", **span) == expected(
        shelf, lambda m: m.to[0].address == "ada@example.com", since, until
    )


@given(shelves, st.integers(1, 12))
def test_all_pages_but_the_last_are_full_and_the_last_is_known_as_such(
    rows: list[tuple[int, Status, str, bool]], limit: int
) -> None:
    pages = [len(page) for page in filled(rows).pages(provider="cellcast", limit=str(limit))]
    full, rest = divmod(len(rows), limit)
    assert pages == ([limit] * full + ([rest] if rest else []) or [0])


@given(shelves, st.integers(1, 5), st.randoms(use_true_random=False))
def test_a_walk_neither_skips_nor_repeats_while_messages_come_and_change(
    rows: list[tuple[int, Status, str, bool]], limit: int, draw: random.Random
) -> None:
    shelf = filled(rows)
    unchanged = {state.message.id: state for state, _ in shelf.stored.values()}
    found: list[str] = []
    number = len(rows)
    for page in shelf.pages(provider="cellcast", status="sent", limit=str(limit)):
        found += [item.id for item in page]
        for _ in range(draw.randrange(4)):
            shelf.put(_row(number, draw.randrange(25), draw.choice(STATUSES), draw.choice(ACCOUNTS), True))
            number += 1
        if unchanged and draw.random() < 0.7:
            name = draw.choice(list(unchanged))
            state = unchanged.pop(name)
            # A time that the provider corrects does not move the message.
            moved = Timestamps(created=add_seconds(T0, 60 * draw.randrange(25)))
            shelf.put(state.message.model_copy(update={"status": draw.choice(STATUSES), "timestamps": moved}))
        if number > 60:
            break
    else:
        sent = {name for name, state in unchanged.items() if state.message.status is Status.SENT}
        assert sent <= set(found)
    assert len(set(found)) == len(found)


def test_messages_of_one_instant_are_walked_one_by_one() -> None:
    shelf = Shelf()
    for number in range(30):
        shelf.put(numbered(number, minutes=0))
    assert shelf.walk(provider="cellcast", limit="1") == sorted((id_of(n) for n in range(30)), reverse=True)


def test_ids_longer_than_a_sort_key_are_found_too() -> None:
    shelf = Shelf()
    names = {f"cellcast:default:{letter * 1_500}" for letter in "äöü"}
    for name in names:
        shelf.put(numbered(1, id=name))
    assert set(shelf.walk(provider="cellcast", limit="2")) == names


UP = (Status.QUEUED, Status.SENT, Status.FAILED, Status.DELIVERED, Status.READ)
"""How a message may come along, one or several steps at a time."""


class Busy(FakeTable):
    """A table in which messages come along at any moment, in the midst of a page, too."""

    def __init__(self, draw: random.Random) -> None:
        super().__init__()
        self.draw = draw
        self.shelf: Shelf | None = None
        self._turn = threading.Lock()

    def query(self, **arguments: Any) -> dict[str, Any]:
        with self._turn:
            if self.shelf is not None:
                for _ in range(self.draw.randrange(3)):
                    come_along(self.shelf, self.draw)
            return super().query(**arguments)


def come_along(shelf: Shelf, draw: random.Random) -> None:
    """One message moves to a later status."""
    message = draw.choice(list(shelf.stored.values()))[0].message
    later = UP[UP.index(message.status) + 1 :]
    if later:
        shelf.put(message.model_copy(update={"status": draw.choice(later)}))


@given(st.integers(1, 25), st.integers(1, 6), st.randoms(use_true_random=False))
def test_a_walk_of_several_statuses_loses_nobody_who_goes_from_one_to_another(
    count: int, limit: int, draw: random.Random
) -> None:
    table = Busy(draw)
    shelf = Shelf(table)
    for number in range(count):
        shelf.put(numbered(number, minutes=draw.randrange(20), status=draw.choice(UP)))
    table.shelf = shelf
    found = shelf.walk(status=",".join(draw.sample(UP, len(UP))), limit=str(limit))
    assert sorted(found) == sorted(shelf.stored)


@pytest.mark.parametrize("place", range(1, 60, 7))
def test_who_goes_on_before_the_end_of_a_list_is_read_is_not_lost(place: int) -> None:
    """All in one shard, more than a page of one list reads of it at a time: no list is read on behind another."""
    shard = [number for number in range(300) if Entry("", "", id_of(number)).shard == 0][:60]

    class AtTheSecondLook(FakeTable):
        looks = 0

        def query(self, *, ExpressionAttributeValues: Any, **arguments: Any) -> dict[str, Any]:
            if ExpressionAttributeValues[":pk"]["S"] == "index#status#cellcast#sent#0":
                self.looks += 1
                if self.looks == 2:
                    moving.put(numbered(shard[place], status=Status.FAILED))
            return super().query(ExpressionAttributeValues=ExpressionAttributeValues, **arguments)

    moving = Shelf(AtTheSecondLook())
    for number in shard:
        moving.put(numbered(number))
    assert moving.walk(provider="cellcast", status="sent,failed", limit="50") == ids(*reversed(shard))


def test_an_outcome_of_a_status_that_may_have_two_is_told_apart() -> None:
    shelf = Shelf()
    shelf.put(numbered(1, outcome=Outcome.PENDING))
    shelf.put(numbered(2, outcome=Outcome.UNCERTAIN))
    shelf.put(numbered(3, outcome=Outcome.UNCERTAIN, provider="samva", account="second"))
    assert shelf.walk(outcome="pending") == ids(1)
    assert shelf.walk(outcome="uncertain", limit="1") == ["samva:second:m3", id_of(2)]
    assert shelf.walk(outcome="uncertain", provider="samva") == ["samva:second:m3"]
    assert shelf.walk(outcome="uncertain", provider="samva", account="default") == []
    assert shelf.walk(status="sent") == ["samva:second:m3", *ids(2, 1)]
    shelf.put(numbered(2, outcome=Outcome.SUCCESS, status=Status.DELIVERED))
    assert shelf.walk(outcome="uncertain", provider="cellcast") == []
    assert shelf.walk(outcome="success") == ids(2)


# Entries that have outlived their message


def test_entries_without_a_fitting_message_are_passed_over() -> None:
    shelf = Shelf()
    shelf.put(numbered(1))
    shelf.put(numbered(3))
    sent, to = provider_list("cellcast", None, "sent"), address_list("+61491570156")
    moved_on, never_stored, gone = numbered(2, status=Status.DELIVERED, to=()), id_of(8), id_of(9)
    shelf.put(moved_on)
    late = add_seconds(T0, 7_200)
    shelf.writer.put([Entry(sent, T0, moved_on.id), Entry(to, T0, moved_on.id)], 1)
    shelf.writer.put([Entry(sent, T0, never_stored), Entry(to, late, never_stored), Entry(to, late, gone)], 1)
    shelf.writer.put([Entry(sent, late, id_of(1)), Entry("discrepancy", late, id_of(1))], 1)  # under another time
    assert shelf.walk(provider="cellcast", status="sent", limit="1") == ids(3, 1)
    assert shelf.walk(address="+61491570156") == ids(3, 1)
    assert shelf.walk(discrepancy="true") == []


def test_very_many_entries_without_a_message_make_a_short_page_not_the_end() -> None:
    shelf = Shelf()
    shelf.put(numbered(0))
    shelf.writer.put([Entry("provider#cellcast", add_seconds(T0, n), f"gone-{n}") for n in range(1, 1_001)], 1)
    pages = list(shelf.pages(provider="cellcast", limit="10"))
    assert [len(page) for page in pages] == [0] * (1_000 // MAX_EXAMINED) + [1]
    assert sum(shelf.reads) == 1_001


def test_more_shards_later_find_what_was_written_to_fewer() -> None:
    """As if each entry had first been written when there were fewer shards, and some of them again since."""
    shelf = Shelf()
    for number in range(20):
        shelf.put(numbered(number))
    for partition, sort in shelf.table.index():
        name, _, shard = partition.rpartition("#")
        earlier = f"{name}#{int(shard) // 2}"
        if earlier != partition:
            shelf.table.write({**shelf.table.partitions[partition][sort], "pk": {"S": earlier}})
            if sort.endswith(("0", "5")):
                shelf.table.remove(partition, sort)
    for limit in ("3", "100"):
        assert shelf.walk(provider="cellcast", limit=limit) == ids(*range(19, -1, -1))


# Cost


class Warehouse(Shelf):
    """Very many messages, each made only when it is read, in the lists that a test asks for."""

    def __init__(self, count: int, *lists: str) -> None:
        super().__init__()
        for number in range(count):
            for name in lists:
                self.table.write(entry_key(Entry(name, add_seconds(T0, number), id_of_the_default(number))))

    def read_many(self, ids: Sequence[str]) -> dict[str, Indexed]:
        self.reads.append(len(ids))
        numbers = {name: int(name.rpartition(":m")[2]) for name in ids}
        return {name: Indexed(numbered(number), add_seconds(T0, number)) for name, number in numbers.items()}


@pytest.mark.parametrize(
    ("parameters", "stored"),
    [
        ({"provider": "cellcast"}, 1_000),
        ({"provider": "cellcast"}, 100_000),
        ({"provider": "cellcast", "status": "sent"}, 10_000),
        ({"address": "+61400000001"}, 10_000),
    ],
)
def test_a_page_costs_the_same_however_much_is_stored(parameters: dict[str, str], stored: int) -> None:
    first, *others = parse(parameters).lists  # a number has a second list, of those who write it without its plus
    shelf = Warehouse(stored, first)
    queries = (1 + len(others)) * SHARDS
    middle = {"until": add_seconds(T0, stored / 2)}
    cursor: dict[str, str] = {}
    for number in range(3):
        shelf.table.requests.clear()
        shelf.table.items_read, shelf.reads[:] = 0, []
        found = shelf.search.find(parse({**parameters, **middle, **cursor}))
        newest = stored // 2 - 1 - 25 * number
        assert [item.id for item in found.items] == [id_of_the_default(newest - place) for place in range(25)]
        assert queries <= shelf.table.requests["query"] <= queries + 1
        assert shelf.table.items_read <= 80
        assert shelf.reads == [25]
        assert found.next_cursor is not None
        cursor = {"cursor": found.next_cursor}


@pytest.mark.parametrize(
    ("parameters", "lists"),
    [
        ({}, len(names())),
        ({"provider": "cellcast", "outcome": "success"}, 3),
        ({"status": "sent,failed,delivered"}, 3 * len(names()) + len(names())),  # a mail may fail after its delivery
        ({"outcome": "pending"}, 6 * len(names())),
        ({"outcome": "failure"}, 6 * len(names())),
        ({"outcome": "uncertain"}, len(names())),
    ],
)
@pytest.mark.parametrize("stored", [0, 10, 600])
def test_a_page_of_several_lists_costs_a_query_for_each_of_their_shards(
    parameters: dict[str, str], lists: int, stored: int
) -> None:
    shelf = Shelf()
    for number in range(stored):
        status, provider = draw_from(UP, number), draw_from(names(), number // len(UP))
        shelf.put(numbered(number, provider=provider, status=status, outcome=outcome_for(status)))
    page: dict[str, str] = {"limit": "20", **parameters}
    for _ in range(3):
        shelf.table.requests.clear()
        found = shelf.search.find(parse(page))
        assert lists * SHARDS <= shelf.table.requests["query"] <= lists * SHARDS + 3  # a shard's part may be larger
        assert set(shelf.table.requests) == {"query"}
        if found.next_cursor is None:
            break
        page["cursor"] = found.next_cursor


def draw_from(choices: Sequence[Any], number: int) -> Any:
    return choices[number % len(choices)]


def test_many_entries_without_a_message_in_several_lists_make_short_pages_not_the_end() -> None:
    shelf = Shelf()
    shelf.put(numbered(0))
    for status in ("sent", "failed"):
        gone = [Entry(f"status#cellcast#{status}", add_seconds(T0, n), f"gone-{n}") for n in range(1, 301)]
        shelf.writer.put(gone, 1)
    pages = list(shelf.pages(status="sent,failed", limit="10"))
    assert [item.id for page in pages for item in page] == ids(0)
    assert len(pages) <= 300 * 2 // 10


def id_of_the_default(number: int) -> str:
    """The id of a numbered message, without the making of one."""
    return f"cellcast:default:m{number}"


def test_what_is_far_back_or_rare_costs_no_more() -> None:
    shelf = Shelf()
    shelf.put(numbered(1, minutes=-60 * 24 * 1_000))
    for number in range(2, 600):
        shelf.put(numbered(number, status=Status.DELIVERED))
    shelf.table.requests.clear()
    assert shelf.walk(provider="cellcast", status="sent") == ids(1)
    assert shelf.walk(provider="cellcast", until=T0) == ids(1)
    assert shelf.table.requests == {"query": 2 * SHARDS}


def test_no_key_takes_the_writes_of_all_messages() -> None:
    """All messages of one sender, provider, account and status, as it goes: the busiest key has its shard's part."""
    shelf = Shelf()
    for number in range(1_000):
        shelf.put(numbered(number))
    assert max(shelf.table.writes.values()) < 1.2 * 1_000 / SHARDS


def test_storing_a_message_takes_one_request_more_and_its_next_status_three() -> None:
    shelf = Shelf()
    shelf.put(numbered(1, status=Status.SENT))
    assert (shelf.table.requests, sum(shelf.table.writes.values())) == ({"batch_write_item": 1}, 7)
    shelf.put(numbered(1, status=Status.DELIVERED))
    assert shelf.table.requests == {"batch_write_item": 2, "delete_item": 2}
    assert sum(shelf.table.writes.values()) == 7 + (2 + 1) + 2, "two lists come, what is counted changes, two go"


def test_a_page_stops_before_it_is_too_large_for_an_answer() -> None:
    shelf = Shelf()
    for number in range(9):
        shelf.put(numbered(number, body=Body(text="ä" * 340_000)))
    shelf.put(numbered(20, body=Body(text="x" * 7_000_000)))  # goes without its text
    pages = list(shelf.pages(provider="cellcast"))
    assert [len(page) for page in pages] == [3, 2, 2, 2, 1]
    assert [item.id for page in pages for item in page] == ids(20, *range(8, -1, -1))


@pytest.mark.parametrize("operation", ["query", "get_item"])
def test_a_refusing_table_is_storage_unavailable(dynamodb: Any, operation: str) -> None:
    calls = Calls(dynamodb)
    for _ in range(SHARDS):
        calls.fail(operation, ClientError({"Error": {"Code": "ThrottlingException"}}, "Query"))
    search = Search(table_of(calls), lambda names: {}, cursors.cursor_key(table_of(calls)))
    with pytest.raises(StorageUnavailable):
        search.find(parse({"provider": "cellcast", **({"cursor": "x"} if operation == "get_item" else {})}))


def test_an_empty_table_has_an_empty_result_without_a_cursor() -> None:
    search = Search(table_of(FakeTable()), lambda names: {}, lambda: b"k" * 32)
    found = search.find(parse({"discrepancy": "true"}))
    assert (found.items, found.next_cursor) == ((), None)


def test_a_list_walks_past_a_message_that_no_answer_can_hold() -> None:
    """Five mails of a thread, 1.2 MB each, once kept every page that began with them from ever being answered."""
    shelf = Shelf()
    for number in range(1, 6):
        shelf.put(numbered(number, extensions={"mails": ["m" * 1_200_000] * 5} if number == 3 else {}))
    pages = list(shelf.pages(provider="cellcast", limit="2"))
    assert [item.id for page in pages for item in page] == ids(5, 4, 3, 2, 1)
    for page in pages:
        assert len(json.dumps(json_codec.dumps({"items": [item.as_json() for item in page]}))) < 5_500_000
    (large,) = [item for page in pages for item in page if item.id == id_of(3)]
    assert {drift.problem for drift in large.provenance.drift} == {"too_large"}
