"""GET /v1/messages/{provider}/{message_id} and …/timeline of one provider."""

from __future__ import annotations

from typing import Any, Final

from message_detail import bootstrap, observability
from message_detail.domain import json_codec
from message_detail.domain.answer_size import fit, fits
from message_detail.domain.errors import InvalidRequest
from message_detail.domain.message import Freshness, Message, Observation
from message_detail.domain.timeline import etag
from message_detail.domain.times import from_epoch, seconds_between
from message_detail.entrypoints.http import JSON, Handler, HttpRequest, Response, endpoint, ok, respond
from message_detail.providers.base.account import DEFAULT_ACCOUNT
from message_detail.providers.base.provider import Provider
from message_detail.services.messages import DEFAULT_MAX_AGE

ENVIRONMENT: Final = ("TABLE_NAME", "CONTENT_BUCKET", "STACK_NAME")
MAX_MAX_AGE: Final = 86_400
TIMELINE: Final = "/timeline"
EVENT_KEYS: Final = ("status", "status_native", "occurred_at", "observed_at", "via", "epoch")


def lookup_handler(provider: Provider) -> Handler:
    """The handler of a provider's message route. Ids may hold slashes, so the route is greedy."""
    prefix = f"/v1/messages/{provider.name}/"

    def route(request: HttpRequest) -> Response:
        message_id = request.after(prefix)
        if message_id.endswith(TIMELINE):
            return _timeline(provider, request, message_id.removesuffix(TIMELINE))
        return _message(provider, request, message_id)

    return endpoint(route, scope="read", provider=provider.name, environment=ENVIRONMENT)


def _message(provider: Provider, request: HttpRequest, message_id: str) -> Response:
    request.known_parameters("account", "max_age")
    max_age = parse_max_age(request.query.get("max_age"))
    account = request.query.get("account", DEFAULT_ACCOUNT)
    message = bootstrap.service(provider).lookup(account, message_id, max_age, request.seconds)
    observability.count(f"lookup_{message.provenance.freshness.value}")
    if message.provenance.freshness is Freshness.LIVE and message.provenance.drift:
        observability.count("drift", len(message.provenance.drift))
    return message_response(message, request)


def message_response(message: Message, request: HttpRequest) -> Response:
    """A message with its validators, or 304 when the caller has this very one."""
    document = message.as_json()
    tag = etag(document)
    age = max(0, int(seconds_between(message.provenance.fetched_at, from_epoch(bootstrap.now()))))
    headers = {"etag": tag, "age": str(age), "cache-control": "private", "vary": "authorization"}
    if _matches(request.headers.get("if-none-match", ""), tag):
        return respond(304, "", headers)
    text = json_codec.dumps(document)
    if not fits(text):
        text = json_codec.dumps(fit(document))
    return respond(200, text, {"content-type": JSON, **headers})


def _timeline(provider: Provider, request: HttpRequest, message_id: str) -> Response:
    request.known_parameters("account")
    account = request.query.get("account", DEFAULT_ACCOUNT)
    events = bootstrap.service(provider).timeline(account, message_id)
    return ok({"items": [event_json(event) for event in events]}, headers={"cache-control": "private"})


def event_json(event: Observation) -> dict[str, Any]:
    """A timeline event as the API shows it."""
    return event.model_dump(mode="json", include=set(EVENT_KEYS))


def parse_max_age(text: str | None) -> int:
    """Seconds from the parameter, or InvalidRequest."""
    if text is None:
        return DEFAULT_MAX_AGE
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= MAX_MAX_AGE):
        raise InvalidRequest(f"max_age: must be a whole number of seconds from 0 to {MAX_MAX_AGE}")
    return int(text)


def _matches(if_none_match: str, tag: str) -> bool:
    """Weak comparison of RFC 9110, 13.1.2."""
    candidates = [candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")]
    return "*" in candidates or tag in candidates
