"""One exchange over HTTP: a request of ours, its answer. Whatever goes wrong becomes one of our errors.

Time limits that hold for the whole exchange with its redirects (see transport.py), and no redirect to elsewhere.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final

import httpx

from message_detail.adapters import charsets
from message_detail.adapters.transport import DEADLINE
from message_detail.domain import json_codec
from message_detail.domain.errors import (
    AnswerTooLarge,
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
)
from message_detail.providers.base.provider import Request, Response

MAX_ANSWER_BYTES: Final = 5 * 1024 * 1024
MAX_REDIRECTS: Final = 2
MAX_LOCATION: Final = 4096
MAX_CONTENT_TYPE: Final = 256
"""Characters of the headers `Location` and `Content-Type` that are read."""
MAX_TEXT: Final = 2000
"""Characters of an error's answer that is no JSON but a text."""
CONNECT_SECONDS: Final = 5.0
MIN_SECONDS: Final = 0.1
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_CHARSET: Final = re.compile(r"""charset[ ]{0,4}=[ ]{0,4}["']?([\w.:-]{1,32})""", re.IGNORECASE)


def exchange(
    client: httpx.Client, base_url: str, request: Request, headers: Mapping[str, str], seconds: float
) -> Response:
    """Sends a request, and follows redirects on the same server; the answer is not judged yet.

    All of it has `seconds`. Raises ProviderError and its kin.
    """
    if any(not value.isprintable() for value in headers.values()):
        raise ProviderRefused("the account's credentials hold characters that no header can carry")
    if seconds < MIN_SECONDS:
        raise ProviderTimeout("no time was left for the call")
    until = time.monotonic() + seconds
    with _our_errors():
        sent = client.build_request(
            request.method,
            base_url + request.path,
            params=request.query or None,
            headers={**request.headers, **headers},
            json=request.json,
            data=request.form,
            timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
            extensions={DEADLINE: until},
        )
        for _ in range(MAX_REDIRECTS + 1):
            response = client.send(sent, stream=True)
            content = _content(response, until)
            if response.next_request is None:
                return _answer(response, content)
            sent = response.next_request
    raise ProviderBadAnswer("the provider redirects without end")


def stay_here(response: httpx.Response) -> None:
    """A hook of the client: ProviderBadAnswer where an answer leads to another server, or to no address.

    Then httpx makes the next request of the address as it was read here.
    """
    if response.status_code not in _REDIRECTS:
        return
    location = response.headers.get("location", "")
    if len(location) > MAX_LOCATION:
        raise ProviderBadAnswer("the provider redirects to an address that is too long")
    here = response.request.url
    try:
        there = here.join(location)
    except (httpx.InvalidURL, ValueError):  # of the latter are those of urllib and of IDNA
        there = httpx.URL()
    if not location.strip() or _origin(here) != _origin(there):
        raise ProviderBadAnswer("the provider redirects to another address: check base_url")
    response.headers["location"] = str(there)


def no_cookies() -> CookieJar:
    """A jar that takes none: accounts share a client, and one's session is no other's."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def _origin(url: httpx.URL) -> tuple[str, bytes, bytes]:
    """The server, in lower case and without the port that its scheme has anyway, and the user who is named to it."""
    return url.scheme, url.netloc, url.userinfo


@contextmanager
def _our_errors() -> Iterator[None]:
    """Turns what httpx raises inside into our errors."""
    try:
        yield
    except (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError) as error:
        raise ProviderRefused("the account's settings make no valid HTTP request: check them") from error
    except httpx.TimeoutException as error:
        raise ProviderTimeout("the provider did not answer in time") from error
    except httpx.DecodingError as error:
        raise ProviderBadAnswer("the answer can't be decompressed") from error
    except httpx.HTTPError as error:
        raise _transport_error(error) from error


def _transport_error(error: httpx.HTTPError) -> ProviderError:
    if is_certificate_error(error):
        return ProviderRefused("the provider's TLS certificate is not trusted; see ca_certificate")
    return ProviderUnavailable(f"no connection to the provider ({type(error).__name__})")


def is_certificate_error(error: BaseException | None) -> bool:
    """Whether it was a certificate that kept a connection from being made."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _content(response: httpx.Response, until: float) -> bytes:
    """The whole body, within the limits of size and time."""
    content = bytearray()
    try:
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > MAX_ANSWER_BYTES:
                raise AnswerTooLarge(f"the answer is larger than {MAX_ANSWER_BYTES} bytes")
            if time.monotonic() > until:
                raise ProviderTimeout("the provider did not finish its answer in time")
    finally:
        response.close()
    return bytes(content)


def _answer(response: httpx.Response, content: bytes) -> Response:
    headers = _headers(response)
    return Response(response.status_code, headers, _body(response.status_code, content, headers))


def _headers(response: httpx.Response) -> dict[str, str]:
    """By lower-case name; the values of one that came more than once are joined by commas."""
    headers: dict[str, str] = {}
    for name, value in response.headers.multi_items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


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
