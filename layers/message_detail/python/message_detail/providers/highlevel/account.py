"""What an account of HighLevel holds. Vendor page: "OAuth 2.0", https://marketplace.gohighlevel.com/docs.

An account is one location (sub-account), whose id is `location_id`. `token` is a Private Integration Token, which
never changes by itself; an account without one has the OAuth client and the refresh token of its installation.
`version` goes out as the `Version` header with every call. `accept_legacy_signature` says whether webhooks may be
proved by `X-WH-Signature` alone: see signature.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from message_detail.domain.errors import AccountUnusable
from message_detail.providers.base.account import DEFAULT_ACCOUNT, Account, AccountSchema


def version_header(account: Account) -> Mapping[str, str]:
    """The header that pins the API's version; the vendor refuses most calls without it."""
    return {"Version": account.require("version")}


def location_id(account: Account) -> str | None:
    """The id of the account's location: the setting, else the account's name; of `default` the setting alone."""
    return account.get("location_id") or (None if account.name == DEFAULT_ACCOUNT else account.name)


def require_location(account: Account) -> str:
    """The id of the account's location; AccountUnusable names the setting when it is not known."""
    location = location_id(account)
    if location is None:
        raise AccountUnusable(
            f"account {account.name!r} of {account.provider} has no 'location_id', without which neither webhooks nor "
            "lists work: add the sub-account's id to the account's settings",
            provider=account.provider,
            account=account.name,
        )
    return location


SCHEMA: Final = AccountSchema(
    credentials=(("token",), ("client_id", "client_secret", "refresh_token")),
    default_base_url="https://services.leadconnectorhq.com",
    optional=("webhook_public_keys", "location_id", "accept_legacy_signature"),
    defaults={"version": "2021-07-28"},
    check_list=require_location,
    unit="location_id",
    examples={"location_id": "abcDEF0123456789abcd"},
    webhook_place=(
        "The app's settings in the marketplace, Webhooks: the address for InboundMessage, OutboundMessage, LCEmailStats"
    ),
)
