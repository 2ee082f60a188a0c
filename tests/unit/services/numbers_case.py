"""Random messages in a table in memory, counted by the use cases, and counted plainly for comparison."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from message_detail.adapters.aws.census import Census
from message_detail.adapters.aws.counts import Counts
from message_detail.adapters.aws.cursors import cursor_key
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.recount_state import RecountState
from message_detail.adapters.aws.search import Search
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.domain.message import (
    Billing,
    BillingLine,
    Channel,
    Direction,
    Drift,
    Engaged,
    Engagement,
    Failure,
    FailureCategory,
    Message,
    Permanence,
    Provenance,
    Timestamps,
    Via,
)
from message_detail.domain.message_ids import message_id
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.status import Outcome, Status, is_final, outcome_for
from message_detail.domain.tasks import RecountTask
from message_detail.domain.timeline import MessageState, state_from_answer
from message_detail.domain.times import add_seconds, from_epoch
from message_detail.providers.base.parties import party
from message_detail.services.recount import Recounter
from message_detail.services.recount_schedule import Recounts
from message_detail.services.search_query import parse
from message_detail.services.statistics import Numbers, Statistics
from message_detail.services.stats_request import StatsParameters
from tests.unit.conftest import Clock, table_of
from tests.unit.memory_dynamodb import MemoryDynamodb
from tests.unit.samples import observation, stand_in
from tests.unit.services.fakes import FakeQueue

ACCOUNTS: Final = (("cellcast", "default"), ("carecloud", "default"), ("samva", "main"), ("samva", "other"))
NUMBERS: Final = ("+61491570156", "+420601123456", "+12025550123", "+447400123456", "ada@example.com")
UNITS: Final = ("AUD", "EUR", "CZK", "credit:cellcast", "credit:samva", None)
ARRIVED: Final = ("delivered", "read")
DAY: Final = 86_400


class EmptyBucket:
    """An S3 client that keeps nothing."""

    def put_object(self, **_: Any) -> None:
        """Takes a note of an erasure."""

    def list_objects_v2(self, **_: Any) -> dict[str, Any]:
        """Nothing is there."""
        return {}


class NumbersWorld:
    """A stack's table, and what counts in it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.dynamodb = MemoryDynamodb()
        self.table = table_of(self.dynamodb)
        self.store = Store(self.table, LargeValues(lambda: stand_in(EmptyBucket()), ""), now=clock)
        self.health = AccountHealth(self.table, now=clock)
        self.state = RecountState(self.table, now=clock)
        self.counts = Counts(self.table)
        self.queue = FakeQueue()
        self.recounter = Recounter(
            Census(self.table), self.counts, self.store, self.state, stand_in(self.queue), clock, monotonic=clock
        )
        self.statistics = Statistics(self.counts, self.health, self.state, clock)
        self.search = Search(self.table, self.store.read_many, cursor_key(self.table))
        for provider, account in ACCOUNTS:
            self.health.register(provider, account)

    def recounts(self, provider: str) -> Recounts:
        return Recounts(provider, self.health, self.state, stand_in(self.queue), self.clock)

    def keep(self, state: MessageState) -> Message:
        """Stores a message as a worker would."""
        assert state.details is not None
        kept = self.store.add(state.details.message.id, state)
        assert kept.message is not None
        return kept.message

    def recount(self, first: str, last: str) -> int:
        """Counts days of all accounts to the end; how many tasks it took."""
        for provider in sorted({name for name, _ in ACCOUNTS}):
            self.recounts(provider).begin_all(first, last)
        return self.work()

    def work(self, seconds: float = 60.0) -> int:
        """Works on what is queued until nothing is; how many tasks."""
        done = 0
        while self.queue.sent:
            task = self.queue.sent.pop(0)
            assert isinstance(task, RecountTask)
            self.recounter.process(task, seconds)
            done += 1
        return done

    def ask(self, **parameters: str) -> Numbers:
        return self.statistics.find(StatsParameters.read(parameters))

    def export(self) -> list[dict[str, Any]]:
        """Every message that a list shows, as JSON."""
        return [message.as_json() for message in self._listed()]

    def _listed(self) -> Iterator[Message]:
        cursor: str | None = None
        while True:
            found = self.search.find(parse({"limit": "100", **({"cursor": cursor} if cursor else {})}))
            yield from found.items
            cursor = found.next_cursor
            if cursor is None:
                return


def random_state(turn: random.Random, number: int, since: float, days: int) -> MessageState:
    """A message as a provider might answer it, made within some days from a moment on."""
    provider, account = turn.choice(ACCOUNTS)
    created = from_epoch(since + turn.random() * days * DAY)
    status, channel, direction = turn.choice(list(Status)), turn.choice(list(Channel)[:5]), turn.choice(list(Direction))
    sent = add_seconds(created, round(turn.expovariate(1 / 20), 3)) if turn.random() < 0.7 else None
    delivered = add_seconds(sent or created, round(turn.lognormvariate(2, 2), 3)) if turn.random() < 0.8 else None
    category, permanence = turn.choice(list(FailureCategory)), turn.choice(list(Permanence))
    failed = outcome_for(status) is Outcome.FAILURE
    other, own = (party(number) for number in (turn.choice(NUMBERS), "+33612345678"))
    assert other is not None
    assert own is not None
    seen = add_seconds(created, round(turn.lognormvariate(1, 2), 3))
    message = Message(
        id=message_id(provider, account, f"m{number}"),
        provider=provider,
        account=account,
        provider_message_id=f"m{number}",
        channel=channel,
        direction=direction,
        status=status,
        final=is_final(status),
        outcome=outcome_for(status),
        failure=Failure(category=category, permanence=permanence) if failed else None,
        from_=other if direction is Direction.INBOUND else own,
        to=(own if direction is Direction.INBOUND else other,),
        timestamps=Timestamps(created=created, sent=sent, delivered=delivered),
        billing=_billing(turn),
        engagement=Engagement(
            replied=Engaged(first_at=seen) if turn.random() < 0.2 else None,
            opted_out=Engaged() if turn.random() < 0.1 else None,
        ),
        provenance=Provenance(
            fetched_at=seen,
            via=Via.LOOKUP,
            drift=(Drift(path="x", problem="unknown_field"),) if turn.random() < 0.1 else (),
        ),
    )
    happened = created if turn.random() < 0.9 else None
    standing = observation(
        status,
        seen,
        via=turn.choice(list(Via)),
        occurred_at=happened,
        confirmed=turn.random() < 0.9,
        failure=message.failure,
    )
    return state_from_answer(NormalizedMessage(message, (standing,)))


def _billing(turn: random.Random) -> Billing:
    units = turn.sample(UNITS, turn.randrange(3))
    lines = tuple(BillingLine(kind="message", amount=_amount(turn), unit=unit) for unit in units)
    return Billing(lines=lines, segments=turn.choice([None, 1, 2, 3]))


def _amount(turn: random.Random) -> str:
    return f"{Decimal(turn.randrange(10**6)).scaleb(-turn.randrange(7)):f}"


def counted_plainly(messages: Sequence[Mapping[str, Any]], reporting: frozenset[str]) -> dict[str, Any]:
    """What a row says, by its definition and nothing else: without the timeline, without the withheld."""
    outbound = [one for one in messages if one["direction"] == "outbound"]
    delivered = [one for one in outbound if one["status"] in ARRIVED]
    decided = [one for one in outbound if one["final"]]
    failures = Counter(
        (one["failure"]["category"], one["failure"]["permanence"]) for one in messages if one["outcome"] == "failure"
    )
    cost: dict[str | None, Decimal] = {}
    for one in messages:
        for line in one["billing"]["lines"]:
            cost[line["unit"]] = cost.get(line["unit"], Decimal(0)) + Decimal(line["amount"])
    rated = [one for one in decided if one["provider"] in reporting]
    return {
        "messages": len(messages),
        "by_status": dict(Counter(one["status"] for one in messages)),
        "decided": len(decided),
        "delivered": len(delivered),
        "failed": sum(one["outcome"] == "failure" for one in messages),
        "undecided": sum(one["outcome"] == "pending" for one in messages),
        "uncertain": sum(one["outcome"] == "uncertain" for one in messages),
        "rate": Fraction(sum(one["status"] in ARRIVED for one in rated), len(rated)) if rated else None,
        "failures": dict(failures),
        "times": sorted(seconds for one in delivered if (seconds := _seconds_to_delivered(one)) is not None),
        "segments": sum(one["billing"]["segments"] or 0 for one in messages),
        "cost": cost,
        "drift": sum(bool(one["provenance"]["drift"]) for one in messages),
        "replied": sum(one["engagement"]["replied"] is not None for one in messages),
        "opted_out": sum(one["engagement"]["opted_out"] is not None for one in messages),
    }


def _seconds_to_delivered(message: Mapping[str, Any]) -> float | None:
    times = message["timestamps"]
    begun = times["sent"] or times["created"]
    if begun is None or times["delivered"] is None:
        return None
    gone = datetime.fromisoformat(times["delivered"]) - datetime.fromisoformat(begun)
    return max(0.0, gone.total_seconds())


def nearest_rank(ordered: Sequence[float], percent: int) -> float:
    """The value that so many percent do not exceed."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]


def day_listed(message: Mapping[str, Any]) -> str:
    """The day that a message of these is listed under."""
    return str(message["timestamps"]["created"])[:10]
