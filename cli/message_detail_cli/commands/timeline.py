"""`message-detail timeline`: the statuses that a message has had."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, Final

from message_detail_cli.api import api_of, message_path
from message_detail_cli.errors import OK
from message_detail_cli.options import add_message
from message_detail_cli.output import add_table, show_table, state, time
from message_detail_cli.tools import Tools

EVENT: Final = ("occurred_at", "status", "status_native", "observed_at", "via", "epoch", "confirmed_at")


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_message(parser)
    add_table(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """Oldest first."""
    path = message_path(arguments.provider, arguments.id) + "/timeline"
    answer = api_of(arguments, tools).get(path, {"account": arguments.account})
    rows = [_row(event) for event in answer.get("items", ())]
    show_table(arguments, answer, EVENT, rows, "nothing is known of its statuses")
    return OK


def _row(event: Mapping[str, Any]) -> list[Any]:
    values = {name: time(value) if name.endswith("_at") else value for name, value in event.items()}
    return [{**values, "status": state(event.get("status"))}.get(name) for name in EVENT]
