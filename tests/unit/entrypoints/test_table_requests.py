"""What a lookup and a fetch ask of the table: what a call has to know of its account comes with the message."""

from __future__ import annotations

import time
from typing import Any, Final

import pytest

from local.simulators import SIMULATORS, Simulator
from message_detail import bootstrap
from message_detail.adapters.aws import clients
from message_detail.adapters.aws.attributes import Item, moment, number, text
from message_detail.adapters.aws.circuits import RECOVERY_SECONDS
from message_detail.adapters.aws.key_schema import CIRCUIT, COOLDOWN
from message_detail.adapters.aws.known_rows import KNOWN_SECONDS
from message_detail.adapters.aws.table import ATTEMPTS, Table
from message_detail.adapters.aws.throttle import Throttle
from message_detail.domain.tasks import Task
from message_detail.domain.times import from_epoch
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers import load, names
from tests.unit.conftest import Calls, Clock
from tests.unit.container import Context, forget, put
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.events import http, sqs
from tests.unit.entrypoints.test_lookup import assert_problem
from tests.unit.samples import stand_in
from tests.unit.simulators.client import account_at, transport_to

ONE: Final = "batch_get_item"
"""The message with what the container doesn't know of its account."""
NEW: Final = ["batch_write_item", "put_item"]
UNCHANGED: Final = ["put_item"]
NOTED: Final = "update_item"
"""How the account fared, after a failure and at a container's first success."""


class Stingy(Calls):
    """A table that gives so often nothing of what a batch asks for beside messages."""

    def __init__(self, client: Any, times: int) -> None:
        super().__init__(client)
        self._left = times

    def batch_get_item(self, RequestItems: dict[str, Any]) -> Any:
        ((table, asked),) = RequestItems.items()
        self.made.append("batch_get_item")
        if not self._left:
            return self._client.batch_get_item(RequestItems=RequestItems)
        self._left -= 1
        of_messages = [key for key in asked["Keys"] if key["pk"]["S"].startswith("message#")]
        given: dict[str, Any] = {"Responses": {table: []}}
        if of_messages:
            given = self._client.batch_get_item(RequestItems={table: {**asked, "Keys": of_messages}})
        others = [key for key in asked["Keys"] if key not in of_messages]
        return {**given, "UnprocessedKeys": {table: {**asked, "Keys": others}}}


class Container:
    """One provider's functions, its simulator, and a count of what they ask of the table."""

    def __init__(self, cloud: Cloud, name: str, clock: Clock) -> None:
        self.name = name
        self.clock = clock
        self.simulator: Simulator = SIMULATORS[name]()
        self.ids = iter(self.simulator.message_ids())
        self._look_up, self._work = lookup_handler(load(name)), worker_handler(load(name))
        has_key = load(name).authentication.static(account_at(self.simulator)) is not None
        self.tokens = [] if has_key else ["get_item"] * 2
        cloud.put_account(provider=name, **self.simulator.account())
        self.begin(Calls(clients.client("dynamodb")))

    def begin(self, calls: Calls) -> None:
        """From here on a new container."""
        self.calls = calls
        forget()
        table = Table(stand_in(calls), "messages", sleep=lambda _: None)
        put(transport=transport_to(self.simulator), table=table, throttle=Throttle(table, now=self.clock))

    def pause(self) -> None:
        """For so long that nothing is known any more."""
        self.clock.now += KNOWN_SECONDS

    def used(self) -> list[str]:
        """What has been asked since the last time."""
        made, self.calls.made[:] = list(self.calls.made), []
        return made

    def answer(self, path: str, query: str = "max_age=0") -> dict[str, Any]:
        return self._look_up(http(f"/v1/messages/{self.name}/{path}", query=query), Context())

    def lookup(self, message_id: str, max_age: int = 0) -> list[str]:
        """What a lookup that succeeds has asked."""
        answer = self.answer(message_id, f"max_age={max_age}")
        assert answer["statusCode"] == 200, answer["body"]
        return self.used()

    def fetch(self, message_id: str) -> list[str]:
        """What a task that succeeds has asked."""
        task = Task(
            provider=self.name,
            account="default",
            message_id=message_id,
            via="refresh",
            received_at=from_epoch(time.time()),
        )
        assert self._work(sqs(task.to_json()), Context()) == {"batchItemFailures": []}
        return self.used()

    def open_circuit(self, seconds_ago: float) -> None:
        """Opens the account's circuit, as another container does."""
        row = {"state": text("OPEN"), "failure_count": number(10), "opened_at": number(int(time.time() - seconds_ago))}
        self._write({**CIRCUIT.key(provider=self.name, account="default"), **row})

    def cool_down(self) -> None:
        """Has the account cool down, as another container does."""
        key = COOLDOWN.key(provider=self.name, account="default")
        self._write({**key, "until": moment(self.clock.now + 60), "streak": number(1)})

    def _write(self, item: Item) -> None:
        clients.client("dynamodb").put_item(TableName="messages", Item=item)


@pytest.fixture(params=names())
def container(cloud: Cloud, clock: Clock, request: pytest.FixtureRequest) -> Container:
    """One that has looked a message up already: it has a token, and has noted that the account is well."""
    made = Container(cloud, request.param, clock)
    made.lookup(next(made.ids))
    return made


def test_what_is_known_of_an_account_is_not_read_again(container: Container) -> None:
    message_id = next(container.ids)
    assert container.lookup(message_id) == ["get_item", *NEW]
    assert container.lookup(message_id) == ["get_item", *UNCHANGED]
    assert container.lookup(message_id, max_age=60) == ["get_item"]


def test_after_a_pause_it_is_read_with_the_message(container: Container) -> None:
    message_id = next(container.ids)
    container.pause()
    assert container.lookup(message_id) == [ONE, *NEW]
    container.pause()
    assert container.lookup(message_id) == [ONE, *UNCHANGED]
    container.pause()
    assert container.lookup(message_id, max_age=60) == [ONE]
    assert container.lookup(message_id) == ["get_item", *UNCHANGED]


def test_a_task_reads_it_with_its_message(container: Container) -> None:
    container.pause()
    assert container.fetch(next(container.ids)) == [ONE, *NEW]
    assert container.fetch(next(container.ids)) == ["get_item", *NEW]


def test_a_new_container_reads_it_with_the_message(container: Container) -> None:
    container.begin(container.calls)
    tokens = (
        ["get_item"] * 2 if load(container.name).authentication.static(account_at(container.simulator)) is None else []
    )
    assert container.lookup(next(container.ids)) == [ONE, *tokens, "update_item", *NEW]


def test_the_timeline_needs_to_know_nothing_of_the_account(container: Container) -> None:
    container.pause()
    container.answer(f"{next(container.ids)}/timeline", query="")
    assert container.used() == ["get_item"]


def test_a_circuit_that_was_read_with_the_message_lets_no_call_through(container: Container) -> None:
    container.open_circuit(seconds_ago=1)
    container.begin(container.calls)
    container.simulator.log.clear()
    assert_problem(container.answer(next(container.ids)), 503, "provider_unavailable")
    assert container.used() == [ONE, NOTED]
    assert_problem(container.answer(next(container.ids)), 503, "provider_unavailable")
    assert container.used() == ["get_item", NOTED]
    assert container.simulator.requests() == []


def test_a_circuit_that_lets_one_try_is_not_read_again_for_it(container: Container) -> None:
    container.open_circuit(seconds_ago=RECOVERY_SECONDS + 1)
    container.begin(container.calls)
    tried, closed = "put_item", "update_item"
    assert container.lookup(next(container.ids)) == [ONE, tried, *container.tokens, closed, NOTED, *NEW]
    assert container.lookup(next(container.ids)) == ["get_item", *NEW]
    assert bootstrap.services().throttle.account_state(container.name, "default")["state"] == "ok"


def test_a_cool_down_that_was_read_with_the_message_lets_no_call_through(container: Container) -> None:
    container.pause()
    container.cool_down()
    container.simulator.log.clear()
    body = assert_problem(container.answer(next(container.ids)), 503, "rate_limited")
    assert body["retry_after"] == 60
    assert container.used() == [ONE, NOTED]
    assert container.simulator.requests() == []


def test_what_the_table_gives_late_is_waited_for(container: Container) -> None:
    container.cool_down()
    container.begin(Stingy(clients.client("dynamodb"), 3))
    assert_problem(container.answer(next(container.ids)), 503, "rate_limited")
    assert container.used() == [ONE] * 4 + [NOTED]


def test_where_the_table_does_not_give_it_nobody_is_called(container: Container) -> None:
    container.begin(Stingy(clients.client("dynamodb"), ATTEMPTS))
    container.simulator.log.clear()
    assert_problem(container.answer(next(container.ids)), 503, "storage_unavailable")
    assert container.used() == [ONE] * ATTEMPTS
    assert container.simulator.requests() == []
    assert container.answer(next(container.ids))["statusCode"] == 200
