"""`message-detail trace`: what became of a message here, from the webhook to the status."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, Final

from message_detail_cli.api import api_of
from message_detail_cli.message_names import MessageName, add_messages, each_message
from message_detail_cli.output import add_table, show_table, state, time
from message_detail_cli.tools import Tools

TRACE: Final = ("at", "what", "via", "count", "detail")
MORE: Final = "Also of an id that never became a message: what was told of it in the last 7 days."


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_messages(parser)
    add_table(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """In the order in which it was learned."""
    api = api_of(arguments, tools)

    def show(name: MessageName) -> None:
        answer = api.get(name.path + "/timeline", {"account": name.account, "journal": "true"})
        rows = [_row(one) for one in answer.get("items") or ()]
        show_table(arguments, answer, TRACE, rows, "nothing is known of this message")

    return each_message(arguments, tools, show, apart=True)


def _row(one: Mapping[str, Any]) -> list[Any]:
    if "step" not in one:
        return [time(one.get("observed_at")), state(one.get("status")), one.get("via"), None, _confirmed(one)]
    return [time(one.get("at")), state(one.get("step")), one.get("via"), _count(one), _outcome(one)]


def _confirmed(status: Mapping[str, Any]) -> str:
    """What the provider calls a status, and whether it showed it itself."""
    native = status.get("status_native")
    return ", ".join(filter(None, (native, "confirmed" if status.get("confirmed") else "not confirmed")))


def _count(entry: Mapping[str, Any]) -> int | None:
    count = entry.get("count") or 1
    return count if count > 1 else None


def _outcome(entry: Mapping[str, Any]) -> str:
    """With what result, and until when it went on."""
    until = entry.get("last_at") if _count(entry) else None
    return ", ".join(filter(None, (entry.get("code"), f"last {until}" if until else None)))
