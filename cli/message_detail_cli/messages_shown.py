"""What of a message a person wants to see: in a list, and of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from message_detail_cli.output import State, Time, time

LONGEST_TEXT: Final = 500
LISTED: Final = ("id", "channel", "status", "at", "from > to")
"""The head of a list of messages."""
LISTED_UNDER: Final = ("created", "received", "sent", "scheduled")
"""The times that a list goes by: the first that a message has."""


def listed(message: Mapping[str, Any]) -> list[Any]:
    """A message as the row of a list; its text is not in it."""
    times = part(message, "timestamps")
    people = (part(message, "from"), *(message.get("to") or ()))
    return [
        message.get("id"),
        message.get("channel"),
        State(message.get("status")),
        time(next((times[name] for name in LISTED_UNDER if times.get(name)), None)),
        " > ".join(_party(one) for one in people[:2]),
    ]


def essentials(message: Mapping[str, Any]) -> dict[str, Any]:
    """What a person wants to see of a message first."""
    failure, body, times = (part(message, name) for name in ("failure", "body", "timestamps"))
    text = str(body.get("text") or body.get("preview") or "")
    return {
        "id": message.get("id"),
        "channel": message.get("channel"),
        "direction": message.get("direction"),
        "status": State(f"{message.get('status')} ({message.get('outcome')})"),
        "reason": message.get("status_reason") or failure.get("message") or failure.get("native_code"),
        "from": _party(part(message, "from")),
        "to": [_party(party) for party in message.get("to") or ()],
        "subject": message.get("subject"),
        "text": text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…",
        "attachments": [_attachment(item) for item in message.get("attachments") or ()],
        **{name: Time(moment) for name, moment in times.items() if moment},
        "freshness": part(message, "provenance").get("freshness"),
    }


def part(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object in an answer; an empty one where it is none."""
    value = message.get(name)
    return value if isinstance(value, dict) else {}


def _party(party: Mapping[str, Any]) -> str:
    address = party.get("address") or party.get("address_raw") or party.get("contact_id") or ""
    name = party.get("name")
    return f"{address} ({name})" if name and address else str(name or address)


def _attachment(attachment: Mapping[str, Any]) -> str:
    return str(attachment.get("name") or attachment.get("url") or attachment.get("content_type") or "unnamed")
