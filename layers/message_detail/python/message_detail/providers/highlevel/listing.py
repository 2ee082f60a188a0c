"""The list of HighLevel's messages. Vendor page: "Export messages by location", https://marketplace.gohighlevel.com/docs.

GET /conversations/messages/export gives everything but e-mail, and e-mail when asked for it: two passes. A window with
a beginning is read by last change, the newest first, back to that beginning; any other by creation, the oldest first.
What changes meanwhile jumps to the front, which is why after a pass of several pages its front is read again, back to
where the first page had begun.

The list demands the location's id, which is the account's `location_id`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from message_detail.domain.errors import ProviderRefused
from message_detail.domain.message import Channel, Kind
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
from message_detail.providers.highlevel.account import require_location, version_header
from message_detail.providers.highlevel.emails import email_ids
from message_detail.providers.highlevel.kinds import read_kind, type_name
from message_detail.providers.highlevel.oauth import lacks_a_right

LIMIT: Final = 100
"""Messages per page, of 10 to 500."""
SMALL_LIMIT: Final = 10
"""For the rest of a walk that has met a page too large to be taken in."""
FRONT: Final = 10
"""How many of the newest messages of a pass are read again with its front."""
MOST_RESTARTS: Final = 3
"""How often a walk begins again since HighLevel has forgotten its cursor."""
VERSION_WITH_PARTIES: Final = "v3"
"""The version whose single answers have `from` and `to`, and `error` where sending failed."""
FAILURES: Final = frozenset({"failed", "undelivered"})


class Place(Cursor):
    """A cursor. `cursor` is HighLevel's own one; `since`: how far back a pass goes that reads the front again; `head`:
    where the first page began (one of its newest changes: a few that are dated ahead of their time do no harm);
    `earlier`: the total of the pass before."""

    email: bool = False
    cursor: str | None = None
    since: str | None = None
    head: str | None = None
    earlier: int = 0
    restarts: int = 0
    limit: int = LIMIT


def page(account: Account, window: Window, cursor: str | None) -> PageSteps:
    """One page. The page's total is that of the passes so far."""
    place = read_cursor(cursor, Place())
    place, answer = yield from fitting(lambda place: _request(account, window, place), place, _smaller)
    forgotten = _has_forgotten(answer, place)
    if forgotten:
        place = place.model_copy(update={"cursor": None, "restarts": place.restarts + 1})
        answer = yield _request(account, window, place)
    body = _read_page(answer)
    messages = [item for item in body["messages"] if isinstance(item, dict)]
    total = count_or_none(body.get("total"))
    following = _following(place, messages, _next_cursor(place, body), window)
    if following is None and not place.email:
        following = Place(email=True, earlier=total or 0, limit=place.limit)
    known = usable(messages, "id")
    return Page(
        items=tuple(_listed(item, account) for item in known if _is_wanted(item, place, window)),
        cursor=write_cursor(following),
        total=None if total is None else place.earlier + total,
        skipped=len(body["messages"]) - len(known),
        passed=tuple(str(item["id"]) for item in known if not _is_wanted(item, place, window)),
        anew=forgotten,
    )


def _request(account: Account, window: Window, place: Place) -> Request:
    query = {"limit": str(place.limit), "locationId": require_location(account)}
    if place.email:
        query["channel"] = "Email"
    if window.since:
        # startDate and endDate may be about the creation: a message can change long after it.
        query |= {"sortBy": "updatedAt", "sortOrder": "desc"}
    else:
        query |= {"sortBy": "createdAt", "sortOrder": "asc"}
        if window.until:
            query["endDate"] = window.until
    if place.cursor:
        query["cursor"] = place.cursor
    path = url_path("conversations", "messages", "export")
    return Request(path=path, query=query, headers=version_header(account), optional=True)


def _smaller(place: Place) -> Place | None:
    return place.model_copy(update={"limit": SMALL_LIMIT}) if place.limit > SMALL_LIMIT else None


def _has_forgotten(answer: Response, place: Place) -> bool:
    refused = answer.error is not None and answer.status in (400, 404, 410, 422)
    return refused and place.cursor is not None and place.restarts < MOST_RESTARTS


def _read_page(answer: Response) -> Mapping[str, Any]:
    if isinstance(answer.error, ProviderRefused) and (answer.status in (400, 403, 422) or lacks_a_right(answer)):
        raise ProviderRefused(
            f"HighLevel refused to list messages with {answer.status}; lists need an account whose location_id (else "
            "its name) is the id of the token's location, and a token with the scope conversations/message.readonly"
        ) from answer.error
    return read_page(answer, "HighLevel", "messages")


def _next_cursor(place: Place, body: Mapping[str, Any]) -> str | None:
    """What leads on. An empty page may, but not to itself: that is the end."""
    cursor = _text(body.get("nextCursor"))
    return cursor if body["messages"] or cursor != place.cursor else None


def _following(place: Place, messages: list[dict[str, Any]], cursor: str | None, window: Window) -> Place | None:
    """The next page of this pass, or the first one when the front has to be read again; None at its end."""
    if window.since is None:
        return place.model_copy(update={"cursor": cursor}) if cursor else None
    changed = [_changed(item) for item in messages]
    times = [time for time in changed if time is not None]
    if place.cursor is None and times:
        place = place.model_copy(update={"head": sorted(times, reverse=True)[:FRONT][-1]})
    if cursor and not (_is_sorted(messages) and _is_past(place, changed, window)):
        return place.model_copy(update={"cursor": cursor})
    if place.cursor and place.head:
        return place.model_copy(update={"cursor": None, "since": place.head, "head": None})
    return None


def _is_sorted(messages: list[dict[str, Any]]) -> bool:
    """Whether the newest change comes first, as far as the messages tell their changes."""
    known = [time for item in messages if (time := instant_or_none(item.get("dateUpdated")))]
    return all(earlier >= later for earlier, later in pairwise(known))


def _is_past(place: Place, changed: list[str | None], window: Window) -> bool:
    """Whether all that follows has been read before, or is older than the window."""
    times = [time for time in changed if time is not None]
    if not times or len(times) < len(changed):
        return False
    return min(times) < place.since if place.since else max(times) < (window.since or "")


def _is_wanted(item: Mapping[str, Any], place: Place, window: Window) -> bool:
    """Whether a message is not from after the window, and not known from before the front was read again."""
    added = instant_or_none(item.get("dateAdded"))
    after = window.until is not None and added is not None and added > window.until
    known = place.since is not None and (_changed(item) or "") < place.since
    return not after and not known


def _listed(item: dict[str, Any], account: Account) -> Listed:
    whole = _is_whole(item) and (account.get("version") != VERSION_WITH_PARTIES or _has_parties(item))
    return Listed(
        str(item["id"]), document=item if whole else None, updated_at=instant_or_none(item.get("dateUpdated"))
    )


def _is_whole(item: dict[str, Any]) -> bool:
    """Whether an item is what a fetch would give: an e-mail never is, and attachments may be missing in lists."""
    name = type_name(_text(item.get("messageType")), _text(item.get("type")))
    channel, kind = read_kind(name) if name else (Channel.UNKNOWN, Kind.UNKNOWN)
    if channel is Channel.EMAIL or email_ids(item):
        return False
    if kind in (Kind.CALL, Kind.VOICEMAIL) and not _tells_of_call(item.get("meta")):
        return False
    return isinstance(item.get("attachments"), list) and bool(item.get("status"))


def _tells_of_call(meta: Any) -> bool:
    """Whether an item says how a call ended, in the documented form or in the live one."""
    call = meta.get("call") if isinstance(meta, dict) else None
    return isinstance(meta, dict) and bool(meta.get("callStatus") or (isinstance(call, dict) and call.get("status")))


def _has_parties(item: Mapping[str, Any]) -> bool:
    failed = str(item.get("status")).casefold() in FAILURES
    return bool(item.get("from")) and bool(item.get("to")) and not (failed and not item.get("error"))


def _changed(item: Mapping[str, Any]) -> str | None:
    """When a message was changed last. Not all live answers tell it: then the time of its creation."""
    return instant_or_none(item.get("dateUpdated")) or instant_or_none(item.get("dateAdded"))


def _text(value: Any) -> str | None:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
    return text or None


LISTING: Final = Listing(page=page)
