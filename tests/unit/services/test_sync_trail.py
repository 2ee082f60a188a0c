"""Endless lists are known for what they are, and long ones are not taken for endless."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable

import pytest

from message_detail.providers.base.listing import Listed, Page
from message_detail.services.sync_trail import (
    CURSOR_REPEATS,
    MOST_PAGES,
    NOTHING_NEW,
    QUIET_PAGES,
    SAMPLE,
    TOO_MANY_PAGES,
    Trail,
)

ENOUGH = 1_000


def page(ids: Iterable[object], cursor: str | None, *, updated: str | None = None, anew: bool = False) -> Page:
    return Page(tuple(Listed(str(one), updated_at=updated) for one in ids), cursor, anew=anew)


def walk(pages: Iterable[Page]) -> tuple[int, str | None]:
    """How many pages of a list are read, and why the walk ends in failure, if it does."""
    trail, cursor = Trail(), None
    number = -1
    for number, one in enumerate(pages):
        # As the task carries it.
        trail = Trail.read(json.loads(json.dumps(trail.as_json()))).after(one, number, cursor)
        end = trail.endless_reason(one, number, cursor)
        if end is not None or one.cursor is None:
            return number + 1, end
        cursor = one.cursor
    return number + 1, None


@pytest.mark.parametrize("before", [0, 1, 2, 7, 100])
def test_equal_cursors_end_the_walk_at_the_second(before: int) -> None:
    pages = (page(range(n * 10, n * 10 + 10), f"c{min(n, before)}") for n in itertools.count())
    assert walk(itertools.islice(pages, ENOUGH)) == (before + 2, CURSOR_REPEATS)


@pytest.mark.parametrize("length", [2, 3, 4, 5, 7, 19, 20, 50, 100])
@pytest.mark.parametrize("before", [0, 1, 6, 40])
def test_cursors_that_go_round_end_it_within_a_few_rounds(before: int, length: int) -> None:
    pages = (page([f"new{n}"], f"c{n if n < before else before + (n - before) % length}") for n in itertools.count())
    read, end = walk(itertools.islice(pages, ENOUGH))
    assert end == CURSOR_REPEATS
    assert read <= 4 * (before + length)


@pytest.mark.parametrize("per_page", [0, 1, 2, 10, 100, 500])
def test_pages_that_say_the_same_under_ever_new_cursors_end_it_after_twenty(per_page: int) -> None:
    pages = (page(range(per_page), f"c{n}") for n in itertools.count())
    assert walk(itertools.islice(pages, ENOUGH)) == (QUIET_PAGES + (1 if per_page else 0), NOTHING_NEW)


@pytest.mark.parametrize("period", [2, 3, 10, 30, 150])
@pytest.mark.parametrize("per_page", [1, 10, 100])
def test_pages_that_go_round_under_ever_new_cursors_end_it(period: int, per_page: int) -> None:
    pages = (page((f"{n % period}-{one}" for one in range(per_page)), f"c{n}") for n in itertools.count())
    read, end = walk(itertools.islice(pages, 4_000))
    assert end == NOTHING_NEW
    assert read <= period + 20 * QUIET_PAGES


def test_a_history_of_any_length_is_walked_to_its_end() -> None:
    """Known and unchanged messages, as a second sync of the same window finds them; each page overlaps the next."""
    length = 3_000
    pages = (
        page((n * 9 + one for one in range(10)), None if n == length - 1 else f"c{n}", updated="t")
        for n in range(length)
    )
    assert walk(pages) == (length, None)


def test_messages_that_change_while_the_list_is_read_are_news() -> None:
    pages = [page(range(10), f"c{n}", updated=f"t{n}") for n in range(100)]
    assert walk([*pages, page([], None)]) == (101, None)


def test_a_pass_that_had_to_begin_again_may_repeat_what_it_has_read() -> None:
    first = [page([n], f"a{n}") for n in range(100)]
    again = [page([n], f"a{n}", anew=n == 0) for n in range(200)]
    assert walk([*first, *again, page([], None)]) == (301, None)


def test_what_a_window_leaves_out_is_new_too() -> None:
    pages = [Page((), f"c{n}", passed=(f"m{n}",)) for n in range(100)]
    assert walk([*pages, page([], None)]) == (101, None)
    pages = [Page((), f"c{n}", passed=("m",)) for n in range(100)]
    assert walk(pages) == (QUIET_PAGES + 1, NOTHING_NEW)


def test_no_walk_is_longer_than_a_hundred_thousand_pages() -> None:
    trail = Trail()
    following = page(["m"], "next")
    assert trail.endless_reason(following, MOST_PAGES - 2, "c") is None
    assert trail.endless_reason(following, MOST_PAGES - 1, "c") == TOO_MANY_PAGES
    assert trail.endless_reason(page(["m"], None), MOST_PAGES - 1, "c") is None


def test_a_trail_is_bounded_and_fits_beside_a_task() -> None:
    trail, cursor = Trail(), None
    for number in range(300):
        one = page((f"{number}-{n}" for n in range(100)), f"c{number}")
        trail, cursor = trail.after(one, number, cursor), one.cursor
        assert len(trail.sample) <= SAMPLE
        assert len(json.dumps(trail.as_json())) < 9_000
    assert trail.level >= 5
    assert len(trail.sample) > SAMPLE / 4


@pytest.mark.parametrize(
    "value",
    [
        None, {}, {"sample": "AAAA"}, {"sample": "%%", "level": 0, "quiet": 0},
        {"sample": "", "level": "x", "quiet": 0}, {"sample": [1], "level": 0, "quiet": None},
        {"shape": "of a later release"}, {"sample": "", "level": -5, "quiet": 0},
    ],
)  # fmt: skip
def test_a_trail_that_can_not_be_read_begins_anew(value: object) -> None:
    assert Trail.read(value) == Trail()  # type: ignore[arg-type]
