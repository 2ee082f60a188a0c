"""`message-detail redrive`, `resume`, `sync`, `providers` and `drift`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from message_detail_cli.api import Api, ApiRefused, api_of
from message_detail_cli.errors import OK, CliError, UsageProblem
from message_detail_cli.options import Subcommands, add_account, add_provider, instant, limit, subcommand
from message_detail_cli.output import clean, note, pairs, say, say_json, table
from message_detail_cli.tools import Tools

POLL_SECONDS: Final = 2.0
BAD_POLLS: Final = 10
"""So many polls in a row may find the API unavailable."""
PROGRESS: Final = ("state", "pages", "seen", "new", "changed", "total", "error")
DRIFT: Final = ("provider", "path", "problem", "count", "last_seen", "sample")


def add(commands: Subcommands) -> None:
    """The subcommands."""
    text = "move dead letters back to the queue and say why they had died"
    parser = subcommand(commands, "redrive", redrive, text, api=True)
    add_provider(parser)
    add_account(parser, without="those of all accounts")
    parser.add_argument("--limit", type=limit, metavar="N", help="how many at most, up to 1000 (default: 100)")

    text = "end an account's cool-down: the provider is called again at once"
    parser = subcommand(commands, "resume", resume, text, api=True)
    add_provider(parser)
    add_account(parser)

    text = "walk a provider's list of messages and store each"
    parser = subcommand(commands, "sync", sync, text, api=True)
    add_provider(parser)
    add_account(parser)
    parser.add_argument("--since", type=instant, metavar="TIME", help="such as 2026-06-01T00:00:00Z")
    parser.add_argument("--until", type=instant, metavar="TIME")
    parser.add_argument("--wait", action="store_true", help="until it is done")
    text = "start none, show the progress of this one"
    parser.add_argument("--id", dest="sync_id", metavar="SYNC_ID", help=text)

    subcommand(commands, "providers", show_providers, "show the providers and how their accounts fare", api=True)
    subcommand(commands, "drift", drift, "show what providers answer that the tables don't know", api=True)


def redrive(arguments: argparse.Namespace, tools: Tools) -> int:
    """How many, and the reasons with their counts."""
    body = {"account": arguments.account, "limit": arguments.limit}
    answer = api_of(arguments, tools).post(f"/v1/providers/{arguments.provider}/redrive", body)
    if arguments.json:
        say_json(answer)
        return OK
    say(f"moved {answer.get('moved', 0)}")
    reasons = answer.get("reasons") or {}
    if reasons:
        say(table(("reason", "count"), sorted(reasons.items(), key=lambda item: (-item[1], item[0]))))
    return OK


def resume(arguments: argparse.Namespace, tools: Tools) -> int:
    """How the account stands afterwards."""
    body = {"account": arguments.account}
    answer = api_of(arguments, tools).post(f"/v1/providers/{arguments.provider}/resume", body)
    if arguments.json:
        say_json(answer)
    else:
        say(pairs(answer))
    return OK


def sync(arguments: argparse.Namespace, tools: Tools) -> int:
    """Starts a sync, or looks at one; with --wait goes on until it has ended."""
    if arguments.sync_id and (arguments.since or arguments.until or arguments.account):
        raise UsageProblem("--id is of a sync that is there: leave out --account, --since and --until")
    api = api_of(arguments, tools)
    base = f"/v1/providers/{arguments.provider}/sync"
    sync_id = arguments.sync_id
    if sync_id is None:
        body = {name: getattr(arguments, name) for name in ("account", "since", "until")}
        sync_id = str(api.post(base, body).get("sync_id"))
        if not arguments.wait:
            _say(arguments, {"sync_id": sync_id})
            return OK
        note(f"sync {sync_id}")  # for --id, should the waiting be broken off
    path = f"{base}/{quote(sync_id, safe='')}"
    progress = _ended(api, path, tools) if arguments.wait else api.get(path)
    _say(arguments, {"sync_id": sync_id, **progress})
    if progress.get("state") == "failed":
        raise CliError(f"the sync failed: {clean(progress.get('error')) or 'no reason is known'}")
    return OK


def _ended(api: Api, path: str, tools: Tools) -> Mapping[str, Any]:
    """The progress once the sync is done or failed; what is new meanwhile goes to stderr."""
    shown, bad = "", 0
    while True:
        try:
            progress: Mapping[str, Any] = api.get(path)
            bad = 0
        except ApiRefused as error:
            bad += 1
            if not error.passes or bad > BAD_POLLS:
                raise
        else:
            if progress.get("state") != "running":
                return progress
            line = f"pages {progress.get('pages')}, seen {progress.get('seen')}, new {progress.get('new')}"
            if line != shown:
                note(line)
                shown = line
        tools.sleep(POLL_SECONDS)


def _say(arguments: argparse.Namespace, values: Mapping[str, Any]) -> None:
    if arguments.json:
        say_json(values)
    else:
        say(pairs({name: values.get(name) for name in ("sync_id", *PROGRESS)}))


def show_providers(arguments: argparse.Namespace, tools: Tools) -> int:
    """A line for each account that has been used, and one for each provider without any."""
    answer = api_of(arguments, tools).get("/v1/providers")
    if arguments.json:
        say_json(answer)
        return OK
    rows = [
        (item.get("provider"), *_account(account), item.get("dead_letters_last_day"), item.get("drift_last_day"))
        for item in answer.get("items", ())
        for account in item.get("accounts") or ({"account": "-", "state": item.get("state")},)
    ]
    head = ("provider", "account", "state", "last success", "last error", "code", "dead (day)", "drift (day)")
    say(table(head, rows))
    return OK


def _account(account: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(account.get(name) for name in ("account", "state", "last_success", "last_error", "last_error_code"))


def drift(arguments: argparse.Namespace, tools: Tools) -> int:
    """Most frequent first."""
    answer = api_of(arguments, tools).get("/v1/drift")
    items = sorted(answer.get("items", ()), key=lambda item: -item.get("count", 0))
    if arguments.json:
        say_json(answer)
    elif items:
        say(table(DRIFT, [[item.get(name) for name in DRIFT] for item in items]))
    else:
        note("no drift: the providers answer what the tables know")
    return OK
