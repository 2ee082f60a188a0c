"""The Lambda authorizer of the HTTP API: who the caller is, by API key.

Keys are kept as SHA-256 hashes (they are long random strings, so a fast hash is enough) in one secret. The answer
always lets the request through with what was found; the functions refuse, since an HTTP API can't be told to answer
with problem+json. See docs/decisions/authorizer.md.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

from message_detail import bootstrap, observability
from message_detail.bootstrap import Services
from message_detail.entrypoints.checks import check_environment, check_event, is_authorization
from message_detail.entrypoints.correlation import of_request

ENVIRONMENT: Final = ("API_KEYS_SECRET",)


@observability.invocation
def authorizer_handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """The simple response of an authorizer, with `key_id` and `scopes`, or the `reason` why there are none."""
    check_event(event, is_authorization)
    check_environment(*ENVIRONMENT)
    caller = _caller(event, bootstrap.services())
    with observability.correlated(of_request(event, caller)):
        observability.info("authorized", key_id=caller.get("key_id"), reason=caller.get("reason"))
    return {"isAuthorized": True, "context": caller}


def _caller(event: Mapping[str, Any], services: Services) -> dict[str, str]:
    key = bearer(event.get("headers") or {})
    if not key:
        return {"reason": "missing"}
    # Where the keys can't be read this raises: the API answers 500 and, unlike an answer, does not cache it.
    secret = services.secrets.read(services.settings.api_keys_secret) or {}
    return find(key, secret.get("keys") or []) or {"reason": "wrong"}


def bearer(headers: Mapping[str, str]) -> str:
    """The key in an Authorization header, or an empty string."""
    value = next((text for name, text in headers.items() if name.lower() == "authorization"), "")
    scheme, _, key = value.strip().partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def find(key: str, known: list[Mapping[str, Any]]) -> dict[str, str] | None:
    """The id and scopes of a key. Every known key is compared, in constant time, whether or not one fits."""
    given = key_hash(key)
    found: dict[str, str] | None = None
    for entry in known:
        if hmac.compare_digest(given, str(entry.get("sha256", ""))):
            found = {"key_id": str(entry["id"]), "scopes": " ".join(entry.get("scopes", ()))}
    return found


def key_hash(key: str) -> str:
    """How a key is kept."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


bootstrap.in_init(ENVIRONMENT, attrgetter("secrets"))
