"""What the models of all answers have in common, and how an answer is made of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, WithJsonSchema

from message_detail.entrypoints.http import Response, ok

PRIVATE: Final = {"cache-control": "private"}
"""A header: what holds personal data is kept by no cache that people share."""
Count = Annotated[int, WithJsonSchema({"type": "integer", "minimum": 0})]
AtLeastOne = Annotated[int, WithJsonSchema({"type": "integer", "minimum": 1})]
Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""A time as it is stored."""


class Answer(BaseModel):
    """The body of an answer: every key is there."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class SparseAnswer(Answer):
    """A body that lacks the keys that have nothing to say."""


def answer(body: Answer, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The answer whose body this is."""
    return ok(body.model_dump(mode="json", by_alias=True), status, headers)
