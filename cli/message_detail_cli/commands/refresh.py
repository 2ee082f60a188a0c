"""`message-detail refresh`: has messages fetched anew, through the queue."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from message_detail_cli import limits
from message_detail_cli.api import api_of
from message_detail_cli.errors import OK
from message_detail_cli.message_names import MessageName, add_messages, messages_of
from message_detail_cli.output import say, say_json
from message_detail_cli.tools import Tools


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_messages(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """In as many calls as it takes: a call is about one account."""
    api = api_of(arguments, tools)
    accepted = 0
    for (provider, account), ids in _by_account(messages_of(arguments, tools)).items():
        for start in range(0, len(ids), limits.REFRESH):
            body = {"account": account, "message_ids": ids[start : start + limits.REFRESH]}
            accepted += int(api.post(f"/v1/messages/{provider}/refresh", body).get("accepted", 0))
    if arguments.json:
        say_json({"accepted": accepted})
    else:
        say(f"accepted {accepted}")
    return OK


def _by_account(names: Iterable[MessageName]) -> dict[tuple[str, str | None], list[str]]:
    found: dict[tuple[str, str | None], list[str]] = {}
    for name in names:
        found.setdefault((name.provider, name.account), []).append(name.id)
    return found
