"""From a write of a row to tasks on the queue: what Lambda hands over of the stream, and what it is answered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.domain.errors import StorageUnavailable
from message_detail.domain.message import Via
from message_detail.domain.status import Status
from message_detail.entrypoints.changes import changes_handler
from tests.unit.aws import client
from tests.unit.conftest import BUCKET, Clock, table_of
from tests.unit.container import Context, forget, put
from tests.unit.entrypoints.conftest import STACK, Cloud
from tests.unit.samples import ID, after, heard, message, record, stand_in
from tests.unit.stream import Stream

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PERSON = "+61491570156"


class Outbox:
    """A table whose stream goes to the handler, and the queue that it fills."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.stream = cloud, Stream(cloud.dynamodb)
        contents = LargeValues(lambda: client("s3"), BUCKET)
        self.store = Store(table_of(self.stream), contents, now=Clock(), tells=True)
        self.url = cloud.sqs.create_queue(QueueName="events")["QueueUrl"]

    def put_endpoint(self, name: str, **settings: Any) -> None:
        values = {"url": "https://example.com/hook", "secrets": [SECRET], **settings}
        self.cloud.secrets.create_secret(Name=f"{STACK}/endpoint/{name}", SecretString=json.dumps(values))

    def hand_over(self) -> list[str]:
        """The records so far, in one batch; the sequence numbers of those that failed."""
        answer = changes_handler({"Records": self.stream.taken()}, Context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def queued(self) -> list[dict[str, Any]]:
        return [json.loads(one["Body"]) for one in self.cloud.waiting(self.url)]


@pytest.fixture
def outbox(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    made = Outbox(cloud)
    monkeypatch.setenv("EVENTS_QUEUE_URL", made.url)
    monkeypatch.setenv("API_URL", "https://api.example.com")
    forget()
    made.put_endpoint("crm")
    return made


def test_a_change_is_queued_for_the_endpoint_with_what_it_changed(outbox: Outbox) -> None:
    outbox.store.add(ID, record(Status.SENT))
    outbox.store.add(ID, record(Status.DELIVERED, at=after(60)))
    assert outbox.hand_over() == []
    stored, changed = outbox.queued()
    assert (stored["endpoint"], changed["endpoint"]) == ("crm", "crm")
    assert stored["event"]["type"] == "message_detail.message.stored"
    assert changed["event"]["type"] == "message_detail.message.status_changed"
    data = changed["event"]["data"]
    assert (data["previous_status"], data["status"]) == ("sent", "delivered")
    assert changed["event"]["revision"] > stored["event"]["revision"]


def test_a_refetch_that_finds_nothing_new_queues_nothing(outbox: Outbox) -> None:
    outbox.store.add(ID, heard(message(Status.SENT), via=Via.LOOKUP))
    outbox.hand_over()
    outbox.queued()
    outbox.store.add(ID, heard(message(Status.SENT), at=after(600), via=Via.RECONCILE))
    assert len(outbox.stream.records) == 1
    assert outbox.hand_over() == []
    assert outbox.queued() == []


def test_an_endpoint_is_told_of_what_it_asked_for_alone(outbox: Outbox) -> None:
    outbox.put_endpoint("mail", channels=["email"])
    outbox.put_endpoint("results", types=["message_detail.message.status_changed"])
    outbox.store.add(ID, record(Status.SENT))
    outbox.store.add(ID, record(Status.DELIVERED, at=after(60)))
    outbox.hand_over()
    told = sorted((one["endpoint"], one["event"]["type"].rpartition(".")[2]) for one in outbox.queued())
    assert told == [("crm", "status_changed"), ("crm", "stored"), ("results", "status_changed")]


def test_an_erasure_is_told_and_of_the_message_only_its_id(outbox: Outbox) -> None:
    outbox.store.add(ID, heard(message(Status.SENT, subject=PERSON)))
    outbox.store.erase(ID)
    outbox.hand_over()
    *_, last = outbox.queued()
    assert last["event"]["type"] == "message_detail.message.erased"
    assert last["event"]["subject"] == ID
    assert PERSON not in json.dumps(last)


def test_a_record_that_cant_be_worked_on_is_answered_and_the_others_are_queued(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.store.add(ID, record(Status.SENT))
    good = outbox.stream.records[0]
    bad = {**good, "dynamodb": {"SequenceNumber": "7", "Keys": {"pk": {"S": "message#x"}}, "NewImage": {"x": {}}}}
    outbox.stream.records = [bad, good]
    assert outbox.hand_over() == ["7"]
    assert len(outbox.queued()) == 1


def test_where_the_queue_takes_nothing_the_whole_batch_comes_again(outbox: Outbox) -> None:
    class Down:
        def send_all(self, tasks: Any) -> int:
            raise StorageUnavailable("the queue is unavailable")

    put(events_queue=stand_in(Down()))
    outbox.store.add(ID, record(Status.SENT))
    with pytest.raises(StorageUnavailable):
        outbox.hand_over()
