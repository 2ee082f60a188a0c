"""Endpoints that events go out to: how they fare, what was sent to them; pausing, resuming, trying, sending again.

No answer has an endpoint's address beyond its host, nor a secret: only who may read secrets sees them.
"""

from __future__ import annotations

import re
from typing import Final

from message_detail import bootstrap
from message_detail.bootstrap import Services
from message_detail.domain.errors import NoSuchRoute
from message_detail.domain.scopes import METADATA, WRITE
from message_detail.entrypoints.answer_model import PRIVATE, answer
from message_detail.entrypoints.endpoint_answers import (
    Delivery,
    DeliveryPage,
    EndpointList,
    EndpointStanding,
    EndpointState,
    EndpointTested,
    Replayed,
)
from message_detail.entrypoints.http import HttpRequest, Response, endpoint, require
from message_detail.services.endpoint_operations import EndpointOperations
from message_detail.services.endpoint_requests import ALL, DeliveryParameters, ReplayRequest, cursor_behind

ENVIRONMENT: Final = ("TABLE_NAME", "STACK_NAME")
_PATH: Final = re.compile(r"/v1/endpoints/(?P<name>[^/]+)/(?P<action>deliveries|pause|resume|test|replay)", re.DOTALL)


def _route(request: HttpRequest) -> Response:
    require(request, METADATA if request.method == "GET" else WRITE)
    operations = bootstrap.services().endpoint_operations(f"{request.url.scheme}://{request.url.host}")
    if request.path == "/v1/endpoints":
        request.no_parameters()
        items = list(map(EndpointStanding.of, operations.overview()))
        return answer(EndpointList(items=items), headers=PRIVATE)
    found = _PATH.fullmatch(request.path)
    if found is None:
        raise NoSuchRoute()
    name, action = found["name"], found["action"]
    if action == "deliveries":
        return _deliveries(operations, name, DeliveryParameters.read(request.query))
    request.no_parameters()
    if action == "replay":
        return _replay(operations, name, ReplayRequest.read(request.json()))
    if action == "test":
        return _test(operations, name)
    if action == "pause":
        return answer(EndpointState(name=name, state="paused", changed=operations.pause(name)))
    return answer(EndpointState(name=name, state="on", changed=operations.resume(name)))


def _deliveries(operations: EndpointOperations, name: str, asked: DeliveryParameters) -> Response:
    if asked.status == "waiting":
        waiting = operations.waiting(name, asked.limit)
        items = [Delivery.of_waiting(one) for one in waiting if asked.subject in (None, one.event.subject)]
        return answer(DeliveryPage(items=items, next_cursor=None), headers=PRIVATE)
    found = operations.attempts(
        name,
        asked.limit + 1,
        status=asked.status,
        subject=asked.subject,
        since=asked.since or "",
        before=asked.place,
    )
    shown = found[: asked.limit]
    cursor = cursor_behind(shown[-1].place) if len(found) > len(shown) else None
    return answer(DeliveryPage(items=list(map(Delivery.of_logged, shown)), next_cursor=cursor), headers=PRIVATE)


def _test(operations: EndpointOperations, name: str) -> Response:
    event, attempt = operations.test(name)
    tested = EndpointTested(
        event_id=event.id,
        delivered=attempt.delivered,
        milliseconds=attempt.milliseconds,
        status_code=attempt.status_code,
        error=attempt.error,
    )
    return answer(tested)


def _replay(operations: EndpointOperations, name: str, asked: ReplayRequest) -> Response:
    if asked.event_id is not None:
        events = operations.find(name, asked.event_id)
    else:
        events = operations.find_all(name, asked.since or "", asked.until, failed_only=asked.status != ALL)
    count = len(events) if asked.dry_run else operations.replay(name, events)
    return answer(Replayed(events=count), 202)


bootstrap.in_init(ENVIRONMENT, Services.endpoint_operations, "")
endpoints_handler = endpoint(_route, scope=None, environment=ENVIRONMENT)
