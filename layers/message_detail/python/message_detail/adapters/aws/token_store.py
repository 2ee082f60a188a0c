"""Access tokens in the table, shared by all containers."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from message_detail.adapters.access_tokens import SavedToken
from message_detail.adapters.aws.attributes import Item, get_real, get_text, number, text
from message_detail.adapters.aws.key_schema import TOKEN, TOKEN_COPY, KeyKind
from message_detail.adapters.aws.table import ConditionFailed, Table
from message_detail.domain.errors import StorageError
from message_detail.providers.base.account import Account

_END_OF_LEASE: Final = "REMOVE lease_owner, lease_until"


class DynamoTokens:
    """Tokens of all accounts (a `TokenTable`). They never expire by TTL: a refresh token must not."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read_token(self, account: Account) -> SavedToken | None:
        """The newest token that was saved, in its own place or as the second copy; read consistently."""
        found = [self._read(_key(kind, account)) for kind in (TOKEN, TOKEN_COPY)]
        return max((token for token in found if token is not None), key=lambda one: one.valid_until, default=None)

    def _read(self, key: Item) -> SavedToken | None:
        item = self._table.get(key, consistent=True) or {}
        access, seed, refresh = (get_text(item, name) for name in ("access_token", "seed", "refresh_token"))
        if seed is None or not (access or refresh):
            return None
        # What can't be used any more still may be renewed.
        return SavedToken(access or "", get_real(item, "valid_until") if access else 0.0, seed, refresh)

    def take_lease(self, account: Account, owner: str, now: float, until: float) -> bool:
        """Whether the lease was free, and is now the owner's."""
        try:
            self._table.update(
                _key(TOKEN, account),
                "SET lease_owner = :owner, lease_until = :until",
                {":owner": text(owner), ":until": number(until), ":now": number(now)},
                condition="attribute_not_exists(lease_until) OR lease_until < :now",
            )
        except ConditionFailed:
            return False
        return True

    def save_token(self, account: Account, token: SavedToken) -> None:
        """Saves a token and ends the lease. Where that is refused, saves a second copy and leaves the lease to run out.

        Even when the lease has run out meanwhile: the token is the provider's newest, and losing it may be for ever.
        """
        saved = {
            "access_token": text(token.access_token),
            "valid_until": number(token.valid_until),
            "seed": text(token.seed),
        }
        if token.refresh_token is not None:
            saved["refresh_token"] = text(token.refresh_token)
        change = "SET " + ", ".join(f"{name} = :{name}" for name in saved)
        values = {f":{name}": value for name, value in saved.items()}
        try:
            self._table.update(_key(TOKEN, account), f"{change} {_END_OF_LEASE}", values)
        except StorageError:
            self._table.update(_key(TOKEN_COPY, account), change, values)

    def end_lease(self, account: Account, owner: str) -> None:
        """Ends the owner's lease; one that was lost is left alone."""
        with suppress(ConditionFailed):
            self._table.update(
                _key(TOKEN, account), _END_OF_LEASE, {":owner": text(owner)}, condition="lease_owner = :owner"
            )


def _key(kind: KeyKind, account: Account) -> Item:
    return kind.key(provider=account.provider, account=account.name)
