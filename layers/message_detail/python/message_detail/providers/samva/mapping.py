"""Samva's answer as our message. Vendor page: API Reference, Messages, "Get Message", https://samva.app."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from message_detail.address_texts import structure
from message_detail.ledger import Ledger
from message_detail.mapping import Draft, finish
from message_detail.message import (
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
from message_detail.provider import Context, Document, Normalized
from message_detail.providers.samva.billing import billing_of
from message_detail.providers.samva.engagement import engagement_of
from message_detail.providers.samva.fields import FIELDS
from message_detail.providers.samva.payload import SamvaMessage
from message_detail.providers.samva.people import further_parties, parties_of, recipients_of, sender_of
from message_detail.providers.samva.statuses import failure_of, observe_all, status_of, with_failure
from message_detail.providers.samva.structures import unpacked
from message_detail.status import Outcome, Status, outcome_of

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


def normalize(document: Document, context: Context) -> Normalized:
    """The message that a document of Samva describes. Pure."""
    ledger = Ledger(unpacked(document), FIELDS)
    payload = ledger.parse(SamvaMessage)
    channel = ledger.word("channel", payload.channel, CHANNELS, Channel.UNKNOWN)
    direction = ledger.word("direction", payload.direction, DIRECTIONS, Direction.UNKNOWN)
    status = status_of(payload, ledger, direction, context.fetched_at)
    region = context.account.default_region
    times = _timestamps(payload, ledger)
    attempts = _attempts(payload, ledger)
    draft = _draft(payload, status, attempts, ledger)
    observe_all(draft, payload, ledger, direction, times)
    normalized = finish(
        ledger,
        context,
        draft,
        source_updated_at=times.updated,
        channel=channel,
        channel_native=payload.channel,
        direction=direction,
        from_=sender_of(payload, ledger, channel, region),
        to=recipients_of(payload, ledger, channel, region),
        cc=parties_of(payload.emailMetadata.ccEmails, "emailMetadata.ccEmails", ledger),
        reply_to=parties_of(payload.emailMetadata.replyToEmail, "emailMetadata.replyToEmail", ledger),
        subject=payload.emailMetadata.subject,
        body=_body(payload),
        template=_template(payload),
        attachments=_attachments(payload),
        interaction=_interaction(payload),
        conversation=_conversation(payload, ledger),
        engagement=engagement_of(payload),
        timestamps=times,
        attempts=attempts,
        billing=billing_of(payload, ledger),
        origin=_origin(payload),
        labels=Labels(tags=_texts(payload.tags), categories=_texts(payload.categories)),
        priority=payload.emailMetadata.priority,
        references=_references(payload),
        upstream=_upstream(payload),
        further_parties=further_parties(payload, region),
    )
    observations = with_failure(normalized.observations, draft.epoch, failure_of(payload, bounced=False))
    return replace(normalized, observations=observations)


def _draft(payload: SamvaMessage, status: Status, attempts: Attempts, ledger: Ledger) -> Draft:
    failed = outcome_of(status) is Outcome.FAILURE
    if not failed and payload.lastError is not None:
        ledger.keep("lastError")  # the error of an attempt that the status has left behind
    return Draft(
        status,
        payload.status,
        reason=payload.waitReason,
        failure=failure_of(payload, bounced=status is Status.BOUNCED) if failed else None,
        epoch=max(attempts.count or 0, 1) - 1,
    )


def _timestamps(payload: SamvaMessage, ledger: Ledger) -> Timestamps:
    whatsapp = payload.whatsappMetadata
    return Timestamps(
        created=_first_time(ledger, ("createdAt", payload.createdAt), ("created_at", payload.created_at)),
        updated=ledger.moment("updatedAt", payload.updatedAt),
        scheduled=ledger.moment("scheduledAt", payload.scheduledAt),
        sent=_first_time(ledger, ("sentAt", payload.sentAt), ("whatsappMetadata.sentAt", whatsapp.sentAt)),
        delivered=_first_time(
            ledger,
            ("deliveredAt", payload.deliveredAt),
            ("whatsappMetadata.deliveredAt", whatsapp.deliveredAt),
        ),
        read=_first_time(ledger, ("readAt", payload.readAt), ("whatsappMetadata.readAt", whatsapp.readAt)),
        failed=ledger.moment("failedAt", payload.failedAt),
        received=ledger.moment("emailMetadata.receivedAt", payload.emailMetadata.receivedAt),
        last_attempt=ledger.moment("lastAttemptAt", payload.lastAttemptAt),
    )


def _first_time(ledger: Ledger, *candidates: tuple[str, Any]) -> str | None:
    """The first of several times that say the same; one that says otherwise is kept where it was."""
    times = [(path, time) for path, native in candidates if (time := ledger.moment(path, native)) is not None]
    for path, time in times[1:]:
        if time != times[0][1]:
            ledger.keep(path)
    return times[0][1] if times else None


def _attempts(payload: SamvaMessage, ledger: Ledger) -> Attempts:
    return Attempts(
        count=_number(ledger, "deliveryAttempts", payload.deliveryAttempts),
        retries=_number(ledger, "retryCount", payload.retryCount),
        max_retries=_number(ledger, "maxRetries", payload.maxRetries),
    )


def _number(ledger: Ledger, path: str, value: int | None) -> int | None:
    """A count, or None for the placeholder, which is kept as it came."""
    if value == PLACEHOLDER:
        ledger.keep(path)
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


def _conversation(payload: SamvaMessage, ledger: Ledger) -> Conversation:
    return Conversation(
        id=payload.conversationId,
        thread_id=payload.threadId,
        parent_id=payload.parentMessageId,
        position=_number(ledger, "emailMetadata.threadPosition", payload.emailMetadata.threadPosition),
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
