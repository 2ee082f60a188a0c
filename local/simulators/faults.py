"""What can be made to go wrong at a simulator, and for which calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: Answered before anything is looked at, alike at every provider (the bodies are the provider's own).
FRONT = frozenset(
    {
        "rate_limited",
        "unavailable",
        "server_error",
        "bad_gateway",
        "gateway_timeout",
        "hang",
        "reset",
        "truncate",
        "html",
        "malformed",
        "empty",
        "redirect",
        "status",
    }
)
#: Refusals of a call whose credentials are right.
REFUSALS = frozenset(
    {"unauthorized", "expired_token", "scope", "forbidden", "not_found", "bad_request", "unprocessable"}
)
#: Changes to an otherwise good answer.
CHANGES = frozenset({"wrong_id", "no_id", "drift", "too_large"})
COMMON = FRONT | REFUSALS | CHANGES
#: Kinds that concern logging in.
LOGIN = frozenset({"login_refused", "two_factor"})

CALLS = frozenset({"message", "parts", "list", "login", "other"})
DEFAULT_CALLS = frozenset({"message", "parts", "list"})

DEFAULT_HANG_SECONDS = 30.0
DEFAULT_TOO_LARGE_BYTES = 12 * 1024 * 1024
DEFAULT_RETRY_AFTER_SECONDS = 1


class BadFault(ValueError):
    """A fault that can't be set; the text says why."""


@dataclass
class Fault:
    """One fault. `left` counts the calls it still hits, `None` means until it is cleared."""

    kind: str
    left: int | None = None
    on: frozenset[str] = DEFAULT_CALLS
    message_id: str | None = None
    account: str | None = None
    retry_after: str | None = None
    seconds: float = DEFAULT_HANG_SECONDS
    retry_after_seconds: float = DEFAULT_RETRY_AFTER_SECONDS
    status: int | None = None
    location: str = "http://127.0.0.1:9/elsewhere"
    size: int = DEFAULT_TOO_LARGE_BYTES
    chunked: bool = False
    daily: bool = False
    fields: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Mapping[str, Any], kinds: Iterable[str]) -> Fault:
        """A fault from the control interface's JSON.

        :raises BadFault: a kind, key or value that isn't known.
        """
        known = {"kind", "count", "on", "bytes", *cls.__dataclass_fields__} - {"left", "size"}
        unknown = sorted(set(settings) - known)
        if unknown:
            raise BadFault(f"unknown keys: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
        kind = str(settings.get("kind", ""))
        if kind not in kinds:
            raise BadFault(f"unknown kind {kind!r}; known: {', '.join(sorted(kinds))}")
        values = {key: value for key, value in settings.items() if key not in {"count", "on", "bytes"}}
        if values.get("retry_after") is not None:
            values["retry_after"] = str(values["retry_after"])
        if "seconds" in values:
            values["seconds"] = min(max(float(values["seconds"]), 0.0), 600.0)
        fault = cls(**values)
        fault.left = _count(settings.get("count"))
        fault.size = int(settings.get("bytes", DEFAULT_TOO_LARGE_BYTES))
        fault.on = _calls(settings.get("on"), kind)
        return fault

    def hits(self, call: str, message_id: str | None) -> bool:
        """Whether a call (its name and message) is one that this fault is for."""
        return self.left != 0 and call in self.on and (self.message_id is None or self.message_id == message_id)

    def shown(self) -> dict[str, Any]:
        """The fault as the control interface shows it."""
        return {
            "kind": self.kind,
            "count": self.left,
            "on": sorted(self.on),
            "message_id": self.message_id,
            "account": self.account,
        }


@dataclass
class Faults:
    """The faults that are set, in the order of being set: the first that fits a call is used."""

    held: list[Fault] = field(default_factory=list)

    def take(self, call: str, message_id: str | None, account: str | None) -> Fault | None:
        """The fault for this call, with its count lowered."""
        for fault in self.held:
            if fault.hits(call, message_id) and fault.account in (None, account):
                if fault.left is not None:
                    fault.left -= 1
                    self.held = [other for other in self.held if other.left != 0]
                return fault
        return None

    def add(self, fault: Fault) -> None:
        """Put a fault behind those already set."""
        if fault.left != 0:
            self.held.append(fault)

    def clear(self, kind: str | None = None) -> None:
        """Take away all faults, or those of one kind."""
        self.held = [fault for fault in self.held if kind is not None and fault.kind != kind]


def _count(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadFault("count must be a whole number of at least 0, or null (until cleared)")
    return value


def _calls(value: Any, kind: str) -> frozenset[str]:
    if value is None:
        return frozenset({"login"}) if kind in LOGIN else DEFAULT_CALLS
    names = frozenset([value] if isinstance(value, str) else value)
    if "all" in names:
        return CALLS
    if not names or names - CALLS:
        raise BadFault(f"on must be 'all' or some of {', '.join(sorted(CALLS))}")
    return names
