"""Reconciliation: what is due is queued once, and after its horizon every row is as the provider has it."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from typing import Any

import httpx
import pytest

from message_detail import bootstrap
from message_detail.adapters.aws import clients
from message_detail.adapters.aws.due_index import LEASE_SECONDS, SHARDS, attributes
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.errors import StorageRefused, StorageUnavailable
from message_detail.domain.message import Via
from message_detail.domain.status import Outcome, Status
from message_detail.domain.tasks import Task
from message_detail.domain.times import from_epoch
from message_detail.entrypoints.reconcile import reconcile_handler
from message_detail.services.reconcile import PER_ROUND
from tests.unit.conftest import unpacked
from tests.unit.container import Context, make_anew, put
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.events import sqs
from tests.unit.entrypoints.timed import CELLCAST, HOUR, Timed, work
from tests.unit.samples import NATIVE_ID, NOW, says, stand_in


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
