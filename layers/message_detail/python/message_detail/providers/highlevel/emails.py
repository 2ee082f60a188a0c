"""The e-mails of a message: an e-mail message is a thread, whose e-mails have ids and a call of their own.

Vendor page: "Get email by Id", https://marketplace.gohighlevel.com/docs. What is here works on the raw document, for
the second calls and the mapping must mean the same e-mails.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from message_detail.message import Channel
from message_detail.provider import Answer, Document
from message_detail.providers.highlevel.kinds import kind_of, name_of

MOST_EMAILS: Final = 5
"""The most e-mails that are asked for: a thread has no end, and each costs a call. The other ids are kept."""

_WRAPPERS: Final = ("message", "emailMessage", "email")


def email_ids(document: Document) -> list[str]:
    """The ids of the e-mails to ask for, in the order in which they are given, the message's own one first.

    The list is at `meta.email.messageIds`, or, as the vendor documents it, at `meta.email.email.messageIds`. It
    counts only where the message is an e-mail, or of a type that is not known.
    """
    name = name_of(_scalar(document.get("messageType")), _scalar(document.get("type")))
    if name is not None and kind_of(name)[0] is not Channel.EMAIL:
        return []
    ids = list(dict.fromkeys(_listed(document)))
    own = [one for one in ids if _is_named(one, document)]
    return (own + [one for one in ids if one not in own])[:MOST_EMAILS]


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


def placed(asked: list[str], found: list[Document], document: Document) -> Document:
    """The e-mails as parts of a document: `_email` is the message's own one, `_emails` are the others of the thread.

    The message's own one bears its id, or the id that it has at the channel (`altId`); where none does, it is the
    first of those asked for, with which the thread began. An e-mail that nobody asked for is never the own one.
    """
    good = [email for email in found if str(email.get("id")) in asked]
    own = next((email for email in good if _belongs(email, document)), None)
    if own is None:
        own = next((email for email in good if str(email.get("id")) == asked[0]), None)
    others = [email for email in found if email is not own]
    return {**({"_email": own} if own else {}), **({"_emails": others} if others else {})}


def missing(document: Document) -> str | None:
    """Where e-mails that the message lists are missing, None when all that are asked for are there."""
    wanted = len(email_ids(document))
    if not wanted:
        return None
    if "_email" not in document:
        return "_email"
    return "_emails" if len(document.get("_emails", ())) < wanted - 1 else None


def _belongs(email: Document, document: Document) -> bool:
    return any(_is_named(email.get(key), document) for key in ("id", "altId"))


def _is_named(one: Any, document: Document) -> bool:
    return bool(one) and str(one) in (str(document.get("id")), str(document.get("altId")))


def _listed(document: Document) -> Iterator[str]:
    place: Any = document.get("meta")
    for _ in range(2):
        place = place.get("email") if isinstance(place, dict) else None
        ids = place.get("messageIds") if isinstance(place, dict) else None
        for one in ids if isinstance(ids, list) else (ids,):
            email_id = _scalar(one)
            if email_id:
                yield email_id


def _scalar(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
