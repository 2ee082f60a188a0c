"""The option --watch: shows a message again each time that it has changed, until its status is final."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from message_detail_cli.errors import CliError
from message_detail_cli.polling import polled
from message_detail_cli.tools import Tools

SECONDS: Final = 5.0
MOST_MINUTES: Final = 60


class Look(NamedTuple):
    """What the API answers, what of it makes a change, and whether the message's status is final."""

    answer: Any
    essence: Any
    final: bool


def add_watch(parser: argparse.ArgumentParser) -> None:
    """The option."""
    text = f"of one message: show it again whenever it has changed, until it is final, {MOST_MINUTES} minutes at most"
    parser.add_argument("--watch", action="store_true", help=text)


def watched(look: Callable[[], Look], tools: Tools) -> Iterator[Any]:
    """The answers that differ from the one before; CliError where it takes too long."""
    before = None
    for number, seen in enumerate(polled(look, tools, SECONDS)):
        if number == 0 or seen.essence != before:
            yield seen.answer
        before = seen.essence
        if seen.final:
            return
        if number * SECONDS >= MOST_MINUTES * 60:
            raise CliError(f"not final after {MOST_MINUTES} minutes: watch it again later")
