"""The OpenAPI 3.1 document of the HTTP API. Routes, parameters and answers as data; the schema comes from the model."""

from __future__ import annotations

from functools import cache
from typing import Final

from message_detail.adapters.aws.search import MAX_LIMIT
from message_detail.entrypoints.openapi.parts import (
    ACCOUNT_PATTERN,
    COUNT,
    MESSAGE_ID,
    NULLABLE_INSTANT,
    NULLABLE_TEXT,
    PRIVATE,
    TEXT,
    VALIDATORS,
    Schema,
    account,
    account_in_path,
    answer,
    array_schema,
    erase_schema,
    erased_schema,
    if_none_match,
    json_object,
    max_age,
    message_id,
    operation,
    problems,
    provider,
    schemas,
    search_parameters,
)
from message_detail.providers import names
from message_detail.version import __version__

_STATE: Final = {"enum": ["ok", "cooling_down", "open"]}


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
            "schemas": schemas(),
        },
    }


def _paths() -> Schema:
    return {
        "/v1/messages": {"get": _list_messages()},
        "/v1/messages/{provider}/{message_id}": {"get": _get_message()},
        "/v1/messages/{provider}/{message_id}/timeline": {"get": _get_timeline()},
        "/v1/messages/{provider}/refresh": {"post": _post_refresh()},
        "/v1/providers": {"get": _get_providers()},
        "/v1/providers/{provider}/redrive": {"post": _post_redrive()},
        "/v1/providers/{provider}/resume": {"post": _post_resume()},
        "/v1/providers/{provider}/sync": {"post": _post_sync()},
        "/v1/providers/{provider}/sync/{sync_id}": {"get": _get_sync()},
        "/v1/drift": {"get": _get_drift()},
        "/v1/erase": {"post": _post_erase()},
        "/v1/webhooks/{provider}": {"post": _post_webhook([provider()])},
        "/v1/webhooks/{provider}/{account}": {"post": _post_webhook([provider(), account_in_path()])},
        "/v1/health": {"get": _open("health", "Whether the API serves", {"status": {"const": "ok"}}, ["status"])},
        "/v1/openapi.json": {"get": _open("openapi", "This document", {"openapi": {"type": "string"}}, ["openapi"])},
        "/v1/docs": {"get": _docs()},
    }


def _list_messages() -> Schema:
    page = json_object(
        {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Message"}, "maxItems": MAX_LIMIT},
            "next_cursor": NULLABLE_TEXT,
        },
        ["items", "next_cursor"],
    )
    return operation(
        "listMessages",
        "Stored messages, newest first",
        "read",
        search_parameters(),
        {"200": answer("One page.", page, PRIVATE), **problems("400", "401", "403", "500", "503")},
    )


def _get_message() -> Schema:
    not_modified = {"description": "The caller has this very message (If-None-Match)."}
    message = answer("The message.", {"$ref": "#/components/schemas/Message"}, VALIDATORS)
    return operation(
        "getMessage",
        "One message: from the store if young enough, else from its provider",
        "read",
        [provider(), message_id(), account(), max_age(), if_none_match()],
        {"200": message, "304": not_modified, **problems("400", "401", "403", "404", "500", "502", "503", "504")},
    )


def _get_timeline() -> Schema:
    return operation(
        "getTimeline",
        "Every status that a stored message was seen at, oldest first",
        "read",
        [provider(), message_id(), account()],
        {
            "200": answer("The events.", array_schema({"$ref": "#/components/schemas/Event"})),
            **problems("400", "401", "403", "404", "500", "503"),
        },
    )


def _post_refresh() -> Schema:
    body = json_object(
        {
            "account": {"type": "string", "pattern": ACCOUNT_PATTERN, "default": "default"},
            "message_ids": {
                "type": "array",
                "minItems": 1,
                "maxItems": 1000,
                "items": MESSAGE_ID,
            },
        },
        ["message_ids"],
    )
    accepted = json_object({"accepted": {"type": "integer", "minimum": 1}}, ["accepted"])
    return operation(
        "refreshMessages",
        "Fetch messages anew, through the queue",
        "write",
        [provider()],
        {
            "202": answer("All are queued.", accepted),
            **problems("400", "401", "403", "404", "422", "500", "503"),
        },
        body,
    )


def _post_redrive() -> Schema:
    body = json_object(
        {
            "account": {"type": "string", "pattern": ACCOUNT_PATTERN},
            "limit": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
        },
        [],
    )
    moved = json_object(
        {
            "moved": {"type": "integer", "minimum": 0},
            "reasons": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
        ["moved", "reasons"],
    )
    return operation(
        "redrive",
        "Move dead letters back to the queue",
        "write",
        [provider()],
        {
            "202": answer("How many, and why they had died.", moved),
            **problems("400", "401", "403", "404", "422", "500", "503"),
        },
        body,
    )


def _post_resume() -> Schema:
    body = json_object({"account": {"type": "string", "pattern": ACCOUNT_PATTERN, "default": "default"}}, [])
    resumed = json_object(
        {"account": TEXT, "state": _STATE, "cooling_down_until": NULLABLE_TEXT},
        ["account", "state", "cooling_down_until"],
    )
    return operation(
        "resumeAccount",
        "End an account's cool-down and close its circuit, so that the provider is called again at once",
        "write",
        [provider()],
        {
            "200": answer("How the account stands now.", resumed),
            **problems("400", "401", "403", "404", "422", "500", "503"),
        },
        body,
    )


def _get_providers() -> Schema:
    used = {
        "account": TEXT,
        "last_success": NULLABLE_TEXT,
        "last_error": NULLABLE_TEXT,
        "last_error_code": NULLABLE_TEXT,
        "state": _STATE,
        "cooling_down_until": NULLABLE_TEXT,
    }
    properties = {
        "provider": {"enum": list(names())},
        "title": TEXT,
        "state": _STATE,
        "accounts": {"type": "array", "items": json_object(used, list(used))},
        "list": {"type": "boolean"},
        "webhook": json_object({"path": TEXT}, ["path"]),
        "dead_letters_last_day": COUNT,
        "drift_last_day": COUNT,
    }
    return operation(
        "listProviders",
        "Providers, the accounts that have been used, and how they fare",
        "read",
        [],
        {
            "200": answer("All providers.", array_schema(json_object(properties, list(properties))), PRIVATE),
            **problems("400", "401", "403", "500", "503"),
        },
    )


def _get_drift() -> Schema:
    row = {
        "provider": {"enum": list(names())},
        "path": TEXT,
        "problem": TEXT,
        "count": {"type": "integer", "minimum": 1},
        "sample": NULLABLE_TEXT,
        "last_seen": TEXT,
    }
    return operation(
        "listDrift",
        "What providers answer that our tables don't know, with one redacted sample each",
        "read",
        [],
        {
            "200": answer("The last 30 days.", array_schema(json_object(row, list(row))), PRIVATE),
            **problems("400", "401", "403", "500", "503"),
        },
    )


def _post_erase() -> Schema:
    return operation(
        "eraseMessages",
        "Erase the stored messages of one person, in all providers: whatever a search for the same finds",
        "admin",
        [],
        {
            "200": answer("With dry_run: how many would be erased.", erased_schema()),
            "202": answer("How many were erased.", erased_schema()),
            **problems("400", "401", "403", "422", "500", "503"),
        },
        erase_schema(),
    )


def _post_sync() -> Schema:
    body = {
        "account": {"type": "string", "pattern": ACCOUNT_PATTERN, "default": "default"},
        "since": NULLABLE_INSTANT,
        "until": NULLABLE_INSTANT,
    }
    return operation(
        "startSync",
        "List the provider's messages through the queue and store each; while one is running, that one goes on",
        "write",
        [provider()],
        {
            "202": answer("The sync's id.", json_object({"sync_id": TEXT}, ["sync_id"])),
            **problems("400", "401", "403", "404", "422", "500", "503"),
        },
        json_object(body, []),
    )


def _get_sync() -> Schema:
    properties = {
        "state": {"enum": ["running", "done", "failed"]},
        "account": TEXT,
        "pages": COUNT,
        "seen": COUNT,
        "new": COUNT,
        "changed": COUNT,
        "skipped": COUNT,
        "total": {"type": ["integer", "null"], "minimum": 0},
        "error": NULLABLE_TEXT,
        "reason": NULLABLE_TEXT,
    }
    sync_id = {"name": "sync_id", "in": "path", "required": True, "schema": TEXT}
    return operation(
        "getSync",
        "How far a sync is; `total` is the provider's own count, where it tells one, `skipped` counts items that could "
        "not be used or are tried by themselves, `reason` says why it failed (`cursor_repeats`, `nothing_new` and "
        "`too_many_pages`: the list is endless); `error` is its older name",
        "read",
        [provider(), sync_id],
        {
            "200": answer("The progress.", json_object(properties, list(properties))),
            **problems("400", "401", "403", "404", "500", "503"),
        },
    )


def _post_webhook(parameters: list[Schema]) -> Schema:
    accepted = json_object(
        {
            "accepted": {"type": "integer"},
            "duplicate": {"type": "boolean"},
            "ignored": {"type": "string"},
            "unread": {"type": "integer"},
        },
        [],
    )
    return operation(
        f"receive{'Account' if len(parameters) > 1 else ''}Webhook",
        "A provider's webhook; authenticated as that provider's are, not by API key",
        None,
        parameters,
        {
            "200": answer("Taken in, or of no interest.", accepted),
            **problems("400", "401", "404", "429", "500", "503"),
        },
        {"type": "object"},
    )


def _open(name: str, summary: str, properties: Schema, required: list[str]) -> Schema:
    result = answer(f"{summary}.", {"type": "object", "properties": properties, "required": required})
    return operation(name, summary, None, [], {"200": result, **problems("500")})


def _docs() -> Schema:
    page = {"description": "A page that shows this document.", "content": {"text/html": {"schema": {"type": "string"}}}}
    return operation("docs", "The documentation page", None, [], {"200": page, **problems("500")})
