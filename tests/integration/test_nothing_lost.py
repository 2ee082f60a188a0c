"""Five hundred webhooks, shuffled and partly doubled, while the providers' statuses move: all of it ends as the fold.

The fold is made without the system: a second set of simulators is walked through the same scripts by the provider's
own mapping, and the same deliveries are read by the provider's own webhook code.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from message_detail.domain.timeline import (
    MessageState,
    current,
    merge_all,
    merge_observations,
    state_from_answer,
    timeline,
)
from message_detail.domain.times import from_epoch
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.provider import Context, Provider
from message_detail.providers.base.webhook import Delivery, Webhook, build_tasks, verify
from message_detail.testing.schemes import address
from tests.integration.conftest import System
from tests.integration.driving import (
    PROVIDERS,
    Hook,
    calls,
    fixed_account,
    send_all,
    store_of,
    visibility,
    wait_for_empty_queues,
    without_circumstances,
)

MESSAGES: Final = 25
"""Of each provider; with four events each, 500 webhooks."""
EVENTS: Final = 4
DUPLICATES: Final = 0.3
FIRST_NUMBER: Final = 500_000

#: How the provider's message goes on, one step with each call; the scripts are dealt out in turn.
SCRIPTS: Final[dict[str, tuple[str, tuple[tuple[Any, ...], ...]]]] = {
    "carecloud": ("status", ((0, 5, 1, -1), (0, 1), (0, 1, 4, 0), (5, 0, 2))),
    "cellcast": (
        "status",
        (("queued", "sent", "delivered"), ("pending", "sent", "dead"), ("sent", "delivered", "sent"), ("blocked",)),
    ),
    "highlevel": (
        "status",
        (
            ("pending", "sent", "delivered", "read"),
            ("sent", "failed", "delivered"),
            ("scheduled", "sent", "undelivered"),
            ("delivered", "sent", "read", "delivered"),
        ),
    ),
    "portsip": ("delivery", (("SENT", "DELIVERED"), ("SENT", "ERR", "DELIVERED"), ("ERR",), ("DELIVERED", "SENT"))),
    "samva": (
        "status",
        (
            ("queued", "processing", "sent", "delivered"),
            ("processing", "sent", "failed"),
            ("sent", "delivered", "read", "sent"),
            ("sent", "bounced"),
        ),
    ),
}


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
        name, scripts = SCRIPTS[provider]
        for number in range(MESSAGES):
            message_id = _put(simulators[provider], number)
            words = scripts[number % len(scripts)]
            story = Story(provider, number, message_id, [{name: word} for word in words])
            simulators[provider].script(message_id, story.steps)
            story.hooks = [
                Hook(provider, *_EVENTS[provider](simulators[provider], message_id, words, event))
                for event in range(EVENTS)
            ]
            yield story


def _put(simulator: Simulator, number: int) -> str:
    return simulator.store.put("default", simulator.filler(FIRST_NUMBER + number))


# -- four different events about a message, as each provider tells them ------------------------------------

Made = tuple[dict[str, str], bytes]


def _relayed(simulator: Simulator, message_id: str, words: Sequence[Any], event: int) -> Made:
    """A relay may say more than the id; the bodies differ, so that none is taken for a repetition."""
    word = words[min(event, len(words) - 1)]
    return simulator.webhook(message_id, "many" if event % 2 else None, changes={"status": word, "event": event})


def _cellcast(simulator: Simulator, message_id: str, words: Sequence[Any], event: int) -> Made:
    if event == EVENTS - 1:
        return simulator.webhook(message_id, "receive")
    return simulator.webhook(message_id, changes={"status": ("queued", "sent", words[-1] + " ")[event]})


def _highlevel(simulator: Simulator, message_id: str, words: Sequence[Any], event: int) -> Made:
    return simulator.webhook(message_id, changes={"status": words[min(event, len(words) - 1)]})


def _samva(simulator: Simulator, message_id: str, words: Sequence[Any], event: int) -> Made:
    """Both generations; the first names an event only once, hence the ones that are no statuses."""
    if event < len(words):
        return simulator.webhook(message_id, f"message.{words[event]}", style="gen2" if event % 2 else "gen3")
    return simulator.webhook(message_id, f"message.note{event}")


_EVENTS: Final[dict[str, Callable[[Simulator, str, Sequence[Any], int], Made]]] = {
    "carecloud": _relayed,
    "cellcast": _cellcast,
    "highlevel": _highlevel,
    "portsip": _relayed,
    "samva": _samva,
}


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
    answers = _answers(providers.load(story.provider), story, twins)
    return merge_all([*answers, *(_observed(story, hook, simulator, received_at) for hook in story.hooks)])


def _answers(provider: Provider, story: Story, twins: Twins) -> Iterator[MessageState]:
    """What each call for the message would have told."""
    twin = twins.simulators[provider.name]
    settings = twin.account(fixed_account(twin))
    account = build(provider.name, "default", settings, provider.schema)
    for _ in range(EVENTS):
        document = twins.provider_client.fetch(provider, account, story.message_id, 10)
        yield state_from_answer(
            provider.normalize(document, Context(account, story.message_id, from_epoch(time.time())))
        )


def _observed(story: Story, hook: Hook, simulator: Simulator, received_at: float) -> MessageState:
    """What a delivery itself says of the status: nothing, unless it is signed."""
    provider = story.provider
    webhook: Webhook = import_module(f"message_detail.providers.{provider}.webhook").WEBHOOK
    account = build(provider, "default", simulator.account(), providers.account_schema(provider))
    verified = verify(webhook, Delivery(hook.body, hook.headers, {}, received_at, address(story.provider)), account)
    (task,) = build_tasks(verified, webhook.read(verified), provider)
    assert task.message_id == story.message_id
    return MessageState(events=merge_observations(Observation.model_validate(entry) for entry in task.observations))


def _told(record: MessageState) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    """Message and timeline without the times at which we learned of it all."""
    message = current(record)
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
        for event in timeline(record)
    ]
    return without_circumstances(message.as_json()), sorted(events, key=str)


def _failures(system: System, provider: str) -> list[str]:
    """The log lines of the provider's worker about tasks whose storing failed."""
    lines = system.stack.logs(f"{provider.capitalize()}Worker")
    return [line for line in lines if "storage_unavailable" in line]


def test_five_hundred_webhooks_end_as_the_fold_of_what_the_providers_said(
    system: System, simulators: dict[str, Simulator], twins: Twins
) -> None:
    stories = list(_stories(simulators))
    for story in stories:
        twin = twins.simulators[story.provider]
        _put(twin, story.number)
        twin.script(story.message_id, story.steps)
    unique = [hook for story in stories for hook in story.hooks]
    assert len(unique) == len({(hook.provider, hook.body) for hook in unique}) == 500
    draw = random.Random(20)
    deliveries = [*unique, *draw.sample(unique, round(len(unique) * DUPLICATES))]
    draw.shuffle(deliveries)
    before = {provider: len(_failures(system, provider)) for provider in PROVIDERS}
    with visibility(system.stack, 60):
        received_at = time.time()
        answers = send_all(system, deliveries)
        wait_for_empty_queues(system, 200)
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["accepted"] for answer in answers) == len(unique)
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
