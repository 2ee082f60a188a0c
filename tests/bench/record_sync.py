"""Counted in the child of record.py: syncs of each provider's list, in its simulator, by one worker.

The clock stands still but where a task has to wait, so that a window of a
provider's limit sees as many calls as there are.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import httpx

from local.simulators import SIMULATORS
from message_detail.adapters.access_tokens import Tokens
from message_detail.adapters.aws.fetch_leases import FetchLeases
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.sync_state import SyncState
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.adapters.aws.throttle import Throttle
from message_detail.adapters.aws.token_store import DynamoTokens
from message_detail.adapters.provider_client import ProviderClient
from message_detail.domain.errors import RateLimited
from message_detail.domain.tasks import AnyTask, PageTask, Task, parse
from message_detail.providers.base.account import Account, AccountSchema
from message_detail.providers.base.listing import Window
from message_detail.services.message_tasks import MessageTasks
from message_detail.services.messages import Messages
from message_detail.services.provider_gateway import ProviderGateway
from message_detail.services.sync import SyncRunner
from tests.bench.meter import Meter
from tests.bench.place import Place, new_table, store_of
from tests.bench.record import EMAILS, LIMITS, MESSAGES
from tests.bench.samples import TABLE
from tests.unit.conftest import table_of
from tests.unit.samples import stand_in
from tests.unit.services.fakes import FakeSqs
from tests.unit.simulators.client import call

SECONDS: Final = 20.0
PAGE_SECONDS: Final = 0.01
"""So that what two pages both hold is of two times, and written twice."""

Counts = dict[str, Any]


def count() -> dict[str, Counts]:
    """A first sync of everything, and a second one that finds nothing new. Each worker has a table of its own."""
    found: dict[str, Counts] = {}
    for name in SIMULATORS:
        place = Place(name)
        place.site.fill(range(MESSAGES))
        found[name] = Worker(place).counted()
    place = Place("highlevel")
    place.fill_with_emails()
    found[EMAILS] = Worker(place).counted()
    return found


class Worker:
    """All that works on one provider's queue, with the simulator as its network, and a new table."""

    def __init__(self, place: Place) -> None:
        self.site, self.clock, self.line, self.meter = place.site, place.clock, FakeSqs(), Meter(new_table(), TABLE)
        throttle = Throttle(table_of(self.meter), now=self.clock)
        health = AccountHealth(table_of(self.meter), now=self.clock)
        tokens = Tokens(DynamoTokens(table_of(self.meter)), now=self.clock)
        provider_client = ProviderClient(tokens, httpx.MockTransport(self._answer))
        gateway = ProviderGateway(self.site.provider, provider_client, throttle, health, now=self.clock)
        self.service = Messages(self, gateway, store_of(self.meter), now=self.clock)
        queue = TaskQueue(stand_in(self.line), "url")
        leases = FetchLeases(table_of(self.meter), self.site.provider.name, now=self.clock)
        self.tasks = MessageTasks(self.service, queue, leases, now=self.clock)
        self.book = SyncState(table_of(self.meter), now=self.clock)
        self.syncer = SyncRunner(self.service, self.site.listing, self.book, queue, now=self.clock)
        self.pages: list[int] = []
        self.waited = 0.0

    def account(self, provider: str, name: str, schema: AccountSchema) -> Account:
        """The one there is."""
        return self.site.account

    def counted(self) -> Counts:
        """Figures of the first sync, and some of the second."""
        messages = len(self.site.ids())
        self._sync()
        found = {
            "messages": messages,
            "pages": len(self.pages),
            "largest": max(self.pages),
            "calls": Counter(entry["call"] for entry in self.site.simulator.requests()),
            "burst": self._burst(),
            "waited": self.waited,
            "requests": self.meter.requests.total(),
            "write_units": self.meter.write_units,
        }
        progress = self.book.progress(self.site.provider.name, self.task.sync_id)
        if (progress.state, progress.new) != ("done", messages):
            raise SystemExit(f"{self.site.provider.name}: the sync is {progress}")
        self._sync()
        again = {"again": self.meter.requests.total(), "calls_again": len(self.site.simulator.requests())}
        return found | again

    def _sync(self) -> None:
        """Works until the queue is empty; a task that has to wait is the next one after that."""
        self.meter.reset()
        self.site.simulator.log.clear()
        self.task = self.book.start(self.site.provider.name, "default", Window())
        self.line.bodies.append(self.task.to_json())
        while self.line.bodies:
            try:
                self._work(parse(self.line.bodies[0]))
            except RateLimited as error:
                self.waited += error.retry_after or 1.0
                self.clock.sleep(error.retry_after or 1.0)
            else:
                self.line.bodies.pop(0)

    def _work(self, task: AnyTask) -> None:
        if isinstance(task, Task):
            self.tasks.work(self.tasks.gather([task]), SECONDS)
        elif isinstance(task, PageTask) and (page := self.syncer.process(task, SECONDS)) is not None:
            self.pages.append(page.seen)
            self.clock.sleep(PAGE_SECONDS)

    def _burst(self) -> int:
        """The most calls in a window of the provider's limit."""
        _, window = LIMITS.get(self.site.provider.name, (0, 1))
        times: list[float] = [entry["time"] for entry in self.site.simulator.requests()]
        return max(sum(start <= time < start + window for time in times) for start in times)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        given = {"headers": request.headers, "content": request.content}
        answer = call(self.site.simulator, request.method, str(request.url), **given)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
