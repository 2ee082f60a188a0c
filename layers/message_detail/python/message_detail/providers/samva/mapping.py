"""Samva's answer as our message. Vendor page: API Reference, Messages, "Get Message", https://samva.app."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from message_detail.domain.message import (
    Attachment,
    Attempts,
    Body,
    Channel,
    Conversation,
    Direction,
    Interaction,
    Labels,
    Origin,
    Reference,
    Template,
    Timestamps,
    Upstream,
)
from message_detail.domain.normalized import NormalizedMessage
from message_detail.domain.status import Outcome, Status, outcome_for
from message_detail.providers.base.address_texts import structure
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.base.message_builder import StatusHistory, build_message
from message_detail.providers.base.provider import Context, Document
from message_detail.providers.samva.billing import read_billing
from message_detail.providers.samva.engagement import read_engagement
from message_detail.providers.samva.fields import FIELDS
from message_detail.providers.samva.payload import SamvaMessage
from message_detail.providers.samva.people import further_parties, read_parties, read_recipients, read_sender
from message_detail.providers.samva.statuses import observe_all, read_failure, read_status, with_failure
from message_detail.providers.samva.structures import unpacked

CHANNELS: Final[dict[str, Channel]] = {
    "sms": Channel.SMS,
    "mms": Channel.MMS,
    "rcs": Channel.RCS,
    "email": Channel.EMAIL,
    "e-mail": Channel.EMAIL,
    "whatsapp": Channel.WHATSAPP,
    "voice": Channel.VOICE,
}
DIRECTIONS: Final[dict[str, Direction]] = {"inbound": Direction.INBOUND, "outbound": Direction.OUTBOUND}
PLACEHOLDER: Final = -(2**31)
"""The least int32 stands in number columns that were never filled."""


def normalize(document: Document, context: Context) -> NormalizedMessage:
    """The message that a document of Samva describes. Pure."""
    reader = DocumentReader(unpacked(document), FIELDS)
    payload = reader.parse(SamvaMessage)
    channel = reader.word("channel", payload.channel, CHANNELS, Channel.UNKNOWN)
    direction = reader.word("direction", payload.direction, DIRECTIONS, Direction.UNKNOWN)
    status = read_status(payload, reader, direction, context.fetched_at)
    region = context.account.default_region
    times = _timestamps(payload, reader)
    attempts = _attempts(payload, reader)
    history = _draft(payload, status, attempts, reader)
    observe_all(history, payload, reader, direction, times)
    normalized = build_message(
        reader,
        context,
        history,
        source_updated_at=times.updated,
        channel=channel,
        channel_native=payload.channel,
        direction=direction,
        from_=read_sender(payload, reader, channel, region),
        to=read_recipients(payload, reader, channel, region),
        cc=read_parties(payload.emailMetadata.ccEmails, "emailMetadata.ccEmails", reader),
        reply_to=read_parties(payload.emailMetadata.replyToEmail, "emailMetadata.replyToEmail", reader),
        subject=payload.emailMetadata.subject,
        body=_body(payload),
        template=_template(payload),
        attachments=_attachments(payload),
        interaction=_interaction(payload),
        conversation=_conversation(payload, reader),
        engagement=read_engagement(payload),
        timestamps=times,
        attempts=attempts,
        billing=read_billing(payload, reader),
        origin=_origin(payload),
        labels=Labels(tags=_texts(payload.tags), categories=_texts(payload.categories)),
        priority=payload.emailMetadata.priority,
        references=_references(payload),
        upstream=_upstream(payload),
        further_parties=further_parties(payload, region),
    )
    observations = with_failure(normalized.observations, history.epoch, read_failure(payload, bounced=False))
    return replace(normalized, observations=observations)


def _draft(payload: SamvaMessage, status: Status, attempts: Attempts, reader: DocumentReader) -> StatusHistory:
    failed = outcome_for(status) is Outcome.FAILURE
    if not failed and payload.lastError is not None:
        reader.keep("lastError")  # the error of an attempt that the status has left behind
    return StatusHistory(
        status,
        payload.status,
        reason=payload.waitReason,
        failure=read_failure(payload, bounced=status is Status.BOUNCED) if failed else None,
        epoch=max(attempts.count or 0, 1) - 1,
    )


def _timestamps(payload: SamvaMessage, reader: DocumentReader) -> Timestamps:
    whatsapp = payload.whatsappMetadata
    return Timestamps(
        created=_first_time(reader, ("createdAt", payload.createdAt), ("created_at", payload.created_at)),
        updated=reader.moment("updatedAt", payload.updatedAt),
        scheduled=reader.moment("scheduledAt", payload.scheduledAt),
        sent=_first_time(reader, ("sentAt", payload.sentAt), ("whatsappMetadata.sentAt", whatsapp.sentAt)),
        delivered=_first_time(
            reader,
            ("deliveredAt", payload.deliveredAt),
            ("whatsappMetadata.deliveredAt", whatsapp.deliveredAt),
        ),
        read=_first_time(reader, ("readAt", payload.readAt), ("whatsappMetadata.readAt", whatsapp.readAt)),
        failed=reader.moment("failedAt", payload.failedAt),
        received=reader.moment("emailMetadata.receivedAt", payload.emailMetadata.receivedAt),
        last_attempt=reader.moment("lastAttemptAt", payload.lastAttemptAt),
    )


def _first_time(reader: DocumentReader, *candidates: tuple[str, Any]) -> str | None:
    """The first of several times that say the same; one that says otherwise is kept where it was."""
    times = [(path, time) for path, native in candidates if (time := reader.moment(path, native)) is not None]
    for path, time in times[1:]:
        if time != times[0][1]:
            reader.keep(path)
    return times[0][1] if times else None


def _attempts(payload: SamvaMessage, reader: DocumentReader) -> Attempts:
    return Attempts(
        count=_number(reader, "deliveryAttempts", payload.deliveryAttempts),
        retries=_number(reader, "retryCount", payload.retryCount),
        max_retries=_number(reader, "maxRetries", payload.maxRetries),
    )


def _number(reader: DocumentReader, path: str, value: int | None) -> int | None:
    """A count, or None for the placeholder, which is kept as it came."""
    if value == PLACEHOLDER:
        reader.keep(path)
        return None
    return value


def _body(payload: SamvaMessage) -> Body:
    email = payload.emailMetadata
    return Body(text=payload.content, new_text=email.newContent, quoted_text=email.quotedContent)


def _template(payload: SamvaMessage) -> Template | None:
    whatsapp = payload.whatsappMetadata
    template = Template(
        name=whatsapp.templateName, language=whatsapp.templateLanguage, category=whatsapp.templateCategory
    )
    return template if template != Template() else None


def _attachments(payload: SamvaMessage) -> tuple[Attachment, ...]:
    whatsapp = payload.whatsappMetadata
    attachment = Attachment(url=whatsapp.mediaUrl, content_type=whatsapp.mediaType)
    return (attachment,) if attachment != Attachment() else ()


def _interaction(payload: SamvaMessage) -> Interaction | None:
    whatsapp = payload.whatsappMetadata
    interaction = Interaction(type=whatsapp.interactiveType, context_message_id=whatsapp.contextMessageId)
    return interaction if interaction != Interaction() else None


def _conversation(payload: SamvaMessage, reader: DocumentReader) -> Conversation:
    return Conversation(
        id=payload.conversationId,
        thread_id=payload.threadId,
        parent_id=payload.parentMessageId,
        position=_number(reader, "emailMetadata.threadPosition", payload.emailMetadata.threadPosition),
        provider_conversation_id=payload.whatsappMetadata.waConversationId,
    )


def _origin(payload: SamvaMessage) -> Origin:
    return Origin(
        api_key_id=payload.apiKeyId,
        created_by=payload.createdBy,
        automated=payload.isAutomated,
        internal=payload.isInternal,
        test=payload.isTest,
        auto_reply=payload.emailMetadata.isAutoReply,
        auto_reply_reason=payload.emailMetadata.autoReplyReason,
        http_method=payload.httpMethod,
    )


def _texts(items: list[str | None] | None) -> tuple[str, ...]:
    return tuple(item for item in items or () if item)


def _references(payload: SamvaMessage) -> tuple[Reference, ...]:
    values = {
        "workflow_run": payload.workflowRunId,
        "queue_message": payload.queueMessageId,
        "external_id": payload.externalId,
        "reference_id": payload.referenceId,
        "email_message": payload.emailMetadata.messageId,
        "wa_message": payload.whatsappMetadata.waMessageId,
    }
    return tuple(Reference(type=kind, value=value) for kind, value in values.items() if value is not None)


def _upstream(payload: SamvaMessage) -> Upstream:
    return Upstream(
        provider=payload.provider,
        message_id=payload.providerMessageId or payload.whatsappMetadata.waMessageId,
        status=payload.providerStatus,
        response=structure(payload.providerResponse),
    )
