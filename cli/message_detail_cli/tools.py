"""What commands need from outside, so that tests can put something else in its place."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from getpass import getpass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    from message_detail.adapters.aws.table import Table
    from message_detail_cli.cloud import Cloud


@dataclass(frozen=True, slots=True)
class Tools:
    """environ: the environment. transport: replaces the network for httpx. sleep: in seconds. stdin: reads it whole.

    attended: whether somebody sits at a terminal; ask, ask_secret: what they answer, the latter without an echo.
    """

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep
    stdin: Callable[[], bytes] = lambda: sys.stdin.buffer.read()
    attended: Callable[[], bool] = lambda: sys.stdin.isatty() and sys.stderr.isatty()
    ask: Callable[[str], str] = field(default_factory=lambda: _asked)
    ask_secret: Callable[[str], str] = getpass


def _asked(text: str) -> str:
    """A line of the terminal; the question goes to stderr, out of the way of results."""
    print(text, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().rstrip("\n")


Command = Callable[[argparse.Namespace, Tools], int]
"""A subcommand: returns the exit code."""


def cloud_of(arguments: argparse.Namespace) -> Cloud:
    """The stack that the options name."""
    # AWS's packages take a third of a second to import, and a call of the API by its address needs none of them.
    from message_detail_cli.cloud import Cloud

    return Cloud(arguments.stack, arguments.region)


def table_of(cloud: Cloud) -> Table:
    """The stack's table; CliError when there is no such stack."""
    from message_detail.adapters.aws.table import Table

    return Table(cloud.client("dynamodb"), cloud.output("TableName"))
