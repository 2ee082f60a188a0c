"""CareCloud's messages: every channel and every status of the documentation. Times have no offset."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from local.simulators.store import Held

EMAIL, SMS, PUSH, INTERNAL = 1, 2, 4, 5
#: A transparent GIF of one pixel.
PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) ExampleMail/115.0"

CHANNELS = [
    {"communication_channel_id": "8f0000000000000000000e01", "name": "E-mail", "text_id": "email"},
    {"communication_channel_id": "8f0000000000000000000e02", "name": "SMS", "text_id": "sms"},
    {"communication_channel_id": "8f0000000000000000000e04", "name": "Push", "text_id": "push"},
]


def _held(
    number: int,
    shows: str,
    channel: Any,
    status: Any,
    fields: dict[str, Any],
    text: str = "",
    html: str = "",
    names: tuple[str, ...] = (),
) -> Held:
    message = {
        "message_id": f"8f0000000000000000000c{number:04x}",
        "status": status,
        "message_template_id": f"8f00000000000000000000{number + 16:02x}",
        "customer_id": f"8f000000000000000000d0{number:02x}",
        "communication_channel_id": channel,
        **fields,
    }
    detail = {
        "plain_text_body": text,
        "html_body": html,
        "attachments": [{"attachment_format": name} for name in names],
        "last_change": message.get("last_change"),
    }
    return Held(message, shows, {"detail": detail})


def _sent(at: str, title: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "send_time": at, "last_change": at, **more}


OPENED_EMAIL = _held(
    1,
    "seed: e-mail, sent and opened, with parameters and two attachments",
    EMAIL,
    1,
    {
        "contact": "guest@example.com",
        "title": "Your table on Friday",
        "send_time": "2026-05-04 11:15:00",
        "opened_time": "2026-05-04 11:42:10",
        "mail_client_user_agent": USER_AGENT,
        "mail_client_language": "cs,en;q=0.8",
        "message_data": [
            {"parameter_name": "first_name", "value": "Guest"},
            {"parameter_name": "table", "value": "12"},
        ],
        "attachments": [
            {
                "upload_method": "url",
                "file_data": "https://files.example.com/general_terms.pdf",
                "cache_for": 60,
            },
            {"upload_method": "base64", "file_data": PIXEL},
        ],
        "last_change": "2026-05-04 11:42:10",
    },
    "Dear Guest, your table 12 is ready for you on Friday.",
    "<p>Dear Guest, your table <b>12</b> is ready for you on Friday.</p>",
    ("general_terms.pdf", "pixel.gif"),
)

DEFAULT_MESSAGES = [
    OPENED_EMAIL,
    _held(
        2,
        "SMS to another number, sent",
        SMS,
        1,
        _sent("2026-05-04 11:20:00", "Your code is 0000", contact="+447700900123"),
        "Your code is 0000. It is good for ten minutes.",
    ),
    _held(
        3,
        "push notification, error while sending",
        PUSH,
        2,
        _sent("2026-05-04 11:25:00", "Points are waiting"),
        "You have 120 points.",
    ),
    _held(
        4,
        "e-mail returned (hard bounce)",
        EMAIL,
        -1,
        _sent("2026-05-04 11:30:00", "News in May", contact="gone@example.com"),
        "News",
        "<h1>News</h1>",
    ),
    _held(
        5,
        "e-mail, soft bounce",
        EMAIL,
        -2,
        _sent("2026-05-04 11:31:00", "News in May", contact="full@example.com"),
        "News",
        "<h1>News</h1>",
    ),
    _held(
        6,
        "e-mail not sent for lack of consent",
        EMAIL,
        4,
        {"title": "Offer", "send_time": None, "last_change": "2026-05-04 11:32:00"},
        "",
        "<p>Offer</p>",
    ),
    _held(7, "internal notification, not sent yet; optional fields absent", INTERNAL, 0, {}, "See the desk"),
    _held(
        8,
        "SMS scheduled for retry; times in the autumn's double hour",
        SMS,
        5,
        _sent("2026-10-25 02:30:00", "Reminder", contact=""),
        "Reminder: tomorrow at nine.",
    ),
    _held(
        9,
        "e-mail with a string channel id and a status in quotes",
        "8f0000000000000000000e01",
        "1",
        _sent("2026-05-05 08:00:00", "Thank you", message_data=[], attachments=[]),
        "Thank you",
        "<p>Thank you</p>",
    ),
]

TWIN = copy.deepcopy(OPENED_EMAIL)
TWIN.shows = "same id as the default account's first, another project's message"
TWIN.message.update(title="Another project's table", contact="other@example.com")
TWIN.parts["detail"]["plain_text_body"] = "This one belongs to the second account."

MESSAGES = {
    "default": DEFAULT_MESSAGES,
    "second": [
        TWIN,
        _held(0xD1, "only in the second account", SMS, 1, _sent("2026-05-06 10:00:00", "Second"), "Second"),
    ],
}


def filler(number: int) -> Held:
    """The n-th of any number of sent SMS, a minute apart."""
    at = datetime(2026, 6, 1, 8, 0, tzinfo=UTC) + timedelta(minutes=number)
    fields = _sent(at.strftime("%Y-%m-%d %H:%M:%S"), f"Filler {number}", contact="+447700900100")
    held = _held(number % 200, f"filler {number}", SMS, 1, fields, f"Filler {number}")
    held.message["message_id"] = f"8f00000000000000f{number:07x}"
    return held
