"""What the tests of PortSIP PBX share: accounts, and an answer as a message or as an error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from message_detail.adapters.provider_steps import classified, fetch_document
from message_detail.domain.message import Message
from message_detail.domain.normalized import NormalizedMessage
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.provider import Context, Document, Request, Response, TokenLogin
from message_detail.providers.portsip.provider import PROVIDER

FETCHED = "2026-06-01T12:00:00.000Z"
CREATED = "2026-05-04T09:15:00.000Z"
SIGNS_IN = {"username": "reader", "password": "invented-password", "domain": "tenant.example.com"}


def account(**settings: Any) -> Account:
    values = {"base_url": "https://pbx.example.com:8887/api", **(settings or SIGNS_IN)}
    return build("portsip", "default", values, PROVIDER.schema)


def normalized(**fields: Any) -> NormalizedMessage:
    return PROVIDER.normalize({"id": "MTA=", **fields}, Context(account(), "MTA=", FETCHED))


def message(**fields: Any) -> Message:
    return normalized(**fields).message


def problems(found: Message) -> dict[str, str]:
    return {drift.path: drift.problem for drift in found.provenance.drift}


def answer(status: int, body: Any = None) -> Response:
    return classified(PROVIDER, Response(status, {}, body))


def errors(code: str, message: str = "m") -> dict[str, Any]:
    return {"errors": [{"code": code, "message": message, "detail": "d"}]}


def login() -> TokenLogin:
    found = PROVIDER.authentication.login
    assert found is not None
    return found


def fetched(answers: Iterable[Response], sent: list[Request] | None = None) -> Document:
    left = iter(answers)

    def call(request: Request) -> Response:
        if sent is not None:
            sent.append(request)
        return next(left)

    return fetch_document(PROVIDER, account(), "MTA=", call)
