"""Events of the wrong kind, and functions without their environment: refused in plain words, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import pytest

from message_detail import settings
from message_detail.domain.errors import UnknownProvider
from message_detail.entrypoints.authorizer import authorizer_handler
from message_detail.entrypoints.checks import NotConfigured, WrongEvent
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.entrypoints.messages import messages_handler
from message_detail.entrypoints.operations import operations_handler
from message_detail.entrypoints.public import public_handler
from message_detail.entrypoints.reconcile import reconcile_handler
from message_detail.entrypoints.webhook import webhook_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers import names
from message_detail.providers.cellcast.account import SCHEMA
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.providers.cellcast.webhook import WEBHOOK
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.events import body_of, http, sqs

AnyHandler = Callable[[Any, Any], Any]
SECRET: Final = "text-of-the-event"
HTTP: Final[dict[str, AnyHandler]] = {
    "lookup": lookup_handler(PROVIDER),
    "webhook": webhook_handler(WEBHOOK, SCHEMA),
    "operations": operations_handler,
    "messages": messages_handler,
    "public": public_handler,
}
OTHERS: Final[dict[str, AnyHandler]] = {
    "worker": worker_handler(PROVIDER),
    "reconcile": reconcile_handler,
    "authorizer": authorizer_handler,
}
SCHEDULE: Final = {"provider": "cellcast"}
#: Each with the words that tell it.
KINDS: Final[dict[str, tuple[Any, str]]] = {
    "http": (http("/v1/messages", body=SECRET), "a request to an HTTP API (payload format 2.0)"),
    "sqs": (sqs(SECRET), "a batch of an SQS queue"),
    "schedule": (SCHEDULE, "what a schedule says, the name of its provider"),
    "authorization": (
        {**http("/v1/messages"), "type": "REQUEST", "identitySource": [SECRET]},
        "a question to an HTTP API's authorizer",
    ),
    "format 1.0": ({"httpMethod": "GET", "body": SECRET, "requestContext": {}}, "a request in payload format 1.0"),
    "of SNS": ({"Records": [{"EventSource": "aws:sns", "Sns": SECRET}]}, "of a kind that is not known here"),
    "no records": ({"Records": []}, "of a kind that is not known here"),
    "records of nothing": ({"Records": [None]}, "of a kind that is not known here"),
    "odd context": ({"requestContext": SECRET}, "of a kind that is not known here"),
    "empty": ({}, "an empty event"),
    "list": ([SECRET], "no object but a list"),
    "text": (SECRET, "no object but a str"),
    "nothing": (None, "no object but a NoneType"),
}
OWN: Final = {"worker": ("sqs",), "reconcile": ("schedule", "empty"), "authorizer": ("authorization",)}
FOREIGN: Final = [(name, kind) for name in OTHERS for kind in KINDS if kind not in OWN[name]]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "http"])
@pytest.mark.parametrize("name", HTTP)
def test_an_http_function_answers_that_the_event_is_not_for_it(
    cloud: Cloud, logged: Callable[[], str], name: str, kind: str
) -> None:
    event, words = KINDS[kind]
    response = HTTP[name](event, Context())
    body = body_of(response)
    assert (response["statusCode"], response["headers"]["content-type"]) == (400, "application/problem+json")
    assert body["code"] == "invalid_request"
    assert words in body["detail"]
    assert "a request to an HTTP API (payload format 2.0)" in body["detail"]
    text = logged()
    assert words in text
    assert "template.yaml" in text
    assert SECRET not in text + response["body"]


@pytest.mark.parametrize(("name", "kind"), FOREIGN)
def test_another_function_fails_so_that_nothing_counts_as_done(
    cloud: Cloud, logged: Callable[[], str], name: str, kind: str
) -> None:
    event, words = KINDS[kind]
    with pytest.raises(WrongEvent) as failure:
        OTHERS[name](event, Context())
    assert words in str(failure.value)
    assert words in logged()
    assert SECRET not in str(failure.value)


@pytest.mark.parametrize("provider", names())
def test_a_schedules_function_may_be_invoked_by_hand_for_any_provider(cloud: Cloud, provider: str) -> None:
    assert OTHERS["reconcile"]({"provider": provider}, Context()) == {"queued": 0, "syncs": 0}


def test_a_schedule_of_no_provider_that_we_know_fails_and_says_which_there_are(cloud: Cloud) -> None:
    with pytest.raises(UnknownProvider, match=f"no provider 'acme'; there are {', '.join(names())}"):
        OTHERS["reconcile"]({"provider": "acme"}, Context())


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("lookup", "TABLE_NAME"),
        ("lookup", "CONTENT_BUCKET"),
        ("webhook", "STACK_NAME"),
        ("operations", "DEAD_LETTER_QUEUE_URLS"),
        ("messages", "TABLE_NAME"),
    ],
)
def test_an_http_function_without_its_environment_answers_500_and_logs_what_is_missing(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, logged: Callable[[], str], name: str, variable: str
) -> None:
    without(monkeypatch, variable)
    response = HTTP[name](http("/v1/messages/cellcast/1"), Context())
    assert response["statusCode"] == 500
    assert body_of(response)["code"] == "internal_error"
    assert variable not in response["body"]
    refusal, *_ = map(json.loads, logged().splitlines())
    assert (refusal["level"], refusal["error"]) == ("ERROR", "NotConfigured")
    assert refusal["reason"] == f"not set in the function's environment: {variable}; template.yaml sets what it needs"


@pytest.mark.parametrize(
    ("name", "event", "variable"),
    [
        ("worker", sqs("{}"), "DEAD_LETTER_QUEUE_URL"),
        ("worker", sqs("{}"), "TABLE_NAME"),
        ("reconcile", SCHEDULE, "QUEUE_URLS"),
        ("authorizer", {"type": "REQUEST", "headers": {"authorization": "Bearer x"}}, "API_KEYS_SECRET"),
    ],
)
def test_another_function_without_its_environment_fails_and_says_what_is_missing(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, name: str, event: dict[str, Any], variable: str
) -> None:
    without(monkeypatch, variable)
    with pytest.raises(NotConfigured, match=f"environment: {variable}; "):
        OTHERS[name](event, Context())


def test_what_is_open_to_all_needs_no_environment(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "TABLE_NAME", "CONTENT_BUCKET", "STACK_NAME", "QUEUE_URL")
    assert HTTP["public"](http("/v1/health"), Context())["statusCode"] == 200


def without(monkeypatch: pytest.MonkeyPatch, *variables: str) -> None:
    """Takes them out of the environment of this container, which then begins anew."""
    for variable in variables:
        monkeypatch.delenv(variable)
    settings.settings.cache_clear()
