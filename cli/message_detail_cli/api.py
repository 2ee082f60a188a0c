"""Calls of the HTTP API. Problem documents (RFC 9457) become one line, `code: detail`."""

from __future__ import annotations

import argparse
import ipaddress
import re
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from message_detail.version import __version__
from message_detail_cli.environment import KEY_VARIABLE
from message_detail_cli.errors import CliError, UsageProblem
from message_detail_cli.output import clean
from message_detail_cli.tools import Tools, cloud_of
from message_detail_client import ApiError, Client, NotTheApi, Patience, Unreachable

LONGEST_TEXT: Final = 500
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")


class ApiRefused(CliError):
    """The API said no, or nothing of use. `status` is the HTTP status, 0 where no answer came."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status

    @property
    def passes(self) -> bool:
        """Whether the same call may well be answered in a moment."""
        return self.status == 0 or self.status in (429, 500, 502, 503, 504)


class Api(Client):
    """The API at an address, with a key. It does not wait: whoever sits before it is told how long that would take."""

    def __init__(self, url: str, key: str, transport: httpx.BaseTransport | None = None) -> None:
        self.key = key
        self._transport = transport
        super().__init__(
            url,
            key,
            patience=Patience(retries=0),
            transport=transport,
            user_agent=f"message-detail-cli/{__version__}",
            trust_env=not is_loopback(urlsplit(url).hostname or ""),
        )

    def as_caller(self, token: str) -> Api:
        """The same API, called with another key or a session token."""
        return Api(self._url, token, self._transport)

    def call(self, method: str, place: str, **sent: Any) -> Any:
        """The JSON object that a call answers; ApiRefused with the line for a terminal."""
        try:
            return super().call(method, place, **sent)
        except NotTheApi as error:
            raise ApiRefused(str(error), 200) from None

    def answered(self, method: str, place: str, **sent: Any) -> httpx.Response:
        """The answer to a call that went well; ApiRefused likewise."""
        try:
            return super().answered(method, place, **sent)
        except ApiError as error:
            raise ApiRefused(_line(error), error.status) from None
        except NotTheApi as error:
            raise ApiRefused(str(error), 200) from None
        except Unreachable as error:
            raise ApiRefused(f"{error}: check --api and the network") from None


def api_of(arguments: argparse.Namespace, tools: Tools) -> Api:
    """The API that the options, the environment or the stack's outputs name."""
    of_profile = arguments.profile.key() if arguments.profile and not arguments.key else None
    key = (arguments.key or of_profile or tools.environ.get(KEY_VARIABLE) or "").strip()
    if not key:
        raise UsageProblem(f"no API key: set {KEY_VARIABLE} (message-detail keys create makes one)")
    if not _TOKEN.fullmatch(key):
        raise UsageProblem(f"the API key in --key, {KEY_VARIABLE} or the profile holds characters that no key has")
    return Api(url_of(arguments, tools), key, tools.transport)


def url_of(arguments: argparse.Namespace, tools: Tools) -> str:
    """The API's address, without `/v1`."""
    return checked(arguments.api) if arguments.api else _of_stack(arguments, tools)


def checked(url: str) -> str:
    """An address without `/v1` and trailing slashes. The key goes out in the clear only to this machine."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageProblem("--api: give an address such as https://abc123.execute-api.eu-central-1.amazonaws.com")
    if parts.scheme == "http" and not is_loopback(host):
        raise UsageProblem("--api: must be https, for the API key goes with every call (http only on loopback)")
    return url.strip().rstrip("/").removesuffix("/v1").rstrip("/")


def _of_stack(arguments: argparse.Namespace, tools: Tools) -> str:
    """The address by the stack's outputs. An emulator of AWS (ministack) serves the API at its own address."""
    cloud = cloud_of(arguments)
    emulator = tools.environ.get("AWS_ENDPOINT_URL", "").rstrip("/")
    if emulator:
        return checked(f"{emulator}/_aws/execute-api/{cloud.output('ApiId')}/$default")
    return checked(cloud.output("ApiUrl"))


def _line(error: ApiError) -> str:
    """The line for an answer that is no success; API Gateway's own ones hold but a `message`."""
    told = error.detail or ("without a reason: is --api the API's address?" if error.code is None else error.status)
    text = f"{error.code}: {told}" if error.code else f"HTTP {error.status}{':' if error.detail else ''} {told}"
    wait = f" (try again in {error.retry_after:g} s)" if error.retry_after else ""
    return clean(text)[:LONGEST_TEXT] + wait


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
