"""`message-detail accounts put`: stores an account's settings."""

from __future__ import annotations

import argparse
import json
from typing import Any, Final

from message_detail import providers
from message_detail_cli.account_file import STDIN, build_account, read_settings
from message_detail_cli.account_questions import completed
from message_detail_cli.account_secrets import CACHED, announce_account, note_unit, secret_of, store
from message_detail_cli.cloud import MAX_SECRET_BYTES
from message_detail_cli.completing import offer_files
from message_detail_cli.errors import OK, UsageProblem, WrongArguments
from message_detail_cli.findings import found, report
from message_detail_cli.options import add_account_names
from message_detail_cli.output import note, say, say_json
from message_detail_cli.probe import Probe
from message_detail_cli.tools import Tools, cloud_of, table_of

MORE: Final = (
    "Creates or replaces the secret STACK/PROVIDER/ACCOUNT, once the settings are found to be usable. "
    "At a terminal it asks for what the file lacks, or for all of it without one; secrets aren't echoed."
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_account_names(parser)
    text = "JSON, or TOML by its ending (.toml; also an [[accounts]] file); - is JSON on standard input"
    offer_files(parser.add_argument("--file", metavar="FILE", help=text))
    parser.add_argument("--check", action="store_true", help="then try the credentials, as accounts check does")


def run(arguments: argparse.Namespace, tools: Tools) -> int:
    """Stores first and checks then: a refresh token that is good for one use must be stored before it is used."""
    values = _settings(arguments, tools)
    account = build_account(arguments.provider, arguments.account, values)
    text = json.dumps(values)
    if len(text) > MAX_SECRET_BYTES:
        raise UsageProblem(f"{arguments.file or 'the settings'}: a secret holds at most {MAX_SECRET_BYTES} bytes")
    cloud = cloud_of(arguments)
    probe = Probe(table_of(cloud), tools.transport) if arguments.check else None
    secret = secret_of(cloud, account)
    created = store(cloud, secret, text, f"Account {account.name} of {providers.provider_title(account.provider)}")
    note_unit(cloud, account.provider, account.name, values)
    announce_account(cloud, account, values)
    finding = probe.check(account) if probe is not None else None
    if arguments.json:
        checked = found(account, finding) if finding is not None else None
        say_json({"secret": secret, "created": created, "check": checked})
    else:
        say(f"{'created' if created else 'updated'} {secret}")
    if not created:
        note(CACHED)
    if finding is None:
        return OK
    return report(account, finding, silent=arguments.json)


def _settings(arguments: argparse.Namespace, tools: Tools) -> dict[str, Any]:
    """What the file holds, and what is typed."""
    if arguments.file is None and not tools.attended():
        raise WrongArguments("give --file, or run it at a terminal, where it asks")
    values = (
        read_settings(arguments.file, arguments.provider, arguments.account, tools)
        if arguments.file is not None
        else {}
    )
    return values if arguments.file == STDIN else completed(arguments.provider, values, tools)
