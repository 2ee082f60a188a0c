"""Cursors: where a page ended, as text that only we can make and that belongs to one query.

A cursor is base64url of JSON `[position, mac]`, the mac being HMAC-SHA256 over the query and the position. It names no
filter, so it tells nothing that its bearer did not ask for.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Final

from message_detail.adapters.aws.attributes import binary
from message_detail.adapters.aws.key_schema import CURSOR_KEY
from message_detail.adapters.aws.table import ConditionFailed, Table
from message_detail.domain import json_codec
from message_detail.domain.errors import InvalidRequest, StorageUnavailable

KEY_BYTES: Final = 32
MAX_CHARACTERS: Final = 4_096


def write(key: bytes, query: str, position: str) -> str:
    """The cursor of a position in a query's result; `query` is any text that equal queries share."""
    text = json_codec.dumps([position, _mac(key, query, position)])
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def read(key: bytes, query: str, cursor: str) -> str:
    """The position that a cursor of this very query holds; InvalidRequest for every other text."""
    position = _position(cursor)
    # Written anew it must be the same text: base64 and JSON can both say one thing in several ways.
    if position is None or not hmac.compare_digest(write(key, query, position).encode(), cursor.encode()):
        raise InvalidRequest("cursor: is none of ours, or belongs to another query; start without one")
    return position


def cursor_key(table: Table) -> Callable[[], bytes]:
    """What gives the stack's key for cursors: read from the table on first use, made there on the very first."""
    known: list[bytes] = []

    def key() -> bytes:
        if not known:
            known.append(_read_key(table) or _make_key(table))
        return known[0]

    return key


def _position(cursor: str) -> str | None:
    if not cursor.isascii() or len(cursor) > MAX_CHARACTERS:
        return None
    try:
        value = json_codec.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        return None
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str):
        return value[0]
    return None


def _mac(key: bytes, query: str, position: str) -> str:
    return hmac.new(key, json_codec.dumps([query, position]).encode(), hashlib.sha256).hexdigest()


def _read_key(table: Table) -> bytes | None:
    item = table.get(CURSOR_KEY.key(), consistent=True)
    return bytes(item["secret"]["B"]) if item is not None else None


def _make_key(table: Table) -> bytes:
    """A new random key, or the one that another container made meanwhile."""
    key = secrets.token_bytes(KEY_BYTES)
    try:
        table.put({**CURSOR_KEY.key(), "secret": binary(key)}, "attribute_not_exists(pk)")
    except ConditionFailed:
        other = _read_key(table)
        if other is None:
            raise StorageUnavailable("the key for cursors can't be read", retry_after=2) from None
        return other
    return key
