"""`message-detail keys create`: makes an API key."""

from __future__ import annotations

import argparse
import re
import secrets
from typing import Any, Final

from message_detail.domain.reach import Reach
from message_detail.domain.scopes import SCOPES
from message_detail.domain.times import canonical
from message_detail.providers import names
from message_detail.services.callers import key_hash
from message_detail_cli.errors import OK, CliError, UsageProblem
from message_detail_cli.key_file import Entries, update
from message_detail_cli.moments import deadline, now
from message_detail_cli.options import account_name, provider_name
from message_detail_cli.output import note, say, say_json
from message_detail_cli.tools import Tools, cloud_of

KEY_BYTES: Final = 32
_ID: Final = re.compile(r"[A-Za-z0-9._@-]{1,64}")


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    parser.add_argument("--id", required=True, type=_key_id, metavar="NAME", help="a name for the key, shown in logs")
    parser.add_argument(
        "--scopes", required=True, type=_scopes, metavar=",".join(SCOPES), help="what the key may do, by commas"
    )
    text = "when the key ends: in 12h or 90d, on 2027-01-31 (default: never)"
    parser.add_argument("--expires", type=deadline, metavar="WHEN", help=text)
    text = "the providers that the key is for, by commas (default: all)"
    parser.add_argument("--providers", type=_providers, metavar="PROVIDER,…", help=text)
    text = "the accounts that the key is for, as provider:account, by commas (default: all)"
    parser.add_argument("--accounts", type=_accounts, metavar="PROVIDER:ACCOUNT,…", help=text)


def run(arguments: argparse.Namespace, _tools: Tools) -> int:
    """The key alone goes to stdout, so that a shell can catch it."""
    key = secrets.token_urlsafe(KEY_BYTES)
    entry = {"id": arguments.id, "sha256": key_hash(key), "scopes": arguments.scopes, **_limits(arguments)}

    def added(entries: Entries) -> Entries:
        if any(known.get("id") == arguments.id for known in entries):
            raise CliError(f"there is a key {arguments.id!r} already: revoke it, or choose another --id")
        return [*entries, entry]

    cloud = cloud_of(arguments)
    update(cloud, added)
    if arguments.json:
        say_json({**{name: value for name, value in entry.items() if name != "sha256"}, "key": key})
    else:
        say(key)
    note(f"key {arguments.id!r} ({', '.join(arguments.scopes)}) is good within a minute; it is shown only this once")
    return OK


def _limits(arguments: argparse.Namespace) -> dict[str, Any]:
    """What is stored of a key besides: when it was made, and what it is limited to."""
    named, accounts = arguments.providers, arguments.accounts
    reach = Reach.of(named or (), accounts or ())
    if named and accounts and not all(reach.includes(*account.split(":", 1)) for account in accounts):
        raise UsageProblem("--accounts: each has to be of one of the --providers")
    limits = {"expires_at": arguments.expires, "providers": named, "accounts": accounts}
    return {"created_at": canonical(now()), **{name: value for name, value in limits.items() if value}}


def _providers(text: str) -> list[str]:
    return sorted({provider_name(name.strip()) for name in text.split(",")})


def _accounts(text: str) -> list[str]:
    return sorted({_account(name.strip()) for name in text.split(",")})


def _account(text: str) -> str:
    provider, colon, account = text.partition(":")
    if not colon:
        raise argparse.ArgumentTypeError(f"{text[:64]!r} is no account: write it as {names()[0]}:default")
    return f"{provider_name(provider)}:{account_name(account)}"


def _key_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise argparse.ArgumentTypeError("give 1 to 64 of the characters A-Z a-z 0-9 . _ @ -")
    return text


def _scopes(text: str) -> list[str]:
    given = [scope.strip() for scope in text.split(",")]
    if not set(given) <= set(SCOPES):
        raise argparse.ArgumentTypeError(f"give one or more of {','.join(SCOPES)}")
    return [scope for scope in SCOPES if scope in given]
