"""The list of Cellcast's messages. Vendor page: "Get List Sent Messages", https://developer.cellcast.com.

GET /api/v2/report/message lists one kind of campaign at a time, SMS or MMS: two passes. It is filtered by days, in a
zone that nobody states, and knows no filter or order by change. Page numbers can't overlap, so a total that
shrinks from one page to the next (something has left the list) leads back to the pages before. What is added moves
messages to later pages, or is itself on one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from message_detail.domain.errors import AnswerTooLarge, MessageNotFound, ProviderRefused
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
    read_page,
    usable,
)
from message_detail.providers.base.provider import Request, Response, url_path

LIMIT: Final = 100
SMALL_LIMIT: Final = 10
"""Messages per page. The largest number allowed is unstated: the second one is that of the vendor's example."""
MARGIN_DAYS: Final = 1
"""The days' zone is UTC or Australian."""

_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}


class Place(Cursor):
    """A cursor. `total`: what the page before said of this pass; `earlier`: the total of the pass before."""

    kind: Literal["sms", "mms"] = "sms"
    number: int = 1
    limit: int = LIMIT
    total: int | None = None
    earlier: int = 0


def page(_account: Account, window: Window, cursor: str | None) -> PageSteps:
    """One page. The page's total is that of the passes so far."""
    place = read_cursor(cursor, Place())
    place, answer = yield from fitting(lambda place: _request(window, place), place, _smaller)
    if isinstance(answer.error, AnswerTooLarge):  # of a single message
        return Page(items=(), cursor=write_cursor(place.model_copy(update={"number": place.number + 1})), skipped=1)
    if place.number == 1 and place.limit > SMALL_LIMIT and _may_refuse_the_limit(answer):
        place = place.model_copy(update={"limit": SMALL_LIMIT})
        answer = yield _request(window, place)
    data = read_page(answer, "Cellcast", "data", "items")
    total = count_or_none(data.get("total"))
    following = _following(place, data, total)
    messages = usable(data["items"], "_id")
    return Page(
        items=tuple(_listed(item) for item in messages),
        cursor=write_cursor(following),
        total=None if total is None else place.earlier + total,
        skipped=len(data["items"]) - len(messages),
    )


def _request(window: Window, place: Place) -> Request:
    query = {"page": str(place.number), "limit": str(place.limit), "campType": place.kind}
    if window.since:
        query["fromDate"] = _day(window.since, -MARGIN_DAYS)
    if window.until:
        query["toDate"] = _day(window.until, MARGIN_DAYS)
    headers = {"Content-Type": "application/json"}
    return Request(path=url_path("api", "v2", "report", "message"), query=query, headers=headers, optional=True)


def _smaller(place: Place) -> Place | None:
    """The first of the ten smaller pages that a page is made of."""
    if place.limit < SMALL_LIMIT:
        return None
    return place.model_copy(update={"number": (place.number - 1) * 10 + 1, "limit": place.limit // 10})


def _day(instant: str, days: int) -> str:
    return (datetime.fromisoformat(instant) + timedelta(days=days)).date().isoformat()


def _may_refuse_the_limit(answer: Response) -> bool:
    refused = isinstance(answer.error, ProviderRefused | MessageNotFound)
    return refused and answer.status not in (401, 403, 404)


def _following(place: Place, data: Mapping[str, Any], total: int | None) -> Place | None:
    lost = 0 if total is None or place.total is None else place.total - total
    if place.number > 1 and lost > 0:
        pages = -(-lost // place.limit)
        return place.model_copy(update={"number": max(place.number - pages, 1), "total": total})
    if _has_next(place, data):
        return place.model_copy(update={"number": place.number + 1, "total": total})
    if place.kind == "sms":
        return Place(kind="mms", limit=place.limit, earlier=total or 0)
    return None


def _has_next(place: Place, data: Mapping[str, Any]) -> bool:
    said = _TRUTH.get(str(data.get("hasNextPage")).casefold())
    pages = count_or_none(data.get("totalPages"))
    if not data["items"]:
        return False
    if said is not None:
        return said
    total, read = count_or_none(data.get("total")), (place.number - 1) * place.limit + len(data["items"])
    if pages is None or (total is not None and total < read):
        return len(data["items"]) >= place.limit
    return place.number < pages


def _listed(item: dict[str, Any]) -> Listed:
    """Items are the answer's `data` about one message, and more. At times answers are of four fields: those of
    a list may be, too, and such a message is fetched."""
    whole = item.get("status") and item.get("message")
    return Listed(str(item["_id"]), document=item if whole else None, updated_at=instant_or_none(item.get("updatedAt")))


LISTING: Final = Listing(page=page)
