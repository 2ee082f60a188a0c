"""POST /v1/session and GET /v1/me: a session of an API key, and who it is that asks."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

from message_detail import bootstrap, observability
from message_detail.domain.errors import Forbidden, NoSuchRoute
from message_detail.domain.scopes import SCOPES
from message_detail.entrypoints.answer_model import answer
from message_detail.entrypoints.answers import Me, SessionOpened
from message_detail.entrypoints.http import HttpRequest, Response, endpoint, own_scopes, require_any
from message_detail.entrypoints.limits import reach_of
from message_detail.services.requests import SessionRequest

ENVIRONMENT: Final = ("STACK_NAME", "API_KEYS_SECRET")


def _route(request: HttpRequest) -> Response:
    require_any(request)
    request.no_parameters()
    match request.method, request.path:
        case "POST", "/v1/session":
            return _open(request)
        case "GET", "/v1/me":
            return _me(request)
    raise NoSuchRoute()


def _open(request: HttpRequest) -> Response:
    if request.caller.get("session"):
        raise Forbidden("a session can't open another: send the API key itself")
    asked, key_id = SessionRequest.read(request.json_or_empty()), str(request.caller["key_id"])
    token, session = bootstrap.services().callers.open_session(key_id, asked.scopes, asked.seconds)
    observability.info("session opened", key_id=key_id, scopes=" ".join(session.scopes), expires_at=session.expires_at)
    opened = SessionOpened(token=token, scopes=list(session.scopes), expires_at=session.expires_at)
    return answer(opened, 201)


def _me(request: HttpRequest) -> Response:
    caller, own, reach = request.caller, own_scopes(request), reach_of(request)
    me = Me(
        key_id=str(caller["key_id"]),
        scopes=[scope for scope in SCOPES if scope in own],
        expires_at=caller.get("expires_at"),
        session=bool(caller.get("session")),
        providers=sorted(reach.providers) or None,
        accounts=sorted(reach.accounts) or None,
    )
    return answer(me)


bootstrap.in_init(ENVIRONMENT, attrgetter("callers"))
session_handler = endpoint(_route, scope=None, environment=ENVIRONMENT)
