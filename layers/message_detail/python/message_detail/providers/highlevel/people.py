"""HighLevel's parties: the contact is always the other side. Pure.

Vendor pages: "Get message by message id" (`contactId`; `from` and `to` since version v3, never for e-mail) and
"Get email by Id", https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from message_detail.ledger import Ledger
from message_detail.message import Channel, Direction, Party
from message_detail.parties import parties, party
from message_detail.provider import Document
from message_detail.providers.highlevel.payload import HighLevelMessage
from message_detail.providers.highlevel.pick import first

_PEOPLE: Final = ("from", "to", "cc", "bcc", "ccList", "bccList", "replyTo")


class Parties(NamedTuple):
    """Who sent the message to whom."""

    sender: Party | None
    to: tuple[Party, ...]
    cc: tuple[Party, ...]
    bcc: tuple[Party, ...]


def parties_of(
    payload: HighLevelMessage, ledger: Ledger, direction: Direction, region: str | None, channel: Channel
) -> Parties:
    """The addresses of the e-mail or else of the message, with the contact's id where the contact is.

    An internal comment has a contact whom it is about: neither side, hence kept as it is.
    """
    inbound, outbound = direction is Direction.INBOUND, direction is Direction.OUTBOUND
    contact = first(ledger, ("contactId", payload.contactId), ("_email.contactId", payload.email.contactId))
    if contact is not None and not (inbound or outbound):
        ledger.keep("contactId")
        ledger.keep("_email.contactId")
    raw = first(ledger, ("_email.from", payload.email.from_), ("from", payload.from_))
    whatsapp = channel is Channel.WHATSAPP  # whose ids are numbers with their country code
    sender = party(raw, region=region, contact_id=contact if inbound else None, international=whatsapp)
    to = parties(
        _recipients(payload, ledger),
        region=region,
        contact_id=contact if outbound else None,
        international=whatsapp,
    )
    return Parties(sender, to, _copied(payload, ledger, "cc", region), _copied(payload, ledger, "bcc", region))


def _copied(payload: HighLevelMessage, ledger: Ledger, name: str, region: str | None) -> tuple[Party, ...]:
    """Those in copy: all of them are in `ccList` where there is one, and `cc` has but the first."""
    some, everyone = getattr(payload.email, name), getattr(payload.email, f"{name}List")
    if some and everyone:
        ledger.keep(f"_email.{name}")
    return parties(everyone or some, region=region)


def further_parties(document: Document, region: str | None) -> tuple[Party, ...]:
    """Everyone whom the other e-mails of a thread name: the message is theirs, too."""
    emails = document.get("_emails")
    found: dict[Party, None] = {}
    for email in emails if isinstance(emails, list) else ():
        if isinstance(email, dict):
            for name in _PEOPLE:
                found.update(dict.fromkeys(parties(_texts_of(email.get(name)), region=region)))
    return tuple(found)


def _texts_of(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _recipients(payload: HighLevelMessage, ledger: Ledger) -> tuple[str, ...]:
    of_email = tuple(filter(None, payload.email.to))
    of_message = tuple(filter(None, payload.to))
    if of_email and of_message and of_email != of_message:
        ledger.keep("to")
    return of_email or of_message
