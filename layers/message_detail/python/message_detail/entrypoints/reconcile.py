"""The schedules, one for each provider: what is due is queued every minute, and syncs are started."""

from __future__ import annotations

from typing import Any, Final

from message_detail import bootstrap, observability
from message_detail.bootstrap import Services
from message_detail.domain.correlation import first_usable
from message_detail.entrypoints.checks import check_environment, check_event, is_schedule
from message_detail.entrypoints.http import LambdaContext
from message_detail.services.reconcile import Reconciler
from message_detail.services.recount_schedule import Recounts

ENVIRONMENT: Final = ("TABLE_NAME", "STACK_NAME", "QUEUE_URLS")


@observability.invocation
def reconcile_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """How many messages were queued, and how many syncs started, of the provider that the schedule names. Recounts of
    its accounts begin as well, when it is time."""
    check_event(event, is_schedule)
    check_environment(*ENVIRONMENT)
    provider = event["provider"]
    services = bootstrap.services()
    reconciler, recounts = services.reconciler(provider), services.recounts(provider)

    def _seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    with observability.correlated(first_usable(context.aws_request_id), provider=provider):
        try:
            queued, started = reconciler.run(_seconds_left)
        finally:
            try:
                recounts.run(_seconds_left)
            finally:
                observability.flush(provider)
    return {"queued": queued, "syncs": started}


def _of_all_providers(services: Services) -> list[tuple[Reconciler, Recounts]]:
    return [(services.reconciler(provider), services.recounts(provider)) for provider in services.settings.queue_urls]


bootstrap.in_init(ENVIRONMENT, _of_all_providers)
