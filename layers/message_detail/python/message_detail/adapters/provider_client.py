"""The one way out: HTTP calls to providers. Whatever goes wrong becomes one of our errors.

Limits of time and size that hold for the whole exchange (see transport.py), no redirect to elsewhere, TLS verified,
one client per container.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, TypeVar

import httpx

from message_detail import observability
from message_detail.adapters import charsets
from message_detail.adapters.access_tokens import Tokens
from message_detail.adapters.transport import DEADLINE, Transport
from message_detail.domain import json_codec, waits
from message_detail.domain.errors import (
    AnswerTooLarge,
    MessageNotFound,
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    Temporary,
    UnknownAccount,
)
from message_detail.providers.base.account import Account
from message_detail.providers.base.listing import Listing, Page, Window
from message_detail.providers.base.provider import NO_LOOK, Document, Look, Provider, Request, Response
from message_detail.version import __version__

MAX_ANSWER_BYTES: Final = 5 * 1024 * 1024
MAX_REDIRECTS: Final = 2
MAX_LOCATION: Final = 4096
MAX_CONTENT_TYPE: Final = 256
"""Characters of the headers `Location` and `Content-Type` that are read."""
MAX_TEXT: Final = 2000
"""Characters of an error's answer that is no JSON but a text."""
_CHARSET: Final = re.compile(r"""charset[ ]{0,4}=[ ]{0,4}["']?([\w.:-]{1,32})""", re.IGNORECASE)
CONNECT_SECONDS: Final = 5.0
MIN_SECONDS: Final = 0.1
SPARE_SHARE: Final = 0.5
"""The part of a fetch's time after which nothing more is asked for that the fetch can do without."""
THROTTLED_SECONDS: Final = 10.0
"""How long an account is left alone that was throttled at such a request, where the provider tells no time."""
USER_AGENT: Final = f"message-detail/{__version__}"

Call = Callable[[Request], Response]
R = TypeVar("R")


class ProviderClient:
    """Calls providers. Thread-safe; keep one per container so that connections are reused.

    `pause` holds an account back for so many seconds. `transport` replaces the network in tests.
    """

    def __init__(
        self,
        tokens: Tokens,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[Account, float], None] = lambda _account, _seconds: None,
    ) -> None:
        self._tokens = tokens
        self._transport = transport
        self._pause = pause
        self._clients: dict[str | None, httpx.Client] = {}

    def fetch(
        self, provider: Provider, account: Account, message_id: str, seconds: float, look: Look = NO_LOOK
    ) -> Document:
        """All that the provider tells of a message, within `seconds`. Raises ProviderError and its kin.

        Ids that are another endpoint of the vendor, or that a server could read as a path, are never sent.
        """
        if message_id in provider.reserved_ids or not message_id.strip("."):
            raise MessageNotFound("no message has this id", provider=provider.name, account=account.name)
        now = time.monotonic()
        session = _Session(self, provider, account, now + seconds, self._tokens, now + seconds * SPARE_SHARE)
        with _named(provider, account):
            return fetch_document(provider, account, message_id, session.call, look)

    def page(
        self, provider: Provider, listing: Listing, account: Account, window: Window, cursor: str | None, seconds: float
    ) -> Page:
        """One page of the provider's list, within `seconds`."""
        session = _Session(self, provider, account, time.monotonic() + seconds, self._tokens)
        with _named(provider, account):
            return run_steps(listing.page(account, window, cursor), _large_ones_told(session.call))

    def throttled(self, account: Account, error: RateLimited) -> None:
        """Leaves an account alone that was throttled at a request which ends no fetch."""
        self._pause(account, THROTTLED_SECONDS if error.retry_after is None else error.retry_after)

    def heed(self, provider: Provider, account: Account, answer: Response) -> bool:
        """Leaves the account alone for a while where the answer says that its budget is nearly used up; whether so."""
        seconds = provider.pause_after(answer) if provider.pause_after is not None else None
        if seconds is None or not answer.ok:
            return False
        self._pause(account, seconds)
        return True

    def send(self, account: Account, request: Request, headers: Mapping[str, str], deadline: float) -> Response:
        """One exchange; the answer is not judged yet."""
        url = account.base_url + request.path
        if any(not value.isprintable() for value in headers.values()):
            raise ProviderRefused("the account's credentials hold characters that no header can carry")
        try:
            client = self._client(account)
            for _ in range(MAX_REDIRECTS + 1):
                status, answer_headers, content = self._exchange(client, account, url, request, headers, deadline)
                if status not in (301, 302, 303, 307, 308):
                    return Response(status, answer_headers, _body(status, content, answer_headers))
                url = _same_origin(url, answer_headers.get("location", ""))
                request = _redirected(request, status)
        except (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError) as error:
            raise ProviderRefused("the account's settings make no valid HTTP request: check them") from error
        except httpx.TimeoutException as error:
            raise ProviderTimeout("the provider did not answer in time") from error
        except httpx.DecodingError as error:
            raise ProviderBadAnswer("the answer can't be decompressed") from error
        except httpx.HTTPError as error:
            raise _transport_error(error) from error
        raise ProviderBadAnswer("the provider redirects without end")

    def _exchange(
        self,
        client: httpx.Client,
        account: Account,
        url: str,
        request: Request,
        headers: Mapping[str, str],
        deadline: float,
    ) -> tuple[int, dict[str, str], bytes]:
        left = min(deadline - time.monotonic(), account.timeout_seconds)
        if left < MIN_SECONDS:
            raise ProviderTimeout("no time was left for the call")
        until = time.monotonic() + left
        with client.stream(
            request.method,
            url,
            params=request.query or None,
            headers={**request.headers, **headers},
            json=request.json,
            data=request.form,
            timeout=httpx.Timeout(left, connect=min(left, CONNECT_SECONDS)),
            extensions={DEADLINE: until},
        ) as response:
            return response.status_code, _headers(response), _read(response, until)

    def _client(self, account: Account) -> httpx.Client:
        authority = account.get("ca_certificate")
        if authority not in self._clients:
            self._clients[authority] = httpx.Client(
                transport=self._transport or Transport(_tls(authority, account), MAX_ANSWER_BYTES),
                trust_env=False,
                headers={"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip, deflate"},
                event_hooks={"response": [_keep_location]},
            )
        return self._clients[authority]


class _Session:
    """The calls of one fetch: authenticated, judged, and repeated once where the access token had died."""

    def __init__(
        self,
        provider_client: ProviderClient,
        provider: Provider,
        account: Account,
        deadline: float,
        tokens: Tokens,
        spare_until: float = 0.0,
    ) -> None:
        self._provider_client = provider_client
        self._provider = provider
        self._account = account
        self._deadline = deadline
        self._tokens = tokens
        self._spare_until = spare_until

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
            self._provider_client.throttled(self._account, answer.error)
        return answer

    def _call(self, request: Request) -> Response:
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
        answer = classified(self._provider, self._provider_client.send(self._account, request, headers, self._deadline))
        if self._provider_client.heed(self._provider, self._account, answer):
            self._spare_until = float("-inf")
        return answer


def classified(provider: Provider, answer: Response) -> Response:
    """The answer with the error that it stands for, if it is one."""
    error = provider.classify(answer)
    if error is None and answer.status >= 400:
        error = ProviderRefused(f"the provider answered {answer.status}")
    if error is None and not isinstance(answer.body, dict):
        error = ProviderBadAnswer("the answer is not a JSON object")
    if isinstance(error, Temporary):
        asked = error.retry_after
        told = waits.told(answer.headers.get("retry-after")) if asked is None else asked
        error.retry_after = None if told is None else waits.believed(told)
        if error.retry_after != told:
            observability.count("wait_capped")
    return Response(answer.status, answer.headers, answer.body, error)


def fetch_document(provider: Provider, account: Account, message_id: str, call: Call, look: Look = NO_LOOK) -> Document:
    """Drives a provider's way to a message; `call` answers each request. Checks that it is the message asked for."""
    document = run_steps(provider.steps(account, message_id, look), call)
    _check_id(provider, document, message_id)
    return document


def run_steps(steps: Generator[Request, Response, R], call: Call) -> R:
    """Answers a generator's requests with `call` until it returns."""
    try:
        request = next(steps)
        while True:
            request = steps.send(_usable(call(request), request))
    except StopIteration as done:
        result: R = done.value
        return result


def _large_ones_told(call: Call) -> Call:
    """A list's request that was answered with too much isn't the end of it: a smaller page can be asked for."""

    def told(request: Request) -> Response:
        try:
            return call(request)
        except AnswerTooLarge as error:
            return Response(0, {}, None, error)

    return told


@contextmanager
def _named(provider: Provider, account: Account) -> Iterator[None]:
    """Errors from inside tell whose they are."""
    try:
        yield
    except ProviderError as error:
        error.provider, error.account = provider.name, account.name
        raise


def _usable(answer: Response, request: Request) -> Response:
    """An answer that the provider may see; an error ends the fetch unless the request was optional."""
    bearable = request.spare or (request.optional and not isinstance(answer.error, Temporary))
    if answer.error is not None and request.authenticated and not bearable:
        raise answer.error
    return answer


def _check_id(provider: Provider, document: Document, message_id: str) -> None:
    path = next(name for name, rule in provider.fields.rules.items() if "provider_message_id" in rule.targets)
    found = document.get(path)
    if found is None or found == "":
        raise ProviderBadAnswer("the answer holds no message id")
    if str(found) != message_id:
        raise ProviderBadAnswer("the answer is about another message")


def _read(response: httpx.Response, until: float) -> bytes:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise AnswerTooLarge(f"the answer is larger than {MAX_ANSWER_BYTES} bytes")
        if time.monotonic() > until:
            raise ProviderTimeout("the provider did not finish its answer in time")
    return bytes(content)


def _keep_location(response: httpx.Response) -> None:
    """Sets `Location` aside: httpx would make a request of it by itself, and fail where it is no address."""
    if "location" in response.headers:
        response.extensions["location"] = response.headers.pop("location")


def _headers(response: httpx.Response) -> dict[str, str]:
    """By lower-case name; the values of one that came more than once are joined by commas."""
    headers: dict[str, str] = {}
    for name, value in response.headers.multi_items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    location = response.extensions.get("location")
    return headers if location is None else {**headers, "location": location}


def _body(status: int, content: bytes, headers: Mapping[str, str]) -> Any:
    """The JSON of an answer; of an error without JSON its short text; None where it is neither.

    Some answers are not in UTF-8 but in what their `charset` says.
    """
    charset = _CHARSET.search(headers.get("content-type", "")[:MAX_CONTENT_TYPE])
    try:
        text = charsets.decoded(content, charset[1] if charset else None)
    except ValueError:
        return None
    try:
        return json_codec.loads(text)
    except ValueError:
        return _sentence(text) if status >= 400 else None


def _sentence(text: str) -> str | None:
    """A text that is to be read; a page of a proxy and JSON that is broken are none."""
    text = text.strip() if len(text) <= MAX_TEXT else ""
    return None if text.startswith(("<", "{", "[")) else text or None


def _same_origin(url: str, location: str) -> str:
    """The address that a redirect leads to, as long as it is the same server."""
    if len(location) > MAX_LOCATION:
        raise ProviderBadAnswer("the provider redirects to an address that is too long")
    here = httpx.URL(url)
    try:
        there = here.join(location)
    except (httpx.InvalidURL, ValueError):  # of the latter are those of urllib and of IDNA
        there = httpx.URL()
    if not location.strip() or _origin(here) != _origin(there):
        raise ProviderBadAnswer("the provider redirects to another address: check base_url")
    return str(there)


def _origin(url: httpx.URL) -> tuple[str, bytes, bytes]:
    """The server, in lower case and without the port that its scheme has anyway, and the user who is named to it."""
    return url.scheme, url.netloc, url.userinfo


def _redirected(request: Request, status: int) -> Request:
    """The request to the address of a redirect, which has its own query. After a 303 it is a GET (RFC 9110, 15.4.4)."""
    if status == 303:
        return replace(request, query={}, method="GET", json=None, form=None)
    return replace(request, query={})


def _tls(authority: str | None, account: Account) -> ssl.SSLContext:
    if authority is None:
        return httpx.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cadata=authority)
    except (ssl.SSLError, ValueError) as error:
        raise UnknownAccount(
            "'ca_certificate' is not a PEM certificate", provider=account.provider, account=account.name
        ) from error


def _transport_error(error: httpx.HTTPError) -> ProviderError:
    if _is_certificate_error(error):
        return ProviderRefused("the provider's TLS certificate is not trusted; see ca_certificate")
    return ProviderUnavailable(f"no connection to the provider ({type(error).__name__})")


def _is_certificate_error(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
