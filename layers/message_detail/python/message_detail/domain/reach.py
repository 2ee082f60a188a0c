"""Of which providers and accounts an API key may know. Light: the authorizer imports it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self


@dataclass(frozen=True, slots=True)
class Reach:
    """The providers, and the accounts (`provider:account`), that a key is for; of each none: of all. Where both are
    given, an account has to be in both."""

    providers: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, providers: Iterable[str], accounts: Iterable[str]) -> Self:
        """From what is stored of a key."""
        return cls(frozenset(providers), frozenset(accounts))

    @property
    def is_all(self) -> bool:
        """Whether nothing is out of reach."""
        return not self.providers and not self.accounts

    def includes(self, provider: str, account: str) -> bool:
        """Whether it has this account."""
        return (not self.providers or provider in self.providers) and (
            not self.accounts or f"{provider}:{account}" in self.accounts
        )

    def touches(self, provider: str) -> bool:
        """Whether it has an account of this provider, or all of them."""
        named = self.accounts_of(provider)
        return (not self.providers or provider in self.providers) and (named is None or bool(named))

    def accounts_of(self, provider: str) -> tuple[str, ...] | None:
        """The accounts of a provider that are named; None where it isn't a matter of accounts."""
        if not self.accounts:
            return None
        found = (name.partition(":") for name in sorted(self.accounts))
        return tuple(account for named, _, account in found if named == provider)

    def has(self, message_id: str) -> bool:
        """Whether it has the account of the message of this id (`provider:account:id`)."""
        provider, _, rest = message_id.partition(":")
        return self.includes(provider, rest.partition(":")[0])

    def __str__(self) -> str:
        return ", ".join((*sorted(self.providers), *sorted(self.accounts))) or "all"


EVERYTHING: Final = Reach()
"""The reach of a key without limits."""
