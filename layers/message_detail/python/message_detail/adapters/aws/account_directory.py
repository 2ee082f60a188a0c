"""Which account of ours is a vendor's own unit (a HighLevel location): for events that only name the vendor's id of it.

Written where accounts are stored: by `message-detail accounts put`, and by `make run`. Read by the intake, for events
that came in under no account's own address: to find the unit otherwise, it would have to read every account's secret on
a stranger's order. A row only hints: whoever reads it compares what the account itself says. The intake imports it,
so it is light.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from message_detail.adapters.aws import clients

WHAT: Final = "the table"


class AccountDirectory:
    """The directory in the table. `client` is a low-level DynamoDB client."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def note(self, provider: str, unit: str, account: str) -> None:
        """Notes whose unit it is; of two accounts of one unit the later one is found. StorageError."""
        item = {**_key(provider, unit), "account": {"S": account}}
        clients.call(WHAT, self._client.put_item, TableName=self._table, Item=item)

    def find_account(self, provider: str, unit: str) -> str | None:
        """The name of the account that was stored with this unit, None where none was. StorageError."""
        answer = clients.call(WHAT, self._client.get_item, TableName=self._table, Key=_key(provider, unit))
        name: str | None = answer.get("Item", {}).get("account", {}).get("S")
        return name


def _key(provider: str, unit: str) -> dict[str, Any]:
    # Among the marks of the provider's events, since these are the keys that its intake may read.
    digest = hashlib.sha256(unit.encode()).hexdigest()
    return {"pk": {"S": f"event#{provider}#unit#{digest}"}, "sk": {"S": "account"}}
