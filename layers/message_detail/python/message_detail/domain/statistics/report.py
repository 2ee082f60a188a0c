"""What counts say: a row with every figure, and the rate of deliveries only where there is one. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from message_detail.domain.message import Via
from message_detail.domain.statistics.durations import Durations
from message_detail.domain.statistics.facts import EXACT
from message_detail.domain.statistics.tally import Tally

Z: Final = 1.959963984540054
"""The normal distribution's 97.5th percentile: of an interval of 95 %."""
NO_OUTBOUND: Final = "no_outbound"
NEVER_REPORTED: Final = "never_reported"
NOTHING_DECIDED: Final = "nothing_decided"
_DIGITS: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class FailureCount:
    """How many messages failed of the same."""

    category: str
    permanence: str
    count: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What messages cost in one unit, exactly, and that by the messages delivered; None where there are none."""

    unit: str | None
    amount: str
    per_delivered: str | None


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long something took: of how many messages it is known, percentiles, how many took no longer than so long."""

    n: int
    p50: float | None
    p90: float | None
    p95: float | None
    p99: float | None
    within_10: int
    within_60: int
    within_300: int


@dataclass(slots=True)
class Sum:
    """Counts of messages of any providers. `rated`: those of providers that report deliveries."""

    counted: Tally = field(default_factory=Tally)
    rated: Tally = field(default_factory=Tally)
    has_outbound: bool = False

    def add(self, tally: Tally, *, outbound: bool, reports_delivery: bool) -> None:
        """Adds what messages of one direction and provider came to."""
        self.counted.merge(tally)
        if outbound:
            self.has_outbound = True
        if outbound and reports_delivery:
            self.rated.decided += tally.decided
            self.rated.delivered += tally.delivered
            self.rated.messages += tally.messages

    @property
    def no_rate(self) -> str | None:
        """Why there is no rate of deliveries; None where there is one."""
        if not self.has_outbound:
            return NO_OUTBOUND
        if not self.rated.messages:
            return NEVER_REPORTED
        return None if self.rated.decided else NOTHING_DECIDED

    @property
    def delivery_rate(self) -> str | None:
        """Of the outbound messages that were decided, the part that was delivered."""
        return None if self.no_rate else share(self.rated.delivered, self.rated.decided)

    @property
    def delivery_rate_interval(self) -> tuple[str, str] | None:
        """Where the rate of many more such messages would be (Wilson's score interval, 95 %)."""
        return None if self.no_rate else wilson(self.rated.delivered, self.rated.decided)

    def failures(self) -> list[FailureCount]:
        """What messages failed of, the most frequent first."""
        found = sorted(self.counted.failures.items(), key=_most_frequent)
        return [FailureCount(category, permanence, count) for (category, permanence), count in found]

    def cost(self) -> list[Cost]:
        """What the messages cost, by unit."""
        delivered = self.counted.delivered
        return [
            Cost(unit or None, f"{amount:f}", _part(amount, delivered) if delivered else None)
            for unit, amount in sorted(self.counted.cost.items())
        ]

    def learned_by(self) -> dict[str, int]:
        """How we learned of what happened last."""
        return {via.value: self.counted.learned_by[via.value] for via in Via}


def _most_frequent(failure: tuple[tuple[str, str], int]) -> tuple[int, tuple[str, str]]:
    return -failure[1], failure[0]


def seconds_of(durations: Durations) -> Seconds:
    """Durations, summed up."""
    p50, p90, p95, p99 = map(durations.percentile, (50, 90, 95, 99))
    within_10, within_60, within_300 = durations.within
    return Seconds(durations.count, p50, p90, p95, p99, within_10, within_60, within_300)


def share(part: int, whole: int) -> str:
    """A part of a whole, as a decimal."""
    return _part(Decimal(part), whole)


def wilson(part: int, whole: int) -> tuple[str, str]:
    """Wilson's score interval (1927): never beyond 0 and 1, and right for few messages, too."""
    rate, square = part / whole, Z * Z
    middle = (rate + square / (2 * whole)) / (1 + square / whole)
    reach = Z / (1 + square / whole) * math.sqrt(rate * (1 - rate) / whole + square / (4 * whole * whole))
    low = 0.0 if part == 0 else max(0.0, middle - reach)
    high = 1.0 if part == whole else min(1.0, middle + reach)
    return _decimal(Decimal(low)), _decimal(Decimal(high))


def _part(amount: Decimal, whole: int) -> str:
    return _decimal(EXACT.divide(amount, Decimal(whole)))


def _decimal(value: Decimal) -> str:
    return f"{value.quantize(_DIGITS, ROUND_HALF_EVEN, EXACT):f}"
