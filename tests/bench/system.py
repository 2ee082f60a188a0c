"""The local stack under webhooks: how many a second become rows, what they cost, and what an outage leaves behind."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from local.accounts import AccountSettings
from local.simulators.base import Simulator
from local.simulators.server import serve
from local.stack import ApiKey, LocalStack
from tests.bench.measure import Measure, exactly, stated

MESSAGES: Final = 24
"""Of each provider, while all is well; and of each in the outage."""
OUTAGE_MESSAGES: Final = 6
DUPLICATES: Final = 0.3
SENDERS: Final = 3
OUTAGE_SECONDS: Final = 8.0
STORE_SECONDS: Final = 45.0
RECOVER_SECONDS: Final = 110.0
_POLL_SECONDS: Final = 0.25


def measure() -> Iterator[Measure]:
    """Starts the system, runs both parts, ends it."""
    with serve() as running:
        accounts = [AccountSettings(name, "default", made.account()) for name, made in running.simulators.items()]
        stack = LocalStack(accounts=accounts, keys=[ApiKey("bench", "bench-key")])
        with stack, httpx.Client(base_url=stack.api_url, timeout=40, trust_env=False) as api:
            system = System(stack, running.simulators, api)
            system.deliver(system.webhooks(range(1, 2)))
            system.wait_for_rows(STORE_SECONDS)
            yield from _throughput(system)
            yield from _outage(system)


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook, ready to be sent."""

    provider: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass
class System:
    """The running system, and which messages it has been told of."""

    stack: LocalStack
    simulators: dict[str, Simulator]
    api: httpx.Client
    told: set[str] = field(default_factory=set)

    def webhooks(self, numbers: range) -> list[Hook]:
        """A genuine one about a new message for each number and provider."""
        made = []
        for name, simulator in self.simulators.items():
            for number in numbers:
                message_id = simulator.store.put("default", simulator.filler(number))
                self.told.add(f"{name}:default:{message_id}")
                made.append(Hook(name, *simulator.webhook(message_id)))
        return made

    def deliver(self, hooks: list[Hook]) -> None:
        """Sends them, several at a time; each must be taken in."""
        with ThreadPoolExecutor(SENDERS) as pool:
            for answer in pool.map(self._send, hooks):
                answer.raise_for_status()

    def rows(self) -> set[str]:
        """The ids of the messages in the table that it has been told of."""
        pages = self.stack.client("dynamodb").get_paginator("scan").paginate(
            TableName=self.stack.table_name,
            FilterExpression="begins_with(pk, :message) AND (attribute_exists(packed) OR attribute_exists(message))",
            ExpressionAttributeValues={":message": {"S": "message#"}},
            ProjectionExpression="pk",
        )  # fmt: skip
        found = {item["pk"]["S"].removeprefix("message#") for page in pages for item in page["Items"]}
        return found & self.told

    def wait_for_rows(self, seconds: float) -> float:
        """Waits until every message is a row, or so long; gives how long it took."""
        return _wait(lambda: self.rows() == self.told, seconds)

    def fetches(self) -> int:
        """Calls for a message that the simulators have logged, whatever came of them."""
        return sum(len(simulator.requests("message")) for simulator in self.simulators.values())

    def clear_logs(self) -> None:
        """Forget the calls so far."""
        for simulator in self.simulators.values():
            simulator.log.clear()

    def _send(self, hook: Hook) -> httpx.Response:
        return self.api.post(f"/v1/webhooks/{hook.provider}", headers=hook.headers, content=hook.body)


def _throughput(system: System) -> Iterator[Measure]:
    hooks = system.webhooks(range(2, 2 + MESSAGES))
    mixed = hooks + random.Random(1).sample(hooks, int(len(hooks) * DUPLICATES))
    random.Random(2).shuffle(mixed)
    system.clear_logs()
    start = time.monotonic()
    system.deliver(mixed)
    sent = time.monotonic() - start
    system.wait_for_rows(STORE_SECONDS)
    whole = time.monotonic() - start
    lost = len(system.told - system.rows())
    note = (
        f"{len(hooks)} events of all providers and {len(mixed) - len(hooks)} duplicates, {SENDERS} senders: "
        f"taken in after {sent:.1f} s, rows after {whole:.1f} s; {lost} missing"
    )
    yield stated(3, "webhooks per second, end to end to rows, local stack", len(hooks) / whole, note=note)
    _wait(lambda: not _waiting(system), STORE_SECONDS)
    calls = system.fetches() / len(hooks)
    yield exactly(3, "provider calls per unique event", calls, 1.0, note="second calls not counted")


def _outage(system: System) -> Iterator[Measure]:
    hooks = system.webhooks(range(2 + MESSAGES, 2 + MESSAGES + OUTAGE_MESSAGES))
    system.clear_logs()
    for simulator in system.simulators.values():
        simulator.fault("unavailable")
    system.deliver(hooks)
    time.sleep(OUTAGE_SECONDS)
    for simulator in system.simulators.values():
        simulator.faults.clear()
    seconds = _wait(lambda: system.rows() == system.told and not _waiting(system), RECOVER_SECONDS)
    dead = sum(system.stack.dead(name) for name in system.simulators)
    missing = len(system.told - system.rows())
    outage = f"every provider answered 503 for {OUTAGE_SECONDS:.0f} s"
    note = f"{len(hooks)} events while {outage}; all were rows {seconds:.0f} s later"
    if missing:
        note = f"{missing} of {len(hooks)} events still waited {seconds:.0f} s after the recovery"
    yield exactly(3, "dead letters after a simulated outage", dead, 0, note=note)
    yield exactly(3, "events not stored after the outage", missing, 0)


def _waiting(system: System) -> int:
    return sum(system.stack.waiting(name) for name in system.simulators)


def _wait(check: Callable[[], Any], seconds: float) -> float:
    start = time.monotonic()
    while not check() and time.monotonic() - start < seconds:
        time.sleep(_POLL_SECONDS)
    return time.monotonic() - start
