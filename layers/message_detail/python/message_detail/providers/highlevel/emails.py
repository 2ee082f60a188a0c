"""The e-mails of a message: an e-mail message is a thread, whose e-mails have ids and a call of their own.

Vendor page: "Get email by Id", https://marketplace.gohighlevel.com/docs. What is here works on the raw document, for
the calls (thread.py) and the mapping must mean the same e-mails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from message_detail.domain.message import Channel
from message_detail.domain.times import instant_or_none
from message_detail.providers.base.provider import Document, Response
from message_detail.providers.highlevel.kinds import read_kind, type_name

_WRAPPERS: Final = ("message", "emailMessage", "email", "emailMessages", "data", "result")
_LISTS: Final = ("messageIds", "emailMessageIds", "emailMessageId")
_IDS: Final = ("id", "_id", "emailMessageId")
_MARKS: Final = frozenset({"id", "threadId", "from", "to", "subject", "body", "status", "direction", "dateAdded"})
"""What makes an object an e-mail: one of these at least."""
_LEVELS: Final = 3
"""Of lists in lists of ids."""


def email_ids(document: Document) -> list[str]:
    """The ids of a message's e-mails in the order in which they are given, each once.

    The list is at `meta.email.messageIds`, or, as the vendor documents it, at `meta.email.email.messageIds`; a single
    one may stand as `emailMessageId`. It counts only where the message is an e-mail, or of a type that is not known.
    """
    name = type_name(_scalar(document.get("messageType")), _scalar(document.get("type")))
    if name is not None and read_kind(name)[0] is not Channel.EMAIL:
        return []
    return list(dict.fromkeys(_listed(document)))


def read_email(answer: Response) -> Document | None:
    """The e-mail of an answer, bare or in a wrapper, what stands beside it apart; None where there is no e-mail."""
    body = answer.object() if answer.ok else {}
    if not body.get("id"):
        for name in _WRAPPERS:
            inner = body.get(name)
            if isinstance(inner, list) and len(inner) == 1:
                [inner] = inner
            if isinstance(inner, dict) and inner:
                beside = {key: value for key, value in body.items() if key != name}
                return {**inner, "_envelope": beside} if beside else inner
    return body if any(body.get(name) for name in _MARKS) else None


def oldest_first(ids: list[str], emails: Mapping[str, Document]) -> list[str]:
    """The ids in the order of their e-mails' times, as far as these are known.

    One without a time stands behind the one that is listed before it, and of equal times the later listed is the
    newer; a list of which the first is newer than the last is taken to run backwards.
    """
    times = {one: instant_or_none(email.get("dateAdded")) for one, email in emails.items()}
    known = [time for one in ids if (time := times.get(one))]
    listed = ids[::-1] if known and known[0] > known[-1] else ids
    places: list[tuple[str, int]] = []
    for index, one in enumerate(listed):
        before = places[-1][0] if places else ""
        places.append((times.get(one) or before, index))
    return [listed[index] for _, index in sorted(places)]


def _listed(document: Document) -> Iterator[str]:
    meta = _object(document.get("meta"))
    outer = _object(meta.get("email"))
    for place in (outer, _object(outer.get("email")), meta, {"emailMessageId": document.get("emailMessageId")}):
        for name in _LISTS:
            yield from _ids(place.get(name), _LEVELS)


def _ids(value: Any, levels: int) -> Iterator[str]:
    """The ids in a list, in a text that separates them with commas, and in objects that tell more than the id."""
    if isinstance(value, list):
        for item in value if levels else ():
            yield from _ids(item, levels - 1)
    elif isinstance(value, dict):
        yield from filter(None, (next(filter(None, map(_scalar, map(value.get, _IDS))), None),))
    else:
        yield from filter(None, (part.strip() for part in (_scalar(value) or "").split(",")))


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _scalar(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
