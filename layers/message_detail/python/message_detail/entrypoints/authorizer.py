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

ENVIRONMENT: Final = ("API_KEYS_SECRET", "TABLE_NAME")


@observability.invocation
def authorizer_handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """The simple response of an authorizer: `key_id`, `scopes`, and where there are such an end (`expires_at`), limits
    (`providers`, `accounts`) and a `session`; or the `reason` why there is nothing of that."""
    check_event(event, is_authorization)
    check_environment(*ENVIRONMENT)
    services = bootstrap.services()
    context = _context_of(event, services.callers)
    with observability.correlated(of_request(event, context)):
        if "key_id" in context:
            services.key_uses.note(context["key_id"])
        observability.info(
            "authorized", key_id=context.get("key_id"), reason=context.get("reason"), session="session" in context
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
    told = {
        "expires_at": caller.expires_at,
        "session": "yes" if caller.by_session else None,
        "providers": " ".join(sorted(caller.reach.providers)),
        "accounts": " ".join(sorted(caller.reach.accounts)),
    }
    limits = {name: value for name, value in told.items() if value}
    return {"key_id": caller.key_id, "scopes": " ".join(caller.scopes), **limits}


def bearer(headers: Mapping[str, str]) -> str:
    """The key or token in an Authorization header, or an empty string."""
    value = next((text for name, text in headers.items() if name.lower() == "authorization"), "")
    scheme, _, key = value.strip().partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


bootstrap.in_init(ENVIRONMENT, attrgetter("callers", "key_uses"))
