"""Webhooks: what a provider has to supply, and the one way from a delivery to tasks.

The types say the order: a `Delivery` is anything that came in; only `verify` makes a `Verified` of it, and only with
a `Proof`; only a `Verified` can be read as an `Event`; only an event of a `Verified` becomes tasks. Light on purpose:
no pydantic, no httpx.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

from message_detail.domain import json_codec
from message_detail.domain.errors import InvalidRequest, SignatureInvalid
from message_detail.domain.message_ids import check_message_id
from message_detail.domain.seen_events import event_digest
from message_detail.domain.status import Status
from message_detail.domain.tasks import Task
from message_detail.domain.times import FUTURE_SECONDS, from_epoch
from message_detail.domain.urls import Url
from message_detail.providers.base.account import Account
from message_detail.providers.base.signatures import Proof

MAX_BYTES: Final = 4 * 1024 * 1024
"""Events about e-mails carry whole threads as HTML. Lambda itself takes 6 MB, base64 and headers included."""
MAX_FIELDS: Final = 1_000
"""Of a form."""
SIGNED_WINDOW_SECONDS: Final = 7 * 86_400
"""How long the id of a signed event is remembered. What comes again later costs a fetch, and changes nothing."""
MAX_EVENT_ID: Final = 256
"""Characters. What is longer is no id, and would not fit into a batch of tasks."""
MAX_NATIVE: Final = 256
"""Characters of a status word that go along with a task, which has to fit on a queue; the fetch brings it whole."""
HINT_WINDOW_SECONDS: Final = 120
"""How long a body without an event id counts as the same event: the same words may soon mean a newer state."""

Pairs = tuple[tuple[str, str], ...]
"""Names and values, decoded, in the order in which they came."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook as it came in: the raw bytes, lower-cased header names, the query (decoded), seconds since 1970 of
    receipt, and the address that it was sent to."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    received_at: float
    url: Url = field(repr=False)
    _parsed: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def header(self, name: str) -> str | None:
        """A header's value; a header that came twice has both, joined by a comma."""
        return self.headers.get(name)

    def address(self, account: Account) -> str:
        """The address that the provider has sent to: what a signature that covers it was made of.

        Behind a proxy that is another one than what arrives here: the account's `webhook_url` takes its place, with
        the query that came unless it has one of its own.
        """
        if account.webhook_url is None:
            return str(self.url)
        query = f"?{self.url.query}" if self.url.query and "?" not in account.webhook_url else ""
        return account.webhook_url + query

    def data(self) -> Any:
        """The body as JSON data of any kind, parsed once, or InvalidRequest."""
        if "json" not in self._parsed:
            try:
                self._parsed["json"] = json_codec.loads(self.body)
            except ValueError:
                raise InvalidRequest("the webhook's body is not JSON") from None
        return self._parsed["json"]

    def json(self) -> dict[str, Any]:
        """The body as a JSON object, or InvalidRequest."""
        value = self.data()
        if not isinstance(value, dict):
            raise InvalidRequest("the webhook's body is not a JSON object")
        return value

    def form(self) -> Pairs:
        """The body as the fields of a form, in order (`application/x-www-form-urlencoded`), parsed once, or
        InvalidRequest. A name may come more than once: a signature covers each, `dict` keeps the last."""
        if "form" not in self._parsed:
            self._parsed["form"] = _form(self.body)
        pairs: Pairs = self._parsed["form"]
        return pairs


def _form(body: bytes) -> Pairs:
    if not body:
        return ()
    try:
        text = body.decode("ascii")
        return tuple(
            parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MAX_FIELDS)
        )
    except ValueError:
        raise InvalidRequest(f"the webhook's body is no form of at most {MAX_FIELDS} fields") from None


@dataclass(frozen=True, slots=True)
class Observed:
    """A status that a verified webhook tells. `occurred_at` is a canonical timestamp."""

    status: Status
    status_native: str | None
    occurred_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a genuine webhook says: the messages it is about, or why it is about none (`ignored`). `unread`: how many
    entries beside them could not be read.

    `event_id` is the provider's own and stable across retries, None where there is none: then the hash of the body is
    it. `digest` tells whether what comes under the same id is the same, where an id is not that of one event. `parts`:
    of messages that are containers, which part of each the event is about, by the message's id; what the event says of
    a status is not said of a container. `thread`: the event is also about the message's thread, whose id it doesn't
    name.
    """

    message_ids: tuple[str, ...] = ()
    ignored: str | None = None
    event_id: str | None = None
    digest: str | None = None
    observed: Observed | None = None
    unread: int = 0
    parts: Mapping[str, str] = field(default_factory=dict)
    thread: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """A delivery that was proved to come from whom the account trusts. Made by `verify` only."""

    delivery: Delivery
    account: Account
    proof: Proof

    def __post_init__(self) -> None:
        if not isinstance(self.proof, Proof):
            raise TypeError("a Verified needs a Proof")


@dataclass(frozen=True, slots=True)
class Foreign:
    """A delivery that was proved genuine and is about nothing of ours, for a reason: acknowledged, and no more."""

    reason: str
    proof: Proof


AccountOf = Callable[[str], Account]
"""An account by its name; raises UnknownAccount and its kin."""
NameOf = Callable[[str], str | None]
"""The name of the account that was stored with a vendor's own unit, such as a location; None where none is known."""
Whose = Callable[[Delivery, str, AccountOf, NameOf], Verified | Foreign]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An answer to a genuine webhook, for a vendor that reads it: who makes a reply of what is not empty, or logs a
    content type that it doesn't know as a failure."""

    body: str
    content_type: str
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """What a provider supplies for its webhooks.

    authenticate: proves a delivery, or raises SignatureInvalid. read: what a genuine one says, or InvalidRequest.
    whose: proves a delivery where it may be another account's than that of the address, which it is given; None where
    the address decides. busy_status: the answer that makes the provider try again. window_seconds: how long an
    event is remembered. answer: what a genuine one is answered; None for our own JSON, which says what became of it.
    """

    provider: str
    authenticate: Callable[[Delivery, Account], Proof]
    read: Callable[[Verified], Event]
    whose: Whose | None = None
    busy_status: int = 503
    window_seconds: int = HINT_WINDOW_SECONDS
    answer: Acknowledgement | None = None


def verify(webhook: Webhook, delivery: Delivery, account: Account) -> Verified:
    """The delivery, proved. SignatureInvalid when it can't be: also where a part that its signature covers can't be
    read, so that nobody unproved learns what can."""
    try:
        proof = webhook.authenticate(delivery, account)
    except InvalidRequest as error:
        raise SignatureInvalid(f"what the signature covers can't be read: {error.detail}") from error
    return Verified(delivery, account, proof)


def proved(
    webhook: Webhook, delivery: Delivery, named: str, account_of: AccountOf, name_of: NameOf
) -> Verified | Foreign:
    """The delivery, proved for the account that it belongs to; `named` is that of the address."""
    if webhook.whose is not None:
        return webhook.whose(delivery, named, account_of, name_of)
    return verify(webhook, delivery, account_of(named))


def read_text(value: Any) -> str | None:
    """A value of a webhook's body, if it is a text with something in it."""
    return value if isinstance(value, str) and value else None


def read_event_id(*parts: str | None) -> str | None:
    """The event id made of these parts; None when one is missing or they are too long to be ids."""
    known = [part for part in parts if part]
    joined = ":".join(known)
    return joined if len(known) == len(parts) and len(joined) <= MAX_EVENT_ID else None


def build_tasks(webhook: Webhook, verified: Verified, event: Event) -> list[Task]:
    """The tasks that a genuine event makes: one for each message it is about.

    An event that comes again is known by its id, with its `digest` where it has one; without an id by its body.
    """
    words = event.digest or ("" if event.event_id else body_hash(verified.delivery))
    digest = event_digest(event.event_id or "", words)
    received_at = from_epoch(verified.delivery.received_at)
    future_time = _future_time(event.observed, verified.delivery)
    observations = [_observation(event.observed, received_at, future_time)] if event.observed else []
    return [
        Task(
            provider=webhook.provider,
            account=verified.account.name,
            message_id=message_id,
            via="webhook",
            received_at=received_at,
            event=digest,
            event_window=webhook.window_seconds,
            observations=() if message_id in event.parts else observations,
            part=event.parts.get(message_id),
            thread=event.thread,
            future_time=None if message_id in event.parts else future_time,
        )
        for message_id in _distinct(event.message_ids)
    ]


def _distinct(message_ids: tuple[str, ...]) -> list[str]:
    """Each id once, or InvalidRequest that says which of them can be none."""
    for index, message_id in enumerate(message_ids):
        check_message_id(message_id, f"message_ids[{index}]" if len(message_ids) > 1 else "message_id")
    return list(dict.fromkeys(message_ids))


def body_hash(delivery: Delivery) -> str:
    """SHA-256 of the raw body, hex."""
    return hashlib.sha256(delivery.body).hexdigest()


def _future_time(observed: Observed | None, delivery: Delivery) -> str | None:
    """The time that an event tells, if it lies in the future: it is no time of something that has happened."""
    latest = from_epoch(delivery.received_at + FUTURE_SECONDS)
    told = observed.occurred_at if observed is not None else None
    return told if told is not None and told > latest else None


def _observation(observed: Observed, received_at: str, future_time: str | None) -> dict[str, Any]:
    """JSON of a `message.Observation`, written here so that the intake needs no schema.

    The moment of receipt stands in for a time in the future.
    """
    return {
        "status": observed.status.value,
        "status_native": observed.status_native and observed.status_native[:MAX_NATIVE],
        "occurred_at": observed.occurred_at if future_time is None else received_at,
        "observed_at": received_at,
        "via": "webhook",
        "epoch": 0,
        "confirmed": False,
    }
