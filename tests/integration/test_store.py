"""The order-proof store on the emulator's DynamoDB: any order, duplicates and crashes end in the same item."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.stack import LocalStack
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.table import Table
from message_detail.domain.message import Channel
from message_detail.domain.status import EMAIL_RANKS, RANKS, Status
from message_detail.domain.timeline import MessageState
from tests.integration.driving import store_of
from tests.unit.crashes import Crash
from tests.unit.samples import merge_all, record

PROFILES = [(Channel.SMS, RANKS), (Channel.EMAIL, EMAIL_RANKS)]
WRITERS = 4
#: All subsets up to two statuses; of those of three, so many are drawn.
TRIPLES = 12


class Crashing:
    """A DynamoDB client whose calls may be the last thing that the container does: before or after they work."""

    def __init__(self, client: Any, draw: random.Random) -> None:
        self._client = client
        self._draw = draw

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._client, name)

        def crashing(**arguments: Any) -> Any:
            rule = self._draw.random()
            if rule < 0.15:
                raise Crash
            answer = call(**arguments)
            if rule > 0.85:
                raise Crash
            return answer

        return crashing


def _parts(statuses: tuple[Status, ...], channel: Channel) -> dict[Status, MessageState]:
    """One answer per status, each newer than the one before."""
    return {
        status: record(status, channel, f"2026-06-01T12:00:{second:02d}.000Z") for second, status in enumerate(statuses)
    }


@pytest.mark.parametrize(("channel", "ranks"), PROFILES, ids=["sms", "email"])
def test_every_order_with_duplicates_ends_in_the_fold(
    stack: LocalStack, channel: Channel, ranks: dict[Status, int]
) -> None:
    draw = random.Random(3)
    sets = [subset for size in (1, 2) for subset in itertools.combinations(Status, size)]
    sets += draw.sample(list(itertools.combinations(Status, 3)), TRIPLES)
    orders = [(subset, order) for subset in sets for order in itertools.permutations(subset)]
    store = store_of(stack)

    def differs(numbered: tuple[int, tuple[tuple[Status, ...], tuple[Status, ...]]]) -> bool:
        number, (subset, order) = numbered
        parts = _parts(subset, channel)
        name = f"cellcast:orders-{channel}:{number}"
        for status in (*order, order[0]):
            store.add(name, parts[status])
        found, expected = store.read(name).state, merge_all(parts.values())
        now = found.message
        greatest = max(subset, key=ranks.__getitem__)
        return found != expected or found.timeline != expected.timeline or now is None or now.status is not greatest

    with ThreadPoolExecutor(WRITERS) as pool:
        differences = sum(pool.map(differs, enumerate(orders)))
    assert len(orders) == 15 + 15 * 14 + TRIPLES * 6
    assert differences == 0


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
def test_crashes_before_and_after_any_call_lose_and_double_nothing(stack: LocalStack, channel: Channel) -> None:
    contents = LargeValues(lambda: stack.client("s3"), stack.bucket_name)
    crashes = 0
    for run in range(25):
        draw = random.Random(run)
        client: Any = Crashing(stack.client("dynamodb"), draw)
        dying = Store(Table(client, stack.table_name), contents, now=time.time)
        parts = list(_parts(tuple(draw.sample(list(Status), draw.randint(1, 4))), channel).values())
        queue = [*parts, *draw.sample(parts, len(parts) // 2)]
        draw.shuffle(queue)
        name = f"cellcast:crashes-{channel}:{run}"
        while queue:
            part = queue.pop()
            try:
                dying.add(name, part)
            except Crash:
                crashes += 1
                queue.insert(draw.randrange(len(queue) + 1), part)
        assert store_of(stack).read(name).state == merge_all(parts)
    assert crashes > 25


def test_writers_at_once_lose_nothing(stack: LocalStack) -> None:
    store = store_of(stack)
    for run in range(10):
        parts = list(_parts(tuple(random.Random(run).sample(list(Status), WRITERS)), Channel.SMS).values())
        name = f"cellcast:writers:{run}"
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(lambda part, name=name: store.add(name, part), parts))
        assert store.read(name).state == merge_all(parts)
