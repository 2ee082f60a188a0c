"""One running system for the whole integration suite: emulator, functions, simulators, and a caller."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from local.accounts import AccountSettings
from local.simulators.base import Simulator
from local.simulators.server import Running, serve
from local.stack import ApiKey, LocalStack

#: A worker is ended, and a failed task seen again, after seconds instead of minutes.
PARAMETERS: Final = {"WorkerTimeout": "10", "VisibilityTimeout": "60", "LogLevel": "DEBUG"}
VISIBILITY_SECONDS: Final = 5
#: What functions keep in memory once they have read it, and what accounts can't do without.
LASTING_KEYS: Final = ("token#", "setting#")
#: By the scopes that they have.
KEYS: Final = {
    "all": ApiKey("all", "integration-key-with-every-scope"),
    "read": ApiKey("read", "integration-key-read", ("read",)),
    "write": ApiKey("write", "integration-key-write", ("write",)),
    "none": ApiKey("none", "integration-key-without-scope", ()),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder; the hook gets every item of the run."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.integration)


@dataclass
class System:
    """What a test works with. `api` sends no key unless told to; `call` sends one."""

    stack: LocalStack
    running: Running
    api: httpx.Client = field(repr=False)

    @property
    def simulators(self) -> dict[str, Simulator]:
        """The live simulators, by provider."""
        return self.running.simulators

    def call(self, method: str, path: str, *, key: str | None = "all", **arguments: Any) -> httpx.Response:
        """One request to the API. key: a name of KEYS; None sends no Authorization header."""
        headers = dict(arguments.pop("headers", {}))
        if key is not None:
            headers["Authorization"] = f"Bearer {KEYS[key].value}"
        return self.api.request(method, path, headers=headers, **arguments)

    def get(self, path: str, *, key: str | None = "all", **arguments: Any) -> httpx.Response:
        """A GET."""
        return self.call("GET", path, key=key, **arguments)

    def post(self, path: str, *, key: str | None = "all", **arguments: Any) -> httpx.Response:
        """A POST."""
        return self.call("POST", path, key=key, **arguments)


@pytest.fixture(scope="session")
def _running_system() -> Iterator[System]:
    """The running system, started with the first test that asks for it and ended after the last."""
    with serve() as running:
        accounts = [
            AccountSettings(provider, name, simulator.account(name))
            for provider, simulator in running.simulators.items()
            for name in simulator.account_names()
        ]
        stack = LocalStack(
            accounts=accounts,
            keys=KEYS.values(),
            parameters=PARAMETERS,
            visibility_seconds=VISIBILITY_SECONDS,
        )
        with stack, httpx.Client(base_url=stack.api_url, timeout=40, trust_env=False) as api:
            _stop_schedules(stack)
            yield System(stack, running, api)


@pytest.fixture(scope="module")
def system(_running_system: System) -> System:
    """The running system, with nothing in its queues and its table that an earlier module left there."""
    stack = _running_system.stack
    deadline = time.monotonic() + 30
    while any(map(stack.waiting, stack.queue_urls)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for url in (*stack.queue_urls.values(), *stack.dead_letter_queue_urls.values()):
        stack.client("sqs").purge_queue(QueueUrl=url)
    _empty_table(stack)
    return _running_system


def _empty_table(stack: LocalStack) -> None:
    client, table = stack.client("dynamodb"), stack.table_name
    for page in client.get_paginator("scan").paginate(TableName=table, ProjectionExpression="pk, sk"):
        gone = [item for item in page["Items"] if not item["pk"]["S"].startswith(LASTING_KEYS)]
        for start in range(0, len(gone), 25):
            requests = [{"DeleteRequest": {"Key": key}} for key in gone[start : start + 25]]
            client.batch_write_item(RequestItems={table: requests})


def _stop_schedules(stack: LocalStack) -> None:
    """No reconciling by the clock: tests count calls to providers, and call the function themselves."""
    events = stack.client("events")
    for rule in events.list_rules()["Rules"]:
        if rule.get("ScheduleExpression"):
            events.disable_rule(Name=rule["Name"])


@pytest.fixture(scope="module")
def stack(system: System) -> LocalStack:
    """The AWS side of the running system."""
    return system.stack


@pytest.fixture
def simulators(system: System) -> Iterator[dict[str, Simulator]]:
    """The simulators, without faults and with their first messages, before and after the test."""
    for simulator in system.simulators.values():
        simulator.reset()
    yield system.simulators
    for simulator in system.simulators.values():
        simulator.reset()


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """`eventually(check, seconds=10)`: the first true value of `check()`; fails when none comes in time."""

    def wait(check: Callable[[], Any], seconds: float = 10.0) -> Any:
        deadline = time.monotonic() + seconds
        while not (value := check()):
            if time.monotonic() > deadline:
                pytest.fail(f"did not come true within {seconds} s; it is {value!r}")
            time.sleep(0.05)
        return value

    return wait
