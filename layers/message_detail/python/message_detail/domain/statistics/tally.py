"""What many messages come to: a count that can be added to others, of messages alike in some ways. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from message_detail.domain import json_codec
from message_detail.domain.message import Channel, Direction
from message_detail.domain.statistics.durations import Durations
from message_detail.domain.statistics.facts import EXACT, MessageFacts, has_arrived
from message_detail.domain.status import Status, is_final


class Group(NamedTuple):
    """What messages that are counted together have in common besides their day and account. `country` "": none."""

    channel: Channel
    direction: Direction
    country: str

    @classmethod
    def of(cls, facts: MessageFacts) -> Group:
        """The group that a message is counted in."""
        return cls(facts.channel, facts.direction, facts.country or "")


_FINAL: Final = frozenset(status.value for status in Status if is_final(status))
_NUMBERS: Final = (
    "messages",
    "decided",
    "delivered",
    "failed",
    "uncertain",
    "segments",
    "discrepancies",
    "drift",
    "replied",
    "opted_out",
)
_WORDS: Final = ("by_status", "learned_by")


@dataclass(slots=True)
class Tally:
    """Counts of messages. `decided` and `delivered` count outbound ones only; `failures` by category and permanence,
    `cost` by unit, "" for none."""

    messages: int = 0
    decided: int = 0
    delivered: int = 0
    failed: int = 0
    uncertain: int = 0
    segments: int = 0
    discrepancies: int = 0
    drift: int = 0
    replied: int = 0
    opted_out: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    learned_by: Counter[str] = field(default_factory=Counter)
    cost: dict[str, Decimal] = field(default_factory=dict)
    to_delivered: Durations = field(default_factory=Durations)
    to_know: Durations = field(default_factory=Durations)

    @property
    def undecided(self) -> int:
        """Messages that are still on their way, as far as is known, and not given up."""
        return self.messages - sum(n for status, n in self.by_status.items() if status in _FINAL) - self.uncertain

    def add(self, facts: MessageFacts) -> None:
        """Counts a message."""
        self.messages += 1
        self.by_status[facts.status.value] += 1
        self.decided += facts.direction is Direction.OUTBOUND and is_final(facts.status)
        self.delivered += has_arrived(facts)
        self.uncertain += facts.uncertain
        self.segments += facts.segments
        self.discrepancies += facts.discrepancy
        self.drift += facts.drift
        self.replied += facts.replied
        self.opted_out += facts.opted_out
        if facts.failure is not None:
            self.failed += 1
            category, permanence = facts.failure
            self.failures[category.value, permanence.value] += 1
        if facts.learned_by is not None:
            self.learned_by[facts.learned_by.value] += 1
        self._add_cost(facts.amounts)
        if facts.delivered_after is not None:
            self.to_delivered.add(facts.delivered_after)
        if facts.known_after is not None:
            self.to_know.add(facts.known_after)

    def merge(self, other: Tally) -> None:
        """Counts all that another one does."""
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in (*_WORDS, "failures"):
            getattr(self, name).update(getattr(other, name))
        self._add_cost(other.cost)
        self.to_delivered.merge(other.to_delivered)
        self.to_know.merge(other.to_know)

    def _add_cost(self, amounts: Mapping[str, Decimal]) -> None:
        for unit, amount in amounts.items():
            self.cost[unit] = EXACT.add(self.cost.get(unit, Decimal(0)), amount)

    def pack(self) -> str:
        """As text, in which the same counts are always the same."""
        values: dict[str, Any] = {name: value for name in _NUMBERS if (value := getattr(self, name))}
        for name in _WORDS:
            values[name] = dict(sorted(getattr(self, name).items()))
        values["failures"] = [[*names, number] for names, number in sorted(self.failures.items())]
        values["cost"] = {unit: str(amount) for unit, amount in sorted(self.cost.items())}
        values["to_delivered"] = self.to_delivered.as_json()
        values["to_know"] = self.to_know.as_json()
        return json_codec.dumps(values)

    @classmethod
    def unpack(cls, text: str) -> Tally:
        """What `pack` made. ValueError where it is something else."""
        try:
            values = json_codec.loads(text)
            tally = cls(cost={unit: Decimal(amount) for unit, amount in values["cost"].items()})
            for name in _NUMBERS:
                setattr(tally, name, int(values.get(name, 0)))
            for name in _WORDS:
                setattr(tally, name, Counter({key: int(number) for key, number in values[name].items()}))
            tally.failures = Counter({(str(one), str(two)): int(number) for one, two, number in values["failures"]})
            tally.to_delivered = Durations.read(values["to_delivered"])
            tally.to_know = Durations.read(values["to_know"])
        except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
            raise ValueError("no counts that this release can read") from error
        return tally


def count(messages: Iterable[MessageFacts], into: dict[Group, Tally] | None = None) -> dict[Group, Tally]:
    """Messages counted by their groups, with those that had been counted before."""
    tallies = {} if into is None else into
    for facts in messages:
        tallies.setdefault(Group.of(facts), Tally()).add(facts)
    return tallies
