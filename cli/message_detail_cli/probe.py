"""Tries an account's credentials: asks the provider for a message that can't exist and judges by the error's class.

The call goes out the way the functions' calls do: access tokens come from the stack's table and new ones are saved
there before they are used, and an account that is cooling down is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import httpx

from message_detail import providers
from message_detail.adapters.access_tokens import SavedToken, Tokens
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.table import Table
from message_detail.adapters.aws.throttle import Throttle
from message_detail.adapters.aws.token_store import DynamoTokens
from message_detail.adapters.provider_client import ProviderClient
from message_detail.domain.errors import MessageNotFound, ProviderError, ProviderRefused, ProviderRefusedForNow
from message_detail.providers.base.account import Account
from message_detail.providers.base.provider import Authentication, Provider

WORKS: Final = "ok"
IS_REFUSED: Final = "refused"
UNCLEAR: Final = "unclear"
SECONDS: Final = 30.0
MADE_UP: Final = "made-up-by-message-detail-accounts-check"


@dataclass(frozen=True, slots=True)
class Finding:
    """How a check ended: ok, refused or unclear; what was done, step by step; and the line about a failure."""

    result: str
    did: tuple[str, ...]
    problem: str | None = None


class RecordingTokens(DynamoTokens):
    """The stack's shared tokens, noting whether a new one was saved."""

    saved = False

    def save_token(self, account: Account, token: SavedToken) -> None:
        """Saves a token and ends the lease."""
        DynamoTokens.save_token(self, account, token)
        self.saved = True


class Probe:
    """Checks accounts of the stack that has this table. How a check ends is noted there of the account."""

    def __init__(self, table: Table, transport: httpx.BaseTransport | None = None) -> None:
        self._table = table
        self._health = AccountHealth(table)
        self._tokens = RecordingTokens(self._table)
        self._throttle = Throttle(self._table)
        self._provider_client = ProviderClient(Tokens(self._tokens), transport)

    def check(self, account: Account, message_id: str | None = None) -> Finding:
        """Tries the account's credentials with a message id: the given one, else one that can't exist."""
        finding = self._checked(account, message_id)
        if finding.result == WORKS:
            self._health.record_success(account)
        return finding

    def _checked(self, account: Account, message_id: str | None) -> Finding:
        provider = providers.load(account.provider)
        asked = message_id or provider.absent_id
        error = self._outcome(provider, account, asked)
        whether = "" if message_id else ", which can't exist"
        said = error.code if error is not None else "the message came"
        did = (
            *self._about_token(provider, account),
            f"asked {provider.title} for the message {asked}{whether}: {said}",
        )
        if isinstance(error, MessageNotFound) and provider.authentication.static(account):
            return self._compared(provider, account, asked, did)
        if error is None or isinstance(error, MessageNotFound):
            return Finding(WORKS, did)
        self._health.record_failure(account.provider, account.name, error)
        if isinstance(error, ProviderRefused) and not isinstance(error, ProviderRefusedForNow):
            return Finding(IS_REFUSED, did, f"{error.code}: {error.detail}")
        hint = "; try --message with the id of a message that is there" if isinstance(error, ProviderRefused) else ""
        return Finding(UNCLEAR, did, f"{error.code}: {error.detail}{hint}")

    def _compared(self, provider: Provider, account: Account, asked: str, did: tuple[str, ...]) -> Finding:
        """A wrong base_url answers "not found", too: then a credential that is made up gets the same answer."""
        scheme = Authentication(headers=provider.authentication.headers, static=lambda _: MADE_UP)
        stranger = replace(provider, authentication=scheme)
        error = self._outcome(stranger, account, asked)
        said = error.code if error is not None else "the message came"
        did = (*did, f"asked the same with a made-up credential: {said}")
        if error is None or isinstance(error, MessageNotFound):
            problem = "the same answer comes without valid credentials, so it proves nothing: check base_url"
            return Finding(UNCLEAR, did, problem)
        return Finding(WORKS, did)

    def _outcome(self, provider: Provider, account: Account, message_id: str) -> ProviderError | None:
        """How asking for a message ends; None: it comes. What the answers say of the account's budget is respected."""
        try:
            provider.check_id(account, message_id)
            with self._throttle.slot(account):
                session = self._provider_client.session(provider, account, SECONDS)
                with self._throttle.budget_respected(account, session):
                    self._throttle.circuit(account, session.fetch, message_id)
        except ProviderError as error:
            return error
        return None

    def _about_token(self, provider: Provider, account: Account) -> tuple[str, ...]:
        if provider.authentication.static(account) or provider.authentication.login is None:
            return ()
        if self._tokens.saved:
            return (f"logged in and saved the new access token in the table {self._table.name}",)
        return (f"made no new login that succeeded; access tokens come from the table {self._table.name}",)
