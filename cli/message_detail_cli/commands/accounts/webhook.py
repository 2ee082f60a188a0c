"""`message-detail accounts webhook`: a secret for an account's webhooks, and what to paste where."""

from __future__ import annotations

import argparse
import base64
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from message_detail import providers
from message_detail.domain.webhook_secrets import STANDARD_PREFIX, clean_secret
from message_detail.providers.base.account import DEFAULT_ACCOUNT
from message_detail_cli.account_example import new_secret, sends_secret, takes_secret
from message_detail_cli.account_file import build_account, read_settings
from message_detail_cli.account_secrets import CACHED, store
from message_detail_cli.account_toml import changed, write
from message_detail_cli.api import url_of
from message_detail_cli.errors import OK, CliError, UsageProblem
from message_detail_cli.options import add_account_names
from message_detail_cli.output import note, say_json, say_pairs
from message_detail_cli.tools import Tools, cloud_of

MORE: Final = (
    "Makes a secret, adds it to the account's webhook_secrets and prints, this once, what to paste where. The older "
    "secrets stay good until --retire, so that none is refused while the vendor still sends the old one."
)
SECRETS: Final = "webhook_secrets"
USER: Final = "webhook"
"""Of HTTP Basic; any user name does."""
RESTART: Final = "a running make run has the old ones until it is started again"


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_account_names(parser)
    text = "change the account in this file of make run ACCOUNTS=, and not the stack's"
    parser.add_argument("--file", metavar="FILE.toml", help=text)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--given", action="store_true", help="take a secret that the vendor made: asked for, or on stdin")
    how.add_argument("--retire", action="store_true", help="make none, and drop all secrets but the newest")


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """The secrets are stored before they are shown."""
    provider = arguments.provider
    address = f"{url_of(arguments, tools)}/v1/webhooks/{provider}"
    if arguments.account != DEFAULT_ACCOUNT:
        address += f"/{arguments.account}"
    where = providers.account_schema(provider).webhook_place
    if not takes_secret(provider):
        return _show(arguments, {"address": address, "where": where, "signed": "with the vendor's own key: no secret"})
    values = _settings(arguments, tools)
    held = [str(secret) for secret in values.get(SECRETS, ())]
    secret = "" if arguments.retire else _given(tools) if arguments.given else new_secret(provider)
    kept = held[-1:] if arguments.retire else list(dict.fromkeys([*held, secret]))
    _store(arguments, {**values, SECRETS: kept})
    note(
        f"{arguments.account} of {provider} accepts {len(kept)} secret{'s' * (len(kept) != 1)} now; {_when(arguments)}"
    )
    if arguments.retire:
        return OK
    proofs = dict(_proofs(address, secret)) if sends_secret(provider) else {"signing secret": secret}
    return _show(arguments, {"address": address, **proofs, "where": where})


def _show(arguments: argparse.Namespace, told: Mapping[str, str]) -> int:
    if arguments.json:
        say_json({name.replace(" ", "_"): text for name, text in told.items()})
    else:
        say_pairs(told)
    return OK


def _proofs(address: str, secret: str) -> Iterator[tuple[str, str]]:
    """The three ways in which a vendor may send the secret; one is enough."""
    pair = base64.b64encode(f"{USER}:{secret}".encode()).decode()
    yield "user", f"{USER} (or any other)"
    yield "password", secret
    yield "or header", f"Authorization: Basic {pair}"
    yield "or bearer", f"Authorization: Bearer {secret}"
    yield "or address", f"{address}?token={secret}"


def _given(tools: Tools) -> str:
    text = tools.ask_secret("secret: ") if tools.attended() else tools.stdin().decode("utf-8", "replace")
    secret = clean_secret(text)
    if not secret:
        raise UsageProblem(f"no secret was given; one of Standard Webhooks begins with {STANDARD_PREFIX}")
    return secret


def _settings(arguments: argparse.Namespace, tools: Tools) -> dict[str, Any]:
    provider, account = arguments.provider, arguments.account
    if arguments.file is not None:
        return read_settings(arguments.file, provider, account, tools)
    stored = cloud_of(arguments).secret(f"{provider}/{account}")
    if stored is None:
        raise CliError(f"there is no such account: make it with message-detail accounts put {provider} {account}")
    return stored[0]


def _store(arguments: argparse.Namespace, values: Mapping[str, Any]) -> None:
    """Where it stands: the file or the stack's secret. Settings that can't be used aren't stored."""
    provider, account = arguments.provider, arguments.account
    build_account(provider, account, values)
    if arguments.file is None:
        title = f"Account {account} of {providers.provider_title(provider)}"
        store(cloud_of(arguments), f"{arguments.stack}/{provider}/{account}", json.dumps(values), title)
        return
    path = Path(arguments.file)
    try:
        write(path, changed(path.read_text(encoding="utf-8"), provider, account, SECRETS, values[SECRETS]))
    except tomllib.TOMLDecodeError:
        raise UsageProblem(f"{path}: is no TOML; to change a JSON file, use accounts put") from None
    except OSError as error:
        raise UsageProblem(f"{path}: {error.strerror or 'cannot be written'}") from None


def _when(arguments: argparse.Namespace) -> str:
    return RESTART if arguments.file is not None else CACHED
