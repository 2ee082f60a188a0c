"""Endpoints: to whom events go out, as an operator sets them up. Pure.

An endpoint is a secret, as an account is: only who may write secrets says where events go. No value of its settings is
part of a repr, an error or a log line but its name and its URL's host. Light: `changes()` imports it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from message_detail.domain.channel import Channel
from message_detail.domain.errors import EndpointUnusable
from message_detail.domain.events_out.event import Event, EventType
from message_detail.domain.status import Outcome
from message_detail.domain.webhook_secrets import STANDARD_PREFIX, clean_secret, standard_key

NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
SUMMARY: Final = "summary"
FULL: Final = "full"
"""Values of `include`: what of a message is sent."""
ALL: Final = "all"
LATEST: Final = "latest"
"""Values of `mode`: every event, or of each message the latest only."""
LONGEST_SECONDS: Final = 15.0
"""Of one attempt, from resolving the name to the answer; the default, too."""
SHORTEST_KEY: Final = 16
LONGEST_KEY: Final = 64
"""Bytes of a secret's key. Standard Webhooks asks for 24 to 64; what has fewer than 16 can be guessed."""
MAX_SECRETS: Final = 10
MAX_HEADERS: Final = 20
MAX_HEADER_VALUE: Final = 4_096
MAX_URL: Final = 2_048
_HOST: Final = re.compile(r"[A-Za-z0-9_.-]{1,253}")
_NUMBER: Final = r"(?:0[xX][0-9a-fA-F]*|[0-9]+)"
_NUMBERS: Final = re.compile(rf"{_NUMBER}(?:\.{_NUMBER}){{0,3}}\.?")
"""What the C library reads as an address of IPv4: octal, hexadecimal, and with fewer than four parts, too."""
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")
"""https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2"""
_OUR_HEADERS: Final = frozenset(
    {
        *("host", "content-length", "content-encoding", "transfer-encoding", "connection"),
        *("accept", "accept-encoding", "user-agent", "te", "trailer", "upgrade", "expect", "keep-alive"),
    }
)
_OUR_HEADER_PREFIXES: Final = ("webhook-", "proxy-")
_PROVIDER: Final = re.compile("[a-z0-9_-]{1,64}")
_ACCOUNT: Final = re.compile(r"[a-z0-9_-]{1,64}:[A-Za-z0-9._-]{1,64}")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One endpoint, ready for use. A filter that is None lets everything through.

    `allow_networks` are networks whose addresses may be called though they are nobody's on the internet, and over plain
    HTTP, too.
    """

    name: str
    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    types: frozenset[str] | None = None
    providers: frozenset[str] | None = None
    accounts: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    outcomes: frozenset[str] | None = None
    include: str = SUMMARY
    mode: str = ALL
    timeout_seconds: float = LONGEST_SECONDS
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    allow_networks: tuple[Network, ...] = ()

    @property
    def host(self) -> str:
        """The host of its URL, which is all of it that is shown."""
        return urlsplit(self.url).hostname or ""

    def wants(self, event: Event) -> bool:
        """Whether the event is to be sent here."""
        if event.type is EventType.TEST:
            return event.data.get("endpoint") == self.name
        if event.type is EventType.PAUSED and event.data.get("endpoint") == self.name:
            return False
        return _passes(self.types, event.type.value) and self._wants_of(event) and self._wants_message(event)

    def _wants_of(self, event: Event) -> bool:
        """Whether the event's account passes; one of no account does."""
        if event.provider is None:
            return True
        account = f"{event.provider}:{event.account}"
        return _passes(self.providers, event.provider) and _passes(self.accounts, account)

    def _wants_message(self, event: Event) -> bool:
        """Whether the event's message passes; an event about none does, and what isn't known of one that is erased."""
        if not event.type.is_of_message:
            return True
        return all(
            event.data.get(key) is None or _passes(wanted, event.data[key])
            for key, wanted in (("channel", self.channels), ("outcome", self.outcomes))
        )


def _passes(wanted: frozenset[str] | None, value: str) -> bool:
    return wanted is None or value in wanted


def check_name(name: str) -> str:
    """The endpoint's name, or EndpointUnusable where none can have it."""
    if not NAME.fullmatch(name):
        raise EndpointUnusable("endpoint: its name must be 1 to 64 of the characters A-Z a-z 0-9 . _ -")
    return name


def build(name: str, values: Mapping[str, Any], default_networks: Iterable[str] = ()) -> Endpoint:
    """The endpoint made of one JSON or TOML object; EndpointUnusable says which keys are unknown, missing or bad.

    `default_networks` is `allow_networks` where the settings don't say.
    """
    values = {"allow_networks": list(default_networks), **values}
    problems = _problems(check_name(name), values)
    if problems:
        raise EndpointUnusable(f"the settings of endpoint {name!r} can't be used: {'; '.join(problems)}")
    return Endpoint(
        name=name,
        url=values["url"],
        secrets=tuple(map(clean_secret, values["secrets"])),
        **{key: frozenset(values[key]) for key in _WORDS if key in values},
        include=values.get("include", SUMMARY),
        mode=values.get("mode", ALL),
        timeout_seconds=float(values.get("timeout_seconds", LONGEST_SECONDS)),
        headers=dict(values.get("headers", {})),
        allow_networks=tuple(map(ipaddress.ip_network, values["allow_networks"])),
    )


def _problems(name: str, values: Mapping[str, Any]) -> list[str]:
    problems = [f"unknown key {key!r}" for key in sorted(values.keys() - _CHECKS.keys())]
    problems += [f"{key!r} is missing" for key in ("url", "secrets") if key not in values]
    if "name" in values and values["name"] != name:
        problems.append("'name' is another than the secret's")
    found = (_CHECKS[key](values[key]) for key in values if key in _CHECKS)
    return problems + [problem for problem in found if problem is not None]


def _bad_url(url: Any) -> str | None:
    wrong = _what_is_wrong_with(url) if isinstance(url, str) else "a string"
    return f"'url' must be {wrong}" if wrong is not None else None


def _what_is_wrong_with(url: str) -> str | None:
    """What a URL must be and isn't; None where it may be called, as far as its text tells."""
    if len(url) > MAX_URL or not (url.isascii() and url.isprintable()) or set(url) & set(" \\"):
        return f"in ASCII (a host of other letters as xn--…), without blanks, of at most {MAX_URL} characters"
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return "an address that can be read"
    if parts.scheme not in ("https", "http"):
        return "an https address"
    if "@" in parts.netloc:
        return "without user and password: put them into 'headers'"
    if "#" in url:
        return "without a fragment (#…)"
    if port == 0:
        return "an address with a port that exists"
    return _what_is_wrong_with_host(host, parts.netloc)


def _what_is_wrong_with_host(host: str, netloc: str) -> str | None:
    if netloc.startswith("["):
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            return "an address that can be read"
        return "without a zone (%…)" if "%" in host else None
    if not _HOST.fullmatch(host) or ".." in host or host.startswith("."):
        return "an address with a host that can be read"
    if _NUMBERS.fullmatch(host) and not _is_plain(host):
        return "an address whose host is a name, or a.b.c.d in decimal numbers"
    return None


def _is_plain(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


def _bad_secrets(secrets: Any) -> str | None:
    if not _is_list(secrets) or not 1 <= len(secrets) <= MAX_SECRETS:
        return f"'secrets' must be a list of 1 to {MAX_SECRETS} secrets"
    bad = [str(place) for place, secret in enumerate(secrets, start=1) if not _is_secret(secret)]
    if bad:
        return (
            f"'secrets': number {', '.join(bad)} is no secret of Standard Webhooks: {STANDARD_PREFIX} and "
            f"{SHORTEST_KEY} to {LONGEST_KEY} bytes in base64"
        )
    return None


def _is_secret(secret: Any) -> bool:
    if not isinstance(secret, str) or not (cleaned := clean_secret(secret)).startswith(STANDARD_PREFIX):
        return False
    try:
        return SHORTEST_KEY <= len(standard_key(cleaned)) <= LONGEST_KEY
    except ValueError:
        return False


def _bad_headers(headers: Any) -> str | None:
    if not isinstance(headers, Mapping) or len(headers) > MAX_HEADERS:
        return f"'headers' must be an object of at most {MAX_HEADERS} headers"
    for name, value in headers.items():
        if not isinstance(name, str) or not _TOKEN.fullmatch(name):
            return "'headers' must have names of letters, digits and hyphens"
        if name.lower() in _OUR_HEADERS or name.lower().startswith(_OUR_HEADER_PREFIXES):
            return f"'headers' must not hold {name!r}, which is ours to set"
        if not isinstance(value, str) or not (
            value.isascii() and value.isprintable() and len(value) <= MAX_HEADER_VALUE
        ):
            return f"'headers': the value of {name!r} must be a text that a header can carry"
    return None


def _bad_networks(networks: Any) -> str | None:
    try:
        good = _is_list(networks) and all(isinstance(one, str) and ipaddress.ip_network(one) for one in networks)
    except ValueError:
        good = False
    return None if good else "'allow_networks' must be a list of networks, like 10.1.2.0/24"


def _bad_timeout(seconds: Any) -> str | None:
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if is_number and 0 < seconds <= LONGEST_SECONDS:
        return None
    return f"'timeout_seconds' must be a number above 0, at most {LONGEST_SECONDS:.0f}"


def _one_of(key: str, *words: str) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        return None if value in words else f"{key!r} must be {' or '.join(map(repr, words))}"

    return check


def _some_of(key: str, words: Iterable[str]) -> Callable[[Any], str | None]:
    known = sorted(words)

    def check(value: Any) -> str | None:
        good = _is_list(value) and value and all(isinstance(one, str) and one in known for one in value)
        return None if good else f"{key!r} must be a list of some of {', '.join(known)}"

    return check


def _bad_texts(key: str, pattern: re.Pattern[str], words: str) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        good = _is_list(value) and value and all(isinstance(one, str) and pattern.fullmatch(one) for one in value)
        return None if good else f"{key!r} must be a list of {words}"

    return check


def _bad_name(name: Any) -> str | None:
    return None if isinstance(name, str) else "'name' must be a string"


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


_WORDS: Final = ("types", "providers", "accounts", "channels", "outcomes")
_CHECKS: Final[Mapping[str, Callable[[Any], str | None]]] = {
    "name": _bad_name,
    "url": _bad_url,
    "secrets": _bad_secrets,
    "types": _some_of("types", (one.value for one in EventType)),
    "providers": _bad_texts("providers", _PROVIDER, "names of providers"),
    "accounts": _bad_texts("accounts", _ACCOUNT, "accounts, each as provider:account"),
    "channels": _some_of("channels", (one.value for one in Channel)),
    "outcomes": _some_of("outcomes", (one.value for one in Outcome)),
    "include": _one_of("include", SUMMARY, FULL),
    "mode": _one_of("mode", ALL, LATEST),
    "timeout_seconds": _bad_timeout,
    "headers": _bad_headers,
    "allow_networks": _bad_networks,
}
"""What is wrong with the value of each key, in words without the value."""
