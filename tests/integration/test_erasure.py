"""Erasure over HTTP by whatever people know of each other: national numbers, forms of an address, contacts, ids; and
of one among ten thousand."""

from __future__ import annotations

from typing import Any

import pytest

from local.simulators.base import Simulator
from tests.integration.conftest import System
from tests.integration.driving import erase

pytestmark = pytest.mark.usefixtures("simulators")


def demand(system: System, status: int, **body: Any) -> dict[str, Any]:
    """The answer to an erasure's body."""
    response = system.post("/v1/erase", json=body)
    assert response.status_code == status, response.text
    answer: dict[str, Any] = response.json()
    return answer


def found(system: System, **parameters: str) -> list[str]:
    answer = system.get("/v1/messages", params={**parameters, "limit": "100"})
    assert answer.status_code == 200, answer.text
    return [item["provider_message_id"] for item in answer.json()["items"]]


def store(system: System, simulator: Simulator, provider: str, number: int, **fields: Any) -> str:
    message_id = simulator.put({**simulator.filler(number).message, **fields})
    answer = system.get(f"/v1/messages/{provider}/{message_id}")
    assert answer.status_code == 200, answer.text
    return str(message_id)


def test_a_national_number_is_found_looked_at_and_erased(system: System, simulators: dict[str, Simulator]) -> None:
    numbers = [store(system, simulators["cellcast"], "cellcast", n, receiver="61491570151") for n in (811, 812)]
    for spelling in ("0491 570 151", "(04) 9157 0151", "491570151", "+61491570151", "whatsapp:+61491570151"):
        assert found(system, address=spelling) == numbers[::-1]
        assert demand(system, 200, address=spelling, dry_run=True)["messages"] == 2
    assert demand(system, 422, address="0491 570 151", expected=3)["code"] == "invalid_request"
    assert erase(system, address="0491 570 151", expected=2)["erased"] == 2
    assert found(system, address="+61491570151") == []
    assert erase(system, address="0491 570 151")["messages"] == 0


def test_a_contact_and_single_messages_are_erased(system: System, simulators: dict[str, Simulator]) -> None:
    first, second, third = (
        store(system, simulators["carecloud"], "carecloud", n, customer_id=f"8c0000000000000000000d{n}")
        for n in (821, 822, 823)
    )
    contact = "8c0000000000000000000d821"
    assert found(system, contact=contact) == [first]
    assert erase(system, contact_id=contact)["erased"] == 1
    assert found(system, contact=contact) == []
    ids = [f"carecloud:default:{one}" for one in (first, second, third)]
    assert erase(system, message_ids=ids)["erased"] == 2
    assert system.get(f"/v1/messages/carecloud/{third}").status_code == 404


def test_one_of_ten_thousand_recipients_is_found_and_erased(system: System, simulators: dict[str, Simulator]) -> None:
    everybody = ", ".join(f"Person, {n} <person-{n:05d}@example.net>" for n in range(10_000))
    fields = {"channel": "email", "emailMetadata": {"fromEmail": "desk@example.com", "toEmails": everybody}}
    message_id = store(system, simulators["samva"], "samva", 831, **fields)
    for asked in ("person-00000@example.net", "PERSON-09999@EXAMPLE.NET"):
        assert found(system, address=asked) == [message_id]
    assert erase(system, address="Somebody <person-05000@example.net>")["erased"] == 1
    assert found(system, address="person-09999@example.net") == []
