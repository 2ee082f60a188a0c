"""Init makes what a function works with: its first request makes nothing more, and says what could not be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import reload
from types import ModuleType
from typing import Any, Final

import pytest

from message_detail import bootstrap
from message_detail.adapters.aws import clients
from message_detail.entrypoints import authorizer, messages, operations, reconcile
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.entrypoints.webhook import webhook_handler
from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.cellcast.account import SCHEMA
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.providers.cellcast.webhook import WEBHOOK
from tests.unit.container import Context, forget
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.events import http, sqs
from tests.unit.entrypoints.test_lookup import PATH, assert_problem
from tests.unit.entrypoints.test_worker import task
from tests.unit.samples import says

Handler = Callable[[Any, Any], Any]


def anew(module: ModuleType, name: str) -> Handler:
    """A module's handler, after an init phase in the environment of now."""
    handler: Handler = getattr(reload(module), name)
    return handler


INITS: Final[dict[str, tuple[Callable[[], Handler], Callable[[], Any]]]] = {
    "lookup": (lambda: lookup_handler(PROVIDER), lambda: http(PATH)),
    "worker": (lambda: worker_handler(PROVIDER), lambda: sqs(task().to_json())),
    "webhook": (
        lambda: webhook_handler(WEBHOOK, SCHEMA),
        lambda: http("/v1/webhooks/cellcast", method="POST", body={}),
    ),
    "messages": (lambda: anew(messages, "messages_handler"), lambda: http("/v1/messages", query="provider=cellcast")),
    "operations": (
        lambda: anew(operations, "operations_handler"),
        lambda: http("/v1/messages/cellcast/refresh", method="POST", body={"message_ids": ["1"]}),
    ),
    "reconcile": (lambda: anew(reconcile, "reconcile_handler"), lambda: {"provider": "cellcast"}),
    "authorizer": (
        lambda: anew(authorizer, "authorizer_handler"),
        lambda: {"type": "REQUEST", "headers": {"authorization": "Bearer x"}, "requestContext": {"http": {}}},
    ),
}
"""By kind of function: its init phase, and a request."""


@pytest.fixture
def asked(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The services whose clients were asked for, since a new container began."""
    cloud.put_account()
    made: list[str] = []
    client_of: Any = clients.client

    def client(service: str) -> Any:
        made.append(service)
        return client_of(service)

    monkeypatch.setattr(clients, "client", client)
    forget()
    yield made
    forget()


@pytest.mark.parametrize("kind", INITS)
def test_the_first_request_makes_nothing_that_init_could_make(asked: list[str], kind: str) -> None:
    init, request = INITS[kind]
    handler = init()
    assert asked
    made = set(asked), set(vars(bootstrap.services()))
    handler(request(), Context())
    assert (set(asked), set(vars(bootstrap.services()))) == made


@pytest.mark.parametrize("kind", INITS)
def test_without_its_environment_init_makes_and_keeps_nothing(
    asked: list[str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    for name in ("TABLE_NAME", "STACK_NAME", "API_KEYS_SECRET"):
        monkeypatch.delenv(name)
    INITS[kind][0]()
    assert asked == []
    assert bootstrap.services.cache_info().currsize == 0


def test_what_init_could_not_make_is_told_by_the_first_request(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, logged: Callable[[], str]
) -> None:
    monkeypatch.setenv("RECONCILE_PLAN", "no plan")
    forget()
    handler = lookup_handler(PROVIDER)
    assert "unexpected error" in logged()
    assert_problem(handler(http(PATH), Context()), 500, "internal_error")


def test_a_client_for_the_usual_authorities_is_made_before_the_first_call(cloud: Cloud) -> None:
    cloud.put_account()
    cloud.vendor.then(says())
    handler = lookup_handler(PROVIDER)
    before = dict(bootstrap.services().messages(PROVIDER).gateway._client._clients)
    assert list(before) == [None]
    assert handler(http(PATH), Context())["statusCode"] == 200
    assert bootstrap.services().messages(PROVIDER).gateway._client._clients == before
