"""`message-detail raw`: what the provider last answered about messages."""

from __future__ import annotations

import argparse

from message_detail_cli.api import api_of
from message_detail_cli.message_names import MessageName, add_messages, each_message
from message_detail_cli.output import say_json
from message_detail_cli.tools import Tools


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_messages(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """The documents; with --json the answers around them, too."""
    api = api_of(arguments, tools)

    def show(name: MessageName) -> None:
        answer = api.get(name.path + "/raw", {"account": name.account})
        say_json(answer if arguments.json else answer.get("document"))

    return each_message(arguments, tools, show)
