"""A thousand webhooks: what they ask of the provider, of the table and of the queue, counted on moto.

300 known messages, a burst of events for each, 30 % of them twice, shuffled within a minute. On a clock that only this
moves, a worker takes up to ten tasks each second. Usage, for the figures alone: python -m tests.bench.bursts
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from moto import mock_aws

from message_detail.domain.message import Via
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.seen_events import event_digest
from message_detail.domain.status import Status, rank
from message_detail.domain.tasks import Task
from message_detail.domain.times import from_epoch
from tests.bench import child
from tests.bench.life import Life, messages
from tests.bench.measure import Measure, at_most, number, stated
from tests.bench.samples import Context, environment
from tests.unit.entrypoints.events import sqs
from tests.unit.samples import observation

MESSAGES: Final = 300
EVENTS: Final = 1_000
UNIQUE: Final = 770
"""Of the events; the others are duplicates."""
WORDS: Final = (Status.SENT, Status.SENT, Status.DELIVERED, Status.DELIVERED, Status.READ)
WITHIN_SECONDS: Final = 60.0
BURST_SECONDS: Final = 10.0
BATCH: Final = 10
GOALS: Final = {"highlevel": 0.4, "samva": 0.4, "cellcast": 0.6}
"""Provider calls per unique event. Cellcast's webhooks are hints, which can't wait for the end of a burst."""
HINTS: Final = frozenset({"cellcast"})


def measure() -> Iterator[Measure]:
    """Counted in one interpreter."""
    given = environment("") | {"QUEUE_URL": "", "DEAD_LETTER_QUEUE_URL": ""}
    del given["AWS_ENDPOINT_URL"]
    found = child.run("tests.bench.bursts", environment=given, layer_only=False)
    for name, goal in GOALS.items():
        one = found[name]
        note = f"{UNIQUE} events and {EVENTS - UNIQUE} duplicates of {MESSAGES} known messages"
        yield at_most(12, f"provider calls per unique event, {name}", one["calls"] / UNIQUE, goal, note=note)
        calls = ", ".join(f"{call} {count}" for call, count in one["requests"].items())
        note = f"{calls}; {one['write_units']} write units, {number(one['sqs'])} requests to SQS"
        requests = sum(one["requests"].values()) / UNIQUE
        yield stated(12, f"DynamoDB requests per unique event, {name}", requests, note=note)


class Bursts(Life):
    """The messages of one provider, and the events that tell of them."""

    def __init__(self, name: str) -> None:
        super().__init__(next(message for one, message in messages() if one == name))
        self._name = name
        self._chance = random.Random(name)
        self._told: dict[str, list[tuple[float, Status]]] = {}
        self._calls = 0

    def figures(self) -> dict[str, Any]:
        """What all of it takes, to the last confirming fetch."""
        with self._container() as services:
            vars(services.messages(self._provider).gateway)["fetch"] = self._answer
            for place in range(MESSAGES):
                services.messages(self._provider).lookup("default", f"m{place}", 0, 10)
            self._clock.now += 60
            self._meter.reset()
            self._calls = 0
            self._line.waiting += [(at, task.to_json()) for at, task in self._deliveries()]
            batches, sent = 0, len(self._line.waiting)
            while self._line.waiting:
                self._clock.now += 1
                batches += self._batch()
            counts = self._meter.found()
        return counts | {"calls": self._calls, "sqs": sent + 2 * batches + self._line.sent}

    def _deliveries(self) -> Iterator[tuple[float, Task]]:
        """The events at their times; some come once more, up to a minute later."""
        events = list(self._events())
        yield from events
        for at, task in self._chance.sample(events, EVENTS - UNIQUE):
            again = at + self._chance.uniform(0, WITHIN_SECONDS)
            yield again, replace(task, received_at=from_epoch(again))

    def _events(self) -> Iterator[tuple[float, Task]]:
        left = UNIQUE
        for place in range(MESSAGES):
            begin = self._clock() + self._chance.uniform(0, WITHIN_SECONDS)
            size = min(self._chance.randint(1, len(WORDS)), left - (MESSAGES - place - 1))
            left -= size if place < MESSAGES - 1 else 0
            for number_, word in enumerate(WORDS[: size if place < MESSAGES - 1 else left]):
                at = begin + self._chance.uniform(0, BURST_SECONDS)
                self._told.setdefault(f"m{place}", []).append((at, word))
                yield at, self._task(f"m{place}", number_, word, at)

    def _task(self, message_id: str, number_: int, word: Status, at: float) -> Task:
        told = observation(word, from_epoch(at), via=Via.WEBHOOK, confirmed=False).model_dump(mode="json")
        return Task(
            provider=self._name,
            account="default",
            message_id=message_id,
            via=Via.WEBHOOK.value,
            received_at=from_epoch(at),
            event=event_digest(message_id, str(number_)),
            event_window=600,
            observations=() if self._name in HINTS else [told],
        )

    def _batch(self) -> int:
        """Works on up to ten of the tasks that are visible; whether there were any."""
        bodies = self._line.visible(BATCH)
        if bodies and self._worker(sqs(*bodies), Context())["batchItemFailures"]:
            raise SystemExit("a task failed")
        return bool(bodies)

    def _answer(self, _account: Any, message_id: str, *_: Any) -> NormalizedMessage:
        """The message as it stands by now."""
        self._calls += 1
        heard = [word for at, word in self._told.get(message_id, []) if at <= self._clock()]
        self._status = max(heard, key=rank, default=Status.QUEUED)
        self._changed = self._clock()
        answer = self._fetch()
        own = {"provider_message_id": message_id, "id": f"{self._name}:default:{message_id}"}
        return replace(answer, message=answer.message.model_copy(update=own))


def main() -> None:
    """In the child, and by hand."""
    with mock_aws():
        child.give({name: Bursts(name).figures() for name in GOALS})


if __name__ == "__main__":
    main()
