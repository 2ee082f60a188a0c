"""A provider's list, walked page by page: odd entries are counted and keep no other back, odd totals end nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import pytest

from message_detail.adapters.provider_steps import classified
from message_detail.domain.errors import AnswerTooLarge, InvalidRequest
from message_detail.providers.base.listing import Window
from message_detail.providers.base.provider import Request, Response
from message_detail.testing.contract.subject import Contract
from message_detail.testing.lists import EVERYTHING, ListFacts

ODD: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 10**400, 1.5, 1e308, "", "\x00", "x" * 10_000, [], [None], [[]], {}, {"": None}, {"email": 5},
    {"email": {"messageIds": {}}}, {"email": {"messageIds": [{}, None]}}, "9999-12-31T23:59:59.999Z",
    "0001-01-01", "+", "٣",
)  # fmt: skip
WINDOWS: Final = (EVERYTHING, Window(since="2026-05-01T00:00:00.000Z", until="2026-05-31T00:00:00.000Z"))
NOWHERE: Final = ("garbage", "[]", "null", "7", '{"number":"x","skip":[],"offset":{},"email":"?","page":{},"token":[]}')
"""Cursors that no release has made."""
MOST_BYTES: Final = 5_000
"""Of an answer that a test takes in."""
MOST_CALLS: Final = 400
COUNT: Final = 150


class ListContract(Contract):
    """All that is promised of how a provider's messages are walked. A subclass names the `facts` of its list."""

    facts: ClassVar[ListFacts]

    def arguments(self) -> Mapping[str, Sequence[Any]]:
        """Windows of time, names of fields, cursors, totals and places."""
        own = {
            "window": WINDOWS,
            "name": self.facts.reads,
            "nowhere": NOWHERE,
            "total": (0, 1, 50, 99),
            "at": (0, 37, 100, COUNT - 1),
        }
        return {**super().arguments(), **own}

    def test_entries_that_are_no_messages_are_counted_and_the_others_taken(self, window: Window) -> None:
        key = self.facts.id_field
        odd: list[Any] = [None, "", True, False, 1.5, {}, [], ["m"]]
        no_ids = [{}, *({key: one} for one in odd)]
        found = self.facts.read([{key: "m1"}, "text", None, 7, [], *no_ids, {key: "m2"}, {key: 3}], window)
        assert [item.message_id for item in found.items] == ["m1", "m2", "3"]
        assert found.skipped == 4 + len(no_ids)

    def test_an_entry_that_is_odd_in_any_field_keeps_no_other_back(self, window: Window, name: str) -> None:
        key = self.facts.id_field
        for odd in ODD:
            found = self.facts.read([{key: "m1"}, {key: "odd", name: odd}, {key: "m2"}], window)
            ids = [item.message_id for item in found.items]
            assert [one for one in ids if one != "odd"] == ["m1", "m2"], odd
            assert len(ids) + len(found.passed) + found.skipped == 3

    def test_a_page_on_which_nothing_is_a_message_is_not_the_end(self) -> None:
        pages: list[list[Any]] = [[None] * 100, self.facts.entries(0, 100), self.facts.entries(100, 150)]
        for total in (None, 250):
            assert len(self._walked(pages, total)) == 150

    def test_an_entry_that_is_no_message_makes_no_full_page_the_last(self) -> None:
        assert len(self._walked([[None, *self.facts.entries(0, 99)], self.facts.entries(99, 150)])) == 150

    def test_a_total_that_is_less_than_what_was_read_ends_no_list(self, total: int) -> None:
        pages = [self.facts.entries(0, 100), self.facts.entries(90, 190), self.facts.entries(190, 220)]
        assert len(self._walked(pages, total)) == 220

    def test_a_total_that_is_too_large_ends_with_the_list(self) -> None:
        assert len(self._walked([self.facts.entries(0, 100), self.facts.entries(100, 150)], 10**9)) == 150

    def test_a_cursor_of_another_release_leads_on(self, window: Window) -> None:
        cursor = json.dumps({**self.facts.cursor, "of_later": {"a": [1]}})
        found = self.facts.read(self.facts.entries(1), window, cursor)
        assert [item.message_id for item in found.items] == ["m0"]

    def test_a_cursor_that_leads_nowhere_is_said_to(self, nowhere: str) -> None:
        with pytest.raises(InvalidRequest, match="cursor"):
            self.facts.read([], cursor=nowhere)

    def test_a_page_that_is_too_large_is_read_in_smaller_ones(self) -> None:
        heavy = Heavy(self.facts, dict.fromkeys(range(20, 130, 3), 900))
        if self.facts.serve is None:
            with pytest.raises(AnswerTooLarge):
                heavy.walk()
        else:
            assert heavy.walk() == ({f"m{n}" for n in range(COUNT)}, 0)

    def test_a_message_too_large_for_a_page_of_its_own_is_skipped_or_ends_the_list_but_is_never_silent(
        self, at: int
    ) -> None:
        heavy = Heavy(self.facts, {at: MOST_BYTES + 1_000})
        if self.facts.serve is None or not self.facts.skips:
            with pytest.raises(AnswerTooLarge):
                heavy.walk()
        else:
            found, skipped = heavy.walk()
            assert found == {f"m{n}" for n in range(COUNT) if n != at}
            assert skipped >= 1

    def _walked(self, pages: list[list[Any]], total: int | None = None) -> set[str]:
        """The ids that a walk through these pages finds; after them come empty ones."""
        bodies = [
            self.facts.write(items, number=number, more=number < len(pages), total=total)
            for number, items in enumerate([*pages, *[[]] * 4], 1)
        ]
        answers = iter(bodies)

        def call(_: Request) -> Response:
            return classified(self.facts.provider, Response(200, {}, next(answers)))

        found: set[str] = set()
        cursor = None
        while True:
            page = self.facts.page(call, cursor=cursor)
            found |= {item.message_id for item in page.items}
            cursor = page.cursor
            if cursor is None:
                return found


@dataclass
class Heavy:
    """A list of messages, some of them heavy, of whose answers only so many bytes are taken in."""

    facts: ListFacts
    bytes_of: dict[int, int]
    calls: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        key = self.facts.id_field
        self.items = [{key: f"m{n}", "pad": "x" * self.bytes_of.get(n, 10)} for n in range(COUNT)]

    def __call__(self, request: Request) -> Response:
        """The answer to a request for a page."""
        self.calls += 1
        assert self.calls < MOST_CALLS
        items, body = (self.items, None) if self.facts.serve is None else self.facts.serve(request, self.items)
        if len(json.dumps(items)) > MOST_BYTES:
            return Response(0, {}, None, AnswerTooLarge("too large"))
        return Response(200, {}, body)

    def walk(self) -> tuple[set[str], int]:
        """The ids that are found, and how many messages are skipped."""
        found: set[str] = set()
        skipped, cursor = 0, None
        while True:
            page = self.facts.page(self, cursor=cursor)
            found |= {item.message_id for item in page.items}
            skipped += page.skipped
            cursor = page.cursor
            if cursor is None:
                return found, skipped
