"""`message-detail keys list`: names and scopes."""

from __future__ import annotations

import argparse

from message_detail_cli.errors import OK
from message_detail_cli.key_file import read
from message_detail_cli.output import add_table, show_table
from message_detail_cli.tools import Tools, cloud_of


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_table(parser)


def run(arguments: argparse.Namespace, _tools: Tools) -> int:
    """Names and scopes; no hash."""
    entries, _, _ = read(cloud_of(arguments))
    found = [{"id": str(entry.get("id")), "scopes": list(entry.get("scopes") or ())} for entry in entries]
    rows = [(entry["id"], ",".join(map(str, entry["scopes"]))) for entry in found]
    show_table(arguments, found, ("id", "scopes"), rows, "no key is stored: message-detail keys create makes one")
    return OK
