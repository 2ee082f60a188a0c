"""What the routes of one provider are asked: their parameters and bodies."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from message_detail.domain.message_ids import ID_PATTERN, MAX_ID_BYTES, check_message_id
from message_detail.domain.scopes import SCOPES
from message_detail.domain.session_tokens import LONGEST_SECONDS, SHORTEST_SECONDS
from message_detail.providers.base.account import DEFAULT_ACCOUNT
from message_detail.services.request_model import (
    INSTANT,
    MAX_CHARACTERS,
    WHOLE,
    AccountName,
    MustBe,
    ParametersModel,
    RequestModel,
    Words,
    instant,
    wrong,
)

DEFAULT_MAX_AGE: Final = 60
MAX_MAX_AGE: Final = 86_400
MAX_IDS: Final = 1_000
DEFAULT_REDRIVE: Final = 100
MAX_REDRIVE: Final = 1_000
DEFAULT_SHOWN: Final = 20
MOST_SYNCS: Final = 50
MOST_DEAD_LETTERS: Final = 100
_AGE: Final = f"a whole number of seconds from 0 to {MAX_MAX_AGE}"


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise wrong(f"must be {_AGE}")
    return int(text)


def up_to(most: int) -> tuple[BeforeValidator, MustBe]:
    """What a whole number from 1 on must be, as it stands in a query."""
    words = f"a whole number from 1 to {most}"

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
            raise wrong(f"must be {words}")
        return int(text)

    return BeforeValidator(read), MustBe(words)


def _scope(name: str) -> str:
    if name not in SCOPES:
        raise wrong(f"must be one of {', '.join(SCOPES)}")
    return name


MessageId = Annotated[
    str,
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES, "pattern": ID_PATTERN}),
]
Scope = Annotated[str, AfterValidator(_scope), WithJsonSchema({"enum": list(SCOPES)})]
Instant = Annotated[
    Annotated[str, AfterValidator(instant)] | None,
    WithJsonSchema({"type": ["string", "null"], "format": "date-time"}),
    MustBe(INSTANT),
]


class AccountParameters(ParametersModel):
    """Which account of the provider."""

    account: AccountName = DEFAULT_ACCOUNT


class TimelineParameters(AccountParameters):
    """Whose message, and whether its journal is shown beside the statuses."""

    journal: Annotated[
        Literal["true", "false"],
        MustBe("true or false"),
        Field(
            description="With `true` also what became of what we were told of the message in the last 7 days, and of "
            "an id of which no message is stored."
        ),
    ] = "false"


class LatestParameters(ParametersModel):
    """How many of the latest are shown."""

    limit: Annotated[int, Field(ge=1, le=MOST_SYNCS), *up_to(MOST_SYNCS)] = DEFAULT_SHOWN


class DeadLetterParameters(ParametersModel):
    """How many dead letters are shown at the most."""

    limit: Annotated[int, Field(ge=1, le=MOST_DEAD_LETTERS), *up_to(MOST_DEAD_LETTERS)] = DEFAULT_SHOWN


class RawParameters(AccountParameters):
    """Whose answer, and which part of it."""

    pointer: Annotated[
        Annotated[Words, WithJsonSchema({"type": "string", "pattern": "^/", "maxLength": MAX_CHARACTERS})] | None,
        Field(description="Only what stands at this place of the document (RFC 6901), one of `left_out`, say."),
    ] = None


class LookupParameters(AccountParameters):
    """Which message, and how old a stored copy of it may be."""

    max_age: Annotated[
        int,
        Field(
            ge=0,
            le=MAX_MAX_AGE,
            description="Seconds: a stored copy no older than that is served without a call; 0 always calls.",
        ),
        BeforeValidator(_seconds),
        MustBe(_AGE),
    ] = DEFAULT_MAX_AGE


class RefreshRequest(RequestModel):
    """Which messages are to be fetched anew."""

    account: AccountName = DEFAULT_ACCOUNT
    message_ids: Annotated[
        list[MessageId],
        Field(min_length=1, max_length=MAX_IDS, description="The provider's own ids."),
        MustBe(f"a list of 1 to {MAX_IDS} ids"),
    ]

    @field_validator("message_ids")
    @classmethod
    def _check_ids(cls, message_ids: list[str]) -> list[str]:
        """Each id once."""
        for index, message_id in enumerate(message_ids):
            check_message_id(message_id, f"message_ids[{index}]")
        return list(dict.fromkeys(message_ids))


class SyncRequest(RequestModel):
    """Of which time the provider's messages are to be listed; both ends included, null: without end."""

    nullable = frozenset({"since", "until"})

    account: AccountName = DEFAULT_ACCOUNT
    since: Instant = None
    until: Instant = None

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.since is not None and self.until is not None and self.since > self.until:
            raise wrong("since: must not be later than until")
        return self


class RedriveRequest(RequestModel):
    """Which dead letters are to be moved: of one account or of all, and how many at the most."""

    account: AccountName | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_REDRIVE), WHOLE, MustBe(f"a whole number from 1 to {MAX_REDRIVE}")] = (
        DEFAULT_REDRIVE
    )


class SessionRequest(RequestModel):
    """What a session shall let do, and for how long."""

    scopes: Annotated[
        list[Scope] | None,
        Field(min_length=1, description="At most the key's own; without it those of them that only read."),
        MustBe(f"a list of one or more of {', '.join(SCOPES)}"),
    ] = None
    seconds: Annotated[
        int,
        Field(ge=SHORTEST_SECONDS, le=LONGEST_SECONDS),
        WHOLE,
        MustBe(f"a whole number of seconds from {SHORTEST_SECONDS} to {LONGEST_SECONDS}"),
    ] = LONGEST_SECONDS

    @field_validator("scopes")
    @classmethod
    def _each_once(cls, scopes: list[str] | None) -> list[str] | None:
        return list(dict.fromkeys(scopes)) if scopes is not None else None


class ResumeRequest(RequestModel):
    """Which account is to be called again at once."""

    account: AccountName = DEFAULT_ACCOUNT
