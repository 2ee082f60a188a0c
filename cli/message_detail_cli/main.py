"""The entry point of `message-detail`: options in, exit code out (0 done, 1 the service said no, 2 wrong usage)."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from message_detail.domain.errors import MessageDetailError
from message_detail.version import __version__
from message_detail_cli import registry
from message_detail_cli.completing import ASKED, complete, path_of
from message_detail_cli.errors import INTERRUPTED, OK, REFUSED, CliError, WrongArguments
from message_detail_cli.options import Parser, Subcommands, add_deployment
from message_detail_cli.output import clean, note
from message_detail_cli.profiles import settle
from message_detail_cli.registry import Entry
from message_detail_cli.tools import Tools

PROGRAM = "message-detail"


def parse(words: Sequence[str]) -> argparse.Namespace:
    """What a command line asks for: `run`, `label` and the values of its options. SystemExit after a help."""
    path = registry.chosen(words)
    entry = registry.entry(path)
    if entry is None:  # a help is asked for, or a name lacks
        return tree(path).parse_args(words)
    alone = Parser(prog=" ".join((PROGRAM, *path)), description=_description(entry, path))
    _add_options(alone, entry, path)
    return alone.parse_intermixed_args(words[len(path) :])  # options may stand between arguments of any number


def tree(path: Sequence[str]) -> Parser:
    """All commands, of which the one at the path has its options."""
    top = Parser(
        prog=PROGRAM,
        description="Messages, accounts and API keys of a deployment of message-detail.",
        epilog="Exit codes: 0 done, 1 the service said no, 2 wrong usage.",
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    _add_all(_subcommands(top), registry.COMMANDS, (), tuple(path))
    return top


def main(argv: Sequence[str] | None = None, tools: Tools | None = None) -> int:
    """Runs a command line; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that can't show a character is no failure
    words = sys.argv[1:] if argv is None else argv
    if ASKED in os.environ:
        complete(tree(path_of(os.environ)))
    try:
        return _run(words, tools or Tools())
    except BrokenPipeError:  # `| head` has seen enough; nothing more may be written, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _add_all(commands: Subcommands, entries: Sequence[Entry], group: tuple[str, ...], path: tuple[str, ...]) -> None:
    for entry in entries:
        here = (*group, entry.name)
        made = commands.add_parser(entry.name, help=entry.text, description=_sentence(entry))
        if entry.commands:
            _add_all(_subcommands(made), entry.commands, here, path)
        elif here == path:
            _add_options(made, entry, here)


def _sentence(entry: Entry) -> str:
    return f"{entry.text[0].upper()}{entry.text[1:]}."


def _description(entry: Entry, path: Sequence[str]) -> str:
    return f"{_sentence(entry)} {getattr(registry.module(path), 'MORE', '')}".strip()


def _add_options(made: argparse.ArgumentParser, entry: Entry, path: Sequence[str]) -> None:
    module = registry.module(path)
    made.set_defaults(run=module.run, label=made.prog)
    if hasattr(module, "options"):
        module.options(made)
    made.add_argument("--json", action="store_true", help="print JSON")
    if entry.deployed:
        add_deployment(made, api=entry.api)


def _subcommands(made: argparse.ArgumentParser) -> Subcommands:
    return made.add_subparsers(title="commands", metavar="COMMAND", required=True)


def _run(words: Sequence[str], tools: Tools) -> int:
    label = PROGRAM
    try:
        arguments = parse(words)
        label = arguments.label
        if "profile" in arguments:  # else it is about no deployment
            settle(arguments, tools.environ)
        code: int = arguments.run(arguments, tools)
        sys.stdout.flush()
    except SystemExit as end:  # argparse has said what it had to
        return end.code if isinstance(end.code, int) else OK
    except WrongArguments as error:
        note(f"{label}: {clean(error)} (see {label} --help)")
        return error.exit_code
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
