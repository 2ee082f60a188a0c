"""What a request to erase asks for: the body of POST /v1/erase, checked."""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema, field_validator, model_validator
from pydantic.config import JsonDict

from message_detail.providers import names
from message_detail.services.request_model import (
    MAX_CHARACTERS,
    WHOLE,
    AccountName,
    MustBe,
    ProviderName,
    RequestModel,
    Words,
    wrong,
)

MOST_IDS: Final = 1_000
UNASKED: Final = 100
"""The most messages that are erased without being told how many they are."""
MOST_MESSAGES: Final = 1_000_000_000
"""That anybody can have: a larger number is a slip."""
PERSONS: Final = ("address", "contact_id", "message_ids")
NOT_COVERED: Final = (
    "texts of other people's messages that mention the person",
    "messages that have not been fetched yet: a later webhook or sync brings them in",
    "messages that name the person in another way only: by an id of a provider (erase each of contact_ids), by another "
    "address, or by a number whose country is not known",
    "what the providers keep, and the backups of the table",
)
"""What an erasure can't find; docs/operations.md says what to do about it."""
_SCHEMA: Final[JsonDict] = {
    "oneOf": [{"required": [one]} for one in PERSONS],
    "dependentRequired": {"account": ["provider"]},
}


def _whole_id(text: str) -> str:
    parts = text.split(":", 2) if len(text) <= MAX_CHARACTERS else []
    if len(parts) != 3 or parts[0] not in names() or not all(parts):
        raise wrong("must be a message's whole id, provider:account:id")
    return text


WholeId = Annotated[str, AfterValidator(_whole_id), WithJsonSchema({"type": "string", "pattern": "^[^:]+:[^:]+:."})]


class EraseRequest(RequestModel):
    """Whose messages, or which: exactly one of address, contact_id and message_ids."""

    model_config = ConfigDict(json_schema_extra=_SCHEMA)

    address: Annotated[
        Words | None,
        Field(
            description="Messages with a party of this address, in any spelling; a number without its country code is "
            "read in the regions of the accounts. One that could be several numbers is refused."
        ),
        MustBe("a phone number, an e-mail address or another address as text"),
    ] = None
    contact_id: Annotated[
        Words | None,
        Field(description="The id by which a provider knows the person."),
        MustBe("the id that a provider gives the person, as text"),
    ] = None
    message_ids: Annotated[
        Annotated[list[WholeId], Field(min_length=1, max_length=MOST_IDS)] | None,
        Field(description="Whole ids, as messages have them: provider:account:id."),
        MustBe(f"a list of 1 to {MOST_IDS} messages' whole ids, provider:account:id"),
    ] = None
    provider: Annotated[ProviderName | None, Field(description="Whose contact_id it is, where several know one.")] = (
        None
    )
    account: Annotated[AccountName | None, Field(description="Likewise; with provider only.")] = None
    dry_run: Annotated[bool, Field(description="Erase nothing, only say what there is.")] = False
    expected: Annotated[
        Annotated[int, Field(ge=0, le=MOST_MESSAGES), WHOLE] | None,
        Field(
            description="How many messages the caller thinks there are: any other number is refused. Needed for more "
            f"than {UNASKED}."
        ),
        MustBe("the number of messages, as a whole number"),
    ] = None

    @field_validator("message_ids")
    @classmethod
    def _each_once(cls, message_ids: list[str] | None) -> list[str] | None:
        return None if message_ids is None else list(dict.fromkeys(message_ids))

    @model_validator(mode="after")
    def _check_person(self) -> Self:
        given = [name for name in PERSONS if getattr(self, name) is not None]
        if len(given) != 1:
            raise wrong(f"give exactly one of {', '.join(PERSONS)}; there is {' and '.join(given) or 'none'}")
        if (self.provider or self.account) and (self.contact_id is None or self.provider is None):
            raise wrong("provider, account: go with contact_id only, an account with its provider")
        return self

    @property
    def owner(self) -> str:
        """How the ids of the contact's messages begin, "" for any."""
        return f"{self.provider}:{f'{self.account}:' if self.account else ''}" if self.provider else ""
