"""What the tests of HighLevel share: accounts, and an answer as a message or as an error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from message_detail.adapters.provider_steps import classified, fetch_document
from message_detail.domain.message import Message
from message_detail.domain.normalized import NormalizedMessage
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.provider import Context, Document, Request, Response, TokenLogin
from message_detail.providers.highlevel.provider import PROVIDER

FETCHED = "2026-06-01T12:00:00.000Z"
ADDED = "2026-05-04T09:15:00.120Z"
MESSAGE_ID = "Msg0000000000001Demo"
EMAIL_ID = "Eml0000000000001Demo"
CONTACT = "Con0000000000000Demo"
CONNECTED = {"client_id": "invented-client", "client_secret": "invented-secret", "refresh_token": "invented-refresh"}


def account(**settings: Any) -> Account:
    return build("highlevel", "default", settings or {"token": "invented-token"}, PROVIDER.schema)


def raw(**fields: Any) -> Document:
    """A message; a field given as `...` is absent."""
    usual = {"id": MESSAGE_ID, "type": 2, "messageType": "TYPE_SMS", "direction": "outbound", "status": "sent"}
    return {key: value for key, value in {**usual, **fields}.items() if value is not ...}


def raw_email(email_id: str = EMAIL_ID, **fields: Any) -> Document:
    usual = {"id": email_id, "threadId": MESSAGE_ID, "body": f"<p>{email_id}</p>", "contentType": "text/html"}
    return {**usual, "from": "Front Desk <desk@example.com>", "to": ["guest@example.com"], **fields}


def listing(*email_ids: Any, **fields: Any) -> Document:
    """An e-mail message that lists these e-mails."""
    return raw(**{"type": 3, "messageType": "TYPE_EMAIL", "meta": {"email": {"messageIds": list(email_ids)}}, **fields})


def normalized(document: Document, **settings: Any) -> NormalizedMessage:
    return PROVIDER.normalize(document, Context(account(**settings), str(document["id"]), FETCHED))


def message(**fields: Any) -> Message:
    return normalized(raw(**fields)).message


def problems(found: Message) -> dict[str, str]:
    return {drift.path: drift.problem for drift in found.provenance.drift}


def answer(status: int, body: Any = None, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return classified(PROVIDER, Response(status, named, body))


def refused(status: int, text: Any) -> Response:
    return answer(status, {"statusCode": status, "message": text, "error": "Unauthorized"})


def login() -> TokenLogin:
    found = PROVIDER.authentication.login
    assert found is not None
    return found


def fetched(answers: Iterable[Response], sent: list[Request] | None = None, own: Account | None = None) -> Document:
    """The document made of these answers, all of which must have been asked for."""
    left = list(answers)

    def call(request: Request) -> Response:
        if sent is not None:
            sent.append(request)
        return left.pop(0)

    document = fetch_document(PROVIDER, own or account(), MESSAGE_ID, call)
    assert not left, "not all answers were asked for"
    return document


def fetched_message(*answers: Response) -> Message:
    return normalized(fetched(answers)).message
