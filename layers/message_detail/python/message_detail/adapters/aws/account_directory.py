"""Which account of ours is a vendor's own unit (a HighLevel location): for events that only name the vendor's id of it.

Written where accounts are stored: by `message-detail accounts put`, and by `make run`. Read by the intake, for events
that came in under no account's own address: to find the unit otherwise, it would have to read every account's secret on
a stranger's order. A row only hints: whoever reads it compares what the account itself says. The intake imports it,
so it is light.
"""

from __future__ import annotations

import hashlib

from message_detail.adapters.aws.attributes import Item, get_text, text
from message_detail.adapters.aws.key_schema import UNIT
from message_detail.adapters.aws.table import Table


class AccountDirectory:
    """The directory in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def note(self, provider: str, unit: str, account: str) -> None:
        """Notes whose unit it is; of two accounts of one unit the later one is found. StorageError."""
        self._table.put({**_key(provider, unit), "account": text(account)})

    def find_account(self, provider: str, unit: str) -> str | None:
        """The name of the account that was stored with this unit, None where none was. StorageError."""
        return get_text(self._table.get(_key(provider, unit)) or {}, "account")


def _key(provider: str, unit: str) -> Item:
    return UNIT.key(provider=provider, digest=hashlib.sha256(unit.encode()).hexdigest())
