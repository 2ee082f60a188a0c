"""Calls of the HTTP API. Problem documents (RFC 9457) become one line, `code: detail`."""

from __future__ import annotations

import argparse
import ipaddress
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from message_detail.version import __version__
from message_detail_cli.environment import KEY_VARIABLE
from message_detail_cli.errors import CliError, UsageProblem
from message_detail_cli.output import clean
from message_detail_cli.tools import Tools, cloud_of

SECONDS: Final = 40.0
"""More than API Gateway takes: it gives up after 30 s."""
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


class Api:
    """The API at an address, with a key."""

    def __init__(self, url: str, key: str, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url
        self._http = httpx.Client(
            headers={"Authorization": f"Bearer {key}", "User-Agent": f"message-detail-cli/{__version__}"},
            timeout=SECONDS,
            transport=transport,
            trust_env=not _is_loopback(urlsplit(url).hostname or ""),
        )

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """The JSON of a GET; parameters that are None are left out."""
        return self._ask("GET", path, params=_given(query or {}))

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON of a POST; keys whose value is None are left out."""
        return self._ask("POST", path, json=_given(body))

    def _ask(self, method: str, path: str, **arguments: Any) -> Any:
        try:
            answer = self._http.request(method, self._url + path, **arguments)
        except httpx.TimeoutException:
            raise ApiRefused(f"{self._url} did not answer within {SECONDS:.0f} s: try again") from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise ApiRefused(
                f"no connection to {self._url} ({type(error).__name__}): check --api and the network"
            ) from None
        body = _json(answer)
        if not answer.is_success:
            raise ApiRefused(_problem(answer, body), answer.status_code)
        if not isinstance(body, dict):
            raise ApiRefused(f"{self._url} did not answer with a JSON object: is it the API's address?", 200)
        return body


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
    if parts.scheme == "http" and not _is_loopback(host):
        raise UsageProblem("--api: must be https, for the API key goes with every call (http only on loopback)")
    return url.strip().rstrip("/").removesuffix("/v1").rstrip("/")


def _of_stack(arguments: argparse.Namespace, tools: Tools) -> str:
    """The address by the stack's outputs. An emulator of AWS (ministack) serves the API at its own address."""
    cloud = cloud_of(arguments)
    emulator = tools.environ.get("AWS_ENDPOINT_URL", "").rstrip("/")
    if emulator:
        return checked(f"{emulator}/_aws/execute-api/{cloud.output('ApiId')}/$default")
    return checked(cloud.output("ApiUrl"))


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None


def _problem(answer: httpx.Response, body: Any) -> str:
    """The line for an answer that is no success; API Gateway's own ones hold but a `message`."""
    told = body if isinstance(body, dict) else {}
    if isinstance(told.get("code"), str):
        text = f"{told['code']}: {told.get('detail') or told.get('title') or answer.status_code}"
    elif isinstance(told.get("message"), str):
        text = f"HTTP {answer.status_code}: {told['message']}"
    else:
        text = f"HTTP {answer.status_code} without a reason: is --api the API's address?"
    wait = told.get("retry_after") or answer.headers.get("retry-after")
    return clean(text)[:LONGEST_TEXT] + (f" (try again in {clean(wait)[:10]} s)" if wait else "")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
