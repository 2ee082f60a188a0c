"""`message-detail providers`: how the accounts fare."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from message_detail_cli.api import api_of
from message_detail_cli.errors import OK
from message_detail_cli.output import add_table, clean, note, show_table, state, time
from message_detail_cli.tools import Tools

HEAD: Final = (
    *("provider", "account", "state", "last success", "last error", "code"),
    *("last webhook", "webhooks (day)", "last refused", "why", "dead (day)", "drift (day)"),
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_table(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """A line for each account that has been used, and one for each provider without any."""
    answer = api_of(arguments, tools).get("/v1/providers")
    rows = [
        (item.get("provider"), *_account(account), item.get("dead_letters_last_day"), item.get("drift_last_day"))
        for item in answer.get("items", ())
        for account in item.get("accounts") or ({"account": "-", "state": item.get("state")},)
    ]
    show_table(arguments, answer, HEAD, rows, "this deployment knows no provider")
    for line in _troubles(answer.get("items", ())):
        note(line)
    return OK


def _troubles(items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong with accounts that don't work, in the words of the error."""
    for item in items:
        for account in item.get("accounts", ()):
            if account.get("state") != "ok" and account.get("last_error_detail"):
                yield f"{item.get('provider')} {account.get('account')}: {clean(account['last_error_detail'])}"


def _account(account: Mapping[str, Any]) -> tuple[Any, ...]:
    webhook = account.get("webhook") or {}
    return (
        account.get("account"),
        state(account.get("state")),
        time(account.get("last_success")),
        time(account.get("last_error")),
        account.get("last_error_code"),
        time(webhook.get("last_received")),
        webhook.get("received_last_day"),
        time(webhook.get("last_refused")),
        webhook.get("refused_reason"),
    )
