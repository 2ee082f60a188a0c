"""A row's texts, packed into one attribute: a write costs a unit per KB of the whole item, and they are most of it.

What messages have in common is in the dictionary, so that a text message with its timeline takes some 600 bytes instead
of 3,500, and a mail a third. A row of which some is in the bucket stays as it is. docs/decisions/packed-rows.md.
"""

from __future__ import annotations

import zlib
from typing import Final

from message_detail.adapters.aws.attributes import Item, binary, get_text, text
from message_detail.adapters.aws.row_dictionary import DICTIONARY
from message_detail.domain import json_codec

PACKED: Final = "packed"
OF_DETAILS: Final = ("message", "raw", "raw_place", "further_parties", "version", "details_fetched_at", "digest")
OF_STATE: Final = ("events", "fetched_at", "via", "given_up", "confirm_at", "confirmed_for", "seen", "event")
TEXTS: Final = (*OF_DETAILS, *OF_STATE)
"""The attributes that are packed: what an answer of the provider says, and what is known besides."""
MOST_BYTES: Final = 4_000_000
"""Of unpacked texts: many times what a row may hold. What claims to be more is not one of ours."""
_END: Final = "\0"
"""Of names and texts, which take turns. Neither JSON nor a time ever holds it."""
_COMMON: Final = DICTIONARY.encode()


def pack(item: Item) -> Item:
    """The row with its texts in one attribute."""
    if "overflow" in item:
        return item
    packer = zlib.compressobj(zdict=_COMMON)
    parts = [f"{name}{_END}{get_text(item, name)}{_END}" for name in TEXTS if name in item]
    packed = packer.compress("".join(parts).encode()) + packer.flush()
    return {**{name: value for name, value in item.items() if name not in TEXTS}, PACKED: binary(packed)}


def unpack(item: Item) -> Item:
    """The row with each of its texts in an attribute of its own; one that can't be unpacked as it is.

    Where a deployment was rolled back, an earlier release has taken the row for one without texts, and written its own
    beside them: its message is the newer one, and events are those of both.
    """
    packed = _texts(item[PACKED].get("B")) if PACKED in item else None
    if packed is None:
        return item
    plain = {name: value for name, value in item.items() if name != PACKED}
    if plain.keys().isdisjoint(TEXTS):
        return plain | packed
    events = text(json_codec.dumps([event for row in (plain, packed) for event in _events(row)]))
    missing: Item = packed if "message" not in plain else {name: packed[name] for name in OF_STATE if name in packed}
    return {**missing, **plain, "events": events}


def _texts(packed: object) -> Item | None:
    unpacker = zlib.decompressobj(zdict=_COMMON)
    try:
        texts = unpacker.decompress(packed, MOST_BYTES).decode() if isinstance(packed, bytes) else ""
    except (zlib.error, UnicodeDecodeError):
        return None
    *parts, rest = texts.split(_END)
    if not unpacker.eof or rest or len(parts) % 2:
        return None
    return {name: text(one) for name, one in zip(parts[::2], parts[1::2], strict=True)}


def _events(row: Item) -> list[object]:
    try:
        found = json_codec.loads(get_text(row, "events") or "")
    except ValueError:
        return []
    return found if isinstance(found, list) else []
