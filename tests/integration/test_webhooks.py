"""From a provider's webhook to the row: what a genuine one makes, what a duplicate costs, what a forged one does."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from local.simulators.base import Simulator
from message_detail.adapters.aws.key_schema import REJECTED
from tests.integration.conftest import System
from tests.integration.driving import (
    PROVIDERS,
    Hook,
    add_account,
    calls,
    fixed_account,
    is_acknowledged,
    record_of,
    send,
    send_all,
    visibility,
    wait_for_empty_queues,
    wait_until,
    without_circumstances,
)
from tests.integration.forgeries import Forgery, forgeries
from tests.integration.least_privilege.rights import without_right
from tests.unit.webhooks.schemes import ONE_OF_EACH, SCHEMES_OF

FORGED_OF_EACH = 200
TIMED = [scheme.provider for scheme in ONE_OF_EACH if scheme.time_field == "timestamp"]
"""Providers whose events say when they happened."""


@pytest.fixture(autouse=True)
def patient(system: System, simulators: dict[str, Simulator]) -> Iterator[None]:
    """Nobody gets a task twice here because its first worker was slow."""
    with visibility(system.stack, 60):
        yield
        wait_for_empty_queues(system)


def _put(simulator: Simulator, number: int) -> str:
    """A new message at the simulator: its id."""
    return simulator.store.put("default", simulator.filler(number))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_webhook_can_be_followed_from_its_receipt_to_the_answer(system: System, provider: str) -> None:
    simulator = system.simulators[provider]
    message_id = _put(simulator, 71)
    hook = Hook(provider, *simulator.webhook(message_id))
    for _ in range(2):
        send(system, hook)
        wait_for_empty_queues(system, providers=[provider])
    trace = system.get(f"/v1/messages/{provider}/{message_id}/timeline", params={"journal": "true"}).json()["items"]
    steps = [(one["step"], one["code"]) for one in trace if "step" in one]
    assert {("received", None), ("queued", None), ("tried", "ok"), ("duplicate", None)} <= set(steps)
    assert any("status" in one for one in trace)

    def told() -> bool:
        """A container notes what it has heard of once a minute, and an earlier test may have emptied the table."""
        send(system, hook)
        wait_for_empty_queues(system, providers=[provider])
        time.sleep(1)
        standing = {one["provider"]: one for one in system.get("/v1/providers").json()["items"]}[provider]
        webhooks = {one["account"]: one["webhook"] for one in standing["accounts"]}["default"]
        return webhooks["received_last_day"] > 0 and webhooks["last_received"] is not None

    wait_until(told, 90, "the account tells of its webhooks")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_genuine_webhook_ends_as_the_row_that_a_lookup_gives(system: System, provider: str) -> None:
    """Every message that the simulator holds: looked up in one account, told of by webhooks in another."""
    simulator = system.simulators[provider]
    add_account(system, provider, "looked-up")
    ids = simulator.message_ids()
    hooks = [Hook(provider, *simulator.webhook(message_id)) for message_id in ids]
    answers = send_all(system, hooks)
    emails = [simulator.store.get("default", message_id).parts.get("emails") for message_id in ids]
    for answer, email in zip(answers, emails, strict=True):
        is_acknowledged(answer, provider, accepted=2 if email else 1)
    wait_for_empty_queues(system, providers=[provider])
    assert system.stack.dead(provider) == 0
    for message_id in ids:
        path = f"/v1/messages/{provider}/{message_id}"
        looked_up = system.get(path, params={"account": "looked-up", "max_age": 0})
        stored = system.get(path, params={"max_age": 86_400})
        assert (looked_up.status_code, stored.status_code) == (200, 200), (looked_up.text, stored.text)
        assert stored.json()["provenance"]["via"] == "webhook"
        expected = without_circumstances(looked_up.json())
        expected |= {"account": "default", "id": f"{provider}:default:{message_id}"}
        assert without_circumstances(stored.json()) == expected


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_duplicate_is_acknowledged_and_costs_no_provider_call(system: System, provider: str) -> None:
    simulator = system.simulators[provider]
    message_id = _put(simulator, 900_001)
    hook = Hook(provider, *simulator.webhook(message_id))
    first = send(system, hook)
    wait_for_empty_queues(system, providers=[provider])
    again = send_all(system, [hook] * 4)
    wait_for_empty_queues(system, providers=[provider])
    is_acknowledged(first, provider, accepted=1)
    for answer in again:
        is_acknowledged(answer, provider, accepted=1)
    assert calls(system, provider, message_id) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_duplicates_that_arrive_at_once_cost_one_call(system: System, provider: str) -> None:
    simulator = system.simulators[provider]
    message_id = _put(simulator, 900_002)
    answers = send_all(system, [Hook(provider, *simulator.webhook(message_id))] * 6)
    wait_for_empty_queues(system, providers=[provider])
    assert all(answer.is_success for answer in answers)
    assert calls(system, provider, message_id) == 1


def test_an_account_in_the_address_is_the_one_that_is_checked_and_stored(system: System) -> None:
    for provider in PROVIDERS:
        simulator = system.simulators[provider]
        message_id = simulator.message_ids("second")[0]
        headers, body = simulator.webhook(message_id, account="second")
        is_acknowledged(send(system, Hook(provider, headers, body, account="second")), provider, accepted=1)
        if not SCHEMES_OF[provider][0].shared_key:
            assert send(system, Hook(provider, headers, body)).status_code == 401
    wait_for_empty_queues(system)
    for provider in PROVIDERS:
        message_id = system.simulators[provider].message_ids("second")[0]
        assert record_of(system, provider, message_id, "second").details is not None


def test_genuine_events_about_no_message_are_acknowledged_and_ignored(system: System) -> None:
    simulators = system.simulators
    headers, body = simulators["cellcast"].webhook("-", changes={"_id": None, "type": "optout"})
    hooks = {
        "event_not_about_messages": [
            Hook("highlevel", *simulators["highlevel"].webhook("-", "LCEmailStats")),
            Hook("samva", *simulators["samva"].webhook("-", "conversation.created")),
        ],
        "opt_out": [Hook("cellcast", headers, body)],
    }
    for reason, deliveries in hooks.items():
        for answer in send_all(system, deliveries):
            assert (answer.status_code, answer.json()) == (200, {"ignored": reason})
    assert not any(simulator.requests() for simulator in simulators.values())


def test_a_webhook_of_an_unknown_provider_is_404_and_of_an_unknown_account_not_authenticated(system: System) -> None:
    unknown = system.post("/v1/webhooks/nobody", key=None, json={"message_id": "1"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_provider")
    simulator = system.simulators["cellcast"]
    headers, body = simulator.webhook(simulator.message_ids()[0])
    answer = send(system, Hook("cellcast", headers, body, account="not-there"))
    assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid")


@pytest.mark.parametrize(("provider", "status"), [("samva", 503), ("highlevel", 429)])
def test_an_event_that_can_not_be_queued_is_refused_and_its_redelivery_taken_in(
    system: System, provider: str, status: int
) -> None:
    simulator = system.simulators[provider]
    message_id = _put(simulator, 900_003)
    hook = Hook(provider, *simulator.webhook(message_id))
    with without_right(system.stack, f"{provider.capitalize()}Webhook", "Queue"):
        refused = send(system, hook)
    assert (refused.status_code, refused.json()["code"]) == (status, "storage_refused")
    assert send(system, hook).json() == {"accepted": 1}
    wait_for_empty_queues(system, providers=[provider])
    assert record_of(system, provider, message_id).details is not None


def test_an_account_without_secrets_takes_no_webhook_in(system: System) -> None:
    for provider in PROVIDERS:
        if SCHEMES_OF[provider][0].setting != "webhook_secrets":
            continue  # its key is the vendor's where the account names none
        simulator = system.simulators[provider]
        add_account(system, provider, "no-secrets", webhook_secrets=[])
        headers, body = simulator.webhook(simulator.message_ids()[0], account=fixed_account(simulator))
        answer = send(system, Hook(provider, headers, body, account="no-secrets"))
        assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid")


@pytest.mark.parametrize("at", ["1999-01-05T10:00:00.000Z", "2026-01-05T10:00:00.000Z"])
@pytest.mark.parametrize("provider", TIMED)
def test_an_event_of_long_ago_is_taken_in(system: System, provider: str, at: str) -> None:
    """As the vendor's own log page sends it again."""
    simulator = system.simulators[provider]
    message_id = _put(simulator, 900_010)
    hook = Hook(provider, *simulator.webhook(message_id, at=at, changes={"webhookId": f"old-{at}"}))
    assert send(system, hook).json() == {"accepted": 1}
    wait_for_empty_queues(system, providers=[provider])
    assert record_of(system, provider, message_id).details is not None


@pytest.mark.parametrize("provider", TIMED)
def test_a_time_in_the_future_is_no_time_and_drift_says_so(system: System, provider: str) -> None:
    simulator = system.simulators[provider]
    message_id = _put(simulator, 900_011)
    changes = {"timestamp": "2099-01-05T10:00:00.000Z", "webhookId": "ahead"}
    assert send(system, Hook(provider, *simulator.webhook(message_id, changes=changes))).json() == {"accepted": 1}
    wait_for_empty_queues(system, providers=[provider])
    path = f"/v1/messages/{provider}/{message_id}"
    drift = system.get(path, params={"max_age": 86_400}).json()["provenance"]["drift"]
    assert ("webhook.timestamp", "future_time") in [(note["path"], note["problem"]) for note in drift]
    items = system.get(f"{path}/timeline").json()["items"]
    assert all((event["occurred_at"] or "") < "2099" for event in items)
    counted = system.get("/v1/drift").json()["items"]
    assert (provider, "future_time") in [(row["provider"], row["problem"]) for row in counted]


def test_a_genuine_event_of_another_location_causes_nothing(system: System) -> None:
    simulator = system.simulators["highlevel"]
    message_id = _put(simulator, 900_012)
    items = _items(system)
    theirs = simulator.webhook(message_id, changes={"locationId": "LocOfSomebodyElse001"})
    for account in ("", "second"):
        answer = send(system, Hook("highlevel", *theirs, account=account))
        assert (answer.status_code, answer.json()) == (200, {"ignored": "other_location"})
    ours = simulator.webhook(message_id)
    assert send(system, Hook("highlevel", *ours, account="second")).json() == {"ignored": "other_location"}
    assert system.stack.waiting("highlevel") == 0
    assert not simulator.requests()
    assert _items(system) == items


def test_a_thousand_forged_or_malformed_webhooks_do_nothing(system: System) -> None:
    """None is queued but as one of a sample of refusals, none reaches a provider, none makes a server error."""
    made: list[Forgery] = [
        forgery for simulator in system.simulators.values() for forgery in forgeries(simulator, FORGED_OF_EACH)
    ]
    items = _items(system)
    answers = send_all(system, [forgery.hook for forgery in made])
    assert len(answers) == len(PROVIDERS) * FORGED_OF_EACH
    wrong = {
        (forgery.hook.provider, forgery.name, answer.status_code, answer.text)
        for forgery, answer in zip(made, answers, strict=True)
        if answer.status_code != forgery.refusal[0] or answer.json().get("code") != forgery.refusal[1]
    }
    assert not wrong
    wait_for_empty_queues(system)
    assert {system.stack.dead(provider) for provider in PROVIDERS} == {0}
    assert not any(simulator.requests() for simulator in system.simulators.values())
    noted = {key for key in _items(system) - items if key.startswith(REJECTED.prefix)}
    assert _items(system) - items == noted
    assert 0 < len(noted) < len(made) / 5


def _items(system: System) -> set[str]:
    """The keys of all that the table holds."""
    pages = system.stack.client("dynamodb").get_paginator("scan").paginate(TableName=system.stack.table_name)
    return {f"{item['pk']['S']} {item['sk']['S']}" for page in pages for item in page["Items"]}
