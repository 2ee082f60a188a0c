"""The whole system on this machine, as the tests of all kinds use it: emulator, functions, simulators, and a caller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from local.accounts import AccountSettings
from local.simulators.base import Simulator
from local.simulators.server import Running, serve
from local.stack import ApiKey, LocalStack
from tests.event_receiver import ACCOUNT, EventReceiver, receiving

#: A worker is ended, and a failed task seen again, after seconds instead of minutes.
#: Pages of one other origin may call.
ORIGIN: Final = "https://support.example.com"
PARAMETERS: Final = {
    **{"WorkerTimeout": "10", "VisibilityTimeout": "60", "LogLevel": "DEBUG", "CorsOrigins": ORIGIN},
    **{"Events": "Active", "EventBus": "default"},
}
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


@dataclass
class System:
    """What a test works with. `api` sends no key unless told to; `call` sends one."""

    stack: LocalStack
    running: Running
    receiver: EventReceiver
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

    def empty_table(self) -> None:
        """Forget every message, and all that is counted and noted; the accounts are as at the start."""
        client, table = self.stack.client("dynamodb"), self.stack.table_name
        for page in client.get_paginator("scan").paginate(TableName=table, ProjectionExpression="pk, sk"):
            gone = [item for item in page["Items"] if not item["pk"]["S"].startswith(LASTING_KEYS)]
            for start in range(0, len(gone), 25):
                requests = [{"DeleteRequest": {"Key": key}} for key in gone[start : start + 25]]
                client.batch_write_item(RequestItems={table: requests})
        self.stack.announce_accounts()

    def empty_queues(self) -> None:
        """Drop every task and every dead letter."""
        for url in (*self.stack.task_queue_urls.values(), *self.stack.dead_letter_queue_urls.values()):
            self.stack.client("sqs").purge_queue(QueueUrl=url)


SETTINGS: Final = {"sync_minutes": 0, "confirm_after_seconds": 1}
"""Of all accounts: nothing is listed by itself, and what a test announces is confirmed before the next one begins."""


@contextmanager
def running_system() -> Iterator[System]:
    """Start it with all of the simulators' accounts, and end it."""
    with serve() as running, receiving() as receiver:
        accounts = [
            AccountSettings(provider, name, {**simulator.account(name), **SETTINGS})
            for provider, simulator in running.simulators.items()
            for name in simulator.account_names()
        ]
        stack = LocalStack(
            accounts=accounts,
            endpoints=[receiver.endpoint([f"{provider}:{ACCOUNT}" for provider in running.simulators])],
            keys=KEYS.values(),
            parameters=PARAMETERS,
            visibility_seconds=VISIBILITY_SECONDS,
        )
        with stack, httpx.Client(base_url=stack.api_url, timeout=40, trust_env=False) as api:
            _stop_schedules(stack)
            yield System(stack, running, receiver, api)


def _stop_schedules(stack: LocalStack) -> None:
    """No reconciling by the clock: tests count calls to providers, and call the function themselves."""
    events = stack.client("events")
    for rule in events.list_rules()["Rules"]:
        if rule.get("ScheduleExpression"):
            events.disable_rule(Name=rule["Name"])
