"""What a shell is told when it asks how a command line may go on (argcomplete's protocol)."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Final

from message_detail_cli import registry
from message_detail_cli.errors import WrongArguments

ASKED: Final = "_ARGCOMPLETE"
_LINE: Final = "COMP_LINE"


def path_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The command that is being typed; none while its name is not complete."""
    try:
        return registry.chosen(environ.get(_LINE, "").split()[1:])
    except WrongArguments:
        return ()


def complete(tree: argparse.ArgumentParser) -> None:
    """Answers the shell, and ends the process."""
    import argcomplete
    from argcomplete.completers import ChoicesCompleter

    argcomplete.autocomplete(tree, default_completer=ChoicesCompleter({}))  # of what may be anything: nothing


def offer(action: argparse.Action, words: Sequence[str]) -> None:
    """Makes these words what an argument is completed to, also after a comma."""

    def completer(prefix: str, **_: object) -> list[str]:
        before = prefix[: prefix.rfind(",") + 1]
        return [before + word for word in words]

    action.completer = completer  # type: ignore[attr-defined]  # argcomplete's way


def offer_files(action: argparse.Action) -> None:
    """Makes an argument be completed to names of files."""

    def completer(prefix: str, **_: object) -> list[str]:
        from argcomplete.completers import FilesCompleter

        return list(FilesCompleter()(prefix))

    action.completer = completer  # type: ignore[attr-defined]  # argcomplete's way
