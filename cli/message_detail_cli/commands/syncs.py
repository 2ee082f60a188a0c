"""`message-detail syncs`: the latest syncs."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, Final

from message_detail.services.requests import MOST_SYNCS
from message_detail_cli.api import api_of
from message_detail_cli.errors import OK
from message_detail_cli.options import add_provider, number_up_to
from message_detail_cli.output import add_table, show_table, state, time
from message_detail_cli.tools import Tools

SYNCS: Final = ("sync_id", "account", "started_at", "state", "pages", "seen", "new", "changed", "reason")


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_provider(parser)
    text = f"how many at most, up to {MOST_SYNCS} (default: 20)"
    parser.add_argument("--limit", type=number_up_to(MOST_SYNCS), metavar="N", help=text)
    add_table(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """Newest first."""
    path = f"/v1/providers/{arguments.provider}/sync"
    answer = api_of(arguments, tools).get(path, {"limit": arguments.limit})
    rows = [_row(sync) for sync in answer.get("items") or ()]
    show_table(arguments, answer, SYNCS, rows, "no sync was begun in the last 30 days")
    return OK


def _row(sync: Mapping[str, Any]) -> list[Any]:
    marked = {**sync, "started_at": time(sync.get("started_at")), "state": state(sync.get("state"))}
    return [marked.get(name) for name in SYNCS]
