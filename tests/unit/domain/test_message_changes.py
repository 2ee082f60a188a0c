"""What of a message's life is a change, and what of it an event says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from message_detail.domain.events_out.delivery import DeliveryTask
from message_detail.domain.events_out.event import EventType, message_event
from message_detail.domain.events_out.message_changes import Change, change_between, erasure
from message_detail.domain.message import (
    Body,
    Channel,
    Direction,
    Failure,
    FailureCategory,
    Party,
    Provenance,
    Reference,
    Timestamps,
    Via,
)
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.status import Status
from message_detail.domain.timeline import MessageState, merge, merge_observations, state_from_answer
from tests.unit.samples import T0, after, message, observation

NUMBER = "+61491570157"


def state(status: Status = Status.SENT, at: str = T0, updated: str | None = T0, **fields: Any) -> MessageState:
    answer = message(status, **{"provenance": Provenance(fetched_at=at, source_updated_at=updated), **fields})
    failure = fields.get("failure")
    return state_from_answer(NormalizedMessage(answer, (observation(status, at, failure=failure),)))


def announced(status: Status, at: str) -> MessageState:
    """That a webhook told a status, and a fetch is planned that confirms it."""
    told = observation(status, at, via=Via.WEBHOOK, confirmed=False)
    return MessageState(events=merge_observations([told]), confirm_at=after(30))


def change(before: MessageState, *later: MessageState) -> Change | None:
    whole = before
    for one in later:
        whole = merge(whole, one)
    return change_between(before, whole)


def data(found: Change | None) -> Mapping[str, Any]:
    assert found is not None
    return found.data


def kind(found: Change | None) -> str | None:
    return found.type.value.rpartition(".")[2] if found is not None else None


def test_a_message_that_comes_to_be_known_is_stored() -> None:
    found = change(MessageState(), state())
    assert kind(found) == "stored"
    assert data(found)["previous_status"] is None
    assert data(found)["changed"] == []


def test_what_a_webhook_tells_of_an_unknown_message_is_no_message_yet() -> None:
    assert change(MessageState(), announced(Status.SENT, T0)) is None


def test_another_status_is_a_change_of_status_whatever_else_changed() -> None:
    found = change(state(), state(Status.DELIVERED, after(9), after(9), priority="high"))
    assert kind(found) == "status_changed"
    assert found is not None
    assert (data(found)["previous_status"], data(found)["status"]) == ("sent", "delivered")
    assert data(found)["changed"] == ["status", "status_native", "final", "outcome", "priority", "provenance"]


def test_a_status_that_is_announced_counts_at_once_and_its_confirmation_is_no_change() -> None:
    known = state()
    heard = merge(known, announced(Status.DELIVERED, after(5)))
    assert kind(change_between(known, heard)) == "status_changed"
    fetched = state(Status.DELIVERED, after(31))
    assert change(heard, fetched) is None


def test_an_announced_status_that_the_answer_does_not_show_is_a_discrepancy() -> None:
    heard = merge(state(), announced(Status.DELIVERED, after(5)))
    assert kind(change(heard, state(at=after(31)))) == "discrepancy"


def test_another_field_is_an_update() -> None:
    found = change(state(), state(at=after(9), updated=after(9), timestamps=Timestamps(sent=T0)))
    assert kind(found) == "updated"
    assert data(found)["changed"] == ["timestamps", "provenance"]


def test_sender_is_called_from_as_in_the_schema() -> None:
    found = change(state(), state(at=after(9), from_=Party(address=NUMBER)))
    assert data(found)["changed"] == ["from"]


@pytest.mark.parametrize(
    "later",
    [
        state(at=after(60)),
        state(Status.QUEUED, after(60)),
        MessageState(given_up=None, confirm_at=after(30)),
        MessageState(events=merge_observations([observation(Status.QUEUED, after(5))])),
    ],
    ids=["the same answer", "an answer that says less", "a fetch is planned", "an earlier status"],
)
def test_what_changes_nothing_of_the_message_is_no_change(later: MessageState) -> None:
    assert change(state(), later) is None


def test_a_message_that_is_given_up_is_updated() -> None:
    found = change(state(), MessageState(given_up=after(99)))
    assert kind(found) == "updated"
    assert data(found)["changed"] == ["outcome"]
    assert data(found)["outcome"] == "uncertain"


def test_the_data_holds_neither_address_nor_text() -> None:
    failed = Failure(category=FailureCategory.INVALID_RECIPIENT, message=f"no subscriber {NUMBER}: 'see you at noon'")
    found = change(
        MessageState(),
        state(
            Status.FAILED,
            failure=failed,
            to=[Party(address=NUMBER, name="Jane Roe")],
            body=Body(text="see you at noon"),
            references=[Reference(type="custom_string", value=f"order of {NUMBER}")],
        ),
    )
    said = str(data(found))
    assert "491570157" not in said
    assert "noon" not in said
    assert "Jane" not in said
    assert data(found)["failure"]["category"] == "invalid_recipient"
    assert data(found)["references"][0]["type"] == "custom_string"


def test_an_event_fits_on_a_queue_whatever_a_provider_wrote() -> None:
    found = change(
        MessageState(),
        state(
            Status.FAILED,
            failure=Failure(message="\U0001f600" * 100_000, native_code="x" * 9_000),
            references=[Reference(type="custom_string", value="\U0001f600" * 9_000)] * 300,
        ),
    )
    event = message_event("evt_1", "samva:default:1", 1, {"type": EventType.STORED, "at": T0, "data": data(found)})
    assert len(DeliveryTask(endpoint="crm", event=event).to_json()) < 256 * 1024


def test_of_an_erased_message_only_what_filters_ask_for_is_told() -> None:
    known = message(Status.SENT, Channel.SMS, direction=Direction.OUTBOUND, references=[Reference(type="a", value="b")])
    assert erasure(known).data == {
        "channel": "sms",
        "direction": "outbound",
        "status": "sent",
        "final": False,
        "outcome": "pending",
    }
    assert erasure(None).data == {}
