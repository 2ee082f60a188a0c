"""Of the webhooks that are refused few are noted, however many come, and nothing that a stranger made up."""

from __future__ import annotations

import json

import pytest

from message_detail.domain.errors import StorageRefused, StorageUnavailable
from message_detail.domain.tasks import NO_NAME, RefusalTask, parse
from message_detail.services.refusal_sample import MOST, WINDOW_SECONDS, RefusalSample
from tests.unit.samples import NOW, T0, stand_in
from tests.unit.services.fakes import FakeQueue


class Sampled:
    """A container's sample, and what it queued."""

    def __init__(self) -> None:
        self.queue, self.now = FakeQueue(), NOW
        self._sample = RefusalSample(stand_in(self.queue), lambda: self.now)

    def take(self, account: str = "default", reason: str = "signature_invalid", size: int = 7) -> None:
        self._sample.take("cellcast", account, reason, size)

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [(task.account, task.refused) for task in self.queue.sent if isinstance(task, RefusalTask)]


def test_a_refusal_is_noted_without_a_word_of_the_body() -> None:
    sampled = Sampled()
    sampled.take(size=4_000_000)
    [task] = sampled.queue.sent
    assert json.loads(task.to_json()) == {
        "v": 1,
        "provider": "cellcast",
        "account": "default",
        "refused": "signature_invalid",
        "received_at": T0,
        "size": 4_000_000,
        "count": 1,
        "deferrals": 0,
    }
    assert parse(task.to_json()) == task


def test_a_flood_is_one_record_a_minute() -> None:
    sampled = Sampled()
    for _ in range(1_000):
        sampled.take()
    assert len(sampled.queue.sent) == 1
    sampled.now += WINDOW_SECONDS - 0.1
    sampled.take()
    sampled.take(reason="invalid_request")
    sampled.take("other")
    assert sampled.kinds == [
        ("default", "signature_invalid"), ("default", "invalid_request"), ("other", "signature_invalid")
    ]  # fmt: skip
    sampled.now += 0.1
    sampled.take()
    assert len(sampled.queue.sent) == 4


def test_what_is_let_through_stands_for_those_of_the_minute_before() -> None:
    sampled = Sampled()
    for minute, refusals in enumerate((100, 3, 0, 2)):
        sampled.now = NOW + minute * WINDOW_SECONDS
        for _ in range(refusals):
            sampled.take()
    counts = [task.count for task in sampled.queue.sent if isinstance(task, RefusalTask)]
    assert counts == [1, 100, 3]


def test_accounts_that_are_made_up_fill_neither_the_queue_nor_the_memory() -> None:
    sampled = Sampled()
    for number in range(10_000):
        sampled.take(f"made-up-{number}")
    assert len(sampled.queue.sent) == MOST
    assert len(sampled._sample._seen) == MOST


def test_a_clock_that_goes_back_begins_anew() -> None:
    sampled = Sampled()
    sampled.take()
    sampled.now -= 3_600
    sampled.take()
    assert len(sampled.queue.sent) == 2


@pytest.mark.parametrize(
    "name", ["jane@example.com", "a b", "x" * 65, "<script>", "a/b", "☃", "a#b", "a\nb"], ids=map(str, range(8))
)
def test_what_no_account_can_be_called_is_left_out(name: str) -> None:
    sampled = Sampled()
    sampled.take(name)
    assert sampled.kinds == [(NO_NAME, "signature_invalid")]


@pytest.mark.parametrize("refusal", [StorageUnavailable("down", retry_after=2), StorageRefused("no")], ids=str)
def test_a_queue_that_refuses_changes_nothing(refusal: StorageUnavailable | StorageRefused) -> None:
    sampled = Sampled()
    sampled.queue.refusal = refusal
    sampled.take()
    assert sampled.queue.sent == []
