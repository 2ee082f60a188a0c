"""An endpoint's settings: read from a file, checked, and stored as a secret by whoever may write secrets."""

from __future__ import annotations

import argparse
import base64
import json
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from message_detail.adapters.aws.endpoints import FOLDER
from message_detail.domain.errors import EndpointUnusable
from message_detail.domain.events_out.endpoint import NAME, Endpoint, build
from message_detail.domain.webhook_secrets import STANDARD_PREFIX
from message_detail_cli.account_file import read_file
from message_detail_cli.account_secrets import store
from message_detail_cli.cloud import MAX_SECRET_BYTES, Cloud
from message_detail_cli.errors import CliError, UsageProblem
from message_detail_cli.tools import Tools

CACHED: Final = "functions go on with the settings that they know for up to a minute"
SHOWN_ONCE: Final = "give the secret to the receiver: it is not shown again"
KEY_BYTES: Final = 32


def add_name(parser: argparse.ArgumentParser) -> None:
    """The argument NAME."""
    parser.add_argument("name", metavar="NAME", type=_name, help="the endpoint's name")


def path_of(name: str) -> str:
    """An endpoint's path in the API."""
    return f"/v1/endpoints/{quote(name, safe='')}"


def read_settings(file: str, name: str, tools: Tools) -> dict[str, Any]:
    """The settings in a file: one object, or one of the `[[endpoints]]` of a file made for `make run`."""
    values = read_file(file, tools)
    if isinstance(values, dict) and isinstance(values.get("endpoints"), list):
        found = [table for table in values["endpoints"] if isinstance(table, dict) and table.get("name") == name]
        if len(found) != 1:
            raise UsageProblem(f"{file}: holds {'no endpoint' if not found else 'more than one endpoint'} {name!r}")
        values = found[0]
    if not isinstance(values, dict):
        raise UsageProblem(f"{file}: must hold one JSON object: the endpoint's settings")
    if values.get("name", name) != name:
        raise UsageProblem(f"{file}: its 'name' is not {name!r}, which you named")
    return {key: value for key, value in values.items() if key != "name"}


def build_endpoint(name: str, values: Mapping[str, Any]) -> Endpoint:
    """The endpoint; UsageProblem names the keys that are wrong."""
    try:
        return build(name, values)
    except EndpointUnusable as error:
        raise UsageProblem(error.detail) from None


def stored(cloud: Cloud, name: str) -> dict[str, Any]:
    """The settings as they are stored; CliError where there are none."""
    found = cloud.secret(f"{FOLDER}/{name}")
    if found is None:
        raise CliError(f"there is no secret {secret_of(cloud, name)}: make it with message-detail endpoints put {name}")
    return found[0]


def put(cloud: Cloud, name: str, values: Mapping[str, Any]) -> bool:
    """Stores an endpoint's settings; whether the secret was created."""
    text = json.dumps(values)
    if len(text) > MAX_SECRET_BYTES:
        raise UsageProblem(f"a secret holds at most {MAX_SECRET_BYTES} bytes")
    return store(cloud, secret_of(cloud, name), text, f"Endpoint {name} for events")


def secret_of(cloud: Cloud, name: str) -> str:
    """The name of an endpoint's secret."""
    return f"{cloud.stack}/{FOLDER}/{name}"


def new_secret() -> str:
    """A secret of Standard Webhooks."""
    return STANDARD_PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise argparse.ArgumentTypeError("an endpoint's name is 1 to 64 of the characters A-Z a-z 0-9 . _ -")
    return text
