"""Which messages a command line names: `cellcast ID …`, `cellcast:default:ID …`, or `-` for ids on standard input."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from message_detail import providers
from message_detail.domain.message_ids import message_id
from message_detail.providers.base.account import ACCOUNT_NAME, DEFAULT_ACCOUNT
from message_detail_cli.completing import offer
from message_detail_cli.errors import OK, CliError, UsageProblem, WrongArguments
from message_detail_cli.options import add_account, argument, id_of_provider, provider_name
from message_detail_cli.output import clean, note, say
from message_detail_cli.tools import Tools

STDIN: Final = "-"
MAX_BYTES: Final = 16_000_000
"""Of standard input: some hundred thousand ids."""
OF_PROVIDER: Final = f"one of {', '.join(providers.names())}; or a whole id, PROVIDER:ACCOUNT:ID"
OF_ID: Final = "the provider's ids of messages; - reads ids from standard input, one a line"


@dataclass(frozen=True, slots=True)
class MessageName:
    """A message: its provider, the account (None: the one that is meant without), the provider's id of it."""

    provider: str
    account: str | None
    id: str

    @property
    def path(self) -> str:
        """Its address below the API's; the id is percent-encoded whole."""
        return f"/v1/messages/{self.provider}/{quote(self.id, safe='')}"

    @property
    def whole(self) -> str:
        """Its whole id."""
        return message_id(self.provider, self.account or DEFAULT_ACCOUNT, self.id)


def add_messages(parser: argparse.ArgumentParser) -> None:
    """The arguments that name one or more messages, and the option --account."""
    offer(parser.add_argument("first", metavar="PROVIDER", help=OF_PROVIDER), providers.names())
    parser.add_argument("more", nargs="*", metavar="MESSAGE_ID", help=OF_ID)
    add_account(parser)


def message_of(arguments: argparse.Namespace, tools: Tools) -> MessageName:
    """The one message that a command line names; WrongArguments where it names more."""
    first, *more = messages_of(arguments, tools)
    if more:
        raise WrongArguments("name one message")
    return first


def messages_of(arguments: argparse.Namespace, tools: Tools) -> list[MessageName]:
    """The messages that a command line names, at least one."""
    words: Sequence[str] = (arguments.first, *arguments.more)
    provider = words[0] if words[0] in providers.names() else None
    given = words[1:] if provider else words
    if provider and not given:
        raise WrongArguments(f"give the id of a message of {provider}, or - for ids on standard input")
    if not provider and given[0] != STDIN and ":" not in given[0]:
        argument(provider_name, given[0])
    found = [_name(word, provider, arguments.account) for one in given for word in _spelt_out(one, tools)]
    if not found:
        raise UsageProblem("standard input holds no id")
    return found


def whole_name(word: str) -> MessageName:
    """The message of a whole id; WrongArguments where it is none."""
    return _name(word, None, None)


def each_message(
    arguments: argparse.Namespace, tools: Tools, act: Callable[[MessageName], None], *, apart: bool = False
) -> int:
    """Does something for each message that is named; the exit code. What fails for one of several is said, and the
    others have their turn. `apart`: with an empty line between what is printed of each."""
    names = messages_of(arguments, tools)
    code = OK
    for number, name in enumerate(names):
        if apart and number:
            say("")
        try:
            act(name)
        except CliError as error:
            if len(names) == 1:
                raise
            note(f"{arguments.label}: {clean(name.whole)}: {clean(error)}")
            code = max(code, error.exit_code)
    return code


def _spelt_out(word: str, tools: Tools) -> Iterator[str]:
    """A word of the command line, or in the place of `-` the lines of standard input."""
    if word != STDIN:
        yield word
        return
    content = tools.stdin()
    if len(content) > MAX_BYTES:
        raise UsageProblem(f"standard input has more than {MAX_BYTES} bytes: give fewer ids at a time")
    try:
        yield from filter(None, (line.strip() for line in content.decode("utf-8-sig").split("\n")))
    except UnicodeDecodeError:
        raise UsageProblem("standard input is not UTF-8 text") from None


def _name(word: str, provider: str | None, account: str | None) -> MessageName:
    owner, _, rest = word.partition(":")
    whose, _, given = rest.partition(":")
    if owner == (provider or owner) and owner in providers.names() and ACCOUNT_NAME.fullmatch(whose) and given:
        if account is not None and account != whose:
            raise WrongArguments(f"--account is {account}, and the id says {whose}: leave one of them out")
        return MessageName(owner, whose, argument(id_of_provider, given))
    if provider is None:
        raise WrongArguments(f"{word[:80]!r} is no whole id, which is PROVIDER:ACCOUNT:ID: name the provider before it")
    return MessageName(provider, account, argument(id_of_provider, word))
