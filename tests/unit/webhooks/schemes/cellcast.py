"""Cellcast's: events without a signature or a time, proved by a shared secret."""

from __future__ import annotations

from typing import Any, Final

from message_detail.providers.cellcast.webhook import WEBHOOK
from message_detail.testing import shared_secret_schemes

MESSAGE_ID: Final = "6a1c0de5f0aa11bb22cc33dd"


def sent(_at: float) -> dict[str, Any]:
    """The status of a sent message, which bears no time."""
    numbers = {"sender": "ExampleCo", "receiver": "+61491570156"}
    return {"_id": MESSAGE_ID, "status": "delivered", "type": "send", **numbers}


BEARER, BASIC, TOKEN = shared_secret_schemes(
    WEBHOOK,
    sent,
    MESSAGE_ID,
    event_id=f"{MESSAGE_ID}:send:delivered",
    id_field="_id",
    settings={"token": "t"},
    ignored={"opt_out": {"type": "optout"}, "no_message": {}},
)
SCHEMES: Final = [BASIC, BEARER, TOKEN]
