"""The way to a message's e-mails: which of a thread are fetched, and which one is the message's own.

docs/decisions/highlevel-threads.md says why. Vendor page: "Get email by Id", https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, Final

from message_detail.domain.errors import MessageNotFound, Temporary
from message_detail.providers.base.provider import Document, Look, Request, Response, url_path
from message_detail.providers.highlevel.emails import email_ids, oldest_first, read_email

MOST_EMAILS: Final = 25
"""The most e-mails that one look asks for: a thread has no end, each costs a call, and there are 100 in ten seconds."""

Asking = Generator[Request, Response, None]


def email_request(email_id: str, version: Mapping[str, str], *, spare: bool = False) -> Request:
    """The call of one e-mail."""
    path = url_path("conversations", "messages", "email", email_id)
    return Request(path=path, headers=version, optional=True, spare=spare)


def read_emails(document: Document, look: Look, version: Mapping[str, str]) -> Generator[Request, Response, Document]:
    """The e-mails as parts of a document: `_email` is the message's own one, `_emails` are the others of the thread.

    The own one is that which the look is about, else the newest. `_thread` notes how the fetch went: `ids` of all,
    `place` of the own one, `lost` (not to be had) and `left` (up to the next look).
    """
    thread = _Thread(document, look, version)
    if not thread.ids:
        return {}
    yield from thread.ask_for_all()
    return thread.parts()


class _Thread:
    """A thread in the course of being fetched.

    The others of the e-mails that are stored already are not fetched anew: what happens to them shows on their own
    messages. So every look comes further, and ends when the thread is whole.
    """

    def __init__(self, document: Document, look: Look, version: Mapping[str, str]) -> None:
        listed = email_ids(document) or _known_before(look)
        # An event may give the thread's id for the e-mail's: that is an e-mail only where nothing says otherwise.
        self._is_same = look.part == str(document.get("id"))
        self.named = None if self._is_same and listed and look.part not in listed else look.part
        self.ids = listed if self.named is None or self.named in listed else [*listed, self.named]
        self.kept = _kept(look, self.ids)
        self.found: dict[str, Document] = {}
        self.strays: list[Document] = []
        self.lost: list[str] = []
        self.late: set[str | None] = set()
        self._version = version
        self._calls = 0
        self._stopped = False

    def ask_for_all(self) -> Asking:
        """The named and the last first, then one end to know the list's direction, then backwards."""
        if self.named is not None:
            yield from self._ask(self.named)
        yield from self._ask(self.ids[-1], spare=self.named in self.found)
        yield from self._ask_unless_kept(self.ids[0])
        for one in reversed(self._order()):
            yield from self._ask_unless_kept(one)
        own = self._own()
        if own is not None and own in self.kept:  # it became the newest since another is gone, or the times say so
            yield from self._ask(own, spare=True)

    def parts(self) -> Document:
        """What the document gets."""
        known, own, order = {**self.kept, **self.found}, self._own(), self._order()
        others = [known[one] for one in self.ids if one in known and one != own]
        left = [one for one in self.ids if one not in known and one not in self.lost]
        late = [self.named] if self.named in self.late and not self._is_same else []
        note = {
            "ids": self.ids,
            "place": order.index(own) if own is not None else len(order) - 1,
            "lost": self.lost,
            "left": [*left, *late],
        }
        emails = [*others, *self.strays]
        parts: dict[str, Any] = {"_email": known[own]} if own is not None else {}
        return {**parts, **({"_emails": emails} if emails else {}), "_thread": note}

    def _own(self) -> str | None:
        if self.named is not None and self.named in self.found:
            return self.named
        return next((one for one in reversed(self._order()) if one in self.found or one in self.kept), None)

    def _order(self) -> list[str]:
        return oldest_first(self.ids, {**self.kept, **self.found})

    def _ask_unless_kept(self, email_id: str) -> Asking:
        if email_id not in self.kept:
            yield from self._ask(email_id, spare=True)

    def _ask(self, email_id: str, *, spare: bool = False) -> Asking:
        asked = email_id in self.found or email_id in self.lost or self._calls >= MOST_EMAILS
        if asked or (spare and self._stopped):
            return
        self._calls += 1
        answer = yield email_request(email_id, self._version, spare=spare)
        self._take(email_id, read_email(answer), answer)

    def _take(self, email_id: str, email: Document | None, answer: Response) -> None:
        if isinstance(answer.error, Temporary):
            self._stopped = True
        elif email is None:
            self.lost.append(email_id)
            if isinstance(answer.error, MessageNotFound):  # the named one may be there in a moment
                self.late.add(email_id)
        elif str(email.get("id") or email_id) == email_id:
            self.found[email_id] = email
        else:
            self.strays.append(email)
            self.lost.append(email_id)


def _known_before(look: Look) -> list[str]:
    """The e-mails that the message had when it was stored last: not every answer lists them."""
    return list(look.stored.conversation.related_ids) if look.stored is not None else []


def _kept(look: Look, ids: list[str]) -> dict[str, Document]:
    """The others of the thread as they were stored last, by id."""
    stored = look.stored.extensions.get("_emails") if look.stored is not None else None
    emails = stored if isinstance(stored, list) else []
    known = {str(email["id"]): email for email in emails if isinstance(email, dict) and email.get("id")}
    return {one: known[one] for one in ids if one in known}
