"""Cellcast's delivery report. Vendor: https://developer.cellcast.com, webhooks; no signature, HTTP Basic."""

from __future__ import annotations

from message_detail_cli.sample_events.shared import Signed, with_password


def sample(message_id: str, word: str, secret: str, _at: float) -> Signed:
    """The status of a message that was sent."""
    return with_password({"_id": message_id, "type": "send", "status": word}, secret)
