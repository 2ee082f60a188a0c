"""The worker of the queue of erasures: one slice of one erasure at a time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

from message_detail import bootstrap, observability
from message_detail.entrypoints.checks import check_environment, check_event, is_batch
from message_detail.entrypoints.http import LambdaContext
from message_detail.entrypoints.worker import delivered, seconds_for_calls

ENVIRONMENT: Final = ("TABLE_NAME", "CONTENT_BUCKET", "QUEUE_URL")


@observability.invocation
def erase_handler(event: dict[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    """SQS's partial batch response, which names what stays on the queue."""
    check_event(event, is_batch)
    check_environment(*ENVIRONMENT)
    runner = bootstrap.services().erase_runner
    until = time.monotonic() + seconds_for_calls(context.get_remaining_time_in_millis() / 1000)
    try:
        again = [one for one in map(delivered, event["Records"]) if not runner.end(one, until)]
        observability.info("tasks ended", records=len(event["Records"]), again=len(again))
    finally:
        observability.flush()
    return {"batchItemFailures": [{"itemIdentifier": one.id} for one in again]}


bootstrap.in_init(ENVIRONMENT, attrgetter("erase_runner"))
