"""What all models of requests share: how data is read with them, and how they say what is wrong.

A model is strict (`true` is not 1, "5" is not 5) and closed. Each field says what it must be, once: for the answer to
a bad request and for the OpenAPI document. No value of a request is repeated in an error: it may be about a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError

from message_detail.domain.errors import InvalidRequest, Unprocessable
from message_detail.domain.times import parse_instant
from message_detail.providers import names
from message_detail.providers.base.account import ACCOUNT_PATTERN, check_name

MAX_CHARACTERS: Final = 2_000
MAX_SHOWN: Final = 64
"""Characters of an unknown key that are repeated in the answer."""
INSTANT: Final = "an RFC 3339 time with an offset, like 2026-06-01T12:00:00Z, from 1971 on"
_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
"""ISO 8601, which Python reads, has more: weeks, hours alone, offsets with seconds."""
_OWN: Final = "own_words"
"""The type of an error whose message says all."""
_USUAL: Final = {"missing": "given", "string_type": "a string", "bool_type": "true or false"}


@dataclass(frozen=True, slots=True)
class MustBe:
    """What a field must be, in words that follow "must be"."""

    words: str


class RequestModel(BaseModel):
    """The parameters or the body of a request. None is what was left out: `null` in its place is refused."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    noun: ClassVar[str] = "key"
    """What a field is to the caller."""
    refusal: ClassVar[type[InvalidRequest]] = Unprocessable
    """What is raised where the data is not of this shape."""
    nullable: ClassVar[frozenset[str]] = frozenset()
    """The keys that may be null, too; their schemas say so themselves."""

    @classmethod
    def read(cls, data: Mapping[str, Any], provider: str | None = None) -> Self:
        """The data as this model; `refusal` that names the field, what is wrong with it and what it must be.

        `provider`: whose route it came to. InvalidRequest also where an account or a message can't have such a name.
        """
        fields = cls._fields()
        if unknown := data.keys() - fields.keys():
            known = ", ".join(fields) or "none"
            raise cls.refusal(f"unknown {cls.noun} {min(unknown)[:MAX_SHOWN]!r}; known are: {known}")
        for name, value in data.items():
            if value is None and name not in cls.nullable:
                raise cls.refusal(f"{name}: must not be null; leave it out")
        try:
            return cls.model_validate(data, context=provider)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise cls.refusal(cls._detail(first)) from None

    @classmethod
    def _fields(cls) -> dict[str, FieldInfo]:
        """The fields by the names that they have in a request."""
        return {field.alias or name: field for name, field in cls.model_fields.items()}

    @classmethod
    def _detail(cls, error: ErrorDetails) -> str:
        words = error["msg"] if error["type"] == _OWN else f"must be {cls._must_be(error)}"
        return f"{where}: {words}" if (where := _place(error["loc"])) else words

    @classmethod
    def _must_be(cls, error: ErrorDetails) -> str:
        """What the field must be, in its own words; the usual ones for an entry of a list, or a field without."""
        name, *inner = error["loc"]
        own = [one.words for one in cls._fields()[str(name)].metadata if isinstance(one, MustBe)]
        return own[0] if own and not inner else _USUAL[error["type"]]


class ParametersModel(RequestModel):
    """The query of a request: texts."""

    noun = "parameter"
    refusal = InvalidRequest

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_blank(cls, value: Any) -> Any:
        if isinstance(value, str) and not value.strip():
            raise wrong("must not be empty")
        return value


def wrong(words: str) -> PydanticCustomError:
    """What a validator raises: the words follow the field's name, and hold nothing of its value."""
    return PydanticCustomError(_OWN, "{words}", {"words": words})


def instant(text: str, *, round_up: bool = False) -> str:
    """A canonical timestamp from an RFC 3339 time. What is finer than a millisecond is cut off, or rounded up."""
    try:
        if not _RFC3339.fullmatch(text):
            raise ValueError("no RFC 3339")
        moment = datetime.fromisoformat(text.upper())
        missing = timedelta(microseconds=-moment.microsecond % 1000) if round_up else timedelta()
        return parse_instant((moment + missing).isoformat())
    except (ValueError, OverflowError):
        raise wrong(f"must be {INSTANT}") from None


def _place(location: tuple[int | str, ...]) -> str:
    """`message_ids[3]`; nothing where the data as a whole is meant."""
    return "".join(f"[{part}]" if isinstance(part, int) else str(part) for part in location)


def _account(name: str, info: ValidationInfo) -> str:
    return check_name(name, info.context)


def _whole(value: Any) -> Any:
    """5.0 is a whole number in JSON Schema."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _words(text: str) -> str:
    if not text.strip():
        raise wrong("must not be empty")
    if len(text) > MAX_CHARACTERS:
        raise wrong(f"must have at most {MAX_CHARACTERS} characters")
    return text


def _provider(name: str) -> str:
    if name not in names():
        raise wrong(f"must be one of {', '.join(names())}")
    return name


class _ProviderNames:
    """The schema of a provider's name, made when it is asked for: the providers are found by their folders."""

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"enum": list(names())}


NOT_BLANK: Final = {"type": "string", "minLength": 1, "pattern": r"\S"}
AccountName = Annotated[str, AfterValidator(_account), WithJsonSchema({"type": "string", "pattern": ACCOUNT_PATTERN})]
ProviderName = Annotated[str, AfterValidator(_provider), _ProviderNames()]
Words = Annotated[str, AfterValidator(_words), WithJsonSchema({**NOT_BLANK, "maxLength": MAX_CHARACTERS})]
"""Text that is not blank, and not long."""
WHOLE: Final = BeforeValidator(_whole)
"""Of an int; stands behind its bounds, or the schema would lack them."""
