"""The deliverer: batches of the events' queue, up to ten attempts at once; and every minute what waits and is due."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from operator import attrgetter
from typing import Any, Final

from message_detail import bootstrap, observability
from message_detail.bootstrap import Services
from message_detail.domain.correlation import first_usable
from message_detail.entrypoints.checks import check_environment, check_event, is_batch, is_waiting_round
from message_detail.entrypoints.http import LambdaContext
from message_detail.services.delivery_runner import in_order

ENVIRONMENT: Final = ("TABLE_NAME", "STACK_NAME", "EVENTS_QUEUE_URL", "API_URL")
BATCH: Final = 10
SPARE_SECONDS: Final = 2.0
"""Kept for the answer."""


@observability.invocation
def deliver_handler(event: dict[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    """SQS's partial batch response, which names what stays on the queue; of the schedule, how many events it queued."""
    is_round = is_waiting_round(event)
    check_event(event, is_waiting_round if is_round else is_batch)
    check_environment(*ENVIRONMENT)
    services = bootstrap.services()
    try:
        return _queue_waiting(services, context) if is_round else _deliver(services, event, context)
    finally:
        observability.flush()


def _deliver(services: Services, event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    runner = services.delivery_runner  # once, and not once in each of ten threads
    until = time.monotonic() + _seconds_left(context) - SPARE_SECONDS
    received, again = runner.receive((record["messageId"], record["body"]) for record in event["Records"])
    ended = [_threads().submit(runner.end, group, until) for group in in_order(received)]
    again += [message_id for one in ended for message_id in one.result()]
    observability.info("tasks ended", records=len(event["Records"]), again=len(again))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}


def _queue_waiting(services: Services, context: LambdaContext) -> Mapping[str, int]:
    with observability.correlated(first_usable(context.aws_request_id)):
        return {"queued": services.waiting_rounds.run(lambda: _seconds_left(context))}


def _seconds_left(context: LambdaContext) -> float:
    return context.get_remaining_time_in_millis() / 1000


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(BATCH, thread_name_prefix="delivery")


bootstrap.in_init(ENVIRONMENT, attrgetter("delivery_runner"))
