"""Who calls: by API key, or by the token of a session that a key has opened. Light: the authorizer imports it.

Keys are kept as SHA-256 hashes (they are long random strings, so a fast hash is enough) in one secret.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from message_detail.adapters.aws.secrets import SecretStore
from message_detail.domain.errors import Forbidden, Unauthorized
from message_detail.domain.reach import EVERYTHING, Reach
from message_detail.domain.scopes import READING, granted
from message_detail.domain.session_tokens import Session, claimed, is_genuine, signed
from message_detail.domain.times import add_seconds, from_epoch

NO_KEY: Final = "0" * 64
"""What stands for the hash of a key that isn't there, so that a token of such a one takes as long to be refused."""

FOREVER: Final = ":"
"""Later than any timestamp."""
Entry = Mapping[str, Any]
"""What is stored of a key: `id`, `sha256` and `scopes`; `created_at`, and where it has any, `expires_at` (canonical
timestamps), `providers` and `accounts` (`provider:account`)."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who was let in, what it may do, and about what; until when (canonical timestamp), where there is an end.
    `by_session`: it came with a session's token."""

    key_id: str
    scopes: tuple[str, ...]
    expires_at: str | None = None
    reach: Reach = EVERYTHING
    by_session: bool = False


class Callers:
    """Everybody who has a key. `secret` is the name of the secret that holds them."""

    def __init__(self, secrets: SecretStore, secret: str, now: Callable[[], float]) -> None:
        self._secrets = secrets
        self._secret = secret
        self._now = now

    def identify(self, bearer: str) -> Caller | None:
        """Whose key or token it is; None for nobody's. StorageError where the keys can't be read."""
        known = self._keys()
        return find(bearer, known) or self._by_token(bearer, known)

    def _keys(self) -> list[Entry]:
        """Those that have yet to end."""
        stored = (self._secrets.read(self._secret) or {}).get("keys") or []
        now = from_epoch(self._now())
        return [entry for entry in stored if now < _end(entry)]

    def open_session(self, key_id: str, scopes: Iterable[str] | None, seconds: int) -> tuple[str, Session]:
        """A session of a key, and its token; without `scopes` with those that only read.

        Unauthorized where the key is no more, Forbidden where it lacks one of the scopes.
        """
        entry = _entry_of(key_id, self._keys())
        if entry is None:
            raise Unauthorized("this API key is no more")
        own = _scopes(entry)
        wanted = tuple(scopes) if scopes is not None else tuple(scope for scope in own if scope in READING)
        if not wanted:
            raise Forbidden("this API key has no scope that reads: name the scopes of the session")
        if missing := [scope for scope in wanted if scope not in granted(own)]:
            raise Forbidden(f"this API key lacks the scope {missing[0]!r}, and a session has no more than its key")
        end = add_seconds(from_epoch(self._now()), seconds)
        session = Session(key_id, wanted, min(end, _end(entry)))
        return signed(session, _hash(entry)), session

    def _by_token(self, token: str, known: Iterable[Entry]) -> Caller | None:
        session = claimed(token)
        if session is None:
            return None
        entry = _entry_of(session.key_id, known)
        genuine = is_genuine(token, session, _hash(entry) if entry is not None else NO_KEY)
        if entry is None or not genuine or not session.is_open(from_epoch(self._now())):
            return None
        may = granted(_scopes(entry))
        scopes = tuple(scope for scope in session.scopes if scope in may)
        return Caller(session.key_id, scopes, session.expires_at, _reach(entry), by_session=True)


def find(key: str, known: Iterable[Entry]) -> Caller | None:
    """Whose API key it is. Every known key is compared, in constant time, whether or not one fits."""
    given = key_hash(key)
    found: Caller | None = None
    for entry in known:
        if hmac.compare_digest(given, _hash(entry)):
            end = _end(entry)
            found = Caller(str(entry["id"]), _scopes(entry), None if end == FOREVER else end, _reach(entry))
    return found


def key_hash(key: str) -> str:
    """How a key is kept."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _entry_of(key_id: str, known: Iterable[Entry]) -> Entry | None:
    return next((entry for entry in known if entry.get("id") == key_id and entry.get("sha256")), None)


def _hash(entry: Entry) -> str:
    return str(entry.get("sha256", ""))


def _end(entry: Entry) -> str:
    end = entry.get("expires_at")
    return FOREVER if end is None else str(end)


def _reach(entry: Entry) -> Reach:
    return Reach.of(*(map(str, entry.get(name) or ()) for name in ("providers", "accounts")))


def _scopes(entry: Entry) -> tuple[str, ...]:
    return tuple(map(str, entry.get("scopes", ())))
