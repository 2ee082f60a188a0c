"""The list of CareCloud's messages, GET /messages. Vendor page: https://carecloud.readme.io/reference/getmessages.

Two walks, since the list can be filtered by `send_time` only, while a message changes long after it was sent and has
no `send_time` before:

- `changes`, for a window with a beginning: all messages by `last_change`, the newest first, back to that beginning.
  That the list can be sorted so is an assumption, which every page is checked against: where it fails, the walk
  `sent` takes over.
- `sent`: the messages sent in the window by `send_time`, the oldest first. In a window with an end, or as the
  substitute of `changes`, messages not sent yet are not among them.

Offsets move while a list is read, so pages overlap. What changes during a walk of `changes` jumps to its front:
after a walk of several pages the front is read again, back to where the first page had begun.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from message_detail.domain.times import Ambiguous, add_seconds, parse_local
from message_detail.providers.base.account import Account
from message_detail.providers.base.list_cursors import Cursor, read_cursor, write_cursor
from message_detail.providers.base.listing import (
    Listed,
    Listing,
    Page,
    PageSteps,
    Window,
    count_or_none,
    goes_on,
    read_page,
    usable,
)
from message_detail.providers.base.provider import Request, Response, url_path
from message_detail.providers.carecloud.account import time_zone

COUNT: Final = 100
"""Messages per page: the vendor's default; no maximum is stated."""
OVERLAP: Final = 10
"""How many messages may leave the part of the list already read, between two pages, without another being missed."""
MARGIN_SECONDS: Final = 3600
"""What a local time without an offset can be wrong by."""


class Place(Cursor):
    """A cursor. `since`: how far back a walk of changes goes that reads the front again; `head`: where its first page
    began (one of its newest changes: a few that are dated ahead of their time do no harm)."""

    walk: Literal["changes", "sent"]
    offset: int = 0
    since: str | None = None
    head: str | None = None


class _Messages(NamedTuple):
    """A page's entries, how many the list has in all, whether more follow, and how many are no entries."""

    items: tuple[dict[str, Any], ...]
    total: int | None
    more: bool
    skipped: int = 0


def page(account: Account, window: Window, cursor: str | None) -> PageSteps:
    """One page. The text of a message takes a call of its own, so each has to be fetched."""
    zone = time_zone(account)
    place = read_cursor(cursor, Place(walk="changes" if window.since else "sent"))
    answer = yield _request(account, window, place, zone)
    if place.walk == "changes" and answer.status == 400:  # sort_field not allowed
        place = Place(walk="sent")
        answer = yield _request(account, window, place, zone)
    found = _read_messages(answer, place)
    following = _after_changes(place, found, window, zone) if place.walk == "changes" else _further(place, found)
    messages = usable(list(found.items), "message_id")
    wanted = [_is_wanted(item, place, window, zone) for item in messages]
    return Page(
        items=tuple(_listed(item, zone) for item, is_wanted in zip(messages, wanted, strict=True) if is_wanted),
        cursor=write_cursor(following),
        total=found.total,
        skipped=found.skipped + len(found.items) - len(messages),
        passed=tuple(
            str(item["message_id"]) for item, is_wanted in zip(messages, wanted, strict=True) if not is_wanted
        ),
    )


def _request(account: Account, window: Window, place: Place, zone: ZoneInfo) -> Request:
    changes = place.walk == "changes"
    query = {
        "count": str(COUNT),
        "offset": str(place.offset),
        "sort_field": "last_change" if changes else "send_time",
        "sort_direction": "DESC" if changes else "ASC",
    }
    if not changes and window.since:
        query["send_time_from"] = _local(window.since, -MARGIN_SECONDS, zone)
    if not changes and window.until:
        query["send_time_to"] = _local(window.until, MARGIN_SECONDS, zone)
    language = {"Accept-Language": account.require("language")}
    return Request(path=url_path("messages"), query=query, headers=language, optional=True)


def _local(instant: str, seconds: float, zone: ZoneInfo) -> str:
    """The project's local time, with a blank between date and time, some seconds from an instant."""
    moment = datetime.fromisoformat(instant) + timedelta(seconds=seconds)
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _read_messages(answer: Response, place: Place) -> _Messages:
    data = read_page(answer, "CareCloud", "data", "messages")
    messages = data["messages"]
    total = count_or_none(data.get("total_items"))
    more = goes_on(len(messages), COUNT, place.offset + len(messages), total)
    items = tuple(item for item in messages if isinstance(item, dict))
    return _Messages(items, total, more, len(messages) - len(items))


def _further(place: Place, found: _Messages) -> Place | None:
    """The next page of the same walk."""
    count = len(found.items) + found.skipped
    step = count - min(OVERLAP, count // 2)
    return place.model_copy(update={"offset": place.offset + max(step, 1)}) if found.more else None


def _after_changes(place: Place, found: _Messages, window: Window, zone: ZoneInfo) -> Place | None:
    """The next page of the walk of changes, or the first one of the walk that follows."""
    times = [time for item in found.items if (time := _instant(item.get("last_change"), zone))]
    if found.more and not _is_sorted(found, zone, anew=place.offset == 0):
        return Place(walk="sent")
    if place.offset == 0 and times:
        place = place.model_copy(update={"head": sorted(times, reverse=True)[:OVERLAP][-1]})
    if found.more and not _is_past(place, times, window):
        return _further(place, found)
    return Place(walk="changes", since=place.head) if place.offset and place.head else None


def _is_past(place: Place, times: list[str], window: Window) -> bool:
    """Whether all that follows has been read before, or is older than the window, whose beginning is local time."""
    if place.since:
        return bool(times) and min(times) < place.since
    return bool(times) and max(times) < add_seconds(window.since or "", -MARGIN_SECONDS)


def _is_sorted(found: _Messages, zone: ZoneInfo, *, anew: bool) -> bool:
    """Whether the page is in the order asked for, as far as its times tell. The first page must tell."""
    times = [time for item in found.items if (time := _certain(item.get("last_change"), zone))]
    return all(earlier >= later for earlier, later in pairwise(times)) and (bool(times) or not anew)


def _is_wanted(item: Mapping[str, Any], place: Place, window: Window, zone: ZoneInfo) -> bool:
    """Whether a message wasn't sent after the window and isn't known from before the front was read again: each costs
    two calls more."""
    sent = _instant(item.get("send_time"), zone)
    after = window.until is not None and sent is not None and sent > window.until
    known = place.since is not None and (_instant(item.get("last_change"), zone) or "") < place.since
    return not after and not known


def _listed(item: Mapping[str, Any], zone: ZoneInfo) -> Listed:
    return Listed(str(item["message_id"]), updated_at=_instant(item.get("last_change"), zone))


def _instant(value: Any, zone: ZoneInfo) -> str | None:
    """A local time as the mapping reads it, None where it can't be read."""
    try:
        return parse_local(value, zone) if isinstance(value, str) else None
    except Ambiguous as chosen:
        return chosen.instant
    except (ValueError, OverflowError):
        return None


def _certain(value: Any, zone: ZoneInfo) -> str | None:
    """A local time that can only be one instant."""
    try:
        return parse_local(value, zone) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


LISTING: Final = Listing(page=page)
