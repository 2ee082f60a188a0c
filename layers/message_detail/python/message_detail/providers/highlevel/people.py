"""HighLevel's parties: the contact is always the other side. Pure.

Vendor pages: "Get message by message id" (`contactId`; `from` and `to` since version v3, never for e-mail) and
"Get email by Id", https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from message_detail.ledger import Ledger
from message_detail.message import Direction, Party
from message_detail.parties import party
from message_detail.providers.highlevel.payload import HighLevelMessage
from message_detail.providers.highlevel.pick import first


class Parties(NamedTuple):
    """Who sent the message to whom."""

    sender: Party | None
    to: tuple[Party, ...]
    cc: tuple[Party, ...]
    bcc: tuple[Party, ...]


def parties_of(payload: HighLevelMessage, ledger: Ledger, direction: Direction, region: str | None) -> Parties:
    """The addresses of the e-mail or else of the message, with the contact's id where the contact is.

    An internal comment has a contact whom it is about: neither side, hence kept as it is.
    """
    inbound, outbound = direction is Direction.INBOUND, direction is Direction.OUTBOUND
    if payload.contactId is not None and not (inbound or outbound):
        ledger.keep("contactId")
    raw = first(ledger, ("_email.from", payload.email.from_), ("from", payload.from_))
    sender = party(raw, region=region, contact_id=payload.contactId if inbound else None)
    to = _several(_recipients(payload, ledger), region, payload.contactId if outbound else None)
    return Parties(sender, to, _several(payload.email.cc, region), _several(payload.email.bcc, region))


def _recipients(payload: HighLevelMessage, ledger: Ledger) -> tuple[str, ...]:
    of_email = tuple(filter(None, payload.email.to))
    of_message = tuple(filter(None, payload.to))
    if of_email and of_message and of_email != of_message:
        ledger.keep("to")
    return of_email or of_message


def _several(addresses: Iterable[str | None], region: str | None, contact_id: str | None = None) -> tuple[Party, ...]:
    """The parties; the first is the contact, whose id comes alone where there is no address."""
    raw: list[str | None] = [address for address in addresses if address] or [None]
    found = [party(one, region=region, contact_id=None if index else contact_id) for index, one in enumerate(raw)]
    return tuple(filter(None, found))
