"""An event that goes out satisfies CloudEvents 1.0 and Standard Webhooks with one body."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from message_detail.domain.events_out import event as events
from message_detail.domain.events_out.event import Event, EventType, body, message_event, paused_event, trial_event
from tests.unit.samples import T0

API: Final = "https://api.example.com"
ID: Final = "samva:default:42/a:b"
TOLD: Final = {"type": "message_detail.message.status_changed", "at": T0, "data": {"status": "sent", "channel": "sms"}}


def sample(**changes: Any) -> Event:
    return message_event("evt_1", ID, 7, {**TOLD, **changes})


def test_the_attributes_are_those_of_both_standards() -> None:
    document = sample().document(API)
    assert {name: value for name, value in document.items() if name != "data"} == {
        "specversion": "1.0",
        "id": "evt_1",
        "source": "/message-detail/samva/default",
        "type": "message_detail.message.status_changed",
        "subject": ID,
        "time": T0,
        "timestamp": T0,
        "dataschema": "https://api.example.com/v1/schemas/event-1.json",
        "datacontenttype": "application/json",
        "revision": "0000000007",
    }


def test_its_data_begins_with_the_messages_ids_and_has_every_key() -> None:
    data = sample().document(API)["data"]
    ids = {"id": ID, "provider": "samva", "account": "default", "provider_message_id": "42/a:b"}
    assert data == {**ids, **events.NOTHING_KNOWN, "status": "sent", "channel": "sms"}


def test_revisions_sort_as_text() -> None:
    def revision(number: int) -> str:
        return str(message_event("evt_1", ID, number, TOLD).document(API)["revision"])

    assert revision(9) < revision(10) < revision(123_456_789)
    assert len(revision(1)) == len(revision(123_456_789)) == 10


def test_an_event_about_no_message_has_no_revision_and_the_products_source() -> None:
    document = paused_event("evt_2", T0, "crm", "gone").document(API)
    assert "revision" not in document
    assert (document["source"], document["subject"]) == ("/message-detail", "endpoint:crm")
    assert document["data"] == {"endpoint": "crm", "reason": "gone"}


def test_the_body_is_ascii_json() -> None:
    text = body(sample(data={"status": "é\u2028"}).document(API))
    assert text.isascii()
    assert json.loads(text)["data"]["status"] == "é\u2028"


@pytest.mark.parametrize("one", [sample(), trial_event("evt_3", T0, "crm")], ids=["message", "endpoint"])
def test_it_waits_as_what_it_is(one: Event) -> None:
    values = json.loads(json.dumps(one.to_values()))
    assert Event.from_values(values) == one
    assert Event.from_values({**values, "of a later release": 1}) == one


@pytest.mark.parametrize("values", [{}, {"type": "x"}, {"type": "message_detail.endpoint.test"}], ids=str)
def test_what_is_no_event_is_none(values: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Event.from_values(values)


def test_one_write_is_told_as_the_first_type_that_holds() -> None:
    told = [one.value.rpartition(".")[2] for one in EventType if one.is_of_message]
    assert told == ["erased", "stored", "status_changed", "discrepancy", "updated"]
