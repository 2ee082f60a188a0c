"""Every provider's list: entries that are no messages are counted, and an odd one keeps no other back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from message_detail.domain.errors import AnswerTooLarge, InvalidRequest
from message_detail.providers import account_schema, load, load_listing
from message_detail.providers.base.account import build
from message_detail.providers.base.listing import Page, Window
from message_detail.providers.base.provider import Request, Response
from tests.unit.providers.listing_case import Script, drive

ACCOUNTS: dict[str, dict[str, Any]] = {
    "carecloud": {"base_url": "https://cc.example.com/webservice/rest-api/x/v1.0", "token": "t", "time_zone": "UTC"},
    "cellcast": {"token": "t"},
    "highlevel": {"token": "t", "location_id": "loc1"},
    "portsip": {"base_url": "https://pbx.example.com/api", "token": "t"},
    "samva": {"api_key": "k"},
}
KEYS = {"carecloud": "message_id", "cellcast": "_id", "highlevel": "id", "portsip": "id", "samva": "id"}
BODIES: dict[str, Callable[[list[Any]], Any]] = {
    "carecloud": lambda items: {"data": {"messages": items, "total_items": len(items)}},
    "cellcast": lambda items: {"status": True, "data": {"items": items, "total": len(items), "hasNextPage": False}},
    "highlevel": lambda items: {"messages": items, "nextCursor": None, "total": len(items)},
    "portsip": lambda items: {"items": items, "count": len(items)},
    "samva": lambda items: {"items": items, "pagination": {"total": len(items), "totalPages": 1}},
}
FIELDS = {
    "carecloud": ("last_change", "send_time", "message_status_id"),
    "cellcast": ("status", "message", "updatedAt", "media"),
    "highlevel": ("type", "messageType", "status", "attachments", "meta", "dateAdded", "dateUpdated", "from", "error"),
    "portsip": ("delivery", "content", "created_at", "msg_type"),
    "samva": ("status", "channel", "direction", "content", "updatedAt", "createdAt"),
}
ODD: list[Any] = [
    None, True, 0, -1, 10**400, 1.5, 1e308, "", "\x00", "x" * 10_000, [], [None], [[]], {}, {"": None}, {"email": 5},
    {"email": {"messageIds": {}}}, {"email": {"messageIds": [{}, None]}}, "9999-12-31T23:59:59.999Z",
    "0001-01-01", "+", "٣",
]  # fmt: skip
WINDOWS = (Window(), Window(since="2026-05-01T00:00:00.000Z", until="2026-05-31T00:00:00.000Z"))


def page(provider: str, items: list[Any], window: Window) -> Page:
    account = build(provider, "default", ACCOUNTS[provider], account_schema(provider))
    script = Script(load(provider), [(200, BODIES[provider](items))])
    return drive(load_listing(provider).page(account, window, None), script)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("provider", sorted(KEYS))
def test_entries_that_are_no_messages_are_counted_and_the_others_taken(provider: str, window: Window) -> None:
    key = KEYS[provider]
    odd: list[Any] = [None, "", True, False, 1.5, {}, [], ["m"]]
    no_ids = [{}, *({key: one} for one in odd)]
    found = page(provider, [{key: "m1"}, "text", None, 7, [], *no_ids, {key: "m2"}, {key: 3}], window)
    assert [item.message_id for item in found.items] == ["m1", "m2", "3"]
    assert found.skipped == 4 + len(no_ids)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("provider", sorted(KEYS))
def test_an_entry_that_is_odd_in_any_field_keeps_no_other_back(provider: str, window: Window) -> None:
    key = KEYS[provider]
    for name in FIELDS[provider]:
        for odd in ODD:
            found = page(provider, [{key: "m1"}, {key: "odd", name: odd}, {key: "m2"}], window)
            ids = [item.message_id for item in found.items]
            assert [one for one in ids if one != "odd"] == ["m1", "m2"], (name, odd)
            assert len(ids) + len(found.passed) + found.skipped == 3


def made(provider: str, items: list[Any], *, more: bool, number: int = 1, told: dict[str, Any] | None = None) -> Any:
    """A page with what leads on from it; `told`: what it says of the whole list."""
    told = told or {}
    return {
        "carecloud": {"data": {"messages": items, **told}},
        "cellcast": {"status": True, "data": {"items": items, **told}},
        "highlevel": {"messages": items, "nextCursor": f"c{number}" if more else None, **told},
        "portsip": {"items": items, **told},
        "samva": {"items": items, "pagination": told},
    }[provider]


def walked(provider: str, pages: list[list[Any]], told: Callable[[int], dict[str, Any]]) -> set[str]:
    """The ids that a walk through these pages finds; after them come empty ones."""
    account = build(provider, "default", ACCOUNTS[provider], account_schema(provider))
    bodies = [
        made(provider, items, more=number < len(pages), number=number, told=told(number))
        for number, items in enumerate(pages, 1)
    ]
    script = Script(load(provider), [(200, body) for body in [*bodies, *[made(provider, [], more=False)] * 4]])
    found: set[str] = set()
    cursor = None
    while True:
        one = drive(load_listing(provider).page(account, Window(), cursor), script)
        found |= {item.message_id for item in one.items}
        cursor = one.cursor
        if cursor is None:
            return found


TOTALS = {"carecloud": "total_items", "cellcast": "total", "highlevel": "total", "portsip": "count", "samva": "total"}


def messages(provider: str, *numbers: int) -> list[Any]:
    return [{KEYS[provider]: f"m{number}"} for number in range(*numbers)]


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("provider", sorted(KEYS))
def test_a_page_on_which_nothing_is_a_message_is_not_the_end(provider: str, told: bool) -> None:
    pages = [[None] * 100, messages(provider, 0, 100), messages(provider, 100, 150)]
    total = {TOTALS[provider]: 250} if told else {}
    assert len(walked(provider, pages, lambda _: total)) == 150


@pytest.mark.parametrize("provider", sorted(KEYS))
def test_an_entry_that_is_no_message_makes_no_full_page_the_last(provider: str) -> None:
    pages = [[None, *messages(provider, 0, 99)], messages(provider, 99, 150)]
    assert len(walked(provider, pages, lambda _: {})) == 150


@pytest.mark.parametrize("total", [0, 1, 50, 99])
@pytest.mark.parametrize("provider", sorted(KEYS))
def test_a_total_that_is_less_than_what_was_read_ends_no_list(provider: str, total: int) -> None:
    pages = [messages(provider, 0, 100), messages(provider, 90, 190), messages(provider, 190, 220)]
    told = {TOTALS[provider]: total, **({"totalPages": 1} if provider in ("cellcast", "samva") else {})}
    assert len(walked(provider, pages, lambda _: told)) == 220


@pytest.mark.parametrize("provider", sorted(KEYS))
def test_a_total_that_is_too_large_ends_with_the_list(provider: str) -> None:
    pages = [messages(provider, 0, 100), messages(provider, 100, 150)]
    told = {TOTALS[provider]: 10**9, **({"totalPages": 10**7} if provider in ("cellcast", "samva") else {})}
    assert len(walked(provider, pages, lambda _: told)) == 150


def test_an_empty_page_that_leads_elsewhere_is_not_the_end() -> None:
    pages: list[list[Any]] = [[], messages("highlevel", 0, 100), [], messages("highlevel", 100, 150)]
    assert len(walked("highlevel", pages, lambda _: {})) == 150


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("provider", sorted(KEYS))
def test_a_cursor_of_another_release_leads_on(provider: str, window: Window) -> None:
    account = build(provider, "default", ACCOUNTS[provider], account_schema(provider))
    walk = {"walk": "sent"} if provider == "carecloud" else {}
    script = Script(load(provider), [(200, BODIES[provider]([{KEYS[provider]: "m1"}]))])
    found = drive(load_listing(provider).page(account, window, json.dumps({**walk, "of_later": {"a": [1]}})), script)
    assert [item.message_id for item in found.items] == ["m1"]


@pytest.mark.parametrize("cursor", ["garbage", "[]", "null", "7", '{"number":"x","skip":[],"offset":{},"email":"?"}'])
@pytest.mark.parametrize("provider", sorted(KEYS))
def test_a_cursor_that_leads_nowhere_is_said_to(provider: str, cursor: str) -> None:
    account = build(provider, "default", ACCOUNTS[provider], account_schema(provider))
    with pytest.raises(InvalidRequest, match="cursor"):
        drive(load_listing(provider).page(account, Window(), cursor), Script(load(provider), []))


# --- pages that are larger than is taken in

MOST = 5_000
"""Bytes that the test takes in."""


class Heavy:
    """A provider's list of 150 messages, some of them heavy; it answers by page number or by offset."""

    def __init__(self, provider: str, heavy: dict[int, int]) -> None:
        self.provider = provider
        self.items = [{KEYS[provider]: f"m{n}", "pad": "x" * heavy.get(n, 10)} for n in range(150)]
        self.calls = 0

    def __call__(self, request: Request) -> Response:
        self.calls += 1
        query = request.query
        limit = int(query.get("limit", query.get("top", "")))
        start = (
            (int(query["page"]) - 1) * limit if "page" in query else int(query.get("skip", query.get("cursor", "0")))
        )
        others = query.get("campType") == "mms" or query.get("channel") == "Email"
        items = [] if others else self.items[start : start + limit]
        if len(json.dumps(items)) > MOST:
            return Response(0, {}, None, AnswerTooLarge("too large"))
        more = start + limit < 150 and not others
        body = {
            "cellcast": {"data": {"items": items, "hasNextPage": more}},
            "highlevel": {"messages": items, "nextCursor": str(start + limit) if more else None},
            "portsip": {"items": items, "count": 150},
            "samva": {"items": items, "pagination": {"total": 150, "totalPages": -(-150 // limit)}},
        }[self.provider]
        return Response(200, {}, body)

    def walk(self) -> tuple[set[str], int]:
        account = build(self.provider, "default", ACCOUNTS[self.provider], account_schema(self.provider))
        found: set[str] = set()
        skipped, cursor = 0, None
        while True:
            one = drive(load_listing(self.provider).page(account, Window(), cursor), self)
            found |= {item.message_id for item in one.items}
            skipped += one.skipped
            cursor = one.cursor
            assert self.calls < 400
            if cursor is None:
                return found, skipped


@pytest.mark.parametrize("provider", ["cellcast", "highlevel", "portsip", "samva"])
def test_a_page_that_is_too_large_is_read_in_smaller_ones(provider: str) -> None:
    heavy = Heavy(provider, dict.fromkeys(range(20, 130, 3), 900))
    assert heavy.walk() == ({f"m{n}" for n in range(150)}, 0)


@pytest.mark.parametrize("provider", ["cellcast", "portsip", "samva"])
@pytest.mark.parametrize("at", [0, 37, 100, 149])
def test_a_message_that_is_too_large_for_a_page_of_its_own_is_skipped_and_the_others_taken(
    provider: str, at: int
) -> None:
    found, skipped = Heavy(provider, {at: 6_000}).walk()
    assert found == {f"m{n}" for n in range(150) if n != at}
    assert skipped >= 1


def test_only_what_is_too_large_is_read_message_by_message() -> None:
    heavy = Heavy("samva", {37: 6_000})
    heavy.walk()
    assert heavy.calls < 30
