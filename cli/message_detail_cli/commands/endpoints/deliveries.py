"""`message-detail endpoints deliveries`: what was sent to an endpoint, attempt by attempt."""

from __future__ import annotations

import argparse
from typing import Any, Final

from message_detail_cli.api import api_of
from message_detail_cli.endpoint_secrets import add_name, path_of
from message_detail_cli.errors import OK
from message_detail_cli.moments import HELP, instant
from message_detail_cli.options import number_up_to
from message_detail_cli.output import add_table, show_table, time
from message_detail_cli.tools import Tools

COLUMNS: Final = ("at", "event_id", "type", "subject", "attempt", "milliseconds", "status_code", "error", "next_at")
STATES: Final = ("delivered", "failed", "waiting")
MOST: Final = 1_000


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_name(parser)
    parser.add_argument("--status", choices=STATES, metavar="STATUS", help=f"only those {' or '.join(STATES)}")
    parser.add_argument("--since", type=instant, metavar="TIME", help=f"only those since then: {HELP}")
    text = f"how many at most, up to {MOST} (default: 25)"
    parser.add_argument("--limit", type=number_up_to(MOST), default=25, metavar="N", help=text)
    add_table(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """Newest first, page by page."""
    api, items, cursor = api_of(arguments, tools), list[dict[str, Any]](), None
    while len(items) < arguments.limit:
        query = {"status": arguments.status, "since": arguments.since, "cursor": cursor}
        answer = api.get(f"{path_of(arguments.name)}/deliveries", query)
        items += answer.get("items", ())
        cursor = answer.get("next_cursor")
        if cursor is None:
            break
    shown = items[: arguments.limit]
    show_table(arguments, {"items": shown, "next_cursor": cursor}, COLUMNS, list(map(_row, shown)), "no deliveries")
    return OK


def _row(item: dict[str, Any]) -> list[Any]:
    return [time(item.get(name)) if name in ("at", "next_at") else item.get(name) for name in COLUMNS]
