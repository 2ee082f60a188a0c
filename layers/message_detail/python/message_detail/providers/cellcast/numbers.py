"""The numbers of a Cellcast message. Vendor page: "Get Message Detail", https://developer.cellcast.com.

Receivers come as national digits, senders with their country code and no plus. A message abroad says its country in
`countryCode`, or has the country code in its number: a client of the vendor's has a separate call for New Zealand
(https://github.com/timburgan/cellcast-sms).
"""

from __future__ import annotations

import re
from typing import Final

from message_detail.domain.addresses.phone_numbers import readings
from message_detail.domain.message import AddressType, Party
from message_detail.providers.base.address_texts import address_texts
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.base.parties import parties, party
from message_detail.providers.cellcast.payload import CellcastMessage

_LETTERS: Final = re.compile(r"[A-Za-z]{2}")
_CODE: Final = re.compile(r"\+?0{0,2}([1-9][0-9]{0,2})(?:\.0)?")
_USUAL: Final = {"UK": "GB", "AUS": "AU", "NZL": "NZ", "GBR": "GB", "USA": "US"}
"""Letters that people write for a country and that are no other's: of ISO 3166's three, the usual ones."""
_NOWHERE: Final = frozenset({"ZZ", "001"})
"""What stands for an unknown country, and for numbers of no country."""


def read_sender(payload: CellcastMessage, reader: DocumentReader, region: str | None) -> Party | None:
    """The sender, which is ours and so of the account's own country."""
    texts = address_texts(payload.sender, "sender", reader)
    if len(texts) > 1:
        reader.keep("sender")
    found = party(next(iter(texts), None), region=region)
    return None if found is None else _with_country(found)


def read_recipients(payload: CellcastMessage, reader: DocumentReader, region: str | None) -> tuple[Party, ...]:
    """The recipients, in the country that the message says; where it says none, in that of the account.

    A country that can't be read is not the account's: a national number would become a stranger's.
    """
    said = _region(payload.countryCode)
    if (payload.countryCode or "").strip():
        region = said
        if said is None:
            reader.report(("countryCode",), "unknown_value", payload.countryCode)
    texts = address_texts(payload.receiver, "receiver", reader)
    return tuple(_with_country(found) for found in parties(texts, region=region))


def _with_country(found: Party) -> Party:
    """A party whose number is none of its country's: one that begins with a country code, if it is valid so."""
    if found.address is not None or found.address_raw is None or found.address_type is not AddressType.PHONE:
        return found
    numbers = readings(found.address_raw)
    return found.model_copy(update={"address": numbers[0]}) if len(numbers) == 1 else found


def _region(country: str | None) -> str | None:
    """The region (ISO 3166) of a country's two letters or its calling code; None where it is neither."""
    if country is None:
        return None
    import phonenumbers  # its metadata is loaded only where there is a number

    text = _USUAL.get(country.strip().upper(), country.strip())
    if _LETTERS.fullmatch(text):
        return text.upper() if phonenumbers.country_code_for_region(text.upper()) else None
    code = _CODE.fullmatch(text)
    region = phonenumbers.region_code_for_country_code(int(code[1])) if code else "ZZ"
    return None if region in _NOWHERE else region
