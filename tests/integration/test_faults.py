"""Each provider under each fault, then recovery: nothing is lost, and only what stays unusable becomes a dead letter.

All cases run at the same time, each in an account of its own, so that no cool-down of one holds up another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import pytest

from local.simulators.base import Simulator
from tests.integration.conftest import System
from tests.integration.driving import (
    PROVIDERS,
    DeadLetter,
    Hook,
    add_account,
    calls,
    dead_letters,
    environment,
    fixed_account,
    record_of,
    send_all,
    visibility,
    wait_for_empty_queues,
    wait_until,
)

MESSAGES: Final = 2
"""Of each case. Each fails at most twice before it recovers, which stays below what opens a circuit (5)."""
FIRST_NUMBER: Final = 600_000
TRIES: Final = 3
"""Instead of the template's, since each but the last takes a whole visibility timeout."""
VISIBILITY_SECONDS: Final = 12
"""More than a worker may run, so that no task is received again while it is being worked on."""


@dataclass(frozen=True)
class Case:
    """A fault that hits each message so many times (None: for ever), and settings of fault and account."""

    name: str
    kind: str
    count: int | None = 2
    fault: dict[str, Any] = field(default_factory=dict)
    account: dict[str, Any] = field(default_factory=dict)


PASSING: Final = (
    Case("rate-limited", "rate_limited", 1),
    Case("retry-after", "rate_limited", 1, fault={"retry_after": 2, "retry_after_seconds": 2}),
    Case("unavailable", "unavailable"),
    Case("hang", "hang", 1, {"seconds": 3}, {"timeout_seconds": 1}),
    Case("reset", "reset"),
    Case("malformed", "malformed", 1),
    Case("wrong-id", "wrong_id", 1),
)
LASTING: Final = (Case("always-malformed", "malformed", None), Case("always-wrong-id", "wrong_id", None))
REASONS: Final = {
    "always-malformed": "provider_bad_answer",
    "always-wrong-id": "provider_bad_answer: the answer is about another message",
}


@dataclass(frozen=True)
class Story:
    """One message of a case at a provider."""

    provider: str
    case: Case
    message_id: str
    number: int

    @property
    def account(self) -> str:
        """The case's own account."""
        return f"fault-{self.case.name}"


@dataclass(frozen=True)
class Aftermath:
    """What is left once all is over: what the dead-letter queues hold, and how often providers were called."""

    stories: list[Story]
    dead: dict[str, dict[str, DeadLetter]]
    made: dict[tuple[str, str], int]

    def of(self, provider: str, case: Case) -> list[Story]:
        """The stories of a case."""
        return [story for story in self.stories if (story.provider, story.case) == (provider, case)]

    def lasting(self, provider: str) -> list[Story]:
        """The stories that end as dead letters."""
        return [story for case in LASTING for story in self.of(provider, case)]


@pytest.fixture(scope="module")
def aftermath(system: System) -> Iterator[Aftermath]:
    """All cases, run once; the faults that last are still set."""
    for simulator in system.simulators.values():
        simulator.reset()
    stories = [story for provider in PROVIDERS for story in _stories(system, provider)]
    workers = [f"{provider.capitalize()}Worker" for provider in PROVIDERS]
    with (
        visibility(system.stack, VISIBILITY_SECONDS),
        environment(system.stack, workers, MAX_RECEIVES=str(TRIES)),
    ):
        answers = send_all(system, [_hook(system, story) for story in stories])
        assert {answer.status_code for answer in answers} == {200}
        wait_for_empty_queues(system, 150)
    ids = [(story.provider, story.message_id) for story in stories]
    made = {one: calls(system, *one) for one in ids}
    yield Aftermath(stories, {provider: dead_letters(system, provider) for provider in PROVIDERS}, made)
    for simulator in system.simulators.values():
        simulator.reset()


def _stories(system: System, provider: str) -> Iterator[Story]:
    simulator, number = system.simulators[provider], FIRST_NUMBER
    for case in (*PASSING, *LASTING):
        add_account(system, provider, f"fault-{case.name}", **case.account)
        for _ in range(MESSAGES):
            number += 1
            message_id = simulator.store.put("default", simulator.filler(number))
            simulator.fault(case.kind, case.count, on="message", message_id=message_id, **case.fault)
            yield Story(provider, case, message_id, number)


def _hook(system: System, story: Story) -> Hook:
    simulator: Simulator = system.simulators[story.provider]
    headers, body = simulator.webhook(story.message_id, account=fixed_account(simulator))
    return Hook(story.provider, headers, body, account=story.account)


@pytest.mark.parametrize("case", PASSING, ids=lambda case: str(case.name))
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_fault_that_passes_loses_nothing(system: System, aftermath: Aftermath, provider: str, case: Case) -> None:
    for story in aftermath.of(provider, case):
        assert story.message_id not in aftermath.dead[provider]
        assert aftermath.made[provider, story.message_id] > (case.count or 0), "the fault was met"
        _is_whole(system, story)


@pytest.mark.parametrize("case", LASTING, ids=lambda case: str(case.name))
@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_stays_unusable_is_a_dead_letter_with_its_reason(
    system: System, aftermath: Aftermath, provider: str, case: Case
) -> None:
    for story in aftermath.of(provider, case):
        letter = aftermath.dead[provider][story.message_id]
        assert letter.reason.startswith(REASONS[case.name])
        # A busy machine answers too late once in a while: such a task is put off, and has all of its tries again.
        assert 1 < aftermath.made[provider, story.message_id] <= TRIES * (1 + letter.deferrals)
        assert record_of(system, provider, story.message_id, story.account).details is None


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nothing_else_is_dead(aftermath: Aftermath, provider: str) -> None:
    assert aftermath.dead[provider].keys() == {story.message_id for story in aftermath.lasting(provider)}


@pytest.fixture(scope="module")
def moved(system: System, aftermath: Aftermath) -> dict[str, Counter[str]]:
    """The dead letters of each provider that were sent anew once all have recovered, by reason; all are processed."""
    found: dict[str, Counter[str]] = {provider: Counter() for provider in PROVIDERS}
    for provider in PROVIDERS:
        system.simulators[provider].faults.clear()

    def redriven(provider: str) -> bool:
        """Letters that the tests themselves have just read stay hidden for a moment."""
        answer = system.post(f"/v1/providers/{provider}/redrive", json={})
        assert answer.status_code == 202, answer.text
        found[provider] += Counter(answer.json()["reasons"])
        return found[provider].total() >= len(aftermath.lasting(provider))

    for provider in PROVIDERS:
        wait_until(partial(redriven, provider), 20, "all dead letters are moved")
    wait_for_empty_queues(system, 60)
    return found


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_redrive_after_recovery_brings_it_back(
    system: System, aftermath: Aftermath, moved: dict[str, Counter[str]], provider: str
) -> None:
    lasting = aftermath.lasting(provider)
    assert moved[provider] == {"provider_bad_answer": len(lasting)}
    assert system.stack.dead(provider) == 0
    for story in lasting:
        _is_whole(system, story)


def _is_whole(system: System, story: Story) -> None:
    """The row is there, with the message's text and each status once."""
    record = record_of(system, story.provider, story.message_id, story.account)
    message = record.message
    assert message is not None, story
    assert message.body.text == f"Filler {story.number}"
    assert message.final or message.status == "sent"
    assert len(record.events) == len({event.status for event in record.events.values()}) <= 2
