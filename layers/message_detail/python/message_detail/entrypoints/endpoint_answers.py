"""What is answered about endpoints, as models: the OpenAPI document is made of them, and the answers are."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from message_detail.adapters.aws.delivery_log import Logged
from message_detail.adapters.aws.waiting_deliveries import Waiting
from message_detail.domain.errors import EndpointUnusable
from message_detail.entrypoints.answer_model import Answer, Count, Moment
from message_detail.services.endpoint_operations import EndpointFacts

_FILTERS: Final = ("types", "providers", "accounts", "channels", "outcomes")


class EndpointStanding(Answer):
    """An endpoint, and how it fares. Its address is not told but for the host; a filter that is null lets all through.
    One whose settings can't be used has a reason, and gets nothing."""

    name: str
    host: str | None = None
    state: Literal["on", "paused"]
    reason: Annotated[str | None, Field(description="Why it is paused, or what is wrong with its settings.")] = None
    types: list[str] | None = None
    providers: list[str] | None = None
    accounts: list[str] | None = None
    channels: list[str] | None = None
    outcomes: list[str] | None = None
    include: Literal["summary", "full"] | None = None
    mode: Literal["all", "latest"] | None = None
    last_success: Moment | None
    last_error: Annotated[str | None, Field(description="How the latest attempt that failed ended.")]
    last_error_at: Moment | None
    waiting: Annotated[Count, Field(description="Events that wait to be sent, again or for the first time.")]

    @classmethod
    def of(cls, facts: EndpointFacts) -> EndpointStanding:
        """What is told of an endpoint."""
        own, state = facts.endpoint, facts.state
        told: dict[str, Any] = {
            "name": facts.name,
            "state": "paused" if state.is_paused else "on",
            "reason": own.detail if isinstance(own, EndpointUnusable) else state.reason,
            "last_success": state.last_success,
            "last_error": state.last_error,
            "last_error_at": state.last_error_at,
            "waiting": facts.waiting,
        }
        if not isinstance(own, EndpointUnusable):
            told |= {name: getattr(own, name) for name in ("host", "include", "mode")}
            told |= {name: sorted(words) for name in _FILTERS if (words := getattr(own, name)) is not None}
        return cls.model_validate(told)


class EndpointList(Answer):
    """All endpoints, by name."""

    items: list[EndpointStanding]


class Delivery(Answer):
    """One attempt at sending an event, the `attempt`th; of an event that waits, the latest, if there was one."""

    event_id: str
    type: str
    subject: str
    time: Annotated[Moment, Field(description="When it happened what the event tells.")]
    status: Literal["delivered", "failed", "waiting"]
    attempt: Count
    at: Moment | None
    milliseconds: int | None
    status_code: int | None
    error: str | None
    answer: Annotated[str | None, Field(description="The beginning of what the receiver answered, redacted.")] = None
    next_at: Moment | None

    @classmethod
    def of_logged(cls, one: Logged) -> Delivery:
        """An attempt that was made."""
        return cls(
            event_id=one.event_id,
            type=one.type,
            subject=one.subject,
            time=one.time,
            status="delivered" if one.status == "delivered" else "failed",
            attempt=one.number,
            at=one.at,
            milliseconds=one.milliseconds,
            status_code=one.status_code,
            error=one.error,
            answer=one.answer,
            next_at=one.next_at,
        )

    @classmethod
    def of_waiting(cls, one: Waiting) -> Delivery:
        """An event that waits."""
        last = one.last
        return cls(
            event_id=one.event.id,
            type=one.event.type.value,
            subject=one.event.subject,
            time=one.event.time,
            status="waiting",
            attempt=one.attempts,
            at=last.at if last is not None else None,
            milliseconds=last.milliseconds if last is not None else None,
            status_code=last.status_code if last is not None else None,
            error=last.error if last is not None else None,
            next_at=one.next_at,
        )


class DeliveryPage(Answer):
    """Attempts, the newest first; of events that wait, those that are due first. `next_cursor` leads to the next page;
    null at the end."""

    items: list[Delivery]
    next_cursor: str | None


class EndpointState(Answer):
    """How the endpoint stands now, and whether that is new."""

    name: str
    state: Literal["on", "paused"]
    changed: bool


class EndpointTested(Answer):
    """How the attempt with an event of the type `message_detail.endpoint.test` ended."""

    event_id: str
    delivered: bool
    milliseconds: Count
    status_code: int | None
    error: str | None


class Replayed(Answer):
    """How many events are queued to be sent again; with `dry_run`, how many would be."""

    events: Count
