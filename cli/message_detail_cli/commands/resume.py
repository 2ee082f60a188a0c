"""`message-detail resume`: ends an account's cool-down."""

from __future__ import annotations

import argparse

from message_detail_cli.api import api_of
from message_detail_cli.errors import OK
from message_detail_cli.options import add_account, add_provider
from message_detail_cli.output import show_pairs
from message_detail_cli.tools import Tools


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_provider(parser)
    add_account(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """How the account stands afterwards."""
    answer = api_of(arguments, tools).post(f"/v1/providers/{arguments.provider}/resume", {"account": arguments.account})
    show_pairs(arguments, answer, answer)
    return OK
