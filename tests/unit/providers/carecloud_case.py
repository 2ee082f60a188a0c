"""What the tests of CareCloud share: an account, a message's data, and answers to requests."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from message_detail.adapters.provider_steps import classified
from message_detail.domain.message import Message, Observation
from message_detail.domain.normalized import NormalizedMessage
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.provider import Context, Request, Response
from message_detail.providers.carecloud.provider import PROVIDER

BASE = "https://demo.example.com/webservice/rest-api/enterprise-interface/v1.0"
MESSAGE_ID = "8f0000000000000000000c0001"
LIST_ID = "86000000000000000000000001"
FETCHED_AT = "2026-06-01T12:00:00.000Z"
PICTURE = b"\x89PNG\r\n\x1a\n invented picture"
BASE64 = base64.b64encode(PICTURE).decode()
LOGIN = {"login": "robot", "password": "invented", "external_application_id": "4d0000000000001"}


def account(**settings: Any) -> Account:
    values = {"base_url": BASE, "time_zone": "Europe/Prague", "token": "invented-token", **settings}
    return build("carecloud", "default", {k: v for k, v in values.items() if v is not None}, PROVIDER.schema)


def data(**fields: Any) -> dict[str, Any]:
    return {
        "message_id": MESSAGE_ID,
        "status": 1,
        "message_template_id": "8a01",
        "customer_id": "8c01",
        "communication_channel_id": 1,
        **fields,
    }


def normalize(detail: Any = None, settings: Mapping[str, Any] | None = None, **fields: Any) -> NormalizedMessage:
    document = {**data(**fields), "_detail": detail or {"plain_text_body": "Text", "html_body": ""}}
    return PROVIDER.normalize(document, Context(account(**(settings or {})), MESSAGE_ID, FETCHED_AT))


def message(detail: Any = None, settings: Mapping[str, Any] | None = None, **fields: Any) -> Message:
    return normalize(detail, settings, **fields).message


def steps(observations: Iterable[Observation]) -> list[tuple[str, str | None]]:
    return [(str(seen.status), seen.occurred_at) for seen in observations]


def drift(found: Message) -> set[tuple[str, str]]:
    return {(entry.path, entry.problem) for entry in found.provenance.drift}


def answer(status: int, body: Any = None) -> Response:
    return classified(PROVIDER, Response(status, {}, body))


class Exchange:
    """Answers requests from a table of paths, and remembers them."""

    def __init__(self, answers: Mapping[str, Response]) -> None:
        self.answers = answers
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        return self.answers[request.path]

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]


def exchange(fields: Mapping[str, Any], detail: Response | None = None, channels: Response | None = None) -> Exchange:
    return Exchange(
        {
            f"/messages/{MESSAGE_ID}": answer(200, {"data": data(**fields)}),
            f"/messages/{MESSAGE_ID}/detail": detail
            or answer(200, {"data": {"plain_text_body": "Text", "html_body": ""}}),
            "/communication-channels": channels or answer(403, {}),
        }
    )


def error_body(exception: str, **error_data: Any) -> dict[str, Any]:
    return {
        "error": {
            "type": "error",
            "exception": exception,
            "title": "Chyba",
            "detail": "Zákazník anna@example.com",
            "error_data": error_data,
        }
    }


def invalid(reason: Any, name: Any = "message_id") -> dict[str, Any]:
    return error_body("bad_request_exception", invalid_params=[{"name": name, "reason": reason}])


NOT_FOUND = error_body("resource_not_found_exception", resource_name="message", resource_id=MESSAGE_ID)
