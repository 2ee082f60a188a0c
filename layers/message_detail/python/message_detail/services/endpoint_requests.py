"""What may be asked of endpoints: pages of deliveries, and which events are to be sent again."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from message_detail.services.request_model import MustBe, ParametersModel, RequestModel, wrong
from message_detail.services.requests import up_to
from message_detail.services.search_query import Instant

MAX_LIMIT: Final = 100
DEFAULT_LIMIT: Final = 25
ALL: Final = "all"
_PLACE: Final = re.compile(r"[0-9TZ:.-]{24}#[^#\s]{1,200}#\d{1,6}", re.ASCII)


def _place(cursor: str) -> str:
    """The place of the log that a cursor stands for. ValueError."""
    try:
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("no cursor") from error
    if not _PLACE.fullmatch(place):
        raise ValueError("no place")
    return place


def _check_cursor(cursor: str) -> str:
    try:
        _place(cursor)
    except ValueError:
        raise wrong("must be the next_cursor of a page") from None
    return cursor


def cursor_behind(place: str) -> str:
    """The cursor of what is behind a place of the log."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


class DeliveryParameters(ParametersModel):
    """Which attempts are shown: of one outcome, since a moment, behind those of the page before."""

    status: Annotated[
        Literal["delivered", "failed", "waiting"] | None,
        Field(description="Attempts that ended so, or events that wait; without it all attempts."),
        MustBe("delivered, failed or waiting"),
    ] = None
    subject: Annotated[
        str | None,
        Field(min_length=1, max_length=2_000, description="Of events about this: a message's id."),
        MustBe("what events are about"),
    ] = None
    since: Annotated[Instant | None, Field(description="Attempts that began then or later.")] = None
    cursor: Annotated[
        Annotated[str, AfterValidator(_check_cursor)] | None, Field(description="The next_cursor of the page before.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT), *up_to(MAX_LIMIT)] = DEFAULT_LIMIT

    @property
    def place(self) -> str | None:
        """Where the log goes on; None at its beginning."""
        return _place(self.cursor) if self.cursor is not None else None


class ReplayRequest(RequestModel):
    """Which events are to be sent again: one by its id, or those of a time, both ends included."""

    event_id: Annotated[str | None, Field(min_length=1, max_length=200), MustBe("an event's id")] = None
    since: Annotated[Instant | None, Field(description="Events that happened then or later.")] = None
    until: Annotated[Instant | None, Field(description="And then or earlier; without it until now.")] = None
    status: Annotated[
        Literal["failed", "all"] | None,
        Field(description="Those that were never taken (default), or all."),
        MustBe("failed or all"),
    ] = None
    dry_run: Annotated[bool, Field(description="Whether they are counted and not sent.")] = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.event_id is None) == (self.since is None):
            raise wrong("give event_id or since, one of them")
        if self.event_id is not None and (self.until is not None or self.status is not None):
            raise wrong("until and status go with since")
        if self.since is not None and self.until is not None and self.until < self.since:
            raise wrong("until: must not be earlier than since")
        return self
