"""Secrets that the stack makes for itself, each once: random bytes in the table, of use to nobody else."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

from message_detail.adapters.aws.attributes import binary
from message_detail.adapters.aws.key_schema import KeyKind
from message_detail.adapters.aws.table import ConditionFailed, Table
from message_detail.domain.errors import StorageUnavailable

SECRET_BYTES: Final = 32


def stack_secret(table: Table, kind: KeyKind) -> Callable[[], bytes]:
    """What gives a secret: read from the table on first use, made there on the very first."""
    known: list[bytes] = []

    def secret() -> bytes:
        if not known:
            known.append(_read(table, kind) or _make(table, kind))
        return known[0]

    return secret


def _read(table: Table, kind: KeyKind) -> bytes | None:
    item = table.get(kind.key(), consistent=True)
    return bytes(item["secret"]["B"]) if item is not None else None


def _make(table: Table, kind: KeyKind) -> bytes:
    """New random bytes, or those that another container made meanwhile."""
    secret = secrets.token_bytes(SECRET_BYTES)
    try:
        table.put({**kind.key(), "secret": binary(secret)}, "attribute_not_exists(pk)")
    except ConditionFailed:
        other = _read(table, kind)
        if other is None:
            raise StorageUnavailable(f"the {kind.name} can't be read", retry_after=2) from None
        return other
    return secret
