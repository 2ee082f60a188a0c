"""A row's texts, packed into one attribute: a write costs a unit per KB of the whole item, and they are most of it.

What messages have in common is in the dictionary, so that a text message with its timeline takes some 400 bytes instead
of 3,000, and a mail a third. A row of which some is in the bucket stays as it is. docs/decisions/packed-rows.md.
"""

from __future__ import annotations

import zlib
from typing import Final

from message_detail.adapters.aws.attributes import Item, binary, get_text, text
from message_detail.adapters.aws.row_dictionary import DICTIONARY
from message_detail.domain import json_codec

PACKED: Final = "packed"
TEXTS: Final = ("message", "events", "further_parties", "raw")
"""The attributes that are packed, in this order for ever; one that is not there is empty."""
MOST_BYTES: Final = 4_000_000
"""Of unpacked texts: many times what a row may hold. What claims to be more is not one of ours."""
_BETWEEN: Final = "\0"
"""JSON never holds it."""
_COMMON: Final = DICTIONARY.encode()


def pack(item: Item) -> Item:
    """The row with its texts in one attribute."""
    if "overflow" in item:
        return item
    packer = zlib.compressobj(zdict=_COMMON)
    texts = _BETWEEN.join(get_text(item, name) or "" for name in TEXTS)
    packed = packer.compress(texts.encode()) + packer.flush()
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
    return {**(packed if "message" not in plain else {}), **plain, "events": events}


def _texts(packed: object) -> Item | None:
    unpacker = zlib.decompressobj(zdict=_COMMON)
    try:
        texts = unpacker.decompress(packed, MOST_BYTES).decode() if isinstance(packed, bytes) else ""
    except (zlib.error, UnicodeDecodeError):
        return None
    if not unpacker.eof:
        return None
    return {name: text(one) for name, one in zip(TEXTS, texts.split(_BETWEEN), strict=False) if one}


def _events(row: Item) -> list[object]:
    try:
        found = json_codec.loads(get_text(row, "events") or "")
    except ValueError:
        return []
    return found if isinstance(found, list) else []
