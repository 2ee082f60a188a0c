"""On the real stack: syncs store whole lists, reconciliation makes up for lost webhooks, and what is stored is found,
shown and erased over HTTP."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from local.simulators.base import Simulator
from message_detail.adapters.aws.row_packing import unpack
from tests.integration.conftest import System
from tests.integration.driving import PROVIDERS, erase

Eventually = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("simulators")


@dataclass
class Desk:
    """A caller of the API who knows what can be asked of stored messages."""

    system: System
    eventually: Eventually

    def start(self, provider: str, **body: str) -> str:
        answer = self.system.post(f"/v1/providers/{provider}/sync", json=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["sync_id"])

    def progress(self, provider: str, sync_id: str) -> dict[str, Any]:
        answer = self.system.get(f"/v1/providers/{provider}/sync/{sync_id}")
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    def finish(self, provider: str, sync_id: str, seconds: float = 120) -> dict[str, Any]:
        """The progress once the sync has ended and everything that it queued is done."""

        def ended() -> dict[str, Any] | None:
            shown = self.progress(provider, sync_id)
            return shown if shown["state"] != "running" else None

        shown: dict[str, Any] = self.eventually(ended, seconds)
        self.settle(provider, seconds)
        return shown

    def settle(self, provider: str, seconds: float = 120) -> None:
        """Waits until the provider's queue is empty."""
        self.eventually(lambda: self.system.stack.waiting(provider) == 0, seconds)

    def walk(self, **parameters: str) -> list[dict[str, Any]]:
        """A whole result over HTTP, page after page."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            answer = self.system.get("/v1/messages", params={**parameters, **cursor})
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = {"cursor": page["next_cursor"]}

    def ids(self, **parameters: str) -> list[str]:
        return [item["provider_message_id"] for item in self.walk(**parameters)]

    def make_due(self, provider: str) -> int:
        """Moves everything that will be looked at into the past; how many messages there are."""
        table, client = self.system.stack.table_name, self.system.stack.client("dynamodb")
        count = 0
        for page in client.get_paginator("scan").paginate(TableName=table, IndexName="due"):
            for item in page["Items"]:
                if not item["pk"]["S"].startswith(f"message#{provider}:"):
                    continue
                client.update_item(
                    TableName=table,
                    Key={"pk": item["pk"], "sk": item["sk"]},
                    UpdateExpression="SET due_at = :past",
                    ExpressionAttributeValues={":past": {"S": "2026-01-01T00:00:00.000Z"}},
                )
                count += 1
        return count

    def reconcile(self, provider: str) -> dict[str, int]:
        """Runs the schedule's function now."""
        stack = self.system.stack
        said = json.dumps({"provider": provider}).encode()
        answer = stack.client("lambda").invoke(FunctionName=stack.functions["Reconcile"], Payload=said)
        payload: dict[str, int] = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, payload
        return payload


@pytest.fixture
def desk(system: System, eventually: Eventually) -> Desk:
    return Desk(system, eventually)


def fill(simulator: Simulator, numbers: range) -> list[str]:
    """Like messages of these numbers, as `POST _control/fill` makes them; the ids."""
    with simulator.lock:
        return [simulator.store.put("default", simulator.filler(number)) for number in numbers]


# syncs


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_sync_stores_every_message_of_the_list(desk: Desk, simulators: dict[str, Simulator], provider: str) -> None:
    there = set(simulators[provider].message_ids())
    shown = desk.finish(provider, desk.start(provider))
    assert (shown["state"], shown["error"]) == ("done", None)
    assert there <= set(desk.ids(provider=provider, account="default", limit="7"))
    assert shown["seen"] >= len(there)
    if shown["total"] is not None:
        assert shown["total"] == len(there)
    assert desk.system.stack.dead(provider) == 0


def test_the_count_of_portsip_is_reported(desk: Desk, simulators: dict[str, Simulator]) -> None:
    fill(simulators["portsip"], range(1, 131))
    shown = desk.finish("portsip", desk.start("portsip"))
    assert shown["total"] == len(simulators["portsip"].message_ids())
    assert shown["pages"] >= 2
    calls = [call for call in simulators["portsip"].requests("list") if call["status"] == 200]
    assert len(calls) == shown["pages"]
    assert set(simulators["portsip"].message_ids()) <= set(desk.ids(provider="portsip", account="default", limit="100"))


@pytest.mark.parametrize("provider", ["portsip", "samva", "cellcast"])
def test_insertions_while_the_list_is_read_lose_nothing(
    desk: Desk, simulators: dict[str, Simulator], provider: str
) -> None:
    simulator = simulators[provider]
    fill(simulator, range(1, 231))
    there = set(simulator.message_ids())
    sync_id = desk.start(provider)
    for burst in range(3):
        desk.eventually(lambda burst=burst: len(simulator.requests("list")) > burst, 60)
        fill(simulator, range(300 + 7 * burst, 307 + 7 * burst))
    shown = desk.finish(provider, sync_id)
    assert shown["state"] == "done"
    assert there <= set(desk.ids(provider=provider, account="default", limit="100"))
    # What came meanwhile is there after the next sync at the latest.
    desk.finish(provider, desk.start(provider))
    assert set(simulator.message_ids()) <= set(desk.ids(provider=provider, account="default", limit="100"))


def test_a_second_sync_changes_nothing_and_a_running_one_is_not_doubled(
    desk: Desk, simulators: dict[str, Simulator]
) -> None:
    first = desk.start("samva")
    if desk.start("samva") != first:  # it may have ended meanwhile
        assert desk.progress("samva", first)["state"] == "done"
    desk.finish("samva", first)
    shown = desk.finish("samva", desk.start("samva"))
    assert (shown["state"], shown["new"], shown["changed"]) == ("done", 0, 0)


# lost webhooks


def test_reconciliation_makes_up_for_lost_webhooks(desk: Desk, simulators: dict[str, Simulator]) -> None:
    """30 % of the webhooks are never sent."""
    simulator, draw = simulators["cellcast"], random.Random(30)
    with simulator.lock:
        fillers = [simulator.filler(number).message for number in range(500, 520)]
    ids = [simulator.put({**message, "status": "sent"}) for message in fillers]
    for message_id in ids:
        assert desk.system.get(f"/v1/messages/cellcast/{message_id}?max_age=0").json()["status"] == "sent"
    for message in fillers:
        simulator.put({**message, "status": "delivered", "updatedAt": "2026-06-02T08:00:00.000Z"})
    lost = set(draw.sample(ids, len(ids) * 3 // 10))
    for message_id in set(ids) - lost:
        headers, body = simulator.webhook(message_id)
        sent = desk.system.post("/v1/webhooks/cellcast", key=None, headers=headers, content=body)
        assert sent.status_code == 200, sent.text
    desk.settle("cellcast")

    def delivered() -> set[str]:
        return set(desk.ids(provider="cellcast", status="delivered", limit="100")) & set(ids)

    assert delivered() == set(ids) - lost
    assert desk.make_due("cellcast") >= len(lost)
    before = len(simulator.requests("message"))
    assert desk.reconcile("cellcast")["queued"] >= len(lost)
    desk.settle("cellcast")
    assert delivered() == set(ids)
    assert len(simulator.requests("message")) > before
    assert desk.reconcile("cellcast")["queued"] == 0


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_reconciliation_of_each_provider_has_the_rights_it_needs(desk: Desk, provider: str) -> None:
    message_id = desk.system.simulators[provider].message_ids()[0]
    assert desk.system.get(f"/v1/messages/{provider}/{message_id}").status_code == 200
    due = desk.make_due(provider)
    assert desk.reconcile(provider) == {"queued": due, "syncs": 0}
    desk.settle(provider)


# search


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_stored_message_is_found_by_what_it_holds(desk: Desk, provider: str) -> None:
    desk.finish(provider, desk.start(provider))
    items = desk.walk(provider=provider, account="default", limit="100")
    assert len({item["id"] for item in items}) == len(items)
    asked: set[tuple[str, str]] = set()
    for item in items:
        parties = [item["from"], *item["to"]]
        addresses = [party["address"] or party["address_raw"] for party in parties if party]
        found = {
            "address": next((address for address in addresses if address), None),
            "conversation": item["conversation"]["id"],
            "reference": next((reference["value"] for reference in item["references"]), None),
        }
        for name, value in found.items():
            if value and value.strip() and (name, value) not in asked and len(asked) < 12:
                asked.add((name, value))
                assert item["id"] in [one["id"] for one in desk.walk(**{name: value}, limit="100")]
    assert any(name == "address" for name, _ in asked)


def test_spellings_of_a_number_are_one_address(desk: Desk, simulators: dict[str, Simulator]) -> None:
    message = simulators["cellcast"].filler(601).message
    message_id = simulators["cellcast"].put({**message, "receiver": "61491570110"})
    assert desk.system.get(f"/v1/messages/cellcast/{message_id}").status_code == 200
    for spelling in ("+61491570110", "+61 491 570 110", "0061491570110", "61491570110"):
        assert desk.ids(address=spelling) == [message_id]


def test_a_status_filter_adds_up_to_all(desk: Desk) -> None:
    desk.finish("samva", desk.start("samva"))
    items = desk.walk(provider="samva", account="default", limit="100")
    for status in {item["status"] for item in items}:
        expected = [item["id"] for item in items if item["status"] == status]
        found = desk.walk(provider="samva", account="default", status=status, limit="100")
        assert [item["id"] for item in found] == expected


def test_pages_over_http_lead_through_everything_once_newest_first(
    desk: Desk, simulators: dict[str, Simulator]
) -> None:
    fill(simulators["portsip"], range(1, 61))
    desk.finish("portsip", desk.start("portsip"))
    whole = desk.walk(provider="portsip", limit="100")
    small = desk.walk(provider="portsip", limit="9")
    assert [item["id"] for item in small] == [item["id"] for item in whole]
    assert len({item["id"] for item in whole}) == len(whole)
    created = [item["timestamps"]["created"] for item in whole if item["timestamps"]["created"]]
    assert created == sorted(created, reverse=True)
    page = desk.system.get("/v1/messages", params={"provider": "portsip", "limit": "5"}).json()
    stolen = desk.system.get("/v1/messages", params={"provider": "samva", "cursor": page["next_cursor"]})
    assert (stolen.status_code, stolen.json()["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(("key", "status"), [(None, 401), ("none", 403), ("write", 403), ("read", 200)])
def test_search_needs_the_scope_read(system: System, key: str | None, status: int) -> None:
    assert system.get("/v1/messages?provider=samva", key=key).status_code == status
    assert system.get("/v1/providers", key=key).status_code == status
    assert system.get("/v1/drift", key=key).status_code == status


# erasure


def test_erasure_over_http(desk: Desk, simulators: dict[str, Simulator]) -> None:
    system, simulator = desk.system, simulators["cellcast"]
    receivers = {701: "61491570158", 702: "61491570158", 703: "61491570159"}
    texts = {701: "Dear Ada", 702: "Ada, again " * 40_000, 703: "Dear Bob"}
    ids = {}
    for number, receiver in receivers.items():
        message = simulator.filler(number).message
        ids[number] = simulator.put({**message, "receiver": receiver, "message": texts[number]})
        assert system.get(f"/v1/messages/cellcast/{ids[number]}").status_code == 200
    assert desk.ids(address="+61491570158") == [ids[702], ids[701]]
    for key in ("read", "write"):
        assert system.post("/v1/erase", key=key, json={"address": "+61491570158"}).status_code == 403
    assert erase(system, address="+61 491 570 158")["erased"] == 2
    assert desk.ids(address="+61491570158") == []
    assert desk.ids(address="+61491570159") == [ids[703]]
    for number in (701, 702):
        for suffix in ("", "/timeline"):
            assert system.get(f"/v1/messages/cellcast/{ids[number]}{suffix}").status_code == 404
    headers, body = simulator.webhook(ids[701])
    assert system.post("/v1/webhooks/cellcast", key=None, headers=headers, content=body).status_code == 200
    assert system.post("/v1/messages/cellcast/refresh", json={"message_ids": [ids[702]]}).status_code == 202
    shown = desk.finish("cellcast", desk.start("cellcast"))
    assert shown["state"] == "done"
    assert desk.ids(address="+61491570158") == []
    left = _everything(system)
    assert "61491570158" not in left
    assert "Dear Ada" not in left
    assert "Ada, again" not in left
    assert "Dear Bob" in left


def _everything(system: System) -> str:
    """All that the table and the bucket hold."""
    table, s3 = system.stack.client("dynamodb"), system.stack.client("s3")
    pages = table.get_paginator("scan").paginate(TableName=system.stack.table_name)
    items = [str(unpack(item)) for page in pages for item in page["Items"]]
    found = s3.list_objects_v2(Bucket=system.stack.bucket_name).get("Contents", [])
    bodies = [s3.get_object(Bucket=system.stack.bucket_name, Key=one["Key"])["Body"].read().decode() for one in found]
    return "\n".join([*items, *bodies])


# drift and providers


@pytest.mark.parametrize("provider", PROVIDERS)
def test_drift_fails_no_lookup_and_is_listed(system: System, simulators: dict[str, Simulator], provider: str) -> None:
    message_id = simulators[provider].message_ids()[0]
    simulators[provider].fault("drift", count=1, on="message")
    message = system.get(f"/v1/messages/{provider}/{message_id}?max_age=0")
    assert message.status_code == 200, message.text
    assert message.json()["provenance"]["drift"]
    rows = [row for row in system.get("/v1/drift").json()["items"] if row["provider"] == provider]
    noted = {(entry["path"], entry["problem"]) for entry in message.json()["provenance"]["drift"]}
    assert noted <= {(row["path"], row["problem"]) for row in rows}
    assert all(row["count"] >= 1 and row["last_seen"] for row in rows)
    shown = {item["provider"]: item for item in system.get("/v1/providers").json()["items"]}
    assert shown[provider]["drift_last_day"] >= len(noted)
    assert "default" in [account["account"] for account in shown[provider]["accounts"]]
    assert shown[provider]["list"] is True
