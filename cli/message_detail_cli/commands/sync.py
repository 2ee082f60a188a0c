"""`message-detail sync`: walks a provider's list of messages, or shows how far that is."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from message_detail_cli.api import Api, api_of
from message_detail_cli.errors import OK, CliError, WrongArguments
from message_detail_cli.moments import HELP, instant
from message_detail_cli.options import add_account, add_provider
from message_detail_cli.output import clean, note, show_pairs, state
from message_detail_cli.polling import polled
from message_detail_cli.tools import Tools

POLL_SECONDS: Final = 2.0
PROGRESS: Final = ("state", "pages", "seen", "new", "changed", "skipped", "total", "reason")


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_provider(parser)
    add_account(parser)
    parser.add_argument("--since", type=instant, metavar="TIME", help=f"such as {HELP}")
    parser.add_argument("--until", type=instant, metavar="TIME")
    parser.add_argument("--wait", action="store_true", help="until it is done")
    text = "start none, show the progress of this one"
    parser.add_argument("--id", dest="sync_id", metavar="SYNC_ID", help=text)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """Starts a sync, or looks at one; with --wait goes on until it has ended."""
    if arguments.sync_id and (arguments.since or arguments.until or arguments.account):
        raise WrongArguments("--id is of a sync that is there: leave out --account, --since and --until")
    api = api_of(arguments, tools)
    base = f"/v1/providers/{arguments.provider}/sync"
    sync_id = arguments.sync_id
    if sync_id is None:
        body = {name: getattr(arguments, name) for name in ("account", "since", "until")}
        sync_id = str(api.post(base, body).get("sync_id"))
        if not arguments.wait:
            show_pairs(arguments, {"sync_id": sync_id}, {"sync_id": sync_id})
            return OK
        note(f"sync {sync_id}")  # for --id, should the waiting be broken off
    path = f"{base}/{quote(sync_id, safe='')}"
    progress = _ended(api, path, tools) if arguments.wait else api.get(path)
    answer = {"sync_id": sync_id, **progress}
    shown = {name: state(answer.get(name)) if name == "state" else answer.get(name) for name in ("sync_id", *PROGRESS)}
    show_pairs(arguments, answer, shown)
    if progress.get("state") == "failed":
        raise CliError(f"the sync failed: {clean(progress.get('reason')) or 'no reason is known'}")
    return OK


def _ended(api: Api, path: str, tools: Tools) -> Mapping[str, Any]:
    """The progress once the sync is done or failed; what is new meanwhile goes to stderr."""
    shown = ""
    progress: Mapping[str, Any] = {}
    for progress in polled(lambda: api.get(path), tools, POLL_SECONDS):
        if progress.get("state") != "running":
            break
        line = _line(progress)
        if line != shown:
            note(line)
            shown = line
    return progress


def _line(progress: Mapping[str, Any]) -> str:
    seen, total = int(progress.get("seen") or 0), int(progress.get("total") or 0)
    share = f" of {total} ({min(100, 100 * seen // total)} %)" if total else ""
    return f"pages {progress.get('pages')}, seen {seen}{share}, new {progress.get('new')}"
