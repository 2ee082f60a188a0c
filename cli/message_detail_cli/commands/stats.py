"""`message-detail stats`: what was delivered, how fast, what failed, what it cost: counts of stored messages."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, Final

from message_detail import providers
from message_detail.domain.statistics.days import is_day
from message_detail_cli.api import Api, api_of
from message_detail_cli.completing import offer
from message_detail_cli.errors import OK, CliError, UsageProblem
from message_detail_cli.options import account_name, provider_name
from message_detail_cli.output import add_table, note, show_table, wants_json
from message_detail_cli.polling import polled
from message_detail_cli.tools import Tools

MORE: Final = "Days are in UTC; without --from the last seven."
PATH: Final = "/v1/stats"
DIMENSIONS: Final = ("day", "provider", "account", "channel", "direction", "country")
COUNTS: Final = ("messages", "delivered", "rate", "between", "failed", "undecided", "p50", "p95", "cost")
POLL_SECONDS: Final = 2.0
MOST_POLLS: Final = 300
"""Ten minutes."""


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    parser.add_argument("--from", dest="first", type=day, metavar="DAY", help="the first day, like 2026-11-01")
    parser.add_argument("--to", dest="last", type=day, metavar="DAY", help="the last day, included (default: today)")
    action = parser.add_argument("--provider", type=provider_name, metavar="NAME", help="messages of this provider")
    offer(action, providers.names())
    parser.add_argument("--account", type=account_name, metavar="NAME", help="of this account; with --provider")
    parser.add_argument("--channel", metavar="NAME", help="of this channel, such as sms")
    parser.add_argument("--direction", metavar="NAME", help="inbound, outbound …")
    parser.add_argument("--country", metavar="CODE", help="to or from numbers of this country, such as AU")
    text = f"a row for each of these, joined by commas: {', '.join(DIMENSIONS)} (default: day,provider)"
    parser.add_argument("--by", type=groups, default="day,provider", metavar="NAMES", help=text)
    text = "have the days (--from, --to) counted anew first, and wait for it; needs a key with the scope admin"
    parser.add_argument("--recount", action="store_true", help=text)
    add_table(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """A line per row; with --json the API's answer."""
    api = api_of(arguments, tools)
    if arguments.recount:
        _recount(api, arguments, tools)
    answer = api.get(PATH, _query(arguments))
    grouped = [name for name in DIMENSIONS if name in arguments.by.split(",")]
    rows = [_row(row, grouped) for row in answer.get("rows") or ()]
    show_table(arguments, answer, (*grouped, *COUNTS), rows, "nothing was counted in these days")
    if not wants_json(arguments):
        _tell(answer)
    return OK


def day(text: str) -> str:
    """A day."""
    if not is_day(text):
        raise argparse.ArgumentTypeError("give a day like 2026-11-01")
    return text


def groups(text: str) -> str:
    """What rows are grouped by."""
    words = [word.strip() for word in text.split(",")]
    if not set(words) <= set(DIMENSIONS):
        raise argparse.ArgumentTypeError(f"give some of {', '.join(DIMENSIONS)}, joined by commas")
    return ",".join(words)


def _query(arguments: argparse.Namespace) -> dict[str, Any]:
    names = ("provider", "account", "channel", "direction", "country")
    given = {name: getattr(arguments, name) for name in names}
    return {"from": arguments.first, "to": arguments.last, **given, "group_by": arguments.by}


def _recount(api: Api, arguments: argparse.Namespace, tools: Tools) -> None:
    if not arguments.first or not arguments.last:
        raise UsageProblem("--recount: goes with --from and --to")
    body = {"from": arguments.first, "to": arguments.last}
    days = api.post(f"{PATH}/recount", body).get("days") or ()
    note(f"counting {len(days)} days anew …")
    for polls, answer in enumerate(polled(lambda: api.get(PATH, body), tools, POLL_SECONDS), 1):
        if not answer.get("counting"):
            return
        if polls >= MOST_POLLS:
            raise CliError("the days are still being counted: ask again in a while, without --recount")


def _tell(answer: Mapping[str, Any]) -> None:
    """What is to be known of the counts."""
    if answer.get("as_of"):
        note(f"as of {answer['as_of']}")
    if answer.get("counting"):
        note("some of these days are being counted: ask again in a moment")
    if open_days := answer.get("open_days"):
        note(f"{len(open_days)} of the days are still open: their messages may change")


def _row(row: Mapping[str, Any], grouped: list[str]) -> list[Any]:
    seconds = row.get("seconds_to_delivered") or {}
    cost = [f"{one.get('amount')} {one.get('unit') or ''}".strip() for one in row.get("cost") or ()]
    return [
        *(row.get(name) for name in grouped),
        row.get("messages"),
        row.get("delivered"),
        _percent(row.get("delivery_rate")) or row.get("no_rate"),
        " to ".join(map(_percent, row.get("delivery_rate_interval") or ())),
        row.get("failed"),
        row.get("undecided"),
        _seconds(seconds.get("p50")),
        _seconds(seconds.get("p95")),
        ", ".join(cost),
    ]


def _percent(rate: str | None) -> str:
    return f"{float(rate) * 100:.1f} %" if rate is not None else ""


def _seconds(seconds: float | None) -> str:
    return f"{seconds:.3g} s" if seconds is not None else ""
