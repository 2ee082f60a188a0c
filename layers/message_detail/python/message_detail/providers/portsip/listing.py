"""The list of PortSIP PBX's messages, GET /external_messages. Vendor page: PortSIP PBX REST API, "External Message".

That the API's general options (`filter`, `orderby`, `top`, `skip`) work on this list is not documented. So each page
is judged by what it holds: messages from outside the window are left out here, and a page that is wholly older
than the window ends the walk, provided that all pages so far had the newest first. A PBX that refuses the
filter is read without it. `skip` moves while a list is read, so pages overlap.

Messages have no time of their last change: a change to a message from before the window is not found here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from message_detail.domain.errors import AnswerTooLarge, ProviderRefused
from message_detail.domain.times import instant_or_none
from message_detail.providers.base.account import Account
from message_detail.providers.base.list_cursors import Cursor, read_cursor, write_cursor
from message_detail.providers.base.listing import (
    Listed,
    Listing,
    Page,
    PageSteps,
    Window,
    count_or_none,
    fitting,
    goes_on,
    read_page,
    usable,
)
from message_detail.providers.base.provider import Request, Response, url_path

TOP: Final = 100
"""Messages per page: the vendor's maximum."""
OVERLAP: Final = 10
"""How many messages may leave the part of the list already read, between two pages, without another being missed.
It also makes good that the vendor's guide counts `skip` from 1 and its specification from 0."""


class Place(Cursor):
    """A cursor. `plain`: the filter and the order were refused; `newest_first`: the pages so far were in that order."""

    skip: int = 0
    top: int = TOP
    plain: bool = False
    newest_first: bool = True


def page(_account: Account, window: Window, cursor: str | None) -> PageSteps:
    """One page."""
    place = read_cursor(cursor, Place())
    place, answer = yield from fitting(lambda place: _request(window, place), place, _smaller)
    if isinstance(answer.error, AnswerTooLarge):  # of a single message
        return Page(items=(), cursor=write_cursor(_after(place, 1)), skipped=1)
    if not place.plain and answer.error is not None and answer.status in (400, 422):
        place = Place(plain=True)  # another order: from the start
        answer = yield _request(window, place)
    body = _read_page(answer)
    items = [item for item in body["items"] if isinstance(item, dict)]
    total = count_or_none(body.get("count"))
    following = _following(place, len(body["items"]), items, window, total)
    messages = usable(items, "id")
    return Page(
        items=tuple(_listed(item) for item in messages if _is_within(item, window)),
        cursor=write_cursor(following),
        total=total,
        skipped=len(body["items"]) - len(messages),
        passed=tuple(str(item["id"]) for item in messages if not _is_within(item, window)),
    )


def _request(window: Window, place: Place) -> Request:
    query = {"top": str(place.top), "skip": str(place.skip)}
    if not place.plain:
        query["orderby"] = "created_at desc"
        if terms := _terms(window):
            query["filter"] = " and ".join(terms)
    return Request(path=url_path("external_messages"), query=query, optional=True)


def _terms(window: Window) -> list[str]:
    """The window as the vendor writes times, in whole seconds, hence a little wider."""
    terms = []
    if window.since:
        terms.append(f"created_at ge '{_second(window.since)}'")
    if window.until:
        terms.append(f"created_at le '{_second(window.until, more=1)}'")
    return terms


def _second(instant: str, more: int = 0) -> str:
    return (datetime.fromisoformat(instant) + timedelta(seconds=more)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read_page(answer: Response) -> Mapping[str, Any]:
    if answer.status == 404:
        raise ProviderRefused("this PortSIP PBX has no external messages: it predates v22.1.7, or base_url is wrong")
    return read_page(answer, "PortSIP PBX", "items")


def _following(
    place: Place, count: int, items: list[dict[str, Any]], window: Window, total: int | None
) -> Place | None:
    """The next page, after one of so many entries, of which `items` are messages."""
    more = goes_on(count, place.top, place.skip + count, total)
    times = [instant_or_none(item.get("created_at")) for item in items]
    known = [time for time in times if time is not None]
    newest_first = place.newest_first and all(earlier >= later for earlier, later in pairwise(known))
    past = bool(known) and len(known) == count and window.since is not None and max(known) < window.since
    if not more or (past and newest_first):
        return None
    step = max(count - min(OVERLAP, count // 2), 1)
    return _after(place, step).model_copy(update={"newest_first": newest_first})


def _smaller(place: Place) -> Place | None:
    return place.model_copy(update={"top": place.top // 10}) if place.top > 1 else None


def _after(place: Place, step: int) -> Place:
    """The place some messages further on; what was too large is soon behind."""
    return place.model_copy(update={"skip": place.skip + step, "top": min(TOP, place.top * 10)})


def _is_within(item: Mapping[str, Any], window: Window) -> bool:
    """Whether a message may be from the window; one without a time may."""
    created = instant_or_none(item.get("created_at"))
    if created is None:
        return True
    return (window.since is None or created >= window.since) and (window.until is None or created <= window.until)


def _listed(item: dict[str, Any]) -> Listed:
    """Items may be summaries, so that a missing status or text proves nothing: such a message is fetched."""
    whole = item.get("delivery") is not None and item.get("content") is not None
    return Listed(str(item["id"]), document=item if whole else None)


LISTING: Final = Listing(page=page)
