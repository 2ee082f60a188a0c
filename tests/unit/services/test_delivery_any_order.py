"""Whatever is written, crashes, is doubled, shuffled or refused: a receiver that keeps the greatest revision of each
message ends in our state, and has had every change under one id."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from message_detail.adapters.aws.event_rows import event_of
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.events_out.event import Event
from message_detail.domain.message import Via
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState, merge_observations
from tests.unit.aws import client, world
from tests.unit.conftest import BUCKET, SHAPE, TABLE, Clock, table_of
from tests.unit.samples import after, heard, message, observation, record, stand_in
from tests.unit.services.delivery_world import Crash, Sent, World
from tests.unit.stream import Stream

IDS: Final = ("cellcast:default:1", "cellcast:default:2")
STEPS: Final = ("put", "send", "_post", "remove", "add", "succeeded", "failed", "pause", "get", "lease")
"""What the deliverer does, between any two of which it may die, before or after."""
WRITES: Final = ("queued", "sent", "delivered", "announced", "again", "priority", "erase")


@contextmanager
def fresh() -> Iterator[tuple[Any, Store, Stream, Clock]]:
    with world():
        client("dynamodb").create_table(TableName=TABLE, **SHAPE)
        client("s3").create_bucket(Bucket=BUCKET)
        clock, stream = Clock(), Stream(client("dynamodb"))
        store = Store(table_of(stream), LargeValues(lambda: client("s3"), BUCKET), now=clock, tells=True)
        yield client("dynamodb"), store, stream, clock


def write(store: Store, message_id: str, what: str, at: str) -> None:
    """One thing that may happen to a message."""
    if what == "erase":
        store.erase(message_id)
        return
    states = {
        "queued": lambda: record(Status.QUEUED, at=at, updated=at),
        "sent": lambda: record(Status.SENT, at=at, updated=at),
        "delivered": lambda: record(Status.DELIVERED, at=at, updated=at),
        "announced": lambda: announced(at),
        "again": lambda: record(Status.SENT, at=at),
        "priority": lambda: heard(message(Status.SENT, priority=at), at),
    }
    if store.read(message_id).revision or what != "announced":
        store.add(message_id, states[what]())


def announced(at: str) -> MessageState:
    told = observation(Status.READ, at, via=Via.WEBHOOK, confirmed=False)
    return MessageState(events=merge_observations([told]))


def history(store: Store, writes: list[tuple[int, str]]) -> None:
    erased: set[str] = set()
    for number, (which, what) in enumerate(writes):
        message_id = IDS[which]
        if message_id not in erased:
            write(store, message_id, what, after(number + 1))
        if what == "erase":
            erased.add(message_id)


class Fate:
    """When the deliverer dies and what refuses it, drawn once."""

    def __init__(self, world: World, chance: random.Random, often: float) -> None:
        self._chance = chance
        self._often = often
        self.is_on = True
        for owner in (world.waiting, world.log, world.states):
            for name in STEPS:
                if hasattr(owner, name):
                    self._wrap(owner, name)
        for name in ("put", "_post"):
            self._wrap(world, name)

    def _wrap(self, owner: Any, name: str) -> None:
        done = getattr(owner, name)

        def step(*given: Any, **named: Any) -> Any:
            self._may_fail()
            result = done(*given, **named)
            self._may_fail()
            return result

        setattr(owner, name, step)

    def _may_fail(self) -> None:
        if self.is_on and self._chance.random() < self._often:
            raise self._chance.choice((Crash(), StorageUnavailable("down")))


def ours(store: Store, message_id: str) -> tuple[Any, ...] | None:
    item = store._item(message_id)
    if item is None:
        return None
    if "erased" in item:
        return (True, None, None)
    known = store.read(message_id).state.message
    return (False, known.status.value, known.outcome.value) if known is not None else None


@settings(
    max_examples=30, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
)
@given(
    writes=st.lists(st.tuples(st.integers(0, 1), st.sampled_from(WRITES)), min_size=1, max_size=8),
    seed=st.integers(0, 2**32),
    often=st.sampled_from((0.0, 0.02, 0.1)),
)
def test_a_receiver_that_keeps_the_greatest_revision_ends_in_our_state(
    writes: list[tuple[int, str]], seed: int, often: float
) -> None:
    chance = random.Random(seed)
    with fresh() as (dynamodb, store, stream, clock):
        history(store, writes)
        events = [event for one in stream.records if (event := event_of(one)) is not None]
        world = World(dynamodb, clock, answers=lambda _: chance.choice((204, 204, 500, None)) if fate.is_on else 204)
        fate = Fate(world, chance, often)
        deliver(world, events, fate, chance)
        taken = [sent for sent in world.sent if sent.taken]
        assert known(taken) == {one: state for one in IDS if (state := ours(store, one)) is not None}
        assert {event.id for event in events} == {sent.event_id for sent in taken}


def deliver(world: World, events: list[Event], fate: Fate, chance: random.Random) -> None:
    """The events, doubled and shuffled, while the deliverer dies now and then; then all is well."""
    queued = [*events, *chance.sample(events, len(events) // 2)]
    chance.shuffle(queued)
    fate.is_on = False
    for event in queued:
        world.change(event)
    fate.is_on = True
    world.pass_time(1_200)
    fate.is_on = False
    if world.states.get(world.name).is_paused:
        world.operations.resume(world.name)
    world.pass_time(10 * 3_600)
    assert world.waiting.count(world.name) == 0


def known(sent: list[Sent]) -> dict[str, tuple[Any, ...]]:
    """What a receiver knows that keeps of each subject the event of the greatest revision."""
    by_subject: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in sent:
        by_subject[one.body["subject"]].append(one.body)
    return {subject: told(max(bodies, key=lambda body: body["revision"])) for subject, bodies in by_subject.items()}


def told(body: dict[str, Any]) -> tuple[Any, ...]:
    erased = body["type"].endswith("erased")
    return (erased, None if erased else body["data"]["status"], None if erased else body["data"]["outcome"])


@pytest.mark.parametrize(("step", "after_it"), list(itertools.product(("put", "send", "_post", "add"), (False, True))))
def test_a_deliverer_that_dies_at_a_step_loses_nothing(dynamodb: Any, clock: Clock, step: str, after_it: bool) -> None:
    """Once before, once after; of a delivery that fails at first and then does not."""
    from tests.unit.services.delivery_world import changed

    world = World(dynamodb, clock)
    answers = iter((500,))
    world.answers = lambda _: next(answers, 204)
    owners = {"put": world.waiting, "add": world.log, "send": world, "_post": world}
    owner, name = owners[step], "put" if step == "send" else step
    world.change(changed())
    die_once(stand_in(owner), name, after_it)
    world.pass_time(900)
    assert "evt_1" in {one.event_id for one in world.log.newest(world.name) if one.status == "delivered"}
    assert world.waiting.count(world.name) == 0


def die_once(owner: Any, name: str, after_it: bool) -> None:
    done, left = getattr(owner, name), [1]

    def step(*given: Any, **named: Any) -> Any:
        dies = bool(left) and left.pop() == 1
        if dies and not after_it:
            raise Crash
        result = done(*given, **named)
        if dies:
            raise Crash
        return result

    setattr(owner, name, step)
