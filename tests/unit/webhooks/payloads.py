"""Genuine events of the providers, sent at a time (seconds since 1970)."""

from __future__ import annotations

from typing import Any

from message_detail.domain.times import from_epoch


def relayed(at: float) -> dict[str, Any]:
    """What a user's own relay posts."""
    return {"message_id": "8f0000000000000000000c0001"}


def cellcast(at: float) -> dict[str, Any]:
    """Cellcast's status of a sent message, which bears no time."""
    numbers = {"sender": "ExampleCo", "receiver": "+61491570156"}
    return {"_id": "6a1c0de5f0aa11bb22cc33dd", "status": "delivered", "type": "send", **numbers}


def outbound(at: float, **changes: Any) -> dict[str, Any]:
    """HighLevel's event of a sent SMS."""
    event: dict[str, Any] = {
        "type": "OutboundMessage",
        "locationId": "Loc0000000000000Demo",
        "messageId": "Msg0000000000000Demo",
        "conversationId": "Cnv0000000000000Demo",
        "direction": "outbound",
        "messageType": "SMS",
        "messageTypeString": "TYPE_SMS",
        "status": "delivered",
        "dateAdded": "2026-05-04T09:15:00.120Z",
        "timestamp": from_epoch(at),
        "webhookId": "0b0f6a52-0000-4000-8000-000000000001",
        **changes,
    }
    return {key: value for key, value in event.items() if value is not ...}


def delivered2(at: float) -> dict[str, Any]:
    """Samva's event of generation 2: its time is that of the delivery."""
    data = {"channel": "email", "status": "delivered", "providerMessageId": "up-0001"}
    message_id = "5d0c2b7e-0000-4000-8000-0000000000a1"
    return {"event": "message.delivered", "messageId": message_id, "timestamp": from_epoch(at), "data": data}


def received3(at: float) -> dict[str, Any]:
    """Samva's event of generation 3."""
    data = {"messageId": "msg_demo_01", "conversationId": "conv_demo_01", "from": "guest@example.com"}
    return {"type": "message.received", "timestamp": from_epoch(at), "data": data}
