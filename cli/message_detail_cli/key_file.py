"""The API keys of a stack, of which only hashes are kept, in the secret `{stack}/api-keys`."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any, Final

from message_detail_cli.cloud import AwsRefused, Cloud
from message_detail_cli.errors import CliError
from message_detail_cli.output import note

SECRET: Final = "api-keys"  # noqa: S105  # the secret's name
TRIES: Final = 5
STAGE: Final = "message-detail-next"
"""The label of a version that is written and not yet current."""

Entries = list[dict[str, Any]]


def update(cloud: Cloud, change: Callable[[Entries], Entries]) -> None:
    """Reads, changes and writes the keys; anew where somebody else has written meanwhile, so that nothing gets lost."""
    for _ in range(TRIES):
        entries, rest, version = read(cloud)
        text = json.dumps({**rest, "keys": change(entries)}, ensure_ascii=False)
        if _create(cloud, text) if version is None else _replace(cloud, text, version):
            return
        note("the keys were changed by somebody else meanwhile; reading them anew")
    raise CliError("the keys are being changed by others all the time: try again in a moment")


def read(cloud: Cloud) -> tuple[Entries, dict[str, Any], str | None]:
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
