"""Calls per lookup: to the provider, counted by its simulator, and to DynamoDB, counted in the client, on moto."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

from tests.bench import child
from tests.bench.measure import Measure, at_most
from tests.bench.samples import STACK, TABLE, Context, environment, lookup_event
from tests.bench.warm import good

#: Longer than a container trusts what it knows of cool-downs and circuits: the next lookup asks again.
IDLE_SECONDS: Final = 6.0
GOALS: Final = {"live, new": 3, "live, unchanged": 2, "stored": 1}
YOUNG: Final = 86_400

Counts = dict[str, dict[str, int]]


def measure() -> Iterator[Measure]:
    """For the worst provider, in a container that has just looked another message up."""
    given = environment("") | {"QUEUE_URL": "", "DEAD_LETTER_QUEUE_URL": ""}
    del given["AWS_ENDPOINT_URL"]
    found: dict[str, dict[str, Counts]] = child.run("tests.bench.calls", environment=given, layer_only=False)
    for state in ("live, new", "live, unchanged"):
        first = {name: states[state]["provider"].get("message", 0) for name, states in found.items()}
        second = {name: states[state]["provider"].get("parts", 0) for name, states in found.items()}
        both = sorted(name for name, count in second.items() if count)
        note = f"and a documented second call: {', '.join(both)}" if both else "no second call"
        met = max(second.values()) <= 1
        row = at_most(2, f"calls to the provider per lookup: {state}", max(first.values()), 1, note=note)
        yield row if met else Measure(2, row.name, f"{row.value} + {max(second.values())}", row.goal, False, note)
    none = max(sum(states["stored"]["provider"].values()) for states in found.values())
    yield at_most(2, "calls to the provider per lookup: stored", none, 0)
    for state, goal in GOALS.items():
        totals = {name: sum(states[state]["dynamodb"].values()) for name, states in found.items()}
        one = next(iter(found.values()))[state]["dynamodb"]
        note = ", ".join(f"{name} {count}" for name, count in one.items())
        yield at_most(2, f"calls to DynamoDB per lookup: {state}", max(totals.values()), goal, note=note)
    for state, goal in GOALS.items():
        idle = [states[f"{state}, after a pause"]["dynamodb"] for states in found.values()]
        note = f"after {IDLE_SECONDS:.0f} s without a lookup, cool-down and circuit are read again, with the message"
        name = f"calls to DynamoDB per lookup: {state}, after a pause"
        yield at_most(12, name, max(sum(counts.values()) for counts in idle), goal, note=note)


@dataclass
class Account:
    """What lookups of one account cost."""

    provider: str
    simulator: Any
    made: Counter[str]
    found: dict[str, Counts] = field(default_factory=dict)

    def lookup(self, state: str, message_id: str, max_age: int) -> None:
        """One lookup, counted under a name."""
        self.made.clear()
        self.simulator.log.clear()
        event = lookup_event(message_id, max_age, self.provider)
        good(import_module(f"functions.{self.provider}.lookup").handler(event, Context()))
        calls = Counter(entry["call"] for entry in self.simulator.requests())
        self.found[state] = {"provider": dict(calls), "dynamodb": dict(self.made)}


def main() -> None:
    """In the child."""
    import json

    import boto3
    from moto import mock_aws

    from local.simulators.server import serve
    from message_detail.adapters.aws import clients

    with mock_aws(), serve() as running:
        made: Counter[str] = Counter()
        database = clients.client("dynamodb")
        create_table(database)
        boto3.client("s3").create_bucket(Bucket="contents")
        database.meta.events.register("before-call.dynamodb", lambda model, **_: made.update([model.name]))
        secrets = boto3.client("secretsmanager")
        counters = []
        for name, simulator in running.simulators.items():
            secret = json.dumps(simulator.account())
            secrets.create_secret(Name=f"{STACK}/{name}/default", SecretString=secret)
            counters.append(Account(name, simulator, made))
        _count(counters)
    child.give({counter.provider: counter.found for counter in counters})


def _count(counters: list[Account]) -> None:
    """All providers in each pause: what a container knows is per account."""
    for counter in counters:
        first, second, *_ = counter.simulator.message_ids()
        counter.lookup("first of a container", first, 0)
        counter.lookup("live, new", second, 0)
        counter.lookup("live, unchanged", second, 0)
        counter.lookup("stored", second, YOUNG)
    for state in GOALS:
        time.sleep(IDLE_SECONDS)
        for counter in counters:
            max_age = YOUNG if state == "stored" else 0
            counter.lookup(f"{state}, after a pause", counter.simulator.message_ids()[2], max_age)


def create_table(database: Any) -> None:
    """The template's table."""
    database.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
    )


if __name__ == "__main__":
    main()
