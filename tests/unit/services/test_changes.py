"""What the stream tells goes to every endpoint that wants it, and to the bus; no record holds up another."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.errors import EndpointUnusable, StorageUnavailable
from message_detail.domain.events_out.delivery import DeliveryTask
from message_detail.domain.events_out.endpoint import Endpoint, build
from message_detail.domain.events_out.event import Event, account_event
from message_detail.services.changes import Changes
from tests.unit.samples import T0, stand_in
from tests.unit.services.fakes import FakeQueue
from tests.unit.stream import stream_record

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def endpoint(name: str, **settings: Any) -> Endpoint:
    return build(name, {"url": "https://example.com/hook", "secrets": [SECRET], **settings})


def record(number: int, account: str = "default") -> dict[str, Any]:
    return stream_record({"pk": {"S": f"account#{account}"}, "sk": {"S": "x"}}, None, {}, str(number))


def read(record: Any) -> Event | None:
    """An event for each record of an account; a bug for one, nothing for another."""
    account = record["dynamodb"]["Keys"]["pk"]["S"].removeprefix("account#")
    if account == "poison":
        raise RuntimeError("a bug")
    if account == "nothing":
        return None
    return account_event(f"evt_{record['eventID']}", T0, "cellcast", account, {"state": "ok"})


class FakeEndpoints:
    """Endpoints by name, and how often they were asked for."""

    def __init__(self, *endpoints: Endpoint, bad: str | None = None) -> None:
        self.found: dict[str, Endpoint | EndpointUnusable] = {one.name: one for one in endpoints}
        if bad is not None:
            self.found[bad] = EndpointUnusable("'url' is missing")
        self.asked = 0

    def all(self) -> dict[str, Endpoint | EndpointUnusable]:
        self.asked += 1
        return self.found


class FakeBus:
    """Keeps what is put; refuses where it is told to."""

    def __init__(self) -> None:
        self.put_events: list[Event] = []
        self.refuses = False

    def put(self, events: list[Event]) -> None:
        if self.refuses:
            raise StorageUnavailable("the event bus is unavailable")
        self.put_events += events


def changes(endpoints: FakeEndpoints, queue: FakeQueue, bus: FakeBus | None = None) -> Changes:
    return Changes(read, stand_in(endpoints), stand_in(queue), stand_in(bus))


def sent(queue: FakeQueue) -> list[tuple[str, str]]:
    tasks: list[Any] = queue.sent
    assert all(isinstance(task, DeliveryTask) for task in tasks)
    return [(task.endpoint, task.event.account) for task in tasks]


def test_each_event_goes_to_each_endpoint_that_wants_it() -> None:
    queue = FakeQueue()
    endpoints = FakeEndpoints(endpoint("all"), endpoint("one", accounts=["cellcast:main"]))
    assert changes(endpoints, queue).send([record(1), record(2, "main"), record(3, "nothing")]) is None
    assert sent(queue) == [("all", "default"), ("all", "main"), ("one", "main")]
    assert endpoints.asked == 1


def test_an_event_bears_the_records_id_so_that_one_queued_twice_is_the_same() -> None:
    queue, told = FakeQueue(), record(1)
    for _ in range(2):
        changes(FakeEndpoints(endpoint("all")), queue).send([told])
    tasks: list[Any] = queue.sent
    assert {task.event.id for task in tasks} == {f"evt_{told['eventID']}"}
    assert len(tasks) == 2


def test_where_nothing_happened_nobody_is_asked() -> None:
    queue, endpoints, bus = FakeQueue(), FakeEndpoints(endpoint("all")), FakeBus()
    assert changes(endpoints, queue, bus).send([record(1, "nothing")]) is None
    assert (queue.sent, endpoints.asked, bus.put_events) == ([], 0, [])


def test_a_record_that_is_a_bug_for_us_is_named_and_holds_up_no_other() -> None:
    queue, bad = FakeQueue(), record(2, "poison")
    records = [record(1, "a"), bad, record(3, "b"), record(4, "poison")]
    assert changes(FakeEndpoints(endpoint("all")), queue).send(records) == bad["dynamodb"]["SequenceNumber"]
    assert sent(queue) == [("all", "a"), ("all", "b")]


def test_an_endpoint_that_cant_be_used_holds_up_no_other_and_loses_nothing() -> None:
    """What it wants isn't known: the deliverer keeps it until it is."""
    queue = FakeQueue()
    changes(FakeEndpoints(endpoint("all"), bad="broken"), queue).send([record(1)])
    assert sent(queue) == [("all", "default"), ("broken", "default")]


def test_what_the_queue_did_not_take_is_not_done() -> None:
    queue = FakeQueue()
    queue.refusal = StorageUnavailable("the queue is unavailable")
    with pytest.raises(StorageUnavailable):
        changes(FakeEndpoints(endpoint("all")), queue).send([record(1)])


def test_the_bus_gets_every_event_and_what_it_did_not_take_is_not_done() -> None:
    queue, bus = FakeQueue(), FakeBus()
    sender = changes(FakeEndpoints(), queue, bus)
    sender.send([record(1), record(2, "main")])
    assert [event.account for event in bus.put_events] == ["default", "main"]
    bus.refuses = True
    with pytest.raises(StorageUnavailable):
        sender.send([record(3)])


def test_the_log_says_how_many_and_nothing_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    changes(FakeEndpoints(endpoint("all")), FakeQueue()).send([record(1, "somebody")])
    assert "somebody" not in capsys.readouterr().out
