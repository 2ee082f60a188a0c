"""Addresses: phone numbers to E.164, e-mail addresses with their domain in lower case, the raw form kept."""

from __future__ import annotations

import re
from email.utils import parseaddr
from typing import Final

from message_detail.message import AddressType, Party

_EMAIL: Final = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
_PHONE: Final = re.compile(r"\+?[\d\s().\-/]{3,40}")


def party(
    raw: str | None,
    *,
    region: str | None = None,
    name: str | None = None,
    contact_id: str | None = None,
    participant_type: str | None = None,
    address_type: AddressType | None = None,
) -> Party | None:
    """A party from an address as the provider wrote it, or None when nothing at all is known of it.

    `region` (ISO 3166) is the country of numbers written without a country code. `address_type` overrides
    what the address looks like. "Name <address>" is taken apart; the name given as an argument comes first.
    """
    if not any((raw, name, contact_id)):
        return None
    address, kind = None, address_type or AddressType.UNKNOWN
    if raw:
        shown, mailbox = _mailbox(raw)
        name = name or shown
        address, kind = normalize(mailbox or raw, region, address_type)
    return Party(
        address=address,
        address_raw=raw,
        address_type=kind,
        name=name,
        contact_id=contact_id,
        participant_type=participant_type,
    )


def normalize(
    raw: str, region: str | None = None, address_type: AddressType | None = None
) -> tuple[str | None, AddressType]:
    """The canonical form of an address and its type; (None, type) when there is no canonical form."""
    text = raw.strip()
    if address_type is None:
        address_type = _looks_like(text)
    if address_type is AddressType.EMAIL:
        return _email(text), AddressType.EMAIL
    if address_type is AddressType.PHONE:
        return e164(text, region), AddressType.PHONE
    return None, address_type


def e164(text: str, region: str | None) -> str | None:
    """The number in E.164, or None when its country is unknown or it is no possible number.

    Short codes and names with digits in them are no such numbers. `region` is ISO 3166, in any case.
    """
    if not _PHONE.fullmatch(text):
        return None
    import phonenumbers  # its metadata is loaded only where there is a number

    try:
        number = phonenumbers.parse(text, region.upper() if region else None)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None  # a number that is possible only locally has no international form
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _looks_like(text: str) -> AddressType:
    if _EMAIL.fullmatch(text):
        return AddressType.EMAIL
    if _PHONE.fullmatch(text) and any(character.isdigit() for character in text):
        return AddressType.PHONE
    return AddressType.UNKNOWN


def _mailbox(raw: str) -> tuple[str | None, str | None]:
    """Name and address of "Name <address>", else (None, None)."""
    if "@" not in raw or "<" not in raw:
        return None, None
    name, address = parseaddr(raw)
    return (name or None), (address or None)


def _email(text: str) -> str | None:
    if not _EMAIL.fullmatch(text):
        return None
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"
