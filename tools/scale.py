"""Write into docs/scale.md what a million messages cost by each path through the system.

The requests and units of each path are counted by tests/unit/tools/test_scale.py, which fails when they are no longer
these.
Usage: python -m tools.scale
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tools.marked import MarkedPart, row

PART: Final = MarkedPart("scale.md", "costs", "tools.scale")

#: US dollars in us-east-1, list prices without free tiers or discounts, looked up in November 2026.
HTTP_API_REQUEST: Final = 1.00e-6
LAMBDA_REQUEST: Final = 0.20e-6
LAMBDA_GB_SECOND: Final = 0.0000133334  # arm64
SQS_REQUEST: Final = 0.40e-6
WRITE_UNIT: Final = 0.625e-6
READ_UNIT: Final = 0.125e-6
LOG_BYTE: Final = 0.50e-9

#: What the prices are multiplied with besides the counts.
MEMORY_GB: Final = 0.5
PROVIDER_MS: Final = 300.0
"""A provider's answer time; the greater part of a live fetch, and paid for."""
REQUEST_MS: Final = 5.0
"""Waiting for one request to DynamoDB or SQS."""
CPU_FACTOR: Final = 1769 / 512
"""A function has a whole processor from 1,769 MB on, and its share of one below."""
LOG_BYTES: Final = 1_000
"""Of one invocation: our line, the metrics and Lambda's own lines."""
RECEIVED_AT_ONCE: Final = 1
"""Tasks per batch: one, as when they come seldom. With ten, SQS and Lambda cost a tenth of theirs."""


@dataclass(frozen=True)
class Invocation:
    """One run of a function. `cpu_ms` on a whole processor, as `make bench` measures it."""

    cpu_ms: float
    requests: int = 0
    provider_calls: float = 0

    @property
    def milliseconds(self) -> float:
        """Billed time."""
        return self.cpu_ms * CPU_FACTOR + self.requests * REQUEST_MS + self.provider_calls * PROVIDER_MS


@dataclass(frozen=True)
class Step:
    """What one message, on its way along a path, asks of AWS."""

    writes: int
    reads: float
    requests: int
    """To DynamoDB."""


# Counted: the dearest provider for each.
STORED: Final = Step(writes=0, reads=1, requests=1)
NEW: Final = Step(writes=11, reads=1, requests=3)
UNCHANGED: Final = Step(writes=3, reads=1, requests=2)
CHANGED: Final = Step(writes=7, reads=1, requests=5)
ANNOUNCED: Final = Step(writes=10, reads=1, requests=7)
"""With the two notes on how an account's webhooks come, which are made once a minute however many come."""
CONFIRMED: Final = Step(writes=4, reads=1, requests=3)
LIFE: Final = Step(writes=42, reads=5, requests=28)
BURSTS: Final = 2
"""Of a life: sent and delivered within seconds, and read later; each is confirmed by one fetch."""
WEBHOOKS: Final = 3
DUE: Final = Step(writes=3, reads=0, requests=1)
LEASE: Final = Step(writes=1, reads=0, requests=1)
"""Before a fetch that an event causes at once: two workers that have the same event make one call."""
JOURNALED: Final = Step(writes=1, reads=0, requests=1)
"""A line of the journal, for what leaves no trace on the message's row."""
DELIVERED: Final = Step(writes=1, reads=0, requests=1)
DELIVERED_LATER: Final = Step(writes=8, reads=2, requests=8)
"""With one attempt that fails before the one that is taken."""
SQS_SEND: Final = 1
SQS_RECEIVE_AND_DELETE: Final = 2 / RECEIVED_AT_ONCE

#: CPU milliseconds of an invocation, from bench/results.md, rounded up.
CPU_LIVE, CPU_STORED, CPU_WEBHOOK, CPU_TASK, CPU_DUE = 6.0, 2.0, 4.5, 8.0, 2.0


CPU_CHANGES, CPU_DELIVERY = 2.5, 16.0
"""Of one event each, as a minute of the local stack with a healthy, a slow and a dead receiver took them."""
RECEIVER_MS: Final = 100.0
"""A receiver's answer time."""


@dataclass(frozen=True)
class Route:
    """A path through the system, of one message."""

    name: str
    steps: tuple[Step, ...]
    invocations: tuple[Invocation, ...]
    api: int = 0
    sqs: float = 0

    def dollars(self) -> dict[str, float]:
        """Per million messages, by service."""
        runs = len(self.invocations)
        seconds = sum(invocation.milliseconds for invocation in self.invocations) / 1000
        parts = {
            "API Gateway": self.api * HTTP_API_REQUEST,
            "Lambda": runs * LAMBDA_REQUEST + seconds * MEMORY_GB * LAMBDA_GB_SECOND,
            "SQS": self.sqs * SQS_REQUEST,
            "DynamoDB": sum(step.writes * WRITE_UNIT + step.reads * READ_UNIT for step in self.steps),
            "Logs": runs * LOG_BYTES * LOG_BYTE,
        }
        return {service: dollars * 1e6 for service, dollars in parts.items()}


def _fetched(*steps: Step, cpu_ms: float) -> Invocation:
    return Invocation(cpu_ms, sum(step.requests for step in steps), provider_calls=1)


def _delivery(requests: int) -> Invocation:
    return Invocation(CPU_DELIVERY, requests, provider_calls=RECEIVER_MS / PROVIDER_MS)


_QUEUE: Final = SQS_SEND + SQS_RECEIVE_AND_DELETE
_WEBHOOK: Final = Invocation(CPU_WEBHOOK, SQS_SEND)
_ANNOUNCEMENT: Final = Invocation(CPU_TASK, ANNOUNCED.requests)
_CONFIRMATION: Final = _fetched(CONFIRMED, cpu_ms=CPU_TASK)
ROUTES: Final = (
    Route("lookup, stored copy young enough", (STORED,), (Invocation(CPU_STORED, 1),), api=1),
    Route("lookup, live, first time", (NEW,), (_fetched(NEW, cpu_ms=CPU_LIVE),), api=1),
    Route("lookup, live, nothing changed", (UNCHANGED,), (_fetched(UNCHANGED, cpu_ms=CPU_LIVE),), api=1),
    Route(
        "webhook of a new message",
        (LEASE, NEW),
        (_WEBHOOK, _fetched(LEASE, NEW, cpu_ms=CPU_TASK)),
        api=1,
        sqs=_QUEUE,
    ),
    Route("webhook of a status, verified", (ANNOUNCED,), (_WEBHOOK, _ANNOUNCEMENT), api=1, sqs=_QUEUE),
    Route("fetch that confirms a burst of them", (CONFIRMED,), (_CONFIRMATION,), sqs=_QUEUE),
    Route(
        "webhook of a status, unsigned: a hint",
        (LEASE, CHANGED),
        (_WEBHOOK, _fetched(LEASE, CHANGED, cpu_ms=CPU_TASK)),
        api=1,
        sqs=_QUEUE,
    ),
    Route(
        "a life: looked up; sent and delivered in a burst, read later; confirmed twice",
        (LIFE,),
        (
            _fetched(NEW, cpu_ms=CPU_LIVE),
            *[_WEBHOOK, _ANNOUNCEMENT] * WEBHOOKS,
            *[_CONFIRMATION] * BURSTS,
        ),
        api=1 + WEBHOOKS,
        sqs=(WEBHOOKS + BURSTS) * _QUEUE,
    ),
    Route(
        "webhook that comes again, once",
        (STORED, JOURNALED),
        (_WEBHOOK, Invocation(CPU_TASK, STORED.requests + JOURNALED.requests)),
        api=1,
        sqs=_QUEUE,
    ),
    Route(
        "webhook that comes again and again",
        (STORED,),
        (_WEBHOOK, Invocation(CPU_TASK, STORED.requests)),
        api=1,
        sqs=_QUEUE,
    ),
    Route(
        "reconcile, one look at a message, nothing changed",
        (DUE, UNCHANGED),
        (Invocation(CPU_DUE, DUE.requests + SQS_SEND), _fetched(UNCHANGED, cpu_ms=CPU_TASK)),
        sqs=_QUEUE,
    ),
    Route(
        "an event, delivered",
        (DELIVERED,),
        (Invocation(CPU_CHANGES, SQS_SEND), _delivery(DELIVERED.requests)),
        sqs=_QUEUE,
    ),
    Route(
        "an event, delivered at the second attempt",
        (DELIVERED_LATER,),
        (Invocation(CPU_CHANGES, SQS_SEND), *[_delivery(DELIVERED_LATER.requests // 2)] * 2),
        sqs=2 * _QUEUE,
    ),
    # A page holds 60 messages and more, so that its call, its task and its run are a sixtieth for each.
    Route("sync, message not yet stored, list gives all of it", (NEW,), (Invocation(CPU_TASK, NEW.requests),)),
    Route("sync, message to be fetched one by one", (NEW,), (_fetched(NEW, cpu_ms=CPU_TASK),), sqs=_QUEUE),
)


def table() -> str:
    """Dollars per million messages, by path and service."""
    services = list(ROUTES[0].dollars())
    head = ["path", *services, "together", "Lambda ms"]
    lines = [row(*head), row("---", *["---:"] * (len(head) - 1))]
    for route in ROUTES:
        dollars = route.dollars()
        time = sum(invocation.milliseconds for invocation in route.invocations)
        cells = [f"{dollars[service]:.2f}" for service in services]
        lines.append(row(route.name, *cells, f"**{sum(dollars.values()):.2f}**", f"{time:.0f}"))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PART.write(table())
