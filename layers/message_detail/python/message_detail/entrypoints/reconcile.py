"""The schedule of one provider: what is due is queued every minute, and syncs are started."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from message_detail import bootstrap, observability
from message_detail.domain.correlation import first_usable
from message_detail.entrypoints.checks import check_environment, check_event, is_schedule
from message_detail.entrypoints.http import LambdaContext
from message_detail.providers.base.account import AccountSchema

ENVIRONMENT: Final = ("TABLE_NAME", "STACK_NAME", "QUEUE_URL")


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
        reconciler = bootstrap.services().reconciler(provider, schema)
        try:
            queued, started = reconciler.run(lambda: context.get_remaining_time_in_millis() / 1000)
        finally:
            observability.flush(provider)
        return {"queued": queued, "syncs": started}

    return handler
