"""`message-detail search`: whatever is stored that a text names."""

from __future__ import annotations

import argparse
from typing import Final

from message_detail_cli import limits
from message_detail_cli.api import api_of
from message_detail_cli.errors import OK
from message_detail_cli.messages_shown import LISTED, listed, part
from message_detail_cli.options import page_limit, search_text
from message_detail_cli.output import add_table, note, show_table, wants_json
from message_detail_cli.tools import Tools

FOUND: Final = ("match", *LISTED)


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    text = "a number in any spelling, an e-mail address, an id of a message or conversation, a reference"
    parser.add_argument("text", metavar="TEXT", type=search_text, help=text)
    parser.add_argument("--limit", type=page_limit, metavar="N", help="messages per sort of match (default: 25)")
    add_table(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """A line per message: what of it the text is, and where it stands; with --json the answer, texts and all."""
    whole = wants_json(arguments)
    query = {"q": arguments.text, "limit": arguments.limit, "view": None if whole else "summary"}
    answer = api_of(arguments, tools).get("/v1/search", query)
    rows = [[item.get("match"), *listed(part(item, "message"))] for item in answer.get("items") or ()]
    show_table(arguments, answer, FOUND, rows, "nothing stored has to do with this text")
    left = [match for match, address in part(answer, "more").items() if address]
    if left and not whole:
        note(f"there is more by {', '.join(left)}: --limit shows up to {limits.PAGE} of each")
    return OK
