"""The worker of one provider's queue: up to ten tasks at once, those of one message together, each to its own end.

Ended tasks are acknowledged; those that are not stay on the queue. There is one deadline from the batch's receipt to
its last answer: what can't begin any more is put off like what has to wait, so that the function returns before it is
ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Final

from message_detail import bootstrap, observability
from message_detail.bootstrap import Services
from message_detail.entrypoints.checks import check_environment, check_event, is_batch
from message_detail.entrypoints.http import LambdaContext
from message_detail.providers.base.provider import Provider
from message_detail.services.task_runner import Again, Delivered, Received, TaskRunner, together

ENVIRONMENT: Final = ("TABLE_NAME", "CONTENT_BUCKET", "STACK_NAME", "QUEUE_URL", "DEAD_LETTER_QUEUE_URL")
BATCH: Final = 10
LONGEST_STORING_SECONDS: Final = 10.0

WorkerHandler = Callable[[dict[str, Any], LambdaContext], Mapping[str, Any]]


def worker_handler(provider: Provider) -> WorkerHandler:
    """The handler of a provider's queue: SQS's partial batch response, which names what stays on the queue."""
    bootstrap.in_init(ENVIRONMENT, Services.task_runner, provider)

    @observability.invocation
    def handler(event: dict[str, Any], context: LambdaContext) -> Mapping[str, Any]:
        check_event(event, is_batch)
        check_environment(*ENVIRONMENT)
        runner = bootstrap.services().task_runner(provider)  # once, and not once in each of ten threads
        until = time.monotonic() + seconds_for_calls(context.get_remaining_time_in_millis() / 1000)
        records = event["Records"]
        received, again = runner.receive(map(delivered, records))
        ended = [_threads().submit(_end, provider.name, runner, met, until) for met in together(received)]
        again += [message_id for one in ended for message_id in one.result()]
        observability.info("batch", provider=provider.name, records=len(records), again=len(again))
        observability.flush(provider.name)
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}

    return handler


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(BATCH, thread_name_prefix="task")


def seconds_for_calls(left: float) -> float:
    """How much of the seconds that a function has left its calls may take: what they bring has to be stored."""
    return max(0.0, left - min(LONGEST_STORING_SECONDS, max(1.0, left / 10)))


def _end(provider: str, runner: TaskRunner, met: Sequence[Received], until: float) -> Again:
    """The ids of the records that have come to no end, and stay on their queue."""
    with observability.correlated(met[0].correlation_id, provider=provider):
        try:
            return runner.end(met, until)
        except Exception as error:  # noqa: BLE001  # the outermost edge: the other records are not to come again
            observability.log_unexpected(error)
            return [one.delivered.id for one in met]


def delivered(record: Mapping[str, Any]) -> Delivered:
    """A record of a batch."""
    tries = record.get("attributes", {}).get("ApproximateReceiveCount")
    return Delivered(id=record["messageId"], body=record["body"], tries=int(tries or 1))
