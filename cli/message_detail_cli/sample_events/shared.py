"""What samples of webhooks are made with."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

USER: Final = "webhook"


@dataclass(frozen=True, slots=True)
class Signed:
    """Headers and raw body of a webhook."""

    headers: Mapping[str, str]
    body: bytes


def relayed(message_id: str, word: str, secret: str, _at: float) -> Signed:
    """What a relay of one's own posts. What else stands there is not read; it makes each body another one."""
    return with_password({"message_id": message_id, "event": word, "try": secrets.token_hex(8)}, secret)


def with_password(event: Mapping[str, Any], secret: str) -> Signed:
    """An event with the secret as the password of HTTP Basic."""
    pair = base64.b64encode(f"{USER}:{secret}".encode()).decode()
    return Signed({"content-type": "application/json", "authorization": f"Basic {pair}"}, encoded(event))


def encoded(event: Mapping[str, Any]) -> bytes:
    """An event as the raw body."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def instant(at: float) -> str:
    """A time as vendors write it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
