"""Every minute, per provider: queue the messages that are due, and the syncs whose account wants them by schedule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.due_index import Due, DueIndex
from message_detail.adapters.aws.secrets import SecretStore
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.sync_state import SyncState, Turn
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain.errors import (
    InvalidRequest,
    MessageDetailError,
    StorageError,
    StorageRefused,
    StorageUnavailable,
)
from message_detail.domain.message_ids import check_message_id
from message_detail.domain.tasks import Task
from message_detail.domain.times import from_epoch
from message_detail.providers import has_listing
from message_detail.providers.base.account import Account, AccountSchema
from message_detail.providers.base.listing import Window

NEVER: Final = Turn()
PER_ROUND: Final = 200
"""Messages queued before it is looked whether there is time for more."""
ROUND_SECONDS: Final = 10.0
"""What a round may take; with less time left none is begun, and what is due waits for the next minute."""
OVERLAP_SECONDS: Final = 3_600.0
"""How far a scheduled sync reaches back beyond the one before it."""
LONGEST_GAP_SECONDS: Final = 7 * 86_400.0
"""How much of a turn's delay is made good: beyond it a sync of one's own choice is the better one."""
SYNCS_PER_RUN: Final = 60
"""Accounts whose settings are read in one minute; the others come in the minutes after."""
ASKED_AGAIN_SECONDS: Final = 600.0
"""After how long an account is asked again whether it has syncs."""


TimeLeft = Callable[[], float]
"""Seconds that are left of a run."""


class Reconciler:
    """The reconciliation of one provider. `now` gives seconds since 1970."""

    def __init__(
        self,
        provider: str,
        schema: AccountSchema,
        secrets: SecretStore,
        queue: TaskQueue,
        due_index: DueIndex,
        syncs: SyncState,
        health: AccountHealth,
        now: Callable[[], float],
    ) -> None:
        self._provider = provider
        self._schema = schema
        self._secrets = secrets
        self._queue = queue
        self._due_index = due_index
        self._syncs = syncs
        self._health = health
        self._now = now

    def run(self, seconds_left: TimeLeft) -> tuple[int, int]:
        """Queues what is due and starts the syncs whose time it is; how many of each.

        Raises what the table or the queue refuses; neither half keeps the other from its work.
        """
        queued = started = 0
        try:
            queued = self.queue_due(seconds_left)
        finally:
            try:
                started = self.start_syncs(seconds_left)
            finally:
                observability.info("reconciled", queued=queued, syncs=started)
                observability.count("reconciled", queued)
        return queued, started

    def queue_due(self, seconds_left: TimeLeft) -> int:
        """Queues rounds of what is due until there is no full one more, or no time."""
        found, queued = self._queue_round()
        while found == PER_ROUND and seconds_left() > ROUND_SECONDS:
            found, more = self._queue_round()
            queued += more
        return queued

    def _queue_round(self) -> tuple[int, int]:
        """How many messages were found due, and queued.

        A message is put off before it is queued: a crash in between delays it by the lease, and queues nothing twice.
        """
        received_at = from_epoch(self._now())
        found = list(self._due_index.due(self._provider, PER_ROUND))
        tasks: list[Task] = []
        refusal: StorageRefused | None = None
        try:
            for due in found:
                try:
                    tasks.extend(self._leased(due, received_at))
                except StorageRefused as error:  # of this row, perhaps: the others first
                    refusal = error
        finally:  # what is leased would not be due for a while
            queued = self._queue.send_all(tasks)
        if refusal is not None:
            raise refusal
        return len(found), queued

    def _leased(self, due: Due, received_at: str) -> Iterator[Task]:
        """The task of a row that is due, now put off; none where another run was faster, or the row can't be used."""
        try:
            check_message_id(due.message_id)
        except InvalidRequest:
            self._due_index.drop(due)
            return
        if not self._due_index.lease(due):
            return
        yield Task(
            provider=self._provider,
            account=due.account,
            message_id=due.message_id,
            via="reconcile",
            received_at=received_at,
        )

    def start_syncs(self, seconds_left: TimeLeft) -> int:
        """Starts what is due, the longest due first, and no more than a run can: each account gets its turn.

        Accounts become known by their first use. Which are due is known without their settings, so that only of those
        the secrets are read; one without syncs, or that can't be read, is asked again after a while.
        """
        if not has_listing(self._provider):
            return 0
        turns = self._syncs.turns(self._provider)
        now = self._now()
        waiting = sorted(
            (state.account for state in self._health.accounts(self._provider)),
            key=lambda name: (turns.get(name, NEVER).next_at, name),
        )
        started = 0
        for name in waiting[:SYNCS_PER_RUN]:
            turn = turns.get(name, NEVER)
            if turn.next_at > now or seconds_left() < ROUND_SECONDS:
                break
            started += self._start_account_sync(name, turn)
        return started

    def _start_account_sync(self, name: str, turn: Turn) -> bool:
        """Whether a sync of the account was started. Whatever is wrong with it keeps no other account back."""
        code = ""
        try:
            account = self._secrets.account(self._provider, name, self._schema)
            if account.sync_minutes:
                self._schema.check_list(account)
                return self._start_sync(account, turn)
        except StorageUnavailable:
            raise
        except MessageDetailError as error:
            code = error.code
        except Exception as error:  # noqa: BLE001  # one account's bug is no other's
            observability.log_unexpected(error, account=name)
            code = "internal_error"
        self._ask_later(name, code, turn)
        return False

    def _ask_later(self, name: str, code: str, turn: Turn) -> None:
        """Lets others go before an account that has no syncs, or none now (`code` says why): then its turn is kept."""
        try:
            self._syncs.is_time(self._provider, name, ASKED_AGAIN_SECONDS, turn.missed_since if code else 0.0)
        except StorageRefused as error:
            code = error.code
        if code:
            observability.warning("no sync", account=name, code=code)

    def _start_sync(self, account: Account, turn: Turn) -> bool:
        """The window reaches back to the turn before, however late this one comes, and a little further."""
        interval = account.sync_minutes * 60.0
        now = self._now()
        if not self._syncs.is_time(account.provider, account.name, interval):
            return False
        missed_since = turn.missed_since
        late = min(max(0.0, now - missed_since), LONGEST_GAP_SECONDS) if missed_since else 0.0
        window = Window(since=from_epoch(now - late - interval - OVERLAP_SECONDS))
        try:
            self._queue.send(self._syncs.start(account.provider, account.name, window))
        except StorageError:
            # Else what is older than the next turn's window would be in no sync's.
            self._syncs.give_back(account.provider, account.name, missed_since)
            raise
        return True
