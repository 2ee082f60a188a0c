"""What is not per provider: stored messages, erasures, the providers themselves, and every route that doesn't exist."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from operator import attrgetter
from typing import Any, Final

from message_detail import bootstrap
from message_detail.adapters.aws.stats import DriftSeen
from message_detail.bootstrap import Services
from message_detail.domain.errors import (
    InvalidRequest,
    MessageDetailError,
    MethodNotAllowed,
    NoSuchRoute,
    UnknownProvider,
)
from message_detail.domain.scopes import ADMIN, METADATA, WRITE
from message_detail.entrypoints import export, stats
from message_detail.entrypoints.answer_model import PRIVATE, answer
from message_detail.entrypoints.answers import (
    DriftList,
    DriftRow,
    ErasureProgress,
    ErasureStarted,
    FoundToErase,
    MatchedMessage,
    MessagePage,
    Providers,
    ProviderStanding,
    RejectedWebhook,
    RejectedWebhooks,
    Rest,
    SearchResult,
    WebhookAddress,
)
from message_detail.entrypoints.http import HttpRequest, Response, endpoint, require
from message_detail.entrypoints.methods import allowed_methods
from message_detail.entrypoints.viewer import Viewer
from message_detail.providers import has_listing, names, provider_title
from message_detail.services.erase import Found
from message_detail.services.erase_request import NOT_COVERED, EraseRequest
from message_detail.services.overview import Standing
from message_detail.services.search_query import parse
from message_detail.services.text_search import TextParameters

ENVIRONMENT: Final = ("TABLE_NAME", "CONTENT_BUCKET", "QUEUE_URL")
_ERASURE: Final = re.compile("/v1/erase/[^/]+")


def _route(request: HttpRequest) -> Response:
    services = bootstrap.services()
    match request.method, request.path:
        case "GET", "/v1/messages":
            return _list(services, request)
        case "GET", "/v1/search":
            return _search(services, request)
        case "GET", "/v1/providers":
            return _providers(services, request)
        case "GET", "/v1/drift":
            return _drift(services, request)
        case "GET", export.PATH:
            return export.show(services, request)
        case "GET", "/v1/stats":
            return stats.show(services, request)
        case "GET", path if (provider := rejected_of(path)) is not None:
            return _rejected(services, request, provider)
        case "POST", "/v1/erase":
            require(request, ADMIN)
            return _erase(services, request)
        case "GET", path if _ERASURE.fullmatch(path):
            require(request, ADMIN)
            return _erasure(services, request)
    require(request, METADATA)
    raise _no_such_route(request)


def _list(services: Services, request: HttpRequest) -> Response:
    require(request, METADATA)
    viewer = Viewer.of(request)
    query = parse(request.query, services.regions, viewer.reach)
    found = services.search.find(query if viewer.sees_persons else replace(query, summary=False))
    items = viewer.messages(found.items)
    viewer.audit([message.id for message in items])
    return answer(MessagePage(items=items, next_cursor=found.next_cursor), headers=PRIVATE)


def _search(services: Services, request: HttpRequest) -> Response:
    require(request, METADATA)
    viewer, asked = Viewer.of(request), TextParameters.read(request.query)
    asked = asked if viewer.sees_persons else asked.model_copy(update={"view": None})
    matches = services.text_search.find(asked, viewer.reach)
    messages = viewer.messages(message for _, message in matches.items)
    viewer.audit([message.id for message in messages])
    items = [
        MatchedMessage(match=match, message=message)
        for (match, _), message in zip(matches.items, messages, strict=True)
    ]
    return answer(SearchResult(items=items, more=Rest.model_validate(matches.more)), headers=PRIVATE)


def _providers(services: Services, request: HttpRequest) -> Response:
    require(request, METADATA)
    request.no_parameters()
    standings = Viewer.of(request).standings(services.overview.standings())
    return answer(Providers(items=[_provider(standing) for standing in standings]), headers=PRIVATE)


def _provider(standing: Standing) -> ProviderStanding:
    name = standing.provider
    return ProviderStanding.model_validate(
        {
            **asdict(standing),
            "title": provider_title(name),
            "list": has_listing(name),
            "webhook": WebhookAddress(path=f"/v1/webhooks/{name}"),
        }
    )


def _drift(services: Services, request: HttpRequest) -> Response:
    require(request, METADATA)
    request.no_parameters()
    rows = Viewer.of(request).drift(services.overview.drift_seen())
    return answer(DriftList(items=list(map(_drift_row, rows))), headers=PRIVATE)


def _drift_row(row: DriftSeen) -> DriftRow:
    told = asdict(row)
    example = told.pop("example")
    _, account, message_id = example.split(":", 2) if example else (None, None, None)
    return DriftRow(**told, id=example, account=account, message_id=message_id)


def rejected_of(path: str) -> str | None:
    """The provider whose refused webhooks a path is of, if there is such a one."""
    named = path.removeprefix("/v1/webhooks/").removesuffix("/rejected")
    return named if named in names() and path == f"/v1/webhooks/{named}/rejected" else None


def _rejected(services: Services, request: HttpRequest, provider: str) -> Response:
    require(request, METADATA)
    request.no_parameters()
    seen = Viewer.of(request).rejected(provider, services.rejected_webhooks.latest(provider))
    items = [RejectedWebhook.model_validate(one) for one in seen]
    return answer(RejectedWebhooks(items=items), headers=PRIVATE)


def _erase(services: Services, request: HttpRequest) -> Response:
    request.no_parameters()
    person = EraseRequest.read(request.json())
    if person.dry_run:
        return answer(FoundToErase(**_told(services.eraser.find(person, request.seconds))))
    erasure, found = services.eraser.begin(person, str(request.caller["key_id"]), request.seconds)
    return answer(ErasureStarted(erase_id=erasure.erase_id, **_told(found)), 202)


def _told(found: Found) -> dict[str, Any]:
    return {
        "messages": len(found.ids),
        "by_provider": found.by_provider,
        "spellings": sorted(found.spellings),
        "contact_ids": sorted(found.contact_ids),
        "not_covered": list(NOT_COVERED),
    }


def _erasure(services: Services, request: HttpRequest) -> Response:
    request.no_parameters()
    erasure = services.erasures.read(request.after("/v1/erase/"))
    progress = ErasureProgress(
        erase_id=erasure.erase_id,
        state=erasure.state.value,
        messages=erasure.messages,
        erased=erasure.erased,
        left=erasure.left,
        reason=erasure.reason,
        key_id=erasure.key_id,
        subject=erasure.subject,
        asked_at=erasure.asked_at,
        changed_at=erasure.changed_at,
        ended_at=erasure.ended_at,
    )
    return answer(progress, headers=PRIVATE)


def _no_such_route(request: HttpRequest) -> MessageDetailError:
    """What the path or the method lacks to be a route's."""
    parts = request.path.split("/")
    if len(parts) >= 4 and parts[2] in ("messages", "providers", "webhooks") and parts[3] not in names():
        if request.method == "POST" and "POST" in allowed_methods(request.path):
            require(request, WRITE)  # of a provider that isn't there, too: a scope that lacks comes first
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


bootstrap.in_init(
    ENVIRONMENT, attrgetter("search", "text_search", "overview", "rejected_webhooks", "eraser", "statistics")
)
messages_handler = endpoint(_route, scope=None, environment=ENVIRONMENT)
