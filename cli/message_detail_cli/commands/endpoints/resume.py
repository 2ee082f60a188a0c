"""`message-detail endpoints resume`: sends to an endpoint again, and what waited first."""

from __future__ import annotations

import argparse

from message_detail_cli.api import api_of
from message_detail_cli.endpoint_secrets import add_name, path_of
from message_detail_cli.errors import OK
from message_detail_cli.output import show_pairs
from message_detail_cli.tools import Tools


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_name(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """What the API says of it."""
    answer = api_of(arguments, tools).post(f"{path_of(arguments.name)}/resume", {})
    show_pairs(arguments, answer, answer)
    return OK
