"""Counting a day's messages anew, through the queue and page by page, until all of a recount's days are counted.

A row is made of what is stored and of nothing else: a count begins with nothing, and replaces what was counted before.
A task names what was counted so far, under an id of its own. So one that comes twice, or whose worker died before its
end, makes another count beside the first, and neither mixes with the other. docs/decisions/numbers.md says more.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.census import Census, CensusEntry, Place
from message_detail.adapters.aws.counts import CountedDay, Counts
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.recount_state import RecountState, Running
from message_detail.adapters.aws.table import READ_BATCH
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.statistics.days import add_days, day_of, days_from, is_open
from message_detail.domain.statistics.facts import MessageFacts, unpack
from message_detail.domain.statistics.tally import Group, Tally, count
from message_detail.domain.tasks import RecountTask
from message_detail.domain.times import from_epoch

SPARE: Final = 0.25
"""The part of a task's time that is left for writing down what was counted."""


@dataclass(slots=True)
class _Day:
    """A day that is being counted: since when, how far, and what it came to so far."""

    started_at: str
    place: Place | None = field(default_factory=Place)
    tallies: dict[Group, Tally] = field(default_factory=dict)


class Recounter:
    """The recounts of one provider's messages. `now` gives seconds since 1970."""

    def __init__(
        self,
        census: Census,
        counts: Counts,
        store: Store,
        state: RecountState,
        queue: TaskQueue,
        now: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._census = census
        self._counts = counts
        self._store = store
        self._state = state
        self._queue = queue
        self._now = now
        self._monotonic = monotonic

    def process(self, task: RecountTask, seconds: float) -> int:
        """Counts as many days as `seconds` suffice for, one page at least, and queues the rest; how many messages."""
        until, counted = self._monotonic() + seconds * (1 - SPARE), 0
        self._state.begin(Running(task.provider, task.account, task.recount_id, task.day, task.last_day))
        while True:
            day = self._resumed(task)
            counted += self._count(task, day, until)
            following = self._after(task, day)
            if following is None:
                self._state.end(task.provider, task.account, task.recount_id)
                return counted
            if day.place is not None or self._monotonic() >= until:
                self._queue.send(following)
                return counted
            task = following

    def _resumed(self, task: RecountTask) -> _Day:
        """Where the task's day stands: at its beginning, or where the task before left it."""
        kept = self._state.kept(task.provider, task.counted) if task.counted is not None else None
        if kept is None or task.started_at is None:
            return _Day(from_epoch(self._now()))
        return _Day(task.started_at, Place(task.shard, task.after), kept)

    def _count(self, task: RecountTask, day: _Day, until: float) -> int:
        """Counts pages of a day until there is none left, or no time; how many messages."""
        before = sum(tally.messages for tally in day.tallies.values())
        pages = self._census.pages(task.provider, task.account, task.day, day.place, consistent=task.checked)
        for entries, place in pages:
            count(self._facts(entries, checked=task.checked), day.tallies)
            day.place = place
            if self._monotonic() >= until:
                break
        return sum(tally.messages for tally in day.tallies.values()) - before

    def _after(self, task: RecountTask, day: _Day) -> RecountTask | None:
        """What follows once what was counted is written down: the day's rest, the next day, or nothing."""
        if day.place is not None:
            part = uuid.uuid4().hex
            self._state.keep(task.provider, part, day.tallies)
            return task.going_on(day.started_at, day.place.shard, day.place.after, part)
        stays = self._counts.replace(CountedDay(task.provider, task.account, task.day, day.started_at, day.tallies))
        messages = sum(tally.messages for tally in day.tallies.values())
        observability.info("day counted", day=task.day, messages=messages, replaced=stays)
        observability.count("counted", messages)
        following = task.next_day()
        return self._past_empty_days(following) if following is not None and not messages else following

    def _past_empty_days(self, task: RecountTask) -> RecountTask:
        """The task of the next day that has messages, at the latest the last one. Of the days between only those are
        written that are open, or were not empty before: else a year of them would be a request each and more."""
        busy = self._census.first_day(task.provider, task.account, task.day, task.last_day) or task.last_day
        now = self._now()
        counted = {day.day: day for day in self._counts.days(task.provider, task.account, task.day, add_days(busy, -1))}
        for day in days_from(task.day, add_days(busy, -1)):
            if is_open(day, day_of(now)) or (day in counted and counted[day].tallies):
                self._counts.replace(CountedDay(task.provider, task.account, day, from_epoch(now)))
        return task.on(busy)

    # --- what is counted of an entry

    def _facts(self, entries: Iterable[CensusEntry], *, checked: bool) -> Iterator[MessageFacts]:
        """The facts of messages: of those entries that can be trusted at once, of all others by the message itself."""
        doubtful: list[CensusEntry] = []
        now = self._now()
        for entry in entries:
            facts = unpack(entry.facts)
            if checked or facts is None or entry.may_outlive_its_message(now):
                doubtful.append(entry)
            else:
                yield facts
        for start in range(0, len(doubtful), READ_BATCH):
            yield from self._looked_up(doubtful[start : start + READ_BATCH])

    def _looked_up(self, entries: list[CensusEntry]) -> Iterator[MessageFacts]:
        """The facts of the messages that are there; an entry that says something else is mended."""
        stored = self._store.read_many([entry.message_id for entry in entries])
        for entry in entries:
            indexed = stored.get(entry.message_id)
            if indexed is None or indexed.sort_at != entry.sort_at:
                continue  # it has gone, or stands elsewhere now
            packed = indexed.facts()
            if packed != entry.facts:
                self._census.note(entry, packed)
            facts = unpack(packed)
            if facts is not None:
                yield facts
