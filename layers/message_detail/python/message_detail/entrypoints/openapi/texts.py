"""What each parameter, each key of a body and each key of an answer means, and an example as JSON.

A line is `model.key | meaning | example`; without a key, it has an example of the model for that which its keys would
make. `*` stands for every model: a model's own line goes before it. The meaning is
empty where the model says it itself; the example, where the key's own model has one. `<provider>` is one of the
providers, `<Provider>` its title. What a message consists of is told
in docs/message.md, and comes from there (`message_texts`).
"""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PROBLEMS: Final[Mapping[str, tuple[str, str, str]]] = {
    "400": ("invalid_request", "Invalid request", "max_age: must be a whole number of seconds from 0 to 86400"),
    "401": ("unauthorized", "API key missing or wrong", "send a valid API key: Authorization: Bearer <key>"),
    "403": ("forbidden", "API key lacks the scope", "this needs an API key with the scope 'write'"),
    "404": ("message_not_found", "Message not found", "<Provider> has no message with this id"),
    "413": ("invalid_request", "Invalid request", "the body has more than 1048576 bytes"),
    "422": ("invalid_request", "Invalid request", "message_ids: must be a list of 1 to 1000 ids"),
    "429": ("storage_unavailable", "Storage unavailable", "the webhook can't be taken in just now: send it again"),
    "500": ("internal_error", "Internal error", "something went wrong here; it has been logged"),
    "502": ("provider_refused", "Provider refused the request", "<Provider> refuses the credentials"),
    "503": ("provider_unavailable", "Provider unavailable", "<Provider> answered 503"),
    "504": ("provider_timeout", "Provider timed out", "<Provider> did not answer in time"),
}
"""The code, title and detail of a problem that is an example of its status."""

TEXTS: Final = """
*.account | The account's name. | "default"
*.accounts | The accounts. |
*.at | When it was, UTC. | "2026-05-04T09:15:04.000Z"
*.code | What went wrong, for programs: docs/errors.md. | "message_not_found"
*.correlation_id | By it the log tells what was done. | "0b0f6a52-0000-4000-8000-000000000001"
parameters.cursor | | "eyJwIjoi…"
*.error | The older name of `reason`. | null
*.expires_at | When it ends. | "2026-05-04T17:15:04.000Z"
*.items | What there is. |
*.limit | How many at the most. | 20
*.message_id | The provider's own id of the message. | "6752b76d5e000000000000000"
*.next_cursor | Leads to the next page, as `cursor`; null at the end. | "eyJwIjoi…"
*.provider | The provider's name. | "<provider>"
*.reason | Why, in a word. | "provider_refused"
*.scopes | What it lets do. | ["metadata", "read"]
*.since | From this time on. | "2026-05-01T00:00:00.000Z"
*.status | The status. | "undelivered"
*.status_native | The provider's own word, where it has one. | "dead"
*.sync_id | The sync's id. | "2b6c1f4e0a9d4c63b2f6f3f20c1d8e11"
*.total | How many there are in all. | 3
*.until | Up to this time. | "2026-05-05T00:00:00.000Z"
*.via | How it was learned. | "webhook"
*.state | How it stands: `ok`; `cooling_down`, for the provider asked us to wait; `open`, after repeated outages, until a call gets through; `refused` and `unusable`, until somebody mends the account's credentials or settings. | "ok"
*.text | In words. | "the number does not exist"
parameters.view | | "summary"
Accepted.accepted | How many messages were queued. | 2
AccountStanding.cooling_down_until | Until when its calls are held back; null: they are not. | null
UsedAccount.cooling_down_until | Until when its calls are held back; null: they are not. | null
DeadLetter.detail | Why, in more words. | "<Provider> refuses the credentials"
DeadLetter.at | When it was put on a queue. | "2026-05-04T09:15:04.000Z"
DeadLetter.age | Seconds since then. | 3600
DeadLetter.task | What it was to do: `message`, `sync`, `refusal`; null where this release can't read it. | "message"
DeadLetter.id | The message's whole id. | "<provider>:default:6752b76d5e000000000000000"
DeadLetter.sync_id | The sync that it is a page of. | null
DeadLetter.received_at | When we were told to do it. | "2026-05-04T09:14:58.000Z"
DriftRow.path | The field of the provider's answer; `[]` stands for the items of a list. | "data.status"
DriftRow.problem | What our tables don't know of it, such as `unknown_field`, `unknown_value`, `wrong_type`. | "unknown_value"
DriftRow.count | How often, in 30 days. | 12
DriftRow.sample | What stood there once, without what it says of persons; null where that is withheld, or where the field itself is the news. | "parked"
DriftRow.last_seen | When it was last seen. | "2026-05-04T09:15:05.000Z"
EraseRequest | | {"address": "+61400000002", "expected": 12}
EraseRequest.address | | "+61400000002"
EraseRequest.contact_id | | "c0n7ac7"
EraseRequest.message_ids | | ["<provider>:default:6752b76d5e000000000000000"]
EraseRequest.provider | | "<provider>"
EraseRequest.account | | "default"
EraseRequest.dry_run | | true
EraseRequest.expected | | 12
*.by_provider | How many of each provider. | {"<provider>": 12}
*.spellings | | ["+61400000002", "0400 000 002"]
*.contact_ids | | ["c0n7ac7"]
*.not_covered | | ["texts of other people's messages that mention the person"]
*.erase_id | The erasure's id. | "7d1c9a52e0f84b3c8a6f5e4d3c2b1a09"
FoundToErase.messages | How many messages. | 12
ErasureStarted.messages | How many messages it has found. | 12
ErasureProgress.state | How far it is; `failed` with the `reason`. | "done"
ErasureProgress.messages | How many messages it is about, those that came in while it ran among them. | 12
ErasureProgress.erased | How many it has removed. | 12
ErasureProgress.left | How many it has yet to remove. | 0
ErasureProgress.reason | Why it failed, as an error's code; null unless it did. | null
ErasureProgress.key_id | | "privacy-desk"
ErasureProgress.subject | What stands for the person: the same for every spelling of an address, and nobody's guess. | "b968460090cbf569aed44ea6df57de66"
ErasureProgress.asked_at | When it was asked for. | "2026-05-04T09:15:04.000Z"
ErasureProgress.changed_at | When it last went on. | "2026-05-04T09:15:09.000Z"
ErasureProgress.ended_at | When it was over; null while it runs. | "2026-05-04T09:15:09.000Z"
Event.occurred_at | The provider's time of it; null where it tells none. | "2026-05-04T09:15:04.000Z"
Event.observed_at | When we learned of it. | "2026-05-04T09:15:05.000Z"
Event.epoch | Which attempt of the provider's, from 0. | 0
Event.confirmed | Whether an answer of the provider showed it; a webhook alone only announces. | true
Event.confirmed_at | When the first answer that showed it was fetched; null while none has. | "2026-05-04T09:15:20.000Z"
Evidence.at | When it happened, else when we learned of it. | "2026-05-04T09:15:04.000Z"
Evidence.confirmed | Whether an answer of the provider showed it. | true
Evidence.text | How we know, in words. | "<Provider>'s webhook said so, and its API confirmed it"
ExplainedFailure.category | Why, in our words. | "invalid_recipient"
ExplainedFailure.permanence | Whether the same message could get through another time. | "permanent"
ExplainedFailure.native_code | The provider's error code. | "dead"
ExplainedFailure.message | The provider's error text. | "Number not in service"
ExplainedFailure.text | What the category means, and with whom the cause lies. | "the number does not exist"
Explanation.answer | What happened, in a word. | "not_delivered"
Explanation.sentence | What happened, in a sentence, without anything of the message's text. | "Not delivered to +61400000002: the number does not exist (<Provider>: dead), 4 May 2026 09:15:04 UTC."
Explanation.because | How we know, the newest first. |
Explanation.failure | Why it failed; null unless it did. |
Explanation.try_again | Whether to send it again. | "no"
Explanation.advice | What a person can do; null: nothing. | "Check the number with the recipient."
Explanation.next | When it is looked at again by itself; null: never. |
Explanation.as_of | Of when the data is. | "2026-05-04T09:15:05.000Z"
Explanation.freshness | Whether that was fetched for this answer. | "live"
Health.status | Always `ok`. | "ok"
ListedSync.started_at | When it began. | "2026-05-04T09:00:00.000Z"
MatchedMessage.match | What of the message the text is. | "address"
MatchedMessage.message | The message. |
Me.key_id | The name of the API key. | "reporting"
Me.expires_at | | null
Me.session | | false
Me.providers | | null
Me.accounts | | ["<provider>:default"]
NextLook.at | When. | "2026-05-04T09:45:05.000Z"
NextLook.text | When, and until when, in words. | "at 09:45 UTC; gives up on 7 May 2026"
Problem.type | What went wrong, as an address: `/problems/` and the code. | "/problems/message_not_found"
Problem.title | What went wrong, in the same words each time. | "Message not found"
Problem.status | The HTTP status. | 404
Problem.detail | What went wrong this time, for people. | "<Provider> has no message with this id"
Problem.retry_after | Seconds after which to try again, as the header `Retry-After` says. | 5
parameters.from | | "2026-05-01"
parameters.to | | "2026-05-07"
parameters.channel | | "sms"
parameters.direction | | "outbound"
parameters.country | | "AU"
parameters.group_by | | "day,provider"
parameters.format | | "csv"
CostInAUnit.unit | The unit: ISO 4217, or `credit:` and a provider; null where none is told. | "AUD"
CostInAUnit.amount | The sum, to the last digit. | "1.20"
CostInAUnit.per_delivered | The sum divided by the row's delivered messages; null without any. | "0.050000"
FailuresOfAKind.category | Why they failed. | "invalid_recipient"
FailuresOfAKind.permanence | Whether the same message could get through another time. | "permanent"
FailuresOfAKind.count | How many. | 1
LearnedBy.lookup | By somebody's lookup. | 2
LearnedBy.webhook | By a webhook. | 20
LearnedBy.refresh | By a refresh that was asked for. | 0
LearnedBy.sync | By a walk through the provider's list. | 1
LearnedBy.reconcile | By a look that we took by ourselves. | 2
RecountBegun.days | The days that are being counted. | ["2026-05-04"]
RecountRequest.from | | "2026-05-04"
RecountRequest.to | | "2026-05-04"
Seconds.n | Of how many messages it is known. | 24
Seconds.p50 | What half of them did not exceed; null where n is 0. | 4.1
Seconds.p90 | What 90 percent did not exceed. | 9.8
Seconds.p95 | What 95 percent did not exceed. | 31.2
Seconds.p99 | What 99 percent did not exceed. | 65.2
Seconds.within_10 | How many took no longer than 10 seconds. | 21
Seconds.within_60 | How many took no longer than 60 seconds. | 23
Seconds.within_300 | How many took no longer than 300 seconds. | 24
Stats.as_of | Since when the counts hold; null where nothing was counted yet. | "2026-05-04T12:00:00.000Z"
Stats.open_days | Those of the days whose messages may still change: they are counted again by themselves. | ["2026-05-04"]
Stats.counting | Whether days of them are being counted at this moment. | false
Stats.rows | One for each group that is there; one for all without `group_by`. |
StatsRow.day | Of which day (UTC); null unless grouped by it. | "2026-05-04"
StatsRow.provider | Of which provider; null unless grouped by it. | "<provider>"
StatsRow.account | Of which account; null unless grouped by it. | null
StatsRow.channel | Of which channel; null unless grouped by it. | null
StatsRow.direction | Of which direction; null unless grouped by it. | null
StatsRow.country | Of which country the other party's number is (ISO 3166); null unless grouped by it, and where it is of none. | null
StatsRow.messages | How many messages. | 26
StatsRow.by_status | How many stand at which status; statuses without a message are left out. | {"delivered": 24, "undelivered": 1, "sent": 1}
StatsRow.decided | Outbound messages whose way has ended. | 25
StatsRow.delivered | Outbound messages that were delivered. | 24
StatsRow.failed | Messages that failed, in any direction. | 1
StatsRow.undecided | Messages that are still on their way. | 1
StatsRow.uncertain | Messages whose end was not learned of in time. | 0
StatsRow.delivery_rate | delivered ÷ decided, of outbound messages of providers that report deliveries; null where there is none. | "0.960000"
StatsRow.no_rate | Why there is no rate: `no_outbound`, `never_reported` (these providers report no deliveries), `nothing_decided`; null where there is one. | null
StatsRow.delivery_rate_interval | Where the rate of many more such messages would be (Wilson, 95 %). | ["0.804559", "0.992914"]
StatsRow.failures | What they failed of, the most frequent first. |
StatsRow.seconds_to_delivered | From sent, else created, to delivered. |
StatsRow.seconds_to_know | From what happened last to our knowing of it. |
StatsRow.learned_by | How we learned of what happened last. |
StatsRow.segments | Segments in all. | 31
StatsRow.cost | What they cost, by unit: never added up across units. |
StatsRow.discrepancies | Messages whose announced status the provider does not confirm. | 0
StatsRow.drift | Messages of whose answer our tables don't know something. | 0
StatsRow.replied | Messages that were answered. | 3
StatsRow.opted_out | Messages after which the recipient opted out. | 0
ProviderStanding.title | The provider's name as it writes it. | "<Provider>"
ProviderStanding.state | How the worst of its accounts stands. | "ok"
ProviderStanding.accounts | The accounts that are known. |
ProviderStanding.list | Whether its messages can be listed, and so synced. | true
ProviderStanding.webhook | Its webhooks. |
ProviderStanding.dead_letters_last_day | Tasks that died within 24 hours. | 0
ProviderStanding.drift_last_day | Places where answers differed from our tables within 24 hours. | 0
Raw.fetched_at | When it answered. | "2026-05-04T09:15:05.000Z"
Raw.mapping | The version of the provider's tables that read it. | "3f2a9c1d"
Raw.document | The answer. | {"_id": "6752b76d5e000000000000000", "status": "dead"}
Raw.left_out | Places (RFC 6901) of what is too large for one answer; each can be asked for as `pointer`. | []
RedriveRequest.account | Only dead letters of this account; without it, of all. | "default"
RedriveRequest.limit | How many dead letters at the most. | 100
Redriven.moved | How many were moved. | 3
Redriven.reasons | How many had died of what, by code. | {"provider_refused": 3}
RefreshRequest.message_ids | | ["6752b76d5e000000000000000", "6752b76d5e000000000000001"]
RejectedWebhook.account | What its address named, which need not be there; null where no account can have that name. | "default"
RejectedWebhook.reason | Why, as an error's code. | "signature_invalid"
RejectedWebhook.bytes | Of its body. | 412
Rest.address | Where the next page of messages with this address is. | "/v1/messages?address=%2B61400000002&limit=25&cursor=eyJwIjoi…"
Rest.conversation | Likewise, of the conversation. | null
Rest.reference | Likewise, with the reference. | null
SearchResult.items | What was found. |
SearchResult.more | Where the rest is. |
SessionOpened.token | To be sent as an API key is. | "mds1.WyJyZXBvcnRpbmci….c2lnbmF0dXJl"
SessionRequest.scopes | | ["read"]
SessionRequest.seconds | How long it lasts. | 3600
SyncProgress.state | `running`, `done` or `failed`. | "running"
ListedSync.state | `running`, `done` or `failed`. | "running"
*.pages | Pages of the list that are done. | 3
*.seen | Messages on them. | 300
*.new | Of these, those that were not stored yet. | 12
SyncProgress.changed | Of these, those that had changed. | 4
ListedSync.changed | Of these, those that had changed. | 4
*.skipped | Entries that could not be used as they stood, each of which is tried by itself. | 0
SyncProgress.total | How many messages there are by the provider's count; null where it tells none. | 1012
ListedSync.total | How many messages there are by the provider's count; null where it tells none. | 1012
SyncProgress.reason | Why it failed; null unless it did. | null
ListedSync.reason | Why it failed; null unless it did. | null
UsedAccount.last_success | When a call last went well. | "2026-05-04T09:15:05.000Z"
UsedAccount.last_error | When one last failed. | null
UsedAccount.last_error_code | How, as an error's code. | null
UsedAccount.last_error_detail | How, in words. | null
UsedAccount.webhook | How its webhooks come. |
WebhooksSeen.last_received | When the last one came, within 30 days. | "2026-05-04T09:15:04.000Z"
WebhooksSeen.received_last_day | How many came within 24 hours, at the least. | 120
WebhooksSeen.last_refused | When one was last refused, within 30 days. | null
WebhooksSeen.refused_reason | Why that one was. | null
WebhooksSeen.refused_last_day | How many were refused within 24 hours, at the least. | 0
DriftRow.id | The whole id of a message in which it was seen last. | "<provider>:default:6752b76d5e000000000000000"
JournalEntry.step | What happened. | "tried"
JournalEntry.at | When it happened first; of a task that waits, its moment. | "2026-05-04T09:15:05.000Z"
JournalEntry.last_at | When it happened last. | "2026-05-04T09:15:05.000Z"
JournalEntry.count | How often, at the least. | 1
JournalEntry.via | Why we were at it; null where that isn't known any more. | "webhook"
JournalEntry.code | With what result: `ok`, or an error's code; null where there is none. | "ok"
WebhookAddress.path | Where its webhooks go, on this API. | "/v1/webhooks/<provider>"
WebhookTaken.accepted | How many messages are queued. | 1
WebhookTaken.ignored | Why it is about none. | "other_location"
WebhookTaken.unread | Entries that could not be read, beside those that could. | 1
Message.failure | | {"category": "invalid_recipient", "permanence": "permanent", "native_code": "dead", "message": "Number not in service"}
AccountData.state | How it stands now. | "refused"
AccountData.previous_state | How it stood before. | "ok"
*.endpoint | The endpoint's name. | "crm"
*.id | The whole id. | "<provider>:default:6752b76d5e000000000000000"
*.provider_message_id | The provider's own id of the message. | "6752b76d5e000000000000000"
*.channel | What kind of carrier. | "sms"
*.direction | Which way it went, seen from us. | "outbound"
*.final | Whether its way has ended. | true
*.outcome | How it ended, if it has. | "failure"
*.mapping | The version of the provider's tables that made it. | "3f2a9c1d"
*.failure | Why it failed; null unless it did. |
*.timestamps | When what happened. |
*.references | Ids in other systems. |
*.previous_status | | "sent"
*.changed | | ["status", "timestamps"]
*.specversion | The version of CloudEvents. | "1.0"
*.source | | "/message-detail/<provider>/default"
*.subject | | "<provider>:default:6752b76d5e000000000000000"
*.time | | "2026-05-04T09:15:05.000Z"
*.timestamp | | "2026-05-04T09:15:05.000Z"
*.dataschema | Where the schema of events is. | "https://api.example.com/v1/schemas/event-1.json"
*.datacontenttype | What `data` is. | "application/json"
*.type | What happened. | "message_detail.message.status_changed"
*.revision | | "0000000007"
*.data | About what. |
MessageEvent.id | | "evt_2ccf1a0b9e"
AccountEvent.id | | "evt_2ccf1a0b9e"
TrialEvent.id | | "evt_2ccf1a0b9e"
PauseEvent.id | | "evt_2ccf1a0b9e"
AccountEvent.type | What happened. | "message_detail.account.state_changed"
AccountEvent.subject | | "account:<provider>:default"
TrialEvent.type | What happened. | "message_detail.endpoint.test"
TrialEvent.subject | | "endpoint:crm"
TrialEvent.source | | "/message-detail"
PauseEvent.type | What happened. | "message_detail.endpoint.paused"
PauseEvent.subject | | "endpoint:crm"
PauseEvent.source | | "/message-detail"
EndpointStanding.name | The endpoint's name. | "crm"
EndpointStanding.host | The host of its address; null where its settings can't be used. | "crm.example.com"
EndpointStanding.state | Whether it is sent events. | "on"
EndpointStanding.reason | | null
EndpointStanding.types | The types of events that it wants; null: all. | ["message_detail.message.status_changed"]
EndpointStanding.providers | The providers whose events it wants; null: all. | null
EndpointStanding.accounts | The accounts whose events it wants, `provider:account`; null: all. | null
EndpointStanding.channels | The channels whose messages it wants; null: all. | ["sms"]
EndpointStanding.outcomes | The outcomes that it wants; null: all. | null
EndpointStanding.include | Whether it gets neither addresses nor texts, or whole messages. | "summary"
EndpointStanding.mode | Whether it gets every event, or of each message the latest only. | "all"
EndpointStanding.last_success | When it last took an event; null: never. | "2026-05-04T09:15:06.000Z"
EndpointStanding.last_error | | "answered 503"
EndpointStanding.last_error_at | When that was. | "2026-05-04T08:02:11.000Z"
EndpointStanding.waiting | | 0
EndpointList.items | The endpoints. |
Delivery.event_id | The event's id. | "evt_2ccf1a0b9e"
Delivery.type | What the event tells of. | "message_detail.message.status_changed"
Delivery.subject | What the event is about. | "<provider>:default:6752b76d5e"
Delivery.time | | "2026-05-04T09:15:05.000Z"
Delivery.status | How the attempt ended; `waiting`: the next one is awaited. | "failed"
Delivery.attempt | Which attempt at this event it was, from 1; of one that waits, how many there were. | 1
Delivery.at | When it began; null: none was made. | "2026-05-04T09:15:06.000Z"
Delivery.milliseconds | How long it took. | 120
Delivery.status_code | What the receiver answered; null: nothing. | 503
Delivery.error | Why it failed; null where it did not. | "answered 503"
Delivery.answer | | "try again later"
Delivery.next_at | When the next attempt is due; null: none is. | "2026-05-04T09:15:11.000Z"
DeliveryPage.items | The attempts. |
DeliveryPage.next_cursor | `cursor` of the next page; null at the end. | null
EndpointState.name | The endpoint's name. | "crm"
EndpointState.state | Whether it is sent events. | "paused"
EndpointState.changed | Whether it stood otherwise until now. | true
EndpointTested.event_id | The event's id. | "evt_2ccf1a0b9e"
EndpointTested.delivered | Whether the receiver took it. | true
EndpointTested.milliseconds | How long that took. | 84
EndpointTested.status_code | What it answered; null: nothing. | 204
EndpointTested.error | Why it was not taken; null where it was. | null
Replayed.events | How many events. | 12
ReplayRequest | | {"since": "2026-05-04T00:00:00Z", "dry_run": true}
ReplayRequest.event_id | The id of one event. | "evt_2ccf1a0b9e"
ReplayRequest.since | | "2026-05-04T00:00:00Z"
ReplayRequest.until | | "2026-05-05T00:00:00Z"
ReplayRequest.status | | "failed"
ReplayRequest.dry_run | | true
parameters.name | The endpoint's name. | "crm"
parameters.subject | | "<provider>:default:6752b76d5e"
parameters.schema_name | Which schema. | "message-1.json"
parameters.webhook-id | | "evt_2ccf1a0b9e"
parameters.webhook-timestamp | | "1777886105"
parameters.webhook-signature | | "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="
parameters.account | The account's name. | "default"
parameters.address | | "+61400000002"
parameters.contact | | "c0n7ac7"
parameters.conversation | | "conv-88"
parameters.reference | | "booking-204"
parameters.provider | The provider's name. | "<provider>"
parameters.discrepancy | | "true"
parameters.status | | "undelivered,bounced"
parameters.outcome | | "failure"
parameters.since | | "2026-05-01T00:00:00Z"
parameters.until | | "2026-05-05T00:00:00Z"
parameters.limit | How many at the most. | 25
parameters.q | | "0400 000 002"
parameters.max_age | | 60
parameters.journal | | "true"
parameters.pointer | | "/message"
parameters.erase_id | The erasure's id. | "7d1c9a52e0f84b3c8a6f5e4d3c2b1a09"
parameters.sync_id | The sync's id. | "2b6c1f4e0a9d4c63b2f6f3f20c1d8e11"
parameters.If-None-Match | | "W/\\"9c2e4f\\""
parameters.X-Correlation-Id | | "order-2026-05-04-0001"
"""
