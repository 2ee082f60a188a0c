"""Operations of one provider: refresh, redrive, sync and its progress, and resuming an account that is held back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from message_detail import bootstrap, observability
from message_detail.domain.errors import NoSuchRoute
from message_detail.domain.tasks import Task
from message_detail.domain.times import from_epoch
from message_detail.entrypoints.answers import Accepted, AccountStanding, Redriven, SyncProgress, SyncStarted, answer
from message_detail.entrypoints.http import Handler, HttpRequest, Response, endpoint, require
from message_detail.providers.base.account import AccountSchema
from message_detail.providers.base.listing import Window
from message_detail.services.redrive import Redrive
from message_detail.services.requests import RedriveRequest, RefreshRequest, ResumeRequest, SyncRequest

ENVIRONMENT: Final = ("TABLE_NAME", "STACK_NAME", "QUEUE_URL", "DEAD_LETTER_QUEUE_URL")


def operations_handler(provider: str, schema: AccountSchema) -> Handler:
    """The handler of a provider's bulk operations."""

    def route(request: HttpRequest) -> Response:
        request.no_parameters()
        if request.method == "GET":
            return _progress(provider, request)
        require(request, "write")
        if request.path == f"/v1/messages/{provider}/refresh":
            return _refresh(provider, schema, RefreshRequest.read(request.json(), provider))
        if request.path == f"/v1/providers/{provider}/redrive":
            return _redrive(provider, RedriveRequest.read(request.json_or_empty(), provider), request.seconds)
        if request.path == f"/v1/providers/{provider}/sync":
            return _sync(provider, schema, SyncRequest.read(request.json_or_empty(), provider))
        if request.path == f"/v1/providers/{provider}/resume":
            return _resume(provider, schema, ResumeRequest.read(request.json_or_empty(), provider))
        raise NoSuchRoute()

    return endpoint(route, scope=None, provider=provider, environment=ENVIRONMENT)


def _refresh(provider: str, schema: AccountSchema, asked: RefreshRequest) -> Response:
    account = bootstrap.secrets().account(provider, asked.account, schema)
    received_at = from_epoch(bootstrap.now())
    tasks = [
        Task(
            provider=provider,
            account=account.name,
            message_id=message_id,
            via="refresh",
            received_at=received_at,
        )
        for message_id in asked.message_ids
    ]
    accepted = bootstrap.queue().send_all(tasks)
    observability.count("enqueued", accepted)
    return answer(Accepted(accepted=accepted), 202)


def _sync(provider: str, schema: AccountSchema, asked: SyncRequest) -> Response:
    account = bootstrap.secrets().account(provider, asked.account, schema)
    schema.check_list(account)
    task = bootstrap.sync_state().start(provider, account.name, Window(asked.since, asked.until))
    bootstrap.queue().send(task)
    return answer(SyncStarted(sync_id=task.sync_id), 202)


def _resume(provider: str, schema: AccountSchema, asked: ResumeRequest) -> Response:
    """Ends an account's cool-down and closes its circuit: the next call goes out at once."""
    account = bootstrap.secrets().account(provider, asked.account, schema)
    bootstrap.throttle().lift(provider, account.name)
    observability.info("resumed", account=account.name)
    state = bootstrap.throttle().account_state(provider, account.name)
    return answer(AccountStanding(account=account.name, **state))


def _redrive(provider: str, asked: RedriveRequest, seconds: float) -> Response:
    moved, reasons = Redrive(bootstrap.queue(), asked.account, asked.limit, bootstrap.now).run(seconds)
    observability.count("redriven", moved)
    return answer(Redriven(moved=moved, reasons=reasons), 202)


def _progress(provider: str, request: HttpRequest) -> Response:
    require(request, "read")
    sync_id = request.after(f"/v1/providers/{provider}/sync/")
    progress = bootstrap.sync_state().progress(provider, sync_id)
    return answer(SyncProgress(**asdict(progress), reason=progress.error))
