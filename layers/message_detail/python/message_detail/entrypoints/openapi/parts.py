"""A route of the OpenAPI document as data, and what is made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from message_detail.adapters.aws.sync_state import SYNC_ID_PATTERN
from message_detail.domain.erasure import ID_PATTERN as ERASE_ID_PATTERN
from message_detail.domain.errors import WAIT_STATUSES
from message_detail.domain.events_out.endpoint import NAME
from message_detail.domain.scopes import METADATA
from message_detail.entrypoints.answers import Problem
from message_detail.entrypoints.openapi.schemas import Model, Schema, fields, reference, required
from message_detail.services.request_model import AccountName, ParametersModel, ProviderName, RequestModel
from message_detail.services.requests import MessageId

PROBLEMS: Final = {
    400: "A parameter or the body is bad; `detail` says which and why.",
    401: "The API key is missing or wrong.",
    403: "The API key lacks the scope.",
    404: "Nothing of that name or id: no such provider, account, message, sync or erasure.",
    413: "The body is too large.",
    422: "The body has the wrong shape; `detail` says where.",
    429: "Could not be taken in just now: send it again.",
    500: "A bug here, or storage refuses for good (`storage_refused`): see the log.",
    502: "The provider refused, or answered something unusable.",
    503: "Throttled, unreachable, or storage is unavailable: see Retry-After.",
    504: "The provider did not answer in time.",
}
"""What an answer that is a problem means, by its status."""
OF_A_WEBHOOK: Final = {
    401: "The webhook is not authenticated, or there is no such account.",
    404: "No such provider.",
}
"""What these mean where no key is asked for."""
ANY: Final = "any"
"""The scope of a route for which any will do."""
SCOPES_TOLD: Final = {
    ANY: "a scope, whichever",
    METADATA: "the scope `metadata`, or with `read`: without it persons and content are withheld",
}
"""What is told of a scope, where its name doesn't say it."""
OF_A_KEY: Final = (400, 401, 403, 503)
"""Of every route that needs a key: it refuses keys and parameters that it doesn't know, and reads the table."""
OF_A_MODEL: Final = (413, 422)
"""Of every route whose body is a model of ours."""
TEXT: Final[Schema] = {"type": "string"}
RETRY: Final[Schema] = {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}}


def kept(how: str) -> Schema:
    """The header that says what caches may do with an answer."""
    return {"Cache-Control": {"required": True, "schema": {"const": how}}}


PRIVATE: Final = kept("private")
NOT_STORED: Final = kept("no-store")
VALIDATORS: Final[Schema] = {
    "ETag": {"required": True, "schema": TEXT},
    "Age": {"required": True, "schema": {"type": "integer", "minimum": 0}},
    **PRIVATE,
}
CORRELATION: Final[Schema] = {
    "X-Correlation-Id": {"required": True, "schema": TEXT, "description": "By it the log tells what was done."}
}
CORRELATION_OF_A_PROBLEM: Final[Schema] = {
    "X-Correlation-Id": {"schema": TEXT, "description": "As of any answer; none where API Gateway refused by itself."},
    "Cache-Control": {"schema": {"const": "no-store"}},
}
"""Without the header Authorization a request reaches no function of ours."""
REQUEST_HEADERS: Final[Schema] = {
    "If-None-Match": {**TEXT, "description": "ETags of the message that the caller has."},
    "X-Correlation-Id": {
        **TEXT,
        "description": "The caller's own id for the log: 8 to 128 letters, digits, - and _, not digits alone. "
        "Instead of any other an id is made.",
    },
}


class PathParameters(BaseModel):
    """What a part of a path is, by its name."""

    provider: ProviderName
    account: AccountName
    message_id: Annotated[MessageId, Field(description="The provider's own id, percent-encoded.")]
    sync_id: Annotated[str, Field(pattern=SYNC_ID_PATTERN)]
    erase_id: Annotated[str, Field(pattern=ERASE_ID_PATTERN)]
    schema_name: Literal["event-1.json", "message-1.json"]
    name: Annotated[str, Field(description="The endpoint's name.", pattern=f"^{NAME.pattern}$")]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer. `body` is its model, or the schema of what is no model of ours. Unless its headers say otherwise no
    cache keeps it. `other_types` are the content types that it may be of besides."""

    description: str
    body: Model | Schema | None = None
    headers: Schema | None = None
    content_type: str = "application/json"
    other_types: tuple[str, ...] = ()

    def described(self) -> Schema:
        """As the document has it."""
        answer: Schema = {"description": self.description}
        if self.body is not None:
            answer["content"] = _content(self.body, self.content_type, *self.other_types)
        answer["headers"] = {**CORRELATION, **NOT_STORED, **(self.headers or {})}
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A method of a path.

    `scope` None: needs no API key. `request_headers`: the names of those that are heeded. `body`: its model, or the
    schema of what is no model of ours. `problems`: the statuses of what can go wrong, beside those that follow from the
    rest.
    """

    method: str
    path: str
    name: str
    summary: str
    scope: str | None
    answers: Mapping[int, Answered]
    problems: tuple[int, ...] = ()
    query: type[ParametersModel] | None = None
    request_headers: tuple[str, ...] = ()
    body: type[RequestModel] | Schema | None = None
    needs_body: bool = False

    def models(self) -> Iterator[Model]:
        """The models of its body and answers."""
        for one in (self.body, *(answered.body for answered in self.answers.values())):
            if isinstance(one, type):
                yield one

    def operation(self) -> Schema:
        """As the document has it."""
        operation: Schema = {
            "operationId": self.name,
            "summary": self.summary,
            "parameters": list(self._parameters()),
            "responses": {**self._answers(), **self._problems()},
            "security": [{"apiKey": []}] if self.scope else [],
        }
        if self.scope:
            operation["description"] = f"Needs a key with {SCOPES_TOLD.get(self.scope, f'the scope `{self.scope}`')}."
        if self.body is not None:
            content = _content(self.body, "application/json")
            operation["requestBody"] = {"required": self.needs_body, "content": content}
        return operation

    def _parameters(self) -> Iterator[Schema]:
        for name in re.findall(r"{(\w+)}", self.path):
            yield {**_parameter(name, "path", fields(PathParameters)[name]), "required": True}
        if self.query is not None:
            needed = required(self.query)
            for name, schema in fields(self.query).items():
                must = {"required": True} if name in needed else {}
                yield {**_parameter(name, "query", schema), **must}
        for name in (*self.request_headers, *(("X-Correlation-Id",) if self.scope else ())):
            yield _parameter(name, "header", REQUEST_HEADERS[name])

    def _answers(self) -> Schema:
        return {str(status): answered.described() for status, answered in self.answers.items()}

    def _problems(self) -> Schema:
        statuses = {500, *self.problems}
        if self.scope:
            statuses.update(OF_A_KEY)
        if isinstance(self.body, type):
            statuses.update(OF_A_MODEL)
        if "{" in self.path:
            statuses.add(404)
        meanings = PROBLEMS if self.scope else PROBLEMS | OF_A_WEBHOOK
        return {str(status): _problem(status, meanings[status]) for status in sorted(statuses)}


def _parameter(name: str, place: str, schema: Schema) -> Schema:
    """A parameter, which has its schema's description itself."""
    described = {"description": schema["description"]} if "description" in schema else {}
    return {"name": name, "in": place, "schema": {k: v for k, v in schema.items() if k not in described}, **described}


def _problem(status: int, meaning: str) -> Schema:
    headers = {**(RETRY if status in WAIT_STATUSES else {}), **CORRELATION_OF_A_PROBLEM}
    return Answered(meaning, Problem, headers, "application/problem+json").described()


def _content(body: Model | Schema, *content_types: str) -> Schema:
    schema = reference(body) if isinstance(body, type) else body
    return {content_type: {"schema": schema} for content_type in content_types}
