"""Which account of ours is a vendor's own unit (a HighLevel location): for events that only name the vendor's id of it.

One secret of the stack holds it for all accounts of a provider that are named otherwise than their unit. It is written
where accounts are stored: by `message-detail accounts put`, and by `make run`. The intake reads it for events that came
in under no account's own address: to find the unit otherwise, it would have to read every account's secret on a
stranger's order. An entry only hints: whoever reads it compares what the account itself says. The intake imports this,
so it is light.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from message_detail.adapters.aws.secrets import SecretStore

UNITS: Final = "@units"
"""What a provider's directory has in the place of an account's name, which holds no `@`: the secret is a JSON object of
account names by unit."""


def noted(units: Mapping[str, Any], unit: str | None, account: str) -> dict[str, Any]:
    """The directory with an account's unit; of two accounts of one unit the later one is found.

    An account that has no unit, or the one that it is named after, is found without the directory.
    """
    others = {known: name for known, name in units.items() if name != account}
    return others if unit is None or unit == account else {**others, unit: account}


class AccountDirectory:
    """The directories of a stack."""

    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets

    def find_account(self, provider: str, unit: str) -> str | None:
        """The name of the account that was stored with this unit, None where none was. StorageError."""
        name = self._secrets.directory(provider, UNITS).get(unit)
        return name if isinstance(name, str) else None
