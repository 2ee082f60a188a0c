"""HighLevel's webhooks: one address for all locations, signed with the vendor's key.

Vendor pages: "Webhook Integration Guide", "InboundMessage", "OutboundMessage", "ProviderOutboundMessage",
https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from message_detail.accounts import Account
from message_detail.errors import InvalidRequest, SignatureInvalid
from message_detail.providers.highlevel.statuses import CALL_STATUSES, EMAIL_STATUSES, STATUSES
from message_detail.signatures import Proof, ed25519, rsa_sha256
from message_detail.status import Status, settle
from message_detail.webhook import (
    SIGNED_WINDOW_SECONDS,
    Delivery,
    Event,
    Observed,
    Verified,
    Webhook,
    check_age,
    event_id_of,
    instant_of,
    text_of,
)

PUBLIC_KEY: Final = """\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=
-----END PUBLIC KEY-----
"""
"""The vendor's Ed25519 key, of `X-GHL-Signature`."""
LEGACY_PUBLIC_KEY: Final = """\
-----BEGIN PUBLIC KEY-----
MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAokvo/r9tVgcfZ5DysOSC
Frm602qYV0MaAiNnX9O8KxMbiyRKWeL9JpCpVpt4XHIcBOK4u3cLSqJGOLaPuXw6
dO0t6Q/ZVdAV5Phz+ZtzPL16iCGeK9po6D6JHBpbi989mmzMryUnQJezlYJ3DVfB
csedpinheNnyYeFXolrJvcsjDtfAeRx5ByHQmTnSdFUzuAnC9/GepgLT9SM4nCpv
uxmZMxrJt5Rw+VUaQ9B8JSvbMPpez4peKaJPZHBbU3OdeCVx5klVXXZQGNHOs8gF
3kvoV5rTnXV0IknLBXlcKKAQLZcY/Q9rG6Ifi9c+5vqlvHPCUJFT5XUGG5RKgOKU
J062fRtN+rLYZUV+BjafxQauvC8wSWeYja63VSUruvmNj8xkx2zE/Juc+yjLjTXp
IocmaiFeAO6fUtNjDeFVkhf5LNb59vECyrHD2SQIrhgXpO4Q3dVNA5rw576PwTzN
h/AMfHKIjE4xQA1SZuYJmNnmVZLIZBlQAF9Ntd03rfadZ+yDiOXCCs9FkHibELhC
HULgCsnuDJHcrGNd5/Ddm5hxGQ0ASitgHeMZ0kcIOwKDOzOU53lDza6/Y09T7sYJ
PQe7z0cvj7aE4B+Ax1ZoZGPzpJlZtGXCsu9aTEGEnKzmsFqwcSsnw3JB31IGKAyk
T1hhTiaCeIY/OwwwNUY2yvcCAwEAAQ==
-----END PUBLIC KEY-----
"""
"""The vendor's 4096-bit RSA key, of `X-WH-Signature`; announced to end on 2026-09-01."""

MESSAGE_EVENTS: Final = frozenset({"InboundMessage", "OutboundMessage", "ProviderOutboundMessage"})
PROVIDER_TYPES: Final = frozenset({"SMS", "Email"})
"""What a conversation provider's delivery hook has as its `type`, where others have the name of the event."""
BUSY_STATUS: Final = 429
"""Tried again under every retry policy that the vendor has published; a 503 is lost under the older one."""


def _authenticate(delivery: Delivery, account: Account) -> Proof:
    signature = delivery.header("x-ghl-signature")
    legacy = delivery.header("x-wh-signature")
    if signature is not None:  # no falling back: whoever can leave out a header could choose the weaker check
        proof = ed25519(signature, delivery.body, _keys(account))
    elif legacy is not None:
        proof = rsa_sha256(legacy, delivery.body, LEGACY_PUBLIC_KEY)
    else:
        raise SignatureInvalid("there is neither an X-GHL-Signature nor an X-WH-Signature header")
    check_age(delivery, delivery.json().get("timestamp"))
    return proof


def _keys(account: Account) -> Iterable[str]:
    own: Iterable[str] | None = account.settings.get("webhook_public_keys")
    return (PUBLIC_KEY,) if own is None else own


def _account_hint(delivery: Delivery) -> str | None:
    try:
        return text_of(delivery.json().get("locationId"))
    except InvalidRequest:
        return None  # the signature is judged before the body is


def _read(verified: Verified) -> Event:
    body = verified.delivery.json()
    event, message_id = text_of(body.get("type")), _message_id(body)
    if event not in MESSAGE_EVENTS and not (event in PROVIDER_TYPES and "messageId" in body):
        return Event(ignored="event_not_about_messages")
    if message_id is None:
        return Event(ignored="event_without_message_id")
    event_id = event_id_of(text_of(body.get("webhookId")))
    return Event(message_ids=(message_id,), event_id=event_id, observed=_observed(body))


def _message_id(body: Mapping[str, Any]) -> str | None:
    """`messageId`; an e-mail's event has none, and its message is that of the thread, which lists its e-mails."""
    ids = (text_of(body.get(key)) for key in ("messageId", "threadId", "emailMessageId"))
    return next(filter(None, ids), None)


def _observed(body: Mapping[str, Any]) -> Observed | None:
    """The status that the event tells, None where it is no known word.

    An event without a `messageId` tells the status of one e-mail of a thread, which is not that of the message.
    """
    found = _status(body)
    if found is None or text_of(body.get("messageId")) is None:
        return None
    status, native = found
    direction = "internal" if body.get("messageType") == "InternalComment" else text_of(body.get("direction")) or ""
    occurred_at = instant_of(body.get("timestamp"))
    if occurred_at is None and direction == "inbound":
        occurred_at = instant_of(body.get("dateAdded"))
    return Observed(settle(status, direction), native, occurred_at)


def _status(body: Mapping[str, Any]) -> tuple[Status, str] | None:
    call = text_of(body.get("callStatus"))
    native = (call or text_of(body.get("status")) or "").strip()
    table = CALL_STATUSES if call else EMAIL_STATUSES if _is_email(body) else STATUSES
    status = table.get(native.casefold())
    return None if status is None else (status, native)


def _is_email(body: Mapping[str, Any]) -> bool:
    words = (text_of(body.get(key)) or "" for key in ("messageTypeString", "messageType"))
    return any("email" in word.casefold() for word in words)


WEBHOOK: Final = Webhook(
    provider="highlevel",
    authenticate=_authenticate,
    read=_read,
    account_hint=_account_hint,
    busy_status=BUSY_STATUS,
    window_seconds=SIGNED_WINDOW_SECONDS,
)
