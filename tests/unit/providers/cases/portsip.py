"""What all tests must know of PortSIP PBX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from message_detail.providers.base.provider import Request
from message_detail.providers.portsip import reasons
from message_detail.providers.portsip.listing import LISTING
from message_detail.providers.portsip.provider import PROVIDER
from message_detail.testing import ListFacts
from tests.unit.providers.cases import Case
from tests.unit.providers.portsip_case import message, normalized


def _page(items: list[Any], *, number: int, more: bool, total: int | None) -> Any:
    return {"items": items, **({} if total is None else {"count": total})}


def _serve(request: Request, entries: Sequence[Any]) -> tuple[list[Any], Any]:
    start = int(request.query["skip"])
    items = list(entries[start : start + int(request.query["top"])])
    return items, {"items": items, "count": len(entries)}


def _error(text: str) -> list[Any]:
    return [{"errors": [{"code": "UNKNOWN", "message": text, "detail": "d"}]}, {"message": text}]


CASE: Final = Case(
    message=message,
    created="created_at",
    error=_error,
    tells_absent=[
        (400, {"errors": [{"code": "NOT_FOUND"}]}),
        (500, {"errors": [{"code": "VALIDATE_FAILED"}]}),
        (200, {"errors": [{"code": "validate_failed"}]}),
    ],
    tells_message=[{"id": "m1", "reason": "Message not found"}, {"count": 0, "items": []}],
    addresses={
        "portsip receiver": lambda text: message(receiver=text),
        "portsip sender": lambda text: message(sender=text, msg_type="WHATSAPP"),
    },
    whatsapp=frozenset({"portsip sender"}),
    named_beside={
        "portsip: the number of an extension": ("+14155550123", normalized(sender="1001", did="14155550123")),
        "portsip: a number as a name": (
            "+14155550123",
            normalized(direction="IN", sender="1001", sender_name="Jane (+1 415 555 0123)"),
        ),
    },
    without_media=[
        message(direction="IN", msg_type=kind, delivery="RECV", content=content)
        for kind in ("WHATSAPP", "SMS")
        for content in ("", None)
    ],
    readers={"providers.portsip.reasons.read_failure": reasons.read_failure},
    lists=ListFacts(
        provider=PROVIDER,
        listing=LISTING,
        settings={"base_url": "https://pbx.example.com/api", "token": "t"},
        id_field="id",
        write=_page,
        reads=("delivery", "content", "created_at", "msg_type"),
        serve=_serve,
    ),
)
