"""`message-detail lookup`: the essentials of messages."""

from __future__ import annotations

import argparse

from message_detail_cli.api import Api, api_of
from message_detail_cli.errors import OK
from message_detail_cli.message_names import MessageName, add_messages, each_message, message_of
from message_detail_cli.messages_shown import essentials
from message_detail_cli.options import add_max_age
from message_detail_cli.output import say, show_pairs
from message_detail_cli.tools import Tools
from message_detail_cli.watching import Look, add_watch, watched


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_messages(parser)
    add_max_age(parser)
    add_watch(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """The essentials of each message, or with --json all of it."""
    api = api_of(arguments, tools)
    if arguments.watch:
        return _watch(arguments, api, message_of(arguments, tools), tools)

    def show(name: MessageName) -> None:
        message = _found(arguments, api, name)
        show_pairs(arguments, message, essentials(message))

    return each_message(arguments, tools, show, apart=True)


def _found(arguments: argparse.Namespace, api: Api, name: MessageName) -> dict[str, object]:
    found: dict[str, object] = api.get(name.path, {"account": name.account, "max_age": arguments.max_age})
    return found


def _watch(arguments: argparse.Namespace, api: Api, name: MessageName, tools: Tools) -> int:
    def look() -> Look:
        message = _found(arguments, api, name)
        essence = {key: value for key, value in message.items() if key != "provenance"}
        return Look(message, essence, message.get("final") is True)

    for number, message in enumerate(watched(look, tools)):
        if number:
            say("")
        show_pairs(arguments, message, essentials(message))
    return OK
