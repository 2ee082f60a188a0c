"""Every kind of item in the single table: its keys, what it holds, who touches it, what that costs.

Keys are made here and nowhere else, so that they stay as they are: rows outlive releases. docs/table.md is made of
this by `tools.table_reference`. The intake imports it, so it is light.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from message_detail.adapters.aws.attributes import Item, text

LOOKUP: Final = "lookup"
WORKER: Final = "worker"
WEBHOOK: Final = "webhook"
OPERATIONS: Final = "operations"
RECONCILE: Final = "reconcile"
MESSAGES: Final = "messages"
DELIVER: Final = "deliver"
ENDPOINTS: Final = "endpoints"
AUTHORIZER: Final = "authorizer"
ERASE: Final = "erase"
COMMAND: Final = "command"
"""Who touches an item: functions, as the template names them, and `message-detail`, the command."""


@dataclass(frozen=True, slots=True)
class KeyKind:
    """A kind of item. `pk` and `sk` are patterns with named parts in braces; `attributes` gives DynamoDB's types.

    `kept` says how long such an item stays; where that is a time, `expires_at` has it, and DynamoDB deletes the item
    within two days of it. `read` and `write` are what one costs: request units, of DynamoDB's prices on demand.
    """

    name: str
    holds: str
    pk: str
    sk: str
    attributes: Mapping[str, str]
    read_by: tuple[str, ...]
    written_by: tuple[str, ...]
    read: str
    write: str
    kept: str

    @property
    def prefix(self) -> str:
        """What the partition keys begin with, up to the first part."""
        return self.pk.partition("{")[0]

    def partition(self, **parts: Any) -> str:
        """The partition key of such items."""
        return self.pk.format(**parts)

    def key(self, **parts: Any) -> Item:
        """The whole key of such an item."""
        return key(self.partition(**parts), self.sort(**parts))

    def sort(self, **parts: Any) -> str:
        """The sort key of such an item."""
        return self.sk.format(**parts)


def key(pk: str, sk: str) -> Item:
    """A key of the table."""
    return {"pk": text(pk), "sk": text(sk)}


MESSAGE: Final = KeyKind(
    name="message",
    holds="What is known of a message, or that it was erased",
    pk="message#{message_id}",
    sk="message",
    attributes={
        "schema_version": "N",
        "revision": "N",
        "event_revision": "N",
        "packed": "B",
        "message": "S",
        "events": "S",
        "further_parties": "S",
        "overflow": "S",
        "raw": "S",
        "raw_place": "S",
        "version": "S",
        "details_fetched_at": "S",
        "digest": "S",
        "place": "N",
        "fetched_at": "S",
        "via": "S",
        "given_up": "S",
        "confirm_at": "S",
        "confirmed_for": "S",
        "seen": "S",
        "event": "S",
        "sort_at": "S",
        "due_at": "S",
        "due_shard": "S",
        "expires_at": "N",
        "erased": "BOOL",
        "erasure": "S",
        "leftovers": "S",
    },
    read_by=(LOOKUP, WORKER, MESSAGES, ERASE, DELIVER),
    written_by=(LOOKUP, WORKER, RECONCILE, ERASE),
    read="1 per 4 KB, consistently; 100 in a batch for a page of a search",
    write="1 per KB, which a packed text message is; 1 more where it becomes due, or no longer is",
    kept="`RetentionDays` after its last change; for ever where that is 0. A tombstone for ever",
)
INDEX_ENTRY: Final = KeyKind(
    name="index entry",
    holds="A message's place in one list that a search can ask for",
    pk="index#{list}#{shard}",
    sk="{sort_at}#{message_id}",
    attributes={"revision": "N", "message_id": "S", "facts": "S", "expires_at": "N"},
    read_by=(MESSAGES, WORKER, ERASE),
    written_by=(LOOKUP, WORKER, ERASE),
    read="0.5 to 1 per 4 KB of entries and shard: a page of a list is 4 queries",
    write="1 for each list that the message comes to stand in, 25 in a batch; 1 for each that it leaves; 1 where what "
    "is counted of it is another (`facts`, in the list of its account)",
    kept="As long as its message, and up to 30 days more",
)
TOKEN: Final = KeyKind(
    name="token",
    holds="An account's access token, and the lease of whoever renews it",
    pk="token#{provider}:{account}",
    sk="token",
    attributes={
        "access_token": "S",
        "valid_until": "N",
        "seed": "S",
        "refresh_token": "S",
        "lease_owner": "S",
        "lease_until": "N",
    },
    read_by=(LOOKUP, WORKER, COMMAND),
    written_by=(LOOKUP, WORKER, COMMAND),
    read="2 for a container's first call of an account, and for each renewal: this one and the copy",
    write="2 for each renewal: the lease, and the token",
    kept="For ever: a refresh token must not be lost",
)
TOKEN_COPY: Final = KeyKind(
    name="token's copy",
    holds="A token that the first place did not take",
    # Another partition, so that what keeps the first from being written need not keep this one. No account's name
    # holds a #.
    pk="token#{provider}:{account}#copy",
    sk="token",
    attributes={"access_token": "S", "valid_until": "N", "seed": "S", "refresh_token": "S"},
    read_by=(LOOKUP, WORKER, COMMAND),
    written_by=(LOOKUP, WORKER, COMMAND),
    read="1 with each read of the token",
    write="1, where the token's write was refused",
    kept="For ever",
)
FETCH: Final = KeyKind(
    name="fetch",
    holds="That a worker is fetching a message for a webhook event, by a hash of both",
    pk="fetch#{provider}#{digest}",
    sk="fetch",
    attributes={"leased_until": "N", "expires_at": "N"},
    read_by=(),
    written_by=(WORKER,),
    read="–",
    write="1 for each fetch that a webhook causes at once; 1 more where it fails",
    kept="Until the call must be over",
)
COOLDOWN: Final = KeyKind(
    name="cool-down",
    holds="Until when a throttled account is held back, and how often that came lately",
    pk="cooldown#{provider}:{account}",
    sk="cooldown",
    attributes={"until": "N", "streak": "N", "expires_at": "N"},
    read_by=(LOOKUP, WORKER, OPERATIONS, MESSAGES, COMMAND),
    written_by=(LOOKUP, WORKER, OPERATIONS, COMMAND),
    read="1 for each account, container and 2 seconds, with a message or with the circuit",
    write="1 for each answer that throttles",
    kept="10 minutes after its end",
)
CIRCUIT: Final = KeyKind(
    name="circuit",
    holds="Whether an account's calls are held back after repeated failures; Powertools' circuit breaker writes it",
    pk="circuit#{provider}",
    sk="{provider}:{account}",
    attributes={
        "state": "S",
        "failure_count": "N",
        "opened_at": "N",
        "half_open_owner": "S",
        "probe_lease_expiry": "N",
        "expires_at": "N",
    },
    read_by=(LOOKUP, WORKER, OPERATIONS, MESSAGES),
    written_by=(LOOKUP, WORKER, OPERATIONS),
    read="1 for each account, container and 2 seconds, with a message or with the cool-down",
    write="1 where a circuit opens, tries itself or closes",
    kept="As long as the breaker says",
)
ACCOUNT: Final = KeyKind(
    name="account",
    holds="That an account is known, how it last fared, and the regions of its national numbers",
    pk="account#{provider}",
    sk="{account}",
    attributes={
        "registered": "BOOL",
        "default_regions": "SS",
        "last_success": "S",
        "last_error": "S",
        "last_error_code": "S",
        "last_error_detail": "S",
        "trouble": "S",
    },
    read_by=(RECONCILE, MESSAGES, OPERATIONS),
    written_by=(LOOKUP, WORKER, COMMAND),
    read="0.5 per 4 KB of all of a provider's accounts",
    write="1 for each account, container and minute while all is well; 1 for each failure",
    kept="Until the account is removed",
)
DRIFT: Final = KeyKind(
    name="drift",
    holds="How often a provider's answers differed from its table, by place and problem",
    pk="drift#{provider}",
    sk="{path}#{problem}",
    attributes={"count": "N", "last_seen": "S", "expires_at": "N", "sample": "S", "example": "S"},
    read_by=(MESSAGES,),
    written_by=(LOOKUP, WORKER),
    read="0.5 per 4 KB of all of a provider's drift",
    write="1 for each sort of drift in a message, 50 at the most",
    kept="30 days after it was last seen",
)
DEAD: Final = KeyKind(
    name="dead letters",
    holds="How many tasks were put on the dead-letter queue within an hour",
    pk="dead#{provider}",
    sk="{hour}",
    attributes={"count": "N", "expires_at": "N"},
    read_by=(MESSAGES,),
    written_by=(WORKER,),
    read="0.5 for the hours of a provider",
    write="1 for each dead letter",
    kept="2 days",
)
REJECTED: Final = KeyKind(
    name="refused webhook",
    holds="One of a sample of the webhooks that were refused: when, why, and how large it was",
    pk="rejected#{provider}",
    # A minute has one row of a kind, whichever container saw it; what the address named may be no account.
    sk="{minute}#{account}#{reason}",
    attributes={"at": "S", "size": "N", "expires_at": "N"},
    read_by=(MESSAGES,),
    written_by=(WORKER,),
    read="0.5 per 4 KB of the hundred latest of a provider",
    write="1 for each kind of refusal, minute and container; 10 a minute and container at the most",
    kept="7 days",
)
WEBHOOK_LATEST: Final = KeyKind(
    name="latest webhooks",
    holds="When an account's last webhook came, and when and why the last one was refused",
    pk="webhooks#{provider}",
    sk="{account}",
    attributes={"last_received": "S", "last_refused": "S", "refused_reason": "S", "expires_at": "N"},
    read_by=(MESSAGES,),
    written_by=(WORKER,),
    read="0.5 per 4 KB of these and the hours of a provider",
    write="1 for each account, minute and container in which webhooks come; 1 for each refused one of the sample",
    kept="30 days",
)
WEBHOOK_HOUR: Final = KeyKind(
    name="webhooks of an hour",
    holds="How many webhooks of an account came within an hour, and how many were refused",
    pk=WEBHOOK_LATEST.pk,
    # No account's name holds a #.
    sk="{account}#{hour}",
    attributes={"received": "N", "refused": "N", "expires_at": "N"},
    read_by=(MESSAGES,),
    written_by=(WORKER,),
    read="with the latest",
    write="1 with each write of the latest",
    kept="2 days",
)
JOURNAL: Final = KeyKind(
    name="journal",
    holds="How tasks about a message ended that left no trace on its row, by a hash of its id: counted by day",
    pk="journal#{provider}#{digest}",
    sk="{day}#{step}#{via}#{code}",
    attributes={"count": "N", "first_at": "S", "last_at": "S", "told_at": "S", "expires_at": "N"},
    read_by=(LOOKUP,),
    written_by=(WORKER,),
    read="0.5 per 4 KB, where somebody asks for the journal",
    write="none while all goes well; 1 for each try that fails (after a task's 4th the 8th, the 16th …) and for a "
    "duplicate; of more within a minute 1 for each time that their number has doubled",
    kept="7 days after the last",
)
_SYNCING: Final = (WORKER, OPERATIONS, RECONCILE)
_SYNC_KEPT: Final = "30 days"
SYNC_HEAD: Final = KeyKind(
    name="sync",
    holds="A sync: its account, and the task that it began with",
    pk="sync#{provider}#{sync_id}",
    sk="head",
    attributes={"account": "S", "task": "S", "expires_at": "N"},
    read_by=_SYNCING,
    written_by=_SYNCING,
    read="1 per 4 KB of the sync's items, where somebody asks how far it is",
    write="1",
    kept=_SYNC_KEPT,
)
SYNC_PAGE: Final = KeyKind(
    name="page of a sync",
    holds="What a page brought: it is done, and is not done again",
    pk=SYNC_HEAD.pk,
    sk="page#{page:06d}",
    attributes={
        "seen": "N",
        "new": "N",
        "changed": "N",
        "skipped": "N",
        "total": "N",
        "last": "BOOL",
        "expires_at": "N",
    },
    read_by=_SYNCING,
    written_by=(WORKER,),
    read="1 for each page that is begun",
    write="1 for each page",
    kept=_SYNC_KEPT,
)
SYNC_FAILURE: Final = KeyKind(
    name="failure of a sync",
    holds="Why a sync could not go on, and at which page",
    pk=SYNC_HEAD.pk,
    sk="failure",
    attributes={"code": "S", "page": "N", "expires_at": "N"},
    read_by=_SYNCING,
    written_by=(WORKER,),
    read="with its sync",
    write="1",
    kept=_SYNC_KEPT,
)
SYNC_LISTED: Final = KeyKind(
    name="sync in the list",
    holds="A sync's place in the list of its provider's, and once it is done what it brought",
    # No sync has the id `latest`.
    pk="sync#{provider}#latest",
    sk="{started_at}#{sync_id}",
    attributes={
        "account": "S",
        "since": "S",
        "until": "S",
        "pages": "N",
        "seen": "N",
        "new": "N",
        "changed": "N",
        "skipped": "N",
        "total": "N",
        "expires_at": "N",
    },
    read_by=(OPERATIONS,),
    written_by=(OPERATIONS, RECONCILE),
    read="1 per 4 KB of those that are asked for, 50 at the most; and the syncs that are not known to be done",
    write="1 for each sync; 1 more where somebody sees it done for the first time",
    kept=_SYNC_KEPT,
)
SYNC_LOCK: Final = KeyKind(
    name="lock of a sync",
    holds="Which sync of an account runs, and until when it keeps others out",
    pk="syncing#{provider}:{account}",
    sk="lock",
    attributes={"sync_id": "S", "lock_until": "N", "expires_at": "N"},
    read_by=_SYNCING,
    written_by=_SYNCING,
    read="1, where a sync is asked for while one runs",
    write="1 for each page, 1 for its end",
    kept="Until the sync ends; what is left of one that died, 30 days",
)
SYNC_SCHEDULE: Final = KeyKind(
    name="schedule of syncs",
    holds="When an account is synced by itself the next time",
    # All accounts of a provider under one key, so that one query tells which are due; no account's name is empty.
    pk="syncing#{provider}:",
    sk="{account}",
    attributes={"next_at": "N", "due_since": "N"},
    read_by=(RECONCILE,),
    written_by=(RECONCILE,),
    read="1 per 4 KB of all of a provider's accounts, every minute",
    write="1 for each sync that is started by itself",
    kept="For ever",
)
ENDPOINT: Final = KeyKind(
    name="endpoint",
    holds="How an endpoint fares: whether it is paused, and how its attempts ended lately",
    pk="endpoint#{endpoint}",
    sk="endpoint",
    attributes={
        "paused_at": "S",
        "reason": "S",
        "resumed_at": "S",
        "failing_since": "S",
        "last_success": "S",
        "last_error": "S",
        "last_error_at": "S",
    },
    read_by=(DELIVER, ENDPOINTS),
    written_by=(DELIVER, ENDPOINTS),
    read="1 for each endpoint, container and 2 seconds",
    write="1 for each endpoint, container and minute while all is well; 1 for each attempt that fails",
    kept="For ever",
)
DELIVERY: Final = KeyKind(
    name="waiting delivery",
    holds="An event that an endpoint has not taken yet, and how its last attempt ended",
    # Endpoints' names hold no #. An event waits at each endpoint by itself.
    pk="delivery#{endpoint}#{event_id}",
    sk="delivery",
    attributes={
        "event": "S",
        "attempts": "N",
        "since": "S",
        "at": "S",
        "milliseconds": "N",
        "status_code": "N",
        "error": "S",
        "next_at": "S",
        "due_at": "S",
        "due_shard": "S",
    },
    read_by=(DELIVER, ENDPOINTS),
    written_by=(DELIVER, ENDPOINTS),
    read="1 for each attempt after the first",
    write="1 for each attempt that fails, and 2 of the index; 1 when it is taken up again, and when it is delivered",
    kept="Until it is delivered, or given up",
)
DELIVERY_LOG: Final = KeyKind(
    name="attempt at a delivery",
    holds="How one attempt ended, and the event, so that it can be sent anew",
    pk="log#{endpoint}",
    sk="{at}#{event_id}#{attempt}",
    attributes={
        "type": "S",
        "subject": "S",
        "time": "S",
        "event": "B",
        "status": "S",
        "milliseconds": "N",
        "status_code": "N",
        "error": "S",
        "answer": "S",
        "next_at": "S",
        "expires_at": "N",
    },
    read_by=(ENDPOINTS,),
    written_by=(DELIVER, ENDPOINTS),
    read="0.5 per 4 KB of a page of the list",
    write="1 for each attempt",
    kept="30 days",
)
KEY_USE: Final = KeyKind(
    name="use of a key",
    holds="When an API key was last used",
    pk="key-use#{key_id}",
    sk="use",
    attributes={"last_used": "S", "expires_at": "N"},
    read_by=(COMMAND,),
    written_by=(AUTHORIZER,),
    read="0.5 to 1, where somebody lists the keys",
    write="1 for each key and ten minutes in which it is used",
    kept="400 days after its last use",
)
COUNTS: Final = KeyKind(
    name="counts",
    holds="What an account's messages of a day, channel, direction and country came to when they were counted last",
    pk="stats#{provider}#{account}",
    sk="{day}#{channel}#{direction}#{country}",
    attributes={"tally": "S", "as_of": "S"},
    read_by=(MESSAGES, WORKER),
    written_by=(WORKER,),
    read="0.5 per 4 KB of the days that are asked for, which have 0.3 to 2 KB a row",
    write="1 to 3 for each row that a recount finds to be another",
    kept="For ever",
)
COUNTED_DAY: Final = KeyKind(
    name="counted day",
    holds="Since when the counts of an account's day hold",
    pk=COUNTS.pk,
    sk="{day}",
    attributes={"as_of": "S"},
    read_by=(MESSAGES, WORKER),
    written_by=(WORKER,),
    read="with the counts; 1 for each day that a recount ends",
    write="1 for each day that a recount ends",
    kept="For ever",
)
RECOUNT: Final = KeyKind(
    name="recount",
    holds="That days of an account are being counted anew",
    pk="recount#{provider}",
    sk="{account}#{recount_id}",
    attributes={"first_day": "S", "last_day": "S", "expires_at": "N"},
    read_by=(MESSAGES,),
    written_by=(OPERATIONS, RECONCILE, WORKER),
    read="1 per 4 KB of a provider's recounts that are under way, where statistics are asked for",
    write="2: its beginning and its end; 1 more for each of its tasks",
    kept="Until it ends; what is left of one that died, 6 hours",
)
COUNTED_PART: Final = KeyKind(
    name="part of a recount",
    holds="What was counted so far of a day that takes more than one task",
    pk="counted#{provider}#{part}",
    sk="{chunk:04d}",
    attributes={"tallies": "B", "expires_at": "N"},
    read_by=(WORKER,),
    written_by=(WORKER,),
    read="1 per 4 KB, for each task behind a day's first",
    write="1 per KB, for each task before a day's last",
    kept="A day",
)
RECOUNT_SCHEDULE: Final = KeyKind(
    name="schedule of recounts",
    holds="When an account's days are counted the next time, and on which day they were last",
    pk="recounting#{provider}",
    sk="{account}",
    attributes={"next_at": "N", "day": "S"},
    read_by=(RECONCILE,),
    written_by=(RECONCILE,),
    read="1 per 4 KB of all of a provider's accounts, every minute",
    write="1 for each account and hour",
    kept="For ever",
)
CURSOR_KEY: Final = KeyKind(
    name="key for cursors",
    holds="The stack's secret that makes a search's cursors nobody else's",
    pk="setting#cursor-key",
    sk="setting",
    attributes={"secret": "B"},
    read_by=(MESSAGES,),
    written_by=(MESSAGES,),
    read="1 for each container",
    write="1, once",
    kept="For ever",
)
ERASURE: Final = KeyKind(
    name="erasure",
    holds="An erasure: a job while it runs, then the record of who erased how many, when; the person as a keyed hash",
    pk="erasure#{erase_id}",
    sk="erasure",
    # `target` leads to the person, and goes when the job ends.
    attributes={
        "state": "S",
        "key_id": "S",
        "subject": "S",
        "messages": "N",
        "erased": "N",
        "step": "N",
        "target": "S",
        "asked_at": "S",
        "changed_at": "S",
        "ended_at": "S",
        "reason": "S",
    },
    read_by=(MESSAGES, ERASE),
    written_by=(MESSAGES, ERASE),
    read="1 for each slice of a job, and where somebody asks for it",
    write="1, then 2 for each 50 messages, 1 for its end",
    kept="For ever: it outlives the job",
)
ERASURE_KEY: Final = KeyKind(
    name="key for erasures",
    holds="The stack's secret without which the hash of an erased person's address can't be guessed",
    pk="setting#erasure-key",
    sk="setting",
    attributes={"secret": "B"},
    read_by=(MESSAGES,),
    written_by=(MESSAGES,),
    read="1 for each container that takes an erasure on",
    write="1, once",
    kept="For ever",
)
KINDS: Final = (
    MESSAGE,
    INDEX_ENTRY,
    TOKEN,
    TOKEN_COPY,
    FETCH,
    COOLDOWN,
    CIRCUIT,
    ACCOUNT,
    DRIFT,
    DEAD,
    REJECTED,
    WEBHOOK_LATEST,
    WEBHOOK_HOUR,
    JOURNAL,
    SYNC_HEAD,
    SYNC_PAGE,
    SYNC_FAILURE,
    SYNC_LISTED,
    SYNC_LOCK,
    SYNC_SCHEDULE,
    COUNTS,
    COUNTED_DAY,
    RECOUNT,
    COUNTED_PART,
    RECOUNT_SCHEDULE,
    ENDPOINT,
    DELIVERY,
    DELIVERY_LOG,
    KEY_USE,
    CURSOR_KEY,
    ERASURE,
    ERASURE_KEY,
)

DUE_INDEX: Final = "due"
"""The secondary index of the messages that are to be looked at again, and of the deliveries that wait: sparse, keys
only."""
_DUE_SHARD: Final = "{provider}#{shard}"
_WAITING_SHARD: Final = "events#{endpoint}"


def due_shard(provider: str, shard: int) -> Item:
    """The index's partition key, an attribute of a message; its sort key is `due_at`."""
    return text(_DUE_SHARD.format(provider=provider, shard=shard))


def waiting_shard(endpoint: str) -> Item:
    """The index's partition key of an endpoint's waiting deliveries."""
    return text(_WAITING_SHARD.format(endpoint=endpoint))
