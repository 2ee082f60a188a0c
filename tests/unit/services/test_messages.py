"""The use cases of a message: look it up, read its timeline."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from message_detail.adapters.access_tokens import Tokens
from message_detail.adapters.aws.fetch_leases import FetchLeases
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.throttle import Throttle
from message_detail.adapters.aws.token_store import DynamoTokens
from message_detail.adapters.provider_client import ProviderClient
from message_detail.domain.errors import (
    InvalidRequest,
    MessageDetailError,
    MessageNotFound,
    ProviderBadAnswer,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    UnknownAccount,
)
from message_detail.domain.message import Freshness, Via
from message_detail.domain.status import Status
from message_detail.domain.tasks import Task
from message_detail.domain.times import from_epoch
from message_detail.providers.base.account import Account, AccountSchema
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.services.message_tasks import MessageTasks, Worked
from message_detail.services.messages import Messages
from message_detail.services.provider_gateway import ProviderGateway
from tests.unit.conftest import BUCKET, Calls, Clock, table_of
from tests.unit.samples import NATIVE_ID, Vendor, account, says, stand_in
from tests.unit.services.fakes import FakeQueue


class OneAccount:
    """Knows the account `default` only. Each has a name of its own for Powertools' per-process circuits."""

    def __init__(self, own: Account) -> None:
        self._own = own

    def account(self, provider: str, name: str, schema: AccountSchema) -> Account:
        if name != self._own.name:
            raise UnknownAccount("there is none", provider=provider, account=name)
        return self._own


class World:
    """A service with a provider, a table and a clock that the test holds."""

    def __init__(self, dynamodb: Any, s3: Any, clock: Clock, name: str) -> None:
        self.clock = clock
        self.vendor = Vendor(says())
        self.dynamodb = Calls(dynamodb)
        self.name = name
        own = account()
        self.account = Account(
            provider="cellcast", name=name, base_url=own.base_url, settings=own.settings, default_region="AU"
        )
        store = Store(table_of(self.dynamodb), LargeValues(lambda: s3, BUCKET), now=clock)
        tokens = Tokens(DynamoTokens(table_of(self.dynamodb)), now=clock)
        provider_client = ProviderClient(tokens, self.vendor.transport)
        throttle = Throttle(table_of(self.dynamodb), now=clock)
        self.health = AccountHealth(table_of(self.dynamodb), now=clock)
        gateway = ProviderGateway(PROVIDER, provider_client, throttle, self.health, now=clock)
        self.service = Messages(OneAccount(self.account), gateway, store, now=clock)
        self.queue = FakeQueue()
        leases = FetchLeases(table_of(self.dynamodb), "cellcast", now=clock)
        self.tasks = MessageTasks(self.service, stand_in(self.queue), leases, now=clock)

    def lookup(self, max_age: float = 60, message_id: str = NATIVE_ID) -> Any:
        return self.service.lookup(self.name, message_id, max_age, 10).message

    def task(self, via: str = "webhook", **changes: Any) -> Task:
        fields = {"received_at": from_epoch(self.clock.now), **changes}
        return Task(provider="cellcast", account=self.name, message_id=NATIVE_ID, via=via, **fields)

    def process(self, *tasks: Task) -> Worked:
        """What a worker does with tasks that meet in a batch."""
        return self.tasks.work(self.tasks.gather(tasks), 10)

    @property
    def calls(self) -> int:
        return len(self.vendor.requests)


@pytest.fixture
def world(dynamodb: Any, s3: Any, clock: Clock, request: pytest.FixtureRequest) -> World:
    return World(dynamodb, s3, clock, f"a{abs(hash(request.node.nodeid))}"[:64])


def test_a_first_lookup_is_live_and_stored(world: World) -> None:
    message = world.lookup()
    assert (message.provenance.freshness, message.provenance.via, message.status) == (
        Freshness.LIVE,
        Via.LOOKUP,
        Status.SENT,
    )
    assert message.id == f"cellcast:{world.name}:{NATIVE_ID}"
    assert message.body.text == "Your parcel is on its way"
    assert [event.status for event in world.service.timeline(world.name, NATIVE_ID)] == [Status.SENT]


def test_a_young_copy_is_served_without_a_call(world: World) -> None:
    world.lookup()
    world.clock.now += 59
    assert world.lookup().provenance.freshness is Freshness.STORED
    world.clock.now += 2
    assert world.lookup().provenance.freshness is Freshness.LIVE
    assert world.calls == 2


def test_max_age_0_always_calls(world: World) -> None:
    for _ in range(3):
        assert world.lookup(max_age=0).provenance.freshness is Freshness.LIVE
    assert world.calls == 3


@pytest.mark.parametrize(
    ("how", "error"),
    [
        (httpx.Response(503), ProviderUnavailable),
        (httpx.Response(429, headers={"retry-after": "9"}), RateLimited),
        (httpx.ReadTimeout("slow"), ProviderTimeout),
        (httpx.ConnectError("down"), ProviderUnavailable),
    ],
)
def test_an_old_copy_is_served_stale_when_the_provider_can_not_be_reached(
    world: World, how: Any, error: type[MessageDetailError]
) -> None:
    world.vendor.then(how)
    with pytest.raises(error):
        world.lookup()
    world.clock.now += 3600
    world.vendor.then(says())
    world.lookup()
    world.clock.now += 3600
    world.vendor.then(how)
    stale = world.lookup()
    assert stale.provenance.freshness is Freshness.STALE
    assert stale.status is Status.SENT


@pytest.mark.parametrize(
    ("how", "error"),
    [
        (httpx.Response(401, json={"code": 401, "message": "Token expired"}), ProviderRefused),
        (httpx.Response(404), MessageNotFound),
        (httpx.Response(200, text="<html>"), ProviderBadAnswer),
    ],
)
def test_a_stored_copy_does_not_hide_an_error_that_is_not_about_reaching(
    world: World, how: Any, error: type[MessageDetailError]
) -> None:
    world.lookup()
    world.clock.now += 3600
    world.vendor.then(how)
    with pytest.raises(error):
        world.lookup()


def test_a_cooling_account_is_not_called_and_serves_what_is_stored(world: World) -> None:
    world.lookup()
    world.vendor.then(httpx.Response(429, headers={"retry-after": "300"}))
    world.clock.now += 100
    world.lookup()
    before = world.calls
    world.clock.now += 100
    assert world.lookup().provenance.freshness is Freshness.STALE
    assert world.calls == before


def test_an_unknown_account_is_an_error_before_any_call(world: World) -> None:
    with pytest.raises(UnknownAccount):
        world.service.lookup("other", NATIVE_ID, 60, 10)
    assert world.calls == 0


def test_an_empty_or_overlong_id_is_an_invalid_request(world: World) -> None:
    for message_id in ("", "x" * 1501, "\ud800"):
        with pytest.raises(InvalidRequest):
            world.lookup(message_id=message_id)
    assert world.calls == 0


def test_a_later_status_wins_and_an_earlier_one_changes_nothing(world: World) -> None:
    world.vendor.then(says(status="delivered", updatedAt="2026-06-01T09:01:00.000Z"))
    assert world.lookup(max_age=0).status is Status.DELIVERED
    world.clock.now += 10
    world.vendor.then(says(status="sent", updatedAt="2026-06-01T09:00:05.000Z"))
    message = world.lookup(max_age=0)
    assert message.status is Status.DELIVERED
    assert message.timestamps.updated == "2026-06-01T09:01:00.000Z"
    done = world.process(world.task("refresh"))
    assert done.message is not None
    assert done.message.status is Status.DELIVERED


def test_calls_per_lookup_stay_within_the_promise(world: World) -> None:
    """To the provider at most 1; to DynamoDB 3 / 2 / 1 (live new, live unchanged, stored), settled containers."""
    world.lookup(message_id=NATIVE_ID)
    for max_age, most in ((0, 2), (60, 1)):
        world.dynamodb.made.clear()
        before = world.calls
        world.lookup(max_age=max_age)
        assert len(world.dynamodb.made) <= most
        assert world.calls - before <= 1
    other = "6a1c0de5f0aa11bb22cc33ff"
    world.vendor.then(says(_id=other))
    world.dynamodb.made.clear()
    world.lookup(message_id=other)
    assert len(world.dynamodb.made) <= 3


def test_nothing_is_served_of_a_message_that_is_not_stored(world: World) -> None:
    with pytest.raises(MessageNotFound):
        world.service.timeline(world.name, "6a1c0de5f0aa11bb22cc3300")
