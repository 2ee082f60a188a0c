"""What needs no API key: health, the OpenAPI document, and webhooks of nobody we know."""

from __future__ import annotations

from message_detail.domain.errors import NoSuchRoute, UnknownProvider
from message_detail.entrypoints.http import HttpRequest, Response, endpoint, ok
from message_detail.providers import names


def _route(request: HttpRequest) -> Response:
    if request.path == "/v1/health":
        return ok({"status": "ok"}, headers={"cache-control": "no-store"})
    if request.path == "/v1/openapi.json":
        from message_detail.entrypoints.openapi.document import document

        return ok(document(), headers={"cache-control": "public, max-age=300"})
    if request.path.startswith("/v1/webhooks"):
        raise UnknownProvider(
            f"there is no such provider; webhooks go to /v1/webhooks/ and one of {', '.join(names())}"
        )
    raise NoSuchRoute()


public_handler = endpoint(_route, scope=None)
