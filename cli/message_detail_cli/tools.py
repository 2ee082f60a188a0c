"""What commands need from outside, so that tests can put something else in its place."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

from message_detail.adapters.aws.table import Table
from message_detail_cli.cloud import Cloud


@dataclass(frozen=True, slots=True)
class Tools:
    """environ: the environment. transport: replaces the network for httpx. sleep: in seconds. stdin: reads it whole."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep
    stdin: Callable[[], bytes] = lambda: sys.stdin.buffer.read()


Command = Callable[[argparse.Namespace, Tools], int]
"""A subcommand: returns the exit code."""


def cloud_of(arguments: argparse.Namespace) -> Cloud:
    """The stack that the options name."""
    return Cloud(arguments.stack, arguments.region)


def table_of(cloud: Cloud) -> Table:
    """The stack's table; CliError when there is no such stack."""
    return Table(cloud.client("dynamodb"), cloud.output("TableName"))
