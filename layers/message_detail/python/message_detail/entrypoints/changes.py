"""What reads the table's stream: changes become events, and events are queued for the endpoints that want them."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

from message_detail import bootstrap, observability
from message_detail.domain.correlation import first_usable
from message_detail.entrypoints.checks import check_environment, check_event, is_stream
from message_detail.entrypoints.http import LambdaContext

ENVIRONMENT: Final = ("STACK_NAME", "EVENTS_QUEUE_URL", "API_URL")


@observability.invocation
def changes_handler(event: dict[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    """Lambda's partial batch response for streams: it goes on from the record that is named."""
    check_event(event, is_stream)
    check_environment(*ENVIRONMENT)
    with observability.correlated(first_usable(context.aws_request_id)):
        try:
            failed = bootstrap.services().changes.send(event["Records"])
        finally:
            observability.flush()
    return {"batchItemFailures": [{"itemIdentifier": failed}] if failed is not None else []}


bootstrap.in_init(ENVIRONMENT, attrgetter("changes"))
