"""What is not per provider: stored messages of all, the providers themselves, and every route that doesn't exist."""

from __future__ import annotations

from message_detail.errors import InvalidRequest, UnknownProvider
from message_detail.handlers.http import HttpRequest, Response, endpoint
from message_detail.providers import names


def _route(request: HttpRequest) -> Response:
    parts = request.path.split("/")
    if len(parts) >= 4 and parts[2] in ("messages", "providers") and parts[3] not in names():
        raise UnknownProvider(f"there is no provider {parts[3][:64]!r}; there are {', '.join(names())}")
    if len(parts) == 5 and parts[2] == "messages" and parts[4] == "":
        raise InvalidRequest("message_id: must not be empty")
    raise InvalidRequest("there is no such route; see /v1/docs", status=404)


messages_handler = endpoint(_route, scope="read")
