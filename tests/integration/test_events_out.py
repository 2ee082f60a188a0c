"""Changes out, through the whole system: a write, the stream, the queue, and a receiver that verifies what comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.simulators.base import Simulator
from tests.event_receiver import ACCOUNT, NAME, EventReceiver
from tests.integration.conftest import System
from tests.integration.driving import Hook, add_account, row_of, send, wait_for_empty_queues, wait_until

SECONDS = 5.0
"""From a write to the receiver, where that is well."""
PROVIDER = "cellcast"
VERIFIED = "samva"
"""Its webhooks are signed, so that they tell statuses."""


@pytest.fixture
def receiver(system: System, simulators: dict[str, Simulator]) -> Iterator[EventReceiver]:
    """The receiver, whose containers are warm; after the test it has got nothing that was not ours."""
    for provider in (PROVIDER, VERIFIED):
        add_account(system, provider, ACCOUNT)
    made = system.receiver
    made.status = 204
    assert system.post(f"/v1/endpoints/{NAME}/resume").status_code == 200
    _look_up(system, _put(simulators[PROVIDER], 910_000))
    wait_until(lambda: made.arrived, 30, "the first event has come")
    made.arrived.clear()
    yield made
    assert made.unverified == 0
    made.status = 204


def _put(simulator: Simulator, number: int) -> str:
    return simulator.store.put("default", simulator.filler(number))


def _look_up(system: System, message_id: str, provider: str = PROVIDER) -> str:
    """Looks a message up; its whole id."""
    answer = system.get(f"/v1/messages/{provider}/{message_id}", params={"account": ACCOUNT, "max_age": 0})
    assert answer.status_code == 200, answer.text
    return f"{provider}:{ACCOUNT}:{message_id}"


def test_a_lookup_is_an_event_at_the_receiver_within_seconds(
    system: System, simulators: dict[str, Simulator], receiver: EventReceiver
) -> None:
    began = time.time()
    subject = _look_up(system, _put(simulators[PROVIDER], 910_001))
    wait_until(lambda: receiver.of(subject), SECONDS, "the event has come")
    (arrived,) = [one for one in receiver.arrived if one.event["subject"] == subject]
    assert arrived.at - began < SECONDS
    event = arrived.event
    assert (event["type"], event["source"]) == (
        "message_detail.message.stored",
        f"/message-detail/{PROVIDER}/{ACCOUNT}",
    )
    assert event["dataschema"].startswith(system.stack.api_url)
    assert system.get(event["dataschema"].removeprefix(system.stack.api_url), key=None).status_code == 200
    stored = row_of(system, PROVIDER, subject.rpartition(":")[2], ACCOUNT)
    assert stored is not None
    assert event["data"]["status"] == stored.status.value


def test_a_refetch_that_finds_nothing_new_sends_nothing(
    system: System, simulators: dict[str, Simulator], receiver: EventReceiver
) -> None:
    message_id = _put(simulators[PROVIDER], 910_002)
    subject = _look_up(system, message_id)
    wait_until(lambda: receiver.of(subject), SECONDS, "the event has come")
    for _ in range(3):
        _look_up(system, message_id)
    other = _look_up(system, _put(simulators[PROVIDER], 910_003))
    wait_until(lambda: receiver.of(other), SECONDS, "what was written later has come")
    assert len(receiver.of(subject)) == 1


def test_after_a_burst_of_webhooks_the_greatest_revision_is_what_we_have(
    system: System, simulators: dict[str, Simulator], receiver: EventReceiver
) -> None:
    simulator = simulators[VERIFIED]
    message_id = _put(simulator, 910_004)
    subject = _look_up(system, message_id, VERIFIED)
    for _ in range(2):
        for number, (headers, body) in enumerate(_burst(simulator, message_id)):
            assert send(system, Hook(VERIFIED, headers, body, ACCOUNT)).status_code == 200, number
    wait_for_empty_queues(system, providers=[VERIFIED])

    def is_the_same() -> bool:
        stored = row_of(system, VERIFIED, message_id, ACCOUNT)
        kept = receiver.kept(subject)
        return stored is not None and kept is not None and kept["data"]["status"] == stored.status.value

    wait_until(is_the_same, SECONDS * 2, "the receiver has what we have")
    ids = [event["id"] for event in receiver.of(subject)]
    revisions = [event["revision"] for event in receiver.of(subject)]
    assert len({*zip(ids, revisions, strict=True)}) == len(set(ids)) == len(set(revisions))


def _burst(simulator: Simulator, message_id: str) -> list[tuple[dict[str, str], bytes]]:
    return [simulator.webhook(message_id) for _ in range(3)]


def test_an_erasure_reaches_the_receiver(
    system: System, simulators: dict[str, Simulator], receiver: EventReceiver
) -> None:
    subject = _look_up(system, _put(simulators[PROVIDER], 910_005))
    wait_until(lambda: receiver.of(subject), SECONDS, "the event has come")
    assert system.post("/v1/erase", json={"message_ids": [subject]}).status_code == 202
    wait_until(lambda: len(receiver.of(subject)) == 2, SECONDS * 3, "the erasure has come")
    last = receiver.of(subject)[-1]
    assert last["type"] == "message_detail.message.erased"
    assert last["data"]["timestamps"] is None


def test_what_a_receiver_refuses_is_told_waits_and_comes_after_a_pause(
    system: System, simulators: dict[str, Simulator], receiver: EventReceiver, eventually: Callable[..., Any]
) -> None:
    receiver.status = 410
    subject = _look_up(system, _put(simulators[PROVIDER], 910_006))

    def standing() -> dict[str, Any]:
        (item,) = system.get("/v1/endpoints").json()["items"]
        return dict(item)

    eventually(lambda: standing()["state"] == "paused")
    assert "410" in standing()["reason"]
    later = _look_up(system, _put(simulators[PROVIDER], 910_007))
    eventually(lambda: standing()["waiting"] == 2)
    waiting = system.get(f"/v1/endpoints/{NAME}/deliveries", params={"status": "waiting"}).json()["items"]
    assert {item["subject"] for item in waiting} == {subject, later}
    receiver.status = 204
    receiver.arrived.clear()
    assert system.post(f"/v1/endpoints/{NAME}/resume").json()["changed"] is True
    wait_until(lambda: receiver.of(subject) and receiver.of(later), SECONDS * 3, "what waited has come")
    eventually(lambda: standing()["waiting"] == 0)
    delivered = system.get(f"/v1/endpoints/{NAME}/deliveries", params={"status": "delivered"}).json()["items"]
    assert {subject, later} <= {item["subject"] for item in delivered}


def test_a_test_and_a_replay_come_under_ids_that_are_told(
    system: System, simulators: dict[str, Simulator], receiver: EventReceiver
) -> None:
    tested = system.post(f"/v1/endpoints/{NAME}/test").json()
    assert tested["delivered"] is True
    assert [event["id"] for event in receiver.of(f"endpoint:{NAME}")] == [tested["event_id"]]
    subject = _look_up(system, _put(simulators[PROVIDER], 910_008))
    wait_until(lambda: receiver.of(subject), SECONDS, "the event has come")
    (event,) = receiver.of(subject)

    def is_logged() -> bool:
        items = system.get(f"/v1/endpoints/{NAME}/deliveries").json()["items"]
        return any(item["event_id"] == event["id"] for item in items)

    wait_until(is_logged, SECONDS, "the attempt is logged")
    assert system.post(f"/v1/endpoints/{NAME}/replay", json={"event_id": event["id"]}).json() == {"events": 1}
    wait_until(lambda: len(receiver.of(subject)) == 2, SECONDS, "it has come again")
    assert receiver.of(subject)[1] == event


def test_an_account_that_cools_down_is_told(
    system: System, simulators: dict[str, Simulator], receiver: EventReceiver
) -> None:
    simulators[PROVIDER].fault("rate_limited", 1, retry_after=30, retry_after_seconds=30)
    path = f"/v1/messages/{PROVIDER}/{_put(simulators[PROVIDER], 910_009)}"
    assert system.get(path, params={"account": ACCOUNT, "max_age": 0}).status_code == 503
    subject = f"account:{PROVIDER}:{ACCOUNT}"
    wait_until(lambda: receiver.of(subject), SECONDS, "the event has come")
    event = receiver.of(subject)[0]
    assert (event["type"], event["data"]["state"]) == ("message_detail.account.state_changed", "cooling_down")
