"""The entry point of `message-detail`: options in, exit code out (0 done, 1 the service said no, 2 wrong usage)."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from message_detail.domain.errors import MessageDetailError
from message_detail.version import __version__
from message_detail_cli import accounts, explain, keys, messages, operations
from message_detail_cli.errors import INTERRUPTED, OK, REFUSED, CliError
from message_detail_cli.options import Parser
from message_detail_cli.output import clean, note
from message_detail_cli.tools import Command, Tools


def parser() -> Parser:
    """The command and its subcommands."""
    top = Parser(
        prog="message-detail",
        description="Accounts, API keys and messages of a deployment of message-detail.",
        epilog="Exit codes: 0 done, 1 the service said no, 2 wrong usage.",
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, text, add in (
        ("accounts", "credentials and settings of accounts at providers", accounts.add),
        ("keys", "API keys", keys.add),
    ):
        group = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        add(group.add_subparsers(title="commands", metavar="COMMAND", required=True))
    messages.add(commands)
    explain.add(commands)
    operations.add(commands)
    return top


def main(argv: Sequence[str] | None = None, tools: Tools | None = None) -> int:
    """Runs a command line; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that can't show a character is no failure
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else OK
    try:
        return _run(arguments.run, arguments.label, arguments, tools or Tools())
    except BrokenPipeError:  # `| head` has seen enough; nothing more may be written, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _run(run: Command, label: str, arguments: argparse.Namespace, tools: Tools) -> int:
    try:
        code = run(arguments, tools)
        sys.stdout.flush()
    except CliError as error:
        note(f"{label}: {clean(error)}")
        return error.exit_code
    except MessageDetailError as error:
        note(f"{label}: {clean(f'{error.code}: {error.detail}')}")
        return REFUSED
    except KeyboardInterrupt:
        note(f"{label}: stopped")
        return INTERRUPTED
    return code
