"""What becomes of an event on its way to an endpoint."""

from __future__ import annotations

from typing import Any, Final

import pytest

from message_detail.adapters.aws.endpoint_states import EndpointStates
from message_detail.domain.errors import EndpointUnusable, NoSuchEndpoint, NotFound, StorageUnavailable
from message_detail.domain.events_out.retry_plan import DELAYS
from tests.unit.adapters.receiver import endpoint
from tests.unit.conftest import Clock, table_of, unpacked
from tests.unit.services.delivery_world import Sent, World, changed

DAY: Final = 86_400.0
HOUR: Final = 3_600.0


@pytest.fixture
def world(dynamodb: Any, clock: Clock) -> World:
    return World(dynamodb, clock)


def down(_: Sent) -> int | None:
    return None


def says(status: int) -> Any:
    return lambda _: status


def taken(world: World) -> list[str]:
    """The ids of the events that were answered with a success, in order."""
    return [one.event_id for one in world.log.newest(world.name) if one.status == "delivered"][::-1]


# --- all is well


def test_an_event_is_sent_at_once_and_logged(world: World) -> None:
    world.change(changed())
    world.work()
    assert [one.body["id"] for one in world.sent] == ["evt_1"]
    (logged,) = world.operations.attempts(world.name, 10)
    assert (logged.event_id, logged.status, logged.number, logged.status_code) == ("evt_1", "delivered", 1, 204)
    assert world.waiting.count(world.name) == 0
    assert world.states.get(world.name).last_success is not None


def test_a_success_costs_one_write_and_a_note_each_minute(world: World) -> None:
    for number in range(1, 6):
        world.change(changed(number))
    world.work()
    rows = [item["pk"]["S"].partition("#")[0] for item in unpacked(world.client)]
    assert sorted(rows) == ["endpoint", *["log"] * 5]


# --- it is down


def test_ten_attempts_at_the_times_of_the_plan_then_a_pause_and_a_resume_delivers(world: World) -> None:
    world.answers = down
    world.change(changed())
    world.pass_time(76 * HOUR)
    expected = [sum(DELAYS[: number + 1]) for number in range(len(DELAYS))]
    assert len(world.attempts()) == len(DELAYS)
    for at, planned in zip(world.attempts(), expected, strict=True):
        assert planned <= at <= planned + 180
    state = world.states.get(world.name)
    assert state.is_paused
    assert state.reason is not None
    assert state.reason.startswith("no success since")
    world.pass_time(10 * DAY)
    assert len(world.sent) == len(DELAYS)
    world.answers = says(200)
    world.operations.resume(world.name)
    world.pass_time(120)
    assert taken(world) == ["evt_1"]
    assert world.waiting.count(world.name) == 0


def test_a_short_wait_is_the_queues_and_exact(world: World) -> None:
    world.answers = down
    world.change(changed())
    world.pass_time(400)
    assert world.attempts() == [0.0, 5.0, 305.0]


def test_what_a_receiver_asks_for_is_heeded(world: World) -> None:
    world.answers, world.retry_after = says(503), 8.0
    world.change(changed())
    world.pass_time(60)
    assert world.attempts() == [0.0, 8.0]


def test_what_an_answer_of_another_kind_asks_for_is_not(world: World) -> None:
    world.answers, world.retry_after = says(400), 8.0
    world.change(changed())
    world.pass_time(60)
    assert world.attempts() == [0.0, 5.0]


def test_five_days_without_a_success_pause_it_and_nothing_is_lost(world: World) -> None:
    world.answers = down
    for number in range(1, 13):
        world.change(changed(number))
        world.pass_time(12 * HOUR)
    assert world.states.get(world.name).is_paused
    for number in range(13, 15):
        world.change(changed(number))
        world.pass_time(HOUR)
    world.answers = says(200)
    world.operations.resume(world.name)
    world.pass_time(HOUR)
    assert sorted(taken(world)) == sorted(f"evt_{number}" for number in range(1, 15))


def test_an_event_that_is_never_taken_while_others_are_is_given_up_and_can_be_replayed(world: World) -> None:
    world.answers = lambda sent: 500 if sent.event_id == "evt_1" else 200
    world.change(changed())
    for number in range(2, 10):
        world.pass_time(10 * HOUR)
        world.change(changed(number))
    world.pass_time(10 * HOUR)
    assert len(world.attempts()) == len(DELAYS)
    assert not world.states.get(world.name).is_paused
    assert world.waiting.count(world.name) == 0
    world.answers = says(200)
    failed = world.operations.find_all(world.name, "2026-06-01T00:00:00.000Z", None, failed_only=True)
    assert [event.id for event in failed] == ["evt_1"]
    assert world.operations.replay(world.name, failed) == 1
    world.work()
    assert taken(world)[-1] == "evt_1"


# --- it refuses


def test_410_pauses_it_and_what_met_it_goes_out_after_resume(world: World) -> None:
    world.answers = says(410)
    world.change(changed())
    world.work()
    world.change(changed(2))
    world.pass_time(2 * HOUR)
    assert world.attempts() == [0.0]
    assert world.states.get(world.name).reason == "the receiver says that it is gone (410)"
    assert world.operations.overview()[0].waiting == 2
    world.answers = says(200)
    world.operations.resume(world.name)
    world.pass_time(61)
    assert sorted(taken(world)) == ["evt_1", "evt_2"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 415])
def test_the_third_no_is_said_to_be_a_refusal(world: World, status: int) -> None:
    world.answers = says(status)
    world.change(changed())
    world.pass_time(10)
    assert world.states.get(world.name).last_error == f"answered {status}"
    world.pass_time(400)
    assert world.states.get(world.name).last_error == f"the receiver refuses ({status})"
    assert not world.states.get(world.name).is_paused


# --- by hand


def test_a_paused_endpoint_loses_nothing(world: World) -> None:
    assert world.operations.pause(world.name)
    assert not world.operations.pause(world.name)
    world.clock.now += 3
    for number in (1, 2, 3):
        world.change(changed(number))
    world.pass_time(DAY)
    assert world.sent == []
    assert [one.event.id for one in world.operations.waiting(world.name, 10)] == ["evt_1", "evt_2", "evt_3"]
    assert world.operations.resume(world.name)
    world.work()
    assert sorted(taken(world)) == ["evt_1", "evt_2", "evt_3"]


def test_resume_brings_forward_what_was_to_be_sent_later(world: World) -> None:
    world.answers = down
    world.change(changed())
    world.pass_time(HOUR)
    world.operations.pause(world.name)
    world.pass_time(60)
    world.answers = says(200)
    world.operations.resume(world.name)
    world.pass_time(120)
    assert taken(world) == ["evt_1"]


def test_what_waited_goes_out_by_a_container_that_has_not_heard_of_the_resume(world: World) -> None:
    world.operations.pause(world.name)
    world.change(changed())
    world.work()
    assert world.states.get(world.name).is_paused
    EndpointStates(table_of(world.client), world.clock).resume(world.name)
    world.rounds.queue_round(world.name)
    world.work()
    assert taken(world) == ["evt_1"]


def test_a_test_is_sent_also_to_one_that_is_paused_and_does_not_count(world: World) -> None:
    world.operations.pause(world.name)
    world.answers = says(500)
    event, attempt = world.operations.test(world.name)
    assert event.type.value == "message_detail.endpoint.test"
    assert attempt.error == "answered 500"
    assert world.waiting.count(world.name) == 0
    assert world.states.get(world.name).failing_since is None


def test_an_event_is_replayed_by_its_id(world: World) -> None:
    world.change(changed())
    world.work()
    assert world.operations.replay(world.name, world.operations.find(world.name, "evt_1")) == 1
    world.work()
    assert world.attempts() == [0.0, 0.0]
    with pytest.raises(NotFound, match="no event 'evt_9'"):
        world.operations.find(world.name, "evt_9")


def test_a_replay_of_what_waits_ends_its_waiting(world: World) -> None:
    world.answers = down
    world.change(changed())
    world.work()
    world.answers = says(200)
    world.operations.replay(world.name, world.operations.find(world.name, "evt_1"))
    world.work()
    assert world.waiting.count(world.name) == 0
    world.pass_time(HOUR)
    assert len(world.attempts()) == 2


def test_what_is_asked_of_no_endpoint_is_said_so(world: World) -> None:
    for ask in (world.operations.pause, world.operations.resume, world.operations.test):
        with pytest.raises(NoSuchEndpoint):
            ask("nobody")
    with pytest.raises(NoSuchEndpoint):
        world.operations.attempts("nobody", 1)


# --- its settings


def test_an_endpoint_that_is_gone_is_sent_nothing(world: World) -> None:
    world.answers = down
    world.change(changed())
    world.work()
    world.endpoints[f"{world.name}-2"] = endpoint(name=f"{world.name}-2")
    del world.endpoints[world.name]
    world.change(changed(2), world.name)
    world.pass_time(HOUR)
    assert len(world.sent) == 1
    assert world.waiting.count(world.name) == 0


def test_settings_that_cannot_be_used_hold_events_and_count_against_nobody(world: World) -> None:
    good = world.endpoints[world.name]
    world.endpoints[world.name] = EndpointUnusable("'secrets': number 1 is no secret")
    world.change(changed())
    world.pass_time(HOUR)
    assert world.sent == []
    world.endpoints[world.name] = good
    world.pass_time(HOUR)
    assert taken(world) == ["evt_1"]
    assert world.states.get(world.name).last_error is None


def test_what_the_endpoint_does_not_want_any_more_is_not_sent(world: World) -> None:
    world.change(changed(channel="sms"))
    world.endpoints[world.name] = endpoint(name=world.name, channels=["email"])
    world.work()
    assert world.sent == []


def test_latest_drops_what_is_older(world: World) -> None:
    world.endpoints[world.name] = endpoint(name=world.name, mode="latest")
    world.latest["samva:default:42"] = 3
    for number in (1, 2, 3):
        world.change(changed(number))
    world.work()
    assert taken(world) == ["evt_3"]


def test_latest_gives_up_what_waits_once_there_is_a_later_one(world: World) -> None:
    world.endpoints[world.name] = endpoint(name=world.name, mode="latest")
    world.answers = down
    world.change(changed(1))
    world.work()
    world.latest["samva:default:42"] = 2
    world.answers = says(200)
    world.change(changed(2))
    world.pass_time(HOUR)
    assert taken(world) == ["evt_2"]
    assert world.waiting.count(world.name) == 0


# --- faults of ours


def test_a_fault_of_ours_puts_the_task_off_and_counts_against_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise StorageUnavailable("down")

    with monkeypatch.context() as patch:
        patch.setattr(world.states, "get", refuse)
        world.change(changed())
        world.work()
    assert world.sent == []
    world.pass_time(60)
    assert taken(world) == ["evt_1"]
    assert world.states.get(world.name).last_error is None


def test_a_log_that_refuses_is_no_reason_to_send_it_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise StorageUnavailable("down")

    monkeypatch.setattr(world.log, "add", refuse)
    world.change(changed())
    world.pass_time(HOUR)
    assert world.attempts() == [0.0]


# --- many


def test_events_of_one_message_go_out_by_revision_and_a_dead_receiver_holds_nobody_up(world: World) -> None:
    other = f"{world.name}-dead"
    world.endpoints[other] = endpoint(name=other)
    world.answers = lambda sent: None if sent.endpoint == other else 204
    events = [changed(number) for number in (3, 1, 2)]
    from message_detail.domain.events_out.delivery import DeliveryTask

    world.batch([DeliveryTask(endpoint=name, event=event) for event in events for name in world.names()])
    assert [one.event_id for one in world.sent if one.endpoint == world.name] == ["evt_1", "evt_2", "evt_3"]
    assert world.waiting.count(other) == 3


def test_a_receiver_that_fails_on_and_on_is_called_rarely_until_it_recovers(world: World) -> None:
    world.answers = down
    for number in range(1, 41):
        world.change(changed(number))
    world.work()
    assert len(world.sent) == 10
    world.pass_time(10 * 60)
    assert len(world.sent) < 60
    assert world.waiting.count(world.name) == 40
    world.answers = says(200)
    world.pass_time(HOUR)
    assert len(taken(world)) == 40
