"""Cool-downs and the circuit: shared by containers, learned from how calls end."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.errors import ProviderRefused, ProviderTimeout, ProviderUnavailable, RateLimited
from message_detail.pressure import (
    FAILURES_TO_OPEN,
    KNOWN_SECONDS,
    LONGEST_COOL_DOWN_SECONDS,
    RECOVERY_SECONDS,
    Pressure,
)
from tests.unit.core.conftest import TABLE, Clock
from tests.unit.core.samples import account


def _raise(error: Exception) -> Any:
    def call() -> None:
        raise error

    return call


def test_throttling_holds_every_container_back_for_as_long_as_the_provider_says(dynamodb: Any, clock: Clock) -> None:
    one, other = (Pressure(dynamodb, TABLE, now=clock) for _ in range(2))
    with pytest.raises(RateLimited):
        one.guarded(account(), _raise(RateLimited("slow down", retry_after=30)))
    for pressure in (one, other):
        with pytest.raises(RateLimited) as caught:
            pressure.guarded(account(), _raise(AssertionError("called while cooling down")))
        assert caught.value.retry_after == pytest.approx(30)
    clock.now += 31
    assert other.guarded(account(), lambda: "called") == "called"


def test_another_account_is_not_held_back(pressure: Pressure) -> None:
    with pytest.raises(RateLimited):
        pressure.guarded(account(), _raise(RateLimited("slow down", retry_after=30)))
    from message_detail.accounts import build
    from message_detail.providers.cellcast.account import KEYS

    other = build("cellcast", "other", {"token": "t"}, KEYS)
    assert pressure.guarded(other, lambda: "called") == "called"


def test_without_a_word_from_the_provider_the_cool_down_grows_with_the_streak(pressure: Pressure, clock: Clock) -> None:
    lengths = []
    for _ in range(9):
        lengths.append(pressure.cool_down(account(), None))
        clock.now += lengths[-1] + 1
    assert lengths[:3] == [2, 4, 8]
    assert lengths == sorted(lengths)
    assert lengths[-1] == LONGEST_COOL_DOWN_SECONDS
    clock.now += 3600
    assert pressure.cool_down(account(), None) == 2


def test_a_shorter_cool_down_does_not_end_a_longer_one(dynamodb: Any, clock: Clock) -> None:
    one, other = (Pressure(dynamodb, TABLE, now=clock) for _ in range(2))
    one.cool_down(account(), 60)
    other.cool_down(account(), 1)
    clock.now += KNOWN_SECONDS + 1
    assert other.cooling_until(account()) > clock.now + 50


@pytest.mark.parametrize("error", [ProviderUnavailable("down"), ProviderTimeout("slow")])
def test_the_circuit_opens_after_repeated_outages_and_lets_one_try_through_later(
    dynamodb: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    from message_detail.accounts import build
    from message_detail.providers.cellcast.account import KEYS

    # Powertools counts by circuit name and process, so each case takes an account of its own.
    own = build("cellcast", f"circuit-{type(error).__name__}", {"token": "t"}, KEYS)
    pressure = Pressure(dynamodb, TABLE, now=clock)
    calls = 0

    def failing() -> None:
        nonlocal calls
        calls += 1
        raise error

    for _ in range(FAILURES_TO_OPEN + 3):
        with pytest.raises((ProviderUnavailable, ProviderTimeout)):
            pressure.guarded(own, failing)
    assert calls == FAILURES_TO_OPEN
    with pytest.raises(ProviderUnavailable) as caught:
        pressure.guarded(own, failing)
    assert caught.value.retry_after == RECOVERY_SECONDS


def test_refusals_do_not_open_the_circuit(pressure: Pressure) -> None:
    for _ in range(FAILURES_TO_OPEN * 2):
        with pytest.raises(ProviderRefused):
            pressure.guarded(account(), _raise(ProviderRefused("no")))
    assert pressure.guarded(account(), lambda: "called") == "called"


def test_no_more_calls_at_once_than_the_account_allows(pressure: Pressure) -> None:
    import threading

    own = account(max_concurrency=2)
    running, most = 0, 0
    lock = threading.Lock()
    turn = threading.Event()

    def call() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        turn.wait(0.05)
        with lock:
            running -= 1

    threads = [threading.Thread(target=pressure.guarded, args=(own, call)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2
