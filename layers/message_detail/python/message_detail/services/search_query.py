"""What a search asks for: the parameters of GET /v1/messages, checked, as lists of the index and a time range."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from message_detail.adapters.aws.search import DEFAULT_LIMIT, MAX_LIMIT, Query
from message_detail.domain.addresses.query import Regions, address_lists, no_regions
from message_detail.domain.errors import OutOfReach
from message_detail.domain.reach import EVERYTHING, Reach
from message_detail.domain.search_keys import (
    contact_list,
    conversation_list,
    discrepancy_list,
    provider_list,
    reference_list,
)
from message_detail.domain.status import Outcome, Status, ladder, outcome_for
from message_detail.providers import names
from message_detail.services.request_model import (
    NOT_BLANK,
    AccountName,
    MustBe,
    ParametersModel,
    ProviderName,
    Words,
    instant,
    wrong,
)

NDJSON: Final = "ndjson"
FILTERS: Final = ("address", "contact", "conversation", "reference", "provider", "discrepancy")
_ONE: Final = f"At most one of {', '.join(FILTERS)} may be given; without, the messages of all providers are listed."
_WITH: Final = "with provider, or with none of the filters"
_WORDS: Final = "|".join(Status)
_LIMIT: Final = f"a whole number from 1 to {MAX_LIMIT}"


def _instant(text: str) -> str:
    """A time rounded up to milliseconds, so that what it leaves out or takes in is exact."""
    # A plus that was not percent-encoded arrives as a blank.
    return instant(re.sub(r" (\d\d:\d\d)$", r"+\1", text.strip()), round_up=True)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise wrong(f"must be {_LIMIT}")
    return int(text)


def _statuses(text: str) -> tuple[Status, ...]:
    words = text.split(",")
    if not set(words) <= set(Status):
        raise wrong(f"must be one of {', '.join(Status)}, or several of them joined by commas")
    return tuple(map(Status, dict.fromkeys(words)))


def _outcome(text: str) -> Outcome:
    if text not in set(Outcome):
        raise wrong(f"must be one of {', '.join(Outcome)}")
    return Outcome(text)


Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT), BeforeValidator(_number), MustBe(_LIMIT)]
View = Annotated[
    Literal["summary"] | None,
    Field(description="`summary`: each message without `body` and `extensions`, which are empty."),
    MustBe("summary"),
]
Instant = Annotated[str, AfterValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
Statuses = Annotated[
    tuple[Status, ...],
    BeforeValidator(_statuses),
    WithJsonSchema({"type": "string", "pattern": f"^({_WORDS})(,({_WORDS}))*$"}),
]
OneOutcome = Annotated[
    Outcome, BeforeValidator(_outcome), WithJsonSchema({"enum": [outcome.value for outcome in Outcome]})
]


class MessageFilters(ParametersModel):
    """Which stored messages: those of one filter, of a time range, a page of them."""

    address: Annotated[
        Words | None,
        Field(
            description="Messages with a party of this address, in any spelling; a number without its country code is "
            f"read in the regions of the accounts. {_ONE}"
        ),
    ] = None
    contact: Annotated[Words | None, Field(description="Messages with a party that its provider knows by this id.")] = (
        None
    )
    conversation: Annotated[Words | None, Field(description="Messages of this conversation or thread.")] = None
    reference: Annotated[
        Words | None,
        Field(description="Messages with a reference of this value: a custom string, the carrier's id …"),
    ] = None
    provider: Annotated[ProviderName | None, Field(description="Messages of this provider.")] = None
    discrepancy: Annotated[
        Literal["true"] | None,
        Field(description="Messages whose announced status the provider does not confirm."),
        MustBe("true"),
    ] = None
    account: Annotated[AccountName | None, Field(description="Of this account; with provider only.")] = None
    status: Annotated[
        Statuses | None,
        Field(description=f"At this status, or at one of several that commas join, of {', '.join(Status)}; {_WITH}."),
    ] = None
    outcome: Annotated[OneOutcome | None, Field(description=f"Of this outcome; {_WITH}, and without status.")] = None
    since: Annotated[
        Instant | None,
        Field(description="From this time on (the time that messages are listed under); of 1971 or later."),
    ] = None
    until: Annotated[Instant | None, Field(description="Before this time; must be later than since.")] = None
    limit: Annotated[Limit, Field(description="Messages per page. A page before the last one may be shorter.")] = (
        DEFAULT_LIMIT
    )
    cursor: Annotated[
        Annotated[str, WithJsonSchema(NOT_BLANK)] | None,
        Field(description="`next_cursor` of the page before, with the same other parameters."),
    ] = None

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        asked = [name for name in FILTERS if getattr(self, name) is not None]
        if len(asked) > 1:
            raise wrong(f"give at most one of {', '.join(FILTERS)}; there is {' and '.join(asked)}")
        if self.account is not None and self.provider is None:
            raise wrong("account: goes with provider only")
        standing = [name for name in ("status", "outcome") if getattr(self, name) is not None]
        if standing and asked not in ([], ["provider"]):
            raise wrong(f"{standing[0]}: goes {_WITH}; there is {asked[0]}")
        if len(standing) > 1:
            raise wrong("outcome: does not go with status; give one of them")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise wrong("until: must be later than since")
        return self


class SearchParameters(MessageFilters):
    """Which stored messages, and how much of each."""

    view: View = None


class ExportParameters(MessageFilters):
    """Which stored messages, and as what."""

    format: Annotated[
        Literal["ndjson", "csv"],
        Field(description="`ndjson`: each message whole, a line of JSON; `csv`: its columns of a table."),
        MustBe("ndjson or csv"),
    ] = NDJSON
    limit: Annotated[Limit, Field(description="Messages per page. A page before the last one may be shorter.")] = (
        MAX_LIMIT
    )


PARAMETERS: Final = tuple(SearchParameters.model_fields)


def parse(parameters: Mapping[str, str], regions: Regions = no_regions, reach: Reach = EVERYTHING) -> Query:
    """The query that parameters ask for, or InvalidRequest that names the one that is wrong; OutOfReach where they name
    what is not within `reach`.

    `regions` gives those in which numbers without a country code are read.
    """
    asked = SearchParameters.read(parameters)
    return replace(query_of(asked, regions, reach), summary=asked.view is not None)


def query_of(asked: MessageFilters, regions: Regions, reach: Reach) -> Query:
    """The query for the messages that filters name, whole; Forbidden as `parse`."""
    if asked.provider is not None and not _is_within(reach, asked.provider, asked.account):
        raise OutOfReach(f"this API key is for {reach} only")
    return Query(
        stages=_stages(asked, regions, reach),
        reach=reach,
        since=asked.since,
        until=asked.until,
        limit=asked.limit,
        cursor=asked.cursor,
        outcome=asked.outcome,
    )


def _is_within(reach: Reach, provider: str, account: str | None) -> bool:
    return reach.touches(provider) if account is None else reach.includes(provider, account)


def _owners(asked: MessageFilters, reach: Reach) -> list[tuple[str, str | None]]:
    """The providers, and where it is a matter of them the accounts, whose messages are asked for."""
    if asked.account is not None and asked.provider is not None:
        return [(asked.provider, asked.account)]
    providers = (asked.provider,) if asked.provider is not None else names()
    within = [name for name in providers if reach.touches(name)]
    return [(name, account) for name in within for account in reach.accounts_of(name) or (None,)]


def _stages(asked: MessageFilters, regions: Regions, reach: Reach) -> tuple[tuple[str, ...], ...]:
    """The lists of the filters that are given, those that a message leaves before those that it comes to."""
    owners = _owners(asked, reach)
    if asked.outcome is Outcome.UNCERTAIN:
        return (tuple(provider_list(*owner, asked.outcome) for owner in owners),)
    statuses = asked.status
    if asked.outcome is not None:
        statuses = tuple(status for status in Status if outcome_for(status) is asked.outcome)
    if statuses is not None:
        steps = ladder(statuses)
        return tuple(tuple(provider_list(*owner, step) for owner in owners) for step in steps)
    return (_lists(asked, regions) or tuple(provider_list(*owner) for owner in owners),)


def _lists(asked: MessageFilters, regions: Regions) -> tuple[str, ...]:
    """The lists of the one filter that is given, if it isn't a provider."""
    if asked.address is not None:
        return address_lists(asked.address, regions)
    if asked.contact is not None:
        return (contact_list(asked.contact),)
    if asked.conversation is not None:
        return (conversation_list(asked.conversation),)
    if asked.reference is not None:
        return (reference_list(asked.reference),)
    return (discrepancy_list(),) if asked.discrepancy is not None else ()
