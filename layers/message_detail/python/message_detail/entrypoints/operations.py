"""Bulk operations, each of one provider: refresh, dead letters and redrive, syncs, resuming an account held back; and
counting days anew, of all."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from message_detail import bootstrap
from message_detail.bootstrap import Services
from message_detail.domain.errors import NoSuchRoute
from message_detail.domain.scopes import METADATA, WRITE
from message_detail.entrypoints import stats
from message_detail.entrypoints.answer_model import PRIVATE, answer
from message_detail.entrypoints.answers import (
    Accepted,
    AccountStanding,
    DeadLetter,
    DeadLetterList,
    ListedSync,
    Redriven,
    SyncList,
    SyncProgress,
    SyncStarted,
)
from message_detail.entrypoints.http import HttpRequest, Response, endpoint, require
from message_detail.entrypoints.limits import reach_of, require_account
from message_detail.entrypoints.viewer import Viewer
from message_detail.providers import names
from message_detail.services.operations import Operations
from message_detail.services.requests import (
    DeadLetterParameters,
    LatestParameters,
    RedriveRequest,
    RefreshRequest,
    ResumeRequest,
    SyncRequest,
)

ENVIRONMENT: Final = ("TABLE_NAME", "STACK_NAME", "QUEUE_URLS", "DEAD_LETTER_QUEUE_URLS")


def _route(request: HttpRequest) -> Response:
    services = bootstrap.services()
    if request.path == stats.RECOUNT_PATH:
        return stats.recount(services, request)
    require(request, METADATA if request.method == "GET" else WRITE)
    provider = provider_of(request.path)
    if provider is None:
        raise NoSuchRoute()
    operations = services.operations(provider)
    if request.method == "GET":
        return _shown(operations, request, f"/v1/providers/{provider}")
    request.no_parameters()
    if request.path == f"/v1/messages/{provider}/refresh":
        return _refresh(operations, request, RefreshRequest.read(request.json(), provider))
    if request.path == f"/v1/providers/{provider}/redrive":
        return _redrive(operations, request, RedriveRequest.read(request.json_or_empty(), provider))
    if request.path == f"/v1/providers/{provider}/sync":
        return _sync(operations, request, SyncRequest.read(request.json_or_empty(), provider))
    if request.path == f"/v1/providers/{provider}/resume":
        return _resume(operations, request, ResumeRequest.read(request.json_or_empty(), provider))
    raise NoSuchRoute()


def _shown(operations: Operations, request: HttpRequest, base: str) -> Response:
    """What is only looked at."""
    if request.path == f"{base}/dead-letters":
        return _dead_letters(operations, request)
    if request.path == f"{base}/sync":
        return _syncs(operations, request)
    request.no_parameters()
    return _progress(operations, request, request.after(f"{base}/sync/"))


def provider_of(path: str) -> str | None:
    """The provider that a path of an operation names, if there is such a one."""
    named = (*path.split("/", 4), "", "", "")[3]
    return named if named in names() else None


def _refresh(operations: Operations, request: HttpRequest, asked: RefreshRequest) -> Response:
    require_account(request, operations.provider, asked.account)
    return answer(Accepted(accepted=operations.refresh(asked)), 202)


def _sync(operations: Operations, request: HttpRequest, asked: SyncRequest) -> Response:
    require_account(request, operations.provider, asked.account)
    return answer(SyncStarted(sync_id=operations.sync(asked)), 202)


def _resume(operations: Operations, request: HttpRequest, asked: ResumeRequest) -> Response:
    require_account(request, operations.provider, asked.account)
    account, state = operations.resume(asked)
    return answer(AccountStanding(account=account, **state))


def _redrive(operations: Operations, request: HttpRequest, asked: RedriveRequest) -> Response:
    require_account(request, operations.provider, asked.account)
    moved, reasons = operations.redrive(asked, request.seconds)
    return answer(Redriven(moved=moved, reasons=reasons), 202)


def _progress(operations: Operations, request: HttpRequest, sync_id: str) -> Response:
    progress = operations.progress(sync_id)
    require_account(request, operations.provider, progress.account)
    return answer(SyncProgress(**asdict(progress), reason=progress.error))


def _syncs(operations: Operations, request: HttpRequest) -> Response:
    asked, reach = LatestParameters.read(request.query), reach_of(request)
    items = [
        ListedSync(
            **asdict(progress),
            reason=progress.error,
            sync_id=sync.sync_id,
            started_at=sync.started_at,
            since=sync.since,
            until=sync.until,
        )
        for sync, progress in operations.latest_syncs(asked.limit)
        if reach.includes(operations.provider, sync.account)
    ]
    return answer(SyncList(items=items), headers=PRIVATE)


def _dead_letters(operations: Operations, request: HttpRequest) -> Response:
    asked = DeadLetterParameters.read(request.query)
    found = operations.dead_letters(asked.limit, request.seconds)
    seen = Viewer.of(request).dead_letters(operations.provider, found)
    items = [DeadLetter.model_validate(letter) for letter in seen.items]
    return answer(DeadLetterList(items=items, total=seen.total), headers=PRIVATE)


def _of_all_providers(services: Services) -> list[Operations]:
    return [services.operations(provider) for provider in services.settings.queue_urls]


bootstrap.in_init(ENVIRONMENT, _of_all_providers)
operations_handler = endpoint(_route, scope=None, provider=provider_of, environment=ENVIRONMENT)
