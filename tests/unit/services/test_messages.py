"""The use cases: look up, process a task."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from message_detail.adapters.access_tokens import Tokens
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import SECONDS_PER_DAY, Store
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.throttle import Throttle
from message_detail.adapters.aws.token_store import DynamoTokens
from message_detail.adapters.provider_client import ProviderClient
from message_detail.domain.errors import (
    InvalidRequest,
    MessageDetailError,
    MessageNotFound,
    MessageNotYetFound,
    ProviderBadAnswer,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    Redelivery,
    UnknownAccount,
)
from message_detail.domain.message import FUTURE_TIME, Freshness, Via
from message_detail.domain.reconcile_policy import FixedSchedule
from message_detail.domain.status import Status
from message_detail.domain.tasks import Task
from message_detail.domain.times import from_epoch
from message_detail.providers.base.account import Account, AccountSchema
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.services.messages import LAG_SECONDS, Messages
from message_detail.services.provider_gateway import ProviderGateway
from tests.unit.conftest import BUCKET, TABLE, Calls, Clock, table_of
from tests.unit.samples import NATIVE_ID, T0, Vendor, account, record, says


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

    def lookup(self, max_age: float = 60, message_id: str = NATIVE_ID) -> Any:
        return self.service.lookup(self.name, message_id, max_age, 10).message

    def task(self, via: str = "webhook", **changes: Any) -> Task:
        fields = {"received_at": from_epoch(self.clock.now), **changes}
        return Task(provider="cellcast", account=self.name, message_id=NATIVE_ID, via=via, **fields)

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
    done = world.service.process(world.task("refresh"), 10)
    assert done.regressed
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


def test_a_task_stores_the_message_and_tells_how_long_it_took(world: World) -> None:
    task = world.task("webhook")
    world.clock.now += 3
    done = world.service.process(task, 10)
    assert (done.message.provenance.via, done.seconds, done.regressed) == (Via.WEBHOOK, 3, False)


QUEUED = {"status": "queued", "observed_at": "2026-06-01T12:00:00.000Z", "via": "webhook"}
DELIVERED = {
    "status": "delivered",
    "status_native": "message.delivered",
    "occurred_at": "2026-06-01T11:59:58.000Z",
    "observed_at": "2026-06-01T12:00:00.000Z",
    "via": "webhook",
    "epoch": 0,
}


def test_what_a_verified_webhook_said_counts_although_the_provider_still_says_less(world: World) -> None:
    done = world.service.process(world.task(observations=[DELIVERED]), 10)
    assert (done.message.status, done.message.status_native) == (Status.DELIVERED, "message.delivered")
    events = world.service.timeline(world.name, NATIVE_ID)
    assert [(event.status, event.via) for event in events] == [
        (Status.SENT, Via.WEBHOOK),
        (Status.DELIVERED, Via.WEBHOOK),
    ]


@pytest.mark.parametrize("how", [httpx.Response(503), httpx.Response(404), httpx.Response(401)])
def test_what_a_verified_webhook_said_is_stored_even_when_the_fetch_fails(world: World, how: httpx.Response) -> None:
    world.vendor.then(how)
    with pytest.raises(MessageDetailError):
        world.service.process(world.task(observations=[DELIVERED]), 10)
    (event,) = world.service.timeline(world.name, NATIVE_ID)
    assert event.status is Status.DELIVERED


def test_a_message_stays_due_when_a_webhook_comes_whose_fetch_is_refused(world: World) -> None:
    key = {"pk": {"S": f"message#cellcast:{world.name}:{NATIVE_ID}"}, "sk": {"S": "message"}}
    world.lookup()
    due_at = world.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]["due_at"]
    world.vendor.then(httpx.Response(403))
    with pytest.raises(ProviderRefused):
        world.service.process(world.task(observations=[QUEUED]), 10)
    assert world.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]["due_at"] == due_at


def test_a_webhooks_time_in_the_future_is_drift(world: World) -> None:
    told = "2099-01-01T00:00:00.000Z"
    done = world.service.process(world.task(future_time=told), 10)
    [note] = [entry for entry in done.message.provenance.drift if entry.problem == FUTURE_TIME]
    assert (note.path, note.value) == ("webhook.timestamp", told)
    assert ("webhook.timestamp", FUTURE_TIME) in [
        (row.path, row.problem) for row in world.health.drift_seen("cellcast")
    ]


def test_not_found_straight_after_a_webhook_is_tried_again_for_two_minutes(world: World) -> None:
    world.vendor.then(httpx.Response(404))
    task, delays = world.task(), []
    while True:
        with pytest.raises(MessageNotFound) as caught:
            world.service.process(task, 10)
        if not isinstance(caught.value, MessageNotYetFound):
            break
        assert caught.value.redelivery is Redelivery.LATER
        delays.append(caught.value.retry_after or 0)
        world.clock.now += delays[-1]
        task = task.deferred()
    assert caught.value.redelivery is Redelivery.DROP
    assert delays[:4] == [5, 10, 20, 40]
    assert LAG_SECONDS <= sum(delays) <= LAG_SECONDS + 45


def test_not_found_of_a_refresh_is_final(world: World) -> None:
    world.vendor.then(httpx.Response(404))
    with pytest.raises(MessageNotFound) as caught:
        world.service.process(world.task("refresh"), 10)
    assert caught.value.redelivery is Redelivery.DROP


def test_nothing_is_served_of_a_message_that_is_not_stored(world: World) -> None:
    with pytest.raises(MessageNotFound):
        world.service.timeline(world.name, "6a1c0de5f0aa11bb22cc3300")


def test_what_has_expired_is_not_looked_at_again_by_itself(world: World) -> None:
    """It waits for its deletion; fetched once more, it would be kept for another retention."""
    world.service.store.add(
        f"cellcast:{world.name}:{NATIVE_ID}", record(Status.SENT), schedule=FixedSchedule(T0), retention_days=1
    )
    world.clock.now += SECONDS_PER_DAY
    with pytest.raises(MessageNotFound):
        world.service.process(world.task(via="reconcile"), 10)
    assert world.vendor.requests == []
    key = {"pk": {"S": f"message#cellcast:{world.name}:{NATIVE_ID}"}, "sk": {"S": "message"}}
    assert "due_at" not in world.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
    assert world.lookup().provenance.freshness is Freshness.LIVE
