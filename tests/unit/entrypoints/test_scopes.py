"""The scope that the document tells of a route is the one that the route asks for."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.scopes import READ, READING, SCOPES, granted
from message_detail.entrypoints.endpoints import endpoints_handler
from message_detail.entrypoints.http import Handler
from message_detail.entrypoints.lookup import lookup_handler
from message_detail.entrypoints.messages import messages_handler
from message_detail.entrypoints.openapi.parts import ANY, Route
from message_detail.entrypoints.openapi.routes import ROUTES
from message_detail.entrypoints.operations import operations_handler
from message_detail.entrypoints.session import session_handler
from message_detail.entrypoints.stats import RECOUNT_PATH
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import Cloud
from tests.unit.entrypoints.document import fits
from tests.unit.entrypoints.events import body_of, http

OPERATIONS, LOOKUP = operations_handler, lookup_handler(PROVIDER)
KEYED = [route for route in ROUTES if route.scope]
keyed = pytest.mark.parametrize("route", KEYED, ids=lambda route: route.name)
scoped = pytest.mark.parametrize("route", [one for one in KEYED if one.scope != ANY], ids=lambda route: route.name)


def handler(route: Route) -> Handler:
    """The function that the template gives the route to."""
    if route.path == RECOUNT_PATH:
        return OPERATIONS
    if route.path.startswith("/v1/endpoints"):
        return endpoints_handler
    if "{message_id}" in route.path:
        return LOOKUP
    if route.path.startswith("/v1/webhooks/"):
        return messages_handler
    if route.scope == ANY:
        return session_handler
    return OPERATIONS if "{provider}" in route.path else messages_handler


def ask(route: Route, scopes: str | None) -> dict[str, Any]:
    path = route.path.replace("{provider}", "cellcast").replace("{message_id}", "x").replace("{sync_id}", "0" * 32)
    body = "{}" if route.body else None
    response = handler(route)(http(path, method=route.method.upper(), body=body, scopes=scopes), Context())
    return fits(response, f"{route.method.upper()} {route.path}")


@scoped
def test_a_key_without_the_scope_is_403_whatever_else_it_may(cloud: Cloud, route: Route) -> None:
    others = [scope for scope in SCOPES if route.scope not in granted([scope])]
    response = ask(route, " ".join(others))
    assert (response["statusCode"], body_of(response)["code"]) == (403, "forbidden")


@keyed
def test_no_key_is_401(cloud: Cloud, route: Route) -> None:
    response = ask(route, None)
    assert (response["statusCode"], body_of(response)["code"]) == (401, "unauthorized")


@scoped
def test_the_scope_alone_suffices(cloud: Cloud, route: Route) -> None:
    assert ask(route, route.scope)["statusCode"] not in (401, 403)


@scoped
def test_a_key_that_reads_all_reads_whatever_is_read(cloud: Cloud, route: Route) -> None:
    assert (ask(route, READ)["statusCode"] == 403) == (route.scope not in READING)


@pytest.mark.parametrize("route", [one for one in KEYED if one.scope == ANY], ids=lambda route: route.name)
def test_where_any_scope_will_do_there_has_to_be_one(cloud: Cloud, route: Route) -> None:
    assert ask(route, "")["statusCode"] == 403
    assert all(ask(route, scope)["statusCode"] != 403 for scope in SCOPES)
