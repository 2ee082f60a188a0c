"""What is handed around while one call is answered or one webhook is made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.simulators.faults import Fault
from local.simulators.store import Held
from local.simulators.wire import Request

LOGGED_HEADERS = ("user-agent", "accept", "accept-language", "content-type", "version", "x-request-id")


@dataclass(frozen=True)
class Call:
    """What a request asks for: `message`, `parts` (the second call), `list`, `login` or `other`."""

    name: str
    message_id: str = ""
    action: str = ""


@dataclass
class Turn:
    """One call on its way to an answer.

    `account` is known once the credentials are checked; `payload` and `parts` are the message's, once found.
    """

    request: Request
    call: Call
    fault: Fault | None = None
    account: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> int | None:
        """The HTTP status that a fault asks for."""
        return self.fault.status if self.fault else None

    def has(self, kind: str) -> bool:
        """Whether the fault is of that kind."""
        return self.fault is not None and self.fault.kind == kind

    def entry(self, time: float, account: str | None, status: int | None) -> dict[str, Any]:
        """The line in the log of calls: never a credential, only its fingerprint."""
        headers = self.request.headers
        return {
            "time": time,
            "method": self.request.method,
            "path": self.request.raw_path,
            "query": dict(self.request.query),
            "call": self.call.name,
            "message_id": self.call.message_id or None,
            "account": account,
            "authorization": fingerprint(headers.get("authorization") or headers.get("x-api-key")),
            "headers": {name: headers[name] for name in LOGGED_HEADERS if name in headers},
            "fault": self.fault.kind if self.fault else None,
            "status": status,
        }


@dataclass(frozen=True)
class Delivery:
    """A webhook to be made. `at` is seconds since 1970; `held` is the message, if there is one."""

    message_id: str
    event: str | None
    account: str
    held: Held | None
    at: float
    style: str | None = None
    event_id: str | None = None
    secret: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


def fingerprint(credential: str | None) -> str | None:
    """Twelve hexadecimal digits that tell credentials apart without giving them away."""
    return hashlib.sha256(credential.encode()).hexdigest()[:12] if credential else None


def page_of(items: Iterable[Any], start: int, size: int) -> list[Any]:
    """`size` of the items from `start` on."""
    return list(items)[start : start + size]


def whole(value: str | None, default: int, low: int, high: int | None = None) -> int | None:
    """A whole number of a query, or `None` if it is not one or out of range."""
    if value is None or value == "":
        return default
    if not value.lstrip("-").isdecimal():
        return None
    number = int(value)
    return number if number >= low and (high is None or number <= high) else None
