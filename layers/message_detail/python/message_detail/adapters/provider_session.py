"""The calls of one fetch, or of one page of a list: authenticated, judged, within one time limit."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import httpx

from message_detail.adapters.access_tokens import Tokens
from message_detail.adapters.http_exchange import exchange
from message_detail.adapters.provider_steps import classified, fetch_document, run_steps
from message_detail.domain.errors import AnswerTooLarge, ProviderError, ProviderTimeout, RateLimited
from message_detail.providers.base.account import Account
from message_detail.providers.base.listing import Listing, Page, Window
from message_detail.providers.base.provider import NO_LOOK, Document, Look, Provider, Request, Response

SPARE_SHARE: Final = 0.5
"""The part of a session's time after which nothing more is asked for that a fetch can do without."""
THROTTLED_SECONDS: Final = 10.0
"""How long an account is to be left alone that was throttled at such a request, where the provider tells no time."""


class ProviderSession:
    """Calls a provider for an account, for so many seconds from now on.

    `pause_seconds` is how long the account is to be left alone, by what the answers said of its budget: 0 for no time.
    """

    def __init__(
        self, client: httpx.Client, tokens: Tokens, provider: Provider, account: Account, seconds: float
    ) -> None:
        self._client = client
        self._tokens = tokens
        self._provider = provider
        self._account = account
        now = time.monotonic()
        self._deadline = now + seconds
        self._spare_until = now + seconds * SPARE_SHARE
        self.pause_seconds = 0.0

    def fetch(self, message_id: str, look: Look = NO_LOOK) -> Document:
        """All that the provider tells of a message whose id has been checked. Raises ProviderError and its kin."""
        with self._named():
            return fetch_document(self._provider, self._account, message_id, self.call, look)

    def page(self, listing: Listing, window: Window, cursor: str | None) -> Page:
        """One page of the provider's list. Raises ProviderError and its kin."""
        with self._named():
            return run_steps(listing.page(self._account, window, cursor), self._call_for_list)

    def call(self, request: Request) -> Response:
        """The answer to a request. One that is spare is not made, or fails, without ending the fetch."""
        if not request.spare:
            return self._call(request)
        if time.monotonic() > self._spare_until:
            return Response(0, {}, None, ProviderTimeout("no time was left for this part"))
        try:
            answer = self._call(request)
        except ProviderError as error:
            return Response(0, {}, None, error)
        if isinstance(answer.error, RateLimited):
            told = answer.error.retry_after
            self._pause(THROTTLED_SECONDS if told is None else told)
        return answer

    def _call_for_list(self, request: Request) -> Response:
        """A list's request that was answered with too much isn't the end of it: a smaller page can be asked for."""
        try:
            return self.call(request)
        except AnswerTooLarge as error:
            return Response(0, {}, None, error)

    def _call(self, request: Request) -> Response:
        """The answer; asked for once more where the access token had died."""
        if not request.authenticated:
            return self._send(request, {})
        scheme = self._provider.authentication
        static = scheme.static(self._account)
        login = None if static else scheme.login
        if login is None:
            return self._send(request, scheme.headers(self._account, static or ""))
        token = self._tokens.current(self._account, login, self.call, self._deadline)
        answer = self._send(request, scheme.headers(self._account, token))
        if answer.ok or not login.rejected(answer):
            return answer
        token = self._tokens.renewed(self._account, login, self.call, rejected=token, until=self._deadline)
        return self._send(request, scheme.headers(self._account, token))

    def _send(self, request: Request, headers: Mapping[str, str]) -> Response:
        seconds = min(self._deadline - time.monotonic(), self._account.timeout_seconds)
        sent = exchange(self._client, self._account.base_url, request, headers, seconds)
        answer = classified(self._provider, sent)
        pause = self._provider.pause_after(answer) if self._provider.pause_after is not None else None
        if pause is not None and answer.ok:
            self._pause(pause)
            self._spare_until = float("-inf")  # of a budget that is nearly used up nothing is spent on extras
        return answer

    def _pause(self, seconds: float) -> None:
        self.pause_seconds = max(self.pause_seconds, seconds)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Errors from inside tell whose they are."""
        try:
            yield
        except ProviderError as error:
            error.provider, error.account = self._provider.name, self._account.name
            raise
