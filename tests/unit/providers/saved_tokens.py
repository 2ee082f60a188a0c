"""A table of saved tokens, for fetches that sign in."""

from __future__ import annotations

from message_detail.adapters.access_tokens import SavedToken
from message_detail.providers.base.account import Account


class OneTable:
    """Saved tokens of one process."""

    def __init__(self) -> None:
        self.saved: SavedToken | None = None

    def read_token(self, account: Account) -> SavedToken | None:
        return self.saved

    def take_lease(self, account: Account, owner: str, now: float, until: float) -> bool:
        return True

    def save_token(self, account: Account, token: SavedToken) -> None:
        self.saved = token

    def end_lease(self, account: Account, owner: str) -> None:
        return None
