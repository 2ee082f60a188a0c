"""What all tests must know of Cellcast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from message_detail.providers.base.provider import Request
from message_detail.providers.cellcast.listing import LISTING
from message_detail.providers.cellcast.provider import PROVIDER
from message_detail.testing import ListFacts
from tests.unit.providers.cases import Case
from tests.unit.providers.test_cellcast import message


def _page(items: list[Any], *, number: int, more: bool, total: int | None) -> Any:
    told = {} if total is None else {"total": total, "totalPages": max(-(-total // 100), 1)}
    return {"status": True, "data": {"items": items, **told}}


def _serve(request: Request, entries: Sequence[Any]) -> tuple[list[Any], Any]:
    limit, number = int(request.query["limit"]), int(request.query["page"])
    found = [] if request.query["campType"] == "mms" else list(entries)
    items = found[(number - 1) * limit : number * limit]
    return items, {"data": {"items": items, "hasNextPage": number * limit < len(found)}}


def _error(text: str) -> list[Any]:
    return [{"status": False, "message": text}, {"status": False, "data": {"message": text}}, {"msg": text}]


CASE: Final = Case(
    message=message,
    created="createdAt",
    error=_error,
    envelope_decides=True,
    tells_absent=[
        (400, {"message": 'Cast to ObjectId failed for value "x" at path "_id"'}),
        (200, {"status": True, "message": "Message not found", "data": {}}),
        (200, {"status": "false", "data": {"message": "message not found"}}),
    ],
    tells_message=[
        {"status": True, "data": {"_id": "m1", "message": "Message not found"}},
        {"data": {"_id": "m1", "message": "Message not found"}},
        {"status": True, "message": "No messages found", "data": {"items": [], "total": 0}},
    ],
    addresses={
        "cellcast receiver": lambda text: message(receiver=text),
        "cellcast sender": lambda text: message(sender=text),
    },
    lists=ListFacts(
        provider=PROVIDER,
        listing=LISTING,
        settings={"token": "t"},
        id_field="_id",
        write=_page,
        reads=("status", "message", "updatedAt", "media"),
        serve=_serve,
    ),
)
