"""The log of the running system: a piece of work is found as docs/operations.md says, and nobody is in it.

The page's query is run as it stands there.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from local.simulators.base import Simulator
from local.simulators.desk import DEFAULT
from local.simulators.faults import CHANGES, REFUSALS
from message_detail.domain.json_leaves import leaves
from message_detail.domain.message_ids import message_hash, message_id
from message_detail.providers import account_schema
from tests.integration.conftest import KEYS, System
from tests.integration.driving import (
    PROVIDERS,
    Hook,
    add_account,
    erase,
    send,
    wait_until,
)
from tests.integration.forgeries import forgeries

PAGE: Final = Path(__file__).parents[2] / "docs" / "operations.md"
FAULTS: Final = sorted({*REFUSALS, *CHANGES, "html", "malformed", "truncate"} - {"too_large"})
FORGED: Final = 10
HAPPENED: Final = {"webhook refused", "task done", "task failed", "task is dead", "page done"}
"""What the log of each provider tells of at last."""
PERSONAL: Final = (
    *("from", "to", "cc", "bcc", "reply_to", "subject", "body", "conversation", "replies", "references", "origin"),
    "attachments",
)
"""Keys of a message whose texts may be a person's: an address, a name, an id, what was written."""

Line = dict[str, Any]


def documented_query() -> str:
    """The query of the page, in which `ID` stands for what is looked for."""
    section = PAGE.read_text().partition("\n### Follow one message\n")[2].partition("\n### ")[0]
    (query,) = re.findall(r"\n\n((?:    .+\n)*    \| filter .+\n(?:    .+\n)*)", section)
    return str(query)


def found(system: System, wanted: str) -> list[Line]:
    """What the query finds in the log groups of the functions."""
    logs = system.stack.client("logs")
    prefix = f"/aws/lambda/{system.stack.stack_name}/"
    pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix)
    query = logs.start_query(
        logGroupNames=[group["logGroupName"] for page in pages for group in page["logGroups"]],
        startTime=int(time.time()) - 600,
        endTime=int(time.time()) + 60,
        queryString=re.sub(r"\bID\b", wanted, documented_query()),
    )
    results = logs.get_query_results(queryId=query["queryId"])["results"]
    return [json.loads(cell["value"]) for row in results for cell in row if cell["field"] == "@message"]


def texts(lines: list[Line]) -> list[str]:
    """What happened, in its order."""
    return [line["message"] for line in lines]


def wait_for_lines(provider: str, expected: set[str], lines: Callable[[], list[Line]]) -> list[Line]:
    """The lines, once all that is expected is among them."""
    wait_until(lambda: expected <= set(texts(lines())), 90, f"{provider}: {expected} are logged")
    return lines()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_webhooks_way_to_the_workers_last_line_is_found_by_one_id_and_by_the_messages_hash(
    system: System, simulators: dict[str, Simulator], provider: str
) -> None:
    simulator = simulators[provider]
    native_id = simulator.store.put(DEFAULT, simulator.filler(900_601))
    answer = send(system, Hook(provider, *simulator.webhook(native_id)))
    correlation_id = answer.headers["x-correlation-id"]
    about = {"webhook taken in", "provider asked", "row written", "task done"}
    way = wait_for_lines(provider, {"request", *about}, partial(found, system, correlation_id))
    assert set(texts(way)) == {"request", *about}
    functions = {system.stack.functions[f"{provider.capitalize()}{kind}"] for kind in ("Webhook", "Worker")}
    assert {line["function_name"] for line in way} == functions
    by_hash = found(system, message_hash(message_id(provider, DEFAULT, native_id)))
    assert sorted(texts(by_hash)) == sorted(text for text in texts(way) if text != "request")
    assert {line["correlation_id"] for line in by_hash} == {correlation_id}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_callers_own_id_leads_from_a_request_to_all_that_it_set_off(
    system: System, simulators: dict[str, Simulator], provider: str
) -> None:
    simulator = simulators[provider]
    native_id = simulator.store.put(DEFAULT, simulator.filler(900_602))
    steps = {
        "lookup": ("GET", f"/v1/messages/{provider}/{native_id}?max_age=0", None, "provider asked"),
        "refresh": ("POST", f"/v1/messages/{provider}/refresh", {"message_ids": [native_id]}, "task done"),
        "sync": ("POST", f"/v1/providers/{provider}/sync", None, "page done"),
    }
    for name, (method, path, body, last) in steps.items():
        given = f"{provider}-{name}"
        answer = system.call(method, path, json=body, headers={"X-Correlation-Id": given})
        assert (answer.is_success, answer.headers["x-correlation-id"]) == (True, given), answer.text
        wait_for_lines(provider, {"request", last}, partial(found, system, given))


# --- nobody is in it


def texts_in(value: Any) -> Iterator[str]:
    """All texts in a JSON value."""
    return (leaf for _, leaf in leaves(value) if isinstance(leaf, str))


def marks(message: Mapping[str, Any]) -> set[str]:
    """What of a message may be in no log. Words of our own and of the vendor's, which hold no digit, may."""
    personal = texts_in([message[key] for key in PERSONAL])
    addresses = {text.removeprefix("+") for text in personal if len(text) > 5 and re.search(r"[\d@ ]", text)}
    return {message["id"], message["provider_message_id"], *addresses}


def secrets(simulator: Simulator, provider: str) -> set[str]:
    """What an account logs in with and proves webhooks with, and our callers' keys."""
    settings = simulator.account()
    schema = account_schema(provider)
    names = {"webhook_secrets", *(name for alternative in schema.credentials for name in alternative)}
    return {*texts_in([settings[name] for name in names & settings.keys()]), *(key.value for key in KEYS.values())}


@dataclass(frozen=True, slots=True)
class Person:
    """A message that everything is done with, and others of the same people that the provider fails to give."""

    provider: str
    message: dict[str, Any]
    failing: dict[str, str]
    """Their ids, by the fault that each meets."""

    @property
    def native_id(self) -> str:
        """The provider's id of the message."""
        return str(self.message["provider_message_id"])


def put(system: System, simulator: Simulator, provider: str) -> Person:
    """New messages, told of by the simulator from now on."""
    native_id = simulator.store.put(DEFAULT, simulator.filler(900_603))
    message = system.get(f"/v1/messages/{provider}/{native_id}").json()
    failing = {
        kind: simulator.store.put(DEFAULT, simulator.filler(number))
        for number, kind in enumerate(FAULTS, start=900_610)
    }
    return Person(provider, message, failing)


def fail(system: System, simulator: Simulator, person: Person) -> None:
    """Queues what the provider fails to give; each in an account of its own, for it may be closed."""
    for kind, native_id in person.failing.items():
        account = f"logged-{kind.replace('_', '-')}"
        add_account(system, person.provider, account)
        simulator.fault(kind, on="message", message_id=native_id)
        body = {"account": account, "message_ids": [native_id]}
        assert system.post(f"/v1/messages/{person.provider}/refresh", json=body).status_code == 202


def go_all_ways(system: System, simulator: Simulator, person: Person) -> None:
    """All else that can be done about a message, well and badly."""
    provider, native_id = person.provider, person.native_id
    path = f"/v1/messages/{provider}/{native_id}"
    hook = Hook(provider, *simulator.webhook(native_id))
    for one in (hook, hook, *(forgery.hook for forgery in forgeries(simulator, FORGED))):
        send(system, one)
    system.get(f"{path}/timeline")
    system.get(path, key=None)
    system.get(path, params={"account": native_id})
    system.get(path, params={"max_age": native_id, native_id: "1"})
    system.post(f"/v1/messages/{provider}/refresh", json={native_id: [native_id]})
    system.post(f"/v1/providers/{provider}/sync")
    for text in texts_in([person.message["from"], person.message["to"]]):
        system.get("/v1/messages", params={"address": text})
        system.post("/v1/erase", json={"address": text, "dry_run": True})
    erase(system, message_ids=[person.message["id"]])


def all_lines(system: System) -> list[str]:
    """All that the functions have logged."""
    return [line for function in system.stack.functions for line in system.stack.logs(function)]


def lines_of(system: System, provider: str) -> list[Line]:
    """Those that name a provider."""
    lines = [json.loads(line) for line in all_lines(system) if line.startswith("{") and '"message":' in line]
    return [line for line in lines if line.get("provider") == provider]


@pytest.fixture(scope="module")
def people(system: System) -> Iterator[dict[str, Person]]:
    """By provider, those with whom all was done that the log tells of."""
    people = {provider: put(system, simulator, provider) for provider, simulator in system.simulators.items()}
    for provider, person in people.items():
        fail(system, system.simulators[provider], person)
    for provider, person in people.items():
        go_all_ways(system, system.simulators[provider], person)
    for provider in PROVIDERS:
        wait_for_lines(provider, HAPPENED, partial(lines_of, system, provider))
    yield people
    system.empty_queues()
    for simulator in system.simulators.values():
        simulator.reset()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_line_holds_an_id_an_address_a_text_or_a_secret(
    system: System, people: dict[str, Person], provider: str
) -> None:
    person = people[provider]
    unwanted = {*marks(person.message), *person.failing.values(), *secrets(system.simulators[provider], provider)}
    written = all_lines(system)
    assert {mark: line for mark in unwanted for line in written if mark in line} == {}
