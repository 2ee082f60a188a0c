"""The way from a delivery to tasks can be gone in one direction only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from message_detail import providers
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.message import Observation
from message_detail.domain.message_ids import MAX_ID_BYTES
from message_detail.domain.seen_events import event_digest
from message_detail.domain.status import Status
from message_detail.domain.times import from_epoch, instant_or_none
from message_detail.providers.base import webhook
from message_detail.providers.base.webhook import (
    SIGNED_WINDOW_SECONDS,
    Event,
    Observed,
    Verified,
    build_tasks,
    read_event_id,
    verify,
)
from message_detail.testing import Signed
from message_detail.testing.schemes import delivery
from tests.unit.samples import message_task
from tests.unit.webhooks.schemes.samva import SAMVA_2

ROOT = Path(__file__).parents[3]
HEAVY = ("httpx", "pydantic", "phonenumbers", "boto3.s3")
HEAVY_PARTS = ("payload", "mapping", "provider")


def _verified(received_at: float | None = None) -> Verified:
    return verify(SAMVA_2.webhook, delivery(SAMVA_2.signed(at=received_at), received_at), SAMVA_2.account())


def test_delivery_is_not_verified_by_saying_so() -> None:
    with pytest.raises(TypeError):
        Verified(delivery(SAMVA_2.signed()), SAMVA_2.account(), "hmac_sha256")  # type: ignore[arg-type]


def test_only_what_is_verified_is_read_and_only_what_is_verified_becomes_tasks() -> None:
    assert get_type_hints(webhook.build_tasks)["verified"] is Verified
    assert webhook.Webhook.__annotations__["read"] == "Callable[[Verified], Event]"


def test_neither_body_nor_headers_are_shown() -> None:
    shown = repr(_verified())
    assert "up-0001" not in shown
    assert "sha256=" not in shown
    assert SAMVA_2.key not in shown


def test_tasks_hold_what_the_worker_needs() -> None:
    verified = _verified(1_800_000_000.25)
    observed = Observed(Status.DELIVERED, "delivered", "2026-05-04T09:15:03.000Z")
    event = Event(message_ids=("a", "b", "a"), event_id="e1", observed=observed)
    tasks = build_tasks(SAMVA_2.webhook, verified, event)
    assert [task.message_id for task in tasks] == ["a", "b"]
    assert {(task.provider, task.account, task.via) for task in tasks} == {("samva", "default", "webhook")}
    assert {(task.event, task.event_window) for task in tasks} == {(event_digest("e1", ""), SIGNED_WINDOW_SECONDS)}
    assert {task.received_at for task in tasks} == {"2027-01-15T08:00:00.250Z"}
    assert [message_task(task.to_json()).message_id for task in tasks] == ["a", "b"]
    observation = Observation.model_validate(tasks[0].observations[0])
    assert (observation.status, observation.status_native, observation.epoch) == (Status.DELIVERED, "delivered", 0)
    assert (observation.occurred_at, observation.observed_at) == (observed.occurred_at, tasks[0].received_at)
    assert observation.via == "webhook"


@pytest.mark.parametrize(
    ("ahead", "counts"), [(-86_400 * 30, True), (0, True), (299, True), (301, False), (10**8, False)]
)
def test_a_time_of_an_event_that_lies_in_the_future_is_no_time(ahead: float, counts: bool) -> None:
    """The moment of receipt stands in for it, and the task says what was told, so that drift can."""
    told = from_epoch(1_800_000_000 + ahead)
    event = Event(message_ids=("a",), observed=Observed(Status.DELIVERED, "delivered", told))
    [task] = build_tasks(SAMVA_2.webhook, _verified(1_800_000_000), event)
    assert task.observations[0]["occurred_at"] == (told if counts else task.received_at)
    assert task.future_time == (None if counts else told)
    assert message_task(task.to_json()) == task


def test_event_without_observation_makes_tasks_without() -> None:
    [task] = build_tasks(SAMVA_2.webhook, _verified(), Event(message_ids=("a",)))
    assert list(task.observations) == []
    assert "observations" not in json.loads(task.to_json())


@pytest.mark.parametrize("message_id", ["", "x" * (MAX_ID_BYTES + 1), "\ud800"])
def test_id_that_no_message_can_have_is_refused(message_id: str) -> None:
    with pytest.raises(InvalidRequest):
        build_tasks(SAMVA_2.webhook, _verified(), Event(message_ids=("a", message_id)))


@pytest.mark.parametrize(
    ("parts", "event_id"),
    [
        (("a", "b"), "a:b"),
        (("a", None), None),
        (("a", ""), None),
        (("a" * 256,), "a" * 256),
        (("a" * 257,), None),
    ],
)
def test_event_id_is_whole_and_short(parts: tuple[str | None, ...], event_id: str | None) -> None:
    assert read_event_id(*parts) == event_id


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2026-05-04T09:15:03.48Z", "2026-05-04T09:15:03.480Z"),
        ("2026-05-04T11:15:03+02:00", "2026-05-04T09:15:03.000Z"),
        ("2026-05-04T09:15:03", "2026-05-04T09:15:03.000Z"),
        ("9999-12-31T23:59:59Z", None),
        ("", None),
        ("soon", None),
        (1_800_000_000, "2027-01-15T08:00:00.000Z"),
        ({"_seconds": 1_800_000_000}, "2027-01-15T08:00:00.000Z"),
        (17, None),
        (None, None),
        ({}, None),
    ],
)
def test_only_a_readable_time_is_one(value: Any, instant: str | None) -> None:
    assert instant_or_none(value) == instant


def test_duplicate_header_has_both_values() -> None:
    both = delivery(Signed(b"", {"x": "1,2"}), time.time())
    assert both.header("x") == "1,2"
    assert both.header("y") is None
    assert both.received_at <= time.time()


def test_body_hash_is_that_of_the_raw_bytes() -> None:
    one, other = (webhook.body_hash(delivery(Signed(body))) for body in (b'{"a":1}', b'{"a": 1}'))
    assert one != other
    assert len(one) == 64


def test_received_at_is_a_canonical_time() -> None:
    [task] = build_tasks(SAMVA_2.webhook, _verified(), Event(message_ids=("a",)))
    assert task.received_at <= from_epoch(time.time())


@pytest.mark.parametrize("provider", providers.names())
def test_webhook_function_loads_nothing_heavy(provider: str) -> None:
    """Its cold start is on the provider's clock: neither the HTTP client, nor the schema, nor the phone numbers."""
    code = (
        f"import json, sys, functions.{provider}.webhook as f; assert f.handler; print(json.dumps(list(sys.modules)))"
    )
    path = os.pathsep.join([str(ROOT / "layers/message_detail/python"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout))
    parts = {f"message_detail.providers.{name}.{part}" for name in providers.names() for part in HEAVY_PARTS}
    others = {f"message_detail.providers.{name}" for name in providers.names() if name != provider}
    assert (
        loaded & {*HEAVY, "message_detail.domain.message", "message_detail.providers.base.provider", *parts, *others}
        == set()
    )
