"""The filters of stored messages, as options: those of GET /v1/messages, which lists and exports share."""

from __future__ import annotations

import argparse
from typing import Any, Final

from message_detail import providers
from message_detail.domain.status import Outcome, Status
from message_detail_cli.completing import offer
from message_detail_cli.moments import HELP, instant
from message_detail_cli.options import account_name, provider_name, search_text
from message_detail_cli.registry import did_you_mean

_TEXTS: Final = {
    "address": "messages with a party of this number or e-mail address, in any spelling",
    "contact": "messages with a party that its provider knows by this id",
    "conversation": "messages of this conversation or thread",
    "reference": "messages with a reference of this value",
}
_NAMES: Final = (*_TEXTS, "provider", "account", "discrepancy", "status", "outcome", "since", "until")


def add_filters(parser: argparse.ArgumentParser) -> None:
    """The options; the API says which go together."""
    group = parser.add_argument_group("which messages")
    for name, text in _TEXTS.items():
        group.add_argument(f"--{name}", type=search_text, metavar="TEXT", help=text)
    action = group.add_argument("--provider", type=provider_name, metavar="NAME", help="messages of this provider")
    offer(action, providers.names())
    group.add_argument("--account", type=account_name, metavar="NAME", help="of this account; with --provider")
    text = "messages whose announced status the provider does not confirm"
    group.add_argument("--discrepancy", action="store_const", const="true", help=text)
    text = f"at one of these, joined by commas or given several times: {', '.join(Status)}"
    action = group.add_argument("--status", type=_statuses, action="extend", metavar="STATUS", help=text)
    offer(action, list(Status))
    text = f"of this one: {', '.join(Outcome)}"
    offer(group.add_argument("--outcome", type=_outcome, metavar="OUTCOME", help=text), list(Outcome))
    group.add_argument("--since", type=instant, metavar="TIME", help=f"from then on: {HELP}")
    group.add_argument("--until", type=instant, metavar="TIME", help="before then")


def filters_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """The options as parameters of the API; None where one was not given."""
    given = {name: getattr(arguments, name) for name in _NAMES}
    return {**given, "status": ",".join(given["status"]) if given["status"] else None}


def _statuses(text: str) -> list[str]:
    return [_one_of(list(Status), word, "status") for word in text.split(",")]


def _outcome(text: str) -> str:
    return _one_of(list(Outcome), text, "outcome")


def _one_of(known: list[Any], text: str, what: str) -> str:
    word = text.strip().lower()
    names = [str(one) for one in known]
    if word not in names:
        near = did_you_mean(word, names) or f": give one of {', '.join(names)}"
        raise argparse.ArgumentTypeError(f"there is no {what} {text[:64]!r}{near}")
    return word
