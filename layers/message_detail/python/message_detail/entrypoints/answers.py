"""What the API answers, as models: the OpenAPI document is made of them, and most answers are.

What a lookup answers stands in a module of its own (`lookup_answers`): it builds no other models when it starts.

Some are only told here, and tests hold the answers to them: a message is answered as the JSON data that its ETag is
made of, and what webhooks, `/v1/health` and errors answer is written by functions that start faster without pydantic.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from message_detail.adapters.aws.rejected_webhooks import MOST
from message_detail.adapters.aws.search import MAX_LIMIT
from message_detail.domain.message import Message
from message_detail.entrypoints.answer_model import Answer, AtLeastOne, Count, Moment, SparseAnswer
from message_detail.services.request_model import ProviderName
from message_detail.services.requests import MOST_DEAD_LETTERS, MOST_SYNCS, Scope
from message_detail.services.text_search import Match

HeldBack = Literal["ok", "cooling_down", "open"]
State = Literal["ok", "cooling_down", "open", "refused", "unusable"]


class MessagePage(Answer):
    """One page of a search. `next_cursor` leads to the next one; null at the end."""

    items: Annotated[tuple[Message, ...], Field(max_length=MAX_LIMIT)]
    next_cursor: str | None


class MatchedMessage(Answer):
    """A message, and what of it the text is. Where it is several things, the first of those that are told here."""

    match: Match
    message: Message


class Rest(Answer):
    """Where the next page of a sort of match is, a path with a query; null where there is none."""

    address: str | None
    conversation: str | None
    reference: str | None


class SearchResult(Answer):
    """What was found, the newest of each sort of match first."""

    items: list[MatchedMessage]
    more: Rest


class SessionOpened(Answer):
    """A token, to be sent as an API key is; what it lets do, and until when."""

    token: str
    scopes: list[Scope]
    expires_at: Moment


class Me(Answer):
    """Who asks, by the name of its API key."""

    key_id: str
    scopes: list[Scope]
    expires_at: Annotated[Moment | None, Field(description="The end of the session, else of the key; null: none.")]
    session: Annotated[bool, Field(description="Whether a session's token was sent, and not the key itself.")]
    providers: Annotated[list[str] | None, Field(description="The providers that the key is for; null: all.")]
    accounts: Annotated[
        list[str] | None, Field(description="The accounts that the key is for, `provider:account`; null: all.")
    ]


class Accepted(Answer):
    """How many messages are queued."""

    accepted: AtLeastOne


class SyncStarted(Answer):
    """The sync that now runs."""

    sync_id: str


class SyncProgress(Answer):
    """How far a sync is.

    `total` is the provider's own count, where it tells one; `skipped` counts items that could not be used or are tried
    by themselves; `reason` says why it failed (`cursor_repeats`, `nothing_new` and `too_many_pages`: the list is
    endless), `error` is its older name.
    """

    state: Literal["running", "done", "failed"]
    account: str
    pages: Count
    seen: Count
    new: Count
    changed: Count
    skipped: Count
    total: Annotated[int | None, WithJsonSchema({"type": ["integer", "null"], "minimum": 0})]
    error: str | None
    reason: str | None


class ListedSync(SyncProgress):
    """A sync of the last 30 days, and how far it is. `since` and `until` are of what was asked for, null: without
    end."""

    sync_id: str
    started_at: Moment
    since: Moment | None
    until: Moment | None


class SyncList(Answer):
    """The latest syncs of a provider, the newest first."""

    items: Annotated[list[ListedSync], Field(max_length=MOST_SYNCS)]


class DeadLetter(Answer):
    """A task that died, and waits to be brought back. Its body is not shown.

    `reason` is the code of why it died, `detail` says more; `at` is when it was put on a queue, `age` the seconds since
    then. `task` says what was to be done: fetch a `message`, whose `id`, `message_id` (its provider's) and `via` are
    told; walk a page of a `sync`; or note a `refusal` of a webhook. Null: nothing that this release can read.
    """

    reason: str
    detail: str | None
    at: Moment | None
    age: Annotated[int | None, WithJsonSchema({"type": ["integer", "null"], "minimum": 0})]
    task: Literal["message", "sync", "refusal"] | None
    account: str | None
    id: str | None
    message_id: str | None
    sync_id: str | None
    via: str | None
    received_at: str | None
    correlation_id: str | None


class DeadLetterList(Answer):
    """Dead letters, the newest of those that were found first. `total`: about how many there are."""

    items: Annotated[list[DeadLetter], Field(max_length=MOST_DEAD_LETTERS)]
    total: Count


class Redriven(Answer):
    """How many dead letters were moved, and by the code of why they had died."""

    moved: Count
    reasons: dict[str, int]


class AccountStanding(Answer):
    """Whether an account is held back, and until when."""

    account: str
    state: HeldBack
    cooling_down_until: Moment | None


class WebhooksSeen(Answer):
    """How an account's webhooks come: the last one within 30 days, and the last that was refused, with the reason; how
    many within the last 24 hours, in whole hours: at least, of those that were about messages."""

    last_received: Moment | None
    received_last_day: Count
    last_refused: Moment | None
    refused_reason: str | None
    refused_last_day: Count


class UsedAccount(Answer):
    """How an account stands and last fared. `refused`: the provider refuses its credentials; `unusable`: its settings
    can't be used; both until somebody mends it. Times are null where there was nothing of the kind."""

    account: str
    state: State
    cooling_down_until: Moment | None
    last_success: Moment | None
    last_error: Moment | None
    last_error_code: str | None
    last_error_detail: str | None
    webhook: WebhooksSeen


class WebhookAddress(Answer):
    """Where a provider's webhooks go."""

    path: str


class ProviderStanding(Answer):
    """A provider, its accounts that have been used, and what is to be looked into. `list`: it can be synced."""

    provider: ProviderName
    title: str
    state: State
    accounts: tuple[UsedAccount, ...]
    list: bool
    webhook: WebhookAddress
    dead_letters_last_day: Count
    drift_last_day: Count


class Providers(Answer):
    """All providers."""

    items: list[ProviderStanding]


class RejectedWebhook(Answer):
    """A webhook that was refused. `account`: what its address named, which need not be there, null where no account can
    have that name; `bytes`: of its body."""

    at: Moment
    account: str | None
    reason: str
    bytes: Count


class RejectedWebhooks(Answer):
    """A sample of the last 7 days, the newest first."""

    items: Annotated[list[RejectedWebhook], Field(max_length=MOST)]


class DriftRow(Answer):
    """What a provider answers that our tables don't know: where, how often, one redacted sample, and the message in
    which it was seen last: its `account`, its `id`, and `message_id`, its provider's. Those are null where it isn't
    known, or not for the caller's key."""

    provider: ProviderName
    path: str
    problem: str
    count: AtLeastOne
    sample: str | None
    last_seen: Moment
    account: str | None
    id: str | None
    message_id: str | None


class DriftList(Answer):
    """The last 30 days."""

    items: list[DriftRow]


class FoundToErase(Answer):
    """What an erasure would remove, or begins to remove. No text of any message."""

    messages: Count
    by_provider: dict[str, Count]
    spellings: Annotated[list[str], Field(description="How the person is written in these messages.")]
    contact_ids: Annotated[
        list[str], Field(description="Ids by which providers know the person; erase each of them, too.")
    ]
    not_covered: Annotated[list[str], Field(description="What an erasure can't find.")]


class ErasureStarted(FoundToErase):
    """The erasure that now runs; `GET /v1/erase/{erase_id}` says how far it is."""

    erase_id: str


class ErasureProgress(Answer):
    """How far an erasure is, and the record of it once it is over.

    `messages`: that it is about, those among them that came in while it ran; `left`: of these, not erased yet.
    `subject` stands for the person, and is the same for the same person; nobody can guess an address by it. `reason`
    says why it failed, as an error's code: mend that, and ask for the erasure again.
    """

    erase_id: str
    state: Literal["running", "done", "failed"]
    messages: Count
    erased: Count
    left: Count
    reason: str | None
    key_id: Annotated[str, Field(description="The API key that asked for it.")]
    subject: str
    asked_at: Moment
    changed_at: Moment
    ended_at: Moment | None


class WebhookTaken(SparseAnswer):
    """What became of a genuine webhook: how many messages are queued, or why none. `unread`: entries that could not be
    read, beside those that could."""

    accepted: int | None = None
    ignored: str | None = None
    unread: int | None = None


class Health(Answer):
    """The API serves."""

    status: Literal["ok"]


class Problem(SparseAnswer):
    """What went wrong (RFC 9457). `code` is for programs, `detail` for people; `retry_after` is in seconds.

    `correlation_id` finds the lines of it in the log; it lacks where API Gateway refused by itself.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    correlation_id: str | None = None
    provider: str | None = None
    account: str | None = None
    retry_after: AtLeastOne | None = None
