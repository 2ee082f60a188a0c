"""`message-detail endpoints check`: whether an endpoint's settings can be used and its address be called."""

from __future__ import annotations

import argparse
import time
from typing import Final

from message_detail.adapters.pinned_address import NotDialled, pin
from message_detail_cli.endpoint_secrets import add_name, build_endpoint, stored
from message_detail_cli.errors import OK, REFUSED, CliError, UsageProblem
from message_detail_cli.output import say, say_json
from message_detail_cli.tools import Tools, cloud_of

MORE: Final = (
    "Reads the secret, resolves the host and checks its addresses as a delivery does. Sends nothing: "
    "message-detail endpoints test does."
)
SECONDS: Final = 10.0


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_name(parser)


def run(arguments: argparse.Namespace, _tools: Tools) -> int:
    """The exit code says whether it may be called."""
    try:
        endpoint = build_endpoint(arguments.name, stored(cloud_of(arguments), arguments.name))
    except UsageProblem as error:
        raise CliError(str(error)) from None
    problem = None
    try:
        pin(endpoint, time.monotonic() + SECONDS)
    except NotDialled as error:
        problem = str(error)
    if arguments.json:
        say_json({"name": endpoint.name, "host": endpoint.host, "usable": problem is None, "reason": problem})
    else:
        say(f"{endpoint.name}: {problem or 'ok'} ({endpoint.host})")
    return OK if problem is None else REFUSED
