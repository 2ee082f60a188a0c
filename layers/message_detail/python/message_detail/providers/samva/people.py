"""Samva's parties: participants joined with the addresses that the channel's metadata holds. Pure.

Vendor page: "Get Message", https://samva.app (`fromParticipant`, `toParticipants`, `emailMetadata`,
`whatsappMetadata`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from message_detail.domain.addresses.reader import read
from message_detail.domain.message import Channel, Party
from message_detail.providers.base.address_texts import address_texts, texts_in
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.base.parties import parties, party
from message_detail.providers.samva.payload import Participant, SamvaMessage
from message_detail.providers.samva.structures import identities, identity, mailboxes

IDENTITIES: Final[dict[Channel, tuple[str, ...]]] = {
    Channel.SMS: ("sms", "phone"),
    Channel.MMS: ("mms", "sms", "phone"),
    Channel.RCS: ("rcs", "phone", "sms"),
    Channel.WHATSAPP: ("whatsapp", "phone", "sms"),
    Channel.VOICE: ("voice", "phone", "sms"),
    Channel.EMAIL: ("email",),
}
"""Where `channelIdentities` may have the address of a channel."""


@dataclass(frozen=True, slots=True)
class _Seat:
    """A recipient: the contact's id, and the participant of that id with its path, if the answer has one."""

    contact_id: str | None
    person: Participant | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where numbers are read: the region of national ones; on WhatsApp all begin with their country code."""

    region: str | None
    channel: Channel

    @property
    def international(self) -> bool:
        return self.channel is Channel.WHATSAPP


def read_sender(payload: SamvaMessage, reader: DocumentReader, channel: Channel, region: str | None) -> Party | None:
    """The sender: `fromParticipant`, with the address that the metadata of the channel has."""
    person = payload.fromParticipant
    contact_id = reader.first(("", payload.fromParticipantId), ("fromParticipant.id", person.id))
    addresses = [
        ("emailMetadata.fromEmail", _one("emailMetadata.fromEmail", payload.emailMetadata.fromEmail, reader)),
        (
            "whatsappMetadata.fromNumber",
            _one("whatsappMetadata.fromNumber", payload.whatsappMetadata.fromNumber, reader),
        ),
    ]
    address = reader.first(*(addresses[::-1] if channel is Channel.WHATSAPP else addresses))
    names = [*_names(person, "fromParticipant"), ("emailMetadata.fromName", payload.emailMetadata.fromName)]
    return _party(
        _Seat(contact_id, person, "fromParticipant"),
        address or _identity(person, channel),
        reader.first(*names),
        reader,
        _Place(region, channel),
    )


def read_recipients(
    payload: SamvaMessage, reader: DocumentReader, channel: Channel, region: str | None
) -> tuple[Party, ...]:
    """The recipients: participants joined by id, each with its address where it is certain which."""
    emails = mailboxes(payload.emailMetadata.toEmails, "emailMetadata.toEmails", reader)
    numbers = address_texts(payload.whatsappMetadata.toNumber, "whatsappMetadata.toNumber", reader)
    addresses = list(dict.fromkeys((*emails, *numbers)))
    seats = _seats(payload)
    own = [_identity(seat.person, channel) for seat in seats]
    taken = [_take(addresses, address) for address in own]
    if len(addresses) == 1 and taken.count(None) == 1:
        taken[taken.index(None)] = addresses.pop()
    if addresses:
        own = [None] * len(own)  # who has the addresses that are left can't be told, so none is claimed
    place = _Place(region, channel)
    seated = [
        _party(seat, found or address, reader.first(*_names(seat.person, seat.path)), reader, place)
        for seat, found, address in zip(seats, taken, own, strict=True)
    ]
    return (*filter(None, seated), *parties(addresses, region=region, international=place.international))


def read_parties(value: object, path: str, reader: DocumentReader) -> tuple[Party, ...]:
    """The parties of a list of e-mail addresses."""
    return parties(mailboxes(value, path, reader))


def further_parties(payload: SamvaMessage, region: str | None) -> tuple[Party, ...]:
    """Everyone by all addresses that the answer has, those of other channels included."""
    people = (payload.fromParticipant, *filter(None, payload.toParticipants or ()))
    known = [one for person in people for one in identities(person.channelIdentities)]
    numbers = (*texts_in(payload.whatsappMetadata.fromNumber), *texts_in(payload.whatsappMetadata.toNumber))
    return (
        *parties((*texts_in(payload.emailMetadata.fromEmail), *known), region=region),
        *parties(numbers, region=region, international=True),
    )


def _seats(payload: SamvaMessage) -> list[_Seat]:
    people = {index: person for index, person in enumerate(payload.toParticipants or ()) if person is not None}
    by_id: dict[str, int] = {}
    for index, person in people.items():
        if person.id is not None:
            by_id.setdefault(person.id, index)
    seats = []
    for contact_id in filter(None, payload.toParticipantIds or ()):
        index = by_id.pop(contact_id, -1)
        seats.append(_Seat(contact_id, people.pop(index, None), f"toParticipants[{index}]"))
    return seats + [_Seat(person.id, person, f"toParticipants[{index}]") for index, person in people.items()]


def _party(seat: _Seat, address: str | None, name: str | None, reader: DocumentReader, place: _Place) -> Party | None:
    kind = seat.person.type if seat.person is not None else None
    found = party(
        address,
        region=place.region,
        name=name,
        contact_id=seat.contact_id,
        participant_type=kind,
        international=place.international,
    )
    if found is None and kind is not None:
        reader.keep(f"{seat.path}.type")
    return found


def _names(person: Participant | None, path: str) -> list[tuple[str, str | None]]:
    if person is None:
        return []
    return [(f"{path}.name", person.name), (f"{path}.displayName", person.displayName)]


def _one(path: str, value: object, reader: DocumentReader) -> str | None:
    """The first address of a field that should have one; more are kept where they were."""
    found = address_texts(value, path, reader)
    if len(found) > 1:
        reader.keep(path)
    return next(iter(found), None)


def _identity(person: Participant | None, channel: Channel) -> str | None:
    if person is None:
        return None
    return identity(person.channelIdentities, IDENTITIES.get(channel, ()))


def _take(addresses: list[str], wanted: str | None) -> str | None:
    """Takes the wanted address out of the list, however it is written there."""
    if wanted is None:
        return None
    for index, address in enumerate(addresses):
        if wanted.casefold() in (address.casefold(), read(address).text.casefold()):
            return addresses.pop(index)
    return None
