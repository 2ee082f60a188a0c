"""`message-detail dead`: the dead letters, before they are brought back."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, Final

from message_detail.services.requests import MOST_DEAD_LETTERS
from message_detail_cli.api import api_of
from message_detail_cli.errors import OK
from message_detail_cli.options import add_provider, number_up_to
from message_detail_cli.output import add_table, note, show_table, time, wants_json
from message_detail_cli.tools import Tools

DEAD: Final = ("at", "account", "reason", "what", "detail")


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_provider(parser)
    text = f"how many at most, up to {MOST_DEAD_LETTERS} (default: 20)"
    parser.add_argument("--limit", type=number_up_to(MOST_DEAD_LETTERS), metavar="N", help=text)
    add_table(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """Newest first; what a letter was about is told by the id of its message, or of its sync."""
    path = f"/v1/providers/{arguments.provider}/dead-letters"
    answer = api_of(arguments, tools).get(path, {"limit": arguments.limit})
    items = answer.get("items") or ()
    show_table(arguments, answer, DEAD, list(map(_row, items)), "no dead letters")
    total = answer.get("total") or 0
    if total > len(items) and not wants_json(arguments):
        note(f"{len(items)} of about {total}: --limit shows up to {MOST_DEAD_LETTERS}")
    return OK


def _row(letter: Mapping[str, Any]) -> list[Any]:
    return [
        time(letter.get("at")),
        letter.get("account"),
        letter.get("reason"),
        _what(letter),
        letter.get("detail"),
    ]


def _what(letter: Mapping[str, Any]) -> str:
    """What the task was about."""
    if letter.get("task") == "sync":
        return f"sync {letter.get('sync_id')}"
    return str(letter.get("message_id") or letter.get("task") or "unreadable")
