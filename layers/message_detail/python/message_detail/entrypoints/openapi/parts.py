"""What the operations of the OpenAPI document are made of: answers, problems, parameters, schemas."""

from __future__ import annotations

from typing import Any, Final

from message_detail.adapters.aws.search import DEFAULT_LIMIT, MAX_LIMIT
from message_detail.domain.message import Message
from message_detail.domain.status import Status
from message_detail.domain.tasks import ID_PATTERN, MAX_ID_BYTES
from message_detail.providers import names
from message_detail.services.erase_request import MOST_IDS, PERSONS
from message_detail.services.search_query import MAX_CHARACTERS

ACCOUNT_PATTERN: Final = "^[A-Za-z0-9._-]{1,64}$"

Schema = dict[str, Any]

_TITLES: Final = {
    "400": "A parameter or the body is bad; `detail` says which and why.",
    "401": "The API key is missing or wrong.",
    "403": "The API key lacks the scope.",
    "404": "No such provider, account or message.",
    "422": "The body has the wrong shape; `detail` says where.",
    "429": "Could not be taken in just now: send it again.",
    "500": "A bug here, or storage refuses for good (`storage_refused`): see the log.",
    "502": "The provider refused, or answered something unusable.",
    "503": "Throttled, unreachable, or storage is unavailable: see Retry-After.",
    "504": "The provider did not answer in time.",
}


def operation(
    name: str,
    summary: str,
    scope: str | None,
    parameters: list[Schema],
    responses: Schema,
    body: Schema | None = None,
) -> Schema:
    """An operation. `scope` None: needs no API key."""
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
        required = "oneOf" in body or bool(body.get("required")) or scope is None
        operation["requestBody"] = {"required": required, "content": {"application/json": {"schema": body}}}
    return operation


def answer(description: str, schema: Schema, headers: Schema | None = None) -> Schema:
    """A JSON answer of this schema."""
    answer: Schema = {"description": description, "content": {"application/json": {"schema": schema}}}
    if headers:
        answer["headers"] = headers
    return answer


def problems(*statuses: str) -> Schema:
    """The problem+json answers of these statuses."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers: Schema = {status: {"description": _TITLES[status], "content": content} for status in statuses}
    if "503" in answers:
        answers["503"]["headers"] = RETRY
    return answers


def json_object(properties: Schema, required: list[str]) -> Schema:
    """An object with these properties and no others."""
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def array_schema(schema: Schema) -> Schema:
    """An object whose `items` are of this schema."""
    return json_object({"items": {"type": "array", "items": schema}}, ["items"])


def schemas() -> Schema:
    """The schemas that operations refer to."""
    schema = Message.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    parts = schema.pop("$defs")
    event = {
        "status": {"enum": [status.value for status in Status]},
        "status_native": NULLABLE_TEXT,
        "occurred_at": NULLABLE_TEXT,
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
        "Event": json_object(event, list(event)),
        "Problem": json_object(problem, ["type", "title", "status", "detail", "code"]),
    }


def provider() -> Schema:
    """The path parameter `provider`."""
    return {"name": "provider", "in": "path", "required": True, "schema": {"enum": list(names())}}


def message_id() -> Schema:
    """The path parameter `message_id`."""
    description = "The provider's own id, percent-encoded."
    return {"name": "message_id", "in": "path", "required": True, "schema": MESSAGE_ID, "description": description}


def account() -> Schema:
    """The query parameter `account`."""
    schema = {"type": "string", "pattern": ACCOUNT_PATTERN, "default": "default"}
    return {"name": "account", "in": "query", "schema": schema}


def account_in_path() -> Schema:
    """The path parameter `account`."""
    schema = {"type": "string", "pattern": ACCOUNT_PATTERN}
    return {"name": "account", "in": "path", "required": True, "schema": schema}


def max_age() -> Schema:
    """The query parameter `max_age`."""
    schema = {"type": "integer", "minimum": 0, "maximum": 86_400, "default": 60}
    description = "Seconds: a stored copy no older than that is served without a call; 0 always calls."
    return {"name": "max_age", "in": "query", "schema": schema, "description": description}


def if_none_match() -> Schema:
    """The header If-None-Match."""
    return {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}


def query(name: str, schema: Schema, description: str) -> Schema:
    """A query parameter."""
    return {"name": name, "in": "query", "schema": schema, "description": description}


def search_parameters() -> list[Schema]:
    """The query parameters of a search."""
    filters = "Exactly one of address, contact, conversation, reference, provider and discrepancy must be given."
    text = {**WORDS, "maxLength": MAX_CHARACTERS}
    statuses = {"enum": [status.value for status in Status]}
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    return [
        query("address", text, f"{_ADDRESS} {filters}"),
        query("contact", text, "Messages with a party that its provider knows by this id."),
        query("conversation", text, "Messages of this conversation or thread."),
        query("reference", text, "Messages with a reference of this value: a custom string, the carrier's id …"),
        query("provider", {"enum": list(names())}, "Messages of this provider."),
        query("discrepancy", {"const": "true"}, "Messages whose announced status the provider does not confirm."),
        query("account", {**TEXT, "pattern": ACCOUNT_PATTERN}, "Of this account; with provider only."),
        query("status", statuses, "At this status; with provider only."),
        query("since", INSTANT, "From this time on (the time that messages are listed under); of 1971 or later."),
        query("until", INSTANT, "Before this time; must be later than since."),
        query("limit", limit, "Messages per page. A page before the last one may be shorter."),
        query("cursor", WORDS, "`next_cursor` of the page before, with the same other parameters."),
    ]


def erase_schema() -> Schema:
    """The body that asks for an erasure."""
    words = {**WORDS, "maxLength": MAX_CHARACTERS}
    ids = {"type": "array", "items": {**TEXT, "pattern": "^[^:]+:[^:]+:."}, "minItems": 1, "maxItems": MOST_IDS}
    expected = "How many messages the caller thinks there are: any other number is refused. Needed for more than 100."
    properties = {
        "address": {**words, "description": f"{_ADDRESS} One that could be several numbers is refused."},
        "contact_id": {**words, "description": "The id by which a provider knows the person."},
        "message_ids": {**ids, "description": "Whole ids, as messages have them: provider:account:id."},
        "provider": {"enum": list(names()), "description": "Whose contact_id it is, where several know one."},
        "account": {**TEXT, "pattern": ACCOUNT_PATTERN, "description": "Likewise; with provider only."},
        "dry_run": {"type": "boolean", "default": False, "description": "Erase nothing, only say what there is."},
        "expected": {**COUNT, "description": expected},
    }
    body = json_object(properties, [])
    return {**body, "oneOf": [{"required": [one]} for one in PERSONS], "dependentRequired": {"account": ["provider"]}}


def erased_schema() -> Schema:
    """What an erasure found and removed."""
    texts = {"type": "array", "items": TEXT}
    properties = {
        "messages": COUNT,
        "by_provider": {"type": "object", "additionalProperties": COUNT},
        "spellings": {**texts, "description": "How the person is written in these messages."},
        "contact_ids": {**texts, "description": "Ids by which providers know the person; erase each of them, too."},
        "not_covered": {**texts, "description": "What an erasure can't find."},
    }
    return json_object(properties, list(properties))


_ADDRESS: Final = (
    "Messages with a party of this address, in any spelling; a number without its country code is read in the regions "
    "of the accounts."
)
TEXT: Final[Schema] = {"type": "string"}
MESSAGE_ID: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES, "pattern": ID_PATTERN}
NULLABLE_TEXT: Final[Schema] = {"type": ["string", "null"]}
WORDS: Final[Schema] = {"type": "string", "minLength": 1, "pattern": r"\S"}
"""Text that is not blank."""
INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}
NULLABLE_INSTANT: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
RETRY: Final = {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}}
PRIVATE: Final = {"Cache-Control": {"required": True, "schema": {"const": "private"}}}
VALIDATORS: Final = {
    "ETag": {"required": True, "schema": {"type": "string"}},
    "Age": {"required": True, "schema": {"type": "integer", "minimum": 0}},
    **PRIVATE,
}
