"""Options that several subcommands have, and how their values are read."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from typing import Any, Final, NoReturn, TypeVar

from message_detail import providers
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.message_ids import check_message_id
from message_detail.providers.base.account import ACCOUNT_NAME, DEFAULT_ACCOUNT
from message_detail_cli import limits
from message_detail_cli.completing import offer
from message_detail_cli.environment import (
    API_VARIABLE,
    CONFIG_FILE,
    DEFAULT_STACK,
    KEY_VARIABLE,
    PROFILE_VARIABLE,
    STACK_VARIABLE,
)
from message_detail_cli.errors import USAGE, WrongArguments
from message_detail_cli.registry import did_you_mean

Read = TypeVar("Read")
_STACK: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; options are written out in full."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **arguments})

    def error(self, message: str) -> NoReturn:
        """The line, and the exit code for a wrong usage."""
        print(f"{self.prog}: {message} (see {self.prog} --help)", file=sys.stderr)
        sys.exit(USAGE)


Subcommands = Any
"""What `add_subparsers` returns; argparse keeps its type to itself."""


def add_deployment(parser: argparse.ArgumentParser, *, api: bool) -> None:
    """The options that say which deployment is meant; `api`: also those for calls of its API."""
    group = parser.add_argument_group("which deployment")
    text = f"a profile of the file {CONFIG_FILE}; default: {PROFILE_VARIABLE}, else the file's own"
    group.add_argument("--profile", metavar="NAME", help=text)
    text = f"default: {STACK_VARIABLE}, else {DEFAULT_STACK}"
    group.add_argument("--stack", type=stack_name, metavar="NAME", help=text)
    group.add_argument("--region", metavar="REGION", help="AWS region; default: that of the AWS settings")
    if api:
        text = f"address of the API; default: {API_VARIABLE}, else asked of the stack"
        group.add_argument("--api", metavar="URL", help=text)
        text = f"API key; better in {KEY_VARIABLE}, where no list of processes shows it"
        group.add_argument("--key", metavar="KEY", help=text)


def add_provider(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    """The argument PROVIDER."""
    text = f"one of {', '.join(providers.names())}"
    many = "?" if optional else None
    action = parser.add_argument("provider", metavar="PROVIDER", type=provider_name, nargs=many, help=text)
    offer(action, providers.names())


def add_account(parser: argparse.ArgumentParser, without: str = DEFAULT_ACCOUNT) -> None:
    """The option --account; what is meant without it."""
    parser.add_argument("--account", type=account_name, metavar="NAME", help=f"default: {without}")


def add_account_names(parser: argparse.ArgumentParser) -> None:
    """The arguments PROVIDER and ACCOUNT."""
    add_provider(parser)
    parser.add_argument("account", metavar="ACCOUNT", type=account_name, help="the account's name, such as default")


def add_max_age(parser: argparse.ArgumentParser) -> None:
    """The option --max-age."""
    text = "seconds that a stored copy may be old; 0 asks the provider (default: the API's, 60)"
    parser.add_argument("--max-age", type=max_age, metavar="SECONDS", help=text)


def provider_name(text: str) -> str:
    """A provider's name."""
    names = providers.names()
    if text not in names:
        near = did_you_mean(text, names) or f": give one of {', '.join(names)}"
        raise argparse.ArgumentTypeError(f"there is no provider {text[:64]!r}{near}")
    return text


def account_name(text: str) -> str:
    """An account's name."""
    if not ACCOUNT_NAME.fullmatch(text):
        raise argparse.ArgumentTypeError("an account's name is 1 to 64 of the characters A-Z a-z 0-9 . _ -")
    return text


def argument(read: Callable[[str], Read], text: str) -> Read:
    """A word that argparse leaves to the command, read as it would: WrongArguments where it can't be."""
    try:
        return read(text)
    except argparse.ArgumentTypeError as error:
        raise WrongArguments(str(error)) from None


def id_of_provider(text: str) -> str:
    """A provider's id of a message: any text that can be part of an address."""
    # An address drops segments of dots, so that another one would be called.
    try:
        check_message_id(text)
    except InvalidRequest as error:
        raise argparse.ArgumentTypeError(error.detail) from None
    if not text.strip("."):
        raise argparse.ArgumentTypeError("no message can have this id")
    return text


def max_age(text: str) -> int:
    """Seconds that a stored copy may be old."""
    return _number(text, 0, limits.MAX_AGE)


def search_text(text: str) -> str:
    """What is searched for."""
    if not text.strip() or len(text) > limits.TEXT:
        raise argparse.ArgumentTypeError(f"give a text of 1 to {limits.TEXT} characters")
    return text


def page_limit(text: str) -> int:
    """How many messages to show."""
    return _number(text, 1, limits.PAGE)


def limit(text: str) -> int:
    """How many dead letters to move."""
    return _number(text, 1, limits.REDRIVE)


def count_of_messages(text: str) -> int:
    """How many messages there must be."""
    return _number(text, 0, 999_999_999)


def number_up_to(most: int) -> Callable[[str], int]:
    """Reads a whole number from 1 on."""

    def read(text: str) -> int:
        return _number(text, 1, most)

    return read


def stack_name(text: str) -> str:
    """A stack's name."""
    if not _STACK.fullmatch(text):
        raise argparse.ArgumentTypeError("a stack's name is letters, digits and -, a letter first")
    return text


def _number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most):
        raise argparse.ArgumentTypeError(f"give a whole number from {least} to {most}")
    return int(text)
