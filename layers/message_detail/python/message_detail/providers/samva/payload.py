"""What Samva answers. Vendor page: API Reference, Messages, "Get Message", https://samva.app.

The vendor's example is generated, so its types are hints. A "string" that names a structure may be a string,
JSON in a string, an object or a list: those are `Any` here and read by structures.py.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from message_detail.providers.base.document_reader import Payload


class Participant(Payload):
    """A party in words; `type` is, for example, `human`."""

    id: str | None = None
    name: str | None = None
    displayName: str | None = None
    type: str | None = None
    channelIdentities: Any = None


class EmailMetadata(Payload):
    """What only an e-mail has. The flags and counts that are kept as they are have no place here."""

    messageId: str | None = None
    subject: str | None = None
    fromEmail: Any = None
    fromName: str | None = None
    toEmails: Any = None
    ccEmails: Any = None
    replyToEmail: Any = None
    threadPosition: int | None = None
    newContent: str | None = None
    quotedContent: str | None = None
    isAutoReply: bool | None = None
    autoReplyReason: str | None = None
    priority: str | None = None
    receivedAt: Any = None


class WhatsappMetadata(Payload):
    """What only a WhatsApp message has; `waMessageId` and `waConversationId` are ids at Meta."""

    waMessageId: str | None = None
    waConversationId: str | None = None
    fromNumber: Any = None
    toNumber: Any = None
    templateName: str | None = None
    templateLanguage: str | None = None
    templateCategory: str | None = None
    mediaUrl: str | None = None
    mediaType: str | None = None
    interactiveType: str | None = None
    contextMessageId: str | None = None
    conversationType: str | None = None
    isBillable: bool | None = None
    sentAt: Any = None
    deliveredAt: Any = None
    readAt: Any = None


class SamvaMessage(Payload):
    """The answer. `created_at` and `credits_used` are of the four-field answer to a send."""

    id: str | None = None
    conversationId: str | None = None
    threadId: str | None = None
    parentMessageId: str | None = None
    fromParticipantId: str | None = None
    toParticipantIds: list[str | None] | None = None
    fromParticipant: Participant = Field(default_factory=Participant)
    toParticipants: list[Participant | None] | None = None
    channel: str | None = None
    direction: str | None = None
    content: str | None = None
    status: str | None = None
    statusHistory: Any = None
    waitReason: str | None = None
    provider: str | None = None
    providerMessageId: str | None = None
    providerStatus: str | None = None
    providerResponse: Any = None
    providerCost: str | dict[str, Any] | None = None
    cost: str | dict[str, Any] | None = None
    currency: str | None = None
    credits_used: str | dict[str, Any] | None = None
    scheduledAt: Any = None
    sentAt: Any = None
    deliveredAt: Any = None
    readAt: Any = None
    failedAt: Any = None
    createdAt: Any = None
    created_at: Any = None
    updatedAt: Any = None
    lastAttemptAt: Any = None
    retryCount: int | None = None
    maxRetries: int | None = None
    deliveryAttempts: int | None = None
    lastError: str | None = None
    errorDetails: Any = None
    workflowRunId: str | None = None
    queueMessageId: str | None = None
    externalId: str | None = None
    referenceId: str | None = None
    tags: list[str | None] | None = None
    categories: list[str | None] | None = None
    isTest: bool | None = None
    isInternal: bool | None = None
    isAutomated: bool | None = None
    apiKeyId: str | None = None
    httpMethod: str | None = None
    createdBy: str | None = None
    emailMetadata: EmailMetadata = Field(default_factory=EmailMetadata)
    whatsappMetadata: WhatsappMetadata = Field(default_factory=WhatsappMetadata)
