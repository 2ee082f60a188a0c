"""What all tests must know of CareCloud."""

from __future__ import annotations

from typing import Any, Final

from message_detail.providers.carecloud.listing import LISTING
from message_detail.providers.carecloud.mapping import channel_key
from message_detail.providers.carecloud.provider import PROVIDER
from message_detail.testing import ListFacts
from tests.unit.providers.carecloud_case import message
from tests.unit.providers.cases import Case


def _page(items: list[Any], *, number: int, more: bool, total: int | None) -> Any:
    return {"data": {"messages": items, **({} if total is None else {"total_items": total})}}


def _error(text: str) -> list[Any]:
    return [{"error": {"type": "error", "exception": "e", "title": text}}, {"error": {"detail": text}}]


CASE: Final = Case(
    message=message,
    error=_error,
    tells_absent=[
        (422, {"error": {"error_data": {"invalid_params": [{"name": "message_id", "reason": "deleted"}]}}}),
        (500, {"error": {"exception": "resource_not_found_exception"}}),
        (200, {"error": {"exception": "not_found_exception"}}),
        (400, {"error": {"title": "Zpráva nebyla nalezena"}}),
        (500, {"error": {"detail": "Zpráva 8f00 neexistuje"}}),
    ],
    tells_message=[{"data": {"message_id": "m1", "title": "Message not found"}}],
    addresses={"carecloud contact": lambda text: message(contact=text)},
    readers={"providers.carecloud.mapping.channel_key": channel_key},
    lists=ListFacts(
        provider=PROVIDER,
        listing=LISTING,
        settings={
            "base_url": "https://cc.example.com/webservice/rest-api/x/v1.0",
            "token": "t",
            "time_zone": "UTC",
        },
        id_field="message_id",
        write=_page,
        reads=("last_change", "send_time", "message_status_id"),
        cursor={"walk": "sent"},
    ),
)
