"""CareCloud's list: two walks, local times, and a list that moves while it is read."""

from __future__ import annotations

from typing import Any

import pytest

from local.simulators.carecloud import CareCloud
from message_detail.domain.errors import ProviderBadAnswer, ProviderRefused, RateLimited
from message_detail.providers.base.listing import Page, Window
from message_detail.providers.carecloud.listing import LISTING
from message_detail.providers.carecloud.provider import PROVIDER
from tests.unit.providers import carecloud_case
from tests.unit.providers.listing_case import Script, Site, drive, ids_of, items_of

JUNE = "2026-06-01T00:00:00.000Z"
TEN_PAST_ONE = "2026-06-01T11:10:00.000Z"  # 13:10 in Prague: later than the 300 messages that `site` is filled with


@pytest.fixture
def site() -> Site:
    return Site(CareCloud(), PROVIDER, LISTING)


def scripted(window: Window, *answers: tuple[int, Any], cursor: str | None = None) -> tuple[Page, Script]:
    script = Script(PROVIDER, list(answers))
    return drive(LISTING.page(carecloud_case.account(), window, cursor), script), script


def answer(*messages: dict[str, Any], total: Any = None) -> tuple[int, Any]:
    return 200, {"data": {"messages": list(messages), "total_items": len(messages) if total is None else total}}


def changed(number: int, last_change: Any) -> dict[str, Any]:
    return {"message_id": f"8f{number:04}", "last_change": last_change, "send_time": last_change}


# --- everything there is


def test_a_walk_without_a_window_lists_all_messages(site: Site) -> None:
    site.fill(range(250))
    pages = site.walk()
    assert ids_of(pages) == site.ids()
    assert [page.total for page in pages] == [259] * len(pages)
    first = site.requests[-1]
    assert (first.query["sort_field"], first.query["sort_direction"]) == ("send_time", "ASC")
    assert "send_time_from" not in first.query
    assert first.headers["Accept-Language"] == "cs, en-gb;q=0.8"


def test_the_text_is_not_in_the_list_so_each_message_is_fetched(site: Site) -> None:
    assert {item.document for item in items_of(site.walk())} == {None}


def test_the_change_is_that_of_a_fetch(site: Site) -> None:
    for item in items_of(site.walk()):
        assert item.updated_at == site.fetched(item.message_id)["provenance"]["source_updated_at"]


def test_nothing_is_missed_while_messages_come_and_go(site: Site) -> None:
    fill = site.fill(range(250))

    def disturb(pages: int) -> None:
        site.fill(range(1000 + 20 * pages, 1010 + 20 * pages))
        for message_id in fill[10 * pages : 10 * pages + 10]:
            site.simulator.drop(message_id)

    before = site.ids()
    pages = site.walk(between=disturb)
    assert len(pages) >= 3
    assert before & site.ids() <= ids_of(pages)


# --- catching up


def test_changes_are_read_from_the_newest_back_to_the_beginning(site: Site) -> None:
    fill = site.fill(range(300))
    pages = site.walk(Window(since="2026-06-01T10:40:00.000Z"))  # 12:40 in Prague: the last 20
    assert set(fill[280:]) <= ids_of(pages)
    assert fill[0] not in ids_of(pages)
    assert len(pages) == 3  # two, and the front once more
    query = site.requests[0].query
    assert (query["sort_field"], query["sort_direction"], query["offset"]) == ("last_change", "DESC", "0")
    assert not {"send_time_from", "send_time_to"} & set(query)


def test_a_walk_of_one_page_reads_the_front_once(site: Site) -> None:
    assert [page.cursor for page in site.walk(Window(since=JUNE))] == [None]


def test_a_message_that_changes_ahead_of_the_walk_is_found_at_the_front(site: Site) -> None:
    fill = site.fill(range(300))
    behind = site.fill([0], last_change="2026-06-01 13:05:00")
    site.fill([0])

    def disturb(pages: int) -> None:
        if pages == 1:
            assert behind[0] not in ids_of([site.page(window)])
            site.fill([0], last_change="2026-06-01 13:05:00")

    window = Window(since=JUNE)
    pages = site.walk(window, between=disturb)
    assert set(fill) <= ids_of(pages)
    assert "2026-06-01T11:05:00.000Z" in {item.updated_at for item in items_of(pages)}


def test_nothing_is_missed_while_messages_are_added_at_the_front(site: Site) -> None:
    fill = site.fill(range(300))
    added: list[str] = []
    pages = site.walk(
        Window(since=JUNE),
        between=lambda done: added.extend(site.fill(range(1000 + 200 * done, 1150 + 200 * done))) if done < 4 else None,
    )
    assert set(fill) | set(added) <= ids_of(pages)


def test_the_front_is_read_again_only_back_to_where_it_was(site: Site) -> None:
    site.fill(range(300))
    pages = site.walk(Window(since=JUNE))
    assert len(pages[0].items) == 100
    assert len(pages[-1].items) == 10


def test_a_message_not_sent_yet_is_among_the_changes(site: Site) -> None:
    unsent = site.fill([1], send_time=None, status=0)
    assert set(unsent) <= ids_of(site.walk(Window(since=JUNE)))


def test_messages_sent_after_the_window_are_left_out(site: Site) -> None:
    fill = site.fill(range(300))
    found = ids_of(site.walk(Window(since=JUNE, until="2026-06-01T06:30:00.000Z")))  # 08:30 in Prague
    assert set(fill[:31]) <= found
    assert not set(fill[31:]) & found


def test_where_the_order_is_refused_the_times_of_sending_are_read() -> None:
    refused = carecloud_case.invalid("not_allowed_value", "sort_field")
    page, script = scripted(Window(since=JUNE), (400, refused), answer(changed(1, "2026-06-01 09:00:00")))
    assert [request.query["sort_field"] for request in script.requests] == ["last_change", "send_time"]
    assert script.requests[1].query["send_time_from"] == "2026-06-01 01:00:00"
    assert [item.message_id for item in page.items] == ["8f0001"]
    assert page.cursor is None


@pytest.mark.parametrize(
    "messages",
    [
        [changed(1, "2026-01-01 09:00:00"), changed(2, "2026-01-01 09:30:00")],
        [{"message_id": "8f0001"}, changed(2, None), changed(3, "")],
    ],
    ids=["another order", "no times"],
)
def test_where_the_order_is_ignored_the_times_of_sending_are_read(messages: list[dict[str, Any]]) -> None:
    page, _ = scripted(Window(since=JUNE), answer(*messages, total=300))
    assert len(page.items) == len(messages)
    following, script = scripted(Window(since=JUNE), answer(), cursor=page.cursor)
    assert script.requests[0].query["sort_field"] == "send_time"
    assert script.requests[0].query["offset"] == "0"
    assert following.cursor is None


def test_an_order_that_only_the_double_hour_disturbs_is_one() -> None:
    times = ["2026-10-25 02:10:00", "2026-10-25 02:50:00", "2026-10-25 01:59:00"]
    messages = [changed(number, time) for number, time in enumerate(times)]
    page, _ = scripted(Window(since=JUNE), answer(*messages, total=300))
    assert '"changes"' in str(page.cursor)


def test_a_message_without_a_change_is_not_taken_for_an_old_one() -> None:
    messages = [changed(1, "2026-07-01 09:00:00"), changed(2, None)]
    page, _ = scripted(Window(since=JUNE), answer(*messages))
    assert [item.updated_at for item in page.items] == ["2026-07-01T07:00:00.000Z", None]


# --- local times


@pytest.mark.parametrize(
    ("until", "local"),
    [
        ("2026-01-15T12:00:00.000Z", "2026-01-15 14:00:00"),
        ("2026-07-15T12:00:00.000Z", "2026-07-15 15:00:00"),
        ("2026-03-29T00:30:00.000Z", "2026-03-29 03:30:00"),  # spring: the hour from two does not exist
        ("2026-10-25T00:45:00.000Z", "2026-10-25 02:45:00"),  # autumn: the second 02:45
    ],
)
def test_the_window_is_given_in_local_time_an_hour_wider(until: str, local: str) -> None:
    _, script = scripted(Window(until=until), answer())
    assert script.requests[0].query["send_time_to"] == local


def test_a_message_of_the_double_hour_is_within_the_window(site: Site) -> None:
    found = ids_of(site.walk(Window(until="2026-10-25T00:31:00.000Z")))
    assert "8f0000000000000000000c0008" in found  # sent at 02:30, the first one


# --- odd answers


def test_odd_items_and_counters_do_no_harm() -> None:
    items: list[Any] = [changed(1, "yesterday"), {"message_id": ""}, {"title": "no id"}, None, {"message_id": 7}]
    page, _ = scripted(Window(), (200, {"data": {"messages": items, "total_items": "5"}}))
    assert [(item.message_id, item.updated_at) for item in page.items] == [("8f0001", None), ("7", None)]
    assert (page.total, page.cursor) == (5, None)


def test_without_a_counter_a_full_page_leads_on() -> None:
    full, _ = scripted(Window(), (200, {"data": {"messages": [changed(n, None) for n in range(100)]}}))
    assert full.cursor is not None
    assert full.total is None
    end, _ = scripted(Window(), (200, {"data": {"messages": [changed(1, None)]}}), cursor=full.cursor)
    assert end.cursor is None


def test_an_empty_page_ends_the_walk_whatever_the_counter_says() -> None:
    page, _ = scripted(Window(), answer(total=300))
    assert page.cursor is None


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, {"data": {"message_id": "8f01"}}, ProviderBadAnswer),
        (200, {"data": None}, ProviderBadAnswer),
        (200, None, ProviderBadAnswer),
        (401, carecloud_case.error_body("unauthorized_exception"), ProviderRefused),
        (403, carecloud_case.error_body("interface_not_allowed_exception"), ProviderRefused),
        (404, carecloud_case.NOT_FOUND, ProviderRefused),
        (429, None, RateLimited),
    ],
)
def test_errors(status: int, body: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        scripted(Window(), (status, body))
