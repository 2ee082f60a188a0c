"""What of a message a person wants to see: in a list, and of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from message_detail_cli.output import State, Time, state, time

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
    body, times, copy = (part(message, name) for name in ("body", "timestamps", "provenance"))
    text = str(body.get("text") or body.get("preview") or "")
    return {
        "id": message.get("id"),
        "channel": message.get("channel"),
        "direction": message.get("direction"),
        "status": State(f"{message.get('status')} ({message.get('outcome')})"),
        **_reasons(message),
        "from": _party(part(message, "from")),
        "to": [_party(party) for party in message.get("to") or ()],
        "subject": message.get("subject"),
        "text": text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…",
        "attachments": [_attachment(item) for item in message.get("attachments") or ()],
        **{name: Time(moment) for name, moment in times.items() if moment},
        **{name: _engaged(engaged) for name, engaged in part(message, "engagement").items() if engaged},
        "cost": [_amount(line) for line in part(message, "billing").get("lines") or ()],
        "segments": part(message, "billing").get("segments"),
        "conversation": _conversation(part(message, "conversation")),
        "references": [_words(reference, "type", "value") for reference in message.get("references") or ()],
        "as of": time(copy.get("fetched_at")),
        "freshness": state(copy.get("freshness")),
        "withheld": "persons and content: the key has not the scope read" if message.get("withheld") else None,
    }


def _reasons(message: Mapping[str, Any]) -> dict[str, Any]:
    """Why a message failed, in our words and in the provider's."""
    failure = part(message, "failure")
    return {
        "failure": _words(failure, "category", "permanence"),
        "reason": message.get("status_reason"),
        "in its words": _words(failure, "native_code", "message"),
    }


def _engaged(engaged: Any) -> str | Time:
    """When somebody first opened, clicked …, or only that."""
    first = engaged.get("first_at") if isinstance(engaged, dict) else None
    return Time(first) if first else "yes, the time is not known"


def _conversation(conversation: Mapping[str, Any]) -> Any:
    known = ("id", "provider_conversation_id", "thread_id")
    return next((conversation[name] for name in known if conversation.get(name)), None)


def _amount(line: Mapping[str, Any]) -> str:
    unit = line.get("unit") or "(no unit is told)"
    return f"{line.get('amount')} {unit} for {line.get('kind')}"


def _words(values: Mapping[str, Any], *names: str) -> str:
    return " ".join(str(values[name]) for name in names if values.get(name))


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
