"""Ending a task alone: each error class says what becomes of it, and nothing that is not stored is acknowledged."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from message_detail.adapters.aws.message_store import Stored
from message_detail.domain.burst import Burst, Step
from message_detail.domain.errors import (
    InternalError,
    MessageDetailError,
    MessageNotFound,
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
    StorageUnavailable,
)
from message_detail.domain.journal import Step as Ended
from message_detail.domain.tasks import AnyTask, PageTask, RecountTask, RefusalTask, Task
from message_detail.domain.timeline import MessageState
from message_detail.services.message_tasks import Gathered, Worked
from message_detail.services.task_runner import HORIZON_SECONDS, Again, Delivered, TaskRunner, together
from tests.unit.samples import NATIVE_ID, NOW, T0, account, message, stand_in
from tests.unit.services.fakes import FakeQueue

TASK = Task(provider="cellcast", account="default", message_id=NATIVE_ID, via="webhook", received_at=T0)
PAGE = PageTask(provider="cellcast", account="default", sync_id="s" * 32, page=0, received_at=T0)
TRIES = 3


class FakeTasks:
    """Works on tasks as the test says: with an error, or well. Of several, the first is fresh."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.seconds: list[float] = []
        self.no_more: list[Task] = []

    def gather(self, tasks: Sequence[Task]) -> Gathered:
        burst = Burst(tasks, tasks[:1], MessageState(), MessageState(), Step.FETCH)
        return Gathered(account(), NATIVE_ID, Stored(MessageState(), 0), burst)

    def work(self, _gathered: Gathered, seconds: float) -> Worked:
        self.seconds.append(seconds)
        if self.error is not None:
            raise self.error
        return Worked(message())

    def told(self, error: ProviderError, _task: Task) -> ProviderError:
        return error

    def look_no_more(self, task: Task) -> None:
        self.no_more.append(task)


class FakeNotes:
    """Keeps what is noted."""

    def __init__(self) -> None:
        self.count = 0
        self.kept: list[RefusalTask] = []
        self.came: list[AnyTask] = []
        self.again: list[int] = []
        self.steps: list[tuple[str, str, int]] = []

    def dead(self) -> None:
        self.count += 1

    def refused(self, task: RefusalTask) -> None:
        self.kept.append(task)

    def received(self, tasks: Iterable[AnyTask]) -> None:
        self.came += tasks

    def duplicates(self, _task: Task, count: int) -> None:
        self.again.append(count)

    def failed(self, _task: AnyTask, step: Ended, code: str, tries: int) -> None:
        self.steps.append((step.value, code, tries))


class FakeRecounter:
    def __init__(self) -> None:
        self.counted: list[tuple[RecountTask, float]] = []

    def process(self, task: RecountTask, seconds: float) -> int:
        self.counted.append((task, seconds))
        return 1


class Runner:
    """The tasks of a provider without a list, and what was left behind."""

    def __init__(self, error: Exception | None = None) -> None:
        self.queue, self.notes, self.messages = FakeQueue(), FakeNotes(), FakeTasks(error)
        self.now = NOW
        self.recounter = FakeRecounter()
        parts = stand_in(self.messages), None, stand_in(self.queue), stand_in(self.notes), stand_in(self.recounter)
        self._runner = TaskRunner("cellcast", *parts, TRIES, lambda: self.now)

    def end(self, *tasks: AnyTask | str, tries: int = 1, seconds: float = 10.0) -> Again:
        """Works on a batch; the places in it of what stays on the queue."""
        bodies = [task if isinstance(task, str) else task.to_json() for task in tasks or (TASK,)]
        received, again = self._runner.receive(Delivered(str(place), body, tries) for place, body in enumerate(bodies))
        for met in together(received):
            again += self._runner.end(met, time.monotonic() + seconds)
        return again


def test_a_task_that_is_done_leaves_nothing() -> None:
    runner = Runner()
    runner.end()
    assert (runner.queue.sent, runner.queue.dead) == ([], [])


def test_a_refusal_is_kept_and_asks_for_nothing_else() -> None:
    runner, task = Runner(), RefusalTask(provider="cellcast", account="x", refused="signature_invalid", received_at=T0)
    assert runner.end(task) == []
    assert (runner.notes.kept, runner.queue.sent, runner.queue.dead, runner.messages.seconds) == ([task], [], [], [])


def test_a_recount_is_a_task_of_its_own() -> None:
    day = "2026-06-01"
    task = RecountTask(provider="cellcast", account="x", recount_id="r", day=day, last_day=day, received_at=T0)
    runner = Runner()
    assert runner.end(task, seconds=30) == []
    ((counted, seconds),) = runner.recounter.counted
    assert (counted, 0 < seconds <= 30, runner.queue.sent, runner.queue.dead) == (task, True, [], [])


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
    assert runner.notes.count == 1


@pytest.mark.parametrize("error", [ProviderBadAnswer("odd"), KeyError("a bug")], ids=repr)
def test_what_may_be_tried_again_stays_on_the_queue_until_its_last_try(error: Exception) -> None:
    runner = Runner(error)
    for tries in range(1, TRIES):
        assert runner.end(tries=tries) == ["0"]
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
    assert runner.end("no task", TASK) == ["0", "1"]
    assert runner.notes.count == 0


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
    assert runner.end(due) == ["0"]
    assert [task.message_id for task in runner.messages.no_more] == [NATIVE_ID]


def test_the_tasks_of_one_message_are_worked_on_together_and_those_of_others_apart() -> None:
    other, part = replace(TASK, message_id="other"), replace(TASK, part="p")
    elsewhere = replace(TASK, account="second")
    runner = Runner()
    assert runner.end(TASK, other, TASK, part, elsewhere, TASK) == []
    assert len(runner.messages.seconds) == 4


def test_of_a_failure_the_fresh_tasks_are_put_off_and_their_duplicates_are_over() -> None:
    runner = Runner(ProviderUnavailable("down"))
    assert runner.end(TASK, TASK, TASK) == []
    assert len(runner.queue.sent) == 1


def test_one_message_s_bug_holds_no_other_s_tasks_up() -> None:
    runner = Runner(KeyError("a bug"))
    assert runner.end(TASK, replace(TASK, message_id="other"), "no task") == ["0", "1"]
    assert [letter[0] for letter in runner.queue.dead] == ["no task"]


def test_a_bug_is_one_bug_however_many_tasks_meet_it(counted: Counter[str]) -> None:
    runner = Runner(KeyError("a bug"))
    assert runner.end(TASK, replace(TASK, event="0123456789abcdef", event_window=60)) == ["0"]
    assert counted["unexpected_errors"] == 1
