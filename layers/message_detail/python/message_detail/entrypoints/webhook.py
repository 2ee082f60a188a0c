"""POST /v1/webhooks/{provider} and /{account}: size → authenticate → read → durable enqueue → answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final

from message_detail import bootstrap, observability
from message_detail.adapters.aws.event_claims import Claim, Dedupe
from message_detail.domain.errors import (
    AccountUnusable,
    MessageDetailError,
    NotTakenIn,
    SignatureInvalid,
    StorageError,
    StorageUnavailable,
    TooLarge,
    UnknownAccount,
)
from message_detail.domain.message_ids import message_hash
from message_detail.domain.tasks import Task
from message_detail.entrypoints.http import Handler, HttpRequest, Response, endpoint, ok, respond
from message_detail.providers.base.account import DEFAULT_ACCOUNT, Account, AccountSchema
from message_detail.providers.base.webhook import (
    MAX_BYTES,
    Delivery,
    Event,
    Foreign,
    Verified,
    Webhook,
    body_hash,
    build_tasks,
    proved,
)

ENVIRONMENT: Final = ("TABLE_NAME", "STACK_NAME", "QUEUE_URL")
MOST_NAMED: Final = 50
"""Messages of one event that are named in the log; the tasks of all have its correlation id."""


def webhook_handler(webhook: Webhook, schema: AccountSchema) -> Handler:
    """The handler of a provider's webhooks."""
    prefix = f"/v1/webhooks/{webhook.provider}"

    def route(request: HttpRequest) -> Response:
        observability.count("received")
        if len(request.body) > MAX_BYTES:
            raise _too_large(webhook, len(request.body))
        delivery = Delivery(request.body, request.headers, request.query, bootstrap.now(), request.url)
        try:
            verified = _proved(webhook, schema, delivery, request.after(prefix).strip("/"))
            if isinstance(verified, Foreign):
                observability.count(f"ignored_{verified.reason}")
                return _ignored(webhook, verified.reason)
            event = webhook.read(verified)
            tasks = build_tasks(verified, event, webhook.provider)
        except MessageDetailError as error:
            _log_refusal(webhook, error)
            raise shown(error) from error
        _note_unread(webhook, event)
        if event.ignored is not None:
            return _ignored(webhook, event.ignored)
        return _take_in(webhook, verified, event, tasks)

    return endpoint(route, scope=None, provider=webhook.provider, environment=ENVIRONMENT)


def _proved(webhook: Webhook, schema: AccountSchema, delivery: Delivery, named: str) -> Verified | Foreign:
    def account_of(name: str) -> Account:
        return bootstrap.secrets().account(webhook.provider, name, schema)

    def name_of(unit: str) -> str | None:
        # An address that names its account has said whose events it is for.
        return None if named else bootstrap.account_directory().find_account(webhook.provider, unit)

    return proved(webhook, delivery, named or DEFAULT_ACCOUNT, account_of, name_of)


def _ignored(webhook: Webhook, reason: str) -> Response:
    """What acknowledges a genuine event of which nothing follows."""
    observability.count("ignored")
    return _acknowledge(webhook, {"ignored": reason})


def _acknowledge(webhook: Webhook, told: dict[str, Any]) -> Response:
    """The answer to a genuine event: what became of it, unless the vendor wants another."""
    if webhook.answer is None:
        return ok(told)
    return respond(webhook.answer.status, webhook.answer.body, {"content-type": webhook.answer.content_type})


def _take_in(webhook: Webhook, verified: Verified, event: Event, tasks: list[Task]) -> Response:
    claim, key = _claim(webhook, verified, event)
    if claim is Claim.DUPLICATE:
        observability.info("webhook repeated", account=verified.account.name)
        observability.count("duplicates")
        return _acknowledge(webhook, {"accepted": 0, "duplicate": True})
    if claim is Claim.CHANGED:
        observability.count("changed_under_same_event_id")
    _enqueue(webhook, tasks, key)
    about = [message_hash(task.id) for task in tasks[:MOST_NAMED]]
    observability.info("webhook taken in", account=verified.account.name, tasks=len(tasks), messages=about)
    observability.count("enqueued", len(tasks))
    return _acknowledge(webhook, {"accepted": len(tasks), **({"unread": event.unread} if event.unread else {})})


def _note_unread(webhook: Webhook, event: Event) -> None:
    """Entries that can't be read are told in the log, a metric and the answer: the others are not held up."""
    if event.unread:
        observability.warning("webhook entries unread", entries=event.unread)
        observability.count("unread_entries", event.unread)


def _claim(webhook: Webhook, verified: Verified, event: Event) -> tuple[Claim, str | None]:
    digest = event.digest or body_hash(verified.delivery)
    identity = f"{webhook.provider}:{verified.account.name}:{event.event_id or digest}"
    name = f"{webhook.provider}#{hashlib.sha256(identity.encode()).hexdigest()}"  # policies go by the provider
    try:
        return bootstrap.dedupe().claim(name, digest)
    except StorageError:
        # Without the table nothing tells duplicates apart; a second fetch is cheaper than a lost event.
        return Claim.NEW, None


def _enqueue(webhook: Webhook, tasks: list[Task], key: str | None) -> None:
    """Queues the tasks, then marks the event. An answer that makes the provider try again where that fails."""
    try:
        bootstrap.queue().send_all(tasks)
    except StorageError as error:
        _settle(lambda dedupe, claimed: dedupe.give_up(claimed), key)
        raise NotTakenIn(error, webhook.busy_status) from error
    _settle(lambda dedupe, claimed: dedupe.settle(claimed, webhook.window_seconds), key)


def _settle(step: Callable[[Dedupe, str], None], key: str | None) -> None:
    """A step of the dedupe whose failure costs at most a second fetch."""
    if key is None:
        return
    try:
        step(bootstrap.dedupe(), key)
    except StorageError as error:
        observability.warning("dedupe step failed", reason=error.detail)


def _too_large(webhook: Webhook, size: int) -> TooLarge:
    observability.warning("webhook too large", bytes=size, most=MAX_BYTES)
    observability.count("rejected_too_large")
    return TooLarge(f"a webhook has at most {MAX_BYTES} bytes")


def shown(error: MessageDetailError) -> MessageDetailError:
    """What a stranger is told of a refusal; only the log says more.

    A missing account answers as a wrong proof does, so that nobody learns which accounts there are. Settings that can't
    be read or used are our trouble: the provider shall send the event again.
    """
    if isinstance(error, AccountUnusable | StorageError):
        return StorageUnavailable("the webhook can't be taken in just now: send it again", retry_after=60)
    if isinstance(error, UnknownAccount | SignatureInvalid):
        return SignatureInvalid("not authenticated: check the account in the address, and its webhook secret or key")
    return error


def _log_refusal(webhook: Webhook, error: MessageDetailError) -> None:
    observability.warning("webhook refused", code=error.code, reason=error.detail)
    reason = "account_unusable" if isinstance(error, AccountUnusable) else error.code
    observability.count(f"rejected_{reason}")
