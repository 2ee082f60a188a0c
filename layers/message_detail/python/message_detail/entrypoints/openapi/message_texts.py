"""What each field of a message means, and an example. `tools.message_texts` makes it."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Final

TEXTS: Final = r"""
Message.schema_version | `"1"`. A change that breaks readers would raise it. | "1"
Message.id | `{provider}:{account}:{provider_message_id}`: the same however the message was learned of. | "<provider>:default:6752b76d5e000000000000000"
Message.provider | Which provider it is from, as in the URL. | "<provider>"
Message.account | Which account there, as in the settings. | "default"
Message.provider_message_id | The provider's own id. Opaque: it may hold any character. | "6752b76d5e000000000000000"
Message.channel | Kind of carrier, see Channels. | "sms"
Message.channel_native | The provider's own word or number for it, as text; null where it has none. | "SMS"
Message.kind | What sort of thing it is, see Kinds. | "message"
Message.direction | `inbound` (to us), `outbound` (from us), `internal` (among staff), `unknown`. | "outbound"
Message.status | Where it stands, see Statuses. The greatest that was ever observed. | "undelivered"
Message.status_native | The provider's own word for the status. | "dead"
Message.status_reason | What the provider says about the status, in its own words. | "Number not in service"
Message.final | Whether its way has ended. A later report may still correct it upwards. | true
Message.outcome | `pending`, `success` or `failure`; `uncertain` where no report will ever come. | "failure"
Message.failure | Why it failed; null unless it did. |
Message.from | The sender, a party, or null. |
Message.to | The recipients, a list of parties. |
Message.cc | Recipients of a copy. | []
Message.bcc | Recipients of a hidden copy. | []
Message.reply_to | Where replies should go. | []
Message.subject | Subject of an e-mail, title of a push message. | "Your booking"
Message.body | The text. |
Message.template | The template that it was made from, or null. |
Message.attachments | Files. |
Message.interaction | Interactive element, or null. |
Message.conversation | The thread that it belongs to. |
Message.replies | Answers that the provider keeps with the message. |
Message.engagement | What recipients did. Never changes the status, but for opened and clicked, which imply delivered. |
Message.timestamps | When what happened. |
Message.attempts | How often the provider tried. |
Message.billing | What it cost. |
Message.call | The phone call, or null. |
Message.origin | Who or what started it. |
Message.labels | Words attached to it. |
Message.priority | The provider's word for how urgent it is. | "high"
Message.references | Ids in other systems. |
Message.upstream | What the provider says of its own carrier. |
Message.extensions | Every other field of the provider's answer, under the provider's own names. Further answers and envelopes are under names that start with `_`. | {"route": "gold"}
Message.provenance | How this copy came to be. |
Message.withheld | Whether persons and content are left out, since the caller may not see them. | false
Failure.category | See Failure categories. | "invalid_recipient"
Failure.permanence | Whether the same message could get through another time: `permanent`, `temporary`, `unknown`. | "permanent"
Failure.native_code | The provider's error code. | "dead"
Failure.message | The provider's error text. | "Number not in service"
Party.address | E.164 where it is a phone number and its country is known; an e-mail address with its domain in lower case; else null. | "+61400000002"
Party.address_raw | The address as the provider wrote it. | "0400 000 002"
Party.address_type | `phone`, `email`, `id`, `unknown`. | "phone"
Party.name | Name. | "Ada Example"
Party.contact_id | Id of the contact, customer or participant at the provider. | "c0n7ac7"
Party.participant_type | The provider's word for what sort of party it is. | "customer"
Body.text | Plain text. | "Hello! Your table is ready."
Body.html | HTML, as it came: sanitise it before you show it. | "<p>Hello! Your table is ready.</p>"
Body.content_type | MIME type that the provider gives. | "text/plain"
Body.preview | The beginning, where the provider gives no more. | "Hello! Your table …"
Body.new_text | Of an e-mail reply: what is new. | "Thank you, we will come."
Body.quoted_text | Of an e-mail reply: what it quotes. | "Hello! Your table is ready."
Template.id | Id at the provider. | "t-204"
Template.name | Name. | "table_ready"
Template.language | Language code. | "en_GB"
Template.category | The provider's or platform's category. | "UTILITY"
Template.parameters | The variables and what was put in. |
Parameter.name | Name of the variable. | "table"
Parameter.value | What was put in. | "12"
Attachment.url | Where the file is, at the provider. It may expire or want a login. | "https://files.example.com/menu.pdf"
Attachment.name | File name. | "menu.pdf"
Attachment.content_type | MIME type. | "application/pdf"
Attachment.method | How the file was given (`url`, `base64`). | "url"
Attachment.cache_minutes | How long the provider caches it. | 60
Attachment.size | Bytes, of a file given inline: its content is never stored. | 52133
Attachment.sha256 | SHA-256 of such a file, hexadecimal. | "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
Interaction.type | The platform's word: button, list …. | "button_reply"
Interaction.context_message_id | The message that it refers to. | "6752b76d5e000000000000001"
Conversation.id | The conversation at the provider. | "conv-88"
Conversation.thread_id | The thread within it, for e-mail. | "thread-3"
Conversation.parent_id | The message that this one answers. | "6752b76d5e000000000000001"
Conversation.position | Place in the thread, from the provider's count. | 2
Conversation.provider_conversation_id | The conversation at the carrier or platform. | "wa-conv-5"
Conversation.related_ids | Ids of the messages that belong together with this one. | ["6752b76d5e000000000000001"]
Reply.text | What was answered. | "Yes"
Reply.at | When. | "2026-05-04T09:20:00.000Z"
Reply.media | Addresses of files. | ["https://files.example.com/photo.jpg"]
Engagement.opened | An e-mail was opened. Mail proxies open too: it is not `read`. |
Engagement.clicked | A link was followed. |
Engagement.replied | The recipient answered. |
Engagement.opted_out | The recipient wants no more messages. |
Engagement.unsubscribed | The recipient left a list. |
Engagement.complained | The recipient called it spam. |
Engaged.first_at | When first. | "2026-05-04T09:16:10.000Z"
Engaged.last_at | When last. | "2026-05-04T10:02:00.000Z"
Engaged.user_agent | The program, as it calls itself. | "Mozilla/5.0"
Engaged.language | Its languages, as it lists them. | "en-GB"
Timestamps.created | The provider made the record. | "2026-05-04T09:15:00.000Z"
Timestamps.updated | The provider changed it last. | "2026-05-04T09:15:04.000Z"
Timestamps.scheduled | It is, or was, to be sent then. | "2026-05-04T09:15:00.000Z"
Timestamps.queued | It was accepted. | "2026-05-04T09:15:00.500Z"
Timestamps.sent | It was handed to the carrier or platform. | "2026-05-04T09:15:01.000Z"
Timestamps.delivered | The delivery was confirmed. | "2026-05-04T09:15:03.000Z"
Timestamps.read | The recipient read it. | "2026-05-04T09:16:00.000Z"
Timestamps.failed | It failed. | "2026-05-04T09:15:04.000Z"
Timestamps.received | An inbound message arrived. | "2026-05-04T09:20:00.000Z"
Timestamps.last_attempt | The provider tried last. | "2026-05-04T09:15:01.000Z"
Attempts.count | Attempts so far. | 2
Attempts.retries | Those after the first. | 1
Attempts.max_retries | How many the provider would make. | 3
Billing.lines | Amounts. |
Billing.segments | Parts that a text message was split into. | 1
Billing.length | Characters. | 27
Billing.billable | Whether the platform bills it. | true
Billing.category | The platform's billing category. | "utility"
BillingLine.kind | What the amount is, see Amounts. | "platform"
BillingLine.amount | Decimal string. | "0.045"
BillingLine.unit | ISO 4217 code, or `credit:<provider>`, or null where the provider names none. Never add up across units. | "AUD"
Call.outcome | The provider's word for how it ended. | "answered"
Call.duration_seconds | Length. | 42
Origin.source | The provider's word: campaign, workflow, API …. | "workflow"
Origin.user_id | The member of staff. | "u-7"
Origin.api_key_id | The API key's id (never the key). | "key-3"
Origin.created_by | Who made the record. | "reservations"
Origin.automated | Whether a machine sent it. | true
Origin.internal | Whether it stays among staff. | false
Origin.test | Whether it is a test. | false
Origin.auto_reply | Whether it is an automatic answer. | false
Origin.auto_reply_reason | How the provider knows. | "out of office"
Origin.http_method | How it was sent to the provider's API. | "POST"
Labels.tags | Tags. | ["booking"]
Labels.categories | Categories. | ["transactional"]
Labels.brand | Brand. | "example"
Reference.type | Which system, see References. | "custom_string"
Reference.value | The id there. | "booking-204"
Upstream.provider | Name of the carrier. | "carrier-1"
Upstream.message_id | Id at the carrier. | "c-9981"
Upstream.status | The carrier's word. | "DELIVRD"
Upstream.response | What it answered: JSON of any shape. | {"code": 0}
Provenance.freshness | `live`: fetched for this request. `stored`: young enough. `stale`: older than asked, served because the provider could not be reached or is cooling down. | "live"
Provenance.via | Why it was fetched: `lookup`, `webhook`, `refresh`, `sync`, `reconcile`. | "lookup"
Provenance.fetched_at | When. | "2026-05-04T09:15:05.000Z"
Provenance.source_updated_at | The provider's time of the last change; null where it tells none. The version of the details. | "2026-05-04T09:15:04.000Z"
Provenance.mapping | The version of the provider's tables that made the message of the answer; null for what an earlier release stored. Not part of the ETag. | "3f2a9c1d"
Provenance.drift | Where the answer differs from what our tables know. |
Drift.path | The provider's field; `[]` stands for the items of a list. | "result.route"
Drift.problem | `unknown_field`, `unknown_value`, `wrong_type`, `unreadable_time`, `unreadable_amount` and others. | "unknown_field"
Drift.value | What stood there, when it is short and plain. | "gold"
Observation.status | The status. | "undelivered"
Observation.status_native | The provider's word, where it has one. | "dead"
Observation.occurred_at | The provider's time; null when it tells none. | "2026-05-04T09:15:04.000Z"
Observation.observed_at | Our time. | "2026-05-04T09:15:05.000Z"
Observation.via | How it was learned, as in `provenance.via`. | "webhook"
Observation.epoch | Which attempt of the provider's, from 0. Rises only where the provider itself starts anew. | 0
Observation.reason | What the provider says about it. | "Number not in service"
Observation.failure | Why it failed, as above. |
Observation.confirmed | Whether an answer of the provider showed it; a webhook alone only announces. | true
Observation.confirmed_at | When the first answer that showed it was fetched; null while none has, and where an earlier release kept no time. | "2026-05-04T09:15:20.000Z"
"""
