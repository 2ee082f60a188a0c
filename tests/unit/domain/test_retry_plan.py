"""When an event is sent again."""

from __future__ import annotations

import itertools
from typing import Final

import pytest

from message_detail.domain.events_out.retry_plan import DELAYS, delay_before, is_outage, retry_after
from tests.unit.samples import NOW, odd_id

HOUR: Final = 3_600


def test_ten_attempts_within_76_hours() -> None:
    assert DELAYS == (0, 5, 300, 1_800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
    assert 75 * HOUR < sum(DELAYS) < 76 * HOUR
    assert delay_before(len(DELAYS), 0.5) is None


@pytest.mark.parametrize(("attempts", "chance"), list(itertools.product(range(10), (0.0, 0.5, 1.0))))
def test_a_delay_is_a_fifth_less_to_a_fifth_more(attempts: int, chance: float) -> None:
    assert delay_before(attempts, chance) == pytest.approx(DELAYS[attempts] * (0.8 + 0.4 * chance))


@pytest.mark.parametrize(
    ("asked", "heeded"), [(0, 300), (299, 300), (400, 400), (600, 600), (601, 600), (1e9, 600)], ids=str
)
def test_what_the_receiver_asks_for_is_heeded_up_to_twice_the_delay(asked: float, heeded: float) -> None:
    assert delay_before(2, 0.5, asked) == heeded


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0), (" 7 ", 7.0), ("0", 0.0), ("1.5", 1.5), ("Mon, 01 Jun 2026 12:10:00 GMT", 600.0),
        ("Mon, 01 Jun 2026 11:00:00 GMT", 0.0), (None, None), ("", None), ("soon", None), ("-5", None), ("1e9", None),
        ("9" * 400, None), ("Mon, 99 Jun 2026 12:10:00 GMT", None), ("x" * 9000, None), ("NaN", None),
    ],
    ids=odd_id,
)  # fmt: skip
def test_a_wait_is_a_number_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


@pytest.mark.parametrize("code", [None, 429, 500, 502, 503, 504, 599])
def test_an_outage_is_no_answer_or_one_of_a_server_that_cannot(code: int | None) -> None:
    assert is_outage(code)


@pytest.mark.parametrize("code", [301, 400, 401, 403, 404, 405, 410, 415, 422])
def test_a_receiver_that_refuses_lives(code: int) -> None:
    assert not is_outage(code)
