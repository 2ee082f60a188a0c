"""What all tests must know of Samva."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from message_detail.domain.message import Message
from message_detail.domain.normalized import NormalizedMessage
from message_detail.providers.base.provider import Request
from message_detail.providers.samva import words
from message_detail.providers.samva.listing import LISTING
from message_detail.providers.samva.provider import PROVIDER
from message_detail.testing import ListFacts
from tests.unit.providers.cases import Case
from tests.unit.providers.samva_case import message, normalized


def participant(channel: str, identities: Any) -> NormalizedMessage:
    """A message from somebody with several identities."""
    email = {"fromEmail": "desk@ex.org"} if channel == "email" else {}
    person = {"id": "p1", "channelIdentities": identities}
    return normalized(channel=channel, fromParticipant=person, emailMetadata=email)


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
    tells_absent=[
        (200, {"_tag": "ResourceNotFoundError", "message": "m"}),
        (500, {"_tag": "MessageNotFoundError"}),
        (400, {"_tag": "NotFound"}),
        (500, {"_tag": "InternalError", "message": "Message not found"}),
    ],
    tells_message=[
        {"id": "m1", "content": "Message not found", "error": "Message not found"},
        {"items": [{"message": "Message not found"}], "pagination": {}},
    ],
    addresses={
        "samva recipients": lambda text: message(channel="email", emailMetadata={"toEmails": text}),
        "samva sender": lambda text: message(channel="email", emailMetadata={"fromEmail": text}),
        "samva whatsapp": _whatsapp,
    },
    whatsapp=frozenset({"samva whatsapp"}),
    named_beside={
        "samva: an e-mail address beside a text": ("jane@ex.com", participant("sms", {"email": "jane@ex.com"})),
        "samva: a number beside an e-mail": ("+14155550123", participant("email", {"phone": ["+14155550123"]})),
        "samva: another address than the e-mail's": ("jane@ex.com", participant("email", {"email": "jane@ex.com"})),
        "samva: identities as a list in a text": (
            "+14155550123",
            participant("sms", '[{"channel": "whatsapp", "value": "+14155550123"}]'),
        ),
        "samva: a number of a picture message": ("+14155550123", participant("mms", {"phone": "+14155550123"})),
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
