"""Which webhook events of a message have been taken in: the hints by which a redelivery is known. Pure.

They lie on the message's row, of which they take 16 characters each: who works on a task has the row in hand anyway.
Light: the intake makes the keys.
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from message_detail.domain.times import to_epoch

KEY_BYTES: Final = 8
"""Of the 64 events that one message may have, no two have the same key by chance."""
MOST: Final = 64
"""Events of one message that are remembered: those whose redeliveries may come for the longest time."""
PACKED_CHARACTERS: Final = 16
_PACKED: Final = struct.Struct(f">{KEY_BYTES}sI")
_DIGEST: Final = re.compile(f"[0-9a-f]{{{2 * KEY_BYTES}}}")
_LAST_SECOND: Final = 2**32 - 1


@dataclass(frozen=True, slots=True)
class EventIdentity:
    """An event of a webhook: `digest` (hexadecimal) stands for it; who was told of it at `received_at` (canonical
    timestamp) takes what has the same digest within `window_seconds` for the same event."""

    digest: str
    received_at: str
    window_seconds: int

    @property
    def until(self) -> int:
        """The last second (since 1970) in which the same words are the same event."""
        return min(_LAST_SECOND, max(0, int(to_epoch(self.received_at)) + self.window_seconds))


@dataclass(frozen=True, slots=True)
class SeenEvents:
    """The events seen: by key, until when what has the same key is the same event (seconds since 1970)."""

    until: Mapping[bytes, int] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[EventIdentity]) -> SeenEvents:
        """What is seen with these."""
        return NONE_SEEN.merged(cls({bytes.fromhex(event.digest): event.until}) for event in events)

    @classmethod
    def unpack(cls, packed: str) -> SeenEvents:
        """What `pack` made, as far as it is that: what can't be read costs calls, and no message."""
        try:
            data = base64.b64decode(packed[: MOST * PACKED_CHARACTERS], validate=True)
        except ValueError:
            return NONE_SEEN
        return cls(dict(_PACKED.iter_unpack(data[: len(data) - len(data) % _PACKED.size])))

    def pack(self) -> str:
        """The same as a text, in one order."""
        data = b"".join(_PACKED.pack(key, until) for key, until in sorted(self.until.items()))
        return base64.b64encode(data).decode()

    def knows(self, event: EventIdentity) -> bool:
        """Whether the event was taken in before."""
        until = self.until.get(bytes.fromhex(event.digest))
        return until is not None and int(to_epoch(event.received_at)) <= until

    def merged(self, others: Iterable[SeenEvents]) -> SeenEvents:
        """All that any has seen: commutative, associative and idempotent, for of a union the greatest are kept."""
        union = dict(self.until)
        for other in others:
            for key, until in other.until.items():
                union[key] = max(until, union.get(key, 0))
        if union == self.until:
            return self
        kept = sorted(union.items(), key=lambda one: (one[1], one[0]))[-MOST:]
        return SeenEvents(dict(kept))


NONE_SEEN: Final = SeenEvents()


def event_digest(*parts: str) -> str:
    """The digest of an event by what identifies it, in hexadecimal."""
    hashed = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        hashed.update(len(data).to_bytes(4, "big") + data)
    return hashed.digest()[:KEY_BYTES].hex()


def is_digest(value: object) -> bool:
    """Whether a value is what `event_digest` makes."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None
