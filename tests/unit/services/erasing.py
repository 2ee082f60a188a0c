"""Erasures as a stack has them: taken on, queued, and worked on to their end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from message_detail.adapters.aws.erasures import Erasures
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.search import Search
from message_detail.adapters.aws.table import Table
from message_detail.domain.erasure import Erasure
from message_detail.domain.tasks import AnyTask, ErasureTask, parse_erasure
from message_detail.services.erase import Eraser, Found
from message_detail.services.erase_job import EraseJob
from message_detail.services.erase_request import EraseRequest
from message_detail.services.erase_runner import EraseRunner
from message_detail.services.task_runner import Delivered
from tests.unit.conftest import TABLE
from tests.unit.samples import stand_in
from tests.unit.services.fakes import FakeQueue

KEY_ID = "privacy-desk"
MAX_RECEIVES = 5
TOMBSTONE = {"pk", "sk", "erased", "erasure", "revision"}
"""What stays of the row of a message that an erasure has erased."""


class Erasing:
    """The erasures over a search and a store. `clock` is the time of day, `monotonic` that of deadlines."""

    def __init__(
        self,
        table: Table,
        search: Search,
        store: Store,
        clock: Callable[[], float],
        regions: Callable[[], Iterable[str]] = tuple,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.queue = FakeQueue()
        self.erasures = Erasures(table, now=clock)
        queue: Any = stand_in(self.queue)
        self.eraser = Eraser(search, store, self.erasures, queue, lambda: b"a secret", regions, monotonic)
        self.job = EraseJob(search, store, self.erasures, monotonic)
        self.runner = EraseRunner(self.job, self.erasures, queue, MAX_RECEIVES, clock)
        self.monotonic = monotonic

    def find(self, **body: Any) -> Found:
        return self.eraser.find(EraseRequest(**body), 60)

    def begin(self, seconds: float = 60, **body: Any) -> Erasure:
        """An erasure that is taken on, and not worked on yet."""
        return self.eraser.begin(EraseRequest(**body), KEY_ID, seconds)[0]

    def deliver(self, task: AnyTask | ErasureTask, tries: int = 1, seconds: float = 60) -> bool:
        """One delivery of a task; whether it is over."""
        return self.runner.end(Delivered("sqs-message-1", task.to_json(), tries), self.monotonic() + seconds)

    def work(self, seconds: float = 60) -> int:
        """Works on all that is queued, until nothing is; how many deliveries that took."""
        deliveries = 0
        while self.queue.sent:
            assert self.deliver(self.queue.sent.pop(0), seconds=seconds)
            deliveries += 1
        return deliveries

    def erase(self, **body: Any) -> Erasure:
        """An erasure from its beginning to its end."""
        begun = self.begin(**body)
        self.work()
        return self.erasures.read(begun.erase_id)


def rows(dynamodb: Any) -> list[str]:
    """The keys of what is stored, but for the erasures themselves and what the stack keeps for itself."""
    keys = [item["pk"]["S"] for item in dynamodb.scan(TableName=TABLE)["Items"]]
    return sorted(key for key in keys if not key.startswith(("erasure#", "setting#")))


def task_of(erasure: Erasure) -> ErasureTask:
    """The task by which an erasure goes on."""
    return parse_erasure(ErasureTask(erase_id=erasure.erase_id).to_json())
