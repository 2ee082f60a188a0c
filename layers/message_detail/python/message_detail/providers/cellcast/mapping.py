"""Cellcast's answer as our message. Vendor page: "Get Message Detail", https://developer.cellcast.com."""

from __future__ import annotations

from typing import Any, Final

from message_detail.domain.message import (
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
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.status import Status, is_final
from message_detail.domain.times import instant_or_none
from message_detail.providers.base.address_texts import structure
from message_detail.providers.base.attachments import read_attachments
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.base.field_rules import field_table, ignored, keep_raw, maps_to
from message_detail.providers.base.message_builder import StatusHistory, build_message
from message_detail.providers.base.provider import Context, Document
from message_detail.providers.cellcast.numbers import read_recipients, read_sender
from message_detail.providers.cellcast.payload import CellcastMessage

ENVELOPE: Final = ignored("transport envelope: says how the call went, nothing of the message")

FIELDS: Final = field_table(
    {
        "_id": maps_to("provider_message_id"),
        "status": maps_to("status", "status_native"),
        "replyStop": maps_to("engagement.opted_out", keep=True),
        "message": maps_to("body.text"),
        "sender": maps_to("from.address_raw", "from.address"),
        "receiver": maps_to("to[].address_raw", "to[].address"),
        "countryCode": maps_to("to[].address", keep=True),
        "smsDetail.messagelength": maps_to("billing.length"),
        "smsDetail.smscount": maps_to("billing.segments"),
        "smsDetail.deductibleCredit": maps_to("billing.lines[].amount"),
        "smsDetail._id": keep_raw,
        "smsDetail.costpersms": keep_raw,
        "creditAmount": maps_to("billing.lines[].amount"),
        "createdAt": maps_to("timestamps.created"),
        "updatedAt": maps_to("timestamps.updated", "timestamps.delivered", "provenance.source_updated_at"),
        "send_time": maps_to("timestamps.sent"),
        "scheduleAt": maps_to("timestamps.scheduled"),
        "customerResponse": maps_to("replies[].text"),
        "customerResponseAt": maps_to("replies[].at", "engagement.replied.first_at", "engagement.replied.last_at"),
        "customerResponseMedia": maps_to("replies[].media[]"),
        "customString": maps_to("references[].value"),
        "media": maps_to("attachments[].url", "attachments[].name", "attachments[].content_type", "attachments[].size"),
        "replyMessage": keep_raw,
        "request_from": maps_to("origin.source"),
        "request_name": keep_raw,
        "gateway_count": keep_raw,
        "_envelope.app_type": ENVELOPE,
        "_envelope.app_version": ENVELOPE,
        "_envelope.maintainence": ENVELOPE,
        "_envelope.new_version": ENVELOPE,
        "_envelope.force_update": ENVELOPE,
        "_envelope.invalid_token": ENVELOPE,
        "_envelope.refresh_token": ignored("secret: a token, should it ever be filled"),
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

_REPLY_TEXTS: Final = ("message", "text", "body")
_REPLY_TIMES: Final = ("createdAt", "receivedAt", "received_at", "at")


def normalize(document: Document, context: Context) -> NormalizedMessage:
    """The message that a document of Cellcast describes. Pure."""
    reader = DocumentReader(document, FIELDS)
    payload = reader.parse(CellcastMessage)
    status = _status(payload, reader, context)
    times = _timestamps(payload, reader, status)
    history = StatusHistory(status, payload.status, failure=_failure(payload))
    if is_final(status) and times.sent is not None:
        history.observe(Status.SENT, at=times.sent)
    history.observe(status, at=times.sent if status is Status.SENT else times.delivered)
    return build_message(
        reader,
        context,
        history,
        source_updated_at=times.updated,
        channel=Channel.MMS if payload.media else Channel.SMS,
        direction=Direction.OUTBOUND,
        from_=read_sender(payload, reader, context.account.default_region),
        to=read_recipients(payload, reader, context.account.default_region),
        body=Body(text=payload.message),
        attachments=_media(payload.media, "media", reader),
        replies=_replies(payload, reader),
        engagement=_engagement(payload, reader),
        timestamps=times,
        billing=_billing(payload, reader),
        origin=Origin(source=payload.request_from),
        references=_references(payload),
    )


def _status(payload: CellcastMessage, reader: DocumentReader, context: Context) -> Status:
    status = reader.word("status", payload.status, STATUSES, Status.UNKNOWN)
    scheduled = reader.moment("scheduleAt", payload.scheduleAt)
    if status is Status.QUEUED and scheduled is not None and scheduled > context.fetched_at:
        return Status.SCHEDULED
    return status


def _failure(payload: CellcastMessage) -> Failure | None:
    return FAILURES.get((payload.status or "").strip().casefold())


def _timestamps(payload: CellcastMessage, reader: DocumentReader, status: Status) -> Timestamps:
    updated = reader.moment("updatedAt", payload.updatedAt)
    return Timestamps(
        created=reader.moment("createdAt", payload.createdAt),
        updated=updated,
        scheduled=reader.moment("scheduleAt", payload.scheduleAt),
        sent=reader.moment("send_time", payload.send_time),
        delivered=updated if status is Status.DELIVERED else None,
    )


def _media(native: Any, path: str, reader: DocumentReader) -> tuple[Attachment, ...]:
    """The files of a list whose items the vendor does not document: links, and objects, which are kept as well."""
    if native in (None, "", [], {}):
        return ()
    data = structure(native)
    items = data if isinstance(data, list) else [data]
    for index, item in enumerate(items):
        if isinstance(item, dict):
            reader.keep(f"{path}[{index}]" if isinstance(native, list) else path)
    if isinstance(native, str) and items != [native]:
        reader.keep(path)
    return read_attachments(reader, (path, items))


def _replies(payload: CellcastMessage, reader: DocumentReader) -> tuple[Reply, ...]:
    replies = []
    files = _media(payload.customerResponseMedia, "customerResponseMedia", reader)
    if payload.customerResponse or payload.customerResponseAt or payload.customerResponseMedia:
        replies.append(
            Reply(
                text=payload.customerResponse,
                at=reader.moment("customerResponseAt", payload.customerResponseAt),
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


def _engagement(payload: CellcastMessage, reader: DocumentReader) -> Engagement:
    replied = None
    if payload.customerResponse or payload.customerResponseAt or payload.customerResponseMedia:
        at = reader.moment("customerResponseAt", payload.customerResponseAt)
        replied = Engaged(first_at=at, last_at=at)
    # When the opt-out came is not told; the raw flag is kept, since a tester read it as "STOP handling is on".
    return Engagement(replied=replied, opted_out=Engaged() if payload.replyStop else None)


def _billing(payload: CellcastMessage, reader: DocumentReader) -> Billing:
    deducted = reader.decimal("smsDetail.deductibleCredit", payload.smsDetail.deductibleCredit)
    total = reader.decimal("creditAmount", payload.creditAmount)
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
