"""Statistics: counts of stored messages, and counting them anew."""

from __future__ import annotations

from dataclasses import asdict

from message_detail.bootstrap import Services
from message_detail.domain.scopes import ADMIN, METADATA
from message_detail.domain.statistics.days import days_from
from message_detail.domain.statistics.report import Sum, seconds_of
from message_detail.entrypoints.answer_model import PRIVATE, answer
from message_detail.entrypoints.http import HttpRequest, Response, require
from message_detail.entrypoints.stats_answers import RecountBegun, Stats, StatsRow
from message_detail.services.stats_request import RecountRequest, StatsParameters

RECOUNT_PATH = "/v1/stats/recount"


def show(services: Services, request: HttpRequest) -> Response:
    """The counts that are asked for."""
    require(request, METADATA)
    numbers = services.statistics.find(StatsParameters.read(request.query))
    body = Stats.model_validate(
        {
            "as_of": numbers.as_of,
            "open_days": numbers.open_days,
            "counting": numbers.counting,
            "rows": [_row(of, total) for of, total in numbers.rows],
        }
    )
    return answer(body, headers=PRIVATE)


def recount(services: Services, request: HttpRequest) -> Response:
    """Begins to count days of all accounts anew."""
    require(request, ADMIN)
    request.no_parameters()
    asked = RecountRequest.read(request.json())
    for provider in services.settings.queue_urls:
        services.recounts(provider).begin_all(asked.from_, asked.to)
    return answer(RecountBegun.model_validate({"days": list(days_from(asked.from_, asked.to))}), 202)


def _row(of: dict[str, str | None], total: Sum) -> StatsRow:
    counted = total.counted
    return StatsRow.model_validate(
        {
            **of,
            "messages": counted.messages,
            "by_status": dict(sorted(counted.by_status.items())),
            "decided": counted.decided,
            "delivered": counted.delivered,
            "failed": counted.failed,
            "undecided": counted.undecided,
            "uncertain": counted.uncertain,
            "delivery_rate": total.delivery_rate,
            "no_rate": total.no_rate,
            "delivery_rate_interval": total.delivery_rate_interval,
            "failures": [asdict(one) for one in total.failures()],
            "seconds_to_delivered": asdict(seconds_of(counted.to_delivered)),
            "seconds_to_know": asdict(seconds_of(counted.to_know)),
            "learned_by": total.learned_by(),
            "segments": counted.segments,
            "cost": [asdict(one) for one in total.cost()],
            "discrepancies": counted.discrepancies,
            "drift": counted.drift,
            "replied": counted.replied,
            "opted_out": counted.opted_out,
        }
    )
