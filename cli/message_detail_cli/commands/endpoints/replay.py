"""`message-detail endpoints replay`: sends events to an endpoint once more."""

from __future__ import annotations

import argparse
from typing import Final

from message_detail_cli.api import api_of
from message_detail_cli.endpoint_secrets import add_name, path_of
from message_detail_cli.errors import OK, UsageProblem
from message_detail_cli.moments import HELP, instant
from message_detail_cli.output import show_pairs
from message_detail_cli.tools import Tools

MORE: Final = "Under the same ids as before. --dry-run says how many they would be."


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_name(parser)
    parser.add_argument("--event", metavar="EVENT_ID", help="this one event")
    parser.add_argument("--since", type=instant, metavar="TIME", help=f"those that happened since then: {HELP}")
    parser.add_argument("--until", type=instant, metavar="TIME", help="and before then (default: now)")
    text = "failed: those that were not delivered (default); all: the others, too"
    parser.add_argument("--status", choices=("failed", "all"), metavar="STATUS", help=text)
    parser.add_argument("--dry-run", action="store_true", help="send nothing, count")


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """How many events."""
    if (arguments.event is None) == (arguments.since is None):
        raise UsageProblem("give one event with --event, or a time with --since")
    if arguments.event is not None and (arguments.until or arguments.status or arguments.dry_run):
        raise UsageProblem("--until, --status and --dry-run go with --since")
    body = {
        "event_id": arguments.event,
        "since": arguments.since,
        "until": arguments.until,
        "status": arguments.status,
        "dry_run": arguments.dry_run or None,
    }
    answer = api_of(arguments, tools).post(f"{path_of(arguments.name)}/replay", body)
    show_pairs(arguments, answer, answer)
    return OK
