"""Cursors: where a page ended, as text that only we can make and that belongs to one query.

A cursor is base64url of JSON `[position, mac]`, the mac being HMAC-SHA256 over the query and the position. It names no
filter, so it tells nothing that its bearer did not ask for.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from typing import Final

from message_detail.adapters.aws.key_schema import CURSOR_KEY
from message_detail.adapters.aws.stack_secrets import stack_secret
from message_detail.adapters.aws.table import Table
from message_detail.domain import json_codec
from message_detail.domain.errors import InvalidRequest

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
    """What gives the stack's key for cursors."""
    return stack_secret(table, CURSOR_KEY)


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
