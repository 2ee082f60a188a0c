"""`message-detail keys create`: makes an API key."""

from __future__ import annotations

import argparse
import re
import secrets
from typing import Final

from message_detail.domain.scopes import SCOPES
from message_detail.services.callers import key_hash
from message_detail_cli.errors import OK, CliError
from message_detail_cli.key_file import Entries, update
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


def run(arguments: argparse.Namespace, _tools: Tools) -> int:
    """The key alone goes to stdout, so that a shell can catch it."""
    key = secrets.token_urlsafe(KEY_BYTES)
    entry = {"id": arguments.id, "sha256": key_hash(key), "scopes": arguments.scopes}

    def added(entries: Entries) -> Entries:
        if any(known.get("id") == arguments.id for known in entries):
            raise CliError(f"there is a key {arguments.id!r} already: revoke it, or choose another --id")
        return [*entries, entry]

    cloud = cloud_of(arguments)
    update(cloud, added)
    if arguments.json:
        say_json({"id": arguments.id, "scopes": arguments.scopes, "key": key})
    else:
        say(key)
    note(f"key {arguments.id!r} ({', '.join(arguments.scopes)}) is good within a minute; it is shown only this once")
    return OK


def _key_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise argparse.ArgumentTypeError("give 1 to 64 of the characters A-Z a-z 0-9 . _ @ -")
    return text


def _scopes(text: str) -> list[str]:
    given = [scope.strip() for scope in text.split(",")]
    if not set(given) <= set(SCOPES):
        raise argparse.ArgumentTypeError(f"give one or more of {','.join(SCOPES)}")
    return [scope for scope in SCOPES if scope in given]
