"""Samva's list: page numbers, and no filter by time."""

from __future__ import annotations

from typing import Any

import pytest

from local.simulators.samva import Samva
from message_detail.domain.errors import ProviderBadAnswer, ProviderRefused, ProviderUnavailable, RateLimited
from message_detail.providers.base.account import build
from message_detail.providers.base.listing import Page, Window
from message_detail.providers.samva.listing import LISTING
from message_detail.providers.samva.provider import PROVIDER
from tests.unit.providers.listing_case import Script, Site, drive, ids_of, items_of

ACCOUNT = build("samva", "default", {"api_key": "invented-key"}, PROVIDER.schema)
JUNE = "2026-06-01T00:00:00.000Z"


@pytest.fixture
def site() -> Site:
    return Site(Samva(), PROVIDER, LISTING)


def scripted(window: Window, *answers: tuple[int, Any], cursor: str | None = None) -> tuple[Page, Script]:
    script = Script(PROVIDER, list(answers))
    return drive(LISTING.page(ACCOUNT, window, cursor), script), script


def answer(*items: Any, **pagination: Any) -> tuple[int, Any]:
    return 200, {"items": list(items), "pagination": {"totalPages": 1, **pagination}}


def item(number: int, created: str | None = None, updated: str | None = None, **fields: Any) -> dict[str, Any]:
    times = {"createdAt": created, "updatedAt": updated}
    usual = {"id": f"msg_{number}", "status": "sent", "channel": "sms", "direction": "outbound", "content": "Hello"}
    return {**usual, **times, **fields}


def test_all_messages_are_listed_page_by_page(site: Site) -> None:
    site.fill(range(250))
    pages = site.walk()
    assert ids_of(pages) == site.ids()
    assert [page.total for page in pages] == [len(site.ids())] * 3
    assert [request.query for request in site.requests[::2]] == [{"page": str(n), "limit": "100"} for n in (1, 2, 3)]


def test_an_item_is_the_message_that_a_fetch_would_give(site: Site) -> None:
    for found in items_of(site.walk()):
        assert found.document is not None
        fetched = site.fetched(found.message_id)
        assert site.normalized(found.message_id, found.document) == fetched
        assert found.updated_at == fetched["provenance"]["source_updated_at"]


@pytest.mark.parametrize("missing", ["status", "channel", "direction", "content"])
def test_a_summary_is_fetched(missing: str) -> None:
    page, _ = scripted(Window(), answer(item(1, **{missing: None})))
    assert [found.document for found in page.items] == [None]


# --- the window


def test_a_page_that_is_wholly_older_than_the_window_ends_the_walk(site: Site) -> None:
    fill = site.fill(range(400))
    pages = site.walk(Window(since="2026-06-01T13:30:00.000Z"))
    assert set(fill[330:]) <= ids_of(pages)
    assert len(pages) == 2
    assert not set(fill[:200]) & ids_of(pages)


def test_without_a_beginning_the_walk_goes_to_the_end(site: Site) -> None:
    site.fill(range(250))
    assert ids_of(site.walk(Window(until=JUNE))) == site.ids()


OLD, OLDER, NEW = "2026-05-02T09:00:00Z", "2026-05-01T09:00:00Z", "2026-06-02T09:00:00Z"


@pytest.mark.parametrize(
    ("items", "more"),
    [
        ([item(1, OLD, OLD), item(2, OLDER, OLDER)], False),
        ([item(1, OLDER, OLDER), item(2, OLD, OLD)], True),
        ([item(1, OLD, OLD), item(2, OLDER, NEW)], True),
        ([item(1, NEW, NEW), item(2, OLDER, OLDER)], True),
        ([item(1, OLD, OLD), item(2, None, OLDER)], True),
        ([item(1, OLD), item(2, "not a time")], True),
        ([item(1, created_at=OLD), item(2, created_at=OLDER)], False),
    ],
    ids=["all old", "another order", "changed lately", "some new", "no time", "odd time", "older notation"],
)
def test_when_the_beginning_is_reached(items: list[dict[str, Any]], more: bool) -> None:
    page, _ = scripted(Window(since=JUNE), answer(*items, totalPages=9))
    assert (page.cursor is not None) is more


# --- a list that moves


def test_nothing_is_missed_while_messages_are_added_at_the_front(site: Site) -> None:
    site.fill(range(250))
    before = site.ids()
    pages = site.walk(between=lambda done: site.fill(range(1000 + 40 * done, 1030 + 40 * done)) if done < 4 else None)
    assert before <= ids_of(pages)


def test_messages_that_leave_the_list_lead_back(site: Site) -> None:
    fill = site.fill(range(250))

    def disturb(done: int) -> None:
        if done == 2:
            for message_id in fill[80:230]:  # on the pages just read
                site.simulator.drop(message_id)

    pages = site.walk(between=disturb)
    assert site.ids() <= ids_of(pages)
    assert [request.query["page"] for request in site.requests[::2]] == ["1", "2", "3", "1", "2"]


def test_a_total_that_is_not_told_leads_on() -> None:
    page, _ = scripted(Window(), answer(item(1), totalPages=5, total=None), cursor='{"number":2,"total":300}')
    assert page.cursor == '{"number":3}'
    assert page.total is None


# --- odd answers


@pytest.mark.parametrize("pagination", [None, {}, "text"])
def test_without_pagination_a_full_page_leads_on(pagination: Any) -> None:
    full = {"items": [item(number) for number in range(100)], "pagination": pagination}
    page, _ = scripted(Window(), (200, full))
    assert page.cursor is not None
    page, _ = scripted(Window(), (200, {**full, "items": [item(1)]}))
    assert page.cursor is None


def test_an_empty_page_ends_the_walk() -> None:
    page, _ = scripted(Window(), answer(totalPages=9))
    assert page.cursor is None


def test_odd_items_and_counters_do_no_harm() -> None:
    page, _ = scripted(Window(), answer(item(1, updated="soon"), {"id": None}, None, "text", total="4"))
    assert [(found.message_id, found.updated_at) for found in page.items] == [("msg_1", None)]
    assert page.total == 4


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, {"id": "msg_1"}, ProviderBadAnswer),
        (200, None, ProviderBadAnswer),
        (401, {"_tag": "UnauthorizedError"}, ProviderRefused),
        (404, {"_tag": "ResourceNotFoundError"}, ProviderRefused),
        (422, {"_tag": "ValidationError", "fields": {"limit": ["too large"]}}, ProviderRefused),
        (429, {"_tag": "RateLimitedError", "retryAfterSeconds": 3}, RateLimited),
        (500, {"_tag": "InternalError"}, ProviderUnavailable),
    ],
)
def test_errors(status: int, body: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        scripted(Window(), (status, body))
