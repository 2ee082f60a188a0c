"""`message-detail raw`: what the provider last answered about a message."""

from __future__ import annotations

import argparse

from message_detail_cli.api import api_of, message_path
from message_detail_cli.errors import OK
from message_detail_cli.options import add_message
from message_detail_cli.output import say_json
from message_detail_cli.tools import Tools


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_message(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """The document; with --json the answer around it, too."""
    path = message_path(arguments.provider, arguments.id) + "/raw"
    answer = api_of(arguments, tools).get(path, {"account": arguments.account})
    say_json(answer if arguments.json else answer.get("document"))
    return OK
