"""HighLevel's parties: the contact is always the other side. Pure.

Vendor pages: "Get message by message id" (`contactId`; `from` and `to` since version v3, never for e-mail) and
"Get email by Id", https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from message_detail.domain.json_paths import split_path
from message_detail.domain.message import Channel, Direction, Party
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.base.parties import parties, party
from message_detail.providers.base.provider import Document
from message_detail.providers.highlevel.party_texts import holds_objects, recipient_texts
from message_detail.providers.highlevel.payload import HighLevelMessage

_PEOPLE: Final = ("from", "to", "cc", "bcc", "ccList", "bccList", "replyTo")


class Parties(NamedTuple):
    """Who sent the message to whom."""

    sender: Party | None
    to: tuple[Party, ...]
    cc: tuple[Party, ...]
    bcc: tuple[Party, ...]
    reply_to: tuple[Party, ...]


def read_parties(
    payload: HighLevelMessage, reader: DocumentReader, direction: Direction, region: str | None, channel: Channel
) -> Parties:
    """The addresses of the e-mail or else of the message, with the contact's id where the contact is.

    An internal comment has a contact whom it is about: neither side, hence kept as it is.
    """
    inbound, outbound = direction is Direction.INBOUND, direction is Direction.OUTBOUND
    contact = reader.first(("contactId", payload.contactId), ("_email.contactId", payload.email.contactId))
    if contact is not None and not (inbound or outbound):
        reader.keep("contactId")
        reader.keep("_email.contactId")
    raw = reader.first(("_email.from", payload.email.from_), ("from", payload.from_))
    whatsapp = channel is Channel.WHATSAPP  # whose ids are numbers with their country code
    sender = party(raw, region=region, contact_id=contact if inbound else None, international=whatsapp)
    to = parties(
        _recipients(payload, reader),
        region=region,
        contact_id=contact if outbound else None,
        international=whatsapp,
    )
    cc, bcc = (_copied(payload, reader, name, region) for name in ("cc", "bcc"))
    _report_objects(reader)
    return Parties(sender, to, cc, bcc, parties(payload.email.replyTo, region=region))


def _report_objects(reader: DocumentReader) -> None:
    """Drift where a field is no text or list of texts: it is read all the same, and may tell more than ours does."""
    email = reader.document.get("_email")
    of_email = email if isinstance(email, dict) else {}
    for prefix, fields, names in (("", reader.document, _PEOPLE[:2]), ("_email.", of_email, _PEOPLE)):
        for name in names:
            value = fields.get(name)
            if holds_objects(value) or (name == "from" and isinstance(value, list) and value):
                reader.report(split_path(f"{prefix}{name}"), "wrong_type", value)


def _copied(payload: HighLevelMessage, reader: DocumentReader, name: str, region: str | None) -> tuple[Party, ...]:
    """Those in copy: all of them are in `ccList` where there is one, and `cc` has but the first."""
    some, everyone = getattr(payload.email, name), getattr(payload.email, f"{name}List")
    if some and everyone:
        reader.keep(f"_email.{name}")
    return parties(everyone or some, region=region)


def further_parties(document: Document, region: str | None) -> tuple[Party, ...]:
    """Everyone whom the answer names in another place than the message's own parties are from: the other e-mails of a
    thread, and what the message and its e-mail say differently."""
    emails = document.get("_emails")
    found: dict[Party, None] = {}
    for one in (document, document.get("_email"), *(emails if isinstance(emails, list) else ())):
        if isinstance(one, dict):
            for name in _PEOPLE:
                found.update(dict.fromkeys(parties(_texts(one.get(name)), region=region)))
    return tuple(found)


def _texts(value: Any) -> list[str]:
    return [one for one in recipient_texts(value) if isinstance(one, str)]


def _recipients(payload: HighLevelMessage, reader: DocumentReader) -> tuple[str, ...]:
    of_email = tuple(filter(None, payload.email.to))
    of_message = tuple(filter(None, payload.to))
    if of_email and of_message and of_email != of_message:
        reader.keep("to")
    return of_email or of_message
