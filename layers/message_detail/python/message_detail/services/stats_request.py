"""What statistics are asked for: which days and messages, and by what the rows are grouped."""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from message_detail.domain.errors import InvalidRequest
from message_detail.domain.message import Channel, Direction
from message_detail.domain.statistics.days import add_days, is_day
from message_detail.domain.statistics.tally import Group
from message_detail.services.request_model import (
    AccountName,
    MustBe,
    ParametersModel,
    ProviderName,
    RequestModel,
    wrong,
)

DIMENSIONS: Final = ("day", "provider", "account", "channel", "direction", "country")
"""What rows can be grouped by."""
MOST_DAYS: Final = 366
USUAL_DAYS: Final = 7
_A_DAY: Final = "a day, like 2026-11-01"
_NAMES: Final = "|".join(DIMENSIONS)
_GROUPS: Final = f"one or several of {', '.join(DIMENSIONS)}, joined by commas"
_COUNTRY: Final = "a country's two capital letters (ISO 3166), like AU"


def _day(text: str) -> str:
    if not is_day(text):
        raise wrong(f"must be {_A_DAY}")
    return text


def _one_of(words: type[Channel] | type[Direction], text: str) -> str:
    if text not in set(words):
        raise wrong(f"must be one of {', '.join(words)}")
    return text


def _channel(text: str) -> str:
    return _one_of(Channel, text)


def _direction(text: str) -> str:
    return _one_of(Direction, text)


def _country(text: str) -> str:
    if not (len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()):
        raise wrong(f"must be {_COUNTRY}")
    return text


def _groups(text: str) -> tuple[str, ...]:
    words = text.split(",")
    if not set(words) <= set(DIMENSIONS):
        raise wrong(f"must be {_GROUPS}")
    return tuple(dict.fromkeys(words))


Day = Annotated[str, AfterValidator(_day), WithJsonSchema({"type": "string", "format": "date"}), MustBe(_A_DAY)]


def _is_too_long(first: str, last: str) -> bool:
    return add_days(first, MOST_DAYS) <= last


def _check_span(first: str, last: str) -> None:
    if first > last:
        raise wrong("to: must not be before from")
    if _is_too_long(first, last):
        raise wrong(f"to: must be at most {MOST_DAYS} days from from, both included")


class StatsParameters(ParametersModel):
    """Which messages are summed up, by the day that they are listed under (UTC), and how."""

    from_: Annotated[
        Day | None,
        Field(alias="from", description=f"The first day; without it {USUAL_DAYS} days are summed up."),
    ] = None
    to: Annotated[
        Day | None,
        Field(description=f"The last day, included; without it today. At most {MOST_DAYS} days in all."),
    ] = None
    provider: Annotated[ProviderName | None, Field(description="Messages of this provider.")] = None
    account: Annotated[AccountName | None, Field(description="Of this account; with provider only.")] = None
    channel: Annotated[
        Annotated[str, AfterValidator(_channel), WithJsonSchema({"enum": [one.value for one in Channel]})] | None,
        Field(description="Of this channel."),
    ] = None
    direction: Annotated[
        Annotated[str, AfterValidator(_direction), WithJsonSchema({"enum": [one.value for one in Direction]})] | None,
        Field(description="Of this direction."),
    ] = None
    country: Annotated[
        Annotated[str, AfterValidator(_country), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"})] | None,
        Field(description="To or from numbers of this country (ISO 3166)."),
    ] = None
    group_by: Annotated[
        Annotated[
            tuple[str, ...],
            BeforeValidator(_groups),
            WithJsonSchema({"type": "string", "pattern": f"^({_NAMES})(,({_NAMES}))*$"}),
        ]
        | None,
        Field(description=f"A row for each of what is there: {_GROUPS}. Without it all is one row."),
    ] = None

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.account is not None and self.provider is None:
            raise wrong("account: goes with provider only")
        if self.from_ is not None and self.to is not None:
            _check_span(self.from_, self.to)
        return self

    @property
    def grouped(self) -> tuple[str, ...]:
        """What the rows are grouped by."""
        return self.group_by or ()

    def days(self, today: str) -> tuple[str, str]:
        """The first and the last day. InvalidRequest where there are too many."""
        last = self.to or max(today, self.from_ or today)
        first = self.from_ or add_days(last, 1 - USUAL_DAYS)
        if _is_too_long(first, last):
            raise InvalidRequest(f"from: must be within the last {MOST_DAYS} days where to is not given")
        return first, last

    def takes(self, group: Group) -> bool:
        """Whether messages of a group are summed up."""
        wanted = (self.channel, self.direction, self.country)
        return all(value in (None, own) for value, own in zip(wanted, group, strict=True))


class RecountRequest(RequestModel):
    """Which days are to be counted anew, both ends included."""

    from_: Annotated[Day, Field(alias="from", description="The first day.")]
    to: Annotated[Day, Field(description=f"The last day, included; at most {MOST_DAYS} days in all.")]

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        _check_span(self.from_, self.to)
        return self
