"""A table, a bucket and queues in moto; no socket is opened."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from message_detail.adapters.aws.attributes import Item
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.row_packing import unpack
from message_detail.adapters.aws.table import Table
from message_detail.adapters.aws.throttle import Throttle
from tests.unit.aws import client, read_descriptions_once, world
from tests.unit.samples import NOW

TABLE = "messages"
BUCKET = "contents"
SHAPE: dict[str, Any] = {
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "due_shard", "due_at")
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "due",
            "KeySchema": [
                {"AttributeName": "due_shard", "KeyType": "HASH"},
                {"AttributeName": "due_at", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
}
"""The table, as template.yaml makes it."""


def table_of(client: Any, name: str = TABLE, sleep: Callable[[float], None] = lambda _: None) -> Table:
    """A table that is asked by a client, or by what a test has put in the place of one; its pauses take no time."""
    return Table(client, name, sleep)


def unpacked(client: Any, name: str = TABLE) -> list[Item]:
    """All that a table holds, its texts unpacked: what isn't found in them isn't there."""
    return [unpack(item) for item in table_of(client, name).everything()]


class Clock:
    """Seconds since 1970 that only the test moves."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session", autouse=True)
def _descriptions() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        read_descriptions_once(patch)
        yield


@pytest.fixture
def aws() -> Iterator[None]:
    with world():
        yield


@pytest.fixture
def dynamodb(aws: None) -> Any:
    client("dynamodb").create_table(TableName=TABLE, **SHAPE)
    return client("dynamodb")


@pytest.fixture
def s3(aws: None) -> Any:
    client("s3").create_bucket(Bucket=BUCKET)
    return client("s3")


@pytest.fixture
def store(dynamodb: Any, s3: Any, clock: Clock) -> Store:
    return Store(table_of(dynamodb), LargeValues(lambda: s3, BUCKET), now=clock)


@pytest.fixture
def throttle(dynamodb: Any, clock: Clock) -> Throttle:
    return Throttle(table_of(dynamodb), now=clock, jitter=lambda low, high: high)


class OneAtATime:
    """An AWS client for many threads: what two of them do to an item or a message happens one after the other, as it
    does on AWS. moto checks and writes in two steps, and lets another thread in between."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if not callable(found):
            return found

        def call(**arguments: Any) -> Any:
            with self._lock:
                return found(**arguments)

        return call


class Calls:
    """Counts the calls of an AWS client, and fails those that a test wants to see failing."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.made: list[str] = []
        self.failures: list[tuple[str, BaseException, bool]] = []

    def fail(self, operation: str, error: BaseException, *, after: bool = False) -> None:
        """The next call of the operation fails: before it reached AWS, or `after` it did its work there."""
        self.failures.append((operation, error, after))

    def __getattr__(self, operation: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.made.append(operation)
            failure = next((f for f in self.failures if f[0] == operation), None)
            if failure is None:
                return getattr(self._client, operation)(**arguments)
            self.failures.remove(failure)
            if failure[2]:
                getattr(self._client, operation)(**arguments)
            raise failure[1]

        return call
