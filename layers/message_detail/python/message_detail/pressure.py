"""What keeps a struggling or throttling provider from being called: shared by all containers through the table.

A cool-down after throttling holds back one account until a moment; the circuit breaker (Powertools) opens after
repeated outages of one account. Both make a call end at once in an error that is tried again later.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final, TypeVar

from aws_lambda_powertools.utilities.circuit_breaker import (
    CircuitBreakerConfig,
    CircuitBreakerOpenError,
    circuit_breaker,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence import CircuitBreakerDynamoDBPersistence

from message_detail import aws
from message_detail.accounts import Account
from message_detail.errors import ProviderTimeout, ProviderUnavailable, RateLimited
from message_detail.times import from_epoch

WHAT: Final = "the table"
KNOWN_SECONDS: Final = 2.0
"""How long a container goes on with what it knows of a cool-down."""
FIRST_COOL_DOWN_SECONDS: Final = 2.0
LONGEST_COOL_DOWN_SECONDS: Final = 300.0
STREAK_SECONDS: Final = 600
"""A throttling this long after the last one starts a new streak."""
FAILURES_TO_OPEN: Final = 10
RECOVERY_SECONDS: Final = 15

T = TypeVar("T")


class Pressure:
    """Cool-downs and circuits of all accounts. `client` is a low-level DynamoDB client."""

    def __init__(
        self,
        client: Any,
        table: str,
        now: Callable[[], float] = time.time,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._client = client
        self._table = table
        self._now = now
        self._jitter = jitter
        self._known: dict[tuple[str, str], tuple[float, float]] = {}
        self._places: dict[tuple[str, str], threading.BoundedSemaphore] = {}
        self._lock = threading.Lock()
        self._circuits = CircuitBreakerDynamoDBPersistence(
            table_name=table,
            key_attr="pk",
            sort_key_attr="sk",
            static_pk_value="circuit",
            expiry_attr="expires_at",
            boto3_client=client,
        )

    def guarded(self, account: Account, call: Callable[[], T]) -> T:
        """Makes the call unless the account is cooling down or its circuit is open; learns from how it ends."""
        self.check(account)

        protected = circuit_breaker(
            name=f"{account.provider}:{account.name}",
            persistence_store=self._circuits,
            config=_CIRCUIT,
        )(call)
        try:
            with self.place(account):
                result: T = protected()
                return result
        except CircuitBreakerOpenError as error:
            raise ProviderUnavailable(
                "the provider has failed repeatedly; calls are held back until it recovers",
                provider=account.provider,
                account=account.name,
                retry_after=RECOVERY_SECONDS,
            ) from error
        except RateLimited as error:
            error.retry_after = self.cool_down(account, error.retry_after)
            raise

    def place(self, account: Account) -> AbstractContextManager[Any]:
        """One of the account's `max_concurrency` places in this container."""
        key = (account.provider, account.name)
        with self._lock:
            return self._places.setdefault(key, threading.BoundedSemaphore(account.max_concurrency))

    def check(self, account: Account) -> None:
        """RateLimited, with the seconds left, while the account is cooling down."""
        left = self.cooling_until(account) - self._now()
        if left > 0:
            raise RateLimited(
                "the account is cooling down after the provider throttled it",
                provider=account.provider,
                account=account.name,
                retry_after=left,
            )

    def cooling_until(self, account: Account) -> float:
        """Until when (seconds since 1970) the account is cooling down; in the past when it is not."""
        key = (account.provider, account.name)
        until, read_at = self._known.get(key, (0.0, float("-inf")))
        now = self._now()
        if until > now or now - read_at < KNOWN_SECONDS:
            return until
        until = float(self._item(_key(account.provider, account.name)).get("until", {}).get("N", 0))
        self._known[key] = (until, now)
        return until

    def state_of(self, provider: str, account: str) -> dict[str, Any]:
        """Whether an account is held back: `state` ok, cooling_down or open, and until when (canonical timestamp)."""
        cooldown = self._item(_key(provider, account))
        until = float(cooldown.get("until", {}).get("N", 0))
        circuit = self._item({"pk": {"S": "circuit"}, "sk": {"S": f"{provider}:{account}"}})
        word = circuit.get("state", {}).get("S", "CLOSED").upper()
        cooling = from_epoch(until) if until > self._now() else None
        state = "cooling_down" if cooling else "ok"
        return {"state": "open" if word != "CLOSED" else state, "cooling_down_until": cooling}

    def _item(self, key: dict[str, Any]) -> dict[str, Any]:
        item: dict[str, Any] = aws.call(WHAT, self._client.get_item, TableName=self._table, Key=key).get("Item", {})
        return item

    def cool_down(self, account: Account, seconds: float | None) -> float:
        """Holds a throttled account back as long as the provider says, else by full jitter that grows with the streak.

        Returns the seconds.
        """
        streak = self._streak(account, self._now())
        if seconds is None:
            ceiling = min(LONGEST_COOL_DOWN_SECONDS, FIRST_COOL_DOWN_SECONDS * 2.0**streak)
            seconds = max(0.5, self._jitter(0, ceiling))
        self._hold(account, seconds, streak + 1)
        return seconds

    def pause(self, account: Account, seconds: float) -> None:
        """Holds an account back before it is throttled, because its budget is nearly used up."""
        self._hold(account, seconds, self._streak(account, self._now()))

    def _hold(self, account: Account, seconds: float, streak: int) -> None:
        """Where another container set a later end, that stays."""
        now = self._now()
        until = now + seconds
        try:
            aws.call(
                WHAT,
                self._client.update_item,
                TableName=self._table,
                Key=_key(account.provider, account.name),
                UpdateExpression="SET #until = :until, streak = :streak, expires_at = :expires_at",
                ConditionExpression="attribute_not_exists(#until) OR #until < :until",
                ExpressionAttributeNames={"#until": "until"},
                ExpressionAttributeValues={
                    ":until": {"N": f"{until:.3f}"},
                    ":streak": {"N": str(streak)},
                    ":expires_at": {"N": str(int(until) + STREAK_SECONDS)},
                },
            )
        except aws.ConditionFailed:
            until = max(until, self.cooling_until(account))
        self._known[(account.provider, account.name)] = (until, now)

    def _streak(self, account: Account, now: float) -> int:
        item = self._item(_key(account.provider, account.name))
        if now - float(item.get("until", {}).get("N", 0)) > STREAK_SECONDS:
            return 0
        return min(10, int(item.get("streak", {}).get("N", 0)))


_CIRCUIT: Final = CircuitBreakerConfig(
    failure_threshold=FAILURES_TO_OPEN,
    recovery_timeout=RECOVERY_SECONDS,
    success_threshold=1,
    handled_exceptions=(ProviderUnavailable, ProviderTimeout),
)


def _key(provider: str, account: str) -> dict[str, Any]:
    return {"pk": {"S": f"cooldown#{provider}:{account}"}, "sk": {"S": "cooldown"}}
