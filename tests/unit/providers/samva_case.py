"""What the tests of Samva share: an account, and an answer as a message or as an error."""

from __future__ import annotations

from typing import Any

from message_detail.adapters.provider_steps import classified
from message_detail.domain.message import Message
from message_detail.domain.normalized import NormalizedMessage
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.provider import Context, Response
from message_detail.providers.samva.provider import PROVIDER

FETCHED = "2026-06-01T12:00:00.000Z"
FIRST = "2026-05-04T09:15:03.000Z"
SECOND = "2026-05-04T09:20:00.000Z"
LATER = "2026-05-04T09:20:05.000Z"
LEAST = -(2**31)


def account(**settings: Any) -> Account:
    return build("samva", "default", {"api_key": "invented-key", **settings}, PROVIDER.schema)


def normalized(region: str | None = None, **fields: Any) -> NormalizedMessage:
    holder = account(**({"default_region": region} if region else {}))
    return PROVIDER.normalize({"id": "m1", **fields}, Context(holder, "m1", FETCHED))


def message(**fields: Any) -> Message:
    return normalized(**fields).message


def seen(**fields: Any) -> set[tuple[int, str, str | None]]:
    return {(o.epoch, o.status.value, o.occurred_at) for o in normalized(**fields).observations}


def problems(found: Message) -> dict[str, str]:
    return {drift.path: drift.problem for drift in found.provenance.drift}


def answer(status: int, body: Any) -> Response:
    return classified(PROVIDER, Response(status, {}, body))
