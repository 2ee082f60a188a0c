"""Scenes for the functions that a queue or the clock calls: each uses some right of theirs and says what came of it."""

from __future__ import annotations

import secrets
import time
from typing import Any, Final

from message_detail.adapters.aws.attributes import text
from message_detail.adapters.aws.key_schema import COUNTS, FETCH
from message_detail.adapters.aws.recount_state import RecountState
from message_detail.adapters.aws.search_index import entry_key
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.adapters.aws.sync_state import SyncState
from message_detail.domain.message_ids import message_digest, message_id
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.reconcile_policy import FixedSchedule
from message_detail.domain.seen_events import event_digest
from message_detail.domain.status import Status
from message_detail.domain.tasks import ErasureTask, RecountTask, Task
from message_detail.domain.timeline import state_from_answer
from message_detail.domain.times import from_epoch
from message_detail.providers.base.listing import Window
from tests.integration.driving import store_of
from tests.integration.least_privilege.scenes_http import leave_lock
from tests.integration.least_privilege.stage import ACCOUNT, Stage
from tests.unit.samples import message, observation

LEFT: Final = "left on the queue"
_DAY = "2026-06-01"

# -- workers ----------------------------------------------------------------------------------------------


def fetch(stage: Stage) -> str:
    """A task about a message that is not stored yet."""
    return _work(stage, _task(stage, stage.new_message()))


def fetch_long(stage: Stage) -> str:
    """A new message whose text goes to the bucket."""
    return _work(stage, _task(stage, stage.new_long_message()))


def fetch_for_new_account(stage: Stage) -> str:
    """An account whose settings are to be read first."""
    return _work(stage, _task(stage, stage.new_message(), stage.new_account()))


def fetch_noted(stage: Stage) -> str:
    """What is noted of a new account once a task of it succeeded."""
    account = stage.new_account()
    _work(stage, _task(stage, stage.new_message(), account))
    return stage.noted(account)


def fetch_throttled(stage: Stage) -> str:
    """The provider throttles, which is written down for all containers; the task is put off."""
    message_id = stage.new_message()
    stage.simulator.fault("rate_limited", 1, on="message", message_id=message_id, retry_after=1)
    return _work(stage, _task(stage, message_id, stage.new_account()))


def fetch_for_event(stage: Stage) -> str:
    """A message that a webhook told of."""
    return _work(stage, _event_task(stage, stage.new_message()).to_json())


def fetch_for_event_in_vain(stage: Stage) -> str:
    """What is left of the lease of a fetch that failed."""
    message_id = stage.new_message()
    task = _event_task(stage, message_id)
    stage.simulator.fault("unavailable", 1, on="message", message_id=message_id)
    _work(stage, task.to_json())
    key = FETCH.key(provider=stage.provider, digest=message_digest(f"{task.id}#{task.event}"))
    return "given back" if stage.stack.table.get(key) is None else "kept"


def fetch_again_long(stage: Stage) -> str:
    """A message whose stored text is in the bucket, and which the provider has no more."""
    return _work(stage, _task(stage, stage.stored_long_message()))


def fetch_moved(stage: Stage) -> str:
    """What is left where a message stood that the provider knows otherwise than it is stored."""
    message_id = stage.outdated_message()
    _work(stage, _task(stage, message_id))
    return stage.outdated_places(message_id)


def fetch_half_erased(stage: Stage) -> str:
    """A message whose erasure has to be ended first."""
    return _work(stage, _task(stage, stage.half_erased_message()))


def fetch_on_probation(stage: Stage) -> str:
    """An account whose circuit is open for so long that one call may try."""
    return _work(stage, _task(stage, stage.new_message(), stage.account_on_probation()))


def fetch_again_earlier_long(stage: Stage) -> str:
    """A message whose stored text is where texts were put at first, and which the provider has no more."""
    return _work(stage, _task(stage, stage.stored_earlier_long_message()))


def fetch_half_erased_earlier(stage: Stage) -> str:
    """A message whose erasure has to be ended first, and whose text is where texts were put at first."""
    return _work(stage, _task(stage, stage.half_erased_message(stage.stored_earlier_long_message())))


def fetch_due_of_no_account(stage: Stage) -> str:
    """A message that was due, of an account that is there no more: it is due no more."""
    return _work(stage, _task(stage, stage.new_message(), "removed", via="reconcile"))


def fetch_recovered(stage: Stage) -> str:
    """Such an account: how its circuit stands after the try."""
    account = stage.account_on_probation()
    _work(stage, _task(stage, stage.new_message(), account))
    return stage.circuit_of(account)


def list_page(stage: Stage) -> str:
    """A page of a sync: its messages are looked for in the table, by one who has just called their account."""
    book = SyncState(stage.stack.table)
    return _work(stage, book.start(stage.provider, stage.new_account(), Window()).to_json())


def list_for_no_account(stage: Stage) -> str:
    """A page of a sync whose account is there no more: the sync ends."""
    book = SyncState(stage.stack.table)
    return _work(stage, book.start(stage.provider, f"removed-{time.time_ns()}", Window()).to_json())


def lock_of_no_account(stage: Stage) -> str:
    """Such a page: whether another sync of the account may begin."""
    task = SyncState(stage.stack.table).start(stage.provider, f"removed-{time.time_ns()}", Window())
    _work(stage, task.to_json())
    key = {"pk": {"S": f"syncing#{stage.provider}:{task.account}"}, "sk": {"S": "lock"}}
    return "locked" if stage.stack.table.get(key) is not None else "unlocked"


def dead_letter(stage: Stage) -> str:
    """What is no task at all."""
    return _work(stage, "no task")


def _task(stage: Stage, message_id: str, account: str = ACCOUNT, via: str = "refresh") -> str:
    received_at = from_epoch(time.time())
    return Task(
        provider=stage.provider, account=account, message_id=message_id, via=via, received_at=received_at
    ).to_json()


def _recount(stage: Stage, account: str, day: str = _DAY) -> str:
    return RecountTask(
        provider=stage.provider,
        account=account,
        recount_id="0123",
        day=day,
        last_day=day,
        received_at=from_epoch(time.time()),
    ).to_json()


def _event_task(stage: Stage, message_id: str) -> Task:
    received_at = from_epoch(time.time())
    return Task(
        provider=stage.provider,
        account=ACCOUNT,
        message_id=message_id,
        via="webhook",
        received_at=received_at,
        event=event_digest(message_id),
        event_window=600,
    )


def _batch(body: str) -> dict[str, Any]:
    """One task, delivered for the first time."""
    attributes = {"ApproximateReceiveCount": "1"}
    record = {"messageId": "1", "receiptHandle": "1", "body": body, "attributes": attributes, "eventSource": "aws:sqs"}
    return {"Records": [record]}


def _work(stage: Stage, body: str) -> str:
    """Hands a record to the worker. How it ended: with which code, and what became of the task."""
    answer, logged = stage.invoke("Worker", _batch(body))
    if answer["batchItemFailures"]:
        return LEFT
    told = {str(line["message"]): line for line in logged if "message" in line}
    if "text lost" in told:
        return "a text is lost"
    if "item set aside" in told:
        return f"aside: {told['item set aside']['code']}"
    if "task is dead" in told:
        return f"dead: {told['task is dead']['code']}"
    failed = told.get("task failed")
    return f"{failed['next']}: {failed['code']}" if failed else "done"


# -- erasures ---------------------------------------------------------------------------------------------


def erase_long(stage: Stage) -> str:
    """A person's message whose text is in the bucket."""
    address = f"{secrets.token_hex(8)}@example.com"
    stage.stored_long_message(address)
    return _erase(stage, ErasureTask(erase_id=stage.erasure_of(address).erase_id))


def erase_what_is_yet_to_come(stage: Stage) -> str:
    """A task that comes before its erasure is written."""
    said = _erase(stage, ErasureTask(erase_id=secrets.token_hex(16)))
    return said if said == LEFT else "waited for"


def _erase(stage: Stage, task: ErasureTask) -> str:
    """Gives the function one task; what it says of it."""
    answer, logged = stage.invoke("Erase", _batch(task.to_json()))
    if answer["batchItemFailures"]:
        return LEFT
    told = {str(line["message"]): line for line in logged if "message" in line}
    if "erasure failed" in told:
        return f"failed: {told['erasure failed']['code']}"
    if "text lost" in told:
        return "a text is lost"
    return f"{told['erasure done']['erased']} erased" if "erasure done" in told else "done"


# -- reconciliations --------------------------------------------------------------------------------------


def queue_due(stage: Stage) -> str:
    """A message that is due."""
    whole_id = f"{stage.provider}:{ACCOUNT}:due-{time.time_ns()}"
    sent = message(Status.SENT, id=whole_id, provider=stage.provider, account=ACCOUNT)
    past = "2026-01-01T00:00:00.000Z"
    store_of(stage.stack).add(
        whole_id, state_from_answer(NormalizedMessage(sent, (observation(Status.SENT),))), schedule=FixedSchedule(past)
    )
    answer, _ = stage.invoke("Reconcile", {"provider": stage.provider})
    return "queued" if answer.get("queued") else _error(answer)


def count_day(stage: Stage) -> str:
    """A recount of a day of an account without messages."""
    return _work(stage, _recount(stage, stage.new_account()))


def count_day_of_earlier_release(stage: Stage) -> str:
    """A recount of a message whose entry in the census says nothing yet: whether it does afterwards."""
    native_id = stage.new_message()
    stage.lookup(native_id)
    indexed = store_of(stage.stack).read(message_id(stage.provider, ACCOUNT, native_id)).indexed()
    assert indexed is not None
    key = entry_key(indexed.census_entry)
    stage.stack.table.update(key, "REMOVE facts")
    _work(stage, _recount(stage, ACCOUNT, indexed.sort_at[:10]))
    entry = stage.stack.table.get(key, consistent=True)
    return "filled in" if entry is not None and "facts" in entry else "left as it was"


def count_day_that_had_more(stage: Stage) -> str:
    """A recount of a day whose counts are of messages that have gone."""
    account = stage.new_account()
    key = COUNTS.key(
        provider=stage.provider, account=account, day=_DAY, channel="sms", direction="outbound", country="AU"
    )
    stage.stack.table.put({**key, "tally": text("{}"), "as_of": text("2026-06-01T12:00:00.000Z")})
    return _work(stage, _recount(stage, account))


def recount_by_schedule(stage: Stage) -> str:
    """An account that was never counted: whether its recount begins."""
    account = stage.new_account(sync_minutes=0)
    said = _reconcile(stage, account)
    if "refuses" in said:
        return said
    return "begun" if account in RecountState(stage.stack.table).turns(stage.provider) else "not begun"


def sync_by_schedule(stage: Stage) -> str:
    """An account whose list is to be walked every minute."""
    return _reconcile(stage, stage.new_account(sync_minutes=1))


def sync_by_schedule_while_running(stage: Stage) -> str:
    """Such an account, while its last sync is running."""
    account = stage.new_account(sync_minutes=1)
    SyncState(stage.stack.table).start(stage.provider, account, Window())
    return _reconcile(stage, account)


def sync_by_schedule_after_crash(stage: Stage) -> str:
    """Such an account, whose last sync ended, but for its lock."""
    return _reconcile(stage, leave_lock(stage, stage.new_account(sync_minutes=1)))


def _reconcile(stage: Stage, account: str) -> str:
    """Runs the schedule's function with one account known."""
    health = AccountHealth(stage.stack.table)
    health.register(stage.provider, account)
    answer, _ = stage.invoke("Reconcile", {"provider": stage.provider})
    health.forget(stage.provider, account)
    return f"syncs {answer['syncs']}" if "syncs" in answer else _error(answer)


def _error(answer: dict[str, Any]) -> str:
    return str(answer["errorMessage"])
