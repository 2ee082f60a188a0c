"""`message-detail lookup`: the essentials of a message."""

from __future__ import annotations

import argparse

from message_detail_cli.api import api_of, message_path
from message_detail_cli.errors import OK
from message_detail_cli.messages_shown import essentials
from message_detail_cli.options import add_max_age, add_message
from message_detail_cli.output import show_pairs
from message_detail_cli.tools import Tools


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_message(parser)
    add_max_age(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """The message: the essentials, or with --json all of it."""
    query = {"account": arguments.account, "max_age": arguments.max_age}
    message = api_of(arguments, tools).get(message_path(arguments.provider, arguments.id), query)
    show_pairs(arguments, message, essentials(message))
    return OK
