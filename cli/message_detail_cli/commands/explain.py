"""`message-detail explain`: what happened to a message, to be read in a terminal."""

from __future__ import annotations

import argparse
import shutil
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

from message_detail_cli.api import api_of
from message_detail_cli.message_names import MessageName, add_messages, each_message
from message_detail_cli.options import add_max_age
from message_detail_cli.output import clean, say, say_json
from message_detail_cli.tools import Tools

WIDEST: Final = 96
"""Columns of a text, in a terminal that has as many."""
NARROWEST: Final = 40
INDENT: Final = "  "
AGAIN: Final = {"no": "No.", "yes": "Yes.", "later": "Later.", "unknown": "That is not known."}


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_messages(parser)
    add_max_age(parser)


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """The sentence first, then what to do, then how we know."""
    api = api_of(arguments, tools)

    def show(name: MessageName) -> None:
        query = {"account": name.account, "max_age": arguments.max_age}
        explanation = api.get(name.path + "/explanation", query)
        if arguments.json:
            say_json(explanation)
        else:
            say("\n".join(_lines(explanation)))

    return each_message(arguments, tools, show, apart=True)


def _lines(explanation: Mapping[str, Any]) -> Iterator[str]:
    yield _wrapped(clean(explanation.get("sentence")))
    yield ""
    labelled = dict(_labelled(explanation))
    width = max(map(len, labelled)) + len(INDENT)
    for label, text in labelled.items():
        yield _wrapped(text, label.ljust(width))
    evidence = [one for one in explanation.get("because") or () if isinstance(one, Mapping)]
    if evidence:
        yield from ("", "How we know, the newest first:")
    for one in evidence:
        words = map(clean, (one.get("at"), one.get("status"), one.get("status_native")))
        yield INDENT + INDENT.join(filter(None, words))
        yield _wrapped(clean(one.get("text")), 2 * INDENT)


def _wrapped(text: str, label: str = "") -> str:
    """A text after its label, in as many lines as it takes, which stand below each other."""
    width = max(NARROWEST, min(WIDEST, shutil.get_terminal_size((WIDEST, 0)).columns))
    return textwrap.fill(text, width, initial_indent=label, subsequent_indent=" " * len(label), break_on_hyphens=False)


def _labelled(explanation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What has something to say, by its label."""
    failure = explanation.get("failure") or {}
    look = explanation.get("next") or {}
    again = clean(explanation.get("try_again"))
    yield "answer", clean(explanation.get("answer")).replace("_", " ")
    if text := clean(failure.get("text")):
        yield "why", text
    words = " ".join(filter(None, (clean(failure.get("native_code")), clean(failure.get("message")))))
    if words:
        yield "in its words", words
    yield "send again?", " ".join(filter(None, (AGAIN.get(again, again), clean(explanation.get("advice")))))
    yield "next look", clean(look.get("text")) or "None: nobody looks any more."
    yield "as of", f"{clean(explanation.get('as_of'))} ({clean(explanation.get('freshness'))})"
