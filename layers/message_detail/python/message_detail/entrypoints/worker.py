"""The worker of one provider's queue: up to ten tasks at once, each ended as its error class says.

Ended tasks are acknowledged. A task that has to wait is sent anew with a delay before it is acknowledged, so that
waiting never uses up its tries. One that must not be tried again goes to the dead-letter queue with the reason on it.

There is one deadline from the batch's receipt to its last answer: what can't begin any more is put off like what has
to wait, so that the function returns before it is ended.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Final

from aws_lambda_powertools.utilities.batch import (
    AsyncBatchProcessor,
    EventType,
    async_process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from message_detail import bootstrap, observability
from message_detail.domain.errors import (
    InternalError,
    InvalidRequest,
    MessageDetailError,
    ProviderError,
    Redelivery,
    StorageError,
    StorageRefused,
    StorageUnavailable,
)
from message_detail.domain.message_ids import message_hash
from message_detail.domain.tasks import AnyTask, PageTask, Task, parse, seconds_waited
from message_detail.domain.times import from_epoch, seconds_between
from message_detail.entrypoints.checks import check_environment, check_event, is_batch
from message_detail.entrypoints.correlation import first_usable
from message_detail.entrypoints.http import LambdaContext
from message_detail.providers.base.account import DEFAULT_ACCOUNT
from message_detail.providers.base.provider import Provider
from message_detail.settings import settings

ENVIRONMENT: Final = ("TABLE_NAME", "CONTENT_BUCKET", "STACK_NAME", "QUEUE_URL", "DEAD_LETTER_QUEUE_URL")
BATCH: Final = 10
FIRST_DELAY_SECONDS: Final = 5.0
LONGEST_DELAY_SECONDS: Final = 600.0
LONGEST_STORING_SECONDS: Final = 10.0
HORIZON_SECONDS: Final = 3 * 86_400.0
"""How long a task waits for storage; then it is dead, and its dead letter an alarm."""

WorkerHandler = Callable[[dict[str, Any], LambdaContext], Mapping[str, Any]]


class TryAgain(Exception):
    """Tells the batch processor to leave a record on the queue, where it uses up one of its tries."""


def worker_handler(provider: Provider) -> WorkerHandler:
    """The handler of a provider's queue."""

    @observability.invocation
    def handler(event: dict[str, Any], context: LambdaContext) -> Mapping[str, Any]:
        check_event(event, is_batch)
        check_environment(*ENVIRONMENT)
        bootstrap.service(provider), bootstrap.queue()  # once, and not once in each of ten threads that start together
        until = time.monotonic() + seconds_for_calls(context.get_remaining_time_in_millis() / 1000)

        async def record_handler(record: SQSRecord) -> None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(_threads(), end, provider, record, until)

        processor = AsyncBatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        result = async_process_partial_response(event, record_handler, processor, context)  # type: ignore[arg-type]
        observability.info(
            "batch", provider=provider.name, records=len(event["Records"]), again=len(result["batchItemFailures"])
        )
        observability.flush(provider.name)
        return result

    return handler


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(BATCH, thread_name_prefix="task")


def seconds_for_calls(left: float) -> float:
    """How much of the seconds that a function has left its calls may take: what they bring has to be stored."""
    return max(0.0, left - min(LONGEST_STORING_SECONDS, max(1.0, left / 10)))


def end(provider: Provider, record: SQSRecord, until: float) -> None:
    """Processes a record to its end, which may be another queue; raises TryAgain to leave it where it is.

    `until` is the moment of `time.monotonic` at which every call has to be over. A task that bears no correlation id is
    known by the id of its message on the queue.
    """
    with observability.correlated(first_usable(record.message_id), provider=provider.name):
        try:
            task = _task(provider, record.body)
        except InvalidRequest as error:
            _dead_letter(provider, record.body, DEFAULT_ACCOUNT, error)
            return
        about = message_hash(task.id) if isinstance(task, Task) else None
        with observability.correlated(
            first_usable(task.correlation_id, record.message_id), account=task.account, message_hash=about
        ):
            _end_task(provider, record, task, until)


def _end_task(provider: Provider, record: SQSRecord, task: AnyTask, until: float) -> None:
    observability.measure_seconds("waiting_seconds", seconds_waited(task, from_epoch(bootstrap.now())))
    try:
        _process(provider, task, max(0.0, until - time.monotonic()))
    except MessageDetailError as error:
        _after(error, provider, record, task)
    except Exception as error:  # noqa: BLE001  # the outermost edge
        observability.log_unexpected(error)
        _after(InternalError("unexpected error"), provider, record, task)


def _task(provider: Provider, body: str) -> AnyTask:
    task = parse(body)
    if task.provider != provider.name:
        raise InvalidRequest(f"the task is for {task.provider[:64]!r}, not for {provider.name}")
    return task


def _process(provider: Provider, task: AnyTask, seconds: float) -> None:
    if isinstance(task, PageTask):
        page = bootstrap.syncer(provider).process(task, seconds)
        seen = page.seen if page is not None else 0
        observability.info("page done", sync_id=task.sync_id, page=task.page, seen=seen)
        observability.count("synced", seen)
        return
    done = bootstrap.service(provider).process(task, seconds)
    observability.info("task done", via=task.via, status=done.message.status, spared=done.spared)
    thread = task.thread_task(done.message.conversation.thread_id)
    if thread is not None:
        bootstrap.queue().send(thread)
    if done.spared:
        observability.count("looks_spared")
        return
    observability.count("fetched")
    observability.measure_seconds("receipt_to_row", done.seconds)
    if done.regressed:
        observability.count("status_regressed")
    if done.discrepant:
        observability.count("discrepancies")
    if done.media_look_at is not None:
        _look_for_media(task, done.media_look_at)


def _look_for_media(task: Task, at: str) -> None:
    """Queues the next look at a message whose files may be on their way; the due index stands in where it is lost."""
    look = Task(
        provider=task.provider, account=task.account, message_id=task.message_id, via="reconcile", received_at=at
    )
    bootstrap.queue().send(look, seconds_between(from_epoch(bootstrap.now()), at))
    observability.count("media_awaited")


def _after(error: MessageDetailError, provider: Provider, record: SQSRecord, task: AnyTask) -> None:
    """What the error class says, done."""
    observability.warning("task failed", code=error.code, next=error.redelivery.value, tries=_tries(record))
    observability.count(f"failed_{error.code}")
    if isinstance(task, Task) and task.via == "reconcile" and not isinstance(error, ProviderError):
        _look_no_more(provider, task, error)
    if error.redelivery is Redelivery.DROP and isinstance(task, Task):
        observability.count("dropped")
    elif error.redelivery is Redelivery.LATER and _may_wait(error, task):
        _postpone(provider, record, task, error)
    elif error.redelivery is not Redelivery.RETRY or _tries(record) >= settings().max_receives:
        if isinstance(task, PageTask):
            _end_sync(provider, task, error)
        _dead_letter(provider, record.body, task.account, error)
    else:
        raise TryAgain(error.code)


def _end_sync(provider: Provider, task: PageTask, error: MessageDetailError) -> None:
    """Notes that the sync has failed. What keeps that from being written keeps no page from the dead-letter queue."""
    try:
        bootstrap.syncer(provider).failed(task, error)
    except StorageError as refusal:
        observability.warning("sync not ended", reason=refusal.detail)


def _may_wait(error: MessageDetailError, task: AnyTask) -> bool:
    """Providers are waited for as long as it takes, storage for three days: that long it has never been away."""
    waited = seconds_waited(task, from_epoch(bootstrap.now()))
    return waited < HORIZON_SECONDS or _comes_again(task) or not isinstance(error, StorageUnavailable)


def _postpone(provider: Provider, record: SQSRecord, task: AnyTask, error: MessageDetailError) -> None:
    observability.count("deferred")
    if _comes_again(task):
        return
    try:
        bootstrap.queue().send(task.deferred(), retry_delay(error, task))
    except StorageRefused as refusal:
        _dead_letter(provider, record.body, task.account, refusal)


def _look_no_more(provider: Provider, task: Task, error: MessageDetailError) -> None:
    """A row that can't be worked on would be queued, and die, with every lease. Brought back and stored it is due."""
    if error.redelivery not in (Redelivery.RETRY, Redelivery.DEAD):
        return
    try:
        bootstrap.service(provider).look_no_more(task)
    except StorageError as refusal:
        observability.warning("still due", reason=refusal.detail)


def _comes_again(task: AnyTask) -> bool:
    """A message that is due stays so: waiting on the queue, too, it would be there once more after each lease."""
    return isinstance(task, Task) and task.via == "reconcile"


def retry_delay(error: MessageDetailError, task: AnyTask) -> float:
    """Seconds to put a task off: what the error says, else growing with full jitter."""
    if error.retry_after is not None:
        # A little spread, so that all that waited for one moment don't come back in it.
        return error.retry_after + random.uniform(0, min(10.0, 1 + error.retry_after / 4))  # noqa: S311
    ceiling = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** min(task.deferrals, 10))
    return random.uniform(1, ceiling)  # noqa: S311  # spread, not secrecy


def _dead_letter(provider: Provider, body: str, account: str, error: MessageDetailError) -> None:
    try:
        bootstrap.queue().dead_letter(body, account, f"{error.code}: {error.detail}")
    except StorageError as refusal:
        observability.error("dead letter refused", reason=refusal.detail)
        raise  # the record stays on its queue
    bootstrap.health().dead(provider.name)
    observability.error("task is dead", code=error.code, reason=error.detail)
    observability.count("dead")


def _tries(record: SQSRecord) -> int:
    return int(record.attributes.approximate_receive_count or 1)
