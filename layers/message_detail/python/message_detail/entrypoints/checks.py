"""What a handler checks before it works: that the event is of its kind, and that its environment is complete.

Neither can go wrong in a deployment of template.yaml. It does when a function is called by hand, or by something that
was connected to the wrong one. A batch of SQS must then fail: answered, it would be taken off its queue, and be lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from message_detail import observability
from message_detail.settings import settings


class Misuse(Exception):
    """The function can't work as it was called or deployed. The text, which the log has, too, says what to do."""


class WrongEvent(Misuse):
    """The event is of another kind than the function is for."""


class NotConfigured(Misuse):
    """A variable of the environment is missing."""


def is_http(event: Any) -> bool:
    """A request to an HTTP API, payload format 2.0. What its authorizer is asked holds the request, too."""
    context = event.get("requestContext") if isinstance(event, dict) else None
    return isinstance(context, dict) and isinstance(context.get("http"), dict) and not is_authorization(event)


def is_authorization(event: Any) -> bool:
    """A question of an HTTP API to its authorizer, payload format 2.0."""
    return isinstance(event, dict) and event.get("type") == "REQUEST"


def is_batch(event: Any) -> bool:
    """A batch of an SQS queue."""
    records = event.get("Records") if isinstance(event, dict) else None
    return isinstance(records, list) and bool(records) and all(map(_is_sqs, records))


def is_schedule(event: Any) -> bool:
    """What a provider's schedule in template.yaml says: whose it is. So says who invokes the function by hand."""
    return isinstance(event, dict) and isinstance(event.get("provider"), str)


def is_stream(event: Any) -> bool:
    """A batch of the table's stream."""
    records = event.get("Records") if isinstance(event, dict) else None
    return isinstance(records, list) and bool(records) and all(map(_is_written, records))


def is_waiting_round(event: Any) -> bool:
    """What the deliverer's schedule in template.yaml says: that what waits and is due is to be queued."""
    return isinstance(event, dict) and event.get("deliveries") == "due"


#: How each kind is called.
KINDS: Final[Mapping[Callable[[Any], bool], str]] = {
    is_authorization: "a question to an HTTP API's authorizer",
    is_http: "a request to an HTTP API (payload format 2.0)",
    is_batch: "a batch of an SQS queue",
    is_stream: "a batch of the table's stream",
    is_waiting_round: "what the schedule of waiting deliveries says",
    is_schedule: "what a schedule says, the name of its provider",
}


def check_event(event: Any, is_kind: Callable[[Any], bool]) -> None:
    """WrongEvent unless the event is of the kind, one of KINDS."""
    if not is_kind(event):
        got = (
            "an empty event"
            if event == {}
            else next((name for is_it, name in KINDS.items() if is_it(event)), _other(event))
        )
        _refuse(WrongEvent(f"this function takes {KINDS[is_kind]} and got {got}: call it as template.yaml does"))


def check_environment(*names: str) -> None:
    """NotConfigured unless each of these variables, which template.yaml sets, has a value."""
    own = settings()
    missing = [name for name in names if not getattr(own, name.lower())]
    if missing:
        _refuse(
            NotConfigured(
                f"not set in the function's environment: {', '.join(missing)}; template.yaml sets what it needs"
            )
        )


def _is_sqs(record: Any) -> bool:
    if not isinstance(record, dict) or record.get("eventSource") != "aws:sqs":
        return False
    return isinstance(record.get("body"), str) and isinstance(record.get("messageId"), str)


def _is_written(record: Any) -> bool:
    if not isinstance(record, dict) or record.get("eventSource") != "aws:dynamodb":
        return False
    return isinstance(record.get("dynamodb"), dict) and isinstance(record.get("eventID"), str)


def _other(event: Any) -> str:
    """What is said of an event that no function here is for. Nothing of its content: it may be about a person."""
    if not isinstance(event, dict):
        return f"no object but a {type(event).__name__}"
    return "a request in payload format 1.0" if "httpMethod" in event else "an event of a kind that is not known here"


def _refuse(error: Misuse) -> NoReturn:
    observability.error("refused", error=type(error).__name__, reason=str(error))
    raise error
