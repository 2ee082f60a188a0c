"""`message-detail endpoints rotate`: gives an endpoint another signing secret."""

from __future__ import annotations

import argparse
from typing import Final

from message_detail.domain.events_out.endpoint import MAX_SECRETS
from message_detail_cli.endpoint_secrets import (
    CACHED,
    SHOWN_ONCE,
    add_name,
    build_endpoint,
    new_secret,
    put,
    stored,
)
from message_detail_cli.errors import OK, CliError
from message_detail_cli.output import note, say, say_json
from message_detail_cli.tools import Tools, cloud_of

MORE: Final = (
    "Adds a secret, with which deliveries are signed besides the present ones, and prints it, this once. Once the "
    "receiver has it, --finish leaves the newest one alone."
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_name(parser)
    parser.add_argument("--finish", action="store_true", help="drop all secrets but the newest")


def run(arguments: argparse.Namespace, _tools: Tools) -> int:
    """The newest stands first."""
    cloud = cloud_of(arguments)
    values = stored(cloud, arguments.name)
    before = [one for one in values.get("secrets") or () if isinstance(one, str)]
    made = None if arguments.finish else new_secret()
    kept = before[:1] if made is None else [made, *before]
    if len(kept) > MAX_SECRETS:
        raise CliError(f"the endpoint has {len(before)} secrets: rotate --finish drops all but the newest")
    values = {**values, "secrets": kept}
    build_endpoint(arguments.name, values)
    put(cloud, arguments.name, values)
    if arguments.json:
        say_json({"secrets": len(kept), "signing_secret": made})
    elif made is None:
        say(f"signed with 1 secret, {max(0, len(before) - 1)} dropped")
    else:
        say(f"signing secret {made}")
    if made is not None:
        note(SHOWN_ONCE)
    note(CACHED)
    return OK
