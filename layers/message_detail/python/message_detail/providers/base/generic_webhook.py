"""Webhooks without a vendor's signature: a shared secret proves them, and they are hints, no more.

`generic_webhook` is the webhook of providers that define none about messages: whatever relay or automation the user
sets up posts the ids.
"""

from __future__ import annotations

import re
from typing import Any, Final

from message_detail.domain.errors import InvalidRequest
from message_detail.domain.json_codec import NumberText
from message_detail.domain.message_ids import check_message_id
from message_detail.providers.base.account import Account
from message_detail.providers.base.signatures import Proof, shared_secret
from message_detail.providers.base.webhook import Delivery, Event, Verified, Webhook

MAX_IDS: Final = 1_000
"""As many as one `refresh` takes."""
_NO_ID_HAS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd-\uffff]")
"""Control characters, and what stands for none: SQS refuses most of them with all that is sent beside them."""


def generic_webhook(provider: str) -> Webhook:
    """Takes `{"message_id": "…"}` or `{"message_ids": ["…", …]}` with a secret of the account.

    An id may be a whole number: relays built by clicking make one of every text of digits.
    """
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
    return Event(message_ids=_ids(many) if one is None else (event_message_id(one, "message_id"),))


def _ids(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not 1 <= len(values) <= MAX_IDS:
        raise InvalidRequest(f"message_ids: must be a list of 1 to {MAX_IDS} ids")
    return tuple(event_message_id(value, f"message_ids[{index}]") for index, value in enumerate(values))


def event_message_id(value: Any, name: str) -> str:
    """A message's id as a webhook's body has it: a text, or a whole number, whose digits it is then, all of them.

    InvalidRequest says by `name` which one can't be used and why: a number with a fraction or an exponent may be a
    rounded one, and so another message's.
    """
    if isinstance(value, float | NumberText):
        raise InvalidRequest(f"{name}: is a number with a fraction or an exponent, which may be rounded: send a text")
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return str(value)
    if not isinstance(value, str) or not value:
        raise InvalidRequest(f"{name}: an id is a text with at least one character, or a whole number")
    if _NO_ID_HAS.search(value):
        raise InvalidRequest(f"{name}: holds a control character, or one that stands for none: send the provider's id")
    try:
        return check_message_id(value)
    except InvalidRequest as error:
        raise InvalidRequest(f"{name}: {error.detail.removeprefix('message_id: ')}") from None
