"""Samva's: HMAC in hexadecimal of the first generation, Standard Webhooks of the second."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any, Final

from standardwebhooks.webhooks import Webhook as StandardWebhook

from message_detail.domain.times import from_epoch
from message_detail.providers.samva.webhook import WEBHOOK
from message_detail.testing import Scheme, Sending, Signed
from message_detail.testing.schemes import is_text

MESSAGE_ID: Final = "5d0c2b7e-0000-4000-8000-0000000000a1"
EVENT_ID: Final = "whevt_0000000000000001"


def delivered2(at: float) -> dict[str, Any]:
    """An event of generation 2: its time is that of the delivery."""
    data = {"channel": "email", "status": "delivered", "providerMessageId": "up-0001"}
    return {"event": "message.delivered", "messageId": MESSAGE_ID, "timestamp": from_epoch(at), "data": data}


def received3(at: float) -> dict[str, Any]:
    """An event of generation 3."""
    data = {"messageId": "msg_demo_01", "conversationId": "conv_demo_01", "from": "guest@example.com"}
    return {"type": "message.received", "timestamp": from_epoch(at), "data": data}


def standard_secret(text: str) -> str:
    """A Standard Webhooks secret made of a text."""
    return "whsec_" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _hmac(sending: Sending) -> Signed:
    digest = hmac.new(sending.key.encode(), sending.body, hashlib.sha256).hexdigest()
    endpoint = "5d0c2b7e-0000-4000-8000-0000000000ee"
    return sending.signed({"x-webhook-signature": f"sha256={digest}", "x-webhook-id": endpoint})


def _standard(sending: Sending) -> Signed:
    """As the specification says, on bytes: the library signs text only."""
    stamp = str(int(sending.at))
    secret = base64.b64decode(sending.key.removeprefix("whsec_"))
    signature = hmac.new(secret, f"{EVENT_ID}.{stamp}.".encode() + sending.body, hashlib.sha256).digest()
    signed = f"v1,{base64.b64encode(signature).decode()}"
    if sending.body.isascii():
        moment = datetime.fromtimestamp(int(stamp), UTC)
        assert signed == StandardWebhook(sending.key).sign(EVENT_ID, moment, sending.body.decode())
    return sending.signed({"webhook-id": EVENT_ID, "webhook-timestamp": stamp, "webhook-signature": signed})


SAMVA_2: Final = Scheme(
    webhook=WEBHOOK,
    style="gen2",
    sign=_hmac,
    event=delivered2,
    message_id=MESSAGE_ID,
    event_id=f"{MESSAGE_ID}:message.delivered",
    observed="delivered",
    proof="x-webhook-signature",
    covers_body=True,
    id_field="messageId",
    time_field="timestamp",
    settings={"api_key": "k"},
    ignored={"event_not_about_messages": {"event": "webhook.test"}},
)
SAMVA_3: Final = Scheme(
    webhook=WEBHOOK,
    style="gen3",
    sign=_standard,
    event=received3,
    message_id="msg_demo_01",
    event_id=EVENT_ID,
    observed="received",
    proof="webhook-signature",
    make_key=standard_secret,
    covers_body=True,
    tolerance=300,
    can_sign=is_text,
    id_field="data",
    time_field="timestamp",
    settings={"api_key": "k"},
    ignored={"event_not_about_messages": {"type": "contact.created"}},
)
SCHEMES: Final = [SAMVA_2, SAMVA_3]
