"""HighLevel's webhooks: one address for all locations, signed with the vendor's key (signature.py, whose.py).

Vendor pages: "Webhook Integration Guide", "InboundMessage", "OutboundMessage", "ProviderOutboundMessage",
https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from message_detail.domain.status import Status, by_direction
from message_detail.domain.times import instant_or_none
from message_detail.providers.base.webhook import (
    SIGNED_WINDOW_SECONDS,
    Event,
    Observed,
    Verified,
    Webhook,
    read_event_id,
    read_text,
)
from message_detail.providers.highlevel.signature import authenticate
from message_detail.providers.highlevel.statuses import CALL_STATUSES, EMAIL_STATUSES, STATUSES
from message_detail.providers.highlevel.subjects import STATISTICS, Subject, read_subject, statistics_subject
from message_detail.providers.highlevel.whose import whose

MESSAGE_EVENTS: Final = frozenset({"InboundMessage", "OutboundMessage", "ProviderOutboundMessage"})
PROVIDER_TYPES: Final = frozenset({"SMS", "Email"})
"""What a conversation provider's delivery hook has as its `type`, where others have the name of the event."""
BUSY_STATUS: Final = 429
"""Tried again under every retry policy that the vendor has published; a 503 is lost under the older one."""


def _read(verified: Verified) -> Event:
    body = verified.delivery.json()
    event = read_text(body.get("type"))
    event_id = read_event_id(read_text(body.get("webhookId")))
    if event == STATISTICS:
        return _event(statistics_subject(body), event_id, None, "event_not_about_messages")
    if event not in MESSAGE_EVENTS and not (event in PROVIDER_TYPES and "messageId" in body):
        return Event(ignored="event_not_about_messages")
    return _event(read_subject(body, is_email=_is_email(body)), event_id, _observed(body), "event_without_message_id")


def _event(subject: Subject, event_id: str | None, observed: Observed | None, ignored: str) -> Event:
    if not subject.message_ids:
        return Event(ignored=ignored)
    return Event(
        message_ids=subject.message_ids,
        event_id=event_id,
        observed=observed,
        parts=subject.parts,
        thread=subject.thread,
    )


def _observed(body: Mapping[str, Any]) -> Observed | None:
    """The status that the event tells, None where it is no known word.

    It is that of the e-mail where the event names one; of a thread an event tells none.
    """
    found = _status(body)
    if found is None or not any(read_text(body.get(key)) for key in ("messageId", "emailMessageId")):
        return None
    status, native = found
    direction = "internal" if body.get("messageType") == "InternalComment" else read_text(body.get("direction")) or ""
    occurred_at = instant_or_none(body.get("timestamp"))
    if occurred_at is None and direction == "inbound":
        occurred_at = instant_or_none(body.get("dateAdded"))
    return Observed(by_direction(status, direction), native, occurred_at)


def _status(body: Mapping[str, Any]) -> tuple[Status, str] | None:
    call = read_text(body.get("callStatus"))
    native = (call or read_text(body.get("status")) or "").strip()
    table = CALL_STATUSES if call else EMAIL_STATUSES if _is_email(body) else STATUSES
    status = table.get(native.casefold())
    return None if status is None else (status, native)


def _is_email(body: Mapping[str, Any]) -> bool:
    words = (read_text(body.get(key)) or "" for key in ("messageTypeString", "messageType"))
    return any("email" in word.casefold() for word in words)


WEBHOOK: Final = Webhook(
    provider="highlevel",
    authenticate=authenticate,
    read=_read,
    whose=whose,
    busy_status=BUSY_STATUS,
    window_seconds=SIGNED_WINDOW_SECONDS,
)
