"""Every command: its name and its line in the help. How one is added stands in the package's docstring."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Final

from message_detail_cli.errors import WrongArguments

_PACKAGE: Final = "message_detail_cli.commands"


@dataclass(frozen=True, slots=True)
class Entry:
    """A command, or with `commands` a group of such. `api`: it calls the API, and takes the options for that;
    `deployed`: it is about a deployment, and takes the options that say which."""

    name: str
    text: str
    api: bool = True
    deployed: bool = True
    commands: tuple[Entry, ...] = ()


COMMANDS: Final[tuple[Entry, ...]] = (
    Entry("lookup", "look a message up"),
    Entry("explain", "say what happened to a message, and what to do"),
    Entry("timeline", "show the statuses that a message has had"),
    Entry("trace", "follow a message: webhooks, tries and statuses as they came"),
    Entry("raw", "show what the provider last answered, as JSON, secrets blanked"),
    Entry("search", "find stored messages by what you know of them"),
    Entry("list", "list stored messages, newest first"),
    Entry("export", "write stored messages to a file: JSON lines, CSV or Parquet"),
    Entry("stats", "count messages: what was delivered, how fast, what failed, what it cost"),
    Entry("refresh", "have messages fetched anew, through the queue"),
    Entry("sync", "walk a provider's list of messages and store each"),
    Entry("syncs", "show the latest syncs and how far each is"),
    Entry("dead", "show the dead letters and why they died; they stay where they are"),
    Entry("redrive", "move dead letters back to the queue and say why they had died"),
    Entry("erase", "erase one person's messages: shows what there is, asks, and follows it to its end"),
    Entry("resume", "end an account's cool-down: the provider is called again at once"),
    Entry("status", "show how the deployment fares, on one screen; the exit code is 1 where somebody has to look"),
    Entry("providers", "show the providers and how their accounts fare"),
    Entry("drift", "show what providers answer that the tables don't know"),
    Entry(
        "accounts",
        "credentials and settings of accounts at providers",
        commands=(
            Entry("put", "store an account's settings", api=False),
            Entry("list", "list the accounts that are stored", api=False),
            Entry("check", "try an account's credentials", api=False),
            Entry("example", "show what an account of a provider holds", api=False, deployed=False),
            Entry("webhook", "make a secret for an account's webhooks and show what to paste where"),
            Entry("remove", "remove an account", api=False),
        ),
    ),
    Entry("webhooks", "what providers send", commands=(Entry("send", "try the whole way of a webhook"),)),
    Entry(
        "endpoints",
        "receivers that changes go out to",
        commands=(
            Entry("put", "store an endpoint's settings", api=False),
            Entry("list", "show the endpoints and how they fare"),
            Entry("check", "check an endpoint's settings, and whether its address may be called", api=False),
            Entry("test", "send an endpoint an event by which to try it"),
            Entry("rotate", "give an endpoint another signing secret", api=False),
            Entry("pause", "send an endpoint nothing until it is resumed"),
            Entry("resume", "send to an endpoint again, what waited first"),
            Entry("deliveries", "show what was sent to an endpoint"),
            Entry("replay", "send events to an endpoint once more"),
        ),
    ),
    Entry(
        "keys",
        "API keys",
        commands=(
            Entry("create", "make an API key and print it, this once", api=False),
            Entry("list", "list the keys' names and scopes", api=False),
            Entry("revoke", "take a key back", api=False),
        ),
    ),
    Entry("mcp", "serve tools for AI assistants, on standard input and output"),
    Entry("completion", "print the script by which a shell completes what is typed", api=False, deployed=False),
)
"""In the order of the help: messages, the work on them, the deployment."""


def chosen(words: Sequence[str], entries: Sequence[Entry] = COMMANDS) -> tuple[str, ...]:
    """The names with which a command line begins: a command's, or a group's and its command's, where they are given.

    WrongArguments for a name that is none, with those that come near it.
    """
    if not words or words[0].startswith("-"):
        return ()
    for entry in entries:
        if entry.name == words[0]:
            return (entry.name, *chosen(words[1:], entry.commands)) if entry.commands else (entry.name,)
    raise WrongArguments(
        f"there is no command {words[0][:64]!r}{did_you_mean(words[0], [entry.name for entry in entries])}"
    )


def entry(path: Sequence[str]) -> Entry | None:
    """The command at a path; None for a group, and for none."""
    found, entries = None, COMMANDS
    for name in path:
        found = next(one for one in entries if one.name == name)
        entries = found.commands
    return found if found is not None and not found.commands else None


def module(path: Sequence[str]) -> ModuleType:
    """The module of a command."""
    return import_module(".".join((_PACKAGE, *path)).replace("-", "_"))


def every(entries: Sequence[Entry] = COMMANDS, group: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The names of every command."""
    for entry in entries:
        path = (*group, entry.name)
        yield from every(entry.commands, path) if entry.commands else (path,)


def did_you_mean(word: str, names: Sequence[str]) -> str:
    """The end of a sentence on a word that is none of the names: those that come near it."""
    near = difflib.get_close_matches(word[:64].lower(), names, n=3, cutoff=0.6)
    return f": did you mean {' or '.join(near)}?" if near else ""
