"""What needs no API key: health, the OpenAPI document, webhooks of nobody we know, and which methods a path has."""

from __future__ import annotations

from typing import Final

from message_detail.domain import json_codec
from message_detail.domain.errors import NoSuchRoute, NotFound, UnknownProvider
from message_detail.entrypoints.http import HttpRequest, Response, endpoint, ok, respond
from message_detail.entrypoints.methods import allowed_methods
from message_detail.providers import names

SCHEMAS: Final = "/v1/schemas/"


def _route(request: HttpRequest) -> Response:
    if request.method == "OPTIONS":
        return methods_of(request.path)
    if request.path == "/v1/health":
        return ok({"status": "ok"})
    if request.path == "/v1/openapi.json":
        from message_detail.entrypoints.openapi.document import document

        return ok(document(), headers={"cache-control": "public, max-age=300"})
    if request.path.startswith(SCHEMAS):
        return _schema(request.after(SCHEMAS))
    if request.path.startswith("/v1/webhooks"):
        raise UnknownProvider(
            f"there is no such provider; webhooks go to /v1/webhooks/ and one of {', '.join(names())}"
        )
    raise NoSuchRoute()


def _schema(name: str) -> Response:
    from message_detail.entrypoints.openapi.json_schemas import SCHEMAS as known

    if name not in known:
        raise NotFound(f"there is no schema {name[:64]!r}; there are {', '.join(known)}")
    headers = {"cache-control": "public, max-age=300", "content-type": "application/schema+json"}
    return respond(200, json_codec.dumps(known[name]()), headers)


def methods_of(path: str) -> Response:
    """The answer to OPTIONS (RFC 9110, 9.3.7). To a browser that asks whether another site's page may send a request it
    says nothing: where any may, API Gateway adds that, by the parameter CorsOrigins."""
    methods = allowed_methods(path)
    if not methods:
        raise NoSuchRoute()
    return respond(204, "", {"allow": ", ".join([*methods, "OPTIONS"])})


public_handler = endpoint(_route, scope=None)
