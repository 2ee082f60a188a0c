"""PortSIP PBX's list: a filter and an order that may work, be ignored or be refused."""

from __future__ import annotations

from typing import Any

import pytest

from local.simulators.portsip import PortSip
from message_detail.domain.errors import ProviderBadAnswer, ProviderRefused, ProviderUnavailable, RateLimited
from message_detail.providers.base.account import build
from message_detail.providers.base.listing import Page, Window
from message_detail.providers.portsip.listing import LISTING
from message_detail.providers.portsip.provider import PROVIDER
from tests.unit.providers.listing_case import Script, Site, drive, ids_of, items_of

ACCOUNT = build("portsip", "default", {"base_url": "https://pbx.example.com:8887/api", "token": "t"}, PROVIDER.schema)
JUNE = "2026-06-01T00:00:00.000Z"
REFUSED = {"errors": [{"code": "VALIDATE_FAILED", "message": "filter", "detail": "not supported"}]}


@pytest.fixture
def site() -> Site:
    return Site(PortSip(), PROVIDER, LISTING)


@pytest.fixture
def deaf(site: Site) -> Site:
    """A PBX that ignores the filter and the order."""
    site.simulator.options["honours_filter"] = False
    return site


def scripted(window: Window, *answers: tuple[int, Any], cursor: str | None = None) -> tuple[Page, Script]:
    script = Script(PROVIDER, list(answers))
    return drive(LISTING.page(ACCOUNT, window, cursor), script), script


def answer(*items: Any, count: Any = None) -> tuple[int, Any]:
    return 200, {"count": len(items) if count is None else count, "items": list(items)}


def item(number: int, created: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"id": f"TXNn{number}", "delivery": "SENT", "content": "Hello", "created_at": created, **fields}


def test_all_messages_are_listed_page_by_page(site: Site) -> None:
    site.fill(range(250))
    pages = site.walk()
    assert ids_of(pages) == site.ids()
    assert [page.total for page in pages] == [len(site.ids())] * 3
    assert site.requests[0].query == {"top": "100", "skip": "0", "orderby": "created_at desc"}
    assert [request.query["skip"] for request in site.requests[::2]] == ["0", "90", "180"]


def test_an_item_is_the_message_that_a_fetch_would_give(site: Site) -> None:
    for found in items_of(site.walk()):
        fetched = site.fetched(found.message_id)
        if found.document is not None:
            assert site.normalized(found.message_id, found.document) == fetched
        assert (found.document is None) is (fetched["status_native"] is None)
        assert found.updated_at is None


@pytest.mark.parametrize("missing", ["delivery", "content"])
def test_a_summary_is_fetched(missing: str) -> None:
    short = item(1)
    del short[missing]
    page, _ = scripted(Window(), answer(item(2, **{missing: None}), short))
    assert [found.document for found in page.items] == [None, None]


# --- the window


def test_the_window_is_the_filter_in_whole_seconds() -> None:
    window = Window(since="2026-05-01T00:00:00.750Z", until="2026-05-31T23:59:59.001Z")
    _, script = scripted(window, answer())
    wanted = "created_at ge '2026-05-01T00:00:00Z' and created_at le '2026-06-01T00:00:00Z'"
    assert script.requests[0].query["filter"] == wanted


@pytest.mark.parametrize("honoured", [True, False])
def test_only_messages_of_the_window_are_listed_whether_or_not_the_filter_works(site: Site, honoured: bool) -> None:
    fill = site.fill(range(300))
    site.simulator.options["honours_filter"] = honoured
    pages = site.walk(Window(since="2026-06-01T09:00:00.000Z", until="2026-06-01T11:30:00.000Z"))
    found = ids_of(pages)
    assert set(fill[60:211]) <= found
    assert not (set(fill) - set(fill[60:211])) & found
    assert (len(pages) == 2) is honoured


def test_a_deaf_pbx_with_the_newest_first_is_read_back_to_the_beginning(deaf: Site) -> None:
    for message_id in deaf.simulator.message_ids():
        deaf.simulator.drop(message_id)
    fill = deaf.fill(reversed(range(400)))
    pages = deaf.walk(Window(since="2026-06-01T13:30:00.000Z"))
    assert ids_of(pages) == set(fill[:70])
    assert len(pages) == 2


def test_a_deaf_pbx_with_the_oldest_first_is_read_to_the_end(deaf: Site) -> None:
    fill = deaf.fill(range(400))
    pages = deaf.walk(Window(since="2026-06-01T13:30:00.000Z"))
    assert set(fill[330:]) <= ids_of(pages)


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_filter_is_left_out_from_the_start_on(status: int) -> None:
    page, script = scripted(Window(since=JUNE), (status, REFUSED), answer(item(1), count=300), cursor='{"skip":90}')
    assert script.requests[1].query == {"top": "100", "skip": "0"}
    _, script = scripted(Window(since=JUNE), answer(), cursor=page.cursor)
    assert script.requests[0].query == {"top": "100", "skip": "1"}


def test_a_list_that_is_refused_without_a_filter_as_well_is_an_error() -> None:
    with pytest.raises(ProviderRefused):
        scripted(Window(since=JUNE), (400, REFUSED), (400, REFUSED))


OLD, OLDER, NEW = "2026-05-02T09:00:00Z", "2026-05-01T09:00:00Z", "2026-06-02T09:00:00Z"


@pytest.mark.parametrize(
    ("items", "more"),
    [
        ([item(1, OLD), item(2, OLDER)], False),
        ([item(1, OLDER), item(2, OLD)], True),
        ([item(1, NEW), item(2, OLD)], True),
        ([item(1, OLD), item(2)], True),
        ([item(1, "soon"), item(2, OLDER)], True),
        ([item(1)], True),
    ],
    ids=["all old", "another order", "some new", "no time", "odd time", "no times"],
)
def test_when_the_beginning_is_reached(items: list[dict[str, Any]], more: bool) -> None:
    page, _ = scripted(Window(since=JUNE), answer(*items, count=300))
    assert (page.cursor is not None) is more


def test_a_list_that_was_in_another_order_is_never_cut_short() -> None:
    page, _ = scripted(Window(since=JUNE), answer(item(1, OLDER), item(2, OLD), count=300))
    page, _ = scripted(Window(since=JUNE), answer(item(3, OLD), item(4, OLDER), count=300), cursor=page.cursor)
    assert page.cursor is not None


def test_a_message_without_a_time_may_be_of_the_window() -> None:
    page, _ = scripted(Window(since=JUNE), answer(item(1), item(2, OLD), item(3, NEW)))
    assert [found.message_id for found in page.items] == ["TXNn1", "TXNn3"]


# --- a list that moves


def test_nothing_is_missed_while_messages_come_and_go(site: Site) -> None:
    fill = site.fill(range(250))
    before = site.ids()

    def disturb(done: int) -> None:
        if done < 3:
            for message_id in fill[-10 * done : -10 * done + 10 or None]:  # on the first page
                site.simulator.drop(message_id)
        elif done < 5:
            site.fill(range(1000 + 100 * done, 1030 + 100 * done))

    pages = site.walk(between=disturb)
    assert len(pages) >= 3
    assert before & site.ids() <= ids_of(pages)


def test_nothing_is_missed_while_messages_are_added_at_the_front(site: Site) -> None:
    site.fill(range(250))
    before = site.ids()
    pages = site.walk(between=lambda done: site.fill(range(1000 + 40 * done, 1030 + 40 * done)) if done < 4 else None)
    assert before <= ids_of(pages)


# --- odd answers


def test_without_a_counter_a_full_page_leads_on() -> None:
    page, _ = scripted(Window(), (200, {"items": [item(number) for number in range(100)]}))
    assert page.cursor is not None
    assert page.total is None
    page, _ = scripted(Window(), (200, {"items": [item(1)]}))
    assert page.cursor is None


def test_an_empty_page_ends_the_walk() -> None:
    page, _ = scripted(Window(), answer(count=300))
    assert page.cursor is None


def test_odd_items_and_counters_do_no_harm() -> None:
    page, _ = scripted(Window(), answer(item(1), {"id": None}, None, "text", count="4"))
    assert [found.message_id for found in page.items] == ["TXNn1"]
    assert page.total == 4


def test_a_pbx_without_external_messages(site: Site) -> None:
    site.simulator.options["messages_route"] = False
    with pytest.raises(ProviderRefused, match=r"predates v22\.1\.7"):
        site.page()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, {"id": "TXNn1"}, ProviderBadAnswer),
        (200, None, ProviderBadAnswer),
        (401, {"errors": [{"code": "UNAUTHORIZED"}]}, ProviderRefused),
        (403, {"errors": [{"code": "FORBIDDEN"}]}, ProviderRefused),
        (429, {"errors": [{"code": "UNKNOWN", "message": "throttled"}]}, RateLimited),
        (503, None, ProviderUnavailable),
    ],
)
def test_errors(status: int, body: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        scripted(Window(), (status, body))
