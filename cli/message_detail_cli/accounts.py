"""`message-detail accounts`: the secrets that hold the providers' credentials. No value of them is ever printed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from message_detail import providers
from message_detail.adapters.aws.account_directory import UNITS, noted
from message_detail.adapters.aws.stats import AccountHealth, announce
from message_detail.domain.errors import StorageError
from message_detail.providers.base.account import ACCOUNT_NAME, Account
from message_detail_cli.account_file import build_account, read_settings
from message_detail_cli.cloud import MAX_SECRET_BYTES, AwsRefused, Cloud, explained
from message_detail_cli.errors import OK, REFUSED, CliError, UsageProblem
from message_detail_cli.options import Subcommands, account_name, add_provider, message_id, subcommand
from message_detail_cli.output import note, pairs, say, say_json, table
from message_detail_cli.probe import WORKS, Finding, Probe
from message_detail_cli.tools import Tools, cloud_of, table_of

RECOVERY_DAYS: Final = 30
CACHED: Final = "functions that know the old settings go on with them for up to a minute"


def add(commands: Subcommands) -> None:
    """The subcommands put, list, check and remove."""
    more = "Creates or replaces the secret STACK/PROVIDER/ACCOUNT, once the settings are found to be usable."
    parser = subcommand(commands, "put", put, "store an account's settings", more=more)
    _add_names(parser)
    text = "JSON, or TOML by its ending (.toml; also an [[accounts]] file); - is JSON on standard input"
    parser.add_argument("--file", required=True, metavar="FILE", help=text)
    parser.add_argument("--check", action="store_true", help="then try the credentials, as accounts check does")

    parser = subcommand(commands, "list", list_accounts, "list the accounts that are stored", more="Names only.")
    add_provider(parser, optional=True)

    more = "Asks the provider for a message that can't exist: message_not_found means that the credentials work."
    parser = subcommand(commands, "check", check, "try an account's credentials", more=more)
    _add_names(parser)
    text = "ask for this message instead of one that can't exist"
    parser.add_argument("--message", type=message_id, metavar="ID", help=text)

    more = (
        "Schedules the secret for deletion and takes the account off the lists. Its stored messages stay. "
        "For 30 days AWS can restore the secret."
    )
    parser = subcommand(commands, "remove", remove, "remove an account", more=more)
    _add_names(parser)


def _add_names(parser: argparse.ArgumentParser) -> None:
    add_provider(parser)
    parser.add_argument("account", metavar="ACCOUNT", type=account_name, help="the account's name, such as default")


def put(arguments: argparse.Namespace, tools: Tools) -> int:
    """Stores first and checks then: a refresh token that is good for one use must be stored before it is used."""
    values = read_settings(arguments.file, arguments.provider, arguments.account, tools)
    account = build_account(arguments.provider, arguments.account, values)
    text = json.dumps(values)
    if len(text) > MAX_SECRET_BYTES:
        raise UsageProblem(f"{arguments.file}: a secret holds at most {MAX_SECRET_BYTES} bytes")
    cloud = cloud_of(arguments)
    probe = Probe(cloud, tools.transport) if arguments.check else None
    secret = _secret(cloud, account)
    created = _store(cloud, secret, text, f"Account {account.name} of {providers.provider_title(account.provider)}")
    _note_unit(cloud, account.provider, account.name, values)
    _announce(cloud, account, values)
    finding = probe.check(account) if probe is not None else None
    if arguments.json:
        checked = _finding(account, finding) if finding is not None else None
        say_json({"secret": secret, "created": created, "check": checked})
    else:
        say(f"{'created' if created else 'updated'} {secret}")
    if not created:
        note(CACHED)
    if finding is None:
        return OK
    return _report(account, finding, silent=arguments.json)


def list_accounts(arguments: argparse.Namespace, _tools: Tools) -> int:
    """Names only."""
    found = sorted(_names(cloud_of(arguments), arguments.provider))
    if arguments.json:
        say_json([{"provider": provider, "account": account} for provider, account in found])
    elif found:
        say(table(("provider", "account"), found))
    else:
        note(f"no account is stored under {arguments.stack}/: message-detail accounts put stores one")
    return OK


def check(arguments: argparse.Namespace, tools: Tools) -> int:
    """Tries the credentials as they are stored."""
    cloud = cloud_of(arguments)
    account = _stored(cloud, arguments.provider, arguments.account)
    finding = Probe(cloud, tools.transport).check(account, arguments.message)
    if arguments.json:
        say_json(_finding(account, finding))
    return _report(account, finding, silent=arguments.json)


def remove(arguments: argparse.Namespace, _tools: Tools) -> int:
    """The list comes last: an account that is still on it, and has no secret, can be removed once more."""
    cloud = cloud_of(arguments)
    secret = f"{cloud.stack}/{arguments.provider}/{arguments.account}"
    try:
        cloud.call("secretsmanager", "delete_secret", SecretId=secret, RecoveryWindowInDays=RECOVERY_DAYS)
    except AwsRefused as error:
        if error.code != "ResourceNotFoundException":
            raise
        note(f"there is no secret {secret}")
    _note_unit(cloud, arguments.provider, arguments.account, {})
    AccountHealth(table_of(cloud)).forget(arguments.provider, arguments.account)
    if arguments.json:
        say_json({"secret": secret, "provider": arguments.provider, "account": arguments.account})
    else:
        say(f"removed {secret}")
    note(CACHED)
    return OK


def _announce(cloud: Cloud, account: Account, values: Mapping[str, Any]) -> None:
    """Puts an account on the list of those that are known. An account may be stored before its stack is deployed, and
    becomes known by its first use then."""
    try:
        keys = providers.account_schema(account.provider)
        announce(table_of(cloud), account.provider, account.name, values, keys)
    except (CliError, StorageError):
        note(f"the table of the stack {cloud.stack!r} can't be written: the account is listed from its first use on")


def _stored(cloud: Cloud, provider: str, name: str) -> Account:
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


def _note_unit(cloud: Cloud, provider: str, account: str, values: Mapping[str, Any]) -> None:
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
        _store(cloud, f"{cloud.stack}/{provider}/{UNITS}", text, title)


def _store(cloud: Cloud, secret: str, text: str, what: str) -> bool:
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


def _names(cloud: Cloud, provider: str | None) -> Iterator[tuple[str, str]]:
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


def _secret(cloud: Cloud, account: Account) -> str:
    return f"{cloud.stack}/{account.provider}/{account.name}"


def _finding(account: Account, finding: Finding) -> dict[str, Any]:
    return {
        "provider": account.provider,
        "account": account.name,
        "result": finding.result,
        "did": list(finding.did),
        "problem": finding.problem,
    }


def _report(account: Account, finding: Finding, *, silent: bool) -> int:
    values = _finding(account, finding)
    if not silent:
        say(pairs({name: values[name] for name in ("provider", "account", "result", "did")}))
    if finding.problem:
        raise CliError(finding.problem)
    return OK if finding.result == WORKS else REFUSED
