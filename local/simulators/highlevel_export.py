"""The filters and the cursor of HighLevel's export."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any


def cursor_for(after: int) -> str:
    """An opaque cursor for the page that begins behind that many messages."""
    return base64.b64encode(json.dumps({"after": after}).encode()).decode()


def offset_of(cursor: str | None) -> int | None:
    """How many messages a cursor skips; none for no cursor, `None` for one that is not ours."""
    if not cursor:
        return 0
    try:
        return int(json.loads(base64.b64decode(cursor, validate=True))["after"])
    except (ValueError, KeyError, TypeError):
        return None


def is_date(text: str | None) -> bool:
    """Whether a date filter can be read; none is fine."""
    try:
        _instant(text)
    except ValueError:
        return False
    return True


def wanted(message: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    """Whether the export's filters let a message through; e-mail only if the channel says so."""
    channel = query.get("channel", "").upper()
    kind = str(message.get("messageType", ""))
    if (channel not in kind) if channel else ("EMAIL" in kind):
        return False
    for name in ("conversationId", "contactId"):
        if query.get(name) and message.get(name) != query[name]:
            return False
    added = datetime.fromisoformat(str(message["dateAdded"]))
    start, end = _instant(query.get("startDate")), _instant(query.get("endDate"), whole_day=True)
    return not (start and added < start) and not (end and added > end)


def _instant(text: str | None, *, whole_day: bool = False) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if whole_day and len(text) == len("2026-05-04"):
        return moment + timedelta(days=1) - timedelta(milliseconds=1)
    return moment
