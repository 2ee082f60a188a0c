"""Hours of trouble in seconds: the worker works by a clock of ours, and what it counts is put to the alarms.

The clock jumps from one delivery to the next. Alarms are read from template.yaml and evaluated as CloudWatch does.
"""

from __future__ import annotations

import heapq
import itertools
import json
from collections.abc import Callable
from typing import Any, Final

import pytest

from message_detail import bootstrap, observability
from message_detail.adapters.aws.throttle import Throttle
from message_detail.domain.tasks import AnyTask
from message_detail.domain.times import from_epoch
from tests.template.alarms import ALARMS, STACK, Name, Recorded, gone_off, name_of, resolved, watched
from tests.unit.conftest import table_of
from tests.unit.container import Context, forget, put
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.events import sqs
from tests.unit.entrypoints.test_worker import handler, task
from tests.unit.samples import says

START: Final = 1_800_000_000.0
HOUR: Final = 3_600
BATCH: Final = 10


class Queue:
    """A queue and its dead letters, by the clock of the simulation."""

    def __init__(self) -> None:
        self.waiting: list[tuple[float, int, str]] = []
        self.dead: list[str] = []
        self.now = START
        self._numbers = itertools.count()

    def send(self, sent: AnyTask, delay: float = 0) -> None:
        """A task that may be delayed: what `TaskQueue.send` does."""
        heapq.heappush(self.waiting, (self.now + delay, next(self._numbers), sent.to_json()))

    def dead_letter(self, body: str, account: str, reason: str) -> None:
        """A dead letter: what `TaskQueue.dead_letter` does."""
        self.dead.append(body)

    def batch(self, until: float) -> list[str]:
        """The next tasks that are delivered together; none when none is before `until`."""
        if not self.waiting or self.waiting[0][0] >= until:
            return []
        self.now = max(self.now, self.waiting[0][0])
        found: list[str] = []
        while self.waiting and self.waiting[0][0] <= self.now and len(found) < BATCH:
            found.append(heapq.heappop(self.waiting)[2])
        return found


class Simulation:
    """The worker of one provider, and what it counts."""

    def __init__(self, cloud: Cloud, logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("STACK_NAME", STACK)
        cloud.secrets.create_secret(Name=f"{STACK}/cellcast/default", SecretString=json.dumps({"token": "t"}))
        self.queue, self.recorded = Queue(), Recorded()
        self.vendor = cloud.vendor
        self._logged = logged
        throttle = Throttle(table_of(cloud.dynamodb), now=lambda: self.queue.now)
        forget()
        put(now=lambda: self.queue.now, queue=self.queue, throttle=throttle, transport=cloud.vendor.transport)

    def recover(self) -> None:
        """From now on the provider has every message that it is asked for."""
        self.vendor._answers = [lambda request: says(_id=request.url.path.rpartition("/")[2])]

    @property
    def passed(self) -> float:
        """Seconds since the start."""
        return self.queue.now - START

    def arrive(self, number: int) -> None:
        """A webhook's task that is queued now."""
        received_at = from_epoch(self.queue.now)
        self.queue.send(task(message_id=f"6a1c0de5f0aa11bb22cc33{number:02x}", via="webhook", received_at=received_at))

    def run(self, seconds: float) -> None:
        """Works off what is delivered within so many seconds."""
        until = self.queue.now + seconds
        while bodies := self.queue.batch(until):
            result = handler(sqs(*bodies), Context())
            assert result["batchItemFailures"] == []
            self._record()
        self.queue.now = until

    def _record(self) -> None:
        """What the invocation counted, and what AWS measures of it."""
        for line in self._logged().splitlines():
            document = json.loads(line)
            if "_aws" in document:
                self.recorded.add_document(document, self.passed)
        for metric, value in {"Errors": 0.0, "Throttles": 0.0, "Duration": 900.0}.items():
            self.recorded.add("AWS/Lambda", metric, self.passed, value, FunctionName="CellcastWorker")
        self.recorded.add("AWS/SQS", "ApproximateAgeOfOldestMessage", self.passed, 2.0, QueueName="CellcastQueue")
        dead = len(self.queue.dead)
        self.recorded.add(
            "AWS/SQS", "ApproximateNumberOfMessagesVisible", self.passed, dead, QueueName="CellcastDeadLetterQueue"
        )


@pytest.fixture
def simulation(cloud: Cloud, logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> Simulation:
    return Simulation(cloud, logged, monkeypatch)


def test_an_outage_of_two_hours_sets_off_the_alarms_on_waiting_and_no_others(simulation: Simulation) -> None:
    simulation.vendor.then(says(503))
    for number in range(4):
        simulation.arrive(number)
        simulation.run(HOUR / 2)
    assert gone_off(simulation.recorded, 2 * HOUR) == {"CellcastWaitingAlarm", "DeferredAlarm"}
    assert (len(simulation.queue.waiting), simulation.queue.dead) == (4, [])  # and nothing is lost


def test_an_outage_of_half_an_hour_sets_off_none(simulation: Simulation) -> None:
    simulation.vendor.then(says(503))
    simulation.arrive(0)
    simulation.run(HOUR / 2)
    simulation.recover()
    bootstrap.services().throttle.lift("cellcast", "default")  # the circuit goes by a clock that doesn't jump
    simulation.run(HOUR)
    assert gone_off(simulation.recorded, 2 * HOUR) == set()
    assert simulation.queue.waiting == []


def test_hours_of_traffic_without_trouble_set_off_none(simulation: Simulation) -> None:
    simulation.recover()
    for number in range(24):
        simulation.arrive(number)
        simulation.run(600)
    assert gone_off(simulation.recorded, 4 * HOUR) == set()


def test_refused_credentials_set_off_their_alarm_and_that_of_the_dead_letters(simulation: Simulation) -> None:
    simulation.vendor.then(says(401))
    simulation.arrive(0)
    simulation.run(HOUR)
    assert gone_off(simulation.recorded, HOUR) == {"CellcastRefusedAlarm", "CellcastDeadLetterAlarm"}


# --- each alarm by itself ----------------------------------------------------------------------------------------


def breaching(alarm: dict[str, Any], series: Name) -> Recorded:
    """Numbers of one series that are over an alarm's threshold for as long as it looks back."""
    recorded = Recorded()
    namespace, metric, dimensions = series
    minutes = alarm["EvaluationPeriods"] * alarm.get("Period", 300) // 60
    for minute in range(minutes):
        value = 10_000_000.0 if metric == "Duration" else float(resolved(alarm["Threshold"])) + 1
        recorded.add(namespace, metric, minute * 60.0, value, **dict(dimensions))
    return recorded


@pytest.mark.parametrize("name", ALARMS)
def test_each_series_that_an_alarm_watches_sets_it_off_and_no_other(name: str) -> None:
    alarm = ALARMS[name]
    for series in watched(alarm):
        assert gone_off(breaching(alarm, series), 2 * HOUR) == {name}


@pytest.mark.parametrize("name", [name for name, alarm in ALARMS.items() if alarm.get("Namespace") == "MessageDetail"])
def test_what_another_stack_counts_sets_off_none(name: str) -> None:
    alarm = ALARMS[name]
    namespace, metric, dimensions = name_of(alarm)
    others = frozenset((key, "other" if key == "stack" else value) for key, value in dimensions)
    series = (namespace, metric.replace(f"{STACK}-", "other-"), others)
    assert gone_off(breaching(alarm, series), 2 * HOUR) == set()


@pytest.mark.parametrize(
    ("metric", "number", "alarm"),
    [
        ("rejected_signature_invalid", 6, "SignatureAlarm"),
        ("rejected_unknown_account", 6, "UnknownAccountAlarm"),
        ("rejected_account_unusable", 1, "UnusableAccountAlarm"),
        ("failed_storage_refused", 1, "StorageRefusedAlarm"),
        ("unexpected_errors", 1, "UnexpectedErrorsAlarm"),
        ("drift", 1, "SamvaDriftAlarm"),
    ],
)
def test_what_a_function_counts_is_what_the_alarm_watches(
    metric: str, number: int, alarm: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the code that counts to the alarm, by what is really written."""
    monkeypatch.setenv("STACK_NAME", STACK)
    recorded = Recorded()
    for second in range(number):
        observability.count(metric)
        observability.flush("samva")
        (line,) = capsys.readouterr().out.splitlines()
        recorded.add_document(json.loads(line), float(second))
    assert gone_off(recorded, 2 * HOUR) == {alarm}
