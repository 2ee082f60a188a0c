"""From an endpoint's URL to the one address that may be dialled: resolved once, and every address checked.

What is checked is what is dialled: another look-up by whoever connects could bring another answer.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final
from urllib.parse import urlsplit

from message_detail.domain.events_out.attempt import NO_ANSWER, NOT_ENCRYPTED, NOT_FOUND, NOT_PUBLIC
from message_detail.domain.events_out.endpoint import Endpoint
from message_detail.domain.events_out.guard import Address, is_named, is_public, read_address

PORTS: Final = {"https": 443, "http": 80}

Resolve = Callable[[str, int], list[str]]
"""The addresses of a host, as the system gives them. OSError, UnicodeError."""


class NotDialled(Exception):
    """The endpoint is not called. The text says why, without an address."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """What is dialled (`url`, by its address), and who is meant: `host` for TLS, `authority` for the header `Host`."""

    url: str
    host: str
    authority: str


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host. OSError, UnicodeError."""
    return [str(found[0]) for *_, found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def pin(endpoint: Endpoint, until: float, find: Resolve = resolve) -> Pinned:
    """The address to dial; NotDialled where there is none that may be.

    `until`, of `time.monotonic`, is how long the resolver may take. Of several addresses all must be allowed: who
    mixes them plays with the choice.
    """
    parts = urlsplit(endpoint.url)
    host = (parts.hostname or "").removesuffix(".")
    port = parts.port or PORTS[parts.scheme]
    found = _found(find, host, port, until)
    named = [is_named(address, endpoint.allow_networks) for address in found]
    if not all(is_name or is_public(address) for is_name, address in zip(named, found, strict=True)):
        raise NotDialled(NOT_PUBLIC)
    if parts.scheme != "https" and not all(named):
        raise NotDialled(NOT_ENCRYPTED)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    shown = f"[{host}]" if ":" in host else host
    authority = shown if parts.port is None else f"{shown}:{port}"
    return Pinned(f"{parts.scheme}://{_in_url(found[0])}:{port}{path}", host, authority)


def _found(find: Resolve, host: str, port: int, until: float) -> list[Address]:
    """The host's addresses, each once; the resolver, which knows no time limit, works in a thread of its own."""
    answers: SimpleQueue[list[str] | None] = SimpleQueue()
    threading.Thread(target=_ask, args=(find, host, port, answers), daemon=True).start()
    try:
        texts = answers.get(timeout=max(0.0, until - time.monotonic()))
    except Empty:
        raise NotDialled(NO_ANSWER) from None
    if not texts:
        raise NotDialled(NOT_FOUND)
    try:
        return list(dict.fromkeys(map(read_address, texts)))
    except ValueError:
        raise NotDialled(NOT_PUBLIC) from None


def _ask(find: Resolve, host: str, port: int, answers: SimpleQueue[list[str] | None]) -> None:
    try:
        answers.put(find(host, port))
    except (OSError, UnicodeError):
        answers.put(None)


def _in_url(address: Address) -> str:
    return f"[{address}]" if address.version == 6 else str(address)
