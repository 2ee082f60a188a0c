"""The simulators' webhooks are genuine: the core takes them in as the vendors'."""

from __future__ import annotations

from importlib import import_module
from urllib.parse import parse_qsl, urlsplit

import pytest

from local.simulators import Simulator
from message_detail.domain.errors import SignatureInvalid
from message_detail.providers.base.webhook import Delivery, Event, Webhook, verify
from message_detail.testing.schemes import address
from tests.unit.simulators.client import account_at


def read(simulator: Simulator, made: tuple[dict[str, str], bytes], account: str = "default") -> Event:
    """What the provider's webhook reads in a delivery, at the address that the account is of."""
    webhook: Webhook = import_module(f"message_detail.providers.{simulator.provider}.webhook").WEBHOOK
    headers, body = made
    held = account_at(simulator, account)
    query = dict(parse_qsl(urlsplit(held.webhook_url or "").query))
    return webhook.read(verify(webhook, Delivery(body, headers, query, simulator.clock(), address("any")), held))


def test_a_webhook_is_proved_and_about_its_message(simulator: Simulator) -> None:
    for account in ("default", "second"):
        message_id = simulator.message_ids(account)[0]
        assert read(simulator, simulator.webhook(message_id, account=account), account).message_ids == (message_id,)


def test_another_secret_proves_nothing(simulator: Simulator) -> None:
    headers, body = simulator.webhook(simulator.message_ids()[0])
    changed = {name: f"{value}A" if name != "content-type" else value for name, value in headers.items()}
    with pytest.raises(SignatureInvalid):
        read(simulator, (changed, body))


def test_the_webhooks_of_one_history_differ_and_are_about_the_same_message(simulator: Simulator) -> None:
    message_id = simulator.message_ids()[0]
    for words in simulator.histories:
        made = [simulator.tell(message_id, words, number) for number in range(4)]
        assert len({body for _, body in made}) == 4
        assert {read(simulator, one).message_ids for one in made} == {(message_id,)}


def test_there_are_histories_in_the_vendors_words(simulator: Simulator) -> None:
    assert len(simulator.histories) >= 3
    assert all(simulator.histories)
