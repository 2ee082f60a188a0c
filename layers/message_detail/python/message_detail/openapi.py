"""The OpenAPI 3.1 document of the HTTP API. Routes, parameters and answers as data; the schema comes from the model."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from message_detail.message import Message
from message_detail.providers import names
from message_detail.queue import MAX_ID_BYTES
from message_detail.status import Status
from message_detail.version import __version__

_ACCOUNT_PATTERN: Final = "^[A-Za-z0-9._-]{1,64}$"

Schema = dict[str, Any]

_TITLES: Final = {
    "400": "A parameter or the body is bad; `detail` says which and why.",
    "401": "The API key is missing or wrong.",
    "403": "The API key lacks the scope.",
    "404": "No such provider, account or message.",
    "422": "The body has the wrong shape; `detail` says where.",
    "429": "Could not be taken in just now: send it again.",
    "500": "A bug here.",
    "502": "The provider refused, or answered something unusable.",
    "503": "Throttled, unreachable, or storage is unavailable: see Retry-After.",
    "504": "The provider did not answer in time.",
}


@cache
def document() -> Schema:
    """The document; the same for every deployment."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "message-detail",
            "version": __version__,
            "description": "What happened to this message, whichever provider carried it.",
        },
        "servers": [{"url": "/"}],
        "security": [{"apiKey": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"apiKey": {"type": "http", "scheme": "bearer", "description": "An API key."}},
            "schemas": _schemas(),
        },
    }


def _paths() -> Schema:
    return {
        "/v1/messages/{provider}/{message_id}": {"get": _get_message()},
        "/v1/messages/{provider}/{message_id}/timeline": {"get": _get_timeline()},
        "/v1/messages/{provider}/refresh": {"post": _post_refresh()},
        "/v1/providers/{provider}/redrive": {"post": _post_redrive()},
        "/v1/webhooks/{provider}": {"post": _post_webhook([_provider()])},
        "/v1/webhooks/{provider}/{account}": {"post": _post_webhook([_provider(), _account_in_path()])},
        "/v1/health": {"get": _open("health", "Whether the API serves", {"status": {"const": "ok"}}, ["status"])},
        "/v1/openapi.json": {"get": _open("openapi", "This document", {"openapi": {"type": "string"}}, ["openapi"])},
        "/v1/docs": {"get": _docs()},
    }


def _get_message() -> Schema:
    not_modified = {"description": "The caller has this very message (If-None-Match)."}
    answer = _answer("The message.", {"$ref": "#/components/schemas/Message"}, _VALIDATORS)
    return _operation(
        "getMessage",
        "One message: from the store if young enough, else from its provider",
        "read",
        [_provider(), _message_id(), _account(), _max_age(), _if_none_match()],
        {"200": answer, "304": not_modified, **_problems("400", "401", "403", "404", "500", "502", "503", "504")},
    )


def _get_timeline() -> Schema:
    return _operation(
        "getTimeline",
        "Every status that a stored message was seen at, oldest first",
        "read",
        [_provider(), _message_id(), _account()],
        {
            "200": _answer("The events.", _items({"$ref": "#/components/schemas/Event"})),
            **_problems("400", "401", "403", "404", "500", "503"),
        },
    )


def _post_refresh() -> Schema:
    body = _object(
        {
            "account": {"type": "string", "pattern": _ACCOUNT_PATTERN, "default": "default"},
            "message_ids": {
                "type": "array",
                "minItems": 1,
                "maxItems": 1000,
                "items": {"type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES},
            },
        },
        ["message_ids"],
    )
    accepted = _object({"accepted": {"type": "integer", "minimum": 1}}, ["accepted"])
    return _operation(
        "refreshMessages",
        "Fetch messages anew, through the queue",
        "write",
        [_provider()],
        {
            "202": _answer("All are queued.", accepted),
            **_problems("400", "401", "403", "404", "422", "500", "503"),
        },
        body,
    )


def _post_redrive() -> Schema:
    body = _object(
        {
            "account": {"type": "string", "pattern": _ACCOUNT_PATTERN},
            "limit": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
        },
        [],
    )
    moved = _object(
        {
            "moved": {"type": "integer", "minimum": 0},
            "reasons": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
        ["moved", "reasons"],
    )
    return _operation(
        "redrive",
        "Move dead letters back to the queue",
        "write",
        [_provider()],
        {
            "202": _answer("How many, and why they had died.", moved),
            **_problems("400", "401", "403", "404", "422", "500", "503"),
        },
        body,
    )


def _post_webhook(parameters: list[Schema]) -> Schema:
    accepted = _object(
        {"accepted": {"type": "integer"}, "duplicate": {"type": "boolean"}, "ignored": {"type": "string"}}, []
    )
    return _operation(
        f"receive{'Account' if len(parameters) > 1 else ''}Webhook",
        "A provider's webhook; authenticated as that provider's are, not by API key",
        None,
        parameters,
        {
            "200": _answer("Taken in, or of no interest.", accepted),
            **_problems("400", "401", "404", "429", "500", "503"),
        },
        {"type": "object"},
    )


def _open(name: str, summary: str, properties: Schema, required: list[str]) -> Schema:
    answer = _answer(f"{summary}.", {"type": "object", "properties": properties, "required": required})
    return _operation(name, summary, None, [], {"200": answer, **_problems("500")})


def _docs() -> Schema:
    page = {"description": "A page that shows this document.", "content": {"text/html": {"schema": {"type": "string"}}}}
    return _operation("docs", "The documentation page", None, [], {"200": page, **_problems("500")})


def _operation(
    name: str,
    summary: str,
    scope: str | None,
    parameters: list[Schema],
    responses: Schema,
    body: Schema | None = None,
) -> Schema:
    operation: Schema = {
        "operationId": name,
        "summary": summary,
        "parameters": parameters,
        "responses": responses,
        "security": [{"apiKey": []}] if scope else [],
    }
    if scope:
        operation["description"] = f"Needs a key with the scope `{scope}`."
    if body is not None:
        required = bool(body.get("required")) or scope is None
        operation["requestBody"] = {"required": required, "content": {"application/json": {"schema": body}}}
    return operation


def _answer(description: str, schema: Schema, headers: Schema | None = None) -> Schema:
    answer: Schema = {"description": description, "content": {"application/json": {"schema": schema}}}
    if headers:
        answer["headers"] = headers
    return answer


def _problems(*statuses: str) -> Schema:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": _TITLES[status], "content": {"application/problem+json": {"schema": schema}}}
        for status in statuses
    }


def _object(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _items(schema: Schema) -> Schema:
    return _object({"items": {"type": "array", "items": schema}}, ["items"])


def _schemas() -> Schema:
    schema = Message.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    parts = schema.pop("$defs")
    nullable_text = {"type": ["string", "null"]}
    event = {
        "status": {"enum": [status.value for status in Status]},
        "status_native": nullable_text,
        "occurred_at": nullable_text,
        "observed_at": {"type": "string"},
        "via": {"$ref": "#/components/schemas/Via"},
        "epoch": {"type": "integer", "minimum": 0},
    }
    problem = {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "provider": {"type": "string"},
        "account": {"type": "string"},
        "retry_after": {"type": "integer", "minimum": 1},
    }
    return {
        **parts,
        "Message": schema,
        "Event": _object(event, list(event)),
        "Problem": _object(problem, ["type", "title", "status", "detail", "code"]),
    }


def _provider() -> Schema:
    return {"name": "provider", "in": "path", "required": True, "schema": {"enum": list(names())}}


def _message_id() -> Schema:
    schema = {"type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES}
    description = "The provider's own id, percent-encoded."
    return {"name": "message_id", "in": "path", "required": True, "schema": schema, "description": description}


def _account() -> Schema:
    schema = {"type": "string", "pattern": _ACCOUNT_PATTERN, "default": "default"}
    return {"name": "account", "in": "query", "schema": schema}


def _account_in_path() -> Schema:
    schema = {"type": "string", "pattern": _ACCOUNT_PATTERN}
    return {"name": "account", "in": "path", "required": True, "schema": schema}


def _max_age() -> Schema:
    schema = {"type": "integer", "minimum": 0, "maximum": 86_400, "default": 60}
    description = "Seconds: a stored copy no older than that is served without a call; 0 always calls."
    return {"name": "max_age", "in": "query", "schema": schema, "description": description}


def _if_none_match() -> Schema:
    return {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}


_VALIDATORS: Final = {
    "ETag": {"schema": {"type": "string"}},
    "Age": {"schema": {"type": "integer", "minimum": 0}},
    "Cache-Control": {"schema": {"const": "private"}},
}
