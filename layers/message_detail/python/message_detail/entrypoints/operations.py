"""Operations of one provider: refresh, redrive, sync and its progress, and resuming an account that is held back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from message_detail import bootstrap, observability
from message_detail.domain.errors import NoSuchRoute, Unprocessable
from message_detail.domain.tasks import Task, check_message_id
from message_detail.domain.times import from_epoch, parse_instant
from message_detail.entrypoints.http import Handler, HttpRequest, Response, endpoint, ok, require
from message_detail.providers.base.account import DEFAULT_ACCOUNT, AccountSchema, check_name
from message_detail.providers.base.listing import Window
from message_detail.services.redrive import Redrive

ENVIRONMENT: Final = ("TABLE_NAME", "STACK_NAME", "QUEUE_URL", "DEAD_LETTER_QUEUE_URL")
MAX_IDS: Final = 1_000
DEFAULT_REDRIVE: Final = 100
MAX_REDRIVE: Final = 1_000


def operations_handler(provider: str, schema: AccountSchema) -> Handler:
    """The handler of a provider's bulk operations."""

    def route(request: HttpRequest) -> Response:
        request.known_parameters()
        if request.method == "GET":
            return _progress(provider, request)
        require(request, "write")
        if request.path == f"/v1/messages/{provider}/refresh":
            return _refresh(provider, schema, request.json())
        if request.path == f"/v1/providers/{provider}/redrive":
            return _redrive(provider, request.json() if request.body else {}, request.seconds)
        if request.path == f"/v1/providers/{provider}/sync":
            return _sync(provider, schema, request.json() if request.body else {})
        if request.path == f"/v1/providers/{provider}/resume":
            return _resume(provider, schema, request.json() if request.body else {})
        raise NoSuchRoute()

    return endpoint(route, scope=None, provider=provider, environment=ENVIRONMENT)


def _refresh(provider: str, schema: AccountSchema, body: Mapping[str, Any]) -> Response:
    _known(body, "account", "message_ids")
    account = bootstrap.secrets().account(provider, _account(body, provider), schema)
    received_at = from_epoch(bootstrap.now())
    tasks = [
        Task(
            provider=provider,
            account=account.name,
            message_id=message_id,
            via="refresh",
            received_at=received_at,
        )
        for message_id in _message_ids(body.get("message_ids"))
    ]
    accepted = bootstrap.queue().send_all(tasks)
    observability.count("enqueued", accepted)
    return ok({"accepted": accepted}, status=202)


def _sync(provider: str, schema: AccountSchema, body: Mapping[str, Any]) -> Response:
    _known(body, "account", "since", "until")
    account = bootstrap.secrets().account(provider, _account(body, provider), schema)
    schema.check_list(account)
    window = Window(_instant(body, "since"), _instant(body, "until"))
    if window.since is not None and window.until is not None and window.since > window.until:
        raise Unprocessable("since: must not be later than until")
    task = bootstrap.sync_state().start(provider, account.name, window)
    bootstrap.queue().send(task)
    return ok({"sync_id": task.sync_id}, status=202)


def _resume(provider: str, schema: AccountSchema, body: Mapping[str, Any]) -> Response:
    """Ends an account's cool-down and closes its circuit: the next call goes out at once."""
    _known(body, "account")
    account = bootstrap.secrets().account(provider, _account(body, provider), schema)
    bootstrap.throttle().lift(provider, account.name)
    observability.logger().info("resumed", provider=provider, account=account.name)
    return ok({"account": account.name, **bootstrap.throttle().account_state(provider, account.name)})


def _progress(provider: str, request: HttpRequest) -> Response:
    require(request, "read")
    sync_id = request.after(f"/v1/providers/{provider}/sync/")
    progress = bootstrap.sync_state().progress(provider, sync_id)
    return ok({**asdict(progress), "reason": progress.error})


def _instant(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None:
        return None
    try:
        return parse_instant(value)
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise Unprocessable(f"{name}: must be an RFC 3339 time with an offset") from None


def _message_ids(value: Any) -> list[str]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_IDS:
        raise Unprocessable(f"message_ids: must be a list of 1 to {MAX_IDS} ids")
    for index, message_id in enumerate(value):
        if not isinstance(message_id, str):
            raise Unprocessable(f"message_ids[{index}]: must be a string")
        check_message_id(message_id, f"message_ids[{index}]")
    return list(dict.fromkeys(value))


def _redrive(provider: str, body: Mapping[str, Any], seconds: float) -> Response:
    _known(body, "account", "limit")
    limit = _limit(body)
    account = _account(body, provider) if "account" in body else None
    moved, reasons = Redrive(bootstrap.queue(), account, limit, bootstrap.now).run(seconds)
    observability.count("redriven", moved)
    return ok({"moved": moved, "reasons": reasons}, status=202)


def _limit(body: Mapping[str, Any]) -> int:
    limit = body.get("limit", DEFAULT_REDRIVE)
    if isinstance(limit, float) and limit.is_integer():
        limit = int(limit)  # 5.0 is a whole number in JSON Schema
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MAX_REDRIVE:
        raise Unprocessable(f"limit: must be a whole number from 1 to {MAX_REDRIVE}")
    return limit


def _account(body: Mapping[str, Any], provider: str) -> str:
    name = body.get("account", DEFAULT_ACCOUNT)
    if not isinstance(name, str):
        raise Unprocessable("account: must be a string")
    return check_name(name, provider)


def _known(body: Mapping[str, Any], *names: str) -> None:
    unknown = sorted(set(body) - set(names))
    if unknown:
        raise Unprocessable(f"unknown key {unknown[0][:64]!r}; known are: {', '.join(names)}")
