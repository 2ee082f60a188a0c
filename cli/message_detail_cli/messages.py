"""`message-detail lookup`, `timeline`, `search` and `refresh`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, Final

from message_detail.adapters.aws.search import MAX_LIMIT
from message_detail_cli.api import api_of, message_path
from message_detail_cli.errors import OK
from message_detail_cli.options import (
    Subcommands,
    add_account,
    add_max_age,
    add_message,
    add_provider,
    message_id,
    page_limit,
    search_text,
    subcommand,
)
from message_detail_cli.output import note, pairs, say, say_json, table
from message_detail_cli.tools import Tools

MAX_IDS: Final = 1_000
"""Ids of one call to refresh (contract of the API)."""
FOUND: Final = ("match", "id", "channel", "status", "at", "from > to")
LISTED_UNDER: Final = ("created", "received", "sent", "scheduled")
EVENT: Final = ("occurred_at", "status", "status_native", "observed_at", "via", "epoch", "confirmed_at")
LONGEST_TEXT: Final = 500


def add(commands: Subcommands) -> None:
    """The subcommands."""
    parser = subcommand(commands, "lookup", lookup, "look a message up", api=True)
    add_message(parser)
    add_max_age(parser)

    add_message(subcommand(commands, "timeline", timeline, "show the statuses that a message has had", api=True))

    text = "show what the provider last answered, as JSON, secrets blanked"
    add_message(subcommand(commands, "raw", raw, text, api=True))

    parser = subcommand(commands, "search", search, "find stored messages by what you know of them", api=True)
    text = "a number in any spelling, an e-mail address, an id of a message or conversation, a reference"
    parser.add_argument("text", metavar="TEXT", type=search_text, help=text)
    parser.add_argument("--limit", type=page_limit, metavar="N", help="messages per sort of match (default: 25)")

    parser = subcommand(commands, "refresh", refresh, "have messages fetched anew, through the queue", api=True)
    add_provider(parser)
    parser.add_argument("ids", metavar="ID", nargs="+", type=message_id, help="ids of messages")
    add_account(parser)


def lookup(arguments: argparse.Namespace, tools: Tools) -> int:
    """The message: the essentials, or with --json all of it."""
    query = {"account": arguments.account, "max_age": arguments.max_age}
    message = api_of(arguments, tools).get(message_path(arguments.provider, arguments.id), query)
    if arguments.json:
        say_json(message)
    else:
        say(pairs(essentials(message)))
    return OK


def timeline(arguments: argparse.Namespace, tools: Tools) -> int:
    """Oldest first."""
    path = message_path(arguments.provider, arguments.id) + "/timeline"
    answer = api_of(arguments, tools).get(path, {"account": arguments.account})
    if arguments.json:
        say_json(answer)
    else:
        say(table(EVENT, [[event.get(name) for name in EVENT] for event in answer.get("items", ())]))
    return OK


def raw(arguments: argparse.Namespace, tools: Tools) -> int:
    """The document; with --json the answer around it, too."""
    path = message_path(arguments.provider, arguments.id) + "/raw"
    answer = api_of(arguments, tools).get(path, {"account": arguments.account})
    say_json(answer if arguments.json else answer.get("document"))
    return OK


def search(arguments: argparse.Namespace, tools: Tools) -> int:
    """A line per message: what of it the text is, and where it stands; with --json the answer, texts and all."""
    query = {"q": arguments.text, "limit": arguments.limit, "view": None if arguments.json else "summary"}
    answer = api_of(arguments, tools).get("/v1/search", query)
    if arguments.json:
        say_json(answer)
        return OK
    items = answer.get("items") or ()
    say(table(FOUND, [_found(item) for item in items]) if items else "nothing stored has to do with this text")
    left = [match for match, address in _object(answer, "more").items() if address]
    if left:
        note(f"there is more by {', '.join(left)}: --limit shows up to {MAX_LIMIT} of each")
    return OK


def _found(item: Mapping[str, Any]) -> list[Any]:
    message = _object(item, "message")
    times = _object(message, "timestamps")
    people = (_object(message, "from"), *(message.get("to") or ()))
    return [
        item.get("match"),
        message.get("id"),
        message.get("channel"),
        message.get("status"),
        next((times[name] for name in LISTED_UNDER if times.get(name)), None),
        " > ".join(_party(one) for one in people[:2]),
    ]


def refresh(arguments: argparse.Namespace, tools: Tools) -> int:
    """In as many calls as it takes."""
    api = api_of(arguments, tools)
    accepted = 0
    for start in range(0, len(arguments.ids), MAX_IDS):
        body = {"account": arguments.account, "message_ids": arguments.ids[start : start + MAX_IDS]}
        accepted += int(api.post(f"/v1/messages/{arguments.provider}/refresh", body).get("accepted", 0))
    if arguments.json:
        say_json({"accepted": accepted})
    else:
        say(f"accepted {accepted}")
    return OK


def essentials(message: Mapping[str, Any]) -> dict[str, Any]:
    """What a person wants to see of a message first."""
    failure, body, times = (_object(message, name) for name in ("failure", "body", "timestamps"))
    text = str(body.get("text") or body.get("preview") or "")
    return {
        "id": message.get("id"),
        "channel": message.get("channel"),
        "direction": message.get("direction"),
        "status": f"{message.get('status')} ({message.get('outcome')})",
        "reason": message.get("status_reason") or failure.get("message") or failure.get("native_code"),
        "from": _party(_object(message, "from")),
        "to": [_party(party) for party in message.get("to") or ()],
        "subject": message.get("subject"),
        "text": text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…",
        "attachments": [_attachment(item) for item in message.get("attachments") or ()],
        **{name: moment for name, moment in times.items() if moment},
        "freshness": _object(message, "provenance").get("freshness"),
    }


def _object(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = message.get(name)
    return value if isinstance(value, dict) else {}


def _party(party: Mapping[str, Any]) -> str:
    address = party.get("address") or party.get("address_raw") or party.get("contact_id") or ""
    name = party.get("name")
    return f"{address} ({name})" if name and address else str(name or address)


def _attachment(attachment: Mapping[str, Any]) -> str:
    return str(attachment.get("name") or attachment.get("url") or attachment.get("content_type") or "unnamed")
