"""What was counted, summed up as somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Final

from message_detail.adapters.aws.clients import CONNECTIONS
from message_detail.adapters.aws.counts import CountedDay, Counts
from message_detail.adapters.aws.recount_state import RecountState
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.message import Direction
from message_detail.domain.statistics.days import day_of, days_from, is_open
from message_detail.domain.statistics.report import Sum
from message_detail.domain.statistics.tally import Group
from message_detail.providers import load, names
from message_detail.services.stats_request import DIMENSIONS, StatsParameters

MOST_ROWS: Final = 50_000
"""Counts that one request sums up: a year of an account with 136 sorts of messages, say."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The answer to a question: sums by what the rows are grouped by (a value for each of DIMENSIONS, None where they
    are not), since when they hold, which days are still open, and whether days of them are being counted."""

    as_of: str | None
    open_days: tuple[str, ...]
    counting: bool
    rows: tuple[tuple[dict[str, str | None], Sum], ...]


@dataclass(slots=True)
class _Gathered:
    """What has been read so far."""

    sums: dict[tuple[str | None, ...], Sum] = field(default_factory=dict)
    open_as_of: list[str] = field(default_factory=list)
    closed_as_of: list[str] = field(default_factory=list)
    rows: int = 0


class Statistics:
    """Sums of what was counted. `now` gives seconds since 1970."""

    def __init__(self, counts: Counts, health: AccountHealth, state: RecountState, now: Callable[[], float]) -> None:
        self._counts = counts
        self._health = health
        self._state = state
        self._now = now

    def find(self, asked: StatsParameters) -> Numbers:
        """The sums that are asked for; InvalidRequest where they are of too many counts."""
        today = day_of(self._now())
        first, last = asked.days(today)
        providers = (asked.provider,) if asked.provider is not None else names()
        accounts = [(name, account) for name in providers for account in self._accounts(name, asked.account)]
        gathered = _Gathered()
        if not asked.grouped:
            gathered.sums[(None,) * len(DIMENSIONS)] = Sum()
        with ThreadPoolExecutor(max_workers=CONNECTIONS) as pool:
            for counted in chain.from_iterable(pool.map(partial(self._read, first, last), accounts)):
                _gather(gathered, asked, counted, today)
        rows = sorted(gathered.sums.items(), key=lambda one: tuple(value or "" for value in one[0]))
        return Numbers(
            as_of=min(gathered.open_as_of, default=max(gathered.closed_as_of, default=None)),
            open_days=tuple(day for day in days_from(first, min(last, today)) if is_open(day, today)),
            counting=self._is_counting(providers, asked.account, first, last),
            rows=tuple((dict(zip(DIMENSIONS, values, strict=True)), total) for values, total in rows),
        )

    def _read(self, first: str, last: str, account: tuple[str, str]) -> list[CountedDay]:
        return list(self._counts.days(*account, first, last))

    def _accounts(self, provider: str, asked: str | None) -> Iterable[str]:
        return (asked,) if asked is not None else [state.account for state in self._health.accounts(provider)]

    def _is_counting(self, providers: Iterable[str], account: str | None, first: str, last: str) -> bool:
        running = (one for name in providers for one in self._state.running(name))
        return any(one.first <= last and first <= one.last and account in (None, one.account) for one in running)


def _gather(gathered: _Gathered, asked: StatsParameters, counted: CountedDay, today: str) -> None:
    """Adds a counted day."""
    gathered.rows += len(counted.tallies)
    if gathered.rows > MOST_ROWS:
        raise InvalidRequest(
            f"this would sum up more than {MOST_ROWS:,} counts: ask for fewer days, or for one provider or account"
        )
    if counted.as_of is not None:
        (gathered.open_as_of if is_open(counted.day, today) else gathered.closed_as_of).append(counted.as_of)
    reports = load(counted.provider).reports_delivery
    for group, tally in counted.tallies.items():
        if asked.takes(group):
            values = tuple(_values(asked, counted, group))
            total = gathered.sums.setdefault(values, Sum())
            total.add(tally, outbound=group.direction is Direction.OUTBOUND, reports_delivery=reports)


def _values(asked: StatsParameters, counted: CountedDay, group: Group) -> Iterator[str | None]:
    """What the message counts are grouped by, in the order of DIMENSIONS."""
    of = (counted.day, counted.provider, counted.account, group.channel.value, group.direction.value, group.country)
    for name, value in zip(DIMENSIONS, of, strict=True):
        yield (value or None) if name in asked.grouped else None
