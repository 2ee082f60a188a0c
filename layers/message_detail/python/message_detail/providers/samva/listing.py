"""The list of Samva's messages, GET /messages. Vendor page: API Reference, Messages, "List Messages", https://samva.app.

It has page numbers, and no documented order or filter by time. Newest first by `createdAt` is assumed and checked:
a page in another order never ends the walk early. A change to a message older than the window's beginning is not
found, unless its page is read anyway. Page numbers can't overlap, so a total that shrinks from one page to the
next (something has left the list) leads back to the pages before; what is added moves messages to later pages, or
is itself on one.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from message_detail.domain.errors import AnswerTooLarge
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
from message_detail.providers.base.provider import Request, url_path

LIMIT: Final = 100
"""Messages per page: the vendor's maximum."""
LIMITS: Final = (LIMIT, 10, 1)
"""Messages on pages in place of one that is too large to be taken in."""
WHOLE: Final = ("status", "channel", "direction", "content")
"""Fields without which an item is a summary, such as the four fields of the answer to a send."""


class Place(Cursor):
    """A cursor. `total`: what the page before said."""

    number: int = 1
    limit: int = LIMIT
    total: int | None = None


def page(_account: Account, window: Window, cursor: str | None) -> PageSteps:
    """One page."""
    place = read_cursor(cursor, Place())
    place, answer = yield from fitting(_request, place, _smaller)
    if isinstance(answer.error, AnswerTooLarge):  # of a single message
        return Page(items=(), cursor=write_cursor(_next(place, place.total)), skipped=1)
    body = read_page(answer, "Samva", "items")
    found = body.get("pagination")
    pagination = found if isinstance(found, dict) else {}
    total = count_or_none(pagination.get("total"))
    ended = _is_past(body["items"], window) or not _has_next(place, len(body["items"]), pagination)
    following = _following(place, total, ended=ended)
    messages = usable(body["items"], "id")
    return Page(
        items=tuple(_listed(item) for item in messages),
        cursor=write_cursor(following),
        total=total,
        skipped=len(body["items"]) - len(messages),
    )


def _request(place: Place) -> Request:
    query = {"page": str(place.number), "limit": str(place.limit)}
    return Request(path=url_path("messages"), query=query, optional=True)


def _smaller(place: Place) -> Place | None:
    """The first of the smaller pages that a page is made of."""
    limit = next((limit for limit in LIMITS if limit < place.limit), None)
    return None if limit is None else _at((place.number - 1) * place.limit, limit, place.total)


def _next(place: Place, total: int | None) -> Place:
    """The next page, as large as one can be that begins there."""
    offset = place.number * place.limit
    return _at(offset, next(limit for limit in LIMITS if offset % limit == 0), total)


def _at(offset: int, limit: int, total: int | None) -> Place:
    return Place(number=offset // limit + 1, limit=limit, total=total)


def _following(place: Place, total: int | None, *, ended: bool) -> Place | None:
    """The next page, or the one to go back to since messages have left the pages before this one."""
    lost = 0 if total is None or place.total is None else place.total - total
    if place.number > 1 and lost > 0:
        return place.model_copy(update={"number": max(place.number - -(-lost // place.limit), 1), "total": total})
    return None if ended else _next(place, total)


def _has_next(place: Place, count: int, pagination: Mapping[str, Any]) -> bool:
    """Whether more follows a page of so many entries. What counts fewer than have been read is not believed."""
    pages = count_or_none(pagination.get("totalPages"))
    total, read = count_or_none(pagination.get("total")), (place.number - 1) * place.limit + count
    if pages is None or (total is not None and total < read):
        return count >= place.limit
    return count > 0 and place.number < pages


def _is_past(entries: list[Any], window: Window) -> bool:
    """Whether the whole page is older than the window, and the list the newest first."""
    items = [entry for entry in entries if isinstance(entry, dict)]
    if window.since is None or len(items) < len(entries):
        return False
    created = [_created(item) for item in items]
    known = [time for time in created if time is not None]
    if len(known) < len(created) or any(earlier < later for earlier, later in pairwise(known)):
        return False
    times = known + [time for item in items if (time := instant_or_none(item.get("updatedAt")))]
    return max(times, default="") < window.since


def _listed(item: dict[str, Any]) -> Listed:
    whole = all(item.get(name) is not None for name in WHOLE)
    return Listed(str(item["id"]), document=item if whole else None, updated_at=instant_or_none(item.get("updatedAt")))


def _created(item: Mapping[str, Any]) -> str | None:
    return instant_or_none(item.get("createdAt") or item.get("created_at"))


LISTING: Final = Listing(page=page)
