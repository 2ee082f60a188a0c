"""Every minute, per provider: queue the messages that are due, and the syncs whose account wants them by schedule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from message_detail import bootstrap, observability
from message_detail.adapters.aws.due_index import Due, DueIndex
from message_detail.domain.errors import InvalidRequest, MessageDetailError, StorageRefused, StorageUnavailable
from message_detail.domain.message_ids import check_message_id
from message_detail.domain.tasks import Task
from message_detail.domain.times import from_epoch
from message_detail.entrypoints.checks import check_environment, check_event, is_schedule
from message_detail.entrypoints.correlation import first_usable
from message_detail.entrypoints.http import LambdaContext
from message_detail.providers import has_listing
from message_detail.providers.base.account import Account, AccountSchema
from message_detail.providers.base.listing import Window

ENVIRONMENT: Final = ("TABLE_NAME", "STACK_NAME", "QUEUE_URL")
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


def reconcile_handler(
    provider: str, schema: AccountSchema
) -> Callable[[dict[str, Any], LambdaContext], dict[str, int]]:
    """The handler of a provider's schedule."""

    @observability.invocation
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
        with observability.correlated(first_usable(context.aws_request_id), provider=provider):
            return reconcile(event, context)

    def reconcile(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
        check_event(event, is_schedule)
        check_environment(*ENVIRONMENT)
        queued = started = 0
        try:
            queued = _queue_due(provider, context)
        finally:  # neither half keeps the other from its work
            try:
                started = _start_syncs(provider, schema, context)
            finally:
                observability.info("reconciled", queued=queued, syncs=started)
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
    index = bootstrap.due_index()
    received_at = from_epoch(bootstrap.now())
    found = list(index.due(provider, PER_ROUND))
    tasks: list[Task] = []
    refusal: StorageRefused | None = None
    try:
        for due in found:
            try:
                tasks.extend(_leased(provider, index, due, received_at))
            except StorageRefused as error:  # of this row, perhaps: the others first
                refusal = error
    finally:  # what is leased would not be due for a while
        queued = bootstrap.queue().send_all(tasks)
    if refusal is not None:
        raise refusal
    return len(found), queued


def _leased(provider: str, index: DueIndex, due: Due, received_at: str) -> Iterator[Task]:
    """The task of a row that is due and now put off; none where another run was faster, or the row can't be used."""
    try:
        check_message_id(due.message_id)
    except InvalidRequest:
        index.drop(due)
        return
    if not index.lease(due):
        return
    yield Task(
        provider=provider,
        account=due.account,
        message_id=due.message_id,
        via="reconcile",
        received_at=received_at,
    )


def _start_syncs(provider: str, schema: AccountSchema, context: LambdaContext) -> int:
    """Starts what is due, the longest due first, and no more than a run can: each account gets its turn.

    Accounts become known by their first use. Which are due is known without their settings, so that only of those the
    secrets are read; one without syncs, or that can't be read, is asked again after a while.
    """
    if not has_listing(provider):
        return 0
    times = bootstrap.sync_state().next_times(provider)
    now = bootstrap.now()
    waiting = sorted((times.get(state.account, 0.0), state.account) for state in bootstrap.health().accounts(provider))
    started = 0
    for due_at, name in waiting[:SYNCS_PER_RUN]:
        if due_at > now or context.get_remaining_time_in_millis() < ROUND_SECONDS * 1000:
            break
        started += _start_account_sync(provider, name, schema, due_at)
    return started


def _start_account_sync(provider: str, name: str, schema: AccountSchema, due_at: float) -> bool:
    """Whether a sync of the account was started. Whatever is wrong with it keeps no other account back."""
    code = ""
    try:
        account = bootstrap.secrets().account(provider, name, schema)
        if account.sync_minutes:
            schema.check_list(account)
            return _start_sync(account, due_at)
    except StorageUnavailable:
        raise
    except MessageDetailError as error:
        code = error.code
    except Exception as error:  # noqa: BLE001  # one account's bug is no other's
        observability.log_unexpected(error, account=name)
        code = "internal_error"
    _ask_later(provider, name, code)
    return False


def _ask_later(provider: str, name: str, code: str) -> None:
    """Lets others go before an account that has no syncs, or none now (`code` says why)."""
    try:
        bootstrap.sync_state().is_time(provider, name, ASKED_AGAIN_SECONDS)
    except StorageRefused as error:
        code = error.code
    if code:
        observability.warning("no sync", account=name, code=code)


def _start_sync(account: Account, due_at: float) -> bool:
    """The window reaches back to the turn before, however late this one comes, and a little further."""
    interval = account.sync_minutes * 60.0
    now = bootstrap.now()
    if not bootstrap.sync_state().is_time(account.provider, account.name, interval):
        return False
    late = min(max(0.0, now - due_at), LONGEST_GAP_SECONDS) if due_at else 0.0
    window = Window(since=from_epoch(now - late - interval - OVERLAP_SECONDS))
    bootstrap.queue().send(bootstrap.sync_state().start(account.provider, account.name, window))
    return True
