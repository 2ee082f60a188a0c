"""Taking in a webhook: size → authenticate → read → durable enqueue. Only then may it be acknowledged.

It touches nothing but the account's secret and the queue. What is a duplicate, and what needs a call, is decided where
the message's row is read anyway: by the worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.account_directory import AccountDirectory
from message_detail.adapters.aws.secrets import SecretStore
from message_detail.adapters.aws.task_queue import TaskQueue
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
from message_detail.providers.base.account import DEFAULT_ACCOUNT, Account, AccountSchema
from message_detail.providers.base.webhook import (
    MAX_BYTES,
    Delivery,
    Event,
    Foreign,
    Verified,
    Webhook,
    build_tasks,
    proved,
)
from message_detail.services.refusal_sample import RefusalSample

AGAIN_SECONDS: Final = 60
"""When a provider shall send an event again that our own settings keep from being taken in."""
MOST_NAMED: Final = 50
"""Messages of one event that are named in the log; the tasks of all have its correlation id."""
_REASONS: Final = {AccountUnusable: "account_unusable", TooLarge: "too_large"}
"""Where the code alone does not tell why."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a genuine delivery: `accepted` tasks are queued. `ignored` says why nothing follows of it.

    `unread`: entries of it that can't be read, while the others are taken in.
    """

    accepted: int = 0
    unread: int = 0
    ignored: str | None = None


class WebhookIntake:
    """The intake of one provider's webhooks."""

    def __init__(
        self,
        webhook: Webhook,
        schema: AccountSchema,
        secrets: SecretStore,
        directory: AccountDirectory,
        queue: TaskQueue,
        refusals: RefusalSample,
    ) -> None:
        self._webhook = webhook
        self._schema = schema
        self._secrets = secrets
        self._directory = directory
        self._queue = queue
        self._refusals = refusals

    def take_in(self, delivery: Delivery, account_name: str) -> TakenIn:
        """Takes in a delivery to the address of an account (empty: to that of all accounts).

        Raises TooLarge before anything else is looked at, SignatureInvalid where it isn't genuine, InvalidRequest where
        it can't be read, and NotTakenIn where it could not be queued: then it must not be acknowledged.
        """
        observability.count("received")
        try:
            _check_size(delivery)
            verified = self._proved(delivery, account_name)
            if isinstance(verified, Foreign):
                observability.count(f"ignored_{verified.reason}")
                return _ignored(verified.reason)
            event = self._webhook.read(verified)
            tasks = build_tasks(self._webhook, verified, event)
        except MessageDetailError as error:
            reason = _refused(error)
            self._refusals.take(self._webhook.provider, account_name or DEFAULT_ACCOUNT, reason, len(delivery.body))
            raise shown(error) from error
        _note_unread(event)
        if event.ignored is not None:
            return _ignored(event.ignored)
        return self._enqueue(verified, event, tasks)

    # --- whose it is

    def _proved(self, delivery: Delivery, named: str) -> Verified | Foreign:
        # An address that names its account has said whose events it is for.
        find = self._no_account if named else self._account_by_unit
        return proved(self._webhook, delivery, named or DEFAULT_ACCOUNT, self._account, find)

    def _account(self, name: str) -> Account:
        return self._secrets.account(self._webhook.provider, name, self._schema)

    def _account_by_unit(self, unit: str) -> str | None:
        return self._directory.find_account(self._webhook.provider, unit)

    def _no_account(self, _unit: str) -> str | None:
        return None

    # --- what follows of it

    def _enqueue(self, verified: Verified, event: Event, tasks: list[Task]) -> TakenIn:
        """Queues the tasks. An answer that makes the provider try again where that fails."""
        try:
            self._queue.send_all(tasks)
        except StorageError as error:
            raise NotTakenIn(error, self._webhook.busy_status) from error
        about = [message_hash(task.id) for task in tasks[:MOST_NAMED]]
        observability.info("webhook taken in", account=verified.account.name, tasks=len(tasks), messages=about)
        observability.count("enqueued", len(tasks))
        return TakenIn(accepted=len(tasks), unread=event.unread)


def _check_size(delivery: Delivery) -> None:
    size = len(delivery.body)
    if size > MAX_BYTES:
        raise TooLarge(f"a webhook has at most {MAX_BYTES} bytes")


def _ignored(reason: str) -> TakenIn:
    observability.count("ignored")
    return TakenIn(ignored=reason)


def _note_unread(event: Event) -> None:
    """Entries that can't be read are told in the log, a metric and the answer: the others are not held up."""
    if event.unread:
        observability.warning("webhook entries unread", entries=event.unread)
        observability.count("unread_entries", event.unread)


def _refused(error: MessageDetailError) -> str:
    """Why a webhook is refused, in one word, which the log and a metric are told."""
    observability.warning("webhook refused", code=error.code, reason=error.detail)
    reason = _REASONS.get(type(error), error.code)
    observability.count(f"rejected_{reason}")
    return reason


def shown(error: MessageDetailError) -> MessageDetailError:
    """What a stranger is told of a refusal; only the log says more.

    A missing account answers as a wrong proof does, so that nobody learns which accounts there are. Settings that can't
    be read or used are our trouble: the provider shall send the event again.
    """
    if isinstance(error, AccountUnusable | StorageError):
        return StorageUnavailable("the webhook can't be taken in just now: send it again", retry_after=AGAIN_SECONDS)
    if isinstance(error, UnknownAccount | SignatureInvalid):
        return SignatureInvalid("not authenticated: check the account in the address, and its webhook secret or key")
    return error
