"""What the routes of statistics answer, as models."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, WithJsonSchema

from message_detail.domain.message import Channel, Decimal, Direction, FailureCategory, Permanence
from message_detail.entrypoints.answer_model import Answer, Count, Moment
from message_detail.services.request_model import AccountName, ProviderName

Day = Annotated[date, WithJsonSchema({"type": "string", "format": "date"})]
SecondsOrNull = Annotated[float | None, WithJsonSchema({"type": ["number", "null"], "minimum": 0})]


class FailuresOfAKind(Answer):
    """How many messages failed of the same."""

    category: FailureCategory
    permanence: Permanence
    count: Count


class Seconds(Answer):
    """How long something took, in seconds: of how many messages that is known, what so many percent of them did not
    exceed (at most 2 % off; null without any), and how many took no longer than 10, 60, 300 seconds (exactly)."""

    n: Count
    p50: SecondsOrNull
    p90: SecondsOrNull
    p95: SecondsOrNull
    p99: SecondsOrNull
    within_10: Count
    within_60: Count
    within_300: Count


class LearnedBy(Answer):
    """How we learned of what happened last: of how many messages by what."""

    lookup: Count
    webhook: Count
    refresh: Count
    sync: Count
    reconcile: Count


class CostInAUnit(Answer):
    """What messages cost in one unit (null: none is told), and that divided by the messages delivered."""

    unit: str | None
    amount: Decimal
    per_delivered: Decimal | None


class StatsRow(Answer):
    """Messages, counted. The first six keys say of what they are, where rows are grouped by it; `country` is null, too,
    where the other party has no number of a country.

    `decided` and `delivered` count outbound messages only; `failed`, `undecided` (still on their way) and `uncertain`
    count all. `delivery_rate` is delivered ÷ decided of the outbound messages of providers that report deliveries, with
    Wilson's interval of 95 %; without one `no_rate` says why: `no_outbound`, `never_reported` (by these providers) or
    `nothing_decided`. `seconds_to_delivered` starts at sent, else created; `seconds_to_know` is from what happened last
    to our knowing. Amounts are never added up across units.
    """

    day: Day | None
    provider: ProviderName | None
    account: AccountName | None
    channel: Channel | None
    direction: Direction | None
    country: str | None
    messages: Count
    by_status: dict[str, Count]
    decided: Count
    delivered: Count
    failed: Count
    undecided: Count
    uncertain: Count
    delivery_rate: Decimal | None
    no_rate: Annotated[str | None, Field(pattern="^(no_outbound|never_reported|nothing_decided)$")]
    delivery_rate_interval: Annotated[tuple[Decimal, ...], Field(min_length=2, max_length=2)] | None
    failures: tuple[FailuresOfAKind, ...]
    seconds_to_delivered: Seconds
    seconds_to_know: Seconds
    learned_by: LearnedBy
    segments: Count
    cost: tuple[CostInAUnit, ...]
    discrepancies: Count
    drift: Count
    replied: Count
    opted_out: Count


class Stats(Answer):
    """Counts of stored messages.

    `as_of`: since when they hold, null where nothing was counted yet; `open_days`: those of the days asked for whose
    messages may still change, and which are counted again by themselves; `counting`: days of them are being counted.
    """

    as_of: Moment | None
    open_days: tuple[Day, ...]
    counting: bool
    rows: tuple[StatsRow, ...]


class RecountBegun(Answer):
    """The days that are being counted anew; `GET /v1/stats` says `counting` until they are."""

    days: tuple[Day, ...]
