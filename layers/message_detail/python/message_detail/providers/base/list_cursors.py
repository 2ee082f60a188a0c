"""Where a walk through a provider's list goes on: the cursors that providers' packages make, as text and back."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from message_detail.domain.errors import InvalidRequest


class Cursor(BaseModel):
    """A place in a list. One of another release may have more keys: they are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


C = TypeVar("C", bound=Cursor)


def read_cursor(cursor: str | None, beginning: C) -> C:
    """The place that a cursor leads to; without one the beginning. InvalidRequest where this release can't go there."""
    if not cursor:
        return beginning
    try:
        return type(beginning).model_validate_json(cursor)
    except ValidationError:
        raise InvalidRequest(
            "the cursor leads to no place of this list: bring it back with the release that made it, or start "
            "another sync"
        ) from None


def write_cursor(place: Cursor | None) -> str | None:
    """The cursor that leads to a place; None at the end."""
    return None if place is None else place.model_dump_json(exclude_defaults=True)
