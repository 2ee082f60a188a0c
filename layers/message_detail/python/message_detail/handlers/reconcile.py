"""Every minute, per provider: queue the messages that are due, and the syncs whose account wants them by schedule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from message_detail import container, observability
from message_detail.accounts import Account, AccountKeys
from message_detail.errors import MessageDetailError
from message_detail.handlers.checks import check_environment, check_event, is_schedule
from message_detail.handlers.http import LambdaContext
from message_detail.listing import Window
from message_detail.queue import Task
from message_detail.times import from_epoch

ENVIRONMENT: Final = ("TABLE_NAME", "STACK_NAME", "QUEUE_URL")
PER_ROUND: Final = 200
"""Messages queued before it is looked whether there is time for more."""
ROUND_SECONDS: Final = 10.0
"""What a round may take; with less time left none is begun, and what is due waits for the next minute."""
OVERLAP_SECONDS: Final = 3_600.0
"""How far a scheduled sync reaches back beyond the one before it."""


def reconcile_handler(provider: str, keys: AccountKeys) -> Callable[[dict[str, Any], LambdaContext], dict[str, int]]:
    """The handler of a provider's schedule."""

    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
        check_event(event, is_schedule)
        check_environment(*ENVIRONMENT)
        queued = _queue_due(provider, context)
        started = _start_syncs(provider, keys)
        observability.logger().info("reconciled", extra={"provider": provider, "queued": queued, "syncs": started})
        observability.count("reconciled", queued)
        observability.flush(provider)
        return {"queued": queued, "syncs": started}

    return handler


def _queue_due(provider: str, context: LambdaContext) -> int:
    """Queues rounds of what is due until there is no full one more, or no time."""
    found, queued = _queue_round(provider)
    while found == PER_ROUND and context.get_remaining_time_in_millis() > ROUND_SECONDS * 1000:
        found, more = _queue_round(provider)
        queued += more
    return queued


def _queue_round(provider: str) -> tuple[int, int]:
    """How many messages were found due, and queued.

    A message is put off before it is queued: a crash in between delays it by the lease, and queues nothing twice.
    """
    index = container.due_index()
    received_at = from_epoch(container.now())
    found = list(index.due(provider, PER_ROUND))
    tasks = [
        Task(
            provider=provider,
            account=due.account,
            message_id=due.message_id,
            via="reconcile",
            received_at=received_at,
        )
        for due in found
        if index.lease(due)
    ]
    return len(found), container.queue().send_all(tasks)


def _start_syncs(provider: str, keys: AccountKeys) -> int:
    """Accounts become known by their first use; one that can't be read now is tried again in a minute."""
    started = 0
    for state in container.tally().accounts(provider):
        try:
            account = container.secrets().account(provider, state.account, keys)
            started += _start_sync(account, keys)
        except MessageDetailError as error:
            observability.logger().warning(
                "no sync", extra={"provider": provider, "account": state.account, "code": error.code}
            )
    return started


def _start_sync(account: Account, keys: AccountKeys) -> bool:
    if account.sync_minutes is None:
        return False
    interval = account.sync_minutes * 60.0
    now = container.now()
    if not container.sync_book().is_time(account.provider, account.name, interval):
        return False
    keys.check_list(account)
    window = Window(since=from_epoch(now - interval - OVERLAP_SECONDS))
    container.queue().send(container.sync_book().start(account.provider, account.name, window))
    return True
