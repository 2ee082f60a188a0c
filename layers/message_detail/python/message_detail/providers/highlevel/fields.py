"""The fate of each field of HighLevel's answers. Vendor pages: "Get message by message id" and "Get email by Id",
https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

from typing import Final

from message_detail.fates import KEPT, field_table, to

FIELDS: Final = field_table(
    {
        "id": to("provider_message_id"),
        "type": to("channel", "kind", "channel_native", keep=True),
        "messageType": to("channel", "kind", "channel_native"),
        "locationId": KEPT,
        "contactId": to("to[].contact_id", "from.contact_id"),
        "conversationId": to("conversation.id"),
        "dateAdded": to("timestamps.created", "timestamps.received"),
        "dateUpdated": to("timestamps.updated", "provenance.source_updated_at"),
        "body": to("body.text", "body.html", "body.preview"),
        "direction": to("direction"),
        "status": to("status", "status_native"),
        "contentType": to("body.content_type"),
        "attachments": to("attachments[].url"),
        "meta.callDuration": to("call.duration_seconds"),
        "meta.callStatus": to("status", "status_native", "call.outcome"),
        "meta.email.messageIds": to("conversation.related_ids"),
        "meta.email.subject": to("subject"),
        "meta.email.direction": KEPT,
        "meta.email.email.messageIds": to("conversation.related_ids"),
        "meta.email.email.subject": to("subject"),
        "meta.email.email.direction": KEPT,
        "meta.ig": KEPT,
        "meta.fb": KEPT,
        "source": to("origin.source"),
        "userId": to("origin.user_id"),
        "conversationProviderId": to("upstream.provider"),
        "altId": to("upstream.message_id"),
        "from": to("from.address_raw", "from.address"),
        "to": to("to[].address_raw", "to[].address"),
        "error": to("status_reason", "failure.message"),
        "chatWidgetId": KEPT,
        "traceId": KEPT,
        "versionId": KEPT,
        "appId": KEPT,
        "_envelope.traceId": KEPT,
        "_email.id": to("references[].value"),
        "_email.altId": to("references[].value"),
        "_email.threadId": to("conversation.thread_id"),
        # The e-mail's word counts only where the message has none.
        "_email.status": to("status", "status_native", keep=True),
        "_email.subject": to("subject"),
        "_email.body": to("body.text", "body.html"),
        "_email.contentType": to("body.content_type"),
        "_email.attachments": to("attachments[].url"),
        "_email.provider": to("upstream.provider"),
        "_email.conversationProviderId": to("upstream.provider"),
        "_email.from": to("from.address_raw", "from.address", "from.name"),
        "_email.to": to("to[].address_raw", "to[].address", "to[].name"),
        "_email.cc": to("cc[].address_raw", "cc[].address", "cc[].name"),
        "_email.bcc": to("bcc[].address_raw", "bcc[].address", "bcc[].name"),
        "_email.replyToMessageId": to("conversation.parent_id"),
        "_email.source": to("origin.source"),
        # Of the message there are the same; and of the e-mail's time, two clocks must not make one version.
        "_email.locationId": KEPT,
        "_email.contactId": KEPT,
        "_email.conversationId": KEPT,
        "_email.dateAdded": KEPT,
        "_email.direction": KEPT,
        "_email.traceId": KEPT,
        "_email._envelope.traceId": KEPT,
        "_emails": KEPT,
    }
)
