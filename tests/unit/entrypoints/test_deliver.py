"""The whole way of a change, in one container: the row, the stream's record, the queue, the receiver, the log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import httpx
import pytest
from standardwebhooks import Webhook

from message_detail import bootstrap
from message_detail.adapters.aws import clients
from message_detail.adapters.aws.circuits import FAILURES_TO_OPEN
from message_detail.adapters.aws.event_rows import event_of
from message_detail.adapters.aws.key_schema import CIRCUIT, MESSAGE
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.events_out.delivery import DeliveryTask, WaitingTask
from message_detail.domain.message import Body, Party
from message_detail.domain.status import Status
from message_detail.entrypoints.changes import changes_handler
from message_detail.entrypoints.checks import Misuse
from message_detail.entrypoints.deliver import deliver_handler
from tests.unit.adapters.receiver import NEXT_SECRET, SECRET
from tests.unit.conftest import Calls, unpacked
from tests.unit.container import Context, forget, put
from tests.unit.entrypoints.conftest import STACK, Cloud
from tests.unit.entrypoints.events import sqs
from tests.unit.samples import ID, NOW, after, heard, message
from tests.unit.services.delivery_world import changed
from tests.unit.stream import stream_record

RECEIVER: Final = "https://93.184.216.34/in"
NUMBER: Final = "+61491570157"
TEXT: Final = "see you at noon under the clock"


class Events:
    """A stack of which events go out."""

    def __init__(self, cloud: Cloud, url: str) -> None:
        self.cloud, self.url = cloud, url
        cloud.vendor.then(httpx.Response(204))

    @property
    def received(self) -> list[httpx.Request]:
        return self.cloud.vendor.requests

    def endpoint(self, name: str = "crm", **settings: Any) -> None:
        values = {"url": RECEIVER, "secrets": [SECRET], **settings}
        self.cloud.secrets.create_secret(Name=f"{STACK}/endpoint/{name}", SecretString=json.dumps(values))

    def store(self, *messages: Any) -> list[dict[str, Any]]:
        """Stores what was heard of a message; the stream's records of that."""
        records: list[dict[str, Any]] = []
        key = MESSAGE.key(message_id=ID)
        for number, one in enumerate(messages):
            before = self.row(key)
            bootstrap.services().store.add(ID, heard(one, after(number)))
            records.append(stream_record(key, before, self.row(key), f"record-{number}"))
        return records

    def row(self, key: Any) -> Any:
        return self.cloud.dynamodb.get_item(TableName="messages", Key=key).get("Item")

    def tell(self, records: list[dict[str, Any]]) -> list[str]:
        """The bodies that come to lie on the queue for these records."""
        assert changes_handler({"Records": records}, Context()) == {"batchItemFailures": []}
        return [one["Body"] for one in self.cloud.waiting(self.url)]


@pytest.fixture
def events(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Events:
    url = cloud.sqs.create_queue(QueueName="events")["QueueUrl"]
    monkeypatch.setenv("EVENTS", "Active")
    monkeypatch.setenv("EVENTS_QUEUE_URL", url)
    monkeypatch.setenv("API_URL", "https://api.example.com")
    forget()
    put(transport=cloud.vendor.transport)
    return Events(cloud, url)


def deliver(*bodies: str) -> Any:
    return deliver_handler(sqs(*bodies), Context())


def private(status: Status) -> Any:
    """A message that says whom it is about and what."""
    return message(status, to=[Party(address=NUMBER, name="Jane Roe")], body=Body(text=TEXT))


def test_each_change_is_received_once_signed_and_in_order(events: Events) -> None:
    events.endpoint(secrets=[SECRET, NEXT_SECRET])
    bodies = events.tell(events.store(private(Status.SENT), private(Status.SENT), private(Status.DELIVERED)))
    assert deliver(*bodies) == {"batchItemFailures": []}
    received = [Webhook(NEXT_SECRET).verify(one.content, dict(one.headers)) for one in events.received]
    assert [one["type"].rpartition(".")[2] for one in received] == ["stored", "status_changed"]
    assert [one["revision"] for one in received] == ["0000000001", "0000000003"]
    assert [one["id"] for one in received] == [one.headers["webhook-id"] for one in events.received]
    assert received[1]["data"]["previous_status"] == "sent"
    assert received[1]["dataschema"] == "https://api.example.com/v1/schemas/event-1.json"


def test_no_address_and_no_text_on_the_queue_in_the_log_or_at_the_receiver(
    events: Events, logged: Callable[[], str]
) -> None:
    events.endpoint()
    events.cloud.vendor.then(lambda request: httpx.Response(500, content=request.content))
    bodies = events.tell(events.store(private(Status.SENT), private(Status.DELIVERED)))
    deliver(*bodies)
    kept = [row for row in unpacked(events.cloud.dynamodb) if not row["pk"]["S"].startswith(("message#", "index#"))]
    sent = [request.content.decode() for request in events.received]
    assert {row["pk"]["S"].partition("#")[0] for row in kept} == {"delivery", "log", "endpoint"}
    for place in (*bodies, *sent, str(kept), logged()):
        assert "491570157" not in place
        assert TEXT not in place
        assert "Jane" not in place


def test_who_wants_all_gets_the_message_as_it_is_now(events: Events) -> None:
    events.endpoint(include="full")
    first, second = events.tell(events.store(private(Status.SENT), private(Status.DELIVERED)))
    deliver(first)
    data = json.loads(events.received[0].content)["data"]
    assert (data["status"], data["to"][0]["address"], data["body"]["text"]) == ("delivered", NUMBER, TEXT)
    assert data["id"] == ID
    bootstrap.services().store.erase(ID)
    deliver(second)
    gone = json.loads(events.received[1].content)["data"]
    assert (gone["status"], "to" in gone) == ("delivered", False)


def test_what_failed_waits_and_is_brought_back_when_it_is_due(events: Events, monkeypatch: pytest.MonkeyPatch) -> None:
    events.endpoint()
    events.cloud.vendor.then(httpx.Response(503), httpx.Response(204))
    deliver(*events.tell(events.store(private(Status.SENT))))
    services = bootstrap.services()
    (waiting,) = services.waiting_deliveries.listed("crm", 10)
    assert (waiting.attempts, waiting.last and waiting.last.status_code) == (1, 503)
    assert deliver_handler({"deliveries": "due"}, Context()) == {"queued": 0}
    now = services.now()
    monkeypatch.setattr(services.waiting_deliveries, "_now", lambda: now + 300)
    monkeypatch.setattr(services.delivery_runner._deliverer, "_now", lambda: now + 300)
    assert deliver_handler({"deliveries": "due"}, Context()) == {"queued": 1}
    body = WaitingTask(endpoint="crm", event_id=waiting.event.id).to_json()
    assert deliver(body) == {"batchItemFailures": []}
    assert services.waiting_deliveries.listed("crm", 10) == []
    attempts = services.delivery_log.page("crm", 10)
    assert [(one.number, one.status) for one in attempts] == [(2, "delivered"), (1, "failed")]


def test_a_task_that_is_none_and_a_bug_stay_on_the_queue_and_hold_up_no_other(
    events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    events.endpoint()
    events.endpoint("bi")
    deliverer = bootstrap.services().delivery_runner._deliverer
    done = deliverer.deliver

    def work(task: Any) -> None:
        if task.endpoint == "bi":
            raise RuntimeError("a bug")
        done(task)

    monkeypatch.setattr(deliverer, "deliver", work)
    tasks = [DeliveryTask(endpoint=name, event=changed()).to_json() for name in ("bi", "crm")]
    assert deliver("{", *tasks) == {"batchItemFailures": [{"itemIdentifier": "m0"}, {"itemIdentifier": "m1"}]}
    assert len(events.received) == 1


def test_storage_that_is_away_puts_a_delivery_off(events: Events, monkeypatch: pytest.MonkeyPatch) -> None:
    events.endpoint()

    def refuse(*_: Any) -> Any:
        raise StorageUnavailable("the table is away")

    monkeypatch.setattr(bootstrap.services().endpoint_states, "get", refuse)
    assert deliver(DeliveryTask(endpoint="crm", event=changed()).to_json()) == {"batchItemFailures": []}
    assert events.received == []
    attributes = events.cloud.sqs.get_queue_attributes(
        QueueUrl=events.url, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    assert attributes["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"


def test_a_delivery_costs_one_write_and_what_a_batch_shares(events: Events, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for what a container knows for a while: the endpoint's settings and state, its circuit."""
    events.endpoint()
    calls = Calls(clients.client("dynamodb"))
    monkeypatch.setattr(bootstrap.services().table, "client", calls)
    monkeypatch.setattr(bootstrap.services().endpoint_states, "_now", lambda: NOW)
    deliver(DeliveryTask(endpoint="crm", event=changed(0)).to_json())
    calls.made.clear()
    deliver(*(DeliveryTask(endpoint="crm", event=changed(number)).to_json() for number in range(1, 11)))
    assert len(events.received) == 11
    made = Counter(calls.made)
    assert made.pop("put_item") == 10
    assert made.total() <= 2


def test_a_receiver_that_is_down_opens_its_circuit_and_what_comes_waits(events: Events) -> None:
    """Powertools' own circuit, under a key that is no provider's."""
    events.endpoint("down")
    events.cloud.vendor.then(httpx.ConnectError("refused"))
    for number in range(15):
        deliver(DeliveryTask(endpoint="down", event=changed(number)).to_json())
    assert len(events.received) == FAILURES_TO_OPEN
    assert bootstrap.services().waiting_deliveries.count("down") == 15
    row = events.row(CIRCUIT.key(provider="endpoint", account="down"))
    assert row["state"]["S"].upper() == "OPEN"
    assert event_of(stream_record({"pk": row["pk"], "sk": row["sk"]}, None, row)) is None


@pytest.mark.parametrize("event", [{}, {"Records": []}, {"provider": "samva"}, {"deliveries": "all"}], ids=str)
def test_an_event_of_another_kind_is_refused(events: Events, event: Any) -> None:
    with pytest.raises(Misuse):
        deliver_handler(event, Context())
