"""The example events, in this process: each is what its function expects, and does what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest

from local.simulators import SIMULATORS
from message_detail import bootstrap, settings
from message_detail.adapters.aws import clients
from message_detail.domain.erasure import Erasure
from message_detail.domain.message import Message
from message_detail.services.callers import key_hash
from tests.example_events import KEY, PROMISES, event_names, first_message, load
from tests.unit.aws import world
from tests.unit.conftest import SHAPE
from tests.unit.container import Context, forget, put
from tests.unit.simulators.client import transport_to
from tests.unit.webhooks.schemes import SCHEMES_OF
from tools.make_events import ADDRESS_PROVIDER, API_KEY, EVENTS, ROOT, all_events, text_of

STACK = "stack"
ALL = [(folder, name) for folder, made in all_events().items() for name in made]
IN_THE_PAST = "2026-05-04T09:00:00.000Z"

every_event = pytest.mark.parametrize(("folder", "name"), ALL)


@dataclass
class Here:
    """This process with moto and a simulator around it, as the place of one function."""

    function: str

    def invoke(self, event: Mapping[str, Any]) -> Any:
        return import_module(self.function).handler(dict(event), Context())

    def fetch(self, provider: str, message_id: str) -> None:
        assert first_message(provider) == message_id
        answer = Here(f"functions.{provider}.lookup").invoke(load(provider, "lookup"))
        assert answer["statusCode"] == 200

    def make_due(self, provider: str, message_id: str) -> None:
        key = {"pk": {"S": f"message#{provider}:default:{message_id}"}, "sk": {"S": "message"}}
        due = {"due_shard": {"S": f"{provider}#0"}, "due_at": {"S": IN_THE_PAST}}
        clients.client("dynamodb").put_item(TableName="messages", Item=key | due)

    def stored(self, provider: str, message_id: str) -> Message | None:
        return bootstrap.services().store.read(f"{provider}:default:{message_id}").state.message

    def begin_erasure(self, erasure: Erasure) -> None:
        bootstrap.services().erasures.begin(erasure)

    def queued(self, queue: str) -> list[dict[str, Any]]:
        sqs, url = clients.client("sqs"), settings.settings().queue_url
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in found]


@pytest.fixture
def _container() -> Iterator[None]:
    """A container of its own but for the clients, before and after."""
    forget()
    yield
    forget()


@pytest.fixture
def place(folder: str, name: str, monkeypatch: pytest.MonkeyPatch, _container: None) -> Iterator[Here]:
    """What an event's function finds around it, with a simulator in the network's place."""
    provider = folder if folder in SIMULATORS else ADDRESS_PROVIDER
    simulator = SIMULATORS[provider]()
    account = simulator.account()
    with world():
        for variable, value in _resources(provider, account).items():
            monkeypatch.setenv(variable, value)
        put(transport=transport_to(simulator))
        yield Here(f"functions.{folder}.{_module(folder, name)}")


def _module(folder: str, name: str) -> str:
    """A function that is not per provider has several events."""
    return name if folder in SIMULATORS else "app"


def _resources(provider: str, account: Mapping[str, Any]) -> dict[str, str]:
    """Makes what the template makes; the environment that names it."""
    sqs, secrets = clients.client("sqs"), clients.client("secretsmanager")
    keys = {"keys": [{**KEY, "sha256": key_hash(API_KEY)}]}
    clients.client("s3").create_bucket(Bucket="contents")
    clients.client("dynamodb").create_table(TableName="messages", **SHAPE)
    secrets.create_secret(Name=f"{STACK}/{provider}/default", SecretString=json.dumps(account))
    secrets.create_secret(Name=f"{STACK}/api-keys", SecretString=json.dumps(keys))
    queue_url = sqs.create_queue(QueueName="tasks")["QueueUrl"]
    dead_url = sqs.create_queue(QueueName="dead")["QueueUrl"]
    return {
        "TABLE_NAME": "messages",
        "CONTENT_BUCKET": "contents",
        "STACK_NAME": STACK,
        "API_KEYS_SECRET": f"{STACK}/api-keys",
        "QUEUE_URL": queue_url,
        "EVENTS_QUEUE_URL": queue_url,
        "API_URL": "https://api.example.com",
        "QUEUE_URLS": f"{provider}={queue_url}",
        "DEAD_LETTER_QUEUE_URL": dead_url,
        "DEAD_LETTER_QUEUE_URLS": f"{provider}={dead_url}",
    }


@every_event
def test_file_is_what_the_tool_makes(folder: str, name: str) -> None:
    made = text_of(all_events()[folder][name])
    assert (EVENTS / folder / f"{name}.json").read_text(encoding="utf-8") == made


@pytest.mark.parametrize("folder", all_events())
def test_no_file_is_left_over(folder: str) -> None:
    assert event_names(EVENTS / folder) == sorted(all_events()[folder])


def test_every_function_has_an_event() -> None:
    folders = [path for path in (ROOT / "functions").iterdir() if any(path.glob("*.py"))]
    assert {path.name for path in EVENTS.iterdir() if path.is_dir()} == {path.name for path in folders}
    for provider in SIMULATORS:
        assert event_names(EVENTS / provider) == sorted(
            path.stem for path in (ROOT / "functions" / provider).glob("*.py")
        )


@every_event
def test_each_event_does_what_it_promises(place: Here, folder: str, name: str) -> None:
    PROMISES[name](place, folder)


@pytest.mark.parametrize(("folder", "name"), [(provider, "webhook") for provider in SIMULATORS])
def test_webhook_is_not_taken_in_without_its_proof(place: Here, folder: str, name: str) -> None:
    event = load(folder, name)
    del event["headers"][SCHEMES_OF[folder][0].proof]
    assert place.invoke(event)["statusCode"] == 401


@every_event
def test_routes_are_those_of_the_template(folder: str, name: str) -> None:
    event = load(folder, name)
    if event.get("version") != "2.0":
        return  # not of the HTTP API
    template = (EVENTS.parent / "template.yaml").read_text(encoding="utf-8")
    method, path = event["routeKey"].split(" ")
    assert event["requestContext"]["routeKey"] == event["routeKey"]
    assert re.search(rf'Method: {method},?\s+Path: "?{re.escape(path)}"?\s', template), event["routeKey"]
