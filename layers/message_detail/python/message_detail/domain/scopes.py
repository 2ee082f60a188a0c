"""What an API key may do. Light: the authorizer imports it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

METADATA: Final = "metadata"
"""Reads what became of messages, without whom they are about and what they say."""
READ: Final = "read"
"""Reads all, and so whatever `metadata` does."""
WRITE: Final = "write"
ADMIN: Final = "admin"
SCOPES: Final[tuple[str, ...]] = (METADATA, READ, WRITE, ADMIN)
READING: Final = (METADATA, READ)
"""The scopes that change nothing."""


def granted(scopes: Iterable[str]) -> frozenset[str]:
    """The scopes that a key with these has: its own, and those that they include."""
    own = frozenset(scopes)
    return own | {METADATA} if READ in own else own
