"""The worker of one provider's queue: up to ten tasks at once, each ended as its error class says.

Ended tasks are acknowledged. A task that has to wait is sent anew with a delay before it is acknowledged, so that
waiting never uses up its tries. One that must not be tried again goes to the dead-letter queue with the reason on it.
"""

from __future__ import annotations

import asyncio
import random
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

from message_detail import container, observability
from message_detail.accounts import DEFAULT_ACCOUNT
from message_detail.errors import InternalError, InvalidRequest, MessageDetailError, Redelivery, StorageError
from message_detail.handlers.checks import check_environment, check_event, is_batch
from message_detail.handlers.http import LambdaContext
from message_detail.provider import Provider
from message_detail.queue import AnyTask, PageTask, Task, parse
from message_detail.settings import settings

ENVIRONMENT: Final = ("TABLE_NAME", "CONTENT_BUCKET", "STACK_NAME", "QUEUE_URL", "DEAD_LETTER_QUEUE_URL")
BATCH: Final = 10
FIRST_DELAY_SECONDS: Final = 5.0
LONGEST_DELAY_SECONDS: Final = 600.0

WorkerHandler = Callable[[dict[str, Any], LambdaContext], Mapping[str, Any]]


class TryAgain(Exception):
    """Tells the batch processor to leave a record on the queue, where it uses up one of its tries."""


def worker_handler(provider: Provider) -> WorkerHandler:
    """The handler of a provider's queue."""

    def handler(event: dict[str, Any], context: LambdaContext) -> Mapping[str, Any]:
        check_event(event, is_batch)
        check_environment(*ENVIRONMENT)
        container.service(provider), container.queue()  # once, and not once in each of ten threads that start together
        seconds = max(0.0, context.get_remaining_time_in_millis() / 1000 - 2.0)

        async def record_handler(record: SQSRecord) -> None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(_threads(), end, provider, record, seconds)

        processor = AsyncBatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        result = async_process_partial_response(event, record_handler, processor, context)  # type: ignore[arg-type]
        observability.logger().info(
            "batch",
            provider=provider.name,
            records=len(event["Records"]),
            again=len(result["batchItemFailures"]),
        )
        observability.flush(provider.name)
        return result

    return handler


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(BATCH, thread_name_prefix="task")


def end(provider: Provider, record: SQSRecord, seconds: float) -> None:
    """Processes a record to its end, which may be another queue; raises TryAgain to leave it where it is."""
    try:
        task = _task(provider, record.body)
    except InvalidRequest as error:
        _bury(provider, record.body, DEFAULT_ACCOUNT, error)
        return
    try:
        _process(provider, task, seconds)
    except MessageDetailError as error:
        _after(error, provider, record, task)
    except Exception as error:  # noqa: BLE001  # the outermost edge
        observability.log_unexpected(error, provider=provider.name, account=task.account)
        _after(InternalError("unexpected error"), provider, record, task)


def _task(provider: Provider, body: str) -> AnyTask:
    task = parse(body)
    if task.provider != provider.name:
        raise InvalidRequest(f"the task is for {task.provider[:64]!r}, not for {provider.name}")
    return task


def _process(provider: Provider, task: AnyTask, seconds: float) -> None:
    if isinstance(task, PageTask):
        page = container.syncer(provider).process(task, seconds)
        observability.count("synced", page.seen if page is not None else 0)
        return
    done = container.service(provider).process(task, seconds)
    thread = task.thread_of(done.message.conversation.thread_id)
    if thread is not None:
        container.queue().send(thread)
    observability.count("fetched")
    observability.measure_seconds("receipt_to_row", done.seconds)
    if done.regressed:
        observability.count("status_regressed")
    if done.discrepant:
        observability.count("discrepancies")
    if done.message.provenance.drift:
        observability.count("drift", len(done.message.provenance.drift))


def _after(error: MessageDetailError, provider: Provider, record: SQSRecord, task: AnyTask) -> None:
    """What the error class says, done."""
    observability.logger().warning(
        "task failed",
        extra={
            "provider": provider.name,
            "account": task.account,
            "code": error.code,
            "next": error.redelivery.value,
        },
    )
    observability.count(f"failed_{error.code}")
    if error.redelivery is Redelivery.DROP:
        observability.count("dropped")
        if isinstance(task, PageTask):
            container.syncer(provider).failed(task, error)
    elif error.redelivery is Redelivery.LATER and _comes_again(task):
        observability.count("deferred")
    elif error.redelivery is Redelivery.LATER:
        container.queue().send(task.deferred(), delay_of(error, task))
        observability.count("deferred")
    elif error.redelivery is Redelivery.DEAD or _tries(record) >= settings().max_receives:
        if isinstance(task, PageTask):
            container.syncer(provider).failed(task, error)
        _bury(provider, record.body, task.account, error)
    else:
        raise TryAgain(error.code)


def _comes_again(task: AnyTask) -> bool:
    """A message that is due stays so: waiting on the queue, too, it would be there once more after each lease."""
    return isinstance(task, Task) and task.via == "reconcile"


def delay_of(error: MessageDetailError, task: AnyTask) -> float:
    """Seconds to put a task off: what the error says, else growing with full jitter."""
    if error.retry_after is not None:
        # A little spread, so that all that waited for one moment don't come back in it.
        return error.retry_after + random.uniform(0, min(10.0, 1 + error.retry_after / 4))  # noqa: S311
    ceiling = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** min(task.deferrals, 10))
    return random.uniform(1, ceiling)  # noqa: S311  # spread, not secrecy


def _bury(provider: Provider, body: str, account: str, error: MessageDetailError) -> None:
    try:
        container.queue().bury(body, account, f"{error.code}: {error.detail}")
    except StorageError as refusal:
        observability.logger().error("dead letter refused", provider=provider.name, reason=refusal.detail)
        raise  # the record stays on its queue
    container.tally().dead(provider.name)
    observability.logger().error(
        "task is dead", extra={"provider": provider.name, "code": error.code, "reason": error.detail}
    )
    observability.count("dead")


def _tries(record: SQSRecord) -> int:
    return int(record.attributes.approximate_receive_count or 1)
