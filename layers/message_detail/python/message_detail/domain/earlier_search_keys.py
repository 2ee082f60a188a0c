"""Lists that rows of an earlier version stand in, and those of this one do not. Pure.

Without them a person's number would stay in the index after the erasure, and a message be missed under the spelling
that it was listed by. A row that is written anew leaves them. What is named here too much does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from message_detail.domain.addresses.phone_numbers import tidy
from message_detail.domain.message import Message, Party
from message_detail.domain.search_keys import Entry, address_list

_SCHEME: Final = re.compile(r"(?:tel|sms|whatsapp|mailto):", re.IGNORECASE)
_PHONE: Final = re.compile(r"\+?[\d\s().\-/]+")


def entries_of_version_1(message: Message, sort_at: str) -> frozenset[Entry]:
    """Version 1 listed an address by what was written, too, in a way of its own."""
    parties = (message.from_, *message.to, *message.cc, *message.bcc, *message.reply_to)
    return frozenset(Entry(address_list(key), sort_at, message.id) for key in _keys(parties) if key)


def _keys(parties: Iterable[Party | None]) -> Iterator[str]:
    for party in parties:
        if party is not None:
            yield from _spellings(party.address or "")
            yield from _spellings(party.address_raw or "")


def _spellings(text: str) -> Iterator[str]:
    text = _SCHEME.sub("", tidy(text), count=1)
    if "@" in text:
        yield text.casefold()
        yield text.rpartition("<")[2].partition(">")[0].strip().casefold()
    elif _PHONE.fullmatch(text) and any(map(str.isdigit, text)):
        digits = "".join(filter(str.isdigit, text))
        yield f"+{digits}" if text.startswith("+") else digits
        yield f"+{digits[2:]}" if digits.startswith("00") else digits
    else:
        yield text.casefold()
