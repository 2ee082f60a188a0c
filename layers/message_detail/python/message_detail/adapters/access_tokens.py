"""Access tokens of accounts that log in, shared between containers.

One renewal at a time per account, by a lease in the table. A new token is saved before anything uses it: where a
refresh token is good for one use only, losing the answer to a refresh means that a person has to log in again.

When the table refuses to save, the token is kept here, and saving it is tried again: with growing pauses until the
call's time is over, and first of all by the next call for the account. The table keeps a second copy for what its
first place doesn't take. What can still be lost, and what then helps:

- The container dies between the provider's answer and the save. HighLevel answers a repeated refresh with the same
  new token for half a minute; the lease is shorter, so a successor asks in time.
- The table refuses for as long as the container lives. Nobody else can renew meanwhile, since the lease is a write,
  too. Then the account has to be connected again.
"""

from __future__ import annotations

import hashlib
import math
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from message_detail.domain.errors import ProviderRefused, ProviderUnavailable, StorageError, Temporary
from message_detail.providers.base.account import Account
from message_detail.providers.base.provider import Request, Response, Token, TokenLogin

LEASE_SECONDS: Final = 15.0
"""Shorter than the half minute in which HighLevel answers a repeated refresh with the same new token, so that a
successor of a container that died in the middle gets that one."""
WAIT_SECONDS: Final = 0.2
WAITS: Final = 40
FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 2.0
SAVING_SECONDS: Final = 20.0
"""How long a save is tried again by the call that has got the token, if it has so much time."""
EARLY_SECONDS: Final = 60.0
DEFAULT_LIFE_SECONDS: Final = 6 * 3600.0

Call = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class SavedToken:
    """A token as it is shared. `valid_until` in seconds since 1970; `seed` tells which credentials it came from."""

    access_token: str = field(repr=False)
    valid_until: float
    seed: str
    refresh_token: str | None = field(default=None, repr=False)


class TokenTable(Protocol):
    """Where tokens are shared; implemented by the DynamoDB table and by a dict in tests."""

    def read_token(self, account: Account) -> SavedToken | None:
        """The saved token, read consistently."""
        ...

    def take_lease(self, account: Account, owner: str, now: float, until: float) -> bool:
        """Whether the caller may renew; false while another one holds the lease."""
        ...

    def save_token(self, account: Account, token: SavedToken) -> None:
        """Saves a token and ends the lease."""
        ...

    def end_lease(self, account: Account, owner: str) -> None:
        """Ends the lease without a new token."""
        ...


class Tokens:
    """The access tokens of this container's accounts."""

    def __init__(
        self,
        table: TokenTable,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._table = table
        self._now = now
        self._sleep = sleep
        self._monotonic = monotonic
        self._known: dict[tuple[str, str], SavedToken] = {}
        self._unsaved: dict[tuple[str, str], SavedToken] = {}

    def current(self, account: Account, login: TokenLogin, call: Call, until: float = math.inf) -> str:
        """An access token that should be good; logs in when there is none.

        `until` is the moment (of `monotonic`) by which the caller has to go on.
        """
        self._save_late(account)
        known = self._known.get((account.provider, account.name))
        if known is not None and self._is_good(known, account, login, rejected=None):
            return known.access_token
        return self.renewed(account, login, call, rejected=None, until=until)

    def renewed(
        self, account: Account, login: TokenLogin, call: Call, *, rejected: str | None, until: float = math.inf
    ) -> str:
        """An access token other than the rejected one: another container's newer one, or a new one."""
        self._save_late(account)
        owner = uuid.uuid4().hex
        for _ in range(WAITS):
            if self._monotonic() + WAIT_SECONDS > until:
                break
            saved = self._table.read_token(account)
            if saved is not None and self._is_good(saved, account, login, rejected):
                return self._remember(account, saved)
            now = self._now()
            if self._table.take_lease(account, owner, now, now + LEASE_SECONDS):
                return self._remember(account, self._renew(account, login, call, owner, rejected, until))
            self._sleep(WAIT_SECONDS)
        raise ProviderUnavailable("another renewal of the access token has not finished", retry_after=2)

    def _renew(
        self, account: Account, login: TokenLogin, call: Call, owner: str, rejected: str | None, until: float
    ) -> SavedToken:
        try:
            # What was saved while we were waiting for the lease comes first: its refresh token is the live one.
            saved = self._table.read_token(account)
            if saved is not None and self._is_good(saved, account, login, rejected):
                self._table.end_lease(account, owner)
                return saved
            token = self._obtain(account, login, call, saved)
        except BaseException:  # however it ends, nobody may wait for the lease to run out
            self._table.end_lease(account, owner)
            raise
        life = token.expires_in if token.expires_in is not None else DEFAULT_LIFE_SECONDS
        seed = fingerprint(account, login)
        fresh = SavedToken(token.access_token, self._now() + life, seed, token.refresh_token)
        self._unsaved[(account.provider, account.name)] = fresh
        self._save(account, fresh, until)
        return fresh

    def _save(self, account: Account, fresh: SavedToken, until: float) -> None:
        """Saves a token, again and again while there is time. One that isn't saved stays here for the next call."""
        until = min(until, self._monotonic() + SAVING_SECONDS)
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                self._table.save_token(account, fresh)
            except StorageError:
                if self._monotonic() + pause > until:
                    raise
                self._sleep(pause)
                pause = min(LONGEST_PAUSE_SECONDS, 2 * pause)
            else:
                self._unsaved.pop((account.provider, account.name), None)
                return

    def _save_late(self, account: Account) -> None:
        """Saves what could not be saved when it came, unless the table has a newer one; StorageError if it can't be."""
        key = (account.provider, account.name)
        unsaved = self._unsaved.get(key)
        if unsaved is None:
            return
        saved = self._table.read_token(account)
        if saved is None or saved.valid_until < unsaved.valid_until:
            self._table.save_token(account, unsaved)
            self._known[key] = unsaved
        self._unsaved.pop(key, None)

    def _obtain(self, account: Account, login: TokenLogin, call: Call, saved: SavedToken | None) -> Token:
        refresh_token = self._refresh_token(account, login, saved)
        if login.refresh is not None and refresh_token is not None:
            try:
                token = _read(login, account, call(login.refresh(account, refresh_token)))
                return token if token.refresh_token else _with_refresh_token(token, refresh_token)
            except ProviderRefused:
                if login.sign_in is None:
                    raise
        if login.sign_in is None:
            raise ProviderRefused("the account can't log in: it has no refresh token")
        return _read(login, account, call(login.sign_in(account)))

    def _refresh_token(self, account: Account, login: TokenLogin, saved: SavedToken | None) -> str | None:
        if saved is not None and saved.seed == fingerprint(account, login) and saved.refresh_token:
            return saved.refresh_token
        return login.seed(account) if login.seed is not None else None

    def _is_good(self, token: SavedToken, account: Account, login: TokenLogin, rejected: str | None) -> bool:
        return (
            token.access_token != rejected
            and token.seed == fingerprint(account, login)
            and token.valid_until - EARLY_SECONDS > self._now()
        )

    def _remember(self, account: Account, token: SavedToken) -> str:
        self._known[(account.provider, account.name)] = token
        return token.access_token


def fingerprint(account: Account, login: TokenLogin) -> str:
    """Tells credentials apart without telling them: a token got with others is not used.

    Where the account starts from a refresh token, that alone counts: another setting changed must not throw away
    the rotated one.
    """
    text = login.seed(account) if login.seed is not None else _all_settings(account)
    return hashlib.sha256(f"{account.base_url}\n{text}".encode()).hexdigest()[:16]


def _all_settings(account: Account) -> str:
    return "\n".join(f"{key}={account.settings[key]}" for key in sorted(account.settings))


def _read(login: TokenLogin, account: Account, answer: Response) -> Token:
    if isinstance(answer.error, Temporary):
        raise answer.error
    return login.read(answer, account)


def _with_refresh_token(token: Token, refresh_token: str) -> Token:
    return Token(token.access_token, token.expires_in, refresh_token)
