"""What the API answers and takes.

Made from the OpenAPI document by `python -m tools.client_code`: not to be edited.
Keys may be added to any answer: refuse none that is new.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Accepted(TypedDict):
    accepted: int


class AccountData(TypedDict):
    provider: str
    account: str
    state: Literal["ok", "cooling_down", "open", "refused", "unusable"]
    previous_state: Literal["ok", "cooling_down", "open", "refused", "unusable"] | None


class AccountEvent(TypedDict):
    specversion: Literal["1.0"]
    id: str
    source: str
    subject: str
    time: str
    timestamp: str
    dataschema: str
    datacontenttype: Literal["application/json"]
    type: Literal["message_detail.account.state_changed"]
    data: AccountData


class AccountStanding(TypedDict):
    account: str
    state: Literal["ok", "cooling_down", "open"]
    cooling_down_until: str | None


AddressType = Literal["phone", "email", "id", "unknown"]

Answer = Literal["delivered", "read", "received", "not_delivered", "withdrawn", "on_its_way", "scheduled", "unclear"]


class Attachment(TypedDict):
    url: str | None
    name: str | None
    content_type: str | None
    method: str | None
    cache_minutes: int | None
    size: int | None
    sha256: str | None


class Attempts(TypedDict):
    count: int | None
    retries: int | None
    max_retries: int | None


class Billing(TypedDict):
    lines: list[BillingLine]
    segments: int | None
    length: int | None
    billable: bool | None
    category: str | None


class BillingLine(TypedDict):
    kind: str
    amount: str
    unit: str | None


class Body(TypedDict):
    text: str | None
    html: str | None
    content_type: str | None
    preview: str | None
    new_text: str | None
    quoted_text: str | None


class Call(TypedDict):
    outcome: str | None
    duration_seconds: int | None


Channel = Literal[
    "sms",
    "mms",
    "rcs",
    "whatsapp",
    "email",
    "push",
    "in_app",
    "voice",
    "voicemail",
    "webchat",
    "live_chat",
    "facebook",
    "instagram",
    "google_business",
    "tiktok",
    "other",
    "unknown",
]


class Conversation(TypedDict):
    id: str | None
    thread_id: str | None
    parent_id: str | None
    position: int | None
    provider_conversation_id: str | None
    related_ids: list[str]


class CostInAUnit(TypedDict):
    unit: str | None
    amount: str
    per_delivered: str | None


class DeadLetter(TypedDict):
    reason: str
    detail: str | None
    at: str | None
    age: int | None
    task: Literal["message", "sync", "refusal"] | None
    account: str | None
    id: str | None
    message_id: str | None
    sync_id: str | None
    via: str | None
    received_at: str | None
    correlation_id: str | None


class DeadLetterList(TypedDict):
    items: list[DeadLetter]
    total: int


class Delivery(TypedDict):
    event_id: str
    type: str
    subject: str
    time: str
    status: Literal["delivered", "failed", "waiting"]
    attempt: int
    at: str | None
    milliseconds: int | None
    status_code: int | None
    error: str | None
    answer: NotRequired[str | None]
    next_at: str | None


class DeliveryPage(TypedDict):
    items: list[Delivery]
    next_cursor: str | None


Direction = Literal["inbound", "outbound", "internal", "unknown"]


class Drift(TypedDict):
    path: str
    problem: str
    value: str | None


class DriftList(TypedDict):
    items: list[DriftRow]


class DriftRow(TypedDict):
    provider: str
    path: str
    problem: str
    count: int
    sample: str | None
    last_seen: str
    account: str | None
    id: str | None
    message_id: str | None


class EndpointList(TypedDict):
    items: list[EndpointStanding]


class EndpointStanding(TypedDict):
    name: str
    host: NotRequired[str | None]
    state: Literal["on", "paused"]
    reason: NotRequired[str | None]
    types: NotRequired[list[str] | None]
    providers: NotRequired[list[str] | None]
    accounts: NotRequired[list[str] | None]
    channels: NotRequired[list[str] | None]
    outcomes: NotRequired[list[str] | None]
    include: NotRequired[Literal["summary", "full"] | None]
    mode: NotRequired[Literal["all", "latest"] | None]
    last_success: str | None
    last_error: str | None
    last_error_at: str | None
    waiting: int


class EndpointState(TypedDict):
    name: str
    state: Literal["on", "paused"]
    changed: bool


class EndpointTested(TypedDict):
    event_id: str
    delivered: bool
    milliseconds: int
    status_code: int | None
    error: str | None


class Engaged(TypedDict):
    first_at: str | None
    last_at: str | None
    user_agent: str | None
    language: str | None


class Engagement(TypedDict):
    opened: Engaged | None
    clicked: Engaged | None
    replied: Engaged | None
    opted_out: Engaged | None
    unsubscribed: Engaged | None
    complained: Engaged | None


class EraseRequest(TypedDict):
    address: NotRequired[str]
    contact_id: NotRequired[str]
    message_ids: NotRequired[list[str]]
    provider: NotRequired[str]
    account: NotRequired[str]
    dry_run: NotRequired[bool]
    expected: NotRequired[int]


class ErasureProgress(TypedDict):
    erase_id: str
    state: Literal["running", "done", "failed"]
    messages: int
    erased: int
    left: int
    reason: str | None
    key_id: str
    subject: str
    asked_at: str
    changed_at: str
    ended_at: str | None


class ErasureStarted(TypedDict):
    messages: int
    by_provider: dict[str, int]
    spellings: list[str]
    contact_ids: list[str]
    not_covered: list[str]
    erase_id: str


class Event(TypedDict):
    status: Status
    status_native: str | None
    occurred_at: str | None
    observed_at: str
    via: Via
    epoch: int
    confirmed: bool
    confirmed_at: str | None


class Evidence(TypedDict):
    at: str
    via: Via
    status: Status
    status_native: str | None
    confirmed: bool
    text: str


class ExplainedFailure(TypedDict):
    category: FailureCategory
    permanence: Permanence
    native_code: str | None
    message: str | None
    text: str


class Explanation(TypedDict):
    answer: Answer
    sentence: str
    because: list[Evidence]
    failure: ExplainedFailure | None
    try_again: TryAgain
    advice: str | None
    next: NextLook | None
    as_of: str
    freshness: Freshness


class Failure(TypedDict):
    category: FailureCategory
    permanence: Permanence
    native_code: str | None
    message: str | None


FailureCategory = Literal[
    "invalid_recipient",
    "unreachable",
    "busy",
    "no_answer",
    "opted_out",
    "consent_missing",
    "blocked",
    "spam",
    "content_rejected",
    "template_error",
    "media_error",
    "rate_limited",
    "auth_error",
    "provider_error",
    "carrier_error",
    "expired",
    "canceled",
    "bounced_hard",
    "bounced_soft",
    "unknown",
]


class FailuresOfAKind(TypedDict):
    category: FailureCategory
    permanence: Permanence
    count: int


class FoundToErase(TypedDict):
    messages: int
    by_provider: dict[str, int]
    spellings: list[str]
    contact_ids: list[str]
    not_covered: list[str]


Freshness = Literal["live", "stored", "stale"]


class Health(TypedDict):
    status: Literal["ok"]


class Interaction(TypedDict):
    type: str | None
    context_message_id: str | None


class JournalEntry(TypedDict):
    step: Step
    at: str
    last_at: str
    count: int
    via: Via | None
    code: str | None


Kind = Literal[
    "message", "call", "voicemail", "comment", "reaction", "review", "form", "activity", "internal_note", "unknown"
]


class Labels(TypedDict):
    tags: list[str]
    categories: list[str]
    brand: str | None


class LearnedBy(TypedDict):
    lookup: int
    webhook: int
    refresh: int
    sync: int
    reconcile: int


class ListedSync(TypedDict):
    state: Literal["running", "done", "failed"]
    account: str
    pages: int
    seen: int
    new: int
    changed: int
    skipped: int
    total: int | None
    error: str | None
    reason: str | None
    sync_id: str
    started_at: str
    since: str | None
    until: str | None


class MatchedMessage(TypedDict):
    match: Literal["message_id", "address", "conversation", "reference"]
    message: Message


class Me(TypedDict):
    key_id: str
    scopes: list[Literal["metadata", "read", "write", "admin"]]
    expires_at: str | None
    session: bool
    providers: list[str] | None
    accounts: list[str] | None


Message = TypedDict(
    "Message",
    {
        "schema_version": "Literal['1']",
        "id": "str",
        "provider": "str",
        "account": "str",
        "provider_message_id": "str",
        "channel": "Channel",
        "channel_native": "str | None",
        "kind": "Kind",
        "direction": "Direction",
        "status": "Status",
        "status_native": "str | None",
        "status_reason": "str | None",
        "final": "bool",
        "outcome": "Outcome",
        "failure": "Failure | None",
        "from": "Party | None",
        "to": "list[Party]",
        "cc": "list[Party]",
        "bcc": "list[Party]",
        "reply_to": "list[Party]",
        "subject": "str | None",
        "body": "Body",
        "template": "Template | None",
        "attachments": "list[Attachment]",
        "interaction": "Interaction | None",
        "conversation": "Conversation",
        "replies": "list[Reply]",
        "engagement": "Engagement",
        "timestamps": "Timestamps",
        "attempts": "Attempts",
        "billing": "Billing",
        "call": "Call | None",
        "origin": "Origin",
        "labels": "Labels",
        "priority": "str | None",
        "references": "list[Reference]",
        "upstream": "Upstream",
        "extensions": "dict[str, Any]",
        "provenance": "Provenance",
        "withheld": "bool",
    },
)


class MessageData(TypedDict):
    id: str
    provider: str
    account: str
    provider_message_id: str
    channel: Channel | None
    direction: Direction | None
    status: Status | None
    previous_status: Status | None
    final: bool | None
    outcome: Outcome | None
    failure: Failure | None
    timestamps: Timestamps | None
    references: list[Reference]
    mapping: str | None
    changed: list[str]


class MessageEvent(TypedDict):
    specversion: Literal["1.0"]
    id: str
    source: str
    subject: str
    time: str
    timestamp: str
    dataschema: str
    datacontenttype: Literal["application/json"]
    type: Literal[
        "message_detail.message.stored",
        "message_detail.message.status_changed",
        "message_detail.message.updated",
        "message_detail.message.discrepancy",
        "message_detail.message.erased",
    ]
    revision: str
    data: MessageData | Message


class MessagePage(TypedDict):
    items: list[Message]
    next_cursor: str | None


class NextLook(TypedDict):
    at: str
    text: str


class Origin(TypedDict):
    source: str | None
    user_id: str | None
    api_key_id: str | None
    created_by: str | None
    automated: bool | None
    internal: bool | None
    test: bool | None
    auto_reply: bool | None
    auto_reply_reason: str | None
    http_method: str | None


Outcome = Literal["pending", "success", "failure", "uncertain"]


class Parameter(TypedDict):
    name: str | None
    value: str | None


class Party(TypedDict):
    address: str | None
    address_raw: str | None
    address_type: AddressType
    name: str | None
    contact_id: str | None
    participant_type: str | None


class PauseData(TypedDict):
    endpoint: str
    reason: str | None


class PauseEvent(TypedDict):
    specversion: Literal["1.0"]
    id: str
    source: str
    subject: str
    time: str
    timestamp: str
    dataschema: str
    datacontenttype: Literal["application/json"]
    type: Literal["message_detail.endpoint.paused"]
    data: PauseData


Permanence = Literal["permanent", "temporary", "unknown"]


class Problem(TypedDict):
    type: str
    title: str
    status: int
    detail: str
    code: str
    correlation_id: NotRequired[str]
    provider: NotRequired[str]
    account: NotRequired[str]
    retry_after: NotRequired[int]


class Provenance(TypedDict):
    freshness: Freshness
    via: Via
    fetched_at: str
    source_updated_at: str | None
    mapping: str | None
    drift: list[Drift]


class ProviderStanding(TypedDict):
    provider: str
    title: str
    state: Literal["ok", "cooling_down", "open", "refused", "unusable"]
    accounts: list[UsedAccount]
    list: bool
    webhook: WebhookAddress
    dead_letters_last_day: int
    drift_last_day: int


class Providers(TypedDict):
    items: list[ProviderStanding]


class Raw(TypedDict):
    fetched_at: str
    mapping: str | None
    document: Any
    left_out: list[str]


class RecountBegun(TypedDict):
    days: list[str]


RecountRequest = TypedDict("RecountRequest", {"from": "str", "to": "str"})


class RedriveRequest(TypedDict):
    account: NotRequired[str]
    limit: NotRequired[int]


class Redriven(TypedDict):
    moved: int
    reasons: dict[str, int]


class Reference(TypedDict):
    type: str
    value: str


class RefreshRequest(TypedDict):
    account: NotRequired[str]
    message_ids: list[str]


class RejectedWebhook(TypedDict):
    at: str
    account: str | None
    reason: str
    bytes: int


class RejectedWebhooks(TypedDict):
    items: list[RejectedWebhook]


class ReplayRequest(TypedDict):
    event_id: NotRequired[str]
    since: NotRequired[str]
    until: NotRequired[str]
    status: NotRequired[Literal["failed", "all"]]
    dry_run: NotRequired[bool]


class Replayed(TypedDict):
    events: int


class Reply(TypedDict):
    text: str | None
    at: str | None
    media: list[str]


class Rest(TypedDict):
    address: str | None
    conversation: str | None
    reference: str | None


class ResumeRequest(TypedDict):
    account: NotRequired[str]


class SearchResult(TypedDict):
    items: list[MatchedMessage]
    more: Rest


class Seconds(TypedDict):
    n: int
    p50: float | None
    p90: float | None
    p95: float | None
    p99: float | None
    within_10: int
    within_60: int
    within_300: int


class SessionOpened(TypedDict):
    token: str
    scopes: list[Literal["metadata", "read", "write", "admin"]]
    expires_at: str


class SessionRequest(TypedDict):
    scopes: NotRequired[list[Literal["metadata", "read", "write", "admin"]]]
    seconds: NotRequired[int]


class Stats(TypedDict):
    as_of: str | None
    open_days: list[str]
    counting: bool
    rows: list[StatsRow]


class StatsRow(TypedDict):
    day: str | None
    provider: str
    account: str | None
    channel: Channel | None
    direction: Direction | None
    country: str | None
    messages: int
    by_status: dict[str, int]
    decided: int
    delivered: int
    failed: int
    undecided: int
    uncertain: int
    delivery_rate: str | None
    no_rate: str | None
    delivery_rate_interval: list[str] | None
    failures: list[FailuresOfAKind]
    seconds_to_delivered: Seconds
    seconds_to_know: Seconds
    learned_by: LearnedBy
    segments: int
    cost: list[CostInAUnit]
    discrepancies: int
    drift: int
    replied: int
    opted_out: int


Status = Literal[
    "unknown",
    "scheduled",
    "queued",
    "sending",
    "deferred",
    "sent",
    "canceled",
    "rejected",
    "expired",
    "failed",
    "undelivered",
    "bounced",
    "received",
    "delivered",
    "read",
]

Step = Literal["received", "queued", "duplicate", "tried", "dropped", "dead"]


class SyncList(TypedDict):
    items: list[ListedSync]


class SyncProgress(TypedDict):
    state: Literal["running", "done", "failed"]
    account: str
    pages: int
    seen: int
    new: int
    changed: int
    skipped: int
    total: int | None
    error: str | None
    reason: str | None


class SyncRequest(TypedDict):
    account: NotRequired[str]
    since: NotRequired[str | None]
    until: NotRequired[str | None]


class SyncStarted(TypedDict):
    sync_id: str


class Template(TypedDict):
    id: str | None
    name: str | None
    language: str | None
    category: str | None
    parameters: list[Parameter]


class Timeline(TypedDict):
    items: list[Event | JournalEntry]


class Timestamps(TypedDict):
    created: str | None
    updated: str | None
    scheduled: str | None
    queued: str | None
    sent: str | None
    delivered: str | None
    read: str | None
    failed: str | None
    received: str | None
    last_attempt: str | None


class TrialData(TypedDict):
    endpoint: str


class TrialEvent(TypedDict):
    specversion: Literal["1.0"]
    id: str
    source: str
    subject: str
    time: str
    timestamp: str
    dataschema: str
    datacontenttype: Literal["application/json"]
    type: Literal["message_detail.endpoint.test"]
    data: TrialData


TryAgain = Literal["no", "yes", "later", "unknown"]


class Upstream(TypedDict):
    provider: str
    message_id: str | None
    status: str | None
    response: Any


class UsedAccount(TypedDict):
    account: str
    state: Literal["ok", "cooling_down", "open", "refused", "unusable"]
    cooling_down_until: str | None
    last_success: str | None
    last_error: str | None
    last_error_code: str | None
    last_error_detail: str | None
    webhook: WebhooksSeen


Via = Literal["lookup", "webhook", "refresh", "sync", "reconcile"]


class WebhookAddress(TypedDict):
    path: str


class WebhookTaken(TypedDict):
    accepted: NotRequired[int]
    ignored: NotRequired[str]
    unread: NotRequired[int]


class WebhooksSeen(TypedDict):
    last_received: str | None
    received_last_day: int
    last_refused: str | None
    refused_reason: str | None
    refused_last_day: int
