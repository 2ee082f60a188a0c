"""Samva's webhooks, of the generation that the secret is of: HMAC in hexadecimal, or Standard Webhooks (`whsec_…`).

Vendor pages: "Webhooks", https://samva.app; https://www.standardwebhooks.com.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from message_detail.domain.webhook_secrets import STANDARD_PREFIX
from message_detail_cli.sample_events.shared import Signed, encoded, instant

JSON = {"content-type": "application/json"}


def sample(message_id: str, word: str, secret: str, at: float) -> Signed:
    """The event `message.<word>`."""
    return (_standard if secret.startswith(STANDARD_PREFIX) else _hexadecimal)(message_id, word, secret, at)


def _hexadecimal(message_id: str, word: str, secret: str, at: float) -> Signed:
    event = f"message.{word}"
    told = {"event": event, "messageId": message_id, "timestamp": instant(at), "data": {"status": word}}
    body = encoded({**told, "try": secrets.token_hex(8)})  # the time alone makes it no other event
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Signed({**JSON, "x-webhook-signature": f"sha256={signature}", "x-webhook-event": event}, body)


def _standard(message_id: str, word: str, secret: str, at: float) -> Signed:
    body = encoded({"type": f"message.{word}", "timestamp": instant(at), "data": {"messageId": message_id}})
    event_id = f"whevt_{secrets.token_hex(12)}"
    when = datetime.fromtimestamp(int(at), UTC)
    signature = Webhook(secret).sign(event_id, when, body.decode())
    headers = {"webhook-id": event_id, "webhook-timestamp": str(int(at)), "webhook-signature": signature}
    return Signed({**JSON, **headers}, body)
