"""Where the correlation id of a request comes from.

A caller with an API key may bring its own as `X-Correlation-Id`; otherwise it is API Gateway's id of the request, the
id of an invocation, or that of a message on the queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from message_detail.domain.correlation import first_usable

HEADER: Final = "x-correlation-id"


def of_request(event: Any, caller: Mapping[str, Any]) -> str:
    """The id of an HTTP API's request, or of the question to its authorizer, whoever the caller is known to be."""
    return first_usable(_given(event) if caller.get("key_id") else None, _request_id(event))


def _given(event: Any) -> str | None:
    headers = event.get("headers") if isinstance(event, dict) else None
    found = headers.items() if isinstance(headers, dict) else ()
    return next((value for name, value in found if str(name).lower() == HEADER), None)


def _request_id(event: Any) -> Any:
    context = event.get("requestContext") if isinstance(event, dict) else None
    return context.get("requestId") if isinstance(context, dict) else None
