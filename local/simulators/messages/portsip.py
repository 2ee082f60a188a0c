"""PortSIP PBX's external messages. Blank fields come as explicit nulls, as the vendor says."""

from __future__ import annotations

import base64
import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from local.simulators.store import Held

SEED_ID = "NzAwNTUxOTA5NzczMTQ4MTYw"
FIELDS = (
    "config_id",
    "sender",
    "sender_name",
    "receiver",
    "receiver_name",
    "channel_name",
    "channel_number",
    "brand",
    "did",
    "msg_type",
    "direction",
    "content",
    "reason",
    "delivery",
    "provider_msg_id",
    "created_at",
)


def encoded(number: int) -> str:
    """An id in the vendor's spelling: base64 of the decimal number."""
    return base64.b64encode(str(number).encode()).decode()


def _held(message_id: str, shows: str, **fields: Any) -> Held:
    return Held({"id": message_id, **dict.fromkeys(FIELDS), **fields}, shows)


def _sms(number: int, shows: str, **fields: Any) -> Held:
    usual = {
        "config_id": encoded(200000000000000001),
        "sender": "+14155550100",
        "receiver": "+14155550123",
        "channel_name": "Desk SMS",
        "channel_number": "+14155550100",
        "brand": "Example Hotel",
        "did": "+14155550100",
        "msg_type": "SMS",
        "direction": "OUT",
        "content": "Your room is ready",
        "provider_msg_id": f"SM{number:032x}",
        "created_at": f"2026-05-04T09:{number % 60:02d}:00Z",
    }
    return _held(encoded(100000000000000000 + number), shows, **{**usual, **fields})


SEED = _sms(
    0,
    "seed: SMS out, delivered",
    sender_name="Reception",
    receiver_name="Guest",
    delivery="DELIVERED",
    created_at="2017-07-21T17:32:28Z",
)
SEED.message["id"] = SEED_ID

DEFAULT_MESSAGES = [
    SEED,
    _sms(1, "SMS out, sent", delivery="SENT"),
    _sms(2, "SMS out, error with a reason", delivery="ERR", reason="30003: unreachable destination handset"),
    _sms(
        3,
        "SMS in, received",
        delivery="RECV",
        direction="IN",
        sender="+14155550123",
        sender_name="Guest",
        receiver="+14155550100",
        content="On my way",
    ),
    _sms(
        4,
        "WhatsApp in, delivered",
        msg_type="WHATSAPP",
        delivery="DELIVERED",
        direction="IN",
        config_id=encoded(200000000000000002),
        sender="+447700900123",
        receiver="+14155550100",
        channel_name="Desk WhatsApp",
        content="Is breakfast included? ☕",
    ),
    _sms(5, "SMS out with the ambiguous word RECV", delivery="RECV"),
    _held(encoded(100000000000000006), "every field null but the id"),
    _sms(
        7,
        "unknown type; no sender, so only the did says whose",
        msg_type="UNKNOWN",
        delivery="SENT",
        sender=None,
        provider_msg_id=None,
    ),
    _sms(
        8,
        "WhatsApp out from an alphanumeric sender, error",
        msg_type="WHATSAPP",
        delivery="ERR",
        sender="EXAMPLECO",
        reason="Authentication token expired",
        created_at="2026-05-04T09:08:00.250Z",
    ),
]

TWIN = copy.deepcopy(SEED)
TWIN.shows = "same id as the default account's first, another tenant's message"
TWIN.message.update(content="This one belongs to the second account", receiver="+14155550177")

MESSAGES = {
    "default": DEFAULT_MESSAGES,
    "second": [TWIN, _sms(90, "only in the second account", delivery="SENT")],
}


def filler(number: int) -> Held:
    """The n-th of any number of delivered SMS, a minute apart."""
    at = datetime(2026, 6, 1, 8, 0, tzinfo=UTC) + timedelta(minutes=number)
    held = _sms(number, f"filler {number}", delivery="DELIVERED", content=f"Filler {number}")
    held.message["id"] = encoded(300000000000000000 + number)
    held.message["created_at"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return held
