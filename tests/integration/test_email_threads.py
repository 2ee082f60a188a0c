"""HighLevel's e-mail threads from the webhook to the row, the search and the erasure."""

from __future__ import annotations

from typing import Any

import pytest

from local.simulators.base import Simulator
from local.simulators.messages.highlevel import THREAD_ID
from local.simulators.messages.highlevel_shapes import held, thread_email, with_emails
from tests.integration.conftest import System
from tests.integration.driving import Hook, erase, send, wait_for_empty_queues

HIGHLEVEL = "highlevel"
NEWEST, SECOND = "SimEmailThread000009", "SimEmailThread000002"


@pytest.fixture
def highlevel(system: System, simulators: dict[str, Simulator]) -> Simulator:
    return simulators[HIGHLEVEL]


def _stored(system: System, message_id: str) -> dict[str, Any]:
    answer = system.get(f"/v1/messages/{HIGHLEVEL}/{message_id}", params={"max_age": 86_400})
    assert answer.status_code == 200, answer.text
    message: dict[str, Any] = answer.json()
    assert message["provenance"]["freshness"] == "stored"
    return message


def _deliver(system: System, highlevel: Simulator, kind: str | None = None, **changes: Any) -> int:
    answer = send(system, Hook(HIGHLEVEL, *highlevel.webhook(THREAD_ID, kind, changes=changes)))
    wait_for_empty_queues(system, providers=[HIGHLEVEL])
    accepted: int = answer.json()["accepted"]
    return accepted


def test_a_webhook_that_names_an_email_stores_it_and_its_thread(system: System, highlevel: Simulator) -> None:
    assert _deliver(system, highlevel) == 2
    thread, email = _stored(system, THREAD_ID), _stored(system, NEWEST)
    for message in (thread, email):
        assert "text 9" in message["body"]["html"]
        assert (message["body"]["text"], message["body"]["preview"]) == (None, None)
        assert (message["channel"], message["direction"]) == ("email", "outbound")
        assert message["conversation"]["thread_id"] == THREAD_ID
        assert message["provenance"]["drift"] == []
    assert len(thread["conversation"]["related_ids"]) == 9
    assert [one["id"][-1] for one in thread["extensions"]["_emails"]] == list("12345678")


def test_an_older_email_that_is_named_has_a_row_and_leaves_the_threads_at_its_newest(
    system: System, highlevel: Simulator
) -> None:
    assert _deliver(system, highlevel) == 2
    assert _deliver(system, highlevel, emailMessageId=SECOND) == 2
    assert "text 9" in _stored(system, THREAD_ID)["body"]["html"]
    second = _stored(system, SECOND)
    assert [party["address"] for party in second["cc"]] == ["copy@example.org", "lawyer@example.net"]
    assert (second["direction"], second["status"]) == ("inbound", "received")


def test_statistics_of_an_email_bring_its_bounce_to_it_and_to_its_thread(system: System, highlevel: Simulator) -> None:
    _deliver(system, highlevel)
    thread = highlevel.store.get("default", THREAD_ID)
    thread.parts["emails"][NEWEST] |= {"status": "failed", "error": "550 5.1.1 user unknown"}
    noted = {"event": "failed", "lc-operations": {"email_message_id": NEWEST}}
    assert _deliver(system, highlevel, "LCEmailStats", **noted) == 1
    for message_id in (NEWEST, THREAD_ID):
        message = _stored(system, message_id)
        assert (message["status"], message["outcome"]) == ("failed", "failure")
        assert message["failure"]["category"] == "invalid_recipient"


def test_everyone_in_a_thread_is_found_and_can_be_erased(system: System, highlevel: Simulator) -> None:
    """In a thread of its own: what is erased is not fetched again."""
    ids = ["SimEmailGone000001", "SimEmailGone000002"]
    gone = held("SimMessageEmailGone1", "to be erased", 3, "EMAIL", meta={"email": {"messageIds": ids}})
    first = thread_email(ids[0], "SimMessageEmailGone1", 1, cc=["one@example.org, Roe, Jane <jane.roe@example.net>"])
    highlevel.store.put("default", with_emails(gone, first, thread_email(ids[1], "SimMessageEmailGone1", 2)))
    assert system.get(f"/v1/messages/{HIGHLEVEL}/SimMessageEmailGone1").status_code == 200
    found = system.get("/v1/messages", params={"address": "Jane.Roe@Example.net"}).json()["items"]
    assert [message["provider_message_id"] for message in found] == ["SimMessageEmailGone1"]
    assert erase(system, address="jane.roe@example.net")["erased"] == 1
    assert system.get("/v1/messages", params={"address": "jane.roe@example.net"}).json()["items"] == []


def test_a_second_look_at_a_whole_thread_costs_two_calls(system: System, highlevel: Simulator) -> None:
    _deliver(system, highlevel)
    before = len(highlevel.requests("message")), len(highlevel.requests("parts"))
    answer = system.get(f"/v1/messages/{HIGHLEVEL}/{THREAD_ID}", params={"max_age": 0})
    after = len(highlevel.requests("message")), len(highlevel.requests("parts"))
    assert (answer.status_code, after[0] - before[0], after[1] - before[1]) == (200, 1, 1)
    assert len(answer.json()["extensions"]["_emails"]) == 8
