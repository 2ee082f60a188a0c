"""`message-detail keys list`: what is known of each key; no hash."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, Final

from message_detail.adapters.aws.key_uses import last_uses
from message_detail.domain.errors import StorageError
from message_detail.domain.times import canonical
from message_detail_cli.cloud import Cloud
from message_detail_cli.errors import OK, CliError
from message_detail_cli.key_file import read
from message_detail_cli.moments import now
from message_detail_cli.output import add_table, note, show_table, state, time
from message_detail_cli.tools import Tools, cloud_of, table_of

HEAD: Final = ("id", "scopes", "for", "created", "last used", "expires")


def options(parser: argparse.ArgumentParser) -> None:
    """Its own options."""
    add_table(parser)


def run(arguments: argparse.Namespace, _tools: Tools) -> int:
    """A key that was made by an earlier release has no time of its making; one that was never used, none of its use."""
    cloud = cloud_of(arguments)
    entries, _, _ = read(cloud)
    used = _uses(cloud, [str(entry.get("id")) for entry in entries])
    found = [_told(entry, used) for entry in entries]
    none = "no key is stored: message-detail keys create makes one"
    show_table(arguments, found, HEAD, list(map(_row, found)), none)
    return OK


def _told(entry: Mapping[str, Any], used: Mapping[str, str]) -> dict[str, Any]:
    key_id, end = str(entry.get("id")), entry.get("expires_at")
    return {
        "id": key_id,
        "scopes": list(entry.get("scopes") or ()),
        "providers": entry.get("providers"),
        "accounts": entry.get("accounts"),
        "created_at": entry.get("created_at"),
        "last_used_at": used.get(key_id),
        "expires_at": end,
        "expired": end is not None and str(end) <= canonical(now()),
    }


def _row(key: Mapping[str, Any]) -> list[Any]:
    limits = [*(key["providers"] or ()), *(key["accounts"] or ())]
    end = state("expired") if key["expired"] else time(key["expires_at"])
    scopes = ",".join(map(str, key["scopes"]))
    return [key["id"], scopes, ",".join(limits) or "all", time(key["created_at"]), time(key["last_used_at"]), end]


def _uses(cloud: Cloud, key_ids: Sequence[str]) -> dict[str, str]:
    """When the keys were last used; of none where the table can't be asked, which is told."""
    if not key_ids:
        return {}
    try:
        return last_uses(table_of(cloud), key_ids)
    except (CliError, StorageError) as error:
        note(f"when the keys were last used can't be told: {error}")
        return {}
