"""`message-detail refresh`: has messages fetched anew, through the queue."""

from __future__ import annotations

import argparse
from typing import Final

from message_detail_cli.api import api_of
from message_detail_cli.errors import OK
from message_detail_cli.options import add_account, add_provider, message_id
from message_detail_cli.output import say, say_json
from message_detail_cli.tools import Tools

MAX_IDS: Final = 1_000
"""Ids of one call (contract of the API)."""


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_provider(parser)
    parser.add_argument("ids", metavar="ID", nargs="+", type=message_id, help="ids of messages")
    add_account(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
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
