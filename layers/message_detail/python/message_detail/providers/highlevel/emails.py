"""The e-mails of a message: an e-mail message is a thread, whose e-mails have ids and a call of their own.

Vendor page: "Get email by Id", https://marketplace.gohighlevel.com/docs. What is here works on the raw document, for
the calls (thread.py) and the mapping must mean the same e-mails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from message_detail.message import Channel
from message_detail.provider import Answer, Document
from message_detail.providers.highlevel.kinds import kind_of, name_of
from message_detail.times import read_or_none

_WRAPPERS: Final = ("message", "emailMessage", "email")
_LISTS: Final = ("messageIds", "emailMessageIds", "emailMessageId")


def email_ids(document: Document) -> list[str]:
    """The ids of a message's e-mails in the order in which they are given, each once.

    The list is at `meta.email.messageIds`, or, as the vendor documents it, at `meta.email.email.messageIds`; a single
    one may stand as `emailMessageId`. It counts only where the message is an e-mail, or of a type that is not known.
    """
    name = name_of(_scalar(document.get("messageType")), _scalar(document.get("type")))
    if name is not None and kind_of(name)[0] is not Channel.EMAIL:
        return []
    return list(dict.fromkeys(_listed(document)))


def email_of(answer: Answer) -> Document | None:
    """The e-mail of an answer, bare or in a wrapper, what stands beside it apart; None where there is no e-mail."""
    body = answer.object() if answer.ok else {}
    if not body.get("id"):
        for name in _WRAPPERS:
            inner = body.get(name)
            if isinstance(inner, dict) and inner:
                beside = {key: value for key, value in body.items() if key != name}
                return {**inner, "_envelope": beside} if beside else inner
    return body or None


def oldest_first(ids: list[str], emails: Mapping[str, Document]) -> list[str]:
    """The ids in the order of their e-mails' times, as far as these are known.

    One without a time stands behind the one that is listed before it, and of equal times the later listed is the
    newer; a list of which the first is newer than the last is taken to run backwards.
    """
    times = {one: read_or_none(email.get("dateAdded")) for one, email in emails.items()}
    known = [time for one in ids if (time := times.get(one))]
    listed = ids[::-1] if known and known[0] > known[-1] else ids
    places: list[tuple[str, int]] = []
    for index, one in enumerate(listed):
        before = places[-1][0] if places else ""
        places.append((times.get(one) or before, index))
    return [listed[index] for _, index in sorted(places)]


def _listed(document: Document) -> Iterator[str]:
    outer = _object(_object(document.get("meta")).get("email"))
    for place in (outer, _object(outer.get("email")), {"emailMessageId": document.get("emailMessageId")}):
        for name in _LISTS:
            ids = place.get(name)
            yield from filter(None, map(_scalar, ids if isinstance(ids, list) else [ids]))


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _scalar(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
