"""Which messages an event of HighLevel is about. Light: the webhook function reads it.

An e-mail's event names the e-mail and its thread, whose message lists its e-mails; each is a message of its own.
Statistics of e-mails name the e-mail where the sender of the statistics has put it (code of public clients:
`lc-operations.email_message_id`). Vendor pages: "InboundMessage", "OutboundMessage", "LCEmailStats",
https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from message_detail.domain import json_codec
from message_detail.providers.base.webhook import read_text

STATISTICS: Final = "LCEmailStats"
_WRAPPERS: Final = ("webhookPayload", "payload", "data", "event-data", "eventData", "eventPayload")
_NOTES: Final = ("lc-operations", "lc_operations", "lcOperations", "user-variables", "userVariables", "user_variables")
_EMAIL: Final = ("emailMessageId", "email_message_id", "email-message-id")
_THREAD: Final = ("threadId", "thread_id", "thread-id")
_LOCATION: Final = ("locationId", "location_id", "location-id")
_MESSAGE: Final = ("messageId", "message_id")
MOST_NOTE_CHARACTERS: Final = 10_000
"""A note may be JSON in a text; a longer one is none."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The messages an event is about, which e-mail of each (where it is a container), and whether the thread that it
    doesn't name is meant as well."""

    message_ids: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    thread: bool = False


def read_subject(body: Mapping[str, Any], *, is_email: bool) -> Subject:
    """What a message's event is about."""
    message, thread, email = (read_text(body.get(key)) for key in ("messageId", "threadId", "emailMessageId"))
    if not is_email and email is None and message is not None:
        return Subject((message,))
    return _subject(message, thread, email)


def statistics_subject(body: Mapping[str, Any]) -> Subject:
    """What an event of statistics is about; nothing where it names no e-mail of ours."""
    places = list(_places(body))
    email, thread = _first(places, _EMAIL), _first(places, _THREAD)
    message = _first(places, _MESSAGE) if email is None else None
    return _subject(None, thread, email or message) if email or message else Subject()


def location_told(body: Mapping[str, Any]) -> str | None:
    """The location that an event tells: at the top, or, of statistics, where HighLevel itself has written it."""
    location = read_text(body.get("locationId"))
    if location is not None or read_text(body.get("type")) != STATISTICS:
        return location
    wrapped = _object(body.get(_WRAPPERS[0]))
    notes = [_object(top.get(name)) for top in (body, wrapped) for name in _NOTES[:3]]
    return _first([wrapped, *notes], _LOCATION)


def _subject(message: str | None, thread: str | None, email: str | None) -> Subject:
    """The e-mail and what contains it. Without an `emailMessageId`, a message beside its thread is the e-mail."""
    part = email or (message if thread not in (None, message) else None)
    ids = tuple(dict.fromkeys(one for one in (message, thread, email) if one is not None))
    containers = [one for one in ids if part is not None and (one != part or one == thread)]
    return Subject(
        ids, {one: part for one in containers if part is not None}, thread=part is not None and not containers
    )


def _places(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Where an e-mail may be named: at the top, in a wrapper, and in the sender's notes in either."""
    tops = [body, *(_object(body.get(name)) for name in _WRAPPERS)]
    for top in tops:
        yield top
        yield from (_object(top.get(name)) for name in _NOTES)


def _object(value: Any) -> Mapping[str, Any]:
    if isinstance(value, str) and len(value) <= MOST_NOTE_CHARACTERS and value.lstrip().startswith("{"):
        try:
            value = json_codec.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


def _first(places: list[Mapping[str, Any]], names: tuple[str, ...]) -> str | None:
    found = (read_text(place.get(name)) for place in places for name in names)
    return next(filter(None, found), None)
