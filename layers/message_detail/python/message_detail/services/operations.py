"""Bulk operations of one provider, each for one of its accounts: refresh, redrive, sync and its progress, resume."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from message_detail import observability
from message_detail.domain.tasks import Task
from message_detail.domain.times import from_epoch
from message_detail.providers.base.listing import Window
from message_detail.services.dead_letters import DeadLetters, look
from message_detail.services.redrive import Redrive

if TYPE_CHECKING:
    from message_detail.adapters.aws.secrets import SecretStore
    from message_detail.adapters.aws.sync_list import ListedSync, Progress
    from message_detail.adapters.aws.sync_state import SyncState
    from message_detail.adapters.aws.task_queue import TaskQueue
    from message_detail.adapters.aws.throttle import Throttle
    from message_detail.providers.base.account import Account, AccountSchema
    from message_detail.services.requests import RedriveRequest, RefreshRequest, ResumeRequest, SyncRequest


class Operations:
    """The operations of one `provider`. `now` gives seconds since 1970."""

    def __init__(
        self,
        provider: str,
        schema: AccountSchema,
        secrets: SecretStore,
        queue: TaskQueue,
        syncs: SyncState,
        throttle: Throttle,
        now: Callable[[], float],
    ) -> None:
        self.provider = provider
        self._schema = schema
        self._secrets = secrets
        self._queue = queue
        self._syncs = syncs
        self._throttle = throttle
        self._now = now

    def refresh(self, asked: RefreshRequest) -> int:
        """Queues messages to be fetched anew; how many."""
        account = self._account(asked.account)
        received_at = from_epoch(self._now())
        accepted = self._queue.send_all(
            [
                Task(
                    provider=self.provider,
                    account=account.name,
                    message_id=message_id,
                    via="refresh",
                    received_at=received_at,
                )
                for message_id in asked.message_ids
            ]
        )
        observability.count("enqueued", accepted)
        return accepted

    def redrive(self, asked: RedriveRequest, seconds: float) -> tuple[int, dict[str, int]]:
        """Brings dead letters back for at most so many seconds; how many, and how many by why they had died."""
        moved, reasons = Redrive(self._queue, asked.account, asked.limit, self._now).run(seconds)
        observability.count("redriven", moved)
        return moved, reasons

    def dead_letters(self, limit: int, seconds: float) -> DeadLetters:
        """What lies in the dead-letter queue, which stays there: up to `limit`, looked for so many seconds at most."""
        return look(self._queue, limit, self._now(), seconds)

    def sync(self, asked: SyncRequest) -> str:
        """Queues the first page of a sync; its id. InvalidRequest where the account lacks what a list needs."""
        account = self._account(asked.account)
        self._schema.check_list(account)
        task = self._syncs.start(self.provider, account.name, Window(asked.since, asked.until))
        self._queue.send(task)
        return task.sync_id

    def progress(self, sync_id: str) -> Progress:
        """How far a sync is, or NoSuchSync."""
        return self._syncs.progress(self.provider, sync_id)

    def latest_syncs(self, limit: int) -> list[tuple[ListedSync, Progress]]:
        """The latest syncs, the newest first, each with how far it is."""
        return self._syncs.latest(self.provider, limit)

    def resume(self, asked: ResumeRequest) -> tuple[str, dict[str, Any]]:
        """Ends an account's cool-down and closes its circuit: the next call goes out at once. Its name and state."""
        account = self._account(asked.account)
        self._throttle.lift(self.provider, account.name)
        observability.info("resumed", account=account.name)
        return account.name, self._throttle.account_state(self.provider, account.name)

    def _account(self, name: str) -> Account:
        return self._secrets.account(self.provider, name, self._schema)
