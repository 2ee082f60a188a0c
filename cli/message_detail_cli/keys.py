"""`message-detail keys`: the API keys, of which only hashes are kept, in the secret `{stack}/api-keys`."""

from __future__ import annotations

import argparse
import json
import re
import secrets
import uuid
from collections.abc import Callable
from typing import Any, Final

from message_detail.domain.scopes import SCOPES
from message_detail.services.callers import key_hash
from message_detail_cli.cloud import AwsRefused, Cloud
from message_detail_cli.errors import OK, CliError
from message_detail_cli.options import Subcommands, subcommand
from message_detail_cli.output import note, say, say_json, table
from message_detail_cli.tools import Tools, cloud_of

SECRET: Final = "api-keys"  # noqa: S105  # the secret's name
KEY_BYTES: Final = 32
TRIES: Final = 5
STAGE: Final = "message-detail-next"
"""The label of a version that is written and not yet current."""
_ID: Final = re.compile(r"[A-Za-z0-9._@-]{1,64}")

Entries = list[dict[str, Any]]


def add(commands: Subcommands) -> None:
    """The subcommands create, list and revoke."""
    parser = subcommand(commands, "create", create, "make an API key and print it, this once")
    parser.add_argument("--id", required=True, type=_key_id, metavar="NAME", help="a name for the key, shown in logs")
    parser.add_argument(
        "--scopes", required=True, type=_scopes, metavar=",".join(SCOPES), help="what the key may do, by commas"
    )
    subcommand(commands, "list", list_keys, "list the keys' names and scopes")
    parser = subcommand(commands, "revoke", revoke, "take a key back")
    parser.add_argument("id", metavar="ID", help="the name of the key")


def create(arguments: argparse.Namespace, _tools: Tools) -> int:
    """The key alone goes to stdout, so that a shell can catch it."""
    key = secrets.token_urlsafe(KEY_BYTES)
    entry = {"id": arguments.id, "sha256": key_hash(key), "scopes": arguments.scopes}

    def added(entries: Entries) -> Entries:
        if any(known.get("id") == arguments.id for known in entries):
            raise CliError(f"there is a key {arguments.id!r} already: revoke it, or choose another --id")
        return [*entries, entry]

    cloud = cloud_of(arguments)
    update(cloud, added)
    if arguments.json:
        say_json({"id": arguments.id, "scopes": arguments.scopes, "key": key})
    else:
        say(key)
    note(f"key {arguments.id!r} ({', '.join(arguments.scopes)}) is good within a minute; it is shown only this once")
    return OK


def list_keys(arguments: argparse.Namespace, _tools: Tools) -> int:
    """Names and scopes; no hash."""
    entries, _, _ = _read(cloud_of(arguments))
    found = [{"id": str(entry.get("id")), "scopes": list(entry.get("scopes") or ())} for entry in entries]
    if arguments.json:
        say_json(found)
    elif found:
        say(table(("id", "scopes"), [(entry["id"], ",".join(map(str, entry["scopes"]))) for entry in found]))
    else:
        note("no key is stored: message-detail keys create makes one")
    return OK


def revoke(arguments: argparse.Namespace, _tools: Tools) -> int:
    """The API forgets a key within six minutes: one that the function, five that API Gateway remembers it."""

    def without(entries: Entries) -> Entries:
        left = [known for known in entries if known.get("id") != arguments.id]
        if len(left) == len(entries):
            raise CliError(f"there is no key {arguments.id!r}: message-detail keys list shows them")
        return left

    update(cloud_of(arguments), without)
    if arguments.json:
        say_json({"id": arguments.id, "revoked": True})
    else:
        say(f"revoked {arguments.id}")
    note("calls with it are refused within six minutes: the API remembers for so long what it knew of the key")
    return OK


def update(cloud: Cloud, change: Callable[[Entries], Entries]) -> None:
    """Reads, changes and writes the keys; anew where somebody else has written meanwhile, so that nothing gets lost."""
    for _ in range(TRIES):
        entries, rest, version = _read(cloud)
        text = json.dumps({**rest, "keys": change(entries)}, ensure_ascii=False)
        if _create(cloud, text) if version is None else _replace(cloud, text, version):
            return
        note("the keys were changed by somebody else meanwhile; reading them anew")
    raise CliError("the keys are being changed by others all the time: try again in a moment")


def _read(cloud: Cloud) -> tuple[Entries, dict[str, Any], str | None]:
    """The entries, what else the secret holds, and its version, None when there is no such secret."""
    stored = cloud.secret(SECRET)
    if stored is None:
        return [], {}, None
    value, version = stored
    entries = value.get("keys", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CliError(f'the secret {cloud.stack}/{SECRET} is not {{"keys": [{{…}}]}}: mend it first')
    return entries, {key: item for key, item in value.items() if key != "keys"}, version


def _create(cloud: Cloud, text: str) -> bool:
    description = f"API keys of the stack {cloud.stack} of message-detail, as hashes"
    name = f"{cloud.stack}/{SECRET}"
    try:
        cloud.call("secretsmanager", "create_secret", Name=name, SecretString=text, Description=description)
    except AwsRefused as error:
        if error.code == "ResourceExistsException":
            return False
        raise
    return True


def _replace(cloud: Cloud, text: str, version: str) -> bool:
    """Whether the new version took the place of the one that was read.

    Secrets Manager has no conditional write, but a conditional move of a label: AWSCURRENT moves only from the
    version that is named. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
    """
    name, new = f"{cloud.stack}/{SECRET}", str(uuid.uuid4())
    cloud.call(
        "secretsmanager",
        "put_secret_value",
        SecretId=name,
        SecretString=text,
        ClientRequestToken=new,
        VersionStages=[STAGE],
    )
    try:
        cloud.call(
            "secretsmanager",
            "update_secret_version_stage",
            SecretId=name,
            VersionStage="AWSCURRENT",
            RemoveFromVersionId=version,
            MoveToVersionId=new,
        )
    except AwsRefused as error:
        # The version that was read is no longer current, or has been removed already.
        if error.code in ("InvalidParameterException", "ResourceNotFoundException"):
            return False
        raise
    return True


def _key_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise argparse.ArgumentTypeError("give 1 to 64 of the characters A-Z a-z 0-9 . _ @ -")
    return text


def _scopes(text: str) -> list[str]:
    given = [scope.strip() for scope in text.split(",")]
    if not set(given) <= set(SCOPES):
        raise argparse.ArgumentTypeError(f"give one or more of {','.join(SCOPES)}")
    return [scope for scope in SCOPES if scope in given]
