"""The journal of messages in the table: what leaves no trace on a message's own row.

A day of a message has one row for each way in which its tasks ended, whatever their number, and they are counted on it.
A container doesn't write each time: the first at once, then when as many are held back as were written, or a minute
has passed. So ten thousand duplicates of one message are a dozen writes, and counts are those of at least so many.

Best effort, as all that is counted: a refusing table loses a line of the journal, never a message.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.attributes import Item, get_number, get_text, number, text
from message_detail.adapters.aws.key_schema import JOURNAL
from message_detail.adapters.aws.table import Table
from message_detail.domain.errors import StorageError
from message_detail.domain.journal import KEPT_SECONDS, Entry, Noted, Step
from message_detail.domain.message_ids import message_digest
from message_detail.domain.times import from_epoch

WINDOW_SECONDS: Final = 60.0
MOST_HELD: Final = 2_000
"""Sorts of ends that a container remembers. Beyond that the oldest are forgotten, with what was held back of them."""
MOST_ROWS: Final = 200
"""Rows of one message that are shown; a message that goes wrong in every way on every day has more."""
DAY: Final = len("2026-06-01")
NO_CODE: Final = "-"


@dataclass(slots=True)
class _Held:
    """How often something happened that is not written yet, how often it was written lately, and since when."""

    pending: int
    written: int
    since: float


class Journal:
    """The journal of all messages. `now` gives seconds since 1970."""

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now
        self._held: dict[tuple[str, str], _Held] = {}
        self._lock = Lock()

    def note(
        self,
        message_id: str,
        step: Step,
        via: str,
        code: str | None = None,
        *,
        told_at: str | None = None,
        count: int = 1,
    ) -> None:
        """Notes how tasks about a message ended; see `Noted`."""
        now = self._now()
        key = _key(message_id, from_epoch(now)[:DAY], step, via, code)
        due = self._due((key["pk"]["S"], key["sk"]["S"]), count, now)
        if due:
            self._write(key, step, told_at, due, now)

    def read(self, message_id: str) -> list[Noted]:
        """What is noted of a message, of the latest days at the least."""
        partition = text(JOURNAL.partition(**_of(message_id)))
        page = self._table.page("pk = :pk", {":pk": partition}, MOST_ROWS, newest_first=True)
        found = map(_read, page.items)
        return [one for one in found if one is not None]

    def _due(self, key: tuple[str, str], count: int, now: float) -> int:
        """How many are to be written now, with those that were held back."""
        with self._lock:
            held = self._held.pop(key, None) or _Held(0, 0, now)
            if now - held.since >= WINDOW_SECONDS:
                held.written, held.since = 0, now
            held.pending += count
            self._held[key] = held
            if len(self._held) > MOST_HELD:
                del self._held[next(iter(self._held))]
            if held.pending < held.written:
                return 0
            due, held.pending = held.pending, 0
            held.written += due
            return due

    def _write(self, key: Item, step: Step, told_at: str | None, count: int, now: float) -> None:
        at = from_epoch(now)
        change = "ADD #count :count SET first_at = if_not_exists(first_at, :at), last_at = :at, expires_at = :expires"
        values = {":count": number(count), ":at": text(at), ":expires": number(int(now) + KEPT_SECONDS)}
        if told_at is not None:
            change += ", told_at = if_not_exists(told_at, :told)"
            values[":told"] = text(told_at)
        try:
            self._table.update(key, change, values, names={"#count": "count"})
        except StorageError as error:
            observability.warning("not in the journal", step=step.value, reason=error.detail)


def _of(message_id: str) -> dict[str, str]:
    """The parts of a message's partition."""
    return {"provider": message_id.partition(":")[0], "digest": message_digest(message_id)}


def _key(message_id: str, day: str, step: Step, via: str, code: str | None) -> Item:
    return JOURNAL.key(**_of(message_id), day=day, step=step.value, via=via, code=code or NO_CODE)


def _read(item: Item) -> Noted | None:
    """A row; None for one with a step of another release."""
    _, step, via, code = item["sk"]["S"].split("#")
    first_at, last_at = get_text(item, "first_at"), get_text(item, "last_at")
    if step not in set(Step) or first_at is None or last_at is None:
        return None
    count, shown = get_number(item, "count") or 1, None if code == NO_CODE else code
    return Noted(Entry(Step(step), first_at, last_at, count, via, shown), get_text(item, "told_at"))
