"""What all tests must know of HighLevel. What its errors say is tested in test_highlevel_errors.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from message_detail.domain.message import Message
from message_detail.domain.normalized import NormalizedMessage
from message_detail.providers.base.provider import Request
from message_detail.providers.highlevel import email_failures, email_text, statuses
from message_detail.providers.highlevel.listing import LISTING
from message_detail.providers.highlevel.provider import PROVIDER
from message_detail.testing import ListFacts
from tests.unit.providers.cases import Case
from tests.unit.providers.highlevel_case import EMAIL_ID, listing, message, normalized, raw_email


def thread(email: dict[str, Any], **fields: Any) -> NormalizedMessage:
    """What an e-mail makes, with fields of the message that it belongs to."""
    return normalized({**listing(EMAIL_ID, **fields), "_email": raw_email(**email)})


def of_thread(**email: Any) -> Message:
    """The message that an e-mail makes."""
    return thread(email).message


def _page(items: list[Any], *, number: int, more: bool, total: int | None) -> Any:
    told = {} if total is None else {"total": total}
    return {"messages": items, "nextCursor": f"c{number}" if more else None, **told}


def _serve(request: Request, entries: Sequence[Any]) -> tuple[list[Any], Any]:
    limit, start = int(request.query["limit"]), int(request.query.get("cursor", "0"))
    found = [] if request.query.get("channel") == "Email" else list(entries)
    items = found[start : start + limit]
    following = start + limit
    return items, {"messages": items, "nextCursor": str(following) if following < len(found) else None}


CASE: Final = Case(
    message=message,
    addresses={
        "highlevel e-mail's recipients": lambda text: of_thread(to=[text]),
        "highlevel e-mail's copies": lambda text: of_thread(cc=text),
        "highlevel e-mail's sender": lambda text: of_thread(**{"from": text}),
        "highlevel sms": lambda text: message(to=text),
        "highlevel whatsapp": lambda text: message(messageType="TYPE_WHATSAPP", type=19, **{"from": text}),
    },
    whatsapp=frozenset({"highlevel whatsapp"}),
    named_beside={
        "highlevel: the message's recipient, another than its e-mail's": (
            "jane@ex.com",
            thread({"to": ["desk@ex.org"]}, to="J <jane@ex.com>"),
        ),
        "highlevel: the message's sender, another than its e-mail's": (
            "jane@ex.com",
            thread({"from": "desk@ex.org"}, **{"from": "jane@ex.com"}),
        ),
        "highlevel: who is in copy, and not in the list": (
            "jane@ex.com",
            thread({"cc": ["jane@ex.com"], "ccList": ["desk@ex.org"]}),
        ),
    },
    without_media=[
        message(type=number, messageType=name, direction="inbound", body=body, attachments=files)
        for number, name in ((19, "TYPE_WHATSAPP"), (2, "TYPE_SMS"), (11, "TYPE_FACEBOOK"), (18, "TYPE_INSTAGRAM"))
        for body in ("", ...)
        for files in ((), ...)
    ],
    readers={
        "providers.highlevel.statuses.only_letters": statuses.only_letters,
        "providers.highlevel.email_failures.email_failure": email_failures.email_failure,
        "providers.highlevel.email_text.is_stored_file": email_text.is_stored_file,
        "providers.highlevel.email_text.looks_like_html": email_text.looks_like_html,
    },
    lists=ListFacts(
        provider=PROVIDER,
        listing=LISTING,
        settings={"token": "t", "location_id": "loc1"},
        id_field="id",
        write=_page,
        reads=(
            "type",
            "messageType",
            "status",
            "attachments",
            "meta",
            "dateAdded",
            "dateUpdated",
            "from",
            "error",
        ),
        serve=_serve,
        skips=False,
    ),
)
