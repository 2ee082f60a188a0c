"""How a command fails: one line for stderr and an exit code."""

from __future__ import annotations

from typing import ClassVar, Final

OK: Final = 0
REFUSED: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130
"""128 + SIGINT, as shells have it."""


class CliError(Exception):
    """The service, or the way to it, said no. The text says what to do and holds no secret."""

    exit_code: ClassVar[int] = REFUSED


class UsageProblem(CliError):
    """Something that the caller gave, or left out, can't be used."""

    exit_code = USAGE


class WrongArguments(UsageProblem):
    """The command line can't be right: the line ends with where its help is."""
