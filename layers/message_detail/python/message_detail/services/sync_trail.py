"""How an endless list is known for one: what each page of a walk hands on to the next, of a bounded size. Pure.

Three ends, whichever comes first:

- A cursor comes again. One cursor is kept at a time, that of the latest page whose number is a power of two (Brent's
  way to find a cycle of any length): a cycle is found within a few rounds of it.
- Nothing new comes for 20 pages: no message, and no change of one, that this walk has not seen. All that it has seen
  is too much to hand on, so a sample is kept, chosen by the hashes themselves and halved whenever it grows too large:
  a message that comes again is then in the sample again. Up to 1,000 messages the sample is all of them.
- 100,000 pages.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from message_detail.providers.base.listing import Page

CURSOR_REPEATS: Final = "cursor_repeats"
NOTHING_NEW: Final = "nothing_new"
TOO_MANY_PAGES: Final = "too_many_pages"
MOST_PAGES: Final = 100_000
QUIET_PAGES: Final = 20
SAMPLE: Final = 1_000
_BYTES: Final = 6
"""Of a hash that is kept: 48 bits, of which a sample of ten million messages uses up 14 for the choice."""


@dataclass(frozen=True, slots=True)
class Trail:
    """What is known of the pages before. `cursor`: the hash of the one that is kept; `sample`: hashes of messages
    seen, those with `level` zero bits at their end; `quiet`: pages in a row that brought nothing new."""

    cursor: str | None = None
    sample: frozenset[int] = field(default_factory=frozenset)
    level: int = 0
    quiet: int = 0

    @classmethod
    def read(cls, value: Mapping[str, Any] | None) -> Trail:
        """A trail from its JSON; what is none (another release's) is the beginning of one."""
        try:
            packed = base64.b64decode(str((value or {})["sample"]), validate=True)
            numbers = (packed[at : at + _BYTES] for at in range(0, len(packed), _BYTES))
            return cls(
                cursor=str(value["cursor"]) if value and value.get("cursor") else None,
                sample=frozenset(int.from_bytes(number) for number in numbers),
                level=max(0, min(8 * _BYTES, int((value or {})["level"]))),
                quiet=int((value or {})["quiet"]),
            )
        except (KeyError, TypeError, ValueError, binascii.Error):
            return cls()

    def as_json(self) -> dict[str, Any]:
        """The trail as JSON data, of about 8 KB at the most."""
        packed = b"".join(number.to_bytes(_BYTES) for number in sorted(self.sample))
        sample = base64.b64encode(packed).decode()
        return {"cursor": self.cursor, "sample": sample, "level": self.level, "quiet": self.quiet}

    def after(self, page: Page, number: int, cursor: str | None) -> Trail:
        """The trail once a page has been read: the page's number from 0, and the cursor that led to it."""
        if page.anew:
            return Trail()
        known = replace(self, cursor=_hash(cursor)) if _is_kept(number) and cursor is not None else self
        return known._with(page)

    def endless_reason(self, page: Page, number: int, cursor: str | None) -> str | None:
        """Why the walk ends in failure after this page, which this trail comes after; None while it may go on."""
        if page.cursor is None:
            return None
        if page.cursor == cursor or _hash(page.cursor) == self.cursor:
            return CURSOR_REPEATS
        if self.quiet >= QUIET_PAGES:
            return NOTHING_NEW
        return TOO_MANY_PAGES if number + 1 >= MOST_PAGES else None

    def _with(self, page: Page) -> Trail:
        numbers = {_number(key) for key in _keys(page)}
        sampled = {number for number in numbers if number % (1 << self.level) == 0}
        if sampled - self.sample:
            return replace(self, quiet=0)._keeping(self.sample | sampled)
        if sampled or not numbers:
            return replace(self, quiet=self.quiet + 1)
        return self  # messages, and none of them tells: a large walk's sample is a thin one

    def _keeping(self, sample: Iterable[int]) -> Trail:
        kept, level = frozenset(sample), self.level
        while len(kept) > SAMPLE and level < 8 * _BYTES:
            level += 1
            kept = frozenset(number for number in kept if number % (1 << level) == 0)
        return replace(self, sample=kept, level=level)


def _keys(page: Page) -> Iterable[str]:
    """What tells the entries of a page apart: a message that has changed is news."""
    yield from (f"{item.message_id}\n{item.updated_at or ''}" for item in page.items)
    yield from page.passed


def _is_kept(number: int) -> bool:
    return number & (number - 1) == 0


def _number(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode(errors="replace")).digest()[:_BYTES])


def _hash(cursor: str | None) -> str | None:
    return None if cursor is None else hashlib.sha256(cursor.encode(errors="replace")).hexdigest()[:16]
