"""An explanation over HTTP: looked up as the message is, of what is stored while the provider is down, nothing said."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from message_detail import providers
from tests.integration.conftest import System
from tests.integration.driving import PROVIDERS, Hook, add_account, calls, is_acknowledged, send, wait_until

pytestmark = pytest.mark.usefixtures("simulators")
KEYS = {"answer", "sentence", "because", "failure", "try_again", "advice", "next", "as_of", "freshness"}


def _path(provider: str, message_id: str) -> str:
    return f"/v1/messages/{provider}/{quote(message_id, safe='')}"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_message_of_a_provider_has_its_sentence_without_its_text(system: System, provider: str) -> None:
    for message_id in system.simulators[provider].message_ids():
        message = system.get(_path(provider, message_id)).json()
        answer = system.get(f"{_path(provider, message_id)}/explanation")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        assert set(body) == KEYS
        assert f"({providers.load(provider).title}" in body["sentence"]
        assert body["sentence"].endswith(".")
        assert (body["as_of"], body["freshness"]) == (message["provenance"]["fetched_at"], "stored")
        statuses = [one["status"] for one in body["because"]]
        assert message["status"] in statuses
        assert [one["at"] for one in body["because"]] == sorted((one["at"] for one in body["because"]), reverse=True)
        texts = (message["subject"], message["body"]["text"], message["body"]["preview"])
        assert not [text for text in texts if text and len(text) > 8 and text in answer.text]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_freshness_validators_and_the_stale_explanation(system: System, provider: str) -> None:
    simulator = system.simulators[provider]
    message_id = simulator.store.put("default", simulator.filler(76))
    add_account(system, provider, "explained")

    def explain(max_age: int, **headers: str) -> httpx.Response:
        path, query = f"{_path(provider, message_id)}/explanation", {"account": "explained", "max_age": max_age}
        return system.get(path, params=query, headers=headers)

    live, stored, again = explain(60), explain(60), explain(0)
    assert [answer.json()["freshness"] for answer in (live, stored, again)] == ["live", "stored", "live"]
    assert calls(system, provider, message_id) == 2
    assert live.headers["etag"] == stored.headers["etag"] == again.headers["etag"]
    assert live.headers["cache-control"] == "private"
    same = explain(60, **{"If-None-Match": live.headers["etag"]})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", live.headers["etag"])
    simulator.fault("unavailable")
    stale = explain(0)
    assert (stale.status_code, stale.json()["freshness"]) == (200, "stale")
    assert stale.json()["sentence"] == live.json()["sentence"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_a_provider_has_not_is_not_explained(system: System, provider: str) -> None:
    answer = system.get(f"{_path(provider, providers.load(provider).absent_id)}/explanation")
    assert (answer.status_code, answer.json()["code"]) == (404, "message_not_found")


def test_what_a_webhook_announces_is_told_at_once_and_confirmed_afterwards(system: System) -> None:
    provider, account = "samva", "announcing"
    simulator = system.simulators[provider]
    add_account(system, provider, account, confirm_after_seconds=4)
    message_id = simulator.store.put("default", simulator.filler(75))
    simulator.script(message_id, [{"status": "sent", "deliveredAt": None}, {"status": "delivered"}])

    def explain() -> dict[str, Any]:
        query = {"account": account, "max_age": 86_400}
        body: dict[str, Any] = system.get(f"{_path(provider, message_id)}/explanation", params=query).json()
        return body

    assert explain()["answer"] == "on_its_way"
    headers, body = simulator.tell(message_id, ["sent", "delivered"], 1)
    is_acknowledged(send(system, Hook(provider, headers, body, account=account)), provider, accepted=1)
    wait_until(lambda: explain()["answer"] == "delivered", 4, "the announcement is on the row")
    assert explain()["sentence"].endswith("; announced, not confirmed yet.")
    assert explain()["because"][0]["text"].endswith(", not confirmed yet.")
    wait_until(lambda: explain()["because"][0]["confirmed"], 30, "it is confirmed")
    assert "not confirmed" not in explain()["sentence"]
