"""`message-detail endpoints list`: where changes go, and how that goes."""

from __future__ import annotations

import argparse
from typing import Any, Final

from message_detail_cli.api import api_of
from message_detail_cli.errors import OK
from message_detail_cli.output import add_table, show_table, state, time
from message_detail_cli.tools import Tools

COLUMNS: Final = ("name", "host", "state", "reason", "include", "mode", "waiting", "last_success", "last_error")


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_table(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """One line for each."""
    answer = api_of(arguments, tools).get("/v1/endpoints")
    rows = list(map(_row, answer.get("items", ())))
    none = "no endpoints: message-detail endpoints put NAME --url https://… makes one"
    show_table(arguments, answer, COLUMNS, rows, none)
    return OK


def _row(item: dict[str, Any]) -> list[Any]:
    shown = {**item, "state": state(item.get("state")), "last_success": time(item.get("last_success"))}
    return [shown.get(name) for name in COLUMNS]
