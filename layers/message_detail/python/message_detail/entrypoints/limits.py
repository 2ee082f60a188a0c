"""Keys that are for some providers or accounts only: what they may ask at all, and who looks at the account.

Closed: of a route that isn't named here such a key is told that it can't, so that a new one shows nothing by mistake.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from message_detail.domain.errors import OutOfReach
from message_detail.domain.reach import Reach

if TYPE_CHECKING:
    from message_detail.entrypoints.http import HttpRequest

OF_ALL: Final = ("/v1/messages", "/v1/search", "/v1/export", "/v1/providers", "/v1/drift", "/v1/me", "/v1/session")
"""Routes that show of everything what is in reach."""
OF_A_PROVIDER: Final = re.compile(
    r"/v1/messages/(?P<messages>[^/]+)/.*"
    r"|/v1/providers/(?P<providers>[^/]+)/(?:redrive|resume|sync|sync/[^/]+|dead-letters)"
    r"|/v1/webhooks/(?P<webhooks>[^/]+)/rejected",
    re.DOTALL,
)
"""Routes of one provider, which look at the account themselves."""


def reach_of(request: HttpRequest) -> Reach:
    """What the caller's key is for."""
    caller = request.caller
    return Reach.of(*(str(caller.get(name) or "").split() for name in ("providers", "accounts")))


def check_route(request: HttpRequest) -> None:
    """OutOfReach where the caller's key is for other providers, or for less than the route is about."""
    reach = reach_of(request)
    if reach.is_all or request.path in OF_ALL:
        return
    found = OF_A_PROVIDER.fullmatch(request.path)
    if found is None:
        raise OutOfReach(f"this API key is for {reach} only, and this concerns all")
    if not reach.touches(next(filter(None, found.groups()))):
        raise _out_of(reach)


def require_account(request: HttpRequest, provider: str, account: str | None) -> None:
    """OutOfReach where the caller's key is not for this account; None: for all of the provider."""
    reach = reach_of(request)
    is_in = reach.includes(provider, account) if account is not None else reach.accounts_of(provider) is None
    if not is_in:
        raise _out_of(reach)


def _out_of(reach: Reach) -> OutOfReach:
    return OutOfReach(f"this API key is for {reach} only")
