"""The canonical message: one schema for what every provider knows of a message.

Every key is always there; unknown is null, [] or {}. Times are RFC 3339 UTC with milliseconds and Z, which also
sort as text. Money is a decimal string. docs/message.md explains each field and where it comes from per provider.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from message_detail.domain.channel import Channel as Channel  # one of the schema's words, like those below
from message_detail.domain.status import Outcome, Status, is_final, outcome_for

SCHEMA_VERSION: Literal["1"] = "1"

Timestamp = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
"""RFC 3339, UTC, milliseconds, Z."""
Decimal = Annotated[str, StringConstraints(pattern=r"^-?\d+(\.\d+)?$")]
"""A decimal number as text: no float ever touches money."""


class Kind(StrEnum):
    """What sort of thing the record is."""

    MESSAGE = "message"
    CALL = "call"
    VOICEMAIL = "voicemail"
    COMMENT = "comment"
    REACTION = "reaction"
    REVIEW = "review"
    FORM = "form"
    ACTIVITY = "activity"
    INTERNAL_NOTE = "internal_note"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """Which way it went, seen from us."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"
    UNKNOWN = "unknown"


class FailureCategory(StrEnum):
    """Why a message failed, in one vocabulary."""

    INVALID_RECIPIENT = "invalid_recipient"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    OPTED_OUT = "opted_out"
    CONSENT_MISSING = "consent_missing"
    BLOCKED = "blocked"
    SPAM = "spam"
    CONTENT_REJECTED = "content_rejected"
    TEMPLATE_ERROR = "template_error"
    MEDIA_ERROR = "media_error"
    RATE_LIMITED = "rate_limited"
    AUTH_ERROR = "auth_error"
    PROVIDER_ERROR = "provider_error"
    CARRIER_ERROR = "carrier_error"
    EXPIRED = "expired"
    CANCELED = "canceled"
    BOUNCED_HARD = "bounced_hard"
    BOUNCED_SOFT = "bounced_soft"
    UNKNOWN = "unknown"


class Permanence(StrEnum):
    """Whether the same message could get through another time."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"


class AddressType(StrEnum):
    """What sort of address a party has."""

    PHONE = "phone"
    EMAIL = "email"
    ID = "id"
    UNKNOWN = "unknown"


class Via(StrEnum):
    """How we came to look."""

    LOOKUP = "lookup"
    WEBHOOK = "webhook"
    REFRESH = "refresh"
    SYNC = "sync"
    RECONCILE = "reconcile"


class Freshness(StrEnum):
    """Where a served message came from."""

    LIVE = "live"
    STORED = "stored"
    STALE = "stale"


class Part(BaseModel):
    """Base of all parts of the schema: frozen, closed, every key always written.

    Built when it is imported, not on first use (`defer_build`): pydantic does the latter without a lock, and the first
    batch of a worker, ten threads at once, then gets validators of the wrong class.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)


class Failure(Part):
    """Why the message failed."""

    category: FailureCategory = FailureCategory.UNKNOWN
    permanence: Permanence = Permanence.UNKNOWN
    native_code: str | None = None
    message: str | None = None


class Party(Part):
    """A sender or recipient. `address` is E.164, or an e-mail address with its domain in lower case, or null."""

    address: str | None = None
    address_raw: str | None = None
    address_type: AddressType = AddressType.UNKNOWN
    name: str | None = None
    contact_id: str | None = None
    participant_type: str | None = None


class Body(Part):
    """The text, in the forms that the provider has."""

    text: str | None = None
    html: str | None = None
    content_type: str | None = None
    preview: str | None = None
    new_text: str | None = None
    quoted_text: str | None = None


class Parameter(Part):
    """One variable of a template."""

    name: str | None = None
    value: str | None = None


class Template(Part):
    """The template that the message was made from."""

    id: str | None = None
    name: str | None = None
    language: str | None = None
    category: str | None = None
    parameters: tuple[Parameter, ...] = ()


class Attachment(Part):
    """A file; inline content is never kept: `size` (bytes) and `sha256` (hex) stand for it. Cache time in minutes."""

    url: str | None = None
    name: str | None = None
    content_type: str | None = None
    method: str | None = None
    cache_minutes: int | None = None
    size: int | None = None
    sha256: str | None = None


class Interaction(Part):
    """An interactive element, and the message that it refers to."""

    type: str | None = None
    context_message_id: str | None = None


class Conversation(Part):
    """The thread that the message belongs to."""

    id: str | None = None
    thread_id: str | None = None
    parent_id: str | None = None
    position: int | None = None
    provider_conversation_id: str | None = None
    related_ids: tuple[str, ...] = ()


class Reply(Part):
    """An answer that the provider keeps with the message."""

    text: str | None = None
    at: Timestamp | None = None
    media: tuple[str, ...] = ()


class Engaged(Part):
    """One sort of engagement; both times may be unknown."""

    first_at: Timestamp | None = None
    last_at: Timestamp | None = None
    user_agent: str | None = None
    language: str | None = None


class Engagement(Part):
    """What recipients did with the message."""

    opened: Engaged | None = None
    clicked: Engaged | None = None
    replied: Engaged | None = None
    opted_out: Engaged | None = None
    unsubscribed: Engaged | None = None
    complained: Engaged | None = None


class Timestamps(Part):
    """When what happened, as far as the provider tells."""

    created: Timestamp | None = None
    updated: Timestamp | None = None
    scheduled: Timestamp | None = None
    queued: Timestamp | None = None
    sent: Timestamp | None = None
    delivered: Timestamp | None = None
    read: Timestamp | None = None
    failed: Timestamp | None = None
    received: Timestamp | None = None
    last_attempt: Timestamp | None = None


class Attempts(Part):
    """How often the provider tried."""

    count: int | None = None
    retries: int | None = None
    max_retries: int | None = None


class BillingLine(Part):
    """One amount. `unit` is ISO 4217, or credit:<provider>, or null; never sum across units."""

    kind: str
    amount: Decimal
    unit: str | None = None


class Billing(Part):
    """What it cost. `length` in characters."""

    lines: tuple[BillingLine, ...] = ()
    segments: int | None = None
    length: int | None = None
    billable: bool | None = None
    category: str | None = None


class Call(Part):
    """A phone call."""

    outcome: str | None = None
    duration_seconds: int | None = None


class Origin(Part):
    """Who or what started the message."""

    source: str | None = None
    user_id: str | None = None
    api_key_id: str | None = None
    created_by: str | None = None
    automated: bool | None = None
    internal: bool | None = None
    test: bool | None = None
    auto_reply: bool | None = None
    auto_reply_reason: str | None = None
    http_method: str | None = None


class Labels(Part):
    """Words that users or the provider attach."""

    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    brand: str | None = None


class Reference(Part):
    """An id in another system. Types: custom_string, external_id, reference_id, workflow_run, queue_message …"""

    type: str
    value: str


class Upstream(Part):
    """What the provider says of its own carrier. `response` is JSON of any shape."""

    provider: str | None = None
    message_id: str | None = None
    status: str | None = None
    response: Any = None


MISSING: Final = "missing"
"""The problem of a `Drift` that says that a part of the answer did not come."""
NOT_FETCHED: Final = "not_fetched"
"""The problem of a `Drift` that says that a part of the message was left out of this fetch, and is up to the next."""
FUTURE_TIME: Final = "future_time"
"""The problem of a `Drift` that says that a time of something that has happened lies in the future."""

LOST: Final = "lost"
"""The problem of a `Drift` that says that a stored text can't be read any more; the next fetch brings it back."""

UNKNOWN_VALUE: Final = "unknown_value"
"""The problem of a `Drift` that says that our tables don't know a word."""
LONGEST_DRIFT_VALUE: Final = 64
"""Characters of a value that a `Drift` shows; a longer one is cut."""


class Drift(Part):
    """One place where the provider's answer differs from what our tables know."""

    path: str
    problem: str
    value: str | None = None


class Provenance(Part):
    """How this copy came to be. `mapping`: the version of the provider's tables that made it of an answer."""

    freshness: Freshness = Freshness.LIVE
    via: Via = Via.LOOKUP
    fetched_at: Timestamp
    source_updated_at: Timestamp | None = None
    mapping: str | None = None
    drift: tuple[Drift, ...] = ()


class Message(Part):
    """A message as one provider's account knows it. See the module's docstring for the conventions.

    `withheld`: persons and content are left out, for a caller who may not see them.
    """

    schema_version: Literal["1"] = SCHEMA_VERSION
    id: str
    provider: str
    account: str
    provider_message_id: str
    channel: Channel = Channel.UNKNOWN
    channel_native: str | None = None
    kind: Kind = Kind.MESSAGE
    direction: Direction = Direction.UNKNOWN
    status: Status = Status.UNKNOWN
    status_native: str | None = None
    status_reason: str | None = None
    final: bool = False
    outcome: Outcome = Outcome.PENDING
    failure: Failure | None = None
    from_: Party | None = Field(default=None, alias="from")
    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()
    bcc: tuple[Party, ...] = ()
    reply_to: tuple[Party, ...] = ()
    subject: str | None = None
    body: Body = Field(default_factory=Body)
    template: Template | None = None
    attachments: tuple[Attachment, ...] = ()
    interaction: Interaction | None = None
    conversation: Conversation = Field(default_factory=Conversation)
    replies: tuple[Reply, ...] = ()
    engagement: Engagement = Field(default_factory=Engagement)
    timestamps: Timestamps = Field(default_factory=Timestamps)
    attempts: Attempts = Field(default_factory=Attempts)
    billing: Billing = Field(default_factory=Billing)
    call: Call | None = None
    origin: Origin = Field(default_factory=Origin)
    labels: Labels = Field(default_factory=Labels)
    priority: str | None = None
    references: tuple[Reference, ...] = ()
    upstream: Upstream = Field(default_factory=Upstream)
    extensions: dict[str, Any] = Field(default_factory=dict)
    provenance: Provenance
    withheld: bool = False

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    def with_status(self, status: Status, native: str | None, reason: str | None, failure: Failure | None) -> Message:
        """The same message standing at another status."""
        return self.model_copy(
            update={
                "status": status,
                "status_native": native,
                "status_reason": reason,
                "failure": failure,
                "final": is_final(status),
                "outcome": outcome_for(status),
            }
        )

    def with_provenance(self, **changes: Any) -> Message:
        """The same message with some of its provenance changed."""
        return self.model_copy(update={"provenance": self.provenance.model_copy(update=changes)})

    def summary(self) -> Message:
        """The same message without its text and what its provider alone knows: enough for a line of a list."""
        return self.model_copy(update={"body": Body(), "extensions": {}})

    def as_json(self) -> dict[str, Any]:
        """The message as JSON-ready data, under its public names."""
        return self.model_dump(mode="json", by_alias=True)


class Observation(Part):
    """That a message stood at a status: one entry of its timeline.

    `occurred_at` is the provider's time (null when it tells none), `observed_at` ours. The epoch rises only where
    the provider itself starts a new attempt. `reason` and `failure` are what the provider gave with it.
    `confirmed` says that an answer of the provider showed it, `confirmed_at` when the first one was
    fetched (null, too, where an earlier release kept no time); a webhook alone only announces.
    """

    status: Status
    status_native: str | None = None
    occurred_at: Timestamp | None = None
    observed_at: Timestamp
    via: Via
    epoch: int = 0
    reason: str | None = None
    failure: Failure | None = None
    confirmed: bool = True
    confirmed_at: Timestamp | None = None
