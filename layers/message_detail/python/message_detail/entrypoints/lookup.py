"""GET /v1/messages/{provider}/{message_id}, …/timeline, …/explanation and …/raw of one provider."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

from message_detail import bootstrap, observability
from message_detail.bootstrap import Services
from message_detail.domain.explanation.explain import explain
from message_detail.domain.journal import Entry
from message_detail.domain.message import Observation
from message_detail.domain.message_ids import message_hash, message_id
from message_detail.domain.message_view import MessageView
from message_detail.domain.scopes import METADATA, READ
from message_detail.domain.sealed_answer import shortened
from message_detail.domain.times import from_epoch, seconds_between
from message_detail.entrypoints.answer_model import PRIVATE, answer
from message_detail.entrypoints.http import JSON, Handler, HttpRequest, Response, endpoint, require, respond
from message_detail.entrypoints.limits import require_account
from message_detail.entrypoints.lookup_answers import Event, JournalEntry, Raw, Timeline
from message_detail.entrypoints.viewer import Viewer
from message_detail.providers.base.provider import Provider
from message_detail.services.message_trace import MessageTraces
from message_detail.services.messages import Messages
from message_detail.services.requests import LookupParameters, RawParameters, TimelineParameters

ENVIRONMENT: Final = ("TABLE_NAME", "CONTENT_BUCKET", "STACK_NAME")
TIMELINE: Final = "/timeline"
EXPLANATION: Final = "/explanation"
RAW: Final = "/raw"


class Shown(Protocol):
    """What an answer shows; its text is made where the caller has not got it yet."""

    @property
    def etag(self) -> str:
        """The entity tag."""
        ...

    @property
    def text(self) -> str:
        """The JSON text."""
        ...


def lookup_handler(provider: Provider) -> Handler:
    """The handler of a provider's message route. Ids may hold slashes, so the route is greedy."""
    bootstrap.in_init(ENVIRONMENT, Services.messages, provider)
    prefix = f"/v1/messages/{provider.name}/"

    def route(request: HttpRequest) -> Response:
        services = bootstrap.services()
        native_id = request.after(prefix)
        if native_id.endswith(TIMELINE):
            return _timeline(services, provider, request, native_id.removesuffix(TIMELINE))
        if native_id.endswith(EXPLANATION):
            return _explanation(services, provider, request, native_id.removesuffix(EXPLANATION))
        if native_id.endswith(RAW):
            return _raw(services.messages(provider), request, native_id.removesuffix(RAW))
        return _message(services, provider, request, native_id)

    return endpoint(route, scope=METADATA, provider=provider.name, environment=ENVIRONMENT)


def _message(services: Services, provider: Provider, request: HttpRequest, native_id: str) -> Response:
    asked = LookupParameters.read(request.query, provider.name)
    _about(request, provider.name, asked.account, native_id)
    view = services.messages(provider).lookup(asked.account, native_id, asked.max_age, request.seconds)
    return message_response(Viewer.of(request).view(view), request, from_epoch(services.now()))


def message_response(view: MessageView, request: HttpRequest, now: str) -> Response:
    """A message with its validators, or 304 when the caller has this very one. `now`: canonical timestamp."""
    return _validated(view, view.message.id, view.message.provenance.fetched_at, request, now)


def _explanation(services: Services, provider: Provider, request: HttpRequest, native_id: str) -> Response:
    asked = LookupParameters.read(request.query, provider.name)
    about = _about(request, provider.name, asked.account, native_id)
    facts = services.messages(provider).facts(asked.account, native_id, asked.max_age, request.seconds)
    now = from_epoch(services.now())
    explanation = explain(Viewer.of(request).facts(facts), now)
    return _validated(explanation, about, explanation.as_of, request, now)


def _validated(shown: Shown, about: str, as_of: str, request: HttpRequest, now: str) -> Response:
    """What is shown of the message `about`, with its validators, or 304 when the caller has it. `as_of`: of when it
    is."""
    age, etag = max(0, int(seconds_between(as_of, now))), shown.etag
    headers = {"etag": etag, "age": str(age), **PRIVATE, "vary": "authorization"}
    if _matches(request.headers.get("if-none-match", ""), etag):
        return respond(304, "", headers)
    Viewer.of(request).audit([about])
    return respond(200, shown.text, {"content-type": JSON, **headers})


def _timeline(services: Services, provider: Provider, request: HttpRequest, native_id: str) -> Response:
    asked = TimelineParameters.read(request.query, provider.name)
    _about(request, provider.name, asked.account, native_id)
    viewer, messages = Viewer.of(request), services.messages(provider)
    if asked.journal == "false":
        events = viewer.events(messages.timeline(asked.account, native_id))
        return answer(Timeline(items=list(map(Event.model_validate, events))), headers=PRIVATE)
    trace = MessageTraces(messages, services.journal, services.now).read(asked.account, native_id)
    trace = replace(trace, events=viewer.events(trace.events))
    return answer(Timeline(items=list(map(_shown, trace.in_order()))), headers=PRIVATE)


def _shown(one: Observation | Entry) -> Event | JournalEntry:
    return JournalEntry.model_validate(one) if isinstance(one, Entry) else Event.model_validate(one)


def _raw(messages: Messages, request: HttpRequest, native_id: str) -> Response:
    require(request, READ)
    provider = messages.provider.name
    asked = RawParameters.read(request.query, provider)
    about = _about(request, provider, asked.account, native_id)
    kept = messages.raw(asked.account, native_id)
    document, left_out = shortened(kept.part(asked.pointer))
    Viewer.of(request).audit([about])
    body = Raw(fetched_at=kept.fetched_at, mapping=kept.mapping, document=document, left_out=left_out)
    return answer(body, headers=PRIVATE)


def _about(request: HttpRequest, provider: str, account: str, native_id: str) -> str:
    """The id of the message that the request is about, which the log is told; Forbidden where the caller's key is not
    for its account."""
    require_account(request, provider, account)
    about = message_id(provider, account, native_id)
    observability.note(message_hash=message_hash(about))
    return about


def _matches(if_none_match: str, tag: str) -> bool:
    """Weak comparison of RFC 9110, 13.1.2; also of a tag that was made weak once more on its way."""
    candidates = [candidate.strip().lstrip("W/") for candidate in if_none_match.split(",")]
    return "*" in candidates or tag.removeprefix("W/") in candidates
