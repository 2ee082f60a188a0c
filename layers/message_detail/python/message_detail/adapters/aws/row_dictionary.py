"""What nearly every message's row says: the preset dictionary of packed texts. It never changes: rows outlive releases.

A made-up message with every part that there is, as it is stored; what rows say most often stands last, next to what is
packed. A better one is another attribute beside `packed`, which this release then keeps as it is.
"""

from __future__ import annotations

from typing import Final

DICTIONARY: Final = (
    '"toEmails":"fromEmail":"attachmentCount":"replyToEmail":"isAutoReply":"ccEmails":"fromName":"quotedContent":'
    '"receivedAt":"autoReplyReason":"newContent":"hasQuotedContent":"threadPosition":"hasAttachments":"contact":'
    '"messageId":"title":"displayName":"channelIdentities":"html_body":"plain_text_body":"_detail":'
    '"statusHistory":"workflowRunId":"readAt":"parentMessageId":"isInternal":"apiRequestMetadata":'
    '"participantMetadata":"httpMethod":"referenceId":"emailMetadata":"queueMessageId":"fromParticipantId":'
    '"currency":"isAutomated":"deliveryAttempts":"threadId":"providerCost":"providerStatus":"externalId":'
    '"deliveredAt":"lastAttemptAt":"toParticipantIds":"failedAt":"organizationId":"providerMessageId":"sentAt":'
    '"lastError":"fromParticipant":"maxRetries":"errorDetails":"apiKeyId":"toParticipants":"whatsappMetadata":'
    '"cost":"retryCount":"apiResponseMetadata":"createdBy":"scheduledAt":"isTest":"providerResponse":'
    '"messagelength":"deductibleCredit":"smscount":"created_at":"receiver_name":"channel_number":"config_id":'
    '"provider_msg_id":"channel_name":"reason":"did":"delivery":"msg_type":"sender_name":"last_change":'
    '"customerResponseAt":"customString":"replyStop":"scheduleAt":"customerResponseMedia":"smsDetail":'
    '"creditAmount":"replyMessage":"customerResponse":"communication_channel_id":"customer_id":'
    '"message_template_id":"_id":"_envelope":"contentType":"send_time":"content":"createdAt":"updatedAt":'
    '"receiver":"sender":'
    ',"rejected","undelivered","expired","canceled","blocked","bounced","deferred","skipped","deleted","transcribed"'
    '"whatsapp","mms","rcs","voice","voicemail","webchat","live_chat","push","in_app","note","activity","call"'
    '"failure":{"category":"unreachable","permanence":"permanent","native_code":"30005","message":"Unknown destination '
    'handset"}"invalid_destination""carrier_rejected""spam_filtered""temporary""mailbox_full""unknown"'
    '"template":{"id":null,"name":"reminder","language":"en","category":null,"parameters":[{"name":"1","value":""}]}'
    '"attachments":[{"url":"https://storage.googleapis.com/","name":"file.pdf","content_type":"application/pdf",'
    '"method":null,"cache_minutes":null,"size":null}],"interaction":{"type":"button","context_message_id":null}'
    '"replies":[{"text":"Yes","at":"2026-","media":[]}],"call":{"outcome":"completed","duration_seconds":60}'
    '{"first_at":null,"last_at":null,"user_agent":"Mozilla/5.0","language":null}'
    '"billing":{"lines":[{"kind":"price","amount":"0.05","unit":"USD"}],"segments":1,"length":1,"billable":true,'
    '"references":[{"type":"rfc_message_id","value":"custom"}],"drift":[{"path":"","problem":"unknown_field","value":""'
    '<html><head></head><body style="font-family: Arial, sans-serif"><table width="100%" cellpadding="0"><tr><td>'
    '<p>Hello </p><br><a href="https://www.">your booking appointment is confirmed, thank you for </a></td></tr>'
    "</table>"
    '<div style="color: #333333; margin: 0; padding: 0; text-align: left"></div></body></html>'
    '"contactId":"conversationId":"locationId":"dateAdded":"dateUpdated":"userId":"messageType":"status":"type":"meta":'
    '"address_type":"email","name":null,"contact_id":null,"participant_type":null}@gmail.com@example.com'
    'message\0{"schema_version":"1","id":"default:","provider":"","account":"default","provider_message_id":"","channel":"email",'
    '"channel_native":"SMS","kind":"message","direction":"inbound","status":"received","status_native":"received",'
    '"status_reason":null,"final":false,"outcome":"pending","failure":null,"from":null,"to":[],"cc":[],"bcc":[],'
    '"schema_version":"1","channel":"sms","channel_native":"sms","kind":"message","direction":"outbound",'
    '"status":"delivered","status_native":"delivered","status_reason":null,"final":true,"outcome":"success",'
    '"failure":null,"from":{"address":"+1415555","address_raw":"+1415555","address_type":"phone","name":null,'
    '"contact_id":null,"participant_type":null},"to":[{"address":"+614","address_raw":"04","address_type":"phone",'
    '"name":null,"contact_id":null,"participant_type":null}],"cc":[],"bcc":[],"reply_to":[],"subject":null,'
    '"body":{"text":"","html":null,"content_type":"text/plain","preview":null,"new_text":null,"quoted_text":null},'
    '"template":null,"attachments":[],"interaction":null,"conversation":{"id":null,"thread_id":null,"parent_id":null,'
    '"position":null,"provider_conversation_id":null,"related_ids":[]},"replies":[],"engagement":{"opened":null,'
    '"clicked":null,"replied":null,"opted_out":null,"unsubscribed":null,"complained":null},"timestamps":{'
    '"created":"2026-","updated":"2026-","scheduled":null,"queued":null,"sent":"2026-","delivered":null,"read":null,'
    '"failed":null,"received":null,"last_attempt":null},"attempts":{"count":null,"retries":null,"max_retries":null},'
    '"billing":{"lines":[],"segments":null,"length":null,"billable":null,"category":null},"call":null,'
    '"origin":{"source":null,"user_id":null,"api_key_id":null,"created_by":null,"automated":null,"internal":null,'
    '"test":null,"auto_reply":null,"auto_reply_reason":null,"http_method":null},"labels":{"tags":[],"categories":[],'
    '"brand":null},"priority":null,"references":[],"upstream":{"provider":null,"message_id":null,"status":null,'
    '"response":null},"extensions":{},"provenance":{"freshness":"live","via":"lookup","fetched_at":"2026-",'
    '"source_updated_at":"2026-","drift":[]}}\0events\0[{"status":"queued","status_native":"queued","occurred_at":"2026-",'
    '"observed_at":"2026-","via":"webhook","epoch":0,"confirmed":false},{"status":"read","status_native":"read",'
    '"occurred_at":"2026-","observed_at":"2026-","via":"reconcile","epoch":0,"confirmed":true,"confirmed_at":"2026-"},'
    '{"status":"sent","status_native":"sent","occurred_at":"2026-","observed_at":"2026-","via":"lookup","epoch":0,'
    '"confirmed":true,"confirmed_at":"2026-"},{"status":"delivered","status_native":"delivered","occurred_at":"2026-11-'
    'T00:00:00.000Z","observed_at":"2026-12-01T12:00:00.000Z","via":"webhook","epoch":0,"confirmed":true,'
    '"confirmed_at":"2026-01-01T00:00:00.000Z"}]\0further_parties\0[{\0version\0002026-\0details_fetched_at\0002026-\0digest\0'
    "fetched_at\0002026-\0via\0webhook\0confirm_at\0002026-\0confirmed_for\0002026-\0seen\0"
)
