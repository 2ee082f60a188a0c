"""What is told of events is what goes out: the schema that is served, the OpenAPI document's webhooks, the page."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from message_detail.domain.events_out.event import (
    Event,
    EventType,
    account_event,
    message_event,
    paused_event,
    trial_event,
)
from message_detail.domain.events_out.message_changes import change_between, erasure
from message_detail.domain.message import Failure, Reference
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState
from message_detail.entrypoints.openapi.document import document
from message_detail.entrypoints.openapi.events import event_schema
from message_detail.entrypoints.public import public_handler
from tests.unit.container import Context
from tests.unit.entrypoints.events import body_of, http
from tests.unit.samples import ID, T0, after, heard, message, record

API = "https://api.example.com"


def changed(before: MessageState, now: MessageState) -> Event:
    change = change_between(before, now)
    assert change is not None
    return message_event("evt_1", ID, 7, change.to_values(T0))


FAILED = message(
    Status.FAILED, failure=Failure(native_code="1"), references=(Reference(type="external_id", value="x"),)
)
SENT = record(Status.SENT)
EVENTS = {
    "stored": changed(MessageState(), SENT),
    "status_changed": changed(SENT, record(Status.DELIVERED, at=after(60))),
    "updated": changed(SENT, heard(message(Status.SENT, priority="high"), after(60))),
    "failed": changed(SENT, heard(FAILED, after(60))),
    "erased": message_event("evt_2", ID, 8, erasure(SENT.message).to_values(T0)),
    "erased unread": message_event("evt_3", ID, 8, erasure(None).to_values(T0)),
    "account": account_event("evt_4", T0, "cellcast", "default", {"state": "open", "previous_state": "ok"}),
    "test": trial_event("evt_5", T0, "crm"),
    "paused": paused_event("evt_6", T0, "crm", "it answered 410"),
}


@pytest.mark.parametrize("name", EVENTS)
def test_each_event_that_goes_out_is_as_its_schema_says(name: str) -> None:
    Draft202012Validator(event_schema()).validate(EVENTS[name].document(API))


def test_a_full_message_is_one_of_the_schemas_too() -> None:
    full = EVENTS["stored"].document(API, message(Status.SENT).as_json())
    Draft202012Validator(event_schema()).validate(full)


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "message_detail.message.lost"},
        {"id": "7"},
        {"revision": "7"},
        {"time": "yesterday"},
        {"data": {}},
        {"specversion": "0.3"},
    ],
    ids=lambda broken: next(iter(broken)),
)
def test_what_is_no_event_is_none_by_the_schema(broken: dict[str, Any]) -> None:
    assert not Draft202012Validator(event_schema()).is_valid({**EVENTS["stored"].document(API), **broken})


def test_keys_may_be_added_to_events() -> None:
    told = EVENTS["stored"].document(API)
    Draft202012Validator(event_schema()).validate({**told, "more": 1, "data": {**told["data"], "more": 1}})


def test_every_type_of_event_is_a_webhook_of_the_document() -> None:
    told = document()["webhooks"]
    assert set(told) == {kind.value for kind in EventType}
    for name, methods in told.items():
        (operation,) = methods.values()
        ((_, content),) = operation["requestBody"]["content"].items()
        model = content["schema"]["$ref"].rpartition("/")[2]
        kind = document()["components"]["schemas"][model]["properties"]["type"]
        assert name in kind.get("enum", [kind.get("const")])


@pytest.mark.parametrize(("name", "title"), [("event-1.json", "Event"), ("message-1.json", "Message")])
def test_the_schemas_are_served_to_anybody(name: str, title: str) -> None:
    answer = public_handler(http(f"/v1/schemas/{name}", scopes=None), Context())
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == "application/schema+json"
    schema = body_of(answer)
    assert schema["title"] == title
    Draft202012Validator.check_schema(schema)


def test_events_name_the_schema_where_it_is_served() -> None:
    path = EVENTS["stored"].document("")["dataschema"]
    assert path == event_schema()["$id"]
    assert public_handler(http(path, scopes=None), Context())["statusCode"] == 200


def test_another_schema_is_not_found() -> None:
    answer = public_handler(http("/v1/schemas/other.json", scopes=None), Context())
    assert (answer["statusCode"], body_of(answer)["code"]) == (404, "not_found")
    assert "event-1.json" in body_of(answer)["detail"]
