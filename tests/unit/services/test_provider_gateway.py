"""The one way to a provider: guard, fetch, respect the budget, count, normalize."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import httpx
import pytest

from message_detail.adapters.access_tokens import Tokens
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.sync_state import SyncState
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.adapters.aws.throttle import Throttle
from message_detail.adapters.aws.token_store import DynamoTokens
from message_detail.adapters.provider_client import ProviderClient
from message_detail.domain.errors import MessageNotFound, ProviderBadAnswer, ProviderRefused, RateLimited
from message_detail.domain.message import Via
from message_detail.providers import load, names
from message_detail.providers.base.account import Account
from message_detail.providers.base.listing import Listed, Listing, Page, PageSteps, Window
from message_detail.providers.base.provider import NO_LOOK
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.services.messages import Messages
from message_detail.services.provider_gateway import Budget, ProviderGateway
from message_detail.services.sync import SyncRunner
from message_detail.testing.recordings import account_for, retrieve
from tests.recorded import seed
from tests.unit.conftest import Clock, table_of
from tests.unit.samples import NATIVE_ID, Vendor, account, says, stand_in
from tests.unit.services.test_messages import OneAccount


class Way:
    """A gateway with a vendor and a table that the test holds."""

    def __init__(self, dynamodb: Any, clock: Clock, vendor: Vendor, name: str = "cellcast") -> None:
        self.throttle = Throttle(table_of(dynamodb), now=clock)
        self.health = AccountHealth(table_of(dynamodb), now=clock)
        client = ProviderClient(Tokens(DynamoTokens(table_of(dynamodb)), now=clock), vendor.transport)
        self.gateway = ProviderGateway(load(name), client, self.throttle, self.health, now=clock)

    def fetch(self, native_id: str = NATIVE_ID) -> Any:
        return self.gateway.fetch(account(), native_id, Via.LOOKUP, NO_LOOK, Budget.of(10))


@pytest.mark.parametrize("native_id", [NATIVE_ID, "6a1c0de5f0aa11bb22cc3300"])
def test_an_account_whose_budget_is_nearly_used_up_is_left_alone_however_the_fetch_ends(
    dynamodb: Any, clock: Clock, native_id: str
) -> None:
    way = Way(dynamodb, clock, vendor := Vendor(says(_id=native_id)))
    way.gateway.provider = replace(PROVIDER, pause_after=lambda _answer: 7.0)
    with nullcontext() if native_id == NATIVE_ID else pytest.raises(ProviderBadAnswer, match="another message"):
        way.fetch()
    assert way.throttle.cooling_until(account()) == pytest.approx(clock.now + 7)
    with pytest.raises(RateLimited):
        way.fetch()
    assert len(vendor.requests) == 1


def test_a_held_back_account_is_neither_called_nor_is_its_circuit_asked(dynamodb: Any, clock: Clock) -> None:
    way = Way(dynamodb, clock, vendor := Vendor(says()))
    way.throttle.cool_down(account(), 30)
    with pytest.raises(RateLimited):
        way.fetch()
    assert vendor.requests == []


@pytest.mark.parametrize("native_id", [".", "..", "...", "quick-api-credit-usage"])
def test_an_id_that_is_another_path_is_not_found_without_a_call_or_a_try(
    dynamodb: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch, native_id: str
) -> None:
    way = Way(dynamodb, clock, vendor := Vendor(says()))
    tried: list[object] = []
    monkeypatch.setattr(way.throttle, "circuit", tried.append)
    with pytest.raises(MessageNotFound):
        way.fetch(native_id)
    assert (vendor.requests, tried) == ([], [])


def test_how_calls_end_is_noted_of_the_account(dynamodb: Any, clock: Clock) -> None:
    way = Way(dynamodb, clock, vendor := Vendor(says()))
    way.fetch()
    vendor.then(httpx.Response(401, json={"code": 401, "message": "Token expired"}))
    with pytest.raises(ProviderRefused):
        way.fetch()
    [state] = way.health.accounts("cellcast")
    assert (state.account, state.last_error_code) == ("default", "provider_refused")
    assert state.last_success is not None


@pytest.mark.parametrize("name", names())
def test_drift_that_a_sync_finds_is_in_the_metric_that_the_alarm_watches(
    name: str, dynamodb: Any, clock: Clock, store: Store, counted: Counter[str]
) -> None:
    provider, recording = load(name), seed(name)
    own = account_for(provider, recording)
    document = {**retrieve(provider, recording), "a_field_of_tomorrow": "x"}

    def page(account: Account, window: Window, cursor: str | None) -> PageSteps:
        yield from ()
        return Page((Listed(recording.message_id, document, None),), None)

    way = Way(dynamodb, clock, Vendor(says()), name)
    book = SyncState(table_of(dynamodb), now=clock)
    service = Messages(OneAccount(own), way.gateway, store, now=clock)
    runner = SyncRunner(service, Listing(page=page), book, TaskQueue(stand_in(None), "url"), now=clock)
    before = counted["drift"]
    done = runner.process(book.start(name, own.name, Window()), 10)
    assert done is not None
    assert done.new == 1
    assert counted["drift"] - before == sum(row.count for row in way.health.drift_seen(name)) >= 1
