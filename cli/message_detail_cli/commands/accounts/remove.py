"""`message-detail accounts remove`: removes an account."""

from __future__ import annotations

import argparse
from typing import Final

from message_detail.adapters.aws.stats import AccountHealth
from message_detail_cli.account_secrets import CACHED, note_unit
from message_detail_cli.cloud import AwsRefused
from message_detail_cli.errors import OK
from message_detail_cli.options import add_account_names
from message_detail_cli.output import note, say, say_json
from message_detail_cli.tools import Tools, cloud_of, table_of

RECOVERY_DAYS: Final = 30
MORE: Final = (
    "Schedules the secret for deletion and takes the account off the lists. Its stored messages stay. "
    "For 30 days AWS can restore the secret."
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_account_names(parser)


def run(arguments: argparse.Namespace, _tools: Tools) -> int:
    """The list comes last: an account that is still on it, and has no secret, can be removed once more."""
    cloud = cloud_of(arguments)
    secret = f"{cloud.stack}/{arguments.provider}/{arguments.account}"
    try:
        cloud.call("secretsmanager", "delete_secret", SecretId=secret, RecoveryWindowInDays=RECOVERY_DAYS)
    except AwsRefused as error:
        if error.code != "ResourceNotFoundException":
            raise
        note(f"there is no secret {secret}")
    note_unit(cloud, arguments.provider, arguments.account, {})
    AccountHealth(table_of(cloud)).forget(arguments.provider, arguments.account)
    if arguments.json:
        say_json({"secret": secret, "provider": arguments.provider, "account": arguments.account})
    else:
        say(f"removed {secret}")
    note(CACHED)
    return OK
