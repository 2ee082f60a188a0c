"""Every provider's list: entries that are no messages are counted, and an odd one keeps no other back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from message_detail.accounts import build
from message_detail.listing import Page, Window
from message_detail.providers import keys_of, listing_of, load
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
    account = build(provider, "default", ACCOUNTS[provider], keys_of(provider))
    script = Script(load(provider), [(200, BODIES[provider](items))])
    return drive(listing_of(provider).page(account, window, None), script)


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
