"""Any batching, order, duplicates, losses, crashes and clocks end in the message that one event at a time ends in."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from message_detail.adapters.aws.attributes import Item
from message_detail.adapters.aws.message_store import Stored
from message_detail.domain.errors import ProviderUnavailable, StorageUnavailable
from message_detail.domain.message import Provenance, Via
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import DEFAULT_PLAN
from message_detail.domain.seen_events import event_digest
from message_detail.domain.status import Status
from message_detail.domain.tasks import AnyTask, Task
from message_detail.domain.timeline import MessageState, merge
from message_detail.domain.times import add_seconds, from_epoch
from message_detail.providers.base.account import Account, AccountSchema
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.services.message_tasks import MessageTasks
from message_detail.services.messages import Messages
from tests.unit.samples import NATIVE_ID, NOW, T0, account, message, observation, stand_in

WORDS: Final = (Status.QUEUED, Status.SENT, Status.DELIVERED, Status.READ)
LAST: Final = Status.READ
STEPS: Final = 12
"""At which a worker may die: each writing of the row and each sending of a task is one."""


class Crash(Exception):
    """The end of a container."""


@dataclass
class Run:
    """One message, its provider, its row and its queue; a worker that dies at a step, and one whose clock is off."""

    dies_at: frozenset[int] = frozenset()
    lost: frozenset[int] = frozenset()
    down_at: frozenset[int] = frozenset()
    skew: float = 0.0
    now: float = NOW
    state: MessageState = field(default_factory=MessageState)
    queue: list[tuple[float, Task]] = field(default_factory=list)
    steps: int = 0
    sent: int = 0
    fetches: int = 0

    def __post_init__(self) -> None:
        self.provider, self.plan = PROVIDER, DEFAULT_PLAN
        messages = Messages(stand_in(self), stand_in(self), stand_in(self), now=self.clock)
        self.tasks = MessageTasks(messages, stand_in(self), stand_in(self), now=self.clock)

    def clock(self) -> float:
        return self.now + self.skew

    # --- the accounts, the provider's gateway, the store and the queue

    def account(self, _provider: str, _name: str, _schema: AccountSchema) -> Account:
        return account()

    def fetch(self, *_: Any) -> NormalizedMessage:
        """The provider shows the last status: it is ahead of its webhooks."""
        self.fetches += 1
        if self.fetches in self.down_at:
            raise ProviderUnavailable("down")
        at = from_epoch(self.clock())
        answer = message(LAST, provenance=Provenance(fetched_at=at, via=Via.WEBHOOK, source_updated_at=T0))
        return NormalizedMessage(answer, (observation(LAST, at, via=Via.WEBHOOK, occurred_at=T0),))

    def count_drift(self, *_: object) -> None:
        """There is none."""

    def unknown(self, _account: Account) -> list[Item]:
        return []

    def learn(self, *_: Any) -> None:
        """Nothing has to be known of the account."""

    def read_with(self, _id: str, _keys: Sequence[Item]) -> tuple[Stored, list[Item]]:
        return Stored(self.state, 1), []

    def add(self, _id: str, new: MessageState, *_: Any) -> MessageState:
        self._step()
        self.state = merge(self.state, new)
        self._step()
        return self.state

    def postpone(self, *_: Any) -> None:
        """When it is due is asked of the schedule."""

    def send(self, task: AnyTask, delay: float = 0.0) -> None:
        self._step()
        self.sent += 1
        assert isinstance(task, Task)
        if self.sent not in self.lost:
            self.queue.append((self.now + delay, task))
        self._step()

    def _step(self) -> None:
        self.steps += 1
        if self.steps in self.dies_at:
            raise Crash

    @contextmanager
    def held(self, *_: Any) -> Iterator[None]:
        """One worker at a time: each gets its lease."""
        yield

    # --- what a queue does

    def work(self, batch: list[Task]) -> None:
        """Works on a batch; what is not ended comes again."""
        try:
            self.tasks.work(self.tasks.gather(batch), 10)
        except (Crash, ProviderUnavailable, StorageUnavailable):
            self.queue += [(self.now + 30, task) for task in batch]

    def drain(self) -> None:
        """Until nothing is queued any more and nothing that was announced awaits its confirmation."""
        for _ in range(200):
            if self.queue:
                self.queue.sort(key=lambda entry: entry[0])
                at, task = self.queue.pop(0)
                self.now = max(self.now, at)
                self.work([task])
            elif self.state.awaits_confirmation:
                self.now += 600
                self.work([self.due()])
            else:
                return
        raise AssertionError("it has no end")

    def due(self) -> Task:
        at = from_epoch(self.now + self.skew)
        return Task(provider="cellcast", account="default", message_id=NATIVE_ID, via="reconcile", received_at=at)


def event(number: int, word: Status, at: str) -> Task:
    """The task of a verified event."""
    told = {"status": word.value, "status_native": word.value, "occurred_at": T0, "observed_at": at, "via": "webhook"}
    return Task(
        provider="cellcast",
        account="default",
        message_id=NATIVE_ID,
        via="webhook",
        received_at=at,
        event=event_digest(str(number)),
        event_window=7 * 86_400,
        observations=(told,),
    )


def told(state: MessageState) -> tuple[Any, ...]:
    """Message and timeline without the times at which we learned of it."""
    assert state.message is not None
    events = {(one.status, one.status_native, one.occurred_at) for one in state.timeline}
    return state.message.status, state.message.outcome, events, state.is_confirmed, state.awaits_confirmation


def events_of(words: list[Status]) -> list[Task]:
    return [event(number, word, add_seconds(T0, number)) for number, word in enumerate(words)]


def one_at_a_time(tasks: list[Task]) -> MessageState:
    run = Run()
    for task in tasks:
        run.now += 60
        run.work([task])
        run.drain()
    return run.state


some_words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)
some_steps = st.frozensets(st.integers(1, STEPS), max_size=3)


@settings(max_examples=300, deadline=None)
@given(
    words=some_words,
    seed=st.integers(0, 2**32),
    dies_at=some_steps,
    lost=some_steps,
    down_at=some_steps,
    skews=st.lists(st.integers(-300, 300), min_size=1, max_size=5),
)
def test_any_history_ends_as_one_event_at_a_time(
    words: list[Status],
    seed: int,
    dies_at: frozenset[int],
    lost: frozenset[int],
    down_at: frozenset[int],
    skews: list[int],
) -> None:
    unique = events_of(words)
    run, chance = Run(dies_at, lost, down_at), random.Random(seed)
    for number, batch in enumerate(batches(unique, chance)):
        run.skew = skews[number % len(skews)]
        run.now += chance.choice((0.1, 5, 40))
        run.work(batch)
    run.drain()
    run.skew = 0.0
    assert told(run.state) == told(one_at_a_time(unique))


@settings(max_examples=200, deadline=None)
@given(words=some_words, seed=st.integers(0, 2**32), skews=st.lists(st.integers(-300, 300), min_size=1, max_size=5))
def test_without_failures_no_more_calls_are_made_than_there_are_events(
    words: list[Status], seed: int, skews: list[int]
) -> None:
    unique = events_of(words)
    run, chance = Run(), random.Random(seed)
    for number, batch in enumerate(batches(unique, chance)):
        run.skew = skews[number % len(skews)]
        run.now += chance.choice((0.1, 5, 40))
        run.work(batch)
    run.drain()
    assert run.fetches <= len(unique)


def batches(unique: list[Task], chance: random.Random) -> list[list[Task]]:
    """The events, some of them more than once, in any order, cut anywhere."""
    tasks = [*unique, *chance.choices(unique, k=len(unique))]
    chance.shuffle(tasks)
    cut: list[list[Task]] = [[]]
    for task in tasks:
        if cut[-1] and chance.random() < 0.5:
            cut.append([])
        cut[-1].append(task)
    return cut


@pytest.mark.parametrize("size", [3, 30])
def test_a_burst_of_a_known_message_is_one_call_however_long_it_is(size: int) -> None:
    run = Run()
    run.work([event(-1, Status.QUEUED, T0)])
    run.drain()
    before = run.fetches
    for number in range(size):
        run.now += 0.1
        run.work([event(number, WORDS[number % len(WORDS)], from_epoch(run.now))])
    run.drain()
    assert run.fetches - before == 1
