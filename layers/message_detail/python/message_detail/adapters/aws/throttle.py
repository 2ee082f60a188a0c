"""What keeps a struggling or throttling provider from being called: shared by all containers through the table.

A cool-down after throttling holds back one account until a moment; its circuit opens after repeated outages. Both make
a call end at once in an error that is tried again later. What a container knows of them it goes on with for a while;
then it reads both in one request, or along with the message that it is going to ask for (`unknown` and `learn`).
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from message_detail import observability
from message_detail.adapters.aws.attributes import Item, get_real, moment, number
from message_detail.adapters.aws.circuits import Circuits
from message_detail.adapters.aws.key_schema import CIRCUIT, COOLDOWN
from message_detail.adapters.aws.known_rows import KnownRows
from message_detail.adapters.aws.table import ConditionFailed, Table
from message_detail.domain import waits
from message_detail.domain.errors import AccountBusy, RateLimited
from message_detail.domain.times import from_epoch
from message_detail.providers.base.account import Account

if TYPE_CHECKING:
    from message_detail.adapters.provider_session import ProviderSession

FIRST_COOL_DOWN_SECONDS: Final = 2.0
LONGEST_COOL_DOWN_SECONDS: Final = 300.0
STREAK_SECONDS: Final = 600
"""A throttling this long after the last one starts a new streak."""
CLOCKS_DIFFER_SECONDS: Final = 5.0
SLOT_SECONDS: Final = 5.0
"""How long a call waits for one of its account's slots."""

P = ParamSpec("P")
T = TypeVar("T")


class Throttle:
    """Cool-downs and circuits of all accounts."""

    def __init__(
        self,
        table: Table,
        now: Callable[[], float] = time.time,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._table = table
        self._now = now
        self._jitter = jitter
        self._rows = KnownRows(table, now)
        self._circuits = Circuits(table, self._rows)
        self._slots: dict[tuple[str, str], threading.BoundedSemaphore] = {}
        self._lock = threading.Lock()

    @contextmanager
    def slot(self, account: Account, begin_by: float = math.inf) -> Iterator[None]:
        """Room for a call of an account: RateLimited while it is cooling down. One that is throttled inside cools down.

        `begin_by` is the moment (of `time.monotonic`) after which it is too late to begin: then, or when no slot has
        become free for SLOT_SECONDS, AccountBusy.
        """
        self.check(account)
        with self._held_slot(account, begin_by):
            try:
                yield
            except RateLimited as error:
                error.retry_after = self.cool_down(account, error.retry_after)
                raise

    def circuit(self, account: Account, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Makes the call through the account's circuit, which learns from how it ends.

        ProviderUnavailable, without the call, while the circuit is open.
        """
        return self._circuits.call(account, call, *args, **kwargs)

    def unknown(self, account: Account) -> list[Item]:
        """The keys of what a call of the account has to know, and this container doesn't, or not any more."""
        return self._rows.unknown(_keys(account))

    def learn(self, unknown: Iterable[Item], items: Iterable[Item]) -> None:
        """Takes in what was read of what was unknown: the items that are there, among others or not."""
        self._rows.learn(unknown, items)

    @contextmanager
    def _held_slot(self, account: Account, begin_by: float) -> Iterator[None]:
        """One of the account's `max_concurrency` slots in this container; AccountBusy where none becomes free.

        The wait is short: tasks behind a vendor that hangs make way for those of other accounts, and come again.
        """
        with self._lock:
            slots = self._slots.setdefault(
                (account.provider, account.name), threading.BoundedSemaphore(account.max_concurrency)
            )
        wait = min(SLOT_SECONDS, begin_by - time.monotonic())
        if wait <= 0 or not slots.acquire(timeout=wait):
            raise AccountBusy(
                "the account's calls are all waiting for answers, or too little time is left for one",
                provider=account.provider,
                account=account.name,
            )
        try:
            yield
        finally:
            slots.release()

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
        """Until when (seconds since 1970) the account is cooling down; in the past when it is not.

        An end that no wait can have is fixed in the table, so that it comes.
        """
        until, now = self._known_end(account), self._now()
        if until <= _beyond(now):
            return until
        self._hold(account, waits.LONGEST_SECONDS, self._streak(account, now))
        return self._known_end(account)

    def _known_end(self, account: Account) -> float:
        """Reads the circuit, too, where it is not known: the call that asks now is going through it."""
        cool_down, _ = self._rows.get(_keys(account))
        return _until(cool_down)

    def account_state(self, provider: str, account: str) -> dict[str, Any]:
        """Whether an account is held back: `state` ok, cooling_down or open, and until when (canonical timestamp)."""
        now = self._now()
        until = min(_until(self._item(_key(provider, account))), now + waits.LONGEST_SECONDS)
        cooling = from_epoch(until) if until > now else None
        state = "cooling_down" if cooling else "ok"
        if not self._circuits.is_closed(provider, account):
            state = "open"
        return {"state": state, "cooling_down_until": cooling}

    def lift(self, provider: str, account: str) -> None:
        """Ends an account's cool-down, forgets its streak and closes its circuit.

        Other containers heed it once what they know is old.
        """
        self._write(provider, account, until=0.0, streak=0)
        self._circuits.close(provider, account)

    def _item(self, key: Item) -> Item:
        return self._table.get(key) or {}

    def cool_down(self, account: Account, seconds: float | None) -> float:
        """Holds a throttled account back as long as the provider says, else by full jitter that grows with the streak.

        Returns the seconds, which are never more than the longest wait.
        """
        streak = self._streak(account, self._now())
        if seconds is None:
            ceiling = min(LONGEST_COOL_DOWN_SECONDS, FIRST_COOL_DOWN_SECONDS * 2.0**streak)
            seconds = max(0.5, self._jitter(0, ceiling))
        return self._hold(account, seconds, streak + 1)

    @contextmanager
    def budget_respected(self, account: Account, session: ProviderSession) -> Iterator[None]:
        """Leaves the account alone afterwards, for as long as the session's answers say, however its calls end."""
        try:
            yield
        finally:
            if session.pause_seconds:
                self.pause(account, session.pause_seconds)

    def pause(self, account: Account, seconds: float) -> None:
        """Holds an account back before it is throttled, because its budget is nearly used up."""
        self._hold(account, seconds, self._streak(account, self._now()))

    def _hold(self, account: Account, seconds: float, streak: int) -> float:
        """Where another container set a later end, that stays, unless no wait can be so long. Returns the seconds."""
        now = self._now()
        asked, seconds = seconds, waits.capped(seconds)
        if seconds != asked:
            observability.count("wait_capped")
        until = now + seconds
        key = (account.provider, account.name)
        try:
            self._write(
                *key,
                until,
                streak,
                condition="attribute_not_exists(#until) OR #until < :until OR #until > :beyond",
                values={":beyond": moment(_beyond(now))},
            )
        except ConditionFailed:
            self._rows.keep(_key(*key), self._table.get(_key(*key), consistent=True) or {})
        return seconds

    def _write(
        self,
        provider: str,
        account: str,
        until: float,
        streak: int,
        condition: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        given = {
            ":until": moment(until),
            ":streak": number(streak),
            ":expires_at": number(int(max(until, self._now())) + STREAK_SECONDS),
            **(values or {}),
        }
        self._table.update(
            _key(provider, account),
            "SET #until = :until, streak = :streak, expires_at = :expires_at",
            given,
            condition=condition,
            names={"#until": "until"},
        )
        self._rows.keep(_key(provider, account), {"until": given[":until"]})

    def _streak(self, account: Account, now: float) -> int:
        item = self._item(_key(account.provider, account.name))
        if now - _until(item) > STREAK_SECONDS:
            return 0
        return int(min(10, _number(item, "streak")))


def _until(item: Item) -> float:
    return _number(item, "until")


def _number(item: Item, name: str) -> float:
    """A number of an item, whatever has been stored there; 0 where it is none or below."""
    return max(0.0, get_real(item, name))  # in this order, since nothing is greater than NaN


def _beyond(now: float) -> float:
    """The moment that no cool-down begun by now can reach; containers' clocks may differ by a little."""
    return now + waits.LONGEST_SECONDS + CLOCKS_DIFFER_SECONDS


def _key(provider: str, account: str) -> Item:
    return COOLDOWN.key(provider=provider, account=account)


def _keys(account: Account) -> tuple[Item, Item]:
    """Of the account's cool-down and its circuit."""
    return _key(account.provider, account.name), CIRCUIT.key(provider=account.provider, account=account.name)
