"""What `sam build` makes, and the built functions under AWS's emulator, with the running system around them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from local.emulator import ROOT_CREDENTIALS
from local.sam_local.session import deployed
from message_detail.adapters.aws.erasures import Erasures
from message_detail.domain.erasure import Erasure
from message_detail.domain.message import Message
from message_detail.services.callers import key_hash
from tests import rie
from tests.built import BUILD_SECONDS, architectures, build, reason_against
from tests.example_events import ACCOUNT, KEY
from tests.integration.driving import row_of, workers_paused
from tests.rie import ARCHITECTURE, Answer, Rie, functions_of
from tests.running import KEYS, System
from tools.make_events import API_KEY

IN_THE_PAST: Final = "2026-05-04T09:00:00.000Z"

Build = Callable[[str], Path]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The first tests here wait for a build. Where nothing can be built, one line says so for all of them."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.timeout(BUILD_SECONDS + 200))
    if here and (reason := reason_against() or rie.reason_against()):
        here[0].add_marker(pytest.mark.skip(f"no built function is tested: {reason}"))
        others = set(here[1:])
        config.hook.pytest_deselected(items=here[1:])
        items[:] = [item for item in items if item not in others]


@pytest.fixture(scope="session")
def built() -> Iterator[Build]:
    """`built("arm64")`: the folder of the functions and the layer as `make build` makes them for an architecture."""
    with ThreadPoolExecutor() as pool:
        builds = {architecture: pool.submit(build, architecture) for architecture in architectures()}
        yield lambda architecture: builds[architecture].result()


@pytest.fixture(scope="module")
def system(built: Build, _running_system: System) -> Iterator[System]:
    """The running system, whose workers rest and which knows the key of the example events."""
    stack = _running_system.stack
    keys = [key.stored() for key in KEYS.values()]
    with workers_paused(_running_system), ExitStack() as afterwards:
        afterwards.callback(stack.put_secret, "api-keys", {"keys": keys})
        stack.put_secret("api-keys", {"keys": [*keys, {**KEY, "sha256": key_hash(API_KEY)}]})
        yield _running_system


@pytest.fixture
def empty(system: System) -> System:
    """The running system with nothing stored or queued, and no fault at a provider."""
    system.empty_queues()
    system.empty_table()
    for simulator in system.simulators.values():
        simulator.reset()
    return system


@pytest.fixture(scope="module")
def start(built: Build, system: System) -> Callable[..., Rie]:
    """`start("SamvaLookup")`: a built function, not yet entered, in the environment that it is deployed with.

    without: variables that it doesn't get. timeout: its own instead of the template's, in seconds.
    """
    functions = functions_of(built(ARCHITECTURE))
    environments = deployed(system.stack)
    user, secret = ROOT_CREDENTIALS
    aws = {"AWS_ACCESS_KEY_ID": user, "AWS_SECRET_ACCESS_KEY": secret, "AWS_ENDPOINT_URL": system.stack.emulator.url}

    def make(name: str, *, without: tuple[str, ...] = (), timeout: int | None = None) -> Rie:
        variables = {key: value for key, value in environments[name].items() if key not in without}
        return Rie(functions[name], variables | aws, timeout)

    return make


class Built:
    """A built function, as the place of the example events."""

    def __init__(self, rie: Rie, system: System) -> None:
        self.rie = rie
        self.system = system

    def invoke(self, event: Any) -> Any:
        answer: Answer = self.rie.invoke(event)
        assert not answer.failed, (answer.payload, answer.log)
        return answer.payload

    def fetch(self, provider: str, message_id: str) -> None:
        assert self.system.get(f"/v1/messages/{provider}/{message_id}").status_code == 200

    def make_due(self, provider: str, message_id: str) -> None:
        key = {"pk": {"S": f"message#{provider}:{ACCOUNT}:{message_id}"}, "sk": {"S": "message"}}
        due = {"due_shard": {"S": f"{provider}#0"}, "due_at": {"S": IN_THE_PAST}}
        self.system.stack.client("dynamodb").put_item(TableName=self.system.stack.table_name, Item=key | due)

    def stored(self, provider: str, message_id: str) -> Message | None:
        return row_of(self.system, provider, message_id)

    def queued(self, queue: str) -> list[dict[str, Any]]:
        return take(self.system, self.system.stack.task_queue_urls[queue])

    def begin_erasure(self, erasure: Erasure) -> None:
        Erasures(self.system.stack.table).begin(erasure)


def take(system: System, url: str) -> list[Any]:
    """The tasks of a queue, which are not there afterwards."""
    sqs = system.stack.client("sqs")
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0).get("Messages", [])
    for message in found:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in found]
