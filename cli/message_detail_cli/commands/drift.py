"""`message-detail drift`: what providers answer that the tables don't know."""

from __future__ import annotations

import argparse
from typing import Any, Final

from message_detail_cli.api import api_of
from message_detail_cli.errors import OK
from message_detail_cli.output import add_table, note, show_table, time, wants_json
from message_detail_cli.tools import Tools

DRIFT: Final = ("provider", "path", "problem", "count", "last_seen", "account", "message_id", "sample")
REDACTED: Final = (
    "samples are redacted to their shape (a for a letter, 0 for a digit), except single words that are no person's"
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_table(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """Most frequent first."""
    answer = api_of(arguments, tools).get("/v1/drift")
    items = sorted(answer.get("items", ()), key=lambda item: -item.get("count", 0))
    show_table(arguments, answer, DRIFT, list(map(_row, items)), "no drift: the providers answer what the tables know")
    if any(item.get("sample") for item in items) and not wants_json(arguments):
        note(REDACTED)
    return OK


def _row(item: dict[str, Any]) -> list[Any]:
    return [time(item.get(name)) if name == "last_seen" else item.get(name) for name in DRIFT]
