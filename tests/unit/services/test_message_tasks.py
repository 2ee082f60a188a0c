"""The tasks of one message that meet in a batch: what they cost, and what becomes of the message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from message_detail.adapters.aws.fetch_leases import AGAIN_SECONDS, SLACK_SECONDS, FetchLeases
from message_detail.adapters.aws.message_store import SECONDS_PER_DAY
from message_detail.domain.errors import (
    AlreadyFetching,
    MessageDetailError,
    MessageNotFound,
    MessageNotYetFound,
    ProviderRefused,
    ProviderUnavailable,
    Redelivery,
    StorageUnavailable,
    UnknownAccount,
)
from message_detail.domain.message import FUTURE_TIME, Freshness, Via
from message_detail.domain.reconcile_policy import CONFIRM_GRACE_SECONDS, FixedSchedule
from message_detail.domain.seen_events import event_digest
from message_detail.domain.status import Status
from message_detail.domain.tasks import Task
from message_detail.domain.times import add_seconds, from_epoch
from message_detail.services.message_tasks import LAG_SECONDS
from tests.unit.conftest import TABLE, Clock, table_of
from tests.unit.samples import NATIVE_ID, T0, record, says
from tests.unit.services.test_messages import World


@pytest.fixture
def world(dynamodb: Any, s3: Any, clock: Clock, request: pytest.FixtureRequest) -> World:
    return World(dynamodb, s3, clock, f"t{abs(hash(request.node.nodeid))}"[:64])


def event(world: World, name: str, status: str | None = None, **changes: Any) -> Task:
    """The task of a webhook event that came in just now; with a status, of a verified one."""
    at = from_epoch(world.clock.now)
    told = [{"status": status, "status_native": status, "observed_at": at, "via": "webhook"}] if status else []
    fields = {"event": event_digest(name), "event_window": 600, "observations": told, **changes}
    return world.task("webhook", **fields)


def state(world: World) -> Any:
    return world.service.stored(world.account, NATIVE_ID).state


# --- what needs no call


def test_an_event_that_was_taken_in_before_costs_a_read_and_nothing_else(world: World) -> None:
    task = event(world, "e1")
    world.process(task)
    world.clock.now += 30
    world.dynamodb.made.clear()
    world.process(event(world, "e1"))
    assert (world.calls, len(world.dynamodb.made)) == (1, 1)


def test_after_its_window_the_same_words_are_news(world: World) -> None:
    world.process(event(world, "e1"))
    world.clock.now += 601
    world.process(event(world, "e1"))
    assert world.calls == 2


def test_an_event_under_a_known_id_that_tells_a_new_status_is_none_that_was_taken_in(world: World) -> None:
    world.process(event(world, "e1", "sent"))
    world.clock.now += 30
    world.process(event(world, "e1", "delivered"))
    assert state(world).message.status is Status.DELIVERED


def test_events_that_meet_are_one_call(world: World, counted: Counter[str]) -> None:
    world.process(event(world, "e1"), event(world, "e2"), event(world, "e1"), world.task("refresh"))
    assert world.calls == 1
    assert (counted["fetched"], counted["coalesced"], counted["duplicates"]) == (1, 2, 1)


def test_an_event_that_was_received_before_an_answer_that_shows_it_needs_no_call(world: World) -> None:
    first, second = event(world, "e1"), event(world, "e2", "sent")
    world.clock.now += 1
    world.process(first)
    world.process(second)
    assert world.calls == 1


def test_an_event_of_before_an_answer_that_does_not_show_it_is_confirmed(world: World) -> None:
    late = event(world, "e2", "delivered")
    world.clock.now += 1
    world.process(event(world, "e1"))
    world.process(late)
    assert world.calls == 1
    (confirming,) = world.queue.sent
    assert isinstance(confirming, Task)
    assert confirming.confirms


# --- announced, and confirmed once


def burst(world: World) -> Task:
    """Three verified events of a known message within a few seconds; the confirming task that they leave."""
    world.lookup()
    for name, status in (("e1", "sent"), ("e2", "sent"), ("e3", "delivered")):
        world.clock.now += 2
        world.process(event(world, name, status))
    (confirming,) = world.queue.sent
    assert isinstance(confirming, Task)
    return confirming


def test_a_verified_status_of_a_known_message_shows_at_once_and_a_burst_is_confirmed_by_one_call(world: World) -> None:
    confirming = burst(world)
    assert (world.calls, world.queue.delays) == (1, [15.0])
    assert confirming.received_at == add_seconds(T0, 2 + 15)
    assert state(world).message.status is Status.DELIVERED
    assert not state(world).discrepant
    world.clock.now += 15
    world.vendor.then(says(status="delivered"))
    world.process(confirming)
    assert world.calls == 2
    assert (state(world).is_confirmed, state(world).awaits_confirmation) == (True, False)
    assert len(world.queue.sent) == 1


def test_what_the_confirming_answer_does_not_show_is_a_discrepancy_from_then_on(world: World) -> None:
    confirming = burst(world)
    world.clock.now += 1
    world.lookup(max_age=0)
    assert not state(world).discrepant
    world.clock.now += 15
    world.process(confirming)
    assert state(world).discrepant


def test_what_the_provider_does_not_know_once_the_confirming_fetch_is_made_is_a_discrepancy(world: World) -> None:
    confirming = burst(world)
    world.clock.now += 15
    world.vendor.then(httpx.Response(404))
    with pytest.raises(MessageNotFound):
        world.process(confirming)
    assert state(world).awaits_confirmation, "the provider may lag behind its webhooks"
    world.clock.now += LAG_SECONDS + 1
    world.vendor.then(httpx.Response(404))
    with pytest.raises(MessageNotFound):
        world.process(confirming.deferred())
    assert state(world).discrepant


def test_a_fetch_that_is_not_the_planned_one_settles_nothing(world: World) -> None:
    confirming = burst(world)
    world.clock.now += 1
    world.process(world.task("reconcile"))
    assert not state(world).discrepant
    world.clock.now += 12.5
    world.process(event(world, "e4", "read"))
    world.clock.now += 0.5
    world.process(confirming)
    assert not state(world).discrepant


def test_what_is_announced_beside_a_look_at_what_is_due_is_confirmed_as_a_webhooks(world: World) -> None:
    due = world.task("reconcile")
    world.clock.now += 1
    world.lookup()
    world.clock.now += 1
    world.process(due, event(world, "e1", "delivered"))
    (confirming,) = world.queue.sent
    assert isinstance(confirming, Task)
    assert confirming.via == "webhook"


def test_a_burst_after_the_confirming_fetch_gets_one_of_its_own(world: World) -> None:
    confirming = burst(world)
    world.clock.now += 15
    world.process(confirming)
    world.process(event(world, "e4", "delivered"))
    world.process(event(world, "e5", "failed"))
    assert len(world.queue.sent) == 2


def test_a_confirmation_that_was_lost_is_made_up_for_when_the_message_is_due(world: World) -> None:
    confirming = burst(world)
    key = {"pk": {"S": f"message#cellcast:{world.name}:{NATIVE_ID}"}, "sk": {"S": "message"}}
    due_at = world.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]["due_at"]["S"]
    assert confirming.received_at < due_at <= add_seconds(confirming.received_at, CONFIRM_GRACE_SECONDS)
    world.clock.now += 15 + CONFIRM_GRACE_SECONDS
    world.process(world.task("reconcile"))
    assert world.calls == 2
    assert not state(world).awaits_confirmation
    world.vendor.then(says(status="delivered"))
    world.clock.now += 1
    world.process(confirming)
    assert state(world).is_confirmed


def test_a_queue_that_refuses_the_confirmation_costs_no_status(world: World) -> None:
    world.lookup()
    world.queue.refusal = StorageUnavailable("away")
    world.process(event(world, "e1", "delivered"))
    assert state(world).message.status is Status.DELIVERED
    assert state(world).awaits_confirmation


def test_with_confirm_after_seconds_0_each_announcement_is_fetched_at_once(world: World) -> None:
    object.__setattr__(world.account, "confirm_after_seconds", 0.0)
    world.lookup()
    world.clock.now += 1
    world.process(event(world, "e1", "delivered"))
    assert (world.calls, world.queue.sent) == (2, [])


def test_a_plan_of_a_clock_that_was_ahead_holds_no_confirmation_back(world: World) -> None:
    world.lookup()
    world.clock.now += 300
    world.process(event(world, "e1", "sent"))
    world.clock.now -= 240
    world.process(event(world, "e2", "delivered"))
    assert len(world.queue.sent) == 2


def test_a_status_of_a_known_message_is_stored_before_a_call_that_may_hang(world: World) -> None:
    world.lookup()
    world.vendor.then(httpx.ReadTimeout("slow"))
    world.clock.now += 1
    with pytest.raises(MessageDetailError):
        world.process(event(world, "e1", "delivered"), world.task("refresh"))
    assert state(world).message.status is Status.DELIVERED


def test_events_whose_fetch_failed_are_no_duplicates_when_they_come_again(world: World) -> None:
    world.vendor.then(httpx.Response(503))
    task = event(world, "e1")
    with pytest.raises(ProviderUnavailable):
        world.process(task)
    world.vendor.then(says())
    world.process(task.deferred())
    assert world.calls == 2
    assert state(world).message is not None


def test_a_confirming_fetch_that_fails_is_still_awaited(world: World) -> None:
    confirming = burst(world)
    world.clock.now += 15
    world.vendor.then(httpx.Response(503))
    with pytest.raises(ProviderUnavailable):
        world.process(confirming)
    assert state(world).awaits_confirmation


# --- the same event in two workers' hands


def meanwhile(act: Callable[[], object]) -> Callable[[httpx.Request], httpx.Response]:
    """An answer that takes as long as something else happens."""

    def answer(_request: httpx.Request) -> httpx.Response:
        act()
        return says()

    return answer


def test_an_event_that_two_workers_got_at_once_is_one_call(world: World) -> None:
    first, second = event(world, "e1"), event(world, "e1")
    both = world.tasks.gather([first]), world.tasks.gather([second])

    def other_worker() -> None:
        with pytest.raises(AlreadyFetching):
            world.tasks.work(both[1], 10)

    world.vendor.then(meanwhile(other_worker), says())
    world.tasks.work(both[0], 10)
    assert world.calls == 1
    world.clock.now += AGAIN_SECONDS
    world.process(second.deferred())
    assert world.calls == 1


def test_another_event_of_the_message_is_not_held_up(world: World) -> None:
    other = world.tasks.gather([event(world, "e2")])
    world.vendor.then(meanwhile(lambda: world.tasks.work(other, 10)), says())
    world.process(event(world, "e1"))
    assert world.calls == 2


def test_an_event_of_during_a_call_may_not_be_in_its_answer(world: World) -> None:
    late: list[Task] = []

    def meanwhile_it_happens() -> None:
        world.clock.now += 2
        late.append(event(world, "e2"))
        world.clock.now += 3

    world.vendor.then(meanwhile(meanwhile_it_happens), says(text="new"))
    world.process(event(world, "e1"))
    world.clock.now += 1
    world.process(*late)
    assert world.calls == 2


def test_the_same_words_after_their_window_are_news_in_one_batch_as_well(world: World) -> None:
    first = event(world, "e1", event_window=120)
    world.clock.now += 10
    world.lookup()
    world.clock.now += 190
    world.process(first, event(world, "e1", event_window=120))
    assert world.calls == 2


def test_a_thread_that_is_wanted_while_a_fetch_without_it_is_planned_is_queued_too(world: World) -> None:
    world.lookup()
    world.clock.now += 1
    world.process(event(world, "e1", "sent"))
    world.clock.now += 1
    world.process(event(world, "e2", "delivered", thread=True))
    planned, with_thread = world.queue.sent
    assert isinstance(planned, Task)
    assert isinstance(with_thread, Task)
    assert (planned.thread, with_thread.thread) == (False, True)
    assert planned.received_at == with_thread.received_at


def test_a_queue_that_refuses_a_threads_task_leaves_its_events_to_come_again(world: World) -> None:
    world.lookup()
    world.clock.now += 1
    world.queue.refusal = StorageUnavailable("away")
    wanted = event(world, "e1", "sent", thread=True)
    with pytest.raises(StorageUnavailable):
        world.process(wanted)
    assert state(world).message.status is Status.SENT
    world.queue.refusal = None
    world.process(wanted)
    assert [task.thread for task in world.queue.sent if isinstance(task, Task)] == [True]


def test_a_lease_of_a_worker_that_died_runs_out(world: World) -> None:
    leases = FetchLeases(table_of(world.dynamodb), "cellcast", now=world.clock)
    task = event(world, "e1")
    with leases.held(task.id, task.event, 10):
        pass
    with pytest.raises(AlreadyFetching):
        world.process(task)
    world.clock.now += 10 + SLACK_SECONDS + 1
    world.process(task)
    assert world.calls == 1


# --- fetched


def test_a_task_stores_the_message(world: World) -> None:
    done = world.process(world.task("webhook"))
    assert done.message is not None
    assert done.message.provenance.via is Via.WEBHOOK


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
    done = world.process(world.task(observations=[DELIVERED]))
    assert done.message is not None
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
        world.process(world.task(observations=[DELIVERED]))
    (event,) = world.service.timeline(world.name, NATIVE_ID)
    assert event.status is Status.DELIVERED


def test_a_message_stays_due_when_a_webhook_comes_whose_fetch_is_refused(world: World) -> None:
    key = {"pk": {"S": f"message#cellcast:{world.name}:{NATIVE_ID}"}, "sk": {"S": "message"}}
    world.lookup()
    due_at = world.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]["due_at"]
    world.vendor.then(httpx.Response(403))
    with pytest.raises(ProviderRefused):
        world.process(world.task())
    assert world.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]["due_at"] == due_at


def test_a_webhooks_time_in_the_future_is_drift(world: World) -> None:
    told = "2099-01-01T00:00:00.000Z"
    done = world.process(world.task(future_time=told))
    assert done.message is not None
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
            world.process(task)
        told = world.tasks.told(caught.value, task)
        if not isinstance(told, MessageNotYetFound):
            break
        assert told.redelivery is Redelivery.LATER
        delays.append(told.retry_after or 0)
        world.clock.now += delays[-1]
        task = task.deferred()
    assert told.redelivery is Redelivery.DROP
    assert delays[:4] == [5, 10, 20, 40]
    assert LAG_SECONDS <= sum(delays) <= LAG_SECONDS + 45


def test_not_found_of_a_refresh_is_final(world: World) -> None:
    world.vendor.then(httpx.Response(404))
    with pytest.raises(MessageNotFound) as caught:
        world.process(world.task("refresh"))
    assert caught.value.redelivery is Redelivery.DROP


def test_what_has_expired_is_not_looked_at_again_by_itself(world: World) -> None:
    """It waits for its deletion; fetched once more, it would be kept for another retention."""
    world.service.store.add(
        f"cellcast:{world.name}:{NATIVE_ID}", record(Status.SENT), schedule=FixedSchedule(T0), retention_days=1
    )
    world.clock.now += SECONDS_PER_DAY
    with pytest.raises(MessageNotFound):
        world.process(world.task(via="reconcile"))
    assert world.vendor.requests == []
    key = {"pk": {"S": f"message#cellcast:{world.name}:{NATIVE_ID}"}, "sk": {"S": "message"}}
    assert "due_at" not in world.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
    assert world.lookup().provenance.freshness is Freshness.LIVE


def test_a_message_of_an_account_that_is_gone_is_due_no_more_whichever_task_comes_first(world: World) -> None:
    world.service.store.add(f"cellcast:gone:{NATIVE_ID}", record(Status.SENT), schedule=FixedSchedule(T0))
    webhook, due = replace(world.task(), account="gone"), replace(world.task("reconcile"), account="gone")
    with pytest.raises(UnknownAccount):
        world.tasks.gather([webhook, due])
    key = {"pk": {"S": f"message#cellcast:gone:{NATIVE_ID}"}, "sk": {"S": "message"}}
    assert "due_at" not in world.dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
