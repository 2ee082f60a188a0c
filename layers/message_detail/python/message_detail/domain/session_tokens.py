"""Session tokens: what an API key opens for a few hours, so that a browser need not keep the key. Pure and light.

A token is `mds1.` with, in base64url, JSON `[key id, scopes, end]`, a dot and an HMAC-SHA256 over that. The HMAC's key
is made of what is stored of the API key, so a token ends with its key: docs/decisions/session-tokens.md.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from message_detail.domain import json_codec
from message_detail.domain.times import add_seconds, parse_instant

PREFIX: Final = "mds1."
LONGEST_SECONDS: Final = 28_800
SHORTEST_SECONDS: Final = 60
CLOCKS_DIFFER_SECONDS: Final = 60
"""Who opens a session and who is shown its token may be two machines."""
MAX_CHARACTERS: Final = 1_024
"""Of a token of ours: a key's id has 64 at the most."""
_PURPOSE: Final = b"message-detail session 1"
"""What else is ever derived of a key's hash is another key."""


@dataclass(frozen=True, slots=True)
class Session:
    """What a token lets do, until when (canonical timestamp)."""

    key_id: str
    scopes: tuple[str, ...]
    expires_at: str

    def is_open(self, now: str) -> bool:
        """Whether it has yet to end, within the time that any session may last."""
        return now < self.expires_at <= add_seconds(now, LONGEST_SECONDS + CLOCKS_DIFFER_SECONDS)


def signed(session: Session, key_hash: str) -> str:
    """The token of a session. `key_hash`: what is stored of its API key."""
    content = _encoded(json_codec.dumps([session.key_id, session.scopes, session.expires_at]).encode())
    signing_key = hmac.new(key_hash.encode(), _PURPOSE, hashlib.sha256).digest()
    return f"{PREFIX}{content}.{_encoded(hmac.new(signing_key, content.encode(), hashlib.sha256).digest())}"


def claimed(token: str) -> Session | None:
    """The session that a text says it is the token of, which nothing proves yet; None where it says none."""
    if not token.startswith(PREFIX) or not token.isascii() or len(token) > MAX_CHARACTERS:
        return None
    content = token.removeprefix(PREFIX).partition(".")[0]
    try:
        key_id, scopes, expires_at = json_codec.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
        if not isinstance(key_id, str) or not isinstance(scopes, list) or parse_instant(expires_at) != expires_at:
            return None
    except (binascii.Error, ValueError, TypeError, AttributeError, OverflowError):
        return None
    return Session(key_id, tuple(map(str, scopes)), expires_at)


def is_genuine(token: str, session: Session, key_hash: str) -> bool:
    """Whether a token is this session's, signed with this key: the same text, since base64 and JSON can say one thing
    in several ways. In constant time."""
    return hmac.compare_digest(signed(session, key_hash).encode(), token.encode())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
