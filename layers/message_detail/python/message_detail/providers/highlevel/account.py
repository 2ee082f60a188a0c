"""What an account of HighLevel holds. Vendor page: "OAuth 2.0", https://marketplace.gohighlevel.com/docs.

An account is one location (sub-account). `token` is a Private Integration Token, which never changes by itself; an
account without one has the OAuth client and the refresh token of its installation. `version` goes out as the
`Version` header with every call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from message_detail.accounts import Account, AccountKeys

KEYS: Final = AccountKeys(
    credentials=(("token",), ("client_id", "client_secret", "refresh_token")),
    default_base_url="https://services.leadconnectorhq.com",
    optional=("webhook_public_keys",),
    defaults={"version": "2021-07-28"},
)


def version_header(account: Account) -> Mapping[str, str]:
    """The header that pins the API's version; the vendor refuses most calls without it."""
    return {"Version": account.require("version")}
