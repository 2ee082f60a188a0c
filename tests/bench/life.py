"""Write units of a message's whole life: looked up, announced as sent, delivered and read by webhook, looked at again.

Through the functions' use cases, on a clock that only this moves: each webhook is a batch of its own, and whatever is
queued is worked on at its time. The provider is a double that answers with the message as it stands, so that every
provider's message takes the same way.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final
from unittest.mock import patch

from local.simulators import SIMULATORS
from message_detail import bootstrap
from message_detail.adapters.aws.due_index import DueIndex
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.adapters.aws.throttle import Throttle
from message_detail.bootstrap import Services
from message_detail.domain.message import Body, Channel, Via
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.seen_events import event_digest
from message_detail.domain.status import Status
from message_detail.domain.tasks import Task
from message_detail.domain.times import from_epoch
from message_detail.entrypoints.reconcile import reconcile_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers import load
from message_detail.providers.base.provider import Context
from message_detail.settings import settings
from tests.bench.meter import Meter
from tests.bench.place import Place, new_table, store_of
from tests.bench.samples import TABLE, environment
from tests.bench.samples import Context as LambdaContext
from tests.unit.conftest import Clock, table_of
from tests.unit.entrypoints.events import sqs
from tests.unit.providers.listing_case import NOW, Site, drive
from tests.unit.samples import observation, stand_in
from tests.unit.services.fakes import FakeSecrets

ANNOUNCED: Final = ((2.0, Status.SENT), (5.0, Status.DELIVERED), (600.0, Status.READ))
"""Seconds after the first lookup, and the status that a webhook then tells and the provider's answer shows."""
CONFIRMED: Final = "confirmed"
"""How the steps begin in which a fetch confirms what was announced."""
QUIET_SECONDS: Final = 120.0
"""After this long nothing is under way any more."""
Counts = dict[str, Any]
SMS_WORDS: Final = 25
MAIL_WORDS: Final = 600
_SAID: Final = (
    "the your appointment at clinic on Tuesday has been moved to half past ten please reply YES to confirm or call "
    "us if this does not suit you parking is behind building we look forward to seeing you soon thank for booking "
    "with invoice attached payment received order shipped tracking number will arrive between noon and evening"
)


def messages() -> Iterator[tuple[str, NormalizedMessage]]:
    """Usual answers by name: a text message of each provider, a mail, and the largest that any simulator has."""
    held: list[NormalizedMessage] = []
    for name in SIMULATORS:
        site = Place(name).site
        (native_id,) = site.fill([1])
        yield name, _saying(_fetched(site, native_id), Body(text=_text(SMS_WORDS)))
        site.simulator.reset()
        held += (_fetched(site, one) for one in site.simulator.message_ids())
    mail = next(one for one in held if one.message.channel is Channel.EMAIL)
    html = f"<html><body><p>{_text(MAIL_WORDS)}</p></body></html>"
    yield "mail", _saying(mail, Body(text=_text(MAIL_WORDS), html=html))
    yield "largest", max(held, key=lambda one: len(json.dumps(one.message.as_json())))


def _fetched(site: Site, native_id: str) -> NormalizedMessage:
    document = drive(site.provider.retrieve(site.account, native_id), site.send)
    return site.provider.normalize(document, Context(site.account, native_id, NOW))


def _saying(answer: NormalizedMessage, body: Body) -> NormalizedMessage:
    return replace(answer, message=answer.message.model_copy(update={"body": body}))


def total(counted: Mapping[str, Counts]) -> int:
    """The write units of all steps."""
    return sum(step["write_units"] for step in counted.values())


def _text(words: int) -> str:
    return " ".join(random.Random(words).choices(_SAID.split(), k=words))


@dataclass
class Delayed:
    """An SQS client whose messages become visible at their time."""

    clock: Clock
    waiting: list[tuple[float, str]] = field(default_factory=list)
    sent: int = 0

    def send_message(self, *, MessageBody: str, DelaySeconds: int = 0, **_: Any) -> Mapping[str, Any]:
        """Keeps one."""
        self.waiting.append((self.clock() + DelaySeconds, MessageBody))
        self.sent += 1
        return {}

    def send_message_batch(self, *, Entries: list[Mapping[str, Any]], **_: Any) -> Mapping[str, Any]:
        """Keeps several."""
        for entry in Entries:
            self.send_message(**entry)
        return {}

    def visible(self, most: int) -> list[str]:
        """Takes so many of those that are visible now, the oldest first."""
        found = sorted(one for one in self.waiting if one[0] <= self.clock())[:most]
        for one in found:
            self.waiting.remove(one)
        return [body for _, body in found]

    def take(self, until: float) -> Iterator[str]:
        """Those that are visible by then, one after the other; the clock goes along."""
        while due := sorted(one for one in self.waiting if one[0] <= until):
            self.waiting.remove(due[0])
            self.clock.now = max(self.clock.now, due[0][0])
            yield due[0][1]
        self.clock.now = max(self.clock.now, until)


class Life:
    """One message's life at its provider. `counted` has what each of its steps asks of the table, in their order."""

    def __init__(self, answer: NormalizedMessage) -> None:
        self.counted: dict[str, Counts] = {}
        self._whole, self._message = answer, answer.message
        self._provider = load(answer.message.provider)
        self._worker = worker_handler(self._provider)
        self._clock = Clock()
        self._start = self._changed = self._clock()
        self._status = Status.QUEUED
        self._line = Delayed(self._clock)
        self._meter = Meter(new_table(), TABLE)

    def live(self) -> dict[str, Counts]:
        """From its first lookup to its last status."""
        with self._container() as services:
            self._look_up(services)
            for at, status in ANNOUNCED:
                self._work_until(self._start + at)
                self._status, self._changed = status, self._clock()
                with self._counted(status.value):
                    self._announce()
            self._work_until(self._clock() + QUIET_SECONDS)
        return self.counted

    def wait(self) -> dict[str, Counts]:
        """Looked up, and looked at again by itself, where nothing has changed."""
        with self._container() as services:
            self._look_up(services)
            self._clock.now += QUIET_SECONDS
            with self._counted("look"):
                reconcile_handler({"provider": self._provider.name}, LambdaContext())
                for body in self._line.take(self._clock()):
                    self._work(body)
        return self.counted

    @contextmanager
    def _counted(self, step: str) -> Iterator[None]:
        self._meter.reset()
        yield
        self.counted[step] = self._meter.found()

    def _look_up(self, services: Services) -> None:
        with self._counted("new"):
            services.messages(self._provider).lookup("default", self._message.provider_message_id, 0, 10)

    def _announce(self) -> None:
        """A webhook of this status, taken in and worked on."""
        at = from_epoch(self._clock())
        told = observation(self._status, at, via=Via.WEBHOOK, confirmed=False)
        self._work(
            Task(
                provider=self._provider.name,
                account="default",
                message_id=self._message.provider_message_id,
                via=Via.WEBHOOK.value,
                received_at=at,
                event=event_digest(self._status),
                event_window=3_600,
                observations=[told.model_dump(mode="json")],
            ).to_json()
        )

    def _work_until(self, moment: float) -> None:
        for body in self._line.take(moment):
            with self._counted(f"{CONFIRMED} after {self._clock() - self._start:.0f} s"):
                self._work(body)

    def _work(self, body: str) -> None:
        if self._worker(sqs(body), LambdaContext())["batchItemFailures"]:
            raise SystemExit(f"a task failed: {body}")

    def _fetch(self, *_: Any) -> NormalizedMessage:
        """The provider's answer."""
        at, changed = from_epoch(self._clock()), from_epoch(self._changed)
        message = self._message.with_status(self._status, self._status.value, None, None)
        message = message.with_provenance(fetched_at=at, source_updated_at=changed)
        seen = observation(self._status, at, occurred_at=changed, confirmed_at=at)
        return replace(self._whole, message=message, observations=(seen,))

    @contextmanager
    def _container(self) -> Iterator[Services]:
        """One container for all functions, on this life's clock."""
        with patch.dict("os.environ", environment("https://queue.example.com")):
            settings.cache_clear()
            services, table = Services(settings(), now=self._clock), table_of(self._meter)
            queue = TaskQueue(stand_in(self._line), "tasks", "dead")
            vars(services).update(
                table=table,
                store=store_of(self._meter, self._clock),
                queue=queue,
                queue_of=lambda _provider: queue,
                secrets=FakeSecrets(default=SIMULATORS[self._provider.name]().account()),
                due_index=DueIndex(table, now=self._clock),
                health=AccountHealth(table, now=self._clock),
                throttle=Throttle(table, now=self._clock),
            )
            messages = services.messages(self._provider)
            vars(messages)["_now"] = self._clock
            vars(messages.gateway)["fetch"] = self._fetch
            with patch.object(bootstrap, "services", lambda: services):
                yield services
        settings.cache_clear()
