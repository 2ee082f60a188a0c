"""Cool-downs and the circuit: shared by containers, learned from how calls end."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from message_detail.adapters.aws.circuits import FAILURES_TO_OPEN, RECOVERY_SECONDS
from message_detail.adapters.aws.key_schema import CIRCUIT
from message_detail.adapters.aws.known_rows import KNOWN_SECONDS
from message_detail.adapters.aws.throttle import LONGEST_COOL_DOWN_SECONDS, Throttle
from message_detail.domain.errors import (
    MessageNotFound,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    StorageUnavailable,
)
from message_detail.providers.base.account import Account
from tests.unit.conftest import TABLE, Calls, Clock, table_of
from tests.unit.samples import account, stand_in


def _raise(error: Exception) -> Any:
    def call() -> None:
        raise error

    return call


def guarded(throttle: Throttle, own: Account, call: Callable[[], Any]) -> Any:
    """A call as the gateway makes it."""
    with throttle.slot(own):
        return throttle.circuit(own, call)


def test_throttling_holds_every_container_back_for_as_long_as_the_provider_says(dynamodb: Any, clock: Clock) -> None:
    one, other = (Throttle(table_of(dynamodb), now=clock) for _ in range(2))
    with pytest.raises(RateLimited):
        guarded(one, account(), _raise(RateLimited("slow down", retry_after=30)))
    for throttle in (one, other):
        with pytest.raises(RateLimited) as caught:
            guarded(throttle, account(), _raise(AssertionError("called while cooling down")))
        assert caught.value.retry_after == pytest.approx(30)
    clock.now += 31
    assert guarded(other, account(), lambda: "called") == "called"


def test_another_account_is_not_held_back(throttle: Throttle) -> None:
    with pytest.raises(RateLimited):
        guarded(throttle, account(), _raise(RateLimited("slow down", retry_after=30)))
    from message_detail.providers.base.account import build
    from message_detail.providers.cellcast.account import SCHEMA

    other = build("cellcast", "other", {"token": "t"}, SCHEMA)
    assert guarded(throttle, other, lambda: "called") == "called"


def test_without_a_word_from_the_provider_the_cool_down_grows_with_the_streak(throttle: Throttle, clock: Clock) -> None:
    lengths = []
    for _ in range(9):
        lengths.append(throttle.cool_down(account(), None))
        clock.now += lengths[-1] + 1
    assert lengths[:3] == [2, 4, 8]
    assert lengths == sorted(lengths)
    assert lengths[-1] == LONGEST_COOL_DOWN_SECONDS
    clock.now += 3600
    assert throttle.cool_down(account(), None) == 2


def test_a_shorter_cool_down_does_not_end_a_longer_one(dynamodb: Any, clock: Clock) -> None:
    one, other = (Throttle(table_of(dynamodb), now=clock) for _ in range(2))
    one.cool_down(account(), 60)
    other.cool_down(account(), 1)
    clock.now += KNOWN_SECONDS + 1
    assert other.cooling_until(account()) > clock.now + 50


@pytest.mark.parametrize("error", [ProviderUnavailable("down"), ProviderTimeout("slow")])
def test_the_circuit_opens_after_repeated_outages_and_lets_one_try_through_later(
    dynamodb: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    from message_detail.providers.base.account import build
    from message_detail.providers.cellcast.account import SCHEMA

    # Powertools counts by circuit name and process, so each case takes an account of its own.
    own = build("cellcast", f"circuit-{type(error).__name__}", {"token": "t"}, SCHEMA)
    throttle = Throttle(table_of(dynamodb), now=clock)
    calls = 0

    def failing() -> None:
        nonlocal calls
        calls += 1
        raise error

    for _ in range(FAILURES_TO_OPEN + 3):
        with pytest.raises((ProviderUnavailable, ProviderTimeout)):
            guarded(throttle, own, failing)
    assert calls == FAILURES_TO_OPEN
    with pytest.raises(ProviderUnavailable) as caught:
        guarded(throttle, own, failing)
    assert caught.value.retry_after == RECOVERY_SECONDS


@pytest.fixture
def open_circuit(dynamodb: Any, clock: Clock) -> tuple[Any, Throttle, Account]:
    """A circuit that has been open for so long that one call may try; with what fails calls of the table."""
    from message_detail.providers.base.account import build
    from message_detail.providers.cellcast.account import SCHEMA

    own = build("cellcast", f"circuit-{uuid.uuid4().hex}", {"token": "t"}, SCHEMA)
    calls = Calls(dynamodb)
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(ProviderUnavailable):
            guarded(Throttle(table_of(dynamodb), now=clock), own, _raise(ProviderUnavailable("down")))
    dynamodb.update_item(
        TableName=TABLE,
        Key=CIRCUIT.key(provider="cellcast", account=own.name),
        UpdateExpression="SET opened_at = :long_ago",
        ExpressionAttributeValues={":long_ago": {"N": "1"}},
    )
    return calls, Throttle(table_of(stand_in(calls)), now=clock), own


def test_an_answer_that_there_is_no_such_message_closes_the_circuit(
    dynamodb: Any, clock: Clock, open_circuit: tuple[Any, Throttle, Account]
) -> None:
    _, throttle, own = open_circuit
    with pytest.raises(MessageNotFound):
        guarded(throttle, own, _raise(MessageNotFound("no message has this id")))
    assert throttle.account_state("cellcast", own.name)["state"] == "ok"
    with ThreadPoolExecutor(1) as other:
        container = Throttle(table_of(dynamodb), now=clock)
        assert other.submit(guarded, container, own, lambda: "called").result() == "called"


def test_a_table_that_refuses_the_circuits_try_is_told_as_storage(open_circuit: tuple[Any, Throttle, Account]) -> None:
    calls, throttle, own = open_circuit
    calls.fail("put_item", EndpointConnectionError(endpoint_url="x"))
    with pytest.raises(StorageUnavailable):
        guarded(throttle, own, lambda: "called")
    assert guarded(throttle, own, lambda: "called") == "called"


def test_refusals_do_not_open_the_circuit(throttle: Throttle) -> None:
    for _ in range(FAILURES_TO_OPEN * 2):
        with pytest.raises(ProviderRefused):
            guarded(throttle, account(), _raise(ProviderRefused("no")))
    assert guarded(throttle, account(), lambda: "called") == "called"


def test_no_more_calls_at_once_than_the_account_allows(throttle: Throttle) -> None:
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

    threads = [threading.Thread(target=guarded, args=(throttle, own, call)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


# --- waits without measure


def _stored(dynamodb: Any, **attributes: Any) -> None:
    key = {"pk": {"S": "cooldown#cellcast:default"}, "sk": {"S": "cooldown"}}
    dynamodb.put_item(TableName=TABLE, Item={**key, **attributes})


@pytest.mark.parametrize("seconds", [1.8e9, 1e60, float("inf"), float("nan")])
def test_nothing_holds_an_account_back_for_more_than_15_minutes(
    throttle: Throttle, clock: Clock, seconds: float
) -> None:
    with pytest.raises(RateLimited) as caught:
        guarded(throttle, account(), _raise(RateLimited("slow down", retry_after=seconds)))
    assert caught.value.retry_after == 900
    throttle.pause(account(), seconds)
    assert throttle.account_state("cellcast", "default")["state"] == "cooling_down"
    clock.now += 901
    assert throttle.account_state("cellcast", "default") == {"state": "ok", "cooling_down_until": None}
    assert guarded(throttle, account(), lambda: "called") == "called"


@pytest.mark.parametrize(
    "until",
    [{"N": "99999999999999"}, {"N": "3585825675.000"}, {"N": "1e120"}, {"N": "-1e120"}, {"NULL": True}],
)
def test_whatever_is_stored_of_a_cool_down_ends_within_15_minutes_and_can_be_told(
    dynamodb: Any, throttle: Throttle, clock: Clock, until: Any
) -> None:
    _stored(dynamodb, until=until, streak={"N": "1e50"})
    assert throttle.account_state("cellcast", "default")["state"] in ("ok", "cooling_down")
    assert throttle.cooling_until(account()) <= clock.now + 900
    for _ in range(4):  # looking at it doesn't make it longer
        clock.now += 226
        throttle.cooling_until(account())
    assert guarded(throttle, account(), lambda: "called") == "called"
    assert throttle.cool_down(account(), 30) == 30


def test_a_cool_down_that_is_no_number_is_none(dynamodb: Any, throttle: Throttle) -> None:
    _stored(dynamodb, until={"S": "soon"})
    assert throttle.account_state("cellcast", "default") == {"state": "ok", "cooling_down_until": None}
    assert guarded(throttle, account(), lambda: "called") == "called"


def test_a_far_end_that_is_stored_gives_way_to_a_true_one(dynamodb: Any, throttle: Throttle, clock: Clock) -> None:
    _stored(dynamodb, until={"N": "99999999999"}, streak={"N": "1"})
    throttle.cool_down(account(), 20)
    assert throttle.cooling_until(account()) == pytest.approx(clock.now + 20)
    clock.now += KNOWN_SECONDS + 21
    assert guarded(throttle, account(), lambda: "called") == "called"


def test_a_cool_down_that_is_lifted_is_over_in_every_container(dynamodb: Any, clock: Clock) -> None:
    one, other = (Throttle(table_of(dynamodb), now=clock, jitter=lambda low, high: high) for _ in range(2))
    for _ in range(3):
        one.cool_down(account(), 600)
    other.lift("cellcast", "default")
    assert guarded(other, account(), lambda: "called") == "called"
    clock.now += KNOWN_SECONDS
    assert guarded(one, account(), lambda: "called") == "called"
    assert one.account_state("cellcast", "default") == {"state": "ok", "cooling_down_until": None}
    assert one.cool_down(account(), None) == 2, "the streak begins anew"


def test_a_circuit_that_is_lifted_is_closed(dynamodb: Any, clock: Clock) -> None:
    from message_detail.providers.base.account import build
    from message_detail.providers.cellcast.account import SCHEMA

    own = build("cellcast", "circuit-lifted", {"token": "t"}, SCHEMA)
    throttle = Throttle(table_of(dynamodb), now=clock)
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(ProviderUnavailable):
            guarded(throttle, own, _raise(ProviderUnavailable("down")))
    assert throttle.account_state("cellcast", "circuit-lifted")["state"] == "open"
    throttle.lift("cellcast", "circuit-lifted")
    assert throttle.account_state("cellcast", "circuit-lifted")["state"] == "ok"
    assert guarded(throttle, own, lambda: "called") == "called"


def test_an_account_that_nothing_holds_back_can_be_lifted(throttle: Throttle) -> None:
    throttle.lift("cellcast", "default")
    assert throttle.account_state("cellcast", "default") == {"state": "ok", "cooling_down_until": None}
