"""`message-detail keys revoke`: takes a key back."""

from __future__ import annotations

import argparse

from message_detail_cli.errors import OK, CliError
from message_detail_cli.key_file import Entries, update
from message_detail_cli.output import note, say, say_json
from message_detail_cli.tools import Tools, cloud_of


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    parser.add_argument("id", metavar="ID", help="the name of the key")


def run(arguments: argparse.Namespace, _tools: Tools) -> int:
    """The API forgets a key within six minutes: one that the function, five that API Gateway remembers it."""

    def without(entries: Entries) -> Entries:
        left = [known for known in entries if known.get("id") != arguments.id]
        if len(left) == len(entries):
            raise CliError(f"there is no key {arguments.id!r}: message-detail keys list shows them")
        return left

    update(cloud_of(arguments), without)
    if arguments.json:
        say_json({"id": arguments.id, "revoked": True})
    else:
        say(f"revoked {arguments.id}")
    note("calls with it are refused within six minutes: the API remembers for so long what it knew of the key")
    return OK
