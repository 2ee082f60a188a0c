"""Searching by a text that may be anything: whatever it names is found, at a cost that does not grow, and no caller's
text breaks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest

from message_detail.domain.answer_size import MAX_BYTES, size_in_answer
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.json_codec import dumps
from message_detail.domain.message import Body, Message, Upstream
from message_detail.domain.search_keys import SHARDS
from message_detail.providers import names
from message_detail.providers.base.parties import party
from message_detail.services.search_query import parse
from message_detail.services.text_search import Matches, TextParameters, TextSearch
from tests.unit.adapters.search_case import Shelf, numbered, raw_party, reference, talk
from tests.unit.samples import stand_in

AU: Final = frozenset({"AU"})


class Known:
    """Accounts that have been used: the first of each provider's, and a second one in Australia at one."""

    asked = 0

    def regions_by_account(self, provider: str) -> Mapping[str, frozenset[str]]:
        self.asked += 1
        return {"second": AU} if provider == "cellcast" else {}


class Desk:
    """A shelf of messages, and whoever searches it."""

    def __init__(self, table: Any | None = None) -> None:
        self.shelf = Shelf(table)
        self.known = Known()
        self.searched = TextSearch(self.shelf.search, stand_in(self.known))

    def put(self, *messages: Message) -> None:
        for one in messages:
            self.shelf.put(one)

    def search(self, q: str, **parameters: str) -> Matches:
        return self.searched.find(TextParameters.read({"q": q, **parameters}))

    def found(self, q: str, **parameters: str) -> list[tuple[str, str]]:
        return [(match, message.id) for match, message in self.search(q, **parameters).items]


def of(native_id: str, provider: str = "cellcast", account: str = "default", **changes: Any) -> Message:
    changes = {"from_": None, "to": (), "id": f"{provider}:{account}:{native_id}", **changes}
    return numbered(1, provider=provider, account=account, provider_message_id=native_id, **changes)


# What a text may be


@pytest.fixture
def desk(dynamodb: Any) -> Desk:
    desk = Desk(dynamodb)
    desk.put(
        of("by-number", to=(party("0491 570 156", region="AU"),)),
        of("by-mail", "samva", from_=party("Ada <Ada.L@Example.COM>")),
        of("by-sender", "samva", from_=raw_party("ACME Shop")),
        of("by-talk", "highlevel", conversation=talk(id="c/1", thread_id="t1", provider_conversation_id="p1")),
        of("by-reference", "samva", references=(reference("order#7 é"),), upstream=Upstream(message_id="up-2")),
        of("in-second", account="second"),
    )
    return desk


@pytest.mark.parametrize(
    ("text", "match", "name"),
    [
        ("+61491570156", "address", "cellcast:default:by-number"),
        ("+61 (0)491 570-156", "address", "cellcast:default:by-number"),
        ("tel:+61-491-570-156", "address", "cellcast:default:by-number"),
        ("0061491570156", "address", "cellcast:default:by-number"),
        ("61491570156", "address", "cellcast:default:by-number"),
        ("0491 570 156", "address", "cellcast:default:by-number"),
        ("(0491) 570 156", "address", "cellcast:default:by-number"),
        ("ada.l@EXAMPLE.com", "address", "samva:default:by-mail"),
        ("Ada <ada.l@example.com>", "address", "samva:default:by-mail"),
        ("acme shop", "address", "samva:default:by-sender"),
        ("c/1", "conversation", "highlevel:default:by-talk"),
        ("t1", "conversation", "highlevel:default:by-talk"),
        ("p1", "conversation", "highlevel:default:by-talk"),
        ("order#7 é", "reference", "samva:default:by-reference"),
        ("up-2", "reference", "samva:default:by-reference"),
        ("by-talk", "message_id", "highlevel:default:by-talk"),
        ("in-second", "message_id", "cellcast:second:in-second"),
        ("cellcast:second:in-second", "message_id", "cellcast:second:in-second"),
    ],
)
@pytest.mark.parametrize("around", ["{}", " {}\r\n", "\u202a{}\u202c", "\u200f {}\u2069"], ids=range(4))
def test_whatever_a_text_names_is_found(desk: Desk, text: str, match: str, name: str, around: str) -> None:
    assert desk.found(around.format(text)) == [(match, name)]


def test_a_whole_id_is_found_in_an_account_that_is_not_known(desk: Desk) -> None:
    desk.put(of("x", account="removed"))
    assert desk.found("cellcast:removed:x") == [("message_id", "cellcast:removed:x")]
    assert desk.found("x") == []


@pytest.mark.parametrize(
    "native_id",
    ["a/timeline", "a/explanation", "a/raw", "a/b/c", "a:b:c", "samva:default:x", "+61 491", "%2F", "ü/é ", "..", "0"],
)
def test_an_id_is_found_whatever_it_looks_like(native_id: str) -> None:
    desk = Desk()
    desk.put(of(native_id), of(native_id, account="second"), of(native_id, "samva"))
    ids = {f"{place}:{native_id}" for place in ("cellcast:default", "cellcast:second", "samva:default")}
    assert set(desk.found(native_id)) == {("message_id", name) for name in ids}
    for name in ids:
        assert desk.found(name) == [("message_id", name)]


def test_a_message_is_shown_once_under_the_first_of_its_matches() -> None:
    """The newest of an e-mail's thread, say: its id is the thread's, and a reference of another message, too."""
    desk = Desk()
    desk.put(
        of("x", conversation=talk(id="x"), references=(reference("x"),)),
        of("y", conversation=talk(id="x"), references=(reference("x"),)),
        of("z", references=(reference("x"),)),
    )
    matches = [("message_id", "x"), ("conversation", "y"), ("reference", "z")]
    assert desk.found("x") == [(match, f"cellcast:default:{name}") for match, name in matches]


def test_nothing_that_is_stored_is_no_error() -> None:
    desk = Desk()
    for text in (
        "nobody@example.com",
        "+15550100",
        "no-such-id",
        "cellcast:default:",
        "cellcast::x",
        ":::",
        "a" * 2_000,
    ):
        found = desk.search(text)
        assert found == Matches((), {"address": None, "conversation": None, "reference": None})


# What no one would search for


@pytest.mark.parametrize(
    "text",
    [
        "?!;,",
        "<>",
        "a\x00b",
        "x\u202e\u202dy",
        "\ufdd0",
        "\U0001f600" * 400,
        "'; DROP--",
        "#",
        "index#x",
        "%",
        "ä" * 1_900,
        ",".join(f"a{n}@example.com" for n in range(50)),
        "a\nb\tc",
    ],
    ids=range(13),
)
def test_odd_texts_find_nothing_and_break_nothing(text: str) -> None:
    desk = Desk()
    desk.put(of("x", to=(party("a1@example.com"),)))
    assert desk.search(text, limit="1").items == ()
    desk.put(of("y", references=(reference(text),)))
    assert desk.found(text) == [("reference", "cellcast:default:y")]


@pytest.mark.parametrize(
    ("parameters", "detail"),
    [
        ({}, "q: must be given"),
        ({"q": ""}, "q: must not be empty"),
        ({"q": " \t"}, "q: must not be empty"),
        ({"q": "\u200f\u202a\u2066\ufeff"}, "q: must not be empty: there is nothing to be seen in it"),
        ({"q": "\x00"}, "q: must not be empty: there is nothing to be seen in it"),
        ({"q": "a" * 10_000}, "q: must have at most 2000 characters"),
        ({"q": "x", "limit": "0"}, "limit: must be a whole number from 1 to 100"),
        ({"q": "x", "limit": "101"}, "limit: must be a whole number from 1 to 100"),
        ({"q": "x", "limit": "abc"}, "limit: must be a whole number from 1 to 100"),
        ({"q": "x", "view": "all"}, "view: must be summary"),
        ({"q": "x", "cursor": "c"}, "unknown parameter 'cursor'; known are: q, view, limit"),
        ({"q": "x", "account": "default"}, "unknown parameter 'account'; known are: q, view, limit"),
    ],
)
def test_bad_parameters_are_told(parameters: dict[str, str], detail: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        TextParameters.read(parameters)
    assert refused.value.detail == detail


# How much


def _thread(count: int) -> list[Message]:
    """Messages that share an address, a conversation and a reference, all of them the same text."""
    return [
        numbered(n, from_=raw_party("7"), to=(), conversation=talk(id="7"), references=(reference("7"),))
        for n in range(count)
    ]


def test_of_each_sort_so_many_are_shown_and_the_rest_is_where_it_says() -> None:
    desk = Desk()
    desk.put(*_thread(5), of("7"), of("7", account="second"))
    found = desk.search("7", limit="1", view="summary")
    assert [match for match, _ in found.items] == ["message_id", "address"]  # the others' first is the address's
    for match, url in found.more.items():
        assert url is not None
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query, strict_parsing=True))
        assert (parts.path, asked[match], asked["limit"], asked["view"]) == ("/v1/messages", "7", "1", "summary")
        assert [one.id for one in desk.shelf.search.find(parse(asked)).items] == [numbered(3).id]


def test_what_is_whole_has_no_rest() -> None:
    desk = Desk()
    desk.put(*_thread(5))
    found = desk.search("7", limit="5")
    assert (len(found.items), set(found.more.values())) == (5, {None})


def test_a_national_number_goes_on_in_the_regions_of_the_accounts() -> None:
    desk = Desk()
    desk.put(*(numbered(n) for n in range(3)))
    asked = dict(parse_qsl(urlsplit(str(desk.search("0491 570 156", limit="2").more["address"])).query))
    page = desk.shelf.search.find(parse(asked, lambda: AU))
    assert [one.id for one in page.items] == [numbered(0).id]


def test_an_answer_holds_every_sort_of_match_however_large_the_messages_are() -> None:
    desk = Desk()
    large = [one.model_copy(update={"body": Body(text="x" * 700_000)}) for one in _thread(8)]
    desk.put(*large, of("7", body=Body(text="é" * 2_000_000)))
    found = desk.search("7")
    assert sum(size_in_answer(dumps(message.as_json())) for _, message in found.items) <= MAX_BYTES
    assert {match for match, _ in found.items} == {"message_id", "address"}
    assert all(found.more.values())
    (named, *_), cut = found.items, ["body.text"]
    assert [drift.path for drift in named[1].provenance.drift] == cut


def test_a_summary_has_neither_text_nor_extensions_and_many_more_fit() -> None:
    desk = Desk()
    desk.put(*(one.model_copy(update={"body": Body(text="x" * 700_000), "extensions": {"a": 1}}) for one in _thread(8)))
    found = [message for _, message in desk.search("7", view="summary").items]
    assert len(found) == 8
    assert {one.body for one in found} == {Body()}
    assert not any(one.extensions for one in found)


@pytest.mark.parametrize("stored", [0, 1, 1_000])
def test_a_search_makes_as_many_requests_whatever_is_stored(stored: int) -> None:
    desk = Desk()
    desk.put(*_thread(stored))
    desk.shelf.table.requests.clear()
    desk.shelf.reads.clear()
    for limit in ("1", "25", "100"):
        desk.shelf.table.requests.clear()
        desk.shelf.reads.clear()
        desk.known.asked = 0
        desk.search("7", limit=limit)
        assert desk.known.asked == len(names())
        assert 3 * SHARDS <= desk.shelf.table.requests["query"] <= 3 * SHARDS + 3  # a shard's part of a page is larger
        assert len(desk.shelf.reads) <= 1 + 3
