"""What is not per provider: stored messages, erasure, the providers themselves, and every route that doesn't exist."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from message_detail import bootstrap, observability
from message_detail.domain.errors import (
    InvalidRequest,
    MessageDetailError,
    MethodNotAllowed,
    NoSuchRoute,
    UnknownProvider,
)
from message_detail.entrypoints.answers import (
    PRIVATE,
    DriftList,
    DriftRow,
    Erased,
    HeldBack,
    MessagePage,
    Providers,
    ProviderStanding,
    UsedAccount,
    WebhookAddress,
    answer,
)
from message_detail.entrypoints.http import HttpRequest, Response, endpoint, require
from message_detail.entrypoints.methods import allowed_methods
from message_detail.providers import has_listing, names, provider_title
from message_detail.services.erase_request import NOT_COVERED, EraseRequest
from message_detail.services.search_query import parse

ENVIRONMENT: Final = ("TABLE_NAME", "CONTENT_BUCKET")
BY_WEIGHT: Final[tuple[HeldBack, ...]] = ("ok", "cooling_down", "open")
"""A provider stands as the worst of its accounts."""


def _route(request: HttpRequest) -> Response:
    match request.method, request.path:
        case "GET", "/v1/messages":
            return _list(request)
        case "GET", "/v1/providers":
            return _providers(request)
        case "GET", "/v1/drift":
            return _drift(request)
        case "POST", "/v1/erase":
            require(request, "admin")
            return _erase(request)
    require(request, "read")
    raise _no_such_route(request)


def _list(request: HttpRequest) -> Response:
    require(request, "read")
    found = bootstrap.search().find(parse(request.query, bootstrap.regions))
    return answer(MessagePage(items=found.items, next_cursor=found.next_cursor), headers=PRIVATE)


def _providers(request: HttpRequest) -> Response:
    require(request, "read")
    request.no_parameters()
    return answer(Providers(items=[_provider(name) for name in names()]), headers=PRIVATE)


def _provider(name: str) -> ProviderStanding:
    """A provider's accounts (those that have been used), how they fare, and what is to be looked into."""
    health, throttle = bootstrap.health(), bootstrap.throttle()
    accounts = tuple(
        UsedAccount(**asdict(state), **throttle.account_state(name, state.account)) for state in health.accounts(name)
    )
    return ProviderStanding(
        provider=name,
        title=provider_title(name),
        state=max((account.state for account in accounts), key=BY_WEIGHT.index, default="ok"),
        accounts=accounts,
        list=has_listing(name),
        webhook=WebhookAddress(path=f"/v1/webhooks/{name}"),
        dead_letters_last_day=health.dead_of_last_day(name),
        drift_last_day=health.drift_of_last_day(name),
    )


def _drift(request: HttpRequest) -> Response:
    require(request, "read")
    request.no_parameters()
    seen = [row for name in names() for row in bootstrap.health().drift_seen(name)]
    return answer(DriftList(items=[DriftRow.model_validate(row) for row in seen]), headers=PRIVATE)


def _erase(request: HttpRequest) -> Response:
    request.no_parameters()
    person = EraseRequest.read(request.json())
    if person.dry_run:
        found = bootstrap.eraser().find(person, request.seconds)
        removed, status = len(found.ids), 200
    else:
        removed, found = bootstrap.eraser().erase(person, request.seconds)
        observability.count("erased", removed)
        status = 202
    erased = Erased(
        messages=removed,
        by_provider=found.by_provider,
        spellings=sorted(found.spellings),
        contact_ids=sorted(found.contact_ids),
        not_covered=list(NOT_COVERED),
    )
    return answer(erased, status)


def _no_such_route(request: HttpRequest) -> MessageDetailError:
    """What the path or the method lacks to be a route's."""
    parts = request.path.split("/")
    if len(parts) >= 4 and parts[2] in ("messages", "providers") and parts[3] not in names():
        if request.method == "POST" and "POST" in allowed_methods(request.path):
            require(request, "write")  # of a provider that isn't there, too: a scope that lacks comes first
        return UnknownProvider(f"there is no provider {parts[3][:64]!r}; there are {', '.join(names())}")
    if len(parts) == 5 and parts[2] == "messages" and parts[4] == "":
        return InvalidRequest("message_id: must not be empty")
    methods = allowed_methods(request.path)
    if request.method in methods:
        # API Gateway matches no line break with a parameter of a path, and so hands it to the route for what is left.
        return InvalidRequest("the path holds a character that no id can have, such as a line break")
    if not methods:
        return NoSuchRoute()
    return MethodNotAllowed(f"this path has no method but {', '.join(methods)}", tuple(methods))


messages_handler = endpoint(_route, scope=None, environment=ENVIRONMENT)
