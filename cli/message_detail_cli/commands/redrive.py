"""`message-detail redrive`: moves dead letters back to the queue."""

from __future__ import annotations

import argparse

from message_detail_cli.api import api_of
from message_detail_cli.errors import OK
from message_detail_cli.options import add_account, add_provider, limit
from message_detail_cli.output import note, say, say_json, say_table
from message_detail_cli.tools import Tools


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_provider(parser)
    add_account(parser, without="those of all accounts")
    parser.add_argument("--limit", type=limit, metavar="N", help="how many at most, up to 1000 (default: 100)")


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """How many, and the reasons with their counts."""
    api = api_of(arguments, tools)
    note("reading the dead letters: the queue is asked until it gives no more, which takes some seconds …")
    body = {"account": arguments.account, "limit": arguments.limit}
    answer = api.post(f"/v1/providers/{arguments.provider}/redrive", body)
    if arguments.json:
        say_json(answer)
        return OK
    say(f"moved {answer.get('moved', 0)}")
    reasons = answer.get("reasons") or {}
    if reasons:
        say_table(("reason", "count"), sorted(reasons.items(), key=lambda item: (-item[1], item[0])))
    return OK
