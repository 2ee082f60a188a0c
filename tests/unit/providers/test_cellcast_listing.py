"""Cellcast's list: two passes, days instead of times, and pages whose size may be refused."""

from __future__ import annotations

from typing import Any

import pytest

from local.simulators.cellcast import Cellcast
from message_detail.domain.errors import ProviderBadAnswer, ProviderRefused, ProviderUnavailable, RateLimited
from message_detail.providers.base.account import build
from message_detail.providers.base.listing import Page, Window
from message_detail.providers.cellcast.listing import LISTING
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.providers.listing_case import Script, Site, drive, ids_of, items_of

ACCOUNT = build("cellcast", "default", {"token": "invented-token"}, PROVIDER.schema)
MMS = "6a1c0de5f0aa11bb22cc3303"
MINIMAL = "6a1c0de5f0aa11bb22cc3307"
REFUSED = {"status": False, "message": "limit must be at most 50", "data": {}, "error": {}}


@pytest.fixture
def site() -> Site:
    return Site(Cellcast(), PROVIDER, LISTING)


def scripted(window: Window, *answers: tuple[int, Any], cursor: str | None = None) -> tuple[Page, Script]:
    script = Script(PROVIDER, list(answers))
    return drive(LISTING.page(ACCOUNT, window, cursor), script), script


def answer(*items: Any, **data: Any) -> tuple[int, Any]:
    return 200, {"status": True, "message": "Success", "data": {"items": list(items), "hasNextPage": False, **data}}


def item(number: int, **fields: Any) -> dict[str, Any]:
    return {"_id": f"6a{number:022x}", "status": "sent", "message": "Hello", **fields}


def test_two_passes_list_all_messages(site: Site) -> None:
    site.fill(range(250))
    pages = site.walk()
    assert ids_of(pages) == site.ids()
    assert {request.query["campType"] for request in site.requests} == {"sms", "mms"}
    assert {request.query["limit"] for request in site.requests} == {"100"}
    assert [page.total for page in pages] == [261, 261, 261, 262]


def test_an_item_is_the_message_that_a_fetch_would_give(site: Site) -> None:
    for found in items_of(site.walk()):
        fetched = site.fetched(found.message_id)
        assert found.updated_at == fetched["provenance"]["source_updated_at"]
        if found.message_id == MINIMAL:
            assert found.document is None
            continue
        assert found.document is not None
        listed = site.normalized(found.message_id, found.document)
        more = listed["extensions"].pop("gateway_count"), listed["extensions"].pop("request_name")
        assert more == (1, "gateway")
        assert listed.pop("origin") == {**fetched.pop("origin"), "source": "API"}
        assert listed == fetched


@pytest.mark.parametrize("missing", ["status", "message"])
def test_an_item_without_status_or_text_is_fetched(missing: str) -> None:
    page, _ = scripted(Window(), answer(item(1, **{missing: None})))
    assert [found.document for found in page.items] == [None]


def test_the_window_is_given_in_days_one_wider_on_both_sides() -> None:
    window = Window(since="2026-03-01T23:59:59.999Z", until="2026-12-31T00:00:00.000Z")
    _, script = scripted(window, answer())
    assert script.requests[0].query["fromDate"] == "2026-02-28"
    assert script.requests[0].query["toDate"] == "2027-01-01"


def test_an_open_window_has_no_days() -> None:
    _, script = scripted(Window(), answer())
    assert not {"fromDate", "toDate"} & set(script.requests[0].query)


def test_a_window_limits_what_is_read(site: Site) -> None:
    fill = site.fill(range(30))
    assert ids_of(site.walk(Window(since="2026-06-01T12:00:00.000Z"))) == set(fill)
    assert not set(fill) & ids_of(site.walk(Window(until="2026-05-10T12:00:00.000Z")))


def test_nothing_is_missed_while_messages_are_added_at_the_front(site: Site) -> None:
    site.fill(range(250))
    before = site.ids()
    pages = site.walk(between=lambda done: site.fill(range(1000 + 40 * done, 1030 + 40 * done)) if done < 4 else None)
    assert before <= ids_of(pages)


def test_messages_that_leave_the_list_lead_back(site: Site) -> None:
    fill = site.fill(range(250))

    def disturb(done: int) -> None:
        if done == 1:
            for message_id in fill[-70:]:  # on the page just read
                site.simulator.drop(message_id)

    pages = site.walk(between=disturb)
    assert set(fill[:-70]) <= ids_of(pages)
    sms = [request.query["page"] for request in site.requests[::2] if request.query["campType"] == "sms"]
    assert sms == ["1", "2", "1", "2"]


def test_more_pages_than_there_were_may_have_to_be_read_again() -> None:
    page, _ = scripted(Window(), answer(item(1), total=700, hasNextPage=True))
    for number in (2, 3):
        page, script = scripted(Window(), answer(item(1), total=700, hasNextPage=True), cursor=page.cursor)
        assert script.requests[0].query["page"] == str(number)
    page, _ = scripted(Window(), answer(item(1), total=100, hasNextPage=True), cursor=page.cursor)
    _, script = scripted(Window(), answer(), cursor=page.cursor)
    assert script.requests[0].query["page"] == "1"


# --- page size


@pytest.mark.parametrize("status", [200, 400, 422])
def test_a_refused_limit_falls_back_to_that_of_the_vendors_example(status: int) -> None:
    page, script = scripted(Window(), (status, REFUSED), answer(item(1), hasNextPage=True))
    assert [request.query["limit"] for request in script.requests] == ["100", "10"]
    second, script = scripted(Window(), answer(), cursor=page.cursor)
    assert (script.requests[0].query["page"], script.requests[0].query["limit"]) == ("2", "10")
    _, script = scripted(Window(), answer(), cursor=second.cursor)
    assert (script.requests[0].query["campType"], script.requests[0].query["limit"]) == ("mms", "10")


def test_a_small_limit_that_is_refused_as_well_is_an_error() -> None:
    with pytest.raises(ProviderRefused):
        scripted(Window(), (400, REFUSED), (400, REFUSED))


# --- what says that more follows


@pytest.mark.parametrize(
    ("data", "more"),
    [
        ({"hasNextPage": True}, True),
        ({"hasNextPage": "true"}, True),
        ({"hasNextPage": 0}, False),
        ({"hasNextPage": None, "totalPages": "2"}, True),
        ({"hasNextPage": None, "totalPages": 1}, False),
        ({"hasNextPage": None}, False),
        ({"hasNextPage": True, "items": []}, False),
    ],
)
def test_more_pages(data: dict[str, Any], more: bool) -> None:
    page, _ = scripted(Window(), answer(item(1), **data))
    assert (page.cursor == '{"number":2}') is more
    assert more or page.cursor == '{"kind":"mms"}'


def test_without_any_word_of_it_a_full_page_leads_on() -> None:
    page, _ = scripted(Window(), answer(*(item(number) for number in range(100)), hasNextPage=None))
    assert page.cursor == '{"number":2}'


def test_odd_items_and_counters_do_no_harm() -> None:
    page, _ = scripted(Window(), answer(item(1, updatedAt="soon"), {"_id": None}, "text", None, total="1"))
    assert [(found.message_id, found.updated_at) for found in page.items] == [(item(1)["_id"], None)]
    assert page.total == 1


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, {"status": True, "data": {}}, ProviderBadAnswer),
        (200, {"data": {"items": None}}, ProviderBadAnswer),
        (200, None, ProviderBadAnswer),
        (401, {"code": 401, "message": "Token expired"}, ProviderRefused),
        (404, {"status": False, "message": "Not found"}, ProviderRefused),
        (429, {"meta": {"code": 429, "status": "OVER_LIMIT"}}, RateLimited),
        (503, None, ProviderUnavailable),
        (200, {"status": True, "data": {}, "maintainence": 1}, ProviderUnavailable),
    ],
)
def test_errors(status: int, body: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        scripted(Window(), (status, body))
