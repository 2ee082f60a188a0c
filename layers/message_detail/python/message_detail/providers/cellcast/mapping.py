"""Cellcast's answer as our message. Vendor page: "Get Message Detail", https://developer.cellcast.com."""

from __future__ import annotations

import re
from typing import Any, Final

from message_detail.address_texts import structure
from message_detail.attachments import attachments_of
from message_detail.fates import KEPT, dropped, field_table, to
from message_detail.ledger import Ledger
from message_detail.mapping import Draft, finish
from message_detail.message import (
    Attachment,
    Billing,
    BillingLine,
    Body,
    Channel,
    Direction,
    Engaged,
    Engagement,
    Failure,
    FailureCategory,
    Origin,
    Permanence,
    Reference,
    Reply,
    Timestamps,
)
from message_detail.provider import Context, Document, Normalized
from message_detail.providers.cellcast.numbers import recipients_of, sender_of
from message_detail.providers.cellcast.payload import CellcastMessage
from message_detail.status import Status, is_final
from message_detail.times import instant_or_none

ENVELOPE: Final = dropped("transport envelope: says how the call went, nothing of the message")

FIELDS: Final = field_table(
    {
        "_id": to("provider_message_id"),
        "status": to("status", "status_native"),
        "replyStop": to("engagement.opted_out", keep=True),
        "message": to("body.text"),
        "sender": to("from.address_raw", "from.address"),
        "receiver": to("to[].address_raw", "to[].address"),
        "countryCode": to("to[].address", keep=True),
        "smsDetail.messagelength": to("billing.length"),
        "smsDetail.smscount": to("billing.segments"),
        "smsDetail.deductibleCredit": to("billing.lines[].amount"),
        "smsDetail._id": KEPT,
        "smsDetail.costpersms": KEPT,
        "creditAmount": to("billing.lines[].amount"),
        "createdAt": to("timestamps.created"),
        "updatedAt": to("timestamps.updated", "timestamps.delivered", "provenance.source_updated_at"),
        "send_time": to("timestamps.sent"),
        "scheduleAt": to("timestamps.scheduled"),
        "customerResponse": to("replies[].text"),
        "customerResponseAt": to("replies[].at", "engagement.replied.first_at", "engagement.replied.last_at"),
        "customerResponseMedia": to("replies[].media[]"),
        "customString": to("references[].value"),
        "media": to("attachments[].url", "attachments[].name", "attachments[].content_type", "attachments[].size"),
        "replyMessage": KEPT,
        "request_from": to("origin.source"),
        "request_name": KEPT,
        "gateway_count": KEPT,
        "_envelope.app_type": ENVELOPE,
        "_envelope.app_version": ENVELOPE,
        "_envelope.maintainence": ENVELOPE,
        "_envelope.new_version": ENVELOPE,
        "_envelope.force_update": ENVELOPE,
        "_envelope.invalid_token": ENVELOPE,
        "_envelope.refresh_token": dropped("secret: a token, should it ever be filled"),
        "_envelope.show_message": ENVELOPE,
        "_envelope.is_enc": ENVELOPE,
        "_envelope.status": ENVELOPE,
        "_envelope.message": ENVELOPE,
        "_envelope.message_type": ENVELOPE,
        "_envelope.error": ENVELOPE,
    }
)

STATUSES: Final[dict[str, Status]] = {
    "queued": Status.QUEUED,
    "pending": Status.QUEUED,
    "scheduled": Status.SCHEDULED,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "delievered": Status.DELIVERED,  # the spelling of the vendor's list filter
    "failed": Status.FAILED,
    "blocked": Status.REJECTED,
    "rejected": Status.REJECTED,
    "expired": Status.EXPIRED,
    "dead": Status.UNDELIVERED,
    "canceled": Status.CANCELED,
    "cancelled": Status.CANCELED,
    # On a message that we sent, "received" may mean the handset or the gateway: never claim a delivery.
    "received": Status.SENT,
}

FAILURES: Final[dict[str, Failure]] = {
    "failed": Failure(category=FailureCategory.PROVIDER_ERROR, permanence=Permanence.PERMANENT),
    "blocked": Failure(category=FailureCategory.BLOCKED, permanence=Permanence.PERMANENT),
    "rejected": Failure(category=FailureCategory.CARRIER_ERROR),
    "expired": Failure(category=FailureCategory.EXPIRED, permanence=Permanence.TEMPORARY),
    "dead": Failure(category=FailureCategory.UNREACHABLE),
    "canceled": Failure(category=FailureCategory.CANCELED, permanence=Permanence.PERMANENT),
    "cancelled": Failure(category=FailureCategory.CANCELED, permanence=Permanence.PERMANENT),
}

_BEFORE_LINK: Final = re.compile(r"[,;\s](?=https?://)")
_REPLY_TEXTS: Final = ("message", "text", "body")
_REPLY_TIMES: Final = ("createdAt", "receivedAt", "received_at", "at")


def normalize(document: Document, context: Context) -> Normalized:
    """The message that a document of Cellcast describes. Pure."""
    ledger = Ledger(document, FIELDS)
    payload = ledger.parse(CellcastMessage)
    status = _status(payload, ledger, context)
    times = _timestamps(payload, ledger, status)
    draft = Draft(status, payload.status, failure=_failure(payload))
    if is_final(status) and times.sent is not None:
        draft.observe(Status.SENT, at=times.sent)
    draft.observe(status, at=times.sent if status is Status.SENT else times.delivered)
    return finish(
        ledger,
        context,
        draft,
        source_updated_at=times.updated,
        channel=Channel.MMS if payload.media else Channel.SMS,
        direction=Direction.OUTBOUND,
        from_=sender_of(payload, ledger, context.account.default_region),
        to=recipients_of(payload, ledger, context.account.default_region),
        body=Body(text=payload.message),
        attachments=_media(payload.media, "media", ledger),
        replies=_replies(payload, ledger),
        engagement=_engagement(payload, ledger),
        timestamps=times,
        billing=_billing(payload, ledger),
        origin=Origin(source=payload.request_from),
        references=_references(payload),
    )


def _status(payload: CellcastMessage, ledger: Ledger, context: Context) -> Status:
    status = ledger.word("status", payload.status, STATUSES, Status.UNKNOWN)
    scheduled = ledger.moment("scheduleAt", payload.scheduleAt)
    if status is Status.QUEUED and scheduled is not None and scheduled > context.fetched_at:
        return Status.SCHEDULED
    return status


def _failure(payload: CellcastMessage) -> Failure | None:
    return FAILURES.get((payload.status or "").strip().casefold())


def _timestamps(payload: CellcastMessage, ledger: Ledger, status: Status) -> Timestamps:
    updated = ledger.moment("updatedAt", payload.updatedAt)
    return Timestamps(
        created=ledger.moment("createdAt", payload.createdAt),
        updated=updated,
        scheduled=ledger.moment("scheduleAt", payload.scheduleAt),
        sent=ledger.moment("send_time", payload.send_time),
        delivered=updated if status is Status.DELIVERED else None,
    )


def _media(native: Any, path: str, ledger: Ledger) -> tuple[Attachment, ...]:
    """The files of a list whose items the vendor does not document: links, and objects, which are kept as well."""
    if native in (None, "", [], {}):
        return ()
    data = structure(native)
    if isinstance(data, str):
        data = _BEFORE_LINK.split(data)
    items = data if isinstance(data, list) else [data]
    for index, item in enumerate(items):
        if isinstance(item, dict):
            ledger.keep(f"{path}[{index}]" if isinstance(native, list) else path)
    if isinstance(native, str) and items != [native]:
        ledger.keep(path)
    return attachments_of(ledger, (path, items))


def _replies(payload: CellcastMessage, ledger: Ledger) -> tuple[Reply, ...]:
    replies = []
    files = _media(payload.customerResponseMedia, "customerResponseMedia", ledger)
    if payload.customerResponse or payload.customerResponseAt or payload.customerResponseMedia:
        replies.append(
            Reply(
                text=payload.customerResponse,
                at=ledger.moment("customerResponseAt", payload.customerResponseAt),
                media=tuple(file.url for file in files if file.url is not None),
            )
        )
    latest = _latest_reply(payload.replyMessage or {})
    if latest is not None and (latest.text, latest.at) not in {(reply.text, reply.at) for reply in replies}:
        replies.append(latest)
    return tuple(replies)


def _latest_reply(reply: dict[str, Any]) -> Reply | None:
    """`replyMessage` when its text and time are recognised; its shape is undocumented."""
    text = next((reply[key] for key in _REPLY_TEXTS if isinstance(reply.get(key), str) and reply[key]), None)
    time = next((at for key in _REPLY_TIMES if (at := instant_or_none(reply.get(key))) is not None), None)
    return None if text is None or time is None else Reply(text=text, at=time)


def _engagement(payload: CellcastMessage, ledger: Ledger) -> Engagement:
    replied = None
    if payload.customerResponse or payload.customerResponseAt or payload.customerResponseMedia:
        at = ledger.moment("customerResponseAt", payload.customerResponseAt)
        replied = Engaged(first_at=at, last_at=at)
    # When the opt-out came is not told; the raw flag is kept, since a tester read it as "STOP handling is on".
    return Engagement(replied=replied, opted_out=Engaged() if payload.replyStop else None)


def _billing(payload: CellcastMessage, ledger: Ledger) -> Billing:
    deducted = ledger.decimal("smsDetail.deductibleCredit", payload.smsDetail.deductibleCredit)
    total = ledger.decimal("creditAmount", payload.creditAmount)
    lines = []
    if deducted is not None:
        lines.append(BillingLine(kind="credit_deducted", amount=deducted))
    if total is not None:
        lines.append(BillingLine(kind="credit_total", amount=total, unit="credit:cellcast"))
    return Billing(lines=tuple(lines), segments=payload.smsDetail.smscount, length=payload.smsDetail.messagelength)


def _references(payload: CellcastMessage) -> tuple[Reference, ...]:
    if payload.customString is None:
        return ()
    return (Reference(type="custom_string", value=payload.customString),)
