"""`message-detail list`: stored messages, newest first, by any of the filters of the API."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any, Final

from message_detail_cli import limits
from message_detail_cli.api import Api, api_of
from message_detail_cli.errors import OK
from message_detail_cli.filters import add_filters, filters_of
from message_detail_cli.messages_shown import LISTED, listed
from message_detail_cli.options import page_limit
from message_detail_cli.output import add_table, note, show_table, wants_json
from message_detail_cli.tools import Tools

MORE: Final = "At most one of --address, --contact, --conversation, --reference, --provider and --discrepancy."
MOST: Final = 100_000
"""Messages that --all shows: what one machine can well hold."""


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_filters(parser)
    parser.add_argument("--limit", type=page_limit, metavar="N", help="messages to show, up to 100 (default: 25)")
    parser.add_argument("--all", action="store_true", help="walk all pages; --limit is the size of one")
    add_table(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """A line per message; with --json the answer, texts and all (with --all the items of all pages in one)."""
    whole = wants_json(arguments)
    limit = arguments.limit or (limits.PAGE if arguments.all else None)
    query = {**filters_of(arguments), "limit": limit, "view": None if whole else "summary"}
    answer = _answer(api_of(arguments, tools), query, every=arguments.all)
    rows = [listed(message) for message in answer.get("items") or ()]
    show_table(arguments, answer, LISTED, rows, "no stored message is like that")
    if answer.get("next_cursor") and not whole:
        note(
            f"there are more: --all shows up to {MOST} of them" if not arguments.all else f"these are the first {MOST}"
        )
    return OK


def _answer(api: Api, query: dict[str, Any], *, every: bool) -> dict[str, Any]:
    """One page, or all of them as if they were one."""
    items: list[Any] = []
    for page in _pages(api, query):
        items += page.get("items") or ()
        if not every or len(items) >= MOST:
            break
    return {**page, "items": items}


def _pages(api: Api, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        page: dict[str, Any] = api.get("/v1/messages", {**query, "cursor": cursor})
        yield page
        cursor = page.get("next_cursor")
        if not cursor:
            return
