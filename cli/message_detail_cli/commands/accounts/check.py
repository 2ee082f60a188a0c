"""`message-detail accounts check`: tries an account's credentials."""

from __future__ import annotations

import argparse
from typing import Final

from message_detail_cli.account_secrets import stored
from message_detail_cli.findings import found, report
from message_detail_cli.options import add_account_names, id_of_provider
from message_detail_cli.output import say_json
from message_detail_cli.probe import Probe
from message_detail_cli.tools import Tools, cloud_of, table_of

MORE: Final = "Asks the provider for a message that can't exist: message_not_found means that the credentials work."


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_account_names(parser)
    text = "ask for this message instead of one that can't exist"
    parser.add_argument("--message", type=id_of_provider, metavar="ID", help=text)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """Tries the credentials as they are stored."""
    cloud = cloud_of(arguments)
    account = stored(cloud, arguments.provider, arguments.account)
    finding = Probe(table_of(cloud), tools.transport).check(account, arguments.message)
    if arguments.json:
        say_json(found(account, finding))
    return report(account, finding, silent=arguments.json)
