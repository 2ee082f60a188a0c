"""HighLevel's webhook events: payloads as of 2026, and the Ed25519 signature over the raw body."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.simulators.turn import Delivery

#: Made of a published phrase, so that recorded events stay genuine, and good for nothing else.
KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"message-detail example events").digest())
APP = {"versionId": "66aa00000000000000000001", "appId": "66aa00000000000000000001"}
ABOUT_MESSAGES = ("InboundMessage", "OutboundMessage")
COPIED = (
    "conversationId",
    "contactId",
    "direction",
    "status",
    "body",
    "contentType",
    "attachments",
    "source",
    "userId",
    "dateAdded",
    "conversationProviderId",
)
EMAIL_COPIED = (
    "conversationId",
    "contactId",
    "direction",
    "status",
    "subject",
    "body",
    "from",
    "to",
    "dateAdded",
)
#: What webhooks call a type, where it is not the REST name without `TYPE_`.
WORDS = {"EMAIL": "Email", "CAMPAIGN_EMAIL": "Email", "INTERNAL_COMMENT": "InternalComment"}


def public_key(key: Ed25519PrivateKey, *, pem: bool) -> str:
    """The public half: PEM, or the base64 of its SPKI on one line."""
    public = key.public_key()
    if pem:
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def headers(key: Ed25519PrivateKey, style: str | None, body: bytes) -> dict[str, str]:
    """The headers of a delivery.

    :raises ValueError: an unknown style.
    """
    if style not in (None, "ed25519", "unsigned"):
        raise ValueError("style must be 'ed25519' or 'unsigned'")
    signature = "N/A" if style == "unsigned" else base64.b64encode(key.sign(body)).decode()
    return {"content-type": "application/json", "x-ghl-signature": signature}


def webhook_id(number: int) -> str:
    """The id of the n-th event."""
    return f"0b0f6a52-0000-4000-8000-{number:012x}"


def moment(seconds: float) -> str:
    """Seconds since 1970 in the vendor's notation."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def payload(delivery: Delivery, location: str, event_id: str) -> dict[str, Any]:
    """The flat payload of one event, before the delivery's changes."""
    held = delivery.held
    message = held.message if held else {"direction": "outbound", "messageType": "TYPE_SMS", "type": 2}
    event = delivery.event or ("InboundMessage" if message["direction"] == "inbound" else "OutboundMessage")
    frame = {"type": event, "locationId": location, **APP}
    frame |= {"timestamp": moment(delivery.at), "webhookId": event_id}
    if event not in ABOUT_MESSAGES:
        return {**frame, "contactId": message.get("contactId")}
    emails = held.parts.get("emails", {}) if held else {}
    if emails:
        return {**frame, **_email(delivery.message_id, message, list(emails.values())[-1])}
    return {**frame, **_message(delivery.message_id, message, held.parts.get("v3", {}) if held else {})}


def _message(message_id: str, message: Mapping[str, Any], sides: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(message["messageType"]).removeprefix("TYPE_")
    call = message.get("meta", {}) if "CALL" in kind or "VOICEMAIL" in kind else {}
    voicemail = kind == "CAMPAIGN_VOICEMAIL"
    return {
        "messageId": message_id,
        "messageType": "CALL" if call else WORDS.get(kind, kind),
        "messageTypeId": message.get("type"),
        "messageTypeString": "TYPE_VOICEMAIL" if voicemail else message["messageType"],
        **{key: message[key] for key in COPIED if key in message},
        **{key: sides[key] for key in ("from", "to") if key in sides},
        **({"callDuration": int(call.get("callDuration") or 0)} if call else {}),
        **({"callStatus": call.get("callStatus")} if call else {}),
    }


def _email(message_id: str, message: Mapping[str, Any], email: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "threadId": message_id,
        "emailMessageId": email["id"],
        "messageType": "Email",
        "messageTypeId": message.get("type"),
        "messageTypeString": message["messageType"],
        **{key: email[key] for key in EMAIL_COPIED if key in email},
        "ccList": email.get("cc", []),
        "bccList": email.get("bcc", []),
    }
