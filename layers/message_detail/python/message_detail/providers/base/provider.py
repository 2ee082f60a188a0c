"""What a provider has to supply: a declaration, frozen and generic. Nothing here or in the core names a provider.

A provider does no I/O. Its way to a message is a generator of requests that is sent their answers (as in httpx's
auth flows), so that one place (adapters/provider_client.py) makes the calls and every provider can be tested without a
socket.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from message_detail.domain.errors import MessageNotFound, ProviderError
from message_detail.domain.message import Message, Via
from message_detail.domain.normalized import NormalizedMessage
from message_detail.providers.base.account import Account, AccountSchema
from message_detail.providers.base.field_rules import FieldTable

Document = dict[str, Any]
"""A provider's whole answer about a message as JSON data: the message's own fields at the top; further answers
and envelopes under keys that start with an underscore (`_detail`, `_emails`, `_envelope`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request to a provider, relative to the account's base URL.

    `path` is percent-encoded already (see `path_of`). An answer to an `optional` request that says not found or
    refused is handed to the provider instead of ending the fetch. A `spare` one is made only while there is plenty of
    time, and no error of it ends the fetch: what has been fetched before it is worth more than it.
    """

    path: str
    method: str = "GET"
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Mapping[str, Any] | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    authenticated: bool = True
    optional: bool = False
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: the status, headers (lower-cased names), and the body as JSON data (None if it is none).

    The body of an error may also be the short text that it has come with instead of JSON.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: Any = field(repr=False)
    error: ProviderError | None = None

    @property
    def ok(self) -> bool:
        """Whether the answer is a success, body included."""
        return self.error is None

    def object(self) -> dict[str, Any]:
        """The body when it is a JSON object, else an empty one."""
        return self.body if isinstance(self.body, dict) else {}


Steps = Generator[Request, Response, Document]
"""A provider's way to one message: yields requests, is sent their answers, returns the document."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a fetch knows beforehand. `part`: the provider's id of that part of the message which is the reason for the
    fetch (an e-mail of a thread that a webhook names). `stored`: the message as it was stored last."""

    part: str | None = None
    stored: Message | None = field(default=None, repr=False)


NO_LOOK: Final = Look()


@dataclass(frozen=True, slots=True)
class Context:
    """What a mapping needs to know besides the document. `fetched_at` is a canonical timestamp, `mapping` the
    version of the provider's tables."""

    account: Account
    message_id: str
    fetched_at: str
    via: Via = Via.LOOKUP
    mapping: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """An access token. `expires_in` is in seconds from now, None when the provider doesn't say."""

    access_token: str = field(repr=False)
    expires_in: float | None = None
    refresh_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogin:
    """How to get and renew an access token.

    `sign_in` (None: can't) trades the account's own credentials for a token; `refresh` (None: can't) trades a
    refresh token. `seed` gives the refresh token that the account starts with, for providers that have no sign-in.
    `read` makes a Token of the answer, or raises ProviderRefused with a reason. `rejected` tells whether an error
    answer to any call means that the access token is no longer good, as opposed to lacking a right.
    """

    read: Callable[[Response, Account], Token]
    rejected: Callable[[Response], bool]
    sign_in: Callable[[Account], Request] | None = None
    refresh: Callable[[Account, str], Request] | None = None
    seed: Callable[[Account], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """How requests of an account are authenticated: `headers` builds them from a secret, which is either the
    account's static key (`static`) or an access token got by `login` (None for an account with a static key)."""

    headers: Callable[[Account, str], Mapping[str, str]]
    static: Callable[[Account], str | None]
    login: TokenLogin | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Provider:
    """One provider, whole.

    name: URL segment, storage key and folder name; never renamed. docs: the vendor's page of the call.
    retrieve: the way to one message. retrieve_parts: the same where messages have parts of their own (None: they have
    none). classify: what an answer's status and body mean, None for a success.
    normalize: the pure mapping of a document. fields: the rule for each leaf of a document, by path.
    reports_delivery: whether it says of messages that they arrived; where "sent" is the end, no rate can be told.
    pause_after: seconds to leave the account alone after an answer, so that a budget that the provider tells of is
    not exhausted; None to go on. tells_engagement: whether an answer may say more after the delivery (opened …).
    reserved_ids: ids that are other endpoints of the vendor and therefore never sent. absent_id: one that no message
    has, of the shape of the vendor's.
    """

    name: str
    title: str
    docs: str
    schema: AccountSchema
    authentication: Authentication
    retrieve: Callable[[Account, str], Steps]
    classify: Callable[[Response], ProviderError | None]
    normalize: Callable[[Document, Context], NormalizedMessage]
    fields: FieldTable
    retrieve_parts: Callable[[Account, str, Look], Steps] | None = None
    reserved_ids: frozenset[str] = frozenset()
    pause_after: Callable[[Response], float | None] | None = None
    reports_engagement: bool = False
    reports_delivery: bool = True
    absent_id: str = "00000000-0000-4000-8000-000000000000"

    def check_id(self, account: Account, message_id: str) -> None:
        """MessageNotFound for an id that is another endpoint of the vendor, or that a server could read as a path.

        It is checked before a call is begun: such an id is never sent, and uses up no try of a provider that is down.
        """
        if message_id in self.reserved_ids or not message_id.strip("."):
            raise MessageNotFound("no message has this id", provider=self.name, account=account.name)

    def steps(self, account: Account, message_id: str, look: Look = NO_LOOK) -> Steps:
        """The way to one message, with what is known of it beforehand."""
        if self.retrieve_parts is not None:
            return self.retrieve_parts(account, message_id, look)
        return self.retrieve(account, message_id)


def url_path(*segments: str) -> str:
    """A path of literal segments, each percent-encoded whole, so that an id can't change what is called."""
    return "/" + "/".join(quote(segment, safe="") for segment in segments)


def bearer(_account: Account, token: str) -> Mapping[str, str]:
    """The header of a bearer token (RFC 6750), for `Authentication.headers`."""
    return {"Authorization": f"Bearer {token}"}


def basic(user: str, password: str) -> Authentication:
    """HTTP Basic (RFC 7617) with two of the account's settings, the keys of which are given here."""

    def pair(account: Account) -> str:
        return f"{account.require(user)}:{account.require(password)}"

    return Authentication(headers=_basic_header, static=pair)


def _basic_header(_account: Account, pair: str) -> Mapping[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def given_token(account: Account) -> str | None:
    """The account's own `token`, for `Authentication.static`; None when it has to log in."""
    return account.get("token")
