"""`message-detail timeline`: the statuses that messages have had."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, Final

from message_detail_cli.api import Api, api_of
from message_detail_cli.errors import OK
from message_detail_cli.message_names import MessageName, add_messages, each_message, message_of
from message_detail_cli.output import add_table, say, show_table, state, time
from message_detail_cli.tools import Tools
from message_detail_cli.watching import Look, add_watch, watched

EVENT: Final = ("occurred_at", "status", "status_native", "observed_at", "via", "epoch", "confirmed_at")


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_messages(parser)
    add_watch(parser)
    add_table(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """Oldest first."""
    api = api_of(arguments, tools)
    if arguments.watch:
        return _watch(arguments, api, message_of(arguments, tools), tools)

    def show(name: MessageName) -> None:
        _show(arguments, _found(api, name))

    return each_message(arguments, tools, show, apart=True)


def _found(api: Api, name: MessageName) -> Mapping[str, Any]:
    found: Mapping[str, Any] = api.get(name.path + "/timeline", {"account": name.account})
    return found


def _watch(arguments: argparse.Namespace, api: Api, name: MessageName, tools: Tools) -> int:
    def look() -> Look:
        message = api.get(name.path, {"account": name.account})
        events = _found(api, name)
        return Look(events, events.get("items"), message.get("final") is True)

    for number, events in enumerate(watched(look, tools)):
        if number:
            say("")
        _show(arguments, events)
    return OK


def _show(arguments: argparse.Namespace, answer: Mapping[str, Any]) -> None:
    rows = [_row(event) for event in answer.get("items", ())]
    show_table(arguments, answer, EVENT, rows, "nothing is known of its statuses")


def _row(event: Mapping[str, Any]) -> list[Any]:
    values = {name: time(value) if name.endswith("_at") else value for name, value in event.items()}
    return [{**values, "status": state(event.get("status"))}.get(name) for name in EVENT]
