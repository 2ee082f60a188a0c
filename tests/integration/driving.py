"""What the tests do to the running system: deliver webhooks, wait for rows, find processes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from local.simulators.base import Simulator
from local.simulators.desk import DEFAULT, STATIC
from local.stack import LocalStack
from message_detail.adapters.aws.large_values import LargeValues
from message_detail.adapters.aws.message_store import Store
from message_detail.domain.message import Message
from message_detail.domain.timeline import MessageState
from message_detail.providers import names
from tests.acknowledged import check_acknowledged
from tests.integration.conftest import VISIBILITY_SECONDS, System
from tests.unit.webhooks.schemes import SCHEMES_OF

PROVIDERS: Final = names()
#: Each webhook in flight is a process.
SENDERS: Final = 8
#: Of provenance, what depends on when and why a message was fetched rather than on the message.
CIRCUMSTANCES: Final = ("freshness", "via", "fetched_at")


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook delivery, ready to be sent (any number of times)."""

    provider: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    account: str = ""
    query: str = ""

    @property
    def path(self) -> str:
        """Where it goes."""
        return f"/v1/webhooks/{self.provider}{'/' if self.account else ''}{self.account}{self.query}"


def send(system: System, hook: Hook) -> httpx.Response:
    """Deliver one webhook."""
    return system.api.post(hook.path, headers=hook.headers, content=hook.body)


def is_acknowledged(answer: httpx.Response, provider: str, **told: Any) -> None:
    """The answer to a genuine webhook: what became of it, or what the vendor wants to be answered."""
    webhook = SCHEMES_OF[provider][0].webhook
    check_acknowledged(webhook, answer.status_code, answer.text, answer.headers["content-type"], **told)


def accepted(answers: Iterable[httpx.Response], provider: str) -> list[int]:
    """How many tasks each answer says it has made; nothing where the vendor wants another answer."""
    tells = SCHEMES_OF[provider][0].webhook.answer is None
    return [answer.json()["accepted"] for answer in answers] if tells else []


def send_all(system: System, hooks: Iterable[Hook]) -> list[httpx.Response]:
    """Deliver webhooks, several at a time; the answers in the order of the webhooks."""
    with ThreadPoolExecutor(SENDERS) as pool:
        return list(pool.map(lambda hook: send(system, hook), hooks))


def wait_until(check: Callable[[], Any], seconds: float, what: str) -> None:
    """Return once `check()` is true; AssertionError when it is not in time."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def wait_for_empty_queues(system: System, seconds: float = 60.0, providers: Sequence[str] = PROVIDERS) -> None:
    """Return once no task is waiting, put off or being worked on."""
    wait_until(
        lambda: not any(system.stack.waiting(provider) for provider in providers), seconds, "the queues are empty"
    )


def erase(system: System, **body: Any) -> dict[str, Any]:
    """An erasure from its beginning to its end: how far it is then."""
    begun = system.post("/v1/erase", json=body)
    assert begun.status_code == 202, begun.text
    path = f"/v1/erase/{begun.json()['erase_id']}"
    found: list[dict[str, Any]] = []

    def is_over() -> bool:
        found.append(system.get(path).json())
        return bool(found[-1]["state"] != "running")

    wait_until(is_over, 60, "the erasure is over")
    assert (found[-1]["state"], found[-1]["left"]) == ("done", 0), found[-1]
    return found[-1]


def store_of(stack: LocalStack) -> Store:
    """The store, over the deployed table and bucket."""
    return Store(
        stack.table,
        LargeValues(lambda: stack.client("s3"), stack.bucket_name),
        now=time.time,
    )


def record_of(system: System, provider: str, message_id: str, account: str = DEFAULT) -> MessageState:
    """What the table knows of a message; an empty record when nothing."""
    return store_of(system.stack).read(f"{provider}:{account}:{message_id}").state


def row_of(system: System, provider: str, message_id: str, account: str = DEFAULT) -> Message | None:
    """The stored message, None when there is none."""
    return record_of(system, provider, message_id, account).message


def without_circumstances(message: dict[str, Any]) -> dict[str, Any]:
    """A message as the API shows it, but for when and why it was fetched."""
    provenance = {key: value for key, value in message["provenance"].items() if key not in CIRCUMSTANCES}
    return {**message, "provenance": provenance}


def fixed_account(simulator: Simulator) -> str:
    """The simulator's account whose credentials are fixed, so that any number of our accounts can use them."""
    return STATIC if STATIC in simulator.account_names() else DEFAULT


def add_account(system: System, provider: str, name: str, **settings: Any) -> None:
    """An account of ours over the simulator's default messages. It is there at once if it was never asked for. No
    schedule walks its list unless the test says so: calls are counted.
    """
    simulator = system.simulators[provider]
    values = simulator.account(fixed_account(simulator))
    system.stack.put_secret(f"{provider}/{name}", {**values, "sync_minutes": 0, **settings})


def calls(system: System, provider: str, message_id: str | None = None) -> int:
    """How often the simulator was asked for a message (of that id)."""
    return len(system.simulators[provider].requests("message", message_id))


@contextmanager
def visibility(stack: LocalStack, seconds: int, providers: Sequence[str] = PROVIDERS) -> Iterator[None]:
    """Another visibility timeout for a while. The suite's own is shorter than a slow batch."""
    sqs = stack.client("sqs")

    def put(value: int) -> None:
        for provider in providers:
            sqs.set_queue_attributes(QueueUrl=stack.queue_urls[provider], Attributes={"VisibilityTimeout": str(value)})

    put(seconds)
    try:
        yield
    finally:
        put(VISIBILITY_SECONDS)


@contextmanager
def environment(stack: LocalStack, functions: Iterable[str], **variables: str) -> Iterator[None]:
    """More environment variables for some functions, by their names in the template, for a while."""
    client = stack.client("lambda")
    names = [stack.functions[function] for function in functions]
    before = {name: client.get_function_configuration(FunctionName=name)["Environment"]["Variables"] for name in names}
    try:
        for name, earlier in before.items():
            client.update_function_configuration(FunctionName=name, Environment={"Variables": earlier | variables})
        yield
    finally:
        for name, earlier in before.items():
            client.update_function_configuration(FunctionName=name, Environment={"Variables": earlier})


def worker_paused(stack: LocalStack, provider: str) -> AbstractContextManager[None]:
    """The provider's worker gets no tasks for a while: they gather on the queue."""
    return function_paused(stack, f"{provider.capitalize()}Worker")


@contextmanager
def function_paused(stack: LocalStack, function: str) -> Iterator[None]:
    """A function, named as in the template, gets no tasks for a while."""
    functions = stack.client("lambda")
    name = stack.functions[function]
    (mapping,) = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


@contextmanager
def workers_paused(system: System) -> Iterator[None]:
    """No function gets a task for a while; what gathers on the queues meanwhile is dropped at the end."""
    with ExitStack() as paused:
        paused.enter_context(function_paused(system.stack, "Erase"))
        for provider in PROVIDERS:
            paused.enter_context(worker_paused(system.stack, provider))
        try:
            yield
        finally:
            system.empty_queues()


def processes(stack: LocalStack, function: str) -> list[int]:
    """The ids of the processes that run a function. They are children of the emulator that the suite started."""
    mark = f"AWS_LAMBDA_FUNCTION_NAME={stack.functions[function]}".encode()
    gateway = f"GATEWAY_PORT={stack.emulator.port}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mark in environment and gateway in environment:
            found.append(int(folder.name))
    return found


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Why a task is dead, and how often it had been put off: each time it was sent anew, with all of its tries."""

    reason: str
    deferrals: int


def dead_letters(system: System, provider: str) -> dict[str, DeadLetter]:
    """The dead letters by message id. They stay on the queue, hidden for a second."""
    sqs, url = system.stack.client("sqs"), system.stack.dead_letter_queue_urls[provider]
    found: dict[str, DeadLetter] = {}
    while letters := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=3
    ).get("Messages"):
        seen = dict(map(_read_letter, letters))
        if seen.keys() <= found.keys():
            break
        found |= seen
    return found


def _read_letter(letter: dict[str, Any]) -> tuple[str, DeadLetter]:
    task = json.loads(letter["Body"])
    reason = letter.get("MessageAttributes", {}).get("reason", {}).get("StringValue", "")
    return task["message_id"], DeadLetter(reason, task.get("deferrals", 0))
