"""The schedules, one for each provider: what is due is queued every minute, and syncs are started."""

from __future__ import annotations

from typing import Any, Final

from message_detail import bootstrap, observability
from message_detail.bootstrap import Services
from message_detail.domain.correlation import first_usable
from message_detail.entrypoints.checks import check_environment, check_event, is_schedule
from message_detail.entrypoints.http import LambdaContext
from message_detail.services.reconcile import Reconciler

ENVIRONMENT: Final = ("TABLE_NAME", "STACK_NAME", "QUEUE_URLS")


@observability.invocation
def reconcile_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """How many messages were queued, and how many syncs started, of the provider that the schedule names."""
    check_event(event, is_schedule)
    check_environment(*ENVIRONMENT)
    provider = event["provider"]
    reconciler = bootstrap.services().reconciler(provider)
    with observability.correlated(first_usable(context.aws_request_id), provider=provider):
        try:
            queued, started = reconciler.run(lambda: context.get_remaining_time_in_millis() / 1000)
        finally:
            observability.flush(provider)
    return {"queued": queued, "syncs": started}


def _of_all_providers(services: Services) -> list[Reconciler]:
    return [services.reconciler(provider) for provider in services.settings.queue_urls]


bootstrap.in_init(ENVIRONMENT, _of_all_providers)
