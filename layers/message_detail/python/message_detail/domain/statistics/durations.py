"""How long things took, so that any number of durations takes up little, and sums of sums are exact. Pure.

A sketch of logarithmic buckets (DDSketch's idea, https://arxiv.org/abs/1908.10693): each duration counts in the bucket
of all that are like it up to ALPHA, so a percentile is never further off than that, and two sketches are added up by
adding their buckets. docs/decisions/numbers.md says why it is no library's.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

ALPHA: Final = 0.019
"""How far off a percentile may be, as a part of it: 2 %, with room for rounding."""
GAMMA: Final = (1 + ALPHA) / (1 - ALPHA)
_LOG_GAMMA: Final = math.log(GAMMA)
WITHIN: Final = (10, 60, 300)
"""Seconds: how many took no longer is counted exactly."""
DIGITS: Final = 5
"""Significant digits of a percentile."""


@dataclass(slots=True)
class Durations:
    """Durations of whole milliseconds, none negative. `buckets` counts those above 0, `within` those up to each of
    WITHIN."""

    count: int = 0
    buckets: Counter[int] = field(default_factory=Counter)
    within: list[int] = field(default_factory=lambda: [0] * len(WITHIN))

    def add(self, milliseconds: int) -> None:
        """Counts one."""
        self.count += 1
        if milliseconds > 0:
            self.buckets[bucket_of(milliseconds)] += 1
        for place, seconds in enumerate(WITHIN):
            self.within[place] += milliseconds <= seconds * 1_000

    def merge(self, other: Durations) -> None:
        """Counts all of another's."""
        self.count += other.count
        self.buckets.update(other.buckets)
        self.within = [one + more for one, more in zip(self.within, other.within, strict=True)]

    def percentile(self, percent: int) -> float | None:
        """Seconds that so many percent of all did not exceed (of nearest rank); None where there are none."""
        if not self.count:
            return None
        rank = -(-self.count * percent // 100)
        passed = self.count - self.buckets.total()
        if rank <= passed:
            return 0.0
        for bucket in sorted(self.buckets):
            passed += self.buckets[bucket]
            if rank <= passed:
                return float(f"{_middle(bucket) / 1_000:.{DIGITS}g}")
        raise AssertionError("a rank is at most the count")

    def as_json(self) -> list[Any]:
        """For the table: as short as it may be."""
        return [self.count, *self.within, {str(bucket): self.buckets[bucket] for bucket in sorted(self.buckets)}]

    @classmethod
    def read(cls, value: Iterable[Any]) -> Durations:
        """What `as_json` made. ValueError, TypeError and their kin where it is something else."""
        count, *within, buckets = value
        return cls(count, Counter(_counts(buckets)), [int(one) for one in within])


def bucket_of(milliseconds: int) -> int:
    """The number of a duration's bucket, which holds all from GAMMA to its power less one (exclusive) up to it."""
    return math.ceil(math.log(milliseconds) / _LOG_GAMMA)


def _middle(bucket: int) -> float:
    """What is no further than ALPHA from anything in the bucket, in milliseconds."""
    return 2 * GAMMA**bucket / (GAMMA + 1)


def _counts(buckets: Mapping[str, Any]) -> dict[int, int]:
    return {int(bucket): int(count) for bucket, count in buckets.items()}
