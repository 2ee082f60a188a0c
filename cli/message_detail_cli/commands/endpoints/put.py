"""`message-detail endpoints put`: stores an endpoint's settings."""

from __future__ import annotations

import argparse
from typing import Final

from message_detail_cli.endpoint_secrets import (
    CACHED,
    SHOWN_ONCE,
    add_name,
    build_endpoint,
    new_secret,
    put,
    read_settings,
    secret_of,
)
from message_detail_cli.errors import OK, UsageProblem
from message_detail_cli.output import note, say, say_json
from message_detail_cli.tools import Tools, cloud_of

MORE: Final = (
    "Creates or replaces the secret STACK/endpoint/NAME, once the settings are found to be usable. Where they have no "
    "'secrets', one is made and printed, this once."
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_name(parser)
    text = "JSON, or TOML by its ending (.toml; also an [[endpoints]] file); - is JSON on standard input"
    parser.add_argument("--file", metavar="FILE", help=text)
    parser.add_argument("--url", metavar="URL", help="instead of a file: the address, with all else as by default")


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """Stores what was found to be usable."""
    if (arguments.file is None) == (arguments.url is None):
        raise UsageProblem("give the settings with --file, or the address with --url")
    name = arguments.name
    values = {"url": arguments.url} if arguments.url else read_settings(arguments.file, name, tools)
    made = new_secret() if "secrets" not in values else None
    values = {**values, "secrets": [made]} if made is not None else values
    build_endpoint(name, values)
    cloud = cloud_of(arguments)
    created = put(cloud, name, values)
    if arguments.json:
        say_json({"secret": secret_of(cloud, name), "created": created, "signing_secret": made})
    else:
        say(f"{'created' if created else 'updated'} {secret_of(cloud, name)}")
        if made is not None:
            say(f"signing secret {made}")
    if made is not None:
        note(SHOWN_ONCE)
    if not created:
        note(CACHED)
    return OK
