"""Parties of a message from what a provider's address fields hold: canonical addresses, the raw form kept."""

from __future__ import annotations

from collections.abc import Iterable

from message_detail.domain.addresses.phone_numbers import e164
from message_detail.domain.addresses.reader import Address, read, read_all
from message_detail.domain.message import AddressType, Party

__all__ = ["e164", "normalize", "parties", "party"]


def party(
    raw: str | None,
    *,
    region: str | None = None,
    name: str | None = None,
    contact_id: str | None = None,
    participant_type: str | None = None,
    address_type: AddressType | None = None,
    international: bool = False,
) -> Party | None:
    """A party from an address as the provider wrote it, or None when nothing at all is known of it.

    `region` (ISO 3166) is the country of numbers written without a country code; `international`: such numbers begin
    with their country code all the same, as on WhatsApp. `address_type` overrides what the address looks like.
    "Name <address>" is taken apart; the name given as an argument comes first.
    """
    if not any((raw, name, contact_id)):
        return None
    found = _overridden(read(raw, region, international=international), address_type) if raw else Address("")
    return Party(
        address=found.canonical,
        address_raw=raw,
        address_type=address_type or found.kind,
        name=name or found.name,
        contact_id=contact_id,
        participant_type=participant_type,
    )


def parties(
    raw: str | Iterable[str | None] | None,
    *,
    region: str | None = None,
    name: str | None = None,
    contact_id: str | None = None,
    participant_type: str | None = None,
    address_type: AddressType | None = None,
    international: bool = False,
) -> tuple[Party, ...]:
    """A party for each recipient of a field, or list of fields, that may hold several; `address_raw` is its part.

    As `party` otherwise. `name` holds where there is one recipient only, `contact_id` and `participant_type` for the
    first, who is there even without an address when one of the three is known.
    """
    texts = [raw] if isinstance(raw, str) else list(raw or ())
    found = [address for text in texts if text for address in _split(text, region, international)]
    first: str | None = found[0] if found else None
    made = [
        party(
            one,
            region=region,
            name=name if len(found) <= 1 else None,
            contact_id=None if index else contact_id,
            participant_type=None if index else participant_type,
            address_type=address_type,
            international=international,
        )
        for index, one in enumerate(found or [first])
    ]
    return tuple(one for one in made if one is not None)


def normalize(
    raw: str, region: str | None = None, address_type: AddressType | None = None, *, international: bool = False
) -> tuple[str | None, AddressType]:
    """The canonical form of an address and its type; (None, type) when there is no canonical form."""
    found = _overridden(read(raw, region, international=international), address_type)
    return found.canonical, address_type or found.kind


def _split(text: str, region: str | None, international: bool) -> list[str]:
    """The text's parts, or all of it where there is one."""
    found = read_all(text, region, international=international)
    return [address.raw for address in found] if len(found) > 1 else [text]


def _overridden(found: Address, address_type: AddressType | None) -> Address:
    return found if address_type in (None, found.kind) else Address(found.raw, name=found.name)
