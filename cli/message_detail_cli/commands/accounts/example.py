"""`message-detail accounts example`: what an account of a provider looks like."""

from __future__ import annotations

import argparse
from typing import Final

from message_detail import providers
from message_detail_cli.account_example import as_json, as_toml, example
from message_detail_cli.errors import OK, UsageProblem
from message_detail_cli.options import add_provider
from message_detail_cli.output import note, say
from message_detail_cli.tools import Tools

MORE: Final = (
    "Prints the settings as JSON for accounts put, or as a table of the file that make run ACCOUNTS= takes. "
    "The webhook secret in it is new and may be kept; what stands in angle brackets is to be replaced."
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_provider(parser)
    parser.add_argument("--toml", action="store_true", help="a table for the file of make run ACCOUNTS=")
    text = "which log-in, where the provider has several (default: 1)"
    parser.add_argument("--log-in", type=int, default=1, metavar="N", help=text)


def run(arguments: argparse.Namespace, _tools: Tools) -> int:
    """Nothing is asked of AWS or of the provider."""
    log_ins = providers.account_schema(arguments.provider).credentials
    if not 1 <= arguments.log_in <= len(log_ins):
        raise UsageProblem(f"--log-in: {arguments.provider} has {len(log_ins)}")
    values = example(arguments.provider, log_ins[arguments.log_in - 1])
    say(as_toml(arguments.provider, values) if arguments.toml and not arguments.json else as_json(values))
    for number, keys in enumerate(log_ins, start=1):
        if number != arguments.log_in:
            note(f"--log-in {number}: with {', '.join(keys)} instead")
    return OK
