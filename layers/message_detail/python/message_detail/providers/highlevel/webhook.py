"""HighLevel's webhooks: one address for all locations, signed with the vendor's key (signature.py, whose.py).

Vendor pages: "Webhook Integration Guide", "InboundMessage", "OutboundMessage", "ProviderOutboundMessage",
https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from message_detail.providers.highlevel.signature import authenticate
from message_detail.providers.highlevel.statuses import CALL_STATUSES, EMAIL_STATUSES, STATUSES
from message_detail.providers.highlevel.whose import whose
from message_detail.status import Status, settle
from message_detail.webhook import (
    SIGNED_WINDOW_SECONDS,
    Event,
    Observed,
    Verified,
    Webhook,
    event_id_of,
    instant_of,
    text_of,
)

MESSAGE_EVENTS: Final = frozenset({"InboundMessage", "OutboundMessage", "ProviderOutboundMessage"})
PROVIDER_TYPES: Final = frozenset({"SMS", "Email"})
"""What a conversation provider's delivery hook has as its `type`, where others have the name of the event."""
BUSY_STATUS: Final = 429
"""Tried again under every retry policy that the vendor has published; a 503 is lost under the older one."""


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
    authenticate=authenticate,
    read=_read,
    whose=whose,
    busy_status=BUSY_STATUS,
    window_seconds=SIGNED_WINDOW_SECONDS,
)
