"""`message-detail erase`: shows what is stored of a person, asks, erases it, and says how that ends."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from message_detail_cli.api import Api, api_of
from message_detail_cli.errors import OK, REFUSED, CliError, UsageProblem, WrongArguments
from message_detail_cli.options import account_name, count_of_messages, provider_name
from message_detail_cli.output import clean, note, pairs, show_pairs, state, time
from message_detail_cli.polling import polled
from message_detail_cli.tools import Tools

PATH: Final = "/v1/erase"
POLL_SECONDS: Final = 1.0
PROGRESS: Final = ("erase_id", "state", "messages", "erased", "left", "reason", "asked_at", "ended_at")
YES: Final = ("y", "yes")


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    text = "the person's number or e-mail address, in any spelling"
    parser.add_argument("address", nargs="?", metavar="ADDRESS", help=text)
    text = "instead of an address: the id that a provider gives the person"
    parser.add_argument("--contact-id", metavar="CONTACT_ID", help=text)
    text = "whose id that is, where several know one"
    parser.add_argument("--provider", type=provider_name, metavar="PROVIDER", help=text)
    parser.add_argument("--account", type=account_name, metavar="NAME", help="likewise; with --provider only")
    text = "instead of an address: whole ids of messages, PROVIDER:ACCOUNT:ID"
    parser.add_argument("--messages", nargs="+", metavar="MESSAGE_ID", help=text)
    text = "begin none, show how far this one is, and follow it to its end"
    parser.add_argument("--id", dest="erase_id", metavar="ERASE_ID", help=text)
    parser.add_argument("--dry-run", action="store_true", help="only show what would be erased")
    text = "how many messages there must be; needed with --yes for more than 100"
    parser.add_argument("--expected", type=count_of_messages, metavar="N", help=text)
    parser.add_argument("--yes", action="store_true", help="don't ask")


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """Looks, asks, erases and waits; 1 where nothing was erased, or not all."""
    whom = _whom(arguments)
    if arguments.erase_id is None and not (arguments.dry_run or arguments.yes or tools.attended()):
        raise UsageProblem("nobody can be asked here: look with --dry-run, then add --yes (and --expected N)")
    api = api_of(arguments, tools)
    if arguments.erase_id is not None:
        return _follow(arguments, api, arguments.erase_id, tools)
    found = api.post(PATH, {**whom, "dry_run": True})
    _check(arguments.expected, found)
    if arguments.dry_run:
        show_pairs(arguments, found, _shown(found))
        return OK
    note(pairs(_shown(found)))
    if not arguments.yes and not _agrees(found, tools):
        note("nothing is erased")
        return REFUSED
    expected = arguments.expected if arguments.yes else found.get("messages")
    erase_id = str(api.post(PATH, {**whom, "expected": expected}).get("erase_id"))
    note(f"erasure {erase_id}")  # for --id, should the waiting be broken off
    return _follow(arguments, api, erase_id, tools)


def _whom(arguments: argparse.Namespace) -> dict[str, Any]:
    """Whose messages are meant, as the API takes it."""
    given: Sequence[Any] = (arguments.address, arguments.contact_id, arguments.messages, arguments.erase_id)
    if sum(one is not None for one in given) != 1:
        raise WrongArguments("give one of ADDRESS, --contact-id, --messages and --id")
    if (arguments.provider or arguments.account) and (arguments.contact_id is None or not arguments.provider):
        raise WrongArguments("--provider and --account go with --contact-id, an account with its provider")
    return {
        "address": arguments.address,
        "contact_id": arguments.contact_id,
        "message_ids": arguments.messages,
        "provider": arguments.provider,
        "account": arguments.account,
    }


def _check(expected: int | None, found: Mapping[str, Any]) -> None:
    if expected is not None and expected != found.get("messages"):
        raise CliError(f"{found.get('messages')} messages are found, not the {expected} that are expected")


def _shown(found: Mapping[str, Any]) -> dict[str, Any]:
    """What there is, for people: how many messages of whom, and what is not found."""
    by_provider = found.get("by_provider") or {}
    return {
        "messages": found.get("messages"),
        "of": [f"{provider}: {count}" for provider, count in by_provider.items()],
        "spellings": found.get("spellings"),
        "contact ids": found.get("contact_ids"),
        "not covered": found.get("not_covered"),
    }


def _agrees(found: Mapping[str, Any], tools: Tools) -> bool:
    return tools.ask(f"erase these {found.get('messages')} messages for good? [y/N] ").strip().lower() in YES


def _follow(arguments: argparse.Namespace, api: Api, erase_id: str, tools: Tools) -> int:
    """Until the erasure is over; what is new meanwhile goes to stderr."""
    shown = ""
    progress: Mapping[str, Any] = {}
    for progress in polled(lambda: api.get(f"{PATH}/{quote(erase_id, safe='')}"), tools, POLL_SECONDS):
        line = f"erased {progress.get('erased')}, left {progress.get('left')}"
        if progress.get("state") != "running":
            break
        if line != shown:
            note(line)
            shown = line
    show_pairs(arguments, progress, {name: _marked(name, progress.get(name)) for name in PROGRESS})
    if progress.get("state") == "failed":
        raise CliError(f"the erasure failed ({clean(progress.get('reason'))}): mend that, and ask for it again")
    return OK


def _marked(name: str, value: Any) -> Any:
    return state(value) if name == "state" else time(value) if name.endswith("_at") else value
