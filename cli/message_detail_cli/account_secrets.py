"""An account's secret, and what is noted of it elsewhere: in the table, and in the directory of the vendor's ids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from message_detail import providers
from message_detail.adapters.aws.account_directory import UNITS, noted
from message_detail.adapters.aws.stats import announce
from message_detail.domain.errors import StorageError
from message_detail.providers.base.account import ACCOUNT_NAME, Account
from message_detail_cli.account_file import build_account
from message_detail_cli.cloud import MAX_SECRET_BYTES, AwsRefused, Cloud, explained
from message_detail_cli.errors import CliError, UsageProblem
from message_detail_cli.output import note
from message_detail_cli.tools import table_of

CACHED: Final = "functions that know the old settings go on with them for up to a minute"


def announce_account(cloud: Cloud, account: Account, values: Mapping[str, Any]) -> None:
    """Puts an account on the list of those that are known. An account may be stored before its stack is deployed, and
    becomes known by its first use then."""
    try:
        keys = providers.account_schema(account.provider)
        announce(table_of(cloud), account.provider, account.name, values, keys)
    except (CliError, StorageError):
        note(f"the table of the stack {cloud.stack!r} can't be written: the account is listed from its first use on")


def stored(cloud: Cloud, provider: str, name: str) -> Account:
    """The account as it is stored, or CliError."""
    stored = cloud.secret(f"{provider}/{name}")
    if stored is None:
        raise CliError(
            f"there is no secret {cloud.stack}/{provider}/{name}: "
            f"make it with message-detail accounts put {provider} {name}"
        )
    try:
        return build_account(provider, name, stored[0])
    except UsageProblem as error:
        raise CliError(str(error)) from None


def note_unit(cloud: Cloud, provider: str, account: str, values: Mapping[str, Any]) -> None:
    """Makes the intake find an account by the vendor's own id of it; without settings it is taken off the directory."""
    schema = providers.account_schema(provider)
    if schema.unit is None:
        return
    unit = schema.unit_of(values)
    stored = cloud.secret(f"{provider}/{UNITS}")
    before = stored[0] if stored is not None else {}
    after = noted(before, unit, account)
    if after != before:
        text = json.dumps(after)
        if len(text) > MAX_SECRET_BYTES:
            raise CliError(f"the directory of {provider} is full: name the account after its {unit!r}, it needs none")
        title = f"Which accounts of {providers.provider_title(provider)} have which unit of the vendor's"
        store(cloud, f"{cloud.stack}/{provider}/{UNITS}", text, title)


def store(cloud: Cloud, secret: str, text: str, what: str) -> bool:
    """Whether the secret was created; else it was there and has a new version."""
    try:
        cloud.call("secretsmanager", "put_secret_value", SecretId=secret, SecretString=text)
    except AwsRefused as error:
        if error.code != "ResourceNotFoundException":
            raise
    else:
        return False
    description = f"{what}, for the stack {cloud.stack} of message-detail"
    cloud.call("secretsmanager", "create_secret", Name=secret, SecretString=text, Description=description)
    return True


def names(cloud: Cloud, provider: str | None) -> Iterator[tuple[str, str]]:
    """The accounts by the names of the stack's secrets; others, such as that of the API keys, are passed over."""
    prefix = f"{cloud.stack}/{provider}/" if provider else f"{cloud.stack}/"
    pages = cloud.client("secretsmanager").get_paginator("list_secrets")
    with explained("secretsmanager:list_secrets"):
        for page in pages.paginate(Filters=[{"Key": "name", "Values": [prefix]}]):
            for secret in page["SecretList"]:
                owner, _, name = str(secret["Name"]).removeprefix(f"{cloud.stack}/").partition("/")
                ours = str(secret["Name"]).startswith(prefix) and owner in providers.names()
                if ours and ACCOUNT_NAME.fullmatch(name):
                    yield owner, name


def secret_of(cloud: Cloud, account: Account) -> str:
    """The name of an account's secret."""
    return f"{cloud.stack}/{account.provider}/{account.name}"
