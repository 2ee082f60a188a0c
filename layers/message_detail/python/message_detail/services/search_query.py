"""What a search asks for: the parameters of GET /v1/messages, checked, as lists of the index and a time range."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from message_detail.adapters.aws.search import DEFAULT_LIMIT, MAX_LIMIT, Query
from message_detail.domain.addresses.query import Regions, address_lists, no_regions
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.search_keys import (
    contact_list,
    conversation_list,
    discrepancy_list,
    provider_list,
    reference_list,
)
from message_detail.domain.status import Status
from message_detail.domain.times import parse_instant
from message_detail.providers import names
from message_detail.providers.base.account import check_name

MAX_CHARACTERS: Final = 2_000
FILTERS: Final = ("address", "contact", "conversation", "reference", "provider", "discrepancy")
PARAMETERS: Final = (*FILTERS, "account", "status", "since", "until", "limit", "cursor")
_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")


def parse(parameters: Mapping[str, str], regions: Regions = no_regions) -> Query:
    """The query that parameters ask for, or InvalidRequest that names the one that is wrong.

    `regions` gives those in which numbers without a country code are read.
    """
    for name, value in parameters.items():
        _check(name, value)
    since, until = _instant("since", parameters), _instant("until", parameters)
    if since is not None and until is not None and since >= until:
        raise InvalidRequest("until: must be later than since")
    return Query(_lists(parameters, regions), since, until, _limit(parameters.get("limit")), parameters.get("cursor"))


def _check(name: str, value: str) -> None:
    if name not in PARAMETERS:
        raise InvalidRequest(f"unknown parameter {name[:64]!r}; known are: {', '.join(PARAMETERS)}")
    if not value.strip():
        raise InvalidRequest(f"{name}: must not be empty")
    if name != "cursor" and len(value) > MAX_CHARACTERS:
        raise InvalidRequest(f"{name}: must have at most {MAX_CHARACTERS} characters")


def _lists(parameters: Mapping[str, str], regions: Regions) -> tuple[str, ...]:
    asked = [name for name in FILTERS if name in parameters]
    if len(asked) != 1:
        given = " and ".join(asked) or "none"
        raise InvalidRequest(f"give exactly one of {', '.join(FILTERS)}; there is {given}")
    for name in ("account", "status"):
        if name in parameters and "provider" not in parameters:
            raise InvalidRequest(f"{name}: goes with provider only")
    value = parameters[asked[0]]
    match asked[0]:
        case "address":
            return address_lists(value, regions)
        case "contact":
            return (contact_list(value),)
        case "conversation":
            return (conversation_list(value),)
        case "reference":
            return (reference_list(value),)
        case "provider":
            return (_provider(value, parameters.get("account"), parameters.get("status")),)
    if value != "true":
        raise InvalidRequest("discrepancy: must be true")
    return (discrepancy_list(),)


def _provider(provider: str, account: str | None, status: str | None) -> str:
    if provider not in names():
        raise InvalidRequest(f"provider: there is no {provider[:64]!r}; there are {', '.join(names())}")
    if account is not None:
        check_name(account, provider)
    if status is not None and status not in set(Status):
        raise InvalidRequest(f"status: must be one of {', '.join(Status)}")
    return provider_list(provider, account, status)


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MAX_LIMIT):
        raise InvalidRequest(f"limit: must be a whole number from 1 to {MAX_LIMIT}")
    return int(text)


def _instant(name: str, parameters: Mapping[str, str]) -> str | None:
    """A time rounded up to milliseconds, so that what it leaves out or takes in is exact."""
    text = parameters.get(name)
    if text is None:
        return None
    # A plus that was not percent-encoded arrives as a blank.
    text = re.sub(r" (\d\d:\d\d)$", r"+\1", text.strip())
    try:
        if not _RFC3339.fullmatch(text):
            raise ValueError("no RFC 3339")
        moment = datetime.fromisoformat(text.upper())
        return parse_instant((moment + timedelta(microseconds=-moment.microsecond % 1000)).isoformat())
    except (ValueError, OverflowError):
        raise InvalidRequest(f"{name}: must be a time like 2026-06-01T12:00:00Z, from 1971 on") from None
