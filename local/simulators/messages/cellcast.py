"""Cellcast's sent messages. Numbers are from Australia's ranges for fiction, but for the seed's own."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from local.simulators.store import Held

SEED_ID = "6752b76d5e000000000000000"


def _held(number: int, shows: str, status: str, text: str, **fields: Any) -> Held:
    at = f"2026-05-04T09:{number:02d}"
    message = {
        "_id": f"6a1c0de5f0aa11bb22cc33{number:02x}",
        "status": status,
        "replyStop": False,
        "message": text,
        "sender": "61491570156",
        "receiver": "491570157",
        "smsDetail": {"messagelength": len(text), "smscount": 1, "deductibleCredit": 0.031},
        "creditAmount": 1,
        "createdAt": f"{at}:00.000Z",
        "updatedAt": f"{at}:04.250Z",
        "send_time": f"{at}:01.000Z",
        "scheduleAt": None,
        "customerResponse": None,
        "customerResponseAt": None,
        "customerResponseMedia": None,
        "customString": None,
        "media": None,
        "replyMessage": None,
        **fields,
    }
    extras = {"gateway_count": 1, "request_from": "API", "request_name": "gateway"}
    return Held(message, shows, {"list": extras})


SEED = _held(
    0,
    "seed: SMS, delivered",
    "delivered",
    "Hello! This is a test message.\n\nReply STOP to opt-out",
    _id=SEED_ID,
    sender="61400000001",
    receiver="400000002",
    smsDetail={"messagelength": 50, "smscount": 1, "deductibleCredit": 0.031},
    createdAt="2024-12-06T08:35:57.392Z",
    updatedAt="2024-12-06T08:36:00.000Z",
    send_time="2024-12-06T08:35:58.000Z",
)

MINIMAL = Held(
    {
        "_id": "6a1c0de5f0aa11bb22cc3307",
        "status": "sent",
        "updatedAt": "2026-05-04T09:07:04.250Z",
        "send_time": "2026-05-04T09:07:01.000Z",
    },
    "as seen live: four fields, and no status in the envelope",
    {"omit": ["status"]},
)

DEFAULT_MESSAGES = [
    SEED,
    _held(1, "SMS, queued", "queued", "Your parcel is on its way", send_time=None, customString="order-1001"),
    _held(
        2,
        "SMS, scheduled for 2035",
        "pending",
        "See you soon",
        send_time=None,
        scheduleAt="2035-01-01T00:00:00.000Z",
    ),
    _held(
        3,
        "MMS from an alphanumeric sender, delivered",
        "delivered",
        "Our menu",
        sender="ExampleCo",
        media=["https://files.example.com/menu.jpg", "https://files.example.com/map.png"],
        creditAmount=6,
    ),
    _held(4, "SMS, failed", "failed", "Your code is 0000"),
    _held(
        5,
        "SMS, delivered, replied to and opted out; custom string",
        "delivered",
        "Will you come? Reply STOP to opt-out",
        replyStop=True,
        customString="campaign-7",
        customerResponse="STOP",
        customerResponseAt="2026-05-04T09:15:00.000Z",
        customerResponseMedia=["https://files.example.com/reply.jpg"],
        replyMessage={
            "_id": "6a1c0de5f0aa11bb22cc33a5",
            "message": "STOP",
            "createdAt": "2026-05-04T09:15:00.000Z",
        },
    ),
    _held(6, "SMS of three segments, expired", "expired", "Long news. " * 40),
    MINIMAL,
    _held(8, "SMS to a dead number", "dead", "Hello again"),
    _held(9, "SMS, rejected by the carrier", "rejected", "Win a prize"),
    _held(10, "the documentation's own spelling of delivered", "delievered", "Thank you", creditAmount="1"),
    _held(11, "SMS, blocked", "blocked", "Hello"),
]

TWIN = copy.deepcopy(SEED)
TWIN.shows = "same id as the default account's first, another account's message"
TWIN.message.update(message="This one belongs to the second account", receiver="491570158")

MESSAGES = {
    "default": DEFAULT_MESSAGES,
    "second": [TWIN, _held(50, "only in the second account", "sent", "Second")],
}


def filler(number: int) -> Held:
    """The n-th of any number of delivered SMS, a minute apart."""
    at = (datetime(2026, 6, 1, 8, 0, tzinfo=UTC) + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    times = {"createdAt": at, "updatedAt": at, "send_time": at}
    message_id = f"6a1c0de5f0aa11bb{number:08x}"
    return _held(0, f"filler {number}", "delivered", f"Filler {number}", _id=message_id, **times)
