"""Reconciliation: what is due is queued once, and after its horizon every row is as the provider has it."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from contextlib import suppress
from typing import Any

import httpx
import pytest

from message_detail import bootstrap
from message_detail.adapters.access_tokens import Tokens
from message_detail.adapters.aws import clients
from message_detail.adapters.aws.due_index import LEASE_SECONDS, SHARDS, DueIndex, attributes
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.sync_state import PageResult, SyncState
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.adapters.aws.throttle import Throttle
from message_detail.adapters.aws.token_store import DynamoTokens
from message_detail.adapters.provider_client import ProviderClient
from message_detail.domain.errors import StorageError, StorageRefused, StorageUnavailable, UnknownAccount
from message_detail.domain.message import Via
from message_detail.domain.status import Outcome, Status
from message_detail.domain.tasks import PageTask, Task, parse
from message_detail.domain.times import from_epoch, seconds_between
from message_detail.entrypoints.reconcile import reconcile_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.base.account import build
from message_detail.providers.cellcast.listing import LISTING
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.services.messages import Messages
from message_detail.services.provider_gateway import ProviderGateway
from message_detail.services.reconcile import ASKED_AGAIN_SECONDS, OVERLAP_SECONDS, PER_ROUND, SYNCS_PER_RUN
from message_detail.services.sync import SyncRunner
from tests.unit.conftest import Clock, table_of, unpacked
from tests.unit.container import Context, make_anew, put
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.events import sqs
from tests.unit.samples import NATIVE_ID, NOW, says, stand_in

CELLCAST = {"provider": "cellcast"}
work = worker_handler(PROVIDER)
HOUR = 3_600.0


class Timed:
    """A container whose every part has the test's clock."""

    def __init__(self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cloud, self.clock = cloud, Clock()
        database, clock = clients.client("dynamodb"), self.clock
        self.store = Store(table_of(database), LargeValues(lambda: clients.client("s3"), "contents"), now=clock)
        throttle = Throttle(table_of(database), now=clock)
        self.health = AccountHealth(table_of(database), now=clock)
        provider_client = ProviderClient(Tokens(DynamoTokens(table_of(database)), now=clock), cloud.vendor.transport)
        gateway = ProviderGateway(PROVIDER, provider_client, throttle, self.health, now=clock)
        self.service = Messages(bootstrap.services().secrets, gateway, self.store, now=clock)
        self.book = SyncState(table_of(database), now=clock)
        self.index = DueIndex(table_of(database), now=clock)
        self.syncer = SyncRunner(self.service, LISTING, self.book, bootstrap.services().queue, now=clock)
        put(
            now=clock,
            store=self.store,
            health=self.health,
            messages=lambda _provider: self.service,
            sync_state=self.book,
            due_index=self.index,
            syncs=lambda _provider: self.syncer,
        )

    def lookup(self, native_id: str = NATIVE_ID, account: str = "default") -> Any:
        return self.service.lookup(account, native_id, 0, 10).message

    def status_of(self, native_id: str = NATIVE_ID, account: str = "default") -> Any:
        return self.service.lookup(account, native_id, 1e12, 10).message

    def queued(self) -> list[Any]:
        return [parse(message["Body"]) for message in self.cloud.waiting()]

    def run(self) -> dict[str, int]:
        return reconcile_handler(CELLCAST, Context())

    def work(self) -> int:
        """Works on all that is queued; how many tasks there were."""
        tasks = self.queued()
        for task in tasks:
            assert work(sqs(task.to_json()), Context()) == {"batchItemFailures": []}
        return len(tasks)

    def next_due(self) -> float | None:
        """Seconds until something is due; None when nothing will be."""
        items = self.cloud.dynamodb.scan(TableName="messages", IndexName="due")["Items"]
        now = from_epoch(self.clock.now)
        return min((seconds_between(now, item["due_at"]["S"]) for item in items), default=None)


@pytest.fixture
def timed(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Timed:
    cloud.put_account(token="key-of-the-tests", sync_minutes=0)
    return Timed(cloud, monkeypatch)


def test_what_is_due_is_queued_once_and_not_again_until_the_lease_is_over(timed: Timed) -> None:
    timed.lookup()
    assert timed.run() == {"queued": 0, "syncs": 0}
    timed.clock.now += 60
    assert timed.run() == {"queued": 1, "syncs": 0}
    (task,) = timed.queued()
    assert task == Task(
        provider="cellcast",
        account="default",
        message_id=NATIVE_ID,
        via="reconcile",
        received_at=from_epoch(timed.clock.now),
        correlation_id=Context.aws_request_id,
    )
    for seconds, queued in ((0, 0), (LEASE_SECONDS - 1, 0), (1, 1), (1, 0)):
        timed.clock.now += seconds
        assert timed.run()["queued"] == queued


def test_a_run_queues_round_after_round_while_it_has_time(timed: Timed) -> None:
    per_shard = PER_ROUND // SHARDS
    shards: Counter[str] = Counter()
    for number in itertools.count():
        whole_id = f"cellcast:default:{number}"
        due = attributes("cellcast", whole_id, from_epoch(timed.clock.now - 1))
        shard = due["due_shard"]["S"]
        if shards[shard] < 2 * per_shard + 10:
            shards[shard] += 1
            item = {"pk": {"S": f"message#{whole_id}"}, "sk": {"S": "message"}, **due}
            timed.cloud.dynamodb.put_item(TableName="messages", Item=item)
        if shards.total() == SHARDS * (2 * per_shard + 10):
            break
    in_a_hurry = Context()
    in_a_hurry.get_remaining_time_in_millis = lambda: 9_999  # type: ignore[method-assign]
    assert reconcile_handler(CELLCAST, in_a_hurry)["queued"] == PER_ROUND
    assert timed.run()["queued"] == PER_ROUND + 10 * SHARDS
    assert timed.run()["queued"] == 0


def test_a_message_that_does_not_move_is_asked_for_seven_times_and_then_uncertain(timed: Timed, cloud: Cloud) -> None:
    timed.lookup()
    at: list[float] = []
    while (wait := timed.next_due()) is not None:
        timed.clock.now += wait
        assert timed.run()["queued"] == timed.work() == 1
        at.append(timed.clock.now - NOW)
    assert at == [60, 300, 1_800, 2 * HOUR, 12 * HOUR, 24 * HOUR, 72 * HOUR]
    assert len(cloud.vendor.requests) == 8
    message = timed.status_of()
    assert (message.status, message.final, message.outcome) == (Status.SENT, False, Outcome.UNCERTAIN)
    assert message.provenance.via is Via.RECONCILE
    timed.clock.now += 1_000 * HOUR
    assert timed.run() == {"queued": 0, "syncs": 0}
    cloud.vendor.then(says(status="delivered", updatedAt="2026-07-30T09:00:00.000Z"))
    late = timed.lookup()
    assert (late.status, late.outcome) == (Status.DELIVERED, Outcome.SUCCESS)


def test_a_delivered_message_is_looked_at_daily_for_a_week(timed: Timed, cloud: Cloud) -> None:
    """Cellcast tells of replies and opt-outs after the delivery."""
    cloud.vendor.then(says(status="delivered", type="outbound"))
    assert timed.lookup().direction == "outbound"
    days = 0
    while (wait := timed.next_due()) is not None:
        assert wait == 24 * HOUR
        timed.clock.now += wait
        assert timed.run()["queued"] == timed.work() == 1
        days += 1
    assert days == 7


def test_with_lost_webhooks_every_row_ends_as_the_provider_has_it(timed: Timed, cloud: Cloud) -> None:
    """16 messages that move over simulated days; 30 % of the webhooks are never sent, 10 % come twice."""
    draw = random.Random(4)
    ids = [f"6a1c0de5f0aa11bb22cc{number:04x}" for number in range(16)]
    courses = {native_id: _course(draw) for native_id in ids}
    clock = timed.clock
    calls: Counter[str] = Counter()

    def provider(request: httpx.Request) -> httpx.Response:
        native_id = request.url.path.rpartition("/")[2]
        calls[native_id] += 1
        at, status = max(step for step in courses[native_id] if step[0] <= clock.now - NOW)
        return says(_id=native_id, status=status, updatedAt=from_epoch(NOW + at))

    cloud.vendor._answers = [provider]
    webhooks = sorted(
        (at, native_id)
        for native_id, course in courses.items()
        for at, _ in course
        for _ in range(draw.choices([0, 1, 2], [30, 60, 10])[0])
    )
    for native_id in ids:
        timed.lookup(native_id)
    webhook_calls = len(webhooks)
    while (wait := timed.next_due()) is not None or webhooks:
        moments = [clock.now + max(0.0, wait)] if wait is not None else []
        clock.now = min([*moments, *([NOW + webhooks[0][0]] if webhooks else [])])
        while webhooks and NOW + webhooks[0][0] <= clock.now:
            _, native_id = webhooks.pop(0)
            task = Task(
                provider="cellcast",
                account="default",
                message_id=native_id,
                via="webhook",
                received_at=from_epoch(clock.now),
            )
            assert work(sqs(task.to_json()), Context()) == {"batchItemFailures": []}
        timed.run()
        timed.work()
    for native_id in ids:
        message = timed.status_of(native_id)
        last_at, truth = courses[native_id][-1]
        assert message.status_native == truth, native_id
        if truth == "delivered":
            assert message.outcome is Outcome.SUCCESS
        assert message.final or message.outcome is Outcome.UNCERTAIN
        assert last_at <= clock.now - NOW
    changes = sum(len(course) for course in courses.values())
    # A change starts the intervals anew: no more than seven looks for each, those of a webhook and the first apart.
    assert calls.total() <= 7 * changes + webhook_calls + len(ids)


def _course(draw: random.Random) -> list[tuple[float, str]]:
    """When (seconds) the message moves to which status; each step before the horizon of the one before."""
    course = [(0.0, "queued")]
    at = draw.uniform(1, 60 * HOUR)
    course.append((at, "sent"))
    if draw.random() < 0.8:
        course.append((at + draw.uniform(1, 60 * HOUR), draw.choice(["delivered", "failed"])))
    return course


def test_waiting_reconciliations_do_not_pile_up_during_an_outage(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("outage-of-hours", token="t", sync_minutes=0)
    timed.lookup(account="outage-of-hours")
    cloud.vendor.then(httpx.Response(429, headers={"retry-after": "3600"}))
    timed.clock.now += 60
    for _ in range(6):
        assert timed.run()["queued"] == timed.work() == 1
        attributes = cloud.sqs.get_queue_attributes(QueueUrl=cloud.queue_url, AttributeNames=["All"])["Attributes"]
        assert attributes["ApproximateNumberOfMessagesDelayed"] == "0"
        timed.clock.now += LEASE_SECONDS
    assert cloud.dead() == []
    cloud.vendor.then(says(status="delivered", updatedAt="2026-06-01T12:30:00.000Z"))
    timed.clock.now += HOUR
    assert timed.run()["queued"] == timed.work() == 1
    assert timed.status_of(account="outage-of-hours").status is Status.DELIVERED


@pytest.mark.parametrize("how", [httpx.Response(404), httpx.Response(200, text="<html>")])
def test_a_message_that_its_provider_has_no_more_is_asked_for_as_seldom(
    timed: Timed, cloud: Cloud, how: httpx.Response
) -> None:
    timed.lookup()
    cloud.vendor.then(how)
    looks = 0
    while (wait := timed.next_due()) is not None:
        timed.clock.now += wait
        timed.run()
        for task in timed.queued():
            work(sqs(task.to_json()), Context())
        looks += 1
    assert looks == 7
    assert timed.status_of().outcome is Outcome.UNCERTAIN


def test_a_message_of_an_account_that_is_no_more_is_one_dead_letter(timed: Timed, cloud: Cloud) -> None:
    timed.lookup()
    cloud.secrets.delete_secret(SecretId="stack/cellcast/default", ForceDeleteWithoutRecovery=True)
    make_anew("secrets")
    timed.service._accounts = bootstrap.services().secrets
    timed.clock.now += 60
    assert timed.run()["queued"] == timed.work() == 1
    assert len(cloud.dead()) == 1
    assert timed.next_due() is None


def test_a_queue_that_refuses_delays_by_the_lease_and_loses_nothing(
    timed: Timed, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import EndpointConnectionError

    from tests.unit.conftest import Calls

    calls = Calls(clients.client("sqs"))
    queue = TaskQueue(stand_in(calls), cloud.queue_url, cloud.dead_url)
    put(queue_of=lambda _provider: queue)
    timed.lookup()
    timed.clock.now += 60
    calls.fail("send_message_batch", EndpointConnectionError(endpoint_url="x"))
    with pytest.raises(StorageUnavailable):
        timed.run()
    assert timed.run()["queued"] == 0
    timed.clock.now += LEASE_SECONDS
    assert timed.run()["queued"] == 1


def test_an_erasure_that_was_interrupted_is_ended(timed: Timed, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = f"cellcast:default:{NATIVE_ID}"
    timed.lookup()
    clear = timed.store._clear
    monkeypatch.setattr(timed.store, "_clear", lambda *_: None)
    timed.store.erase(whole)
    monkeypatch.setattr(timed.store, "_clear", clear)
    assert "61400000001" in str(unpacked(cloud.dynamodb))
    timed.clock.now += LEASE_SECONDS
    assert timed.run()["queued"] == timed.work() == 1
    assert "61400000001" not in str(unpacked(cloud.dynamodb))
    assert (timed.next_due(), cloud.dead()) == (None, [])


# scheduled syncs


def test_a_sync_is_started_by_the_account_s_schedule(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("scheduled", token="t", sync_minutes=15)
    timed.lookup(account="scheduled")
    timed.lookup()
    assert timed.run() == {"queued": 0, "syncs": 1}
    (task,) = timed.queued()
    assert isinstance(task, PageTask)
    assert (task.account, task.page, task.until) == ("scheduled", 0, None)
    assert task.since == from_epoch(timed.clock.now - 15 * 60 - OVERLAP_SECONDS)
    assert timed.run()["syncs"] == 0
    timed.clock.now += 15 * 60 - 1
    assert timed.run()["syncs"] == 0
    timed.clock.now += 1
    assert timed.run()["syncs"] == 1
    again = [one for one in timed.queued() if isinstance(one, PageTask)]
    assert [one.sync_id for one in again] == [task.sync_id], "the first one is running still"


def test_without_a_schedule_or_a_use_no_sync_is_started(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("never-used", token="t", sync_minutes=1)
    timed.lookup()
    timed.clock.now += 59
    assert timed.run() == {"queued": 0, "syncs": 0}


def test_an_account_that_can_not_be_read_does_not_stop_the_others(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("broken", token="t")
    cloud.put_account("good", token="t", sync_minutes=1)
    timed.lookup(account="broken")
    timed.lookup(account="good")
    cloud.secrets.put_secret_value(SecretId="stack/cellcast/broken", SecretString="{}")
    make_anew("secrets")
    assert timed.run()["syncs"] == 1


def test_a_sync_every_hour_is_the_default_and_0_switches_it_off(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("usual", token="t")
    cloud.put_account("off", token="t", sync_minutes=0)
    for name in ("usual", "off"):
        timed.health.register("cellcast", name)
    assert timed.run()["syncs"] == 1
    (task,) = timed.queued()
    assert (task.account, task.since) == ("usual", from_epoch(timed.clock.now - HOUR - OVERLAP_SECONDS))
    timed.clock.now += HOUR - 1
    assert timed.run()["syncs"] == 0
    timed.clock.now += 1
    assert timed.run()["syncs"] == 1


def test_an_account_that_is_switched_on_is_found_within_ten_minutes(timed: Timed, cloud: Cloud) -> None:
    timed.health.register("cellcast", "default")
    assert timed.run()["syncs"] == 0
    cloud.secrets.put_secret_value(SecretId="stack/cellcast/default", SecretString='{"token": "t"}')
    make_anew("secrets")
    timed.clock.now += ASKED_AGAIN_SECONDS
    assert timed.run()["syncs"] == 1


def test_a_late_turn_reaches_back_to_the_one_before(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("scheduled", token="t", sync_minutes=15)
    timed.health.register("cellcast", "scheduled")
    timed.run()
    (task,) = timed.queued()
    timed.book.record(task, PageResult(0, 0, 0, None, last=True))
    began_at = timed.clock.now
    timed.clock.now += 10 * HOUR  # nothing ran meanwhile
    assert timed.run()["syncs"] == 1
    (task,) = timed.queued()
    assert task.since == from_epoch(began_at - OVERLAP_SECONDS)


@pytest.mark.parametrize(("days", "reaches_back"), [(3, 3), (30, 7)])
def test_an_account_that_was_unusable_for_days_is_listed_from_its_last_turn_on(
    timed: Timed, cloud: Cloud, days: int, reaches_back: int
) -> None:
    """However often it was asked in vain meanwhile; a week at most, as for any late turn."""
    cloud.put_account("daily", token="t", sync_minutes=24 * 60)
    timed.health.register("cellcast", "daily")
    timed.run()
    (task,) = timed.queued()
    timed.book.record(task, PageResult(0, 0, 0, None, last=True))
    cloud.secrets.put_secret_value(SecretId="stack/cellcast/daily", SecretString="{}")
    make_anew("secrets")
    timed.clock.now += 24 * HOUR
    due_at = timed.clock.now
    for _ in range(days * 6):
        assert timed.run()["syncs"] == 0
        timed.clock.now += 4 * HOUR
    cloud.secrets.put_secret_value(SecretId="stack/cellcast/daily", SecretString='{"token": "t", "sync_minutes": 1440}')
    make_anew("secrets")
    assert timed.run()["syncs"] == 1
    (task,) = timed.queued()
    late = min(timed.clock.now - due_at, reaches_back * 24 * HOUR)
    assert task.since == from_epoch(timed.clock.now - late - 24 * HOUR - OVERLAP_SECONDS)
    timed.book.record(task, PageResult(0, 0, 0, None, last=True))
    timed.clock.now += 24 * HOUR
    timed.run()
    (task,) = timed.queued()
    assert task.since == from_epoch(timed.clock.now - 24 * HOUR - OVERLAP_SECONDS)


@pytest.mark.parametrize("part", ["queue", "lock"])
@pytest.mark.parametrize("refusal", [StorageUnavailable("away", retry_after=2), StorageRefused("no right")])
def test_a_turn_whose_sync_could_not_be_queued_comes_again(
    timed: Timed, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, part: str, refusal: StorageError
) -> None:
    cloud.put_account("daily", token="t", sync_minutes=24 * 60)
    timed.health.register("cellcast", "daily")
    began_at = timed.clock.now
    timed.run()
    (task,) = timed.queued()
    timed.book.record(task, PageResult(0, 0, 0, None, last=True))
    timed.clock.now += 24 * HOUR

    def refuse(*_: Any) -> Any:
        raise refusal

    target: tuple[object, str] = (timed.book, "start") if part == "lock" else (TaskQueue, "send")
    with monkeypatch.context() as patch, suppress(StorageUnavailable):
        patch.setattr(*target, refuse)
        assert timed.run()["syncs"] == 0
    timed.clock.now += ASKED_AGAIN_SECONDS
    assert timed.run()["syncs"] == 1
    (task,) = timed.queued()
    assert task.since is not None
    assert task.since <= from_epoch(began_at)


def test_the_syncs_of_very_many_accounts_are_spread_and_each_gets_its_turn(
    timed: Timed, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"loc{number:04d}" for number in range(150)]
    for name in names:
        timed.health.register("cellcast", name)
    read: Counter[str] = Counter()

    class Secrets:
        def account(self, provider: str, name: str, keys: Any) -> Any:
            read[name] += 1
            return build(provider, name, {"token": "t"}, keys)

    put(secrets=Secrets())
    started = []
    for _ in range(60):
        started.append(timed.run()["syncs"])
        timed.clock.now += 60
    assert started[:4] == [SYNCS_PER_RUN, SYNCS_PER_RUN, 30, 0]
    assert read == Counter(names), "only what is due is read"
    assert sorted(task.account for task in timed.queued()) == names
    assert timed.run()["syncs"] == SYNCS_PER_RUN, "an hour later the first ones are due again"


def test_accounts_that_can_not_be_used_keep_no_other_from_its_turn(
    timed: Timed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(SYNCS_PER_RUN):
        timed.health.register("cellcast", f"bad{number:02d}")
    timed.health.register("cellcast", "good")

    class Secrets:
        def account(self, provider: str, name: str, keys: Any) -> Any:
            if name == "good":
                return build(provider, name, {"token": "t"}, keys)
            raise KeyError("a bug") if int(name[3:]) % 2 else UnknownAccount("gone")

    put(secrets=Secrets())
    assert timed.run()["syncs"] == 0
    assert timed.run()["syncs"] == 1
    assert [task.account for task in timed.queued()] == ["good"]


def test_a_run_that_has_no_time_left_starts_no_sync(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("usual", token="t")
    timed.health.register("cellcast", "usual")
    in_a_hurry = Context()
    in_a_hurry.get_remaining_time_in_millis = lambda: 9_999  # type: ignore[method-assign]
    assert reconcile_handler(CELLCAST, in_a_hurry)["syncs"] == 0
    assert timed.run()["syncs"] == 1


def test_a_location_that_is_not_known_makes_no_sync_of_highlevel(timed: Timed, cloud: Cloud) -> None:
    cloud.put_account("default", provider="highlevel", token="t")
    timed.health.register("highlevel", "default")
    assert reconcile_handler({"provider": "highlevel"}, Context()) == {"queued": 0, "syncs": 0}
    assert timed.queued() == []


def put_due(timed: Timed, pk: str, number: int) -> None:
    shard = {"due_shard": {"S": f"cellcast#{number % SHARDS}"}, "due_at": {"S": from_epoch(timed.clock.now - 1)}}
    timed.cloud.dynamodb.put_item(TableName="messages", Item={"pk": {"S": pk}, "sk": {"S": "message"}, **shard})


def test_rows_that_can_not_be_used_keep_no_other_back(timed: Timed) -> None:
    for number, pk in enumerate(("message#nonsense", "message#cellcast", "message#cellcast:default:a\nb")):
        put_due(timed, pk, number)
    for number in range(8):
        put_due(timed, f"message#cellcast:default:m{number}", number)
    assert timed.run()["queued"] == 8
    assert sorted(task.message_id for task in timed.queued()) == [f"m{number}" for number in range(8)]
    timed.clock.now += LEASE_SECONDS
    assert timed.run()["queued"] == 8


def test_what_is_leased_is_queued_even_if_the_next_lease_is_refused(
    timed: Timed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        put_due(timed, f"message#cellcast:default:m{number}", 0)
    lease = timed.index.lease
    leased: list[Any] = []

    def failing(due: Any) -> bool:
        if len(leased) == 2:
            raise StorageUnavailable("throttled")
        leased.append(due)
        return lease(due)

    monkeypatch.setattr(timed.index, "lease", failing)
    with pytest.raises(StorageUnavailable):
        timed.run()
    assert len(timed.queued()) == 2
    leased.clear()
    assert timed.run()["queued"] == 2, "the others are due still"


def test_syncs_are_started_even_if_what_is_due_can_not_be_read(
    timed: Timed, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.put_account("usual", token="t")
    timed.health.register("cellcast", "usual")

    def fail(*_: Any) -> Any:
        raise StorageUnavailable("throttled")

    monkeypatch.setattr(timed.index, "due", fail)
    with pytest.raises(StorageUnavailable):
        timed.run()
    assert [task.account for task in timed.queued()] == ["usual"]


def test_a_table_that_refuses_for_good_is_in_the_log_and_starts_no_sync(
    timed: Timed, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.put_account("usual", token="t")
    timed.health.register("cellcast", "usual")

    def refuse(*_: Any) -> Any:
        raise StorageRefused("no right to write")

    monkeypatch.setattr(timed.book, "is_time", refuse)
    assert timed.run() == {"queued": 0, "syncs": 0}


def test_a_row_whose_lease_is_refused_for_good_is_reported_after_the_others(
    timed: Timed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        put_due(timed, f"message#cellcast:default:m{number}", number)
    lease = timed.index.lease

    def failing(due: Any) -> bool:
        if due.message_id == "m0":
            raise StorageRefused("no right")
        return lease(due)

    monkeypatch.setattr(timed.index, "lease", failing)
    with pytest.raises(StorageRefused):
        timed.run()
    assert sorted(task.message_id for task in timed.queued()) == ["m1", "m2", "m3"]
