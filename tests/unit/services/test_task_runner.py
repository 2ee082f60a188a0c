"""Ending a task alone: each error class says what becomes of it, and nothing that is not stored is acknowledged."""

from __future__ import annotations

import time

import pytest

from message_detail.domain.errors import (
    InternalError,
    MessageDetailError,
    MessageNotFound,
    ProviderBadAnswer,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
    StorageUnavailable,
)
from message_detail.domain.tasks import PageTask, Task
from message_detail.services.messages import Processed
from message_detail.services.task_runner import HORIZON_SECONDS, Delivered, TaskRunner, TryAgain
from tests.unit.samples import NATIVE_ID, NOW, T0, message, stand_in
from tests.unit.services.fakes import FakeQueue

TASK = Task(provider="cellcast", account="default", message_id=NATIVE_ID, via="webhook", received_at=T0)
PAGE = PageTask(provider="cellcast", account="default", sync_id="s" * 32, page=0, received_at=T0)
TRIES = 3


class FakeMessages:
    """Processes a task as the test says: with an error, or well."""

    class provider:  # an attribute, as of the real one
        name = "cellcast"

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.seconds: list[float] = []
        self.no_more: list[Task] = []

    def process(self, _task: Task, seconds: float) -> Processed:
        self.seconds.append(seconds)
        if self.error is not None:
            raise self.error
        return Processed(message(), regressed=False, discrepant=False, seconds=1.0)

    def look_no_more(self, task: Task) -> None:
        self.no_more.append(task)


class FakeHealth:
    """Counts dead letters."""

    def __init__(self) -> None:
        self.count = 0

    def dead(self, _provider: str) -> None:
        self.count += 1


class Runner:
    """The tasks of a provider without a list, and what was left behind."""

    def __init__(self, error: Exception | None = None) -> None:
        self.queue, self.health, self.messages = FakeQueue(), FakeHealth(), FakeMessages(error)
        self.now = NOW
        parts = stand_in(self.messages), None, stand_in(self.queue), stand_in(self.health)
        self._runner = TaskRunner(*parts, TRIES, lambda: self.now)

    def end(self, task: Task | PageTask | str = TASK, tries: int = 1, seconds: float = 10.0) -> None:
        body = task if isinstance(task, str) else task.to_json()
        self._runner.end(Delivered("52fdfc07-2182-654f-163f-5f0f9a621d72", body, tries), time.monotonic() + seconds)


def test_a_task_that_is_done_leaves_nothing() -> None:
    runner = Runner()
    runner.end()
    assert (runner.queue.sent, runner.queue.dead) == ([], [])


def test_no_call_is_given_more_time_than_is_left() -> None:
    runner = Runner()
    runner.end(seconds=-1)
    assert runner.messages.seconds == [0.0]


@pytest.mark.parametrize("error", [ProviderUnavailable("down"), RateLimited("slowly", retry_after=9)], ids=str)
def test_what_has_to_wait_is_sent_anew_before_it_is_acknowledged(error: MessageDetailError) -> None:
    runner = Runner(error)
    runner.end(tries=TRIES + 5)
    (again,) = runner.queue.sent
    assert isinstance(again, Task)
    assert (again.message_id, again.deferrals) == (NATIVE_ID, 1)
    assert runner.queue.delays[0] >= (error.retry_after or 1)
    assert runner.queue.dead == []


def test_a_message_that_is_not_there_is_dropped() -> None:
    runner = Runner(MessageNotFound("gone"))
    runner.end()
    assert (runner.queue.sent, runner.queue.dead) == ([], [])


def test_what_must_not_be_tried_again_is_dead_at_once_with_its_reason() -> None:
    runner = Runner(ProviderRefused("wrong key"))
    runner.end()
    ((body, account, reason),) = runner.queue.dead
    assert (body, account, reason) == (TASK.to_json(), "default", "provider_refused: wrong key")
    assert runner.health.count == 1


@pytest.mark.parametrize("error", [ProviderBadAnswer("odd"), KeyError("a bug")], ids=repr)
def test_what_may_be_tried_again_stays_on_the_queue_until_its_last_try(error: Exception) -> None:
    runner = Runner(error)
    for tries in range(1, TRIES):
        with pytest.raises(TryAgain):
            runner.end(tries=tries)
    assert runner.queue.dead == []
    runner.end(tries=TRIES)
    assert len(runner.queue.dead) == 1


def test_a_bugs_text_which_may_quote_a_person_is_in_no_dead_letter() -> None:
    runner = Runner(KeyError("ada@example.com"))
    runner.end(tries=TRIES)
    assert runner.queue.dead[0][2] == f"{InternalError.code}: unexpected error"


@pytest.mark.parametrize("body", ["", "{}", "no json", "[]", TASK.to_json().replace('"cellcast"', '"samva"')])
def test_what_is_no_task_of_this_provider_is_dead_as_it_came(body: str) -> None:
    runner = Runner()
    runner.end(body)
    assert [letter[0] for letter in runner.queue.dead] == [body]


def test_what_is_not_taken_by_the_dead_letter_queue_stays_on_its_own() -> None:
    runner = Runner(ProviderRefused("wrong key"))
    runner.queue.refusal = StorageUnavailable("away")
    with pytest.raises(StorageUnavailable):
        runner.end()
    assert runner.health.count == 0


def test_storage_is_waited_for_three_days_and_no_longer() -> None:
    runner = Runner(StorageUnavailable("away"))
    runner.end()
    assert len(runner.queue.sent) == 1
    runner.now += HORIZON_SECONDS * 2
    runner.end()
    assert (len(runner.queue.sent), len(runner.queue.dead)) == (1, 1)


def test_a_page_of_a_provider_without_a_list_is_dead_and_no_bug() -> None:
    runner = Runner()
    runner.end(PAGE)
    assert [letter[2] for letter in runner.queue.dead] == ["invalid_request: cellcast has no list to walk"]


def test_a_message_that_is_due_and_can_not_be_worked_on_is_looked_at_no_more() -> None:
    due = Task(provider="cellcast", account="default", message_id=NATIVE_ID, via="reconcile", received_at=T0)
    runner = Runner(KeyError("a bug"))
    with pytest.raises(TryAgain):
        runner.end(due)
    assert [task.message_id for task in runner.messages.no_more] == [NATIVE_ID]
