"""What all tests must know of Samva."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from message_detail.domain.message import Message
from message_detail.providers.base.provider import Request
from message_detail.providers.samva import words
from message_detail.providers.samva.listing import LISTING
from message_detail.providers.samva.provider import PROVIDER
from message_detail.testing import ListFacts
from tests.unit.providers.cases import Case
from tests.unit.providers.samva_case import message


def _whatsapp(text: str) -> Message:
    metadata = {"fromNumber": "14155550100", "toNumber": text}
    return message(channel="whatsapp", direction="outbound", whatsappMetadata=metadata)


def _page(items: list[Any], *, number: int, more: bool, total: int | None) -> Any:
    told = {} if total is None else {"total": total, "totalPages": max(-(-total // 100), 1)}
    return {"items": items, "pagination": told}


def _serve(request: Request, entries: Sequence[Any]) -> tuple[list[Any], Any]:
    limit, number = int(request.query["limit"]), int(request.query["page"])
    items = list(entries[(number - 1) * limit : number * limit])
    return items, {"items": items, "pagination": {"total": len(entries), "totalPages": -(-len(entries) // limit)}}


def _error(text: str) -> list[Any]:
    return [{"error": {"code": text}}, {"error": {"code": "c", "message": text}}, {"_tag": "x", "message": text}]


CASE: Final = Case(
    message=message,
    created="createdAt",
    error=_error,
    addresses={
        "samva recipients": lambda text: message(channel="email", emailMetadata={"toEmails": text}),
        "samva sender": lambda text: message(channel="email", emailMetadata={"fromEmail": text}),
        "samva whatsapp": _whatsapp,
    },
    without_media=[message(channel="whatsapp", direction="inbound", content=None)],
    readers={"providers.samva.words.word_key": words.word_key},
    lists=ListFacts(
        provider=PROVIDER,
        listing=LISTING,
        settings={"api_key": "k"},
        id_field="id",
        write=_page,
        reads=("status", "channel", "direction", "content", "updatedAt", "createdAt"),
        serve=_serve,
    ),
)
