"""HighLevel's list: two passes, its own cursors, the location's id, and a list that moves while it is read."""

from __future__ import annotations

from typing import Any

import pytest

from local.simulators.highlevel import HighLevel
from local.simulators.messages.highlevel import LOCATION
from message_detail.domain.errors import (
    AccountUnusable,
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
)
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.listing import Page, Window
from message_detail.providers.highlevel.listing import LISTING
from message_detail.providers.highlevel.provider import PROVIDER
from tests.unit.providers.listing_case import Script, Site, drive, ids_of, items_of

JUNE = "2026-06-01T00:00:00.000Z"
EMAIL_PASS = '{"email":true}'


@pytest.fixture
def site() -> Site:
    return Site(HighLevel(), PROVIDER, LISTING, name=LOCATION, held="static")


def account(name: str = LOCATION, **settings: Any) -> Account:
    return build("highlevel", name, {"token": "invented-token", **settings}, PROVIDER.schema)


def scripted(
    window: Window, *answers: tuple[int, Any], cursor: str | None = None, of: Account | None = None
) -> tuple[Page, Script]:
    script = Script(PROVIDER, list(answers))
    return drive(LISTING.page(of or account(), window, cursor), script), script


def answer(*messages: Any, following: str | None = None, **body: Any) -> tuple[int, Any]:
    return 200, {"messages": list(messages), "nextCursor": following, **body}


def sms(number: int, **fields: Any) -> dict[str, Any]:
    usual = {"id": f"Msg{number}", "messageType": "TYPE_SMS", "status": "sent", "attachments": []}
    return {key: value for key, value in {**usual, **fields}.items() if value is not ...}


def refused(status: int, message: Any) -> tuple[int, Any]:
    return status, {"statusCode": status, "message": message}


# --- everything there is


def test_two_passes_list_all_messages(site: Site) -> None:
    site.fill(range(250))
    pages = site.walk()
    assert ids_of(pages) == site.ids()
    assert {request.query.get("channel") for request in site.requests} == {None, "Email"}
    assert pages[-1].total == len(site.ids())
    query = site.requests[0].query
    assert query == {"limit": "100", "locationId": LOCATION, "sortBy": "createdAt", "sortOrder": "asc"}
    assert site.requests[0].headers["Version"] == "2021-07-28"


def test_an_item_is_the_message_that_a_fetch_would_give(site: Site) -> None:
    documents = 0
    for item in items_of(site.walk()):
        fetched = site.fetched(item.message_id)
        assert item.updated_at == fetched["provenance"]["source_updated_at"]
        if item.document is not None:
            documents += 1
            assert site.normalized(item.message_id, item.document) == fetched
    assert documents >= 5


@pytest.mark.parametrize(
    "fields",
    [
        {"attachments": ...},
        {"attachments": None},
        {"status": ...},
        {"status": ""},
        {"messageType": "TYPE_EMAIL"},
        {"messageType": "Email", "type": 3},
        {"messageType": ..., "type": 21},
        {"messageType": "TYPE_NEW", "meta": {"email": {"messageIds": ["Eml1"]}}},
        {"messageType": "TYPE_CALL"},
        {"messageType": "TYPE_CAMPAIGN_VOICEMAIL", "meta": None},
    ],
)
def test_an_item_that_may_lack_something_is_fetched(fields: dict[str, Any]) -> None:
    page, _ = scripted(Window(), answer(sms(1, **fields)))
    assert [item.document for item in page.items] == [None]


@pytest.mark.parametrize(
    ("fields", "whole"),
    [
        ({}, False),
        ({"from": "+14155550100"}, False),
        ({"from": "+14155550100", "to": "+14155550123"}, True),
        ({"from": "+14155550100", "to": "+14155550123", "status": "failed"}, False),
        ({"from": "+14155550100", "to": "+14155550123", "status": "failed", "error": "Unreachable"}, True),
    ],
)
def test_under_v3_an_item_needs_what_single_answers_have_there(fields: dict[str, Any], whole: bool) -> None:
    page, script = scripted(Window(), answer(sms(1, **fields)), of=account(version="v3"))
    assert (page.items[0].document is not None) is whole
    assert script.requests[0].headers["Version"] == "v3"


def test_the_end_of_a_window_is_handed_over() -> None:
    _, script = scripted(Window(until=JUNE), answer())
    assert script.requests[0].query["endDate"] == JUNE


def test_nothing_is_missed_while_messages_are_added(site: Site) -> None:
    site.fill(range(250))
    before = site.ids()
    pages = site.walk(between=lambda done: site.fill(range(1000 + 40 * done, 1030 + 40 * done)) if done < 4 else None)
    assert before <= ids_of(pages)


# --- catching up


def test_changes_are_read_from_the_newest_back_to_the_beginning(site: Site) -> None:
    fill = site.fill(range(300))
    pages = site.walk(Window(since="2026-06-01T12:40:00.000Z"))
    assert set(fill[280:]) <= ids_of(pages)
    assert not set(fill[:100]) & ids_of(pages)
    assert len(pages) == 4  # two, the front once more, and one of e-mails
    query = site.requests[0].query
    assert (query["sortBy"], query["sortOrder"]) == ("updatedAt", "desc")
    assert not {"startDate", "endDate"} & set(query)


def test_a_message_that_changes_ahead_of_the_walk_is_found_at_the_front(site: Site) -> None:
    fill = site.fill(range(300))
    changed = {**site.simulator.filler(0).message, "status": "failed", "dateUpdated": "2026-06-01T13:05:00.000Z"}

    def disturb(pages: int) -> None:
        if pages == 1:
            site.simulator.put(changed)

    pages = site.walk(Window(since=JUNE), between=disturb)
    assert set(fill) <= ids_of(pages)
    assert changed in [item.document for item in items_of(pages)]


def test_the_front_is_read_again_only_back_to_where_it_was(site: Site) -> None:
    site.fill(range(300))
    pages = site.walk(Window(since=JUNE))
    assert [len(page.items) for page in pages[-2:-1]] == [10]


def test_nothing_is_missed_while_messages_are_added_at_the_front(site: Site) -> None:
    fill, added = site.fill(range(300)), list[str]()

    def disturb(done: int) -> None:
        if done < 4:
            added.extend(site.fill(range(1000 + 200 * done, 1150 + 200 * done)))

    pages = site.walk(Window(since=JUNE), between=disturb)
    assert set(fill) | set(added) <= ids_of(pages)


@pytest.mark.parametrize(
    ("messages", "more"),
    [
        ([sms(1, dateUpdated="2026-05-02T09:00:00.000Z"), sms(2, dateUpdated="2026-05-01T09:00:00.000Z")], False),
        ([sms(1, dateUpdated="2026-05-01T09:00:00.000Z"), sms(2, dateUpdated="2026-05-02T09:00:00.000Z")], True),
        ([sms(1, dateUpdated="2026-06-02T09:00:00.000Z"), sms(2, dateUpdated="2026-05-01T09:00:00.000Z")], True),
        ([sms(1, dateAdded="2026-05-01T09:00:00.000Z"), sms(2, dateAdded="2026-05-02T09:00:00.000Z")], False),
        ([sms(1, dateUpdated="2026-05-02T09:00:00.000Z"), sms(2)], True),
    ],
    ids=["all old", "another order", "some new", "no change told", "no time at all"],
)
def test_when_the_beginning_is_reached(messages: list[dict[str, Any]], more: bool) -> None:
    page, _ = scripted(Window(since=JUNE), answer(*messages, following="next"))
    assert (page.cursor != EMAIL_PASS) is more


def test_messages_added_after_the_window_are_left_out() -> None:
    later = sms(1, dateAdded="2026-06-03T09:00:00.000Z")
    page, _ = scripted(Window(since=JUNE, until="2026-06-02T00:00:00.000Z"), answer(later, sms(2)))
    assert [item.message_id for item in page.items] == ["Msg2"]


# --- cursors


def test_the_vendors_cursor_is_handed_back_as_it_came() -> None:
    page, _ = scripted(Window(), answer(sms(1), following="b3BhcXVl/+=="))
    _, script = scripted(Window(), answer(), cursor=page.cursor)
    assert script.requests[0].query["cursor"] == "b3BhcXVl/+=="


@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_a_forgotten_cursor_starts_the_pass_again(status: int) -> None:
    page, _ = scripted(Window(), answer(sms(1), following="old"))
    page, script = scripted(
        Window(), refused(status, "bad cursor"), answer(sms(1), following="new"), cursor=page.cursor
    )
    assert [request.query.get("cursor") for request in script.requests] == ["old", None]
    _, script = scripted(Window(), answer(), cursor=page.cursor)
    assert script.requests[0].query["cursor"] == "new"


def test_a_cursor_is_not_forgotten_for_ever() -> None:
    cursor = '{"cursor":"old","restarts":3}'
    with pytest.raises(ProviderError):
        scripted(Window(), refused(422, ["bad cursor"]), cursor=cursor)


@pytest.mark.parametrize("following", [None, ""])
def test_a_cursor_that_leads_nowhere_ends_the_pass(following: str | None) -> None:
    page, _ = scripted(Window(), answer(sms(1), following=following), cursor='{"cursor":"same"}')
    assert page.cursor == EMAIL_PASS


def test_a_cursor_that_comes_again_is_handed_on_so_that_the_sync_ends_in_failure() -> None:
    page, _ = scripted(Window(), answer(sms(1), following="same"), cursor='{"cursor":"same"}')
    assert page.cursor == '{"cursor":"same"}'


def test_the_pass_of_emails_is_the_last_one() -> None:
    page, _ = scripted(Window(), answer(sms(1), total="7"), cursor='{"email":true,"earlier":5}')
    assert (page.cursor, page.total) == (None, 12)


def test_odd_items_and_counters_do_no_harm() -> None:
    page, _ = scripted(Window(), answer(sms(1, dateUpdated="soon"), {"id": ""}, None, "text", total="many"))
    assert [(item.message_id, item.updated_at) for item in page.items] == [("Msg1", None)]
    assert page.total is None


# --- the location


@pytest.mark.parametrize(
    ("name", "settings", "location"),
    [
        (LOCATION, {}, LOCATION),
        ("hotel", {"location_id": "Loc1"}, "Loc1"),
        ("default", {"location_id": "Loc2"}, "Loc2"),
    ],
)
def test_the_list_is_that_of_the_accounts_location(name: str, settings: dict[str, str], location: str) -> None:
    _, script = scripted(Window(), answer(), of=account(name, **settings))
    assert script.requests[0].query["locationId"] == location


def test_the_default_account_needs_a_location_for_lists() -> None:
    with pytest.raises(AccountUnusable, match="location_id"):
        scripted(Window(), answer(), of=account("default"))
    with pytest.raises(AccountUnusable, match="location_id"):
        PROVIDER.schema.check_list(account("default"))
    PROVIDER.schema.check_list(account("hotel"))


def test_a_refusal_says_that_the_location_has_to_be_the_tokens() -> None:
    vendor = HighLevel()
    vendor.fault("unprocessable", on="list")
    with pytest.raises(ProviderRefused, match="is the id of the token's location, and a token"):
        Site(vendor, PROVIDER, LISTING).page()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, {"id": "Msg1"}, ProviderBadAnswer),
        (200, None, ProviderBadAnswer),
        (401, {"statusCode": 401, "message": "Invalid token: access token is invalid"}, ProviderRefused),
        (401, {"statusCode": 401, "message": "The token is not authorized for this scope."}, ProviderRefused),
        (403, {"statusCode": 403, "message": "Forbidden resource"}, ProviderRefused),
        (404, {"statusCode": 404, "message": "Not Found"}, ProviderRefused),
        (429, {"statusCode": 429, "message": "Too Many Requests"}, RateLimited),
        (503, None, ProviderUnavailable),
    ],
)
def test_errors(status: int, body: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        scripted(Window(), (status, body))
