"""The Lambda authorizer of the HTTP API: who the caller is, by API key or by the token of a session.

The answer always lets the request through with what was found; the functions refuse, since an HTTP API can't be told
to answer with problem+json. See docs/decisions/authorizer.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

from message_detail import bootstrap, observability
from message_detail.entrypoints.checks import check_environment, check_event, is_authorization
from message_detail.entrypoints.correlation import of_request
from message_detail.services.callers import Callers

ENVIRONMENT: Final = ("API_KEYS_SECRET",)


@observability.invocation
def authorizer_handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """The simple response of an authorizer, with `key_id` and `scopes`, and of a session `expires_at`, or the `reason`
    why there are none."""
    check_event(event, is_authorization)
    check_environment(*ENVIRONMENT)
    context = _context_of(event, bootstrap.services().callers)
    with observability.correlated(of_request(event, context)):
        observability.info(
            "authorized", key_id=context.get("key_id"), reason=context.get("reason"), session="expires_at" in context
        )
    return {"isAuthorized": True, "context": context}


def _context_of(event: Mapping[str, Any], callers: Callers) -> dict[str, str]:
    given = bearer(event.get("headers") or {})
    if not given:
        return {"reason": "missing"}
    # Where the keys can't be read this raises: the API answers 500 and, unlike an answer, does not cache it.
    caller = callers.identify(given)
    if caller is None:
        return {"reason": "wrong"}
    context = {"key_id": caller.key_id, "scopes": " ".join(caller.scopes)}
    return context if caller.expires_at is None else {**context, "expires_at": caller.expires_at}


def bearer(headers: Mapping[str, str]) -> str:
    """The key or token in an Authorization header, or an empty string."""
    value = next((text for name, text in headers.items() if name.lower() == "authorization"), "")
    scheme, _, key = value.strip().partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


bootstrap.in_init(ENVIRONMENT, attrgetter("callers"))
