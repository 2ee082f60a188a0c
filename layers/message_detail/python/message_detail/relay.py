"""Webhooks without a vendor's signature: a shared secret proves them, and they are hints, no more.

`relay_webhook` is the webhook of providers that define none about messages: whatever relay or automation the user
sets up posts the ids.
"""

from __future__ import annotations

from typing import Any, Final

from message_detail.accounts import Account
from message_detail.errors import InvalidRequest
from message_detail.signatures import Proof, shared_secret
from message_detail.webhook import Delivery, Event, Verified, Webhook

MAX_IDS: Final = 1_000
"""As many as one `refresh` takes."""


def relay_webhook(provider: str) -> Webhook:
    """Takes `{"message_id": "…"}` or `{"message_ids": ["…", …]}` with a secret of the account."""
    return Webhook(provider=provider, authenticate=by_secret, read=_read)


def by_secret(delivery: Delivery, account: Account) -> Proof:
    """HTTP Basic, Bearer or `?token=` against the account's `webhook_secrets`."""
    return shared_secret(
        delivery.header("authorization") or "", delivery.query.get("token", ""), account.webhook_secrets
    )


def _read(verified: Verified) -> Event:
    body = verified.delivery.json()
    one, many = body.get("message_id"), body.get("message_ids")
    if (one is None) == (many is None):
        raise InvalidRequest('send either {"message_id": "…"} or {"message_ids": ["…", …]}')
    return Event(message_ids=_ids([one], "message_id") if many is None else _ids(many, "message_ids"))


def _ids(values: Any, name: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not 1 <= len(values) <= MAX_IDS:
        raise InvalidRequest(f"{name}: must be a list of 1 to {MAX_IDS} ids")
    if not all(isinstance(value, str) and value for value in values):
        raise InvalidRequest(f"{name}: an id is a text with at least one character")
    return tuple(values)
