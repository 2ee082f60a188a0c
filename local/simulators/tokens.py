"""Access and refresh tokens that a simulator gives out and checks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

Clock = Callable[[], float]


@dataclass
class Token:
    """Whose a token is and until when (seconds since 1970; `None`: for ever) it is good."""

    account: str
    expires_at: float | None
    dead: bool = False


@dataclass
class Tokens:
    """One kind of token of one provider. Values are made from a counter, so a run can be repeated."""

    label: str
    clock: Clock
    held: dict[str, Token] = field(default_factory=dict)
    made: int = 0

    def fixed(self, account: str, value: str) -> None:
        """Know a token that never runs out, such as an API key."""
        self.held[value] = Token(account, None)

    def issue(self, account: str, seconds: float | None) -> str:
        """A new token for the account."""
        self.made += 1
        digest = hashlib.sha256(f"{self.label}/{account}/{self.made}".encode()).hexdigest()
        value = f"sim-{self.label}-{digest[:40]}"
        self.held[value] = Token(account, None if seconds is None else self.clock() + seconds)
        return value

    def find_account(self, value: str | None) -> str | None:
        """The account of a token that is good now."""
        token = self.held.get(value or "")
        return token.account if token and not self._expired(token) else None

    def owner(self, value: str | None) -> str | None:
        """The account of a token, good or not."""
        token = self.held.get(value or "")
        return token.account if token else None

    def kill(self, value: str | None) -> None:
        """Make one token worthless, unless it is one that never runs out."""
        token = self.held.get(value or "")
        if token and token.expires_at is not None:
            token.dead = True

    def kill_all(self, account: str) -> None:
        """Make all tokens of an account worthless, but for those that never run out."""
        for token in self.held.values():
            if token.account == account and token.expires_at is not None:
                token.dead = True

    def _expired(self, token: Token) -> bool:
        return token.dead or (token.expires_at is not None and self.clock() >= token.expires_at)
