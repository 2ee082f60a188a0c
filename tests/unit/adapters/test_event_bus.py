"""Events on an EventBridge bus."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from message_detail.adapters.aws.event_bus import ATTEMPTS, BATCH, EventBus
from message_detail.domain.errors import StorageRefused, StorageUnavailable
from message_detail.domain.events_out.event import Event, account_event
from tests.unit.samples import T0


class FakeClient:
    """A bus that keeps what it takes; of each call it refuses the first entries with these codes."""

    def __init__(self, *refusals: list[str] | Exception) -> None:
        self.refusals = list(refusals)
        self.calls: list[list[Any]] = []

    def put_events(self, *, Entries: list[Any]) -> Any:
        self.calls.append(Entries)
        refusal = self.refusals.pop(0) if self.refusals else []
        if isinstance(refusal, Exception):
            raise refusal
        codes = refusal + [""] * (len(Entries) - len(refusal))
        return {"Entries": [{"ErrorCode": code} if code else {"EventId": "1"} for code in codes]}


def event(number: int) -> Event:
    return account_event(f"evt_{number}", T0, "cellcast", "default", {"state": "ok"})


def bus(client: FakeClient) -> EventBus:
    return EventBus(client, "messages", "https://api.example.com", lambda _: None)


def ids(entries: list[Any]) -> list[str]:
    return [json.loads(entry["Detail"])["id"] for entry in entries]


def test_an_entry_has_the_whole_event_and_what_a_rule_asks_for() -> None:
    client = FakeClient()
    bus(client).put([event(1)])
    ((entry,),) = client.calls
    assert (entry["EventBusName"], entry["Source"]) == ("messages", "message-detail")
    assert entry["DetailType"] == "message_detail.account.state_changed"
    detail = json.loads(entry["Detail"])
    assert (detail["id"], detail["specversion"]) == ("evt_1", "1.0")
    assert detail["dataschema"] == "https://api.example.com/v1/schemas/event-1.json"


def test_many_events_go_in_as_many_calls_as_it_takes() -> None:
    client = FakeClient()
    bus(client).put([event(number) for number in range(BATCH + 1)])
    assert [len(call) for call in client.calls] == [BATCH, 1]
    bus(client).put([])
    assert len(client.calls) == 2


def test_what_was_not_taken_is_put_again_and_nothing_else() -> None:
    client = FakeClient(["ThrottlingException"])
    bus(client).put([event(1), event(2)])
    assert [ids(call) for call in client.calls] == [["evt_1", "evt_2"], ["evt_1"]]


def test_a_bus_that_does_not_take_an_event_is_unavailable() -> None:
    client = FakeClient(*[["InternalFailure"]] * ATTEMPTS)
    with pytest.raises(StorageUnavailable):
        bus(client).put([event(1)])
    assert len(client.calls) == ATTEMPTS


@pytest.mark.parametrize(
    "refusal",
    [["AccessDeniedException"], ClientError({"Error": {"Code": "AccessDeniedException"}}, "PutEvents")],
    ids=["an entry", "the call"],
)
def test_a_bus_that_refuses_for_good_is_not_asked_again(refusal: list[str] | Exception) -> None:
    client = FakeClient(refusal)
    with pytest.raises(StorageRefused):
        bus(client).put([event(1)])
    assert len(client.calls) == 1
