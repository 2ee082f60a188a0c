"""`message-detail accounts list`: the accounts that are stored."""

from __future__ import annotations

import argparse
from typing import Final

from message_detail_cli.account_secrets import names
from message_detail_cli.errors import OK
from message_detail_cli.options import add_provider
from message_detail_cli.output import add_table, show_table
from message_detail_cli.tools import Tools, cloud_of

MORE: Final = "Names only."


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_provider(parser, optional=True)
    add_table(parser)


def run(arguments: argparse.Namespace, _tools: Tools) -> int:
    """Names only."""
    found = sorted(names(cloud_of(arguments), arguments.provider))
    answer = [{"provider": provider, "account": account} for provider, account in found]
    none = f"no account is stored under {arguments.stack}/: message-detail accounts put stores one"
    show_table(arguments, answer, ("provider", "account"), found, none)
    return OK
