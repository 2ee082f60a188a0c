"""HTTP API events (payload format 2.0) in, answers out; every failure a problem+json (RFC 9457).

Own code instead of Powertools' resolver: a provider's function has one route, whose last part may hold any
character, and the webhook needs the raw bytes; see docs/decisions/http-adapter.md.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl

from message_detail import observability
from message_detail.domain import json_codec
from message_detail.domain.errors import (
    Forbidden,
    InternalError,
    InvalidRequest,
    MessageDetailError,
    MethodNotAllowed,
    ProviderError,
    SignatureInvalid,
    TooLarge,
    Unauthorized,
)
from message_detail.domain.scopes import granted
from message_detail.domain.times import from_epoch
from message_detail.domain.urls import Url
from message_detail.entrypoints.checks import NotConfigured, WrongEvent, check_environment, check_event, is_http
from message_detail.entrypoints.compression import compressed
from message_detail.entrypoints.correlation import HEADER, of_request
from message_detail.entrypoints.http_headers import ON_EVERY_ANSWER
from message_detail.entrypoints.limits import check_route

Response = dict[str, Any]
PROBLEM: Final = "application/problem+json"
JSON: Final = "application/json"
WEBHOOKS: Final = 'Basic realm="webhooks", Bearer'
"""How a webhook that no vendor signs proves itself (RFC 9110, 11.6.1): some clients send a password only when asked."""
MAX_BODY_BYTES: Final = 1024 * 1024
NOT_STORED: Final = {"cache-control": "no-store"}
LOGGED: Final = "something went wrong here; it has been logged"


class LambdaContext(Protocol):
    """What is used of a Lambda context."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is ended."""
        ...


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request. HEAD is a GET whose answer goes without its body (RFC 9110, 9.3.2).

    `path` is percent-decoded once, as API Gateway gives it; header names are lower-cased. `url` is the address that it
    was sent to, its path as API Gateway gives it, which is as it was sent where nothing is escaped.
    """

    method: str
    url: Url
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    caller: Mapping[str, Any] = field(repr=False)
    seconds: float

    def after(self, prefix: str) -> str:
        """The rest of the path after a prefix, slashes and all."""
        return self.path.removeprefix(prefix)

    def json(self) -> dict[str, Any]:
        """The body as a JSON object, or InvalidRequest."""
        if len(self.body) > MAX_BODY_BYTES:
            raise TooLarge(f"the body has more than {MAX_BODY_BYTES} bytes")
        try:
            value = json_codec.loads_strictly(self.body)
        except json_codec.DuplicateKey as error:
            raise InvalidRequest(f"the body has the key {error.key[:64]!r} more than once in one object") from None
        except ValueError:
            raise InvalidRequest("the body must be a JSON object; it is no valid JSON") from None
        if not isinstance(value, dict):
            raise InvalidRequest("the body must be a JSON object")
        return value

    def json_or_empty(self) -> dict[str, Any]:
        """The body as a JSON object, an empty one where there is no body, or InvalidRequest."""
        return self.json() if self.body else {}

    def no_parameters(self) -> None:
        """InvalidRequest when the query has any: of a route that takes none."""
        if self.query:
            raise InvalidRequest(f"unknown parameter {min(self.query)[:64]!r}; known are: none")


Route = Callable[[HttpRequest], Response]
ProviderOf = Callable[[str], str | None]
"""The provider that a path is about; None where it is about none that we know."""
Handler = Callable[[dict[str, Any], LambdaContext], Response]


def endpoint(
    route: Route, *, scope: str | None, provider: str | ProviderOf | None = None, environment: tuple[str, ...] = ()
) -> Handler:
    """A Lambda handler of a route: checks the caller's scope (None: open to all), turns errors into answers.

    provider: whose the route is, for log and metrics; of a function for all providers, how that is told. environment:
    the variables that it can't work without. Each answer tells its correlation id, a problem in its body as well.
    """

    def answered(event: dict[str, Any], context: LambdaContext) -> Response:
        try:
            check_event(event, is_http)
            check_environment(*environment)
            request = read(event, context)
            _admit(request, scope)
            return route(request)
        except MessageDetailError as error:
            if isinstance(error, ProviderError):
                observability.count(f"failed_{error.code}")
            return problem(error)
        except WrongEvent as error:
            return problem(InvalidRequest(str(error)))
        except NotConfigured:
            return problem(InternalError(LOGGED))
        except Exception as error:  # noqa: BLE001  # the outermost edge
            observability.log_unexpected(error)
            return problem(InternalError(LOGGED))

    @observability.invocation
    def handler(event: dict[str, Any], context: LambdaContext) -> Response:
        started = time.monotonic()
        correlation_id = of_request(event, caller_of(event))
        name = provider(_path(event)) if callable(provider) else provider
        with observability.correlated(correlation_id, provider=name):
            response = answered(event, context)
            response["headers"][HEADER] = correlation_id
            response = compressed(response, _accept_encoding(event))
            if _method(event) == "HEAD":
                response = {**response, "body": "", "isBase64Encoded": False}
            _log(event, response, time.monotonic() - started)
        observability.flush(name)
        return response

    return handler


def read(event: Mapping[str, Any], context: LambdaContext) -> HttpRequest:
    """The request in an event."""
    method = _method(event)
    headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    url = _url(event, headers)
    return HttpRequest(
        method="GET" if method == "HEAD" else method,
        url=url,
        # API Gateway decodes every escape of the path but %25.
        path=url.path.replace("%25", "%"),
        query=_query(url.query),
        headers=headers,
        body=_body(event),
        caller=caller_of(event),
        seconds=max(0.0, context.get_remaining_time_in_millis() / 1000 - 1.0),
    )


def _admit(request: HttpRequest, scope: str | None) -> None:
    """Lets a caller with a key that has the scope, and is for what the route is about, go on to it."""
    if scope is not None:
        require(request, scope)
    if request.caller.get("key_id"):
        _require_caller(request)
        check_route(request)


def caller_of(event: Any) -> Mapping[str, Any]:
    """What the authorizer has found out of a request's caller; nothing where none was asked."""
    try:
        return event["requestContext"]["authorizer"]["lambda"] or {}
    except (KeyError, TypeError):
        return {}


def own_scopes(request: HttpRequest) -> list[str]:
    """The scopes that the caller's key or session was given."""
    return str(request.caller.get("scopes") or "").split()


def scopes_of(request: HttpRequest) -> frozenset[str]:
    """The scopes that the caller has, those among them that others include."""
    return granted(own_scopes(request))


def require(request: HttpRequest, scope: str) -> None:
    """Unauthorized without a key of ours, Forbidden when the key lacks the scope."""
    _require_caller(request)
    if scope not in scopes_of(request):
        raise Forbidden(f"this needs an API key with the scope {scope!r}")


def require_any(request: HttpRequest) -> None:
    """Unauthorized without a key of ours, Forbidden when the key has no scope at all."""
    _require_caller(request)
    if not own_scopes(request):
        raise Forbidden("this needs an API key with a scope")


def _require_caller(request: HttpRequest) -> None:
    """The end is looked at here, too: API Gateway remembers for minutes what the authorizer said."""
    expires_at = request.caller.get("expires_at")
    if not request.caller.get("key_id") or (expires_at and str(expires_at) <= from_epoch(time.time())):
        raise Unauthorized("send a valid API key: Authorization: Bearer <key>")


def ok(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return respond(status, json_codec.dumps(body), {"content-type": JSON, **(headers or {})})


def respond(status: int, body: str, headers: Mapping[str, str]) -> Response:
    """An answer of any content type, kept by no cache unless the headers say otherwise."""
    return {
        "statusCode": status,
        "headers": {**NOT_STORED, **ON_EVERY_ANSWER, **headers},
        "body": body,
        "isBase64Encoded": False,
    }


def problem(error: MessageDetailError) -> Response:
    """The problem+json answer of an error."""
    headers = {"content-type": PROBLEM}
    if error.retry_after_seconds is not None:
        headers["retry-after"] = str(error.retry_after_seconds)
    if error.status == 401:
        headers["www-authenticate"] = WEBHOOKS if isinstance(error, SignatureInvalid) else "Bearer"
    if isinstance(error, MethodNotAllowed):
        headers["allow"] = ", ".join(error.allowed)
    body = {**error.problem(), "correlation_id": observability.correlation_id()}
    return respond(error.status, json_codec.dumps(body), headers)


def _method(event: Any) -> str:
    try:
        return str(event["requestContext"]["http"]["method"])
    except (KeyError, TypeError):
        return "GET"


def _accept_encoding(event: Any) -> str:
    try:
        given = event["headers"].items()
    except (KeyError, TypeError, AttributeError):
        return ""
    return next((str(value) for name, value in given if str(name).lower() == "accept-encoding"), "")


def _path(event: Any) -> str:
    return str(event.get("rawPath") or "/") if isinstance(event, dict) else "/"


def _url(event: Mapping[str, Any], headers: Mapping[str, str]) -> Url:
    """The address as the client knows it: API Gateway tells how it was called in `X-Forwarded-Proto`."""
    return Url(
        scheme=headers.get("x-forwarded-proto", "https").partition(",")[0].strip(),
        host=headers.get("host") or str(event.get("requestContext", {}).get("domainName") or ""),
        path=_path(event),
        query=str(event.get("rawQueryString") or ""),
    )


def _query(raw: str) -> dict[str, str]:
    query: dict[str, str] = {}
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, max_num_fields=100, errors="strict")
    except (ValueError, UnicodeDecodeError):
        raise InvalidRequest("the query is not valid") from None
    for name, value in pairs:
        if name in query:
            raise InvalidRequest(f"{name[:64]}: is given more than once")
        query[name] = value
    return query


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequest("the body can't be read") from None


def _log(event: Any, response: Response, seconds: float) -> None:
    """One line per request: no path, which may hold an id of a person's choosing, only the route."""
    observability.info(
        "request",
        route=event.get("routeKey") if isinstance(event, dict) else None,
        key_id=caller_of(event).get("key_id"),
        status=response["statusCode"],
        milliseconds=round(seconds * 1000, 1),
    )
