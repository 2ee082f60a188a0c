"""Searching stored messages: what a request asks for, and one page of it from the index, newest first.

A page costs one query per shard of its list (more only where entries have outlived their message) and one read of the
messages themselves, however many are stored. Where several lists are asked for, they are merged by time.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from message_detail.adapters.aws import cursors
from message_detail.adapters.aws.attributes import text
from message_detail.adapters.aws.clients import CONNECTIONS
from message_detail.adapters.aws.key_schema import INDEX_ENTRY
from message_detail.adapters.aws.search_index import entry_position, read_message_id
from message_detail.adapters.aws.table import Table
from message_detail.domain import json_codec
from message_detail.domain.answer_size import MAX_BYTES, fit, fits, size_in_answer
from message_detail.domain.message import Freshness, Message
from message_detail.domain.reach import EVERYTHING, Reach
from message_detail.domain.search_keys import SHARDS, Indexed, entries_for
from message_detail.domain.status import Outcome

DEFAULT_LIMIT: Final = 25
MAX_LIMIT: Final = 100
MAX_EXAMINED: Final = 400
"""Entries looked at for one page. Only where many have outlived their message does a page end because of it."""
LOWEST: Final = "0"
HIGHEST: Final = ":"
"""Sort keys start with a digit."""

ReadMany = Callable[[Sequence[str]], Mapping[str, Indexed]]
"""The stored messages of these ids (at most 100), read consistently; those that are not there are left out."""


@dataclass(frozen=True, slots=True)
class Query:
    """One page of the messages in any of some lists, from `since` on and before `until` (canonical timestamps).

    `stages` are these lists, in the order in which they are read: a message that changes may move from one stage to a
    later one. `outcome`: only those of this one. `summary`: they are shown without their texts. `most_bytes`: what the
    page may take up in an answer. `reach`: only those of its accounts.
    """

    stages: tuple[tuple[str, ...], ...]
    since: str | None = None
    until: str | None = None
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    outcome: Outcome | None = None
    summary: bool = False
    most_bytes: int = MAX_BYTES
    reach: Reach = EVERYTHING

    @property
    def lists(self) -> tuple[str, ...]:
        """All of them; one that is read twice stands there twice."""
        return tuple(name for stage in self.stages for name in stage)

    @property
    def identity(self) -> str:
        """The same for all pages of one result."""
        return json_codec.dumps([*self.lists, self.since, self.until, self.outcome])


@dataclass(frozen=True, slots=True)
class Found:
    """One page. `next_cursor` leads to the next one, None at the end; a page before the end may be short."""

    items: tuple[Message, ...]
    next_cursor: str | None


class Search:
    """Finds stored messages. `key` gives the secret for cursors."""

    def __init__(self, table: Table, read_many: ReadMany, key: Callable[[], bytes]) -> None:
        self._table = table
        self._read_many = read_many
        self._key = key

    def find(self, query: Query) -> Found:
        """One page of a query's result. InvalidRequest when the cursor isn't one of this query's."""
        if not query.lists:
            return Found((), None)
        position = cursors.read(self._key(), query.identity, query.cursor) if query.cursor is not None else None
        page = _Page(query, position)
        with ThreadPoolExecutor(max_workers=_threads(query)) as pool:
            walk = _Walk(self._stages(query, position), pool)
            more = self._fill(page, walk)
        if not more or page.position is None:
            return Found(tuple(page.items), None)
        return Found(tuple(page.items), cursors.write(self._key(), query.identity, page.position))

    def named(self, message_ids: Sequence[str], query: Query) -> tuple[Message, ...]:
        """The stored messages of these ids, in their order, as far as a page of the query has room; no cursor."""
        page = _Page(query, None)
        for start in range(0, len(message_ids), MAX_LIMIT):
            batch = message_ids[start : start + MAX_LIMIT]
            stored = self._read_many(batch)
            for indexed in filter(None, map(stored.get, batch)):
                if not page.room or not page.take(indexed):
                    return tuple(page.items)
        return tuple(page.items)

    def all_in(self, lists: tuple[str, ...]) -> Iterator[Indexed]:
        """Every stored message in any of these lists, newest first, each once; those read whole, not as an answer."""
        query = Query((lists,), limit=MAX_LIMIT)
        with ThreadPoolExecutor(max_workers=_threads(query)) as pool:
            walk = _Walk(self._stages(query, None), pool)
            while steps := walk.take(MAX_LIMIT):
                stored = self._read_many([step.message_id for step in steps])
                for step in steps:
                    indexed = stored.get(step.message_id)
                    if indexed is not None and _stands(query, step, indexed):
                        yield indexed

    def _fill(self, page: _Page, walk: _Walk) -> bool:
        """Fills a page as far as it may be filled in one go; whether there may be more after it."""
        examined = 0
        while page.room and examined < MAX_EXAMINED:
            steps = walk.take(min(page.room, MAX_EXAMINED - examined))
            if not steps:
                return walk.has_more()
            examined += len(steps)
            stored = self._read_many([step.message_id for step in steps])
            if not all(page.add(step, stored.get(step.message_id)) for step in steps):
                return True
        return walk.has_more()

    def _stages(self, query: Query, position: str | None) -> list[list[_Lane]]:
        return [[lane for name in stage for lane in self._lanes(query, name, position)] for stage in query.stages]

    def _lanes(self, query: Query, name: str, position: str | None) -> list[_Lane]:
        share = query.limit / SHARDS
        size = math.ceil(share + 3 * math.sqrt(share))  # a shard's part of a page is seldom larger
        if len(query.stages) > 1:
            size = query.limit  # what was read in stages must do for the page
        return [
            _Lane(self._table, INDEX_ENTRY.partition(list=name, shard=n), size + 1, query.since, query.until, position)
            for n in range(SHARDS)
        ]


@dataclass(frozen=True, slots=True)
class _Step:
    """An entry as the index gives it. `position` is its sort key."""

    position: str
    message_id: str


@dataclass(slots=True)
class _Page:
    """The messages found so far, and how far the walk has come."""

    query: Query
    position: str | None
    items: list[Message] = field(default_factory=list)
    size: int = 0

    @property
    def room(self) -> int:
        return self.query.limit - len(self.items)

    def add(self, step: _Step, indexed: Indexed | None) -> bool:
        """Takes an entry's message when it still stands there; False when the page can't hold it."""
        if indexed is not None and _stands(self.query, step, indexed) and not self.take(indexed):
            return False
        self.position = step.position
        return True

    def take(self, indexed: Indexed) -> bool:
        """Takes a message; False when the page can't hold it."""
        message = indexed.message.summary() if self.query.summary else indexed.message
        message, size = _sized(message.with_provenance(freshness=Freshness.STORED), self.query.most_bytes)
        if self.size + size > self.query.most_bytes:
            return False
        self.size += size
        self.items.append(message)
        return True


def _stands(query: Query, step: _Step, indexed: Indexed) -> bool:
    """Whether the message stands where the entry says: it may have moved on, or been listed by a lost write."""
    message = indexed.message
    if query.outcome is not None and message.outcome is not query.outcome:
        return False
    if not query.reach.includes(message.provider, message.account):
        return False
    return any(e.list in query.lists and entry_position(e) == step.position for e in entries_for(indexed))


def _threads(query: Query) -> int:
    return min(CONNECTIONS, max(map(len, query.stages)) * SHARDS)


def _sized(message: Message, most: int) -> tuple[Message, int]:
    """A message as a page can hold it, if alone, and its size."""
    document = message.as_json()
    text = json_codec.dumps(document)
    if not fits(text, most):
        message = Message.model_validate(fit(document, most))
        text = json_codec.dumps(message.as_json())
    return message, size_in_answer(text)


@dataclass(slots=True)
class _Lane:
    """One shard of one list, read from its newest entry down in small pieces."""

    table: Table
    partition: str
    size: int
    since: str | None
    until: str | None
    position: str | None
    """Entries from here up have been passed."""
    steps: deque[_Step] = field(default_factory=deque)
    ended: bool = False

    def fill(self) -> None:
        """Reads until there is an entry, or none are left."""
        while not self.steps and not self.ended:
            self._read()

    def _read(self) -> None:
        # The bounds of BETWEEN belong to it: the one entry passed last is read once more and left out.
        low, high = self.since or LOWEST, self.position or self.until or HIGHEST
        page = self.table.page(
            "pk = :pk AND sk BETWEEN :low AND :high",
            {":pk": text(self.partition), ":low": text(low), ":high": text(high)},
            self.size,
            consistent=True,
            newest_first=True,
        )
        read = [_Step(item["sk"]["S"], read_message_id(item)) for item in page.items]
        self.steps.extend(step for step in read if self.position is None or step.position < self.position)
        self.ended = not page.more
        if read:
            self.position = read[-1].position


class _Walk:
    """The lanes of a query as one list, newest first, each entry once.

    A message that moves is written in its new list first, and goes from the old one last. So who reads the old list
    before the new one sees it in one of them at least: stages are read one after the other, and all in one go. Where
    a lane of theirs has nothing left to show before it has ended, the walk pauses, and the next one reads them anew.
    """

    def __init__(self, stages: list[list[_Lane]], pool: ThreadPoolExecutor) -> None:
        self._stages = stages
        self._lanes = [lane for stage in stages for lane in stage]
        self._pool = pool
        self._begun = False

    def take(self, count: int) -> list[_Step]:
        """The next entries, at most so many; fewer only at the end, or where the walk pauses."""
        steps: list[_Step] = []
        while len(steps) < count and self._show_heads():
            head = max(lane.steps[0].position for lane in self._lanes if lane.steps)
            same = [lane.steps.popleft() for lane in self._lanes if lane.steps and lane.steps[0].position == head]
            steps.append(same[0])  # a message can be in two of the lists, or in two shards once there are more of them
        return steps

    def has_more(self) -> bool:
        """Whether there may be another entry; asks the table only where that can't be told without."""
        return any(lane.steps for lane in self._lanes) or self._show_heads() or self._pauses()

    def _show_heads(self) -> bool:
        """Makes every lane that has an entry left show it; whether the next one of all can be told."""
        if self._pauses():
            return False
        for stage in self._stages:
            list(self._pool.map(_Lane.fill, [lane for lane in stage if not lane.steps and not lane.ended]))
        self._begun = True
        return any(lane.steps for lane in self._lanes)

    def _pauses(self) -> bool:
        is_in_stages = self._begun and len(self._stages) > 1
        return is_in_stages and any(not lane.steps and not lane.ended for lane in self._lanes)
