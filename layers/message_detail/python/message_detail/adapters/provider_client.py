"""The one way out: HTTP calls to providers. TLS verified, one client of httpx per container and its authorities."""

from __future__ import annotations

import ssl
from typing import Final

import httpx

from message_detail.adapters.access_tokens import Tokens
from message_detail.adapters.http_exchange import MAX_ANSWER_BYTES, no_cookies, stay_here
from message_detail.adapters.provider_session import ProviderSession
from message_detail.adapters.transport import Transport
from message_detail.domain.errors import UnknownAccount
from message_detail.providers.base.account import Account
from message_detail.providers.base.provider import Provider
from message_detail.version import __version__

USER_AGENT: Final = f"message-detail/{__version__}"
HEADERS: Final = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip, deflate"}


class ProviderClient:
    """Calls providers. Thread-safe; keep one per container so that connections are reused.

    `transport` replaces the network in tests.
    """

    def __init__(self, tokens: Tokens, transport: httpx.BaseTransport | None = None) -> None:
        self._tokens = tokens
        self._transport = transport
        self._clients: dict[str | None, httpx.Client] = {None: self._make_client(None)}

    def session(self, provider: Provider, account: Account, seconds: float) -> ProviderSession:
        """Calls for an account, which have `seconds` from now on in all. UnknownAccount: its certificate is none."""
        return ProviderSession(self._client(account), self._tokens, provider, account, seconds)

    def _client(self, account: Account) -> httpx.Client:
        authority = account.get("ca_certificate")
        if authority not in self._clients:
            try:
                self._clients[authority] = self._make_client(authority)
            except (ssl.SSLError, ValueError) as error:
                raise UnknownAccount(
                    "'ca_certificate' is not a PEM certificate", provider=account.provider, account=account.name
                ) from error
        return self._clients[authority]

    def _make_client(self, authority: str | None) -> httpx.Client:
        return httpx.Client(
            transport=self._transport or Transport(_tls(authority), MAX_ANSWER_BYTES),
            trust_env=False,
            headers=HEADERS,
            cookies=no_cookies(),
            event_hooks={"response": [stay_here]},
        )


def _tls(authority: str | None) -> ssl.SSLContext:
    """Which certificates are trusted. The usual authorities take 20 ms to load: a client of them is made at once."""
    if authority is None:
        return httpx.create_ssl_context(trust_env=False)
    return ssl.create_default_context(cadata=authority)
