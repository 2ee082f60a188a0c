"""Hundreds of webhooks, shuffled and partly doubled, while the providers' statuses move: all of it ends as the fold.

The fold is made without the system: a second set of simulators is walked through the same scripts by the provider's
own mapping, and the same deliveries are read by the provider's own webhook code.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

import httpx
import pytest

from local.simulators.base import Simulator
from local.simulators.server import serve
from message_detail import providers
from message_detail.adapters.access_tokens import SavedToken, Tokens
from message_detail.adapters.provider_client import ProviderClient
from message_detail.domain.message import Observation
from message_detail.domain.timeline import MessageState, merge_observations, state_from_answer
from message_detail.domain.times import from_epoch
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.provider import Context, Provider
from message_detail.providers.base.webhook import Delivery, Webhook, build_tasks, verify
from message_detail.testing.schemes import address
from tests.integration.conftest import System
from tests.integration.driving import (
    PROVIDERS,
    Hook,
    accepted,
    calls,
    fixed_account,
    send_all,
    store_of,
    visibility,
    wait_for_empty_queues,
    without_circumstances,
)
from tests.unit.samples import merge_all

MESSAGES: Final = 25
"""Of each provider."""
EVENTS: Final = 4
DUPLICATES: Final = 0.3
SECONDS_OF_EACH: Final = 40.0
"""In which the tasks of a provider are done, on a busy machine."""
FIRST_NUMBER: Final = 500_000


@dataclass
class Story:
    """One message: the steps of its script, and the deliveries about it."""

    provider: str
    number: int
    message_id: str
    steps: list[dict[str, Any]]
    hooks: list[Hook] = field(default_factory=list)


def _stories(simulators: Mapping[str, Simulator]) -> Iterator[Story]:
    for provider in PROVIDERS:
        simulator = simulators[provider]
        for number in range(MESSAGES):
            message_id = _put(simulator, number)
            words = simulator.histories[number % len(simulator.histories)]
            story = Story(provider, number, message_id, [{simulator.status_field: word} for word in words])
            simulator.script(message_id, story.steps)
            story.hooks = [Hook(provider, *simulator.tell(message_id, words, event)) for event in range(EVENTS)]
            yield story


def _put(simulator: Simulator, number: int) -> str:
    return simulator.store.put("default", simulator.filler(FIRST_NUMBER + number))


# -- the fold, without the system ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Twins:
    """Simulators that the system knows nothing of, and the one way out to them."""

    simulators: dict[str, Simulator]
    provider_client: ProviderClient


class _NoTokens:
    """A table without tokens; the accounts of the twins have fixed credentials and need none."""

    def read_token(self, account: Account) -> SavedToken | None:
        return None

    def take_lease(self, account: Account, owner: str, now: float, until: float) -> bool:
        raise AssertionError("no account of the twins logs in")

    def save_token(self, account: Account, token: SavedToken) -> None:
        raise AssertionError("no account of the twins logs in")

    def end_lease(self, account: Account, owner: str) -> None:
        raise AssertionError("no account of the twins logs in")


@pytest.fixture
def twins() -> Iterator[Twins]:
    """A second set of simulators, and the way to them."""
    with serve() as running, httpx.HTTPTransport() as transport:
        yield Twins(running.simulators, ProviderClient(Tokens(_NoTokens()), transport))


def _expected(story: Story, simulator: Simulator, twins: Twins, received_at: float) -> MessageState:
    made = len(simulator.requests("message", story.message_id))
    answers = _answers(providers.load(story.provider), story, twins, made)
    return merge_all([*answers, *(_observed(story, hook, simulator, received_at) for hook in story.hooks)])


def _answers(provider: Provider, story: Story, twins: Twins, made: int) -> Iterator[MessageState]:
    """What each of so many calls for the message has told."""
    twin = twins.simulators[provider.name]
    settings = twin.account(fixed_account(twin))
    account = build(provider.name, "default", settings, provider.schema)
    for _ in range(made):
        document = twins.provider_client.session(provider, account, 10).fetch(story.message_id)
        yield state_from_answer(
            provider.normalize(document, Context(account, story.message_id, from_epoch(time.time())))
        )


def _observed(story: Story, hook: Hook, simulator: Simulator, received_at: float) -> MessageState:
    """What a delivery itself says of the status: nothing, unless it is signed."""
    provider = story.provider
    webhook: Webhook = import_module(f"message_detail.providers.{provider}.webhook").WEBHOOK
    account = build(provider, "default", simulator.account(), providers.account_schema(provider))
    verified = verify(webhook, Delivery(hook.body, hook.headers, {}, received_at, address(story.provider)), account)
    (task,) = build_tasks(webhook, verified, webhook.read(verified))
    assert task.message_id == story.message_id
    return MessageState(events=merge_observations(Observation.model_validate(entry) for entry in task.observations))


def _told(record: MessageState) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    """Message and timeline without the times at which we learned of it all, and the tables that read it."""
    message = record.message
    assert message is not None
    events = [
        (
            event.status,
            event.status_native,
            event.occurred_at,
            event.epoch,
            event.reason,
            event.failure,
            event.confirmed,
        )
        for event in record.timeline
    ]
    return without_circumstances(message.with_provenance(mapping=None).as_json()), sorted(events, key=str)


def _failures(system: System, provider: str) -> list[str]:
    """The log lines of the provider's worker about tasks whose storing failed."""
    lines = system.stack.logs(f"{provider.capitalize()}Worker")
    return [line for line in lines if "storage_unavailable" in line]


def test_all_webhooks_end_as_the_fold_of_what_the_providers_said(
    system: System, simulators: dict[str, Simulator], twins: Twins
) -> None:
    stories = list(_stories(simulators))
    for story in stories:
        twin = twins.simulators[story.provider]
        _put(twin, story.number)
        twin.script(story.message_id, story.steps)
    unique = [hook for story in stories for hook in story.hooks]
    assert len(unique) == len({(hook.provider, hook.body) for hook in unique})
    draw = random.Random(20)
    deliveries = [*unique, *draw.sample(unique, round(len(unique) * DUPLICATES))]
    draw.shuffle(deliveries)
    before = {provider: len(_failures(system, provider)) for provider in PROVIDERS}
    with visibility(system.stack, 60):
        received_at = time.time()
        answers = send_all(system, deliveries)
        wait_for_empty_queues(system, SECONDS_OF_EACH * len(PROVIDERS))
    assert all(answer.is_success for answer in answers)
    for provider in PROVIDERS:
        its = [answer for answer, hook in zip(answers, deliveries, strict=True) if hook.provider == provider]
        assert sum(accepted(its, provider)) in (0, len(its)), provider
    assert [system.stack.dead(provider) for provider in PROVIDERS] == [0] * len(PROVIDERS)
    for provider in PROVIDERS:
        # Where the emulator's table failed under load, the task is fetched once more; on a calm machine none is.
        again = _failures(system, provider)[before[provider] :]
        assert calls(system, provider) <= MESSAGES * EVENTS + len(again), again
    store = store_of(system.stack)
    for story in stories:
        found = store.read(f"{story.provider}:default:{story.message_id}").state
        expected = _expected(story, simulators[story.provider], twins, received_at)
        assert _told(found) == _told(expected), story
