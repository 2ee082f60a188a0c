"""Searching by a text that may be anything: a number, an address, an id, a conversation, a reference.

Never asks a provider. A search reads the list of each provider's accounts, the messages that have the text for an id,
and one page of each sort of list: as many requests whatever is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated, Final, Literal
from urllib.parse import quote, urlencode

from pydantic import AfterValidator, Field, WithJsonSchema

from message_detail.adapters.aws.search import DEFAULT_LIMIT, Query, Search
from message_detail.adapters.aws.stats import AccountHealth
from message_detail.domain.addresses.query import address_lists
from message_detail.domain.answer_size import MAX_BYTES
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.message import Message
from message_detail.domain.message_ids import check_message_id, message_id
from message_detail.domain.reach import EVERYTHING, Reach
from message_detail.domain.search_keys import conversation_list, reference_list
from message_detail.providers import names
from message_detail.providers.base.account import ACCOUNT_NAME, DEFAULT_ACCOUNT
from message_detail.services.request_model import MAX_CHARACTERS, NOT_BLANK, ParametersModel, Words, wrong
from message_detail.services.search_query import Limit, View

Match = Literal["message_id", "address", "conversation", "reference"]
LISTS: Final[tuple[Match, ...]] = ("address", "conversation", "reference")
"""What of a text are lists, by the filter of `GET /v1/messages` that has the whole of each."""
MOST_BYTES: Final = MAX_BYTES // (1 + len(LISTS))
"""Of the messages of one sort of match, all of which are in one answer."""
_INVISIBLE: Final = (0x85, 0xA0, 0xAD, 0x61C, 0x1680, *range(0x2000, 0x2010), *range(0x2028, 0x2030), 0x3000, 0xFEFF)
_AROUND: Final = "".join(map(chr, (*range(0x21), *_INVISIBLE, *range(0x205F, 0x2070))))
"""Blanks, controls and marks of direction: what comes along when a text is copied."""
_SEEN: Final = "[^" + "".join(f"\\u{ord(one):04x}" for one in _AROUND) + "]"
"""Something else, for JSON Schema."""


def _text(text: str) -> str:
    if not text.strip(_AROUND):
        raise wrong("must not be empty: there is nothing to be seen in it")
    return text


class TextParameters(ParametersModel):
    """What is searched for, and how much of each sort of match is shown."""

    q: Annotated[
        Annotated[
            Words, AfterValidator(_text), WithJsonSchema({**NOT_BLANK, "pattern": _SEEN, "maxLength": MAX_CHARACTERS})
        ],
        Field(
            description="A number in any spelling (without its country code: as in the regions of the accounts), an "
            "e-mail address, a provider's id of a message in any account that is known, a whole id "
            "`provider:account:id`, the id of a conversation, or a reference. Blanks and marks of direction around it "
            "don't count."
        ),
    ]
    view: View = None
    limit: Annotated[Limit, Field(description="Messages per sort of match.")] = DEFAULT_LIMIT


Accounts = Mapping[str, Mapping[str, frozenset[str]]]
"""The accounts that are known, by provider and name, and the regions of each."""


@dataclass(frozen=True, slots=True)
class Matches:
    """What was found, each message once: under the first of its matches. `more`: addresses of the rest, by match."""

    items: tuple[tuple[Match, Message], ...]
    more: Mapping[str, str | None]


class TextSearch:
    """Finds stored messages by a text."""

    def __init__(self, search: Search, health: AccountHealth) -> None:
        self._search = search
        self._health = health

    def find(self, asked: TextParameters, reach: Reach = EVERYTHING) -> Matches:
        """Everything within `reach` that the text names: the messages of this id first, then those of each sort of
        list."""
        accounts = {name: self._health.regions_by_account(name) for name in names()}
        page = Query((), limit=asked.limit, summary=asked.view is not None, most_bytes=MOST_BYTES, reach=reach)
        named = self._search.named(tuple(filter(reach.has, _ids(asked.q, accounts))), page)
        items: dict[str, tuple[Match, Message]] = {message.id: ("message_id", message) for message in named}
        more: dict[str, str | None] = {}
        text = asked.q.strip(_AROUND)
        for match in LISTS:
            found = self._search.find(replace(page, stages=(_lists(match, text, accounts),)))
            for message in found.items:
                items.setdefault(message.id, (match, message))
            more[match] = _address_of_the_rest(match, text, asked, found.next_cursor)
        return Matches(tuple(items.values()), more)


def _ids(text: str, accounts: Accounts) -> Iterator[str]:
    """The messages that a text may be the id of: a whole id, or a provider's, in any account that is known.

    As it was given, too: no provider promises that its ids neither begin nor end with a blank.
    """
    for one in dict.fromkeys((text.strip(_AROUND), text)):
        with suppress(InvalidRequest):
            check_message_id(one)
            provider, _, rest = one.partition(":")
            account, _, native_id = rest.partition(":")
            if provider in accounts and ACCOUNT_NAME.fullmatch(account) and native_id:
                yield one
            for provider, known in accounts.items():
                yield from (message_id(provider, account, one) for account in sorted({DEFAULT_ACCOUNT, *known}))


def _lists(match: Match, text: str, accounts: Accounts) -> tuple[str, ...]:
    """The lists that a text names; none where it is no address, or more than can be looked for at once."""
    if match == "conversation":
        return (conversation_list(text),)
    if match == "reference":
        return (reference_list(text),)
    regions = frozenset[str]().union(*(own for known in accounts.values() for own in known.values()))
    with suppress(InvalidRequest):
        return address_lists(text, lambda: regions)
    return ()


def _address_of_the_rest(match: Match, text: str, asked: TextParameters, cursor: str | None) -> str | None:
    """Where the next page of a sort of match is, relative to the API; None where there is none."""
    if cursor is None:
        return None
    view = {"view": asked.view} if asked.view is not None else {}
    query = {match: text, **view, "limit": str(asked.limit), "cursor": cursor}
    return f"/v1/messages?{urlencode(query, quote_via=quote)}"
