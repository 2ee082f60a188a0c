"""HighLevel's: events signed with Ed25519."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from message_detail.domain.times import from_epoch
from message_detail.providers.highlevel.webhook import WEBHOOK
from message_detail.testing import Scheme, Sending, Signed

LOCATION: Final = "Loc0000000000000Demo"
MESSAGE_ID: Final = "Msg0000000000000Demo"
EVENT_ID: Final = "0b0f6a52-0000-4000-8000-000000000001"


def outbound(at: float, **changes: Any) -> dict[str, Any]:
    """The event of a sent SMS. A field given as `...` is absent."""
    event: dict[str, Any] = {
        "type": "OutboundMessage",
        "locationId": LOCATION,
        "messageId": MESSAGE_ID,
        "conversationId": "Cnv0000000000000Demo",
        "direction": "outbound",
        "messageType": "SMS",
        "messageTypeString": "TYPE_SMS",
        "status": "delivered",
        "dateAdded": "2026-05-04T09:15:00.120Z",
        "timestamp": from_epoch(at),
        "webhookId": EVENT_ID,
        **changes,
    }
    return {key: value for key, value in event.items() if value is not ...}


def ed25519_key(name: str) -> Ed25519PrivateKey:
    """A private key that a name stands for."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def public_of(name: str) -> str:
    """The public key of `ed25519_key`: base64 of its DER SPKI."""
    public = ed25519_key(name).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def _sign(sending: Sending) -> Signed:
    signature = ed25519_key(sending.key).sign(sending.body)
    return sending.signed({"x-ghl-signature": base64.b64encode(signature).decode()})


HIGHLEVEL: Final = Scheme(
    webhook=WEBHOOK,
    style="ed25519",
    sign=_sign,
    event=outbound,
    message_id=MESSAGE_ID,
    event_id=EVENT_ID,
    observed="delivered",
    proof="x-ghl-signature",
    setting="webhook_public_keys",
    held=public_of,
    covers_body=True,
    shared_key=True,
    id_field="messageId",
    needs_id=False,
    time_field="timestamp",
    settings={"token": "t", "location_id": LOCATION},
    ignored={
        "event_not_about_messages": {"type": "INSTALL", "locationId": LOCATION},
        "event_without_message_id": {"type": "InboundMessage", "locationId": LOCATION},
    },
)
SCHEMES: Final = [HIGHLEVEL]
