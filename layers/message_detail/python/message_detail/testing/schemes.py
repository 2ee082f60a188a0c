"""Ways to authenticate a webhook, each with keys of its own: what `WebhookContract` runs through.

A provider has a `Scheme` for each way that its webhooks can be proved. `shared_secret_schemes` are those of
`by_secret`; any other takes a function that signs as the vendor does.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlencode

from message_detail.domain.errors import InvalidRequest
from message_detail.domain.urls import Url
from message_detail.providers.base.account import Account
from message_detail.providers.base.webhook import Delivery, Event, Webhook, verify

UNREADABLE_JSON: Final[Mapping[str, bytes]] = {
    "empty": b"",
    "not JSON": b"message_id=1",
    "cut off": b'{"message_id":"1"',
    "array": b'[["1"]]',
    "numbers": b"[5]",
    "text": b'"message_id"',
    "null": b"null",
    "NUL": b"\x00",
    "not UTF-8": b'{"message_id":"\xff\xfe"}',
    "nested deeply": b'{"message_id":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}
"""Bodies that are no event, whoever has signed them."""
UNREADABLE_FORMS: Final[Mapping[str, bytes]] = {
    "empty": b"",
    "JSON": b'{"message_id":"1"}',
    "no field": b"message_id",
    "another's": b"another=1",
    "NUL": b"\x00",
    "not ASCII": "message_id=č".encode(),
    "not UTF-8": b"message_id=%ff%fe",
    "many fields": b"&".join([b"a=1"] * 10_000),
}


@dataclass(frozen=True)
class Sending:
    """What a vendor has when it signs: the body, a key, the time (seconds since 1970) and where it sends to."""

    body: bytes
    key: str
    at: float
    url: Url

    def signed(self, headers: Mapping[str, str] | None = None, query: Mapping[str, str] | None = None) -> Signed:
        """The delivery with what proves it."""
        url = replace(self.url, query=urlencode(query)) if query else self.url
        return Signed(self.body, headers or {}, query or {}, url)


@dataclass(frozen=True)
class Signed:
    """A delivery: the raw body, what proves it, and where it goes to."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    url: Url = field(default_factory=lambda: address("any"))

    def changed(self, body: bytes) -> Signed:
        """Another body under the same proof."""
        return replace(self, body=body)


Sign = Callable[[Sending], Signed]


def address(provider: str, path: str = "") -> Url:
    """Where a provider sends its webhooks to; `path` begins with a slash and names an account."""
    return Url("https", "api.example.com", f"/v1/webhooks/{provider}{path}")


def any_bytes(_body: bytes) -> bool:
    """Whatever it is, its bytes are signed."""
    return True


def is_text(body: bytes) -> bool:
    """Whether a body is UTF-8."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def is_form(body: bytes) -> bool:
    """Whether a body is a form whose fields can be read."""
    try:
        delivery(Signed(body)).form()
    except InvalidRequest:
        return False
    return True


def as_json(event: Any) -> bytes:
    """An event as JSON."""
    return json.dumps(event).encode()


def as_form(event: Mapping[str, Any]) -> bytes:
    """An event as a form."""
    return urlencode(event).encode()


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """One way to authenticate.

    webhook, style: whose, and its name, which is that of the simulator's style. sign: as the vendor signs. proof: the
    header (for `token`: the parameter) that holds the proof. setting: where an account holds its keys; make_key: a key
    that a text stands for; held: what an account holds of it; shared_key: one key signs for all accounts.

    event: a genuine event sent at a time, before it is encoded by `encode`. message_id, event_id and observed: what is
    read in it. id_field, time_field: the fields of the event in which are the message's id (needs_id: without it the
    event can't be read, rather than being about no message) and its time (None where it has none). unreadable: bodies
    that are no event. ignored: genuine events about no message, by the reason.

    covers_body, covers_url: what can't be changed under the proof. tolerance: seconds that the signed time may be off;
    None where no time of the attempt is signed. can_sign: whether a body can be signed at all, where not its
    bytes are but its text, or its fields. settings: what an account needs besides.
    """

    webhook: Webhook
    style: str
    sign: Sign
    event: Callable[[float], dict[str, Any]]
    message_id: str
    event_id: str | None = None
    observed: str | None = None
    proof: str = "authorization"
    setting: str = "webhook_secrets"
    make_key: Callable[[str], str] = str
    held: Callable[[str], str] = str
    encode: Callable[[Any], bytes] = as_json
    content_type: str = "application/json"
    covers_body: bool = False
    covers_url: bool = False
    tolerance: float | None = None
    can_sign: Callable[[bytes], bool] = any_bytes
    shared_key: bool = False
    id_field: str = "message_id"
    needs_id: bool = True
    time_field: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    unreadable: Mapping[str, bytes] = field(default_factory=lambda: UNREADABLE_JSON)
    ignored: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.provider}-{self.style}"

    @property
    def provider(self) -> str:
        """The provider's name."""
        return self.webhook.provider

    @property
    def key(self) -> str:
        """The key of the account."""
        return self.make_key("secret-of-this-account")

    @property
    def other_key(self) -> str:
        """The key of another account."""
        return self.make_key("secret-of-another-account")

    def account(self, *keys: str) -> Account:
        """An account that accepts what is signed with one of the keys (default: the scheme's own)."""
        return self.account_with([self.held(key) for key in keys or (self.key,)])

    def account_with(self, held: list[str]) -> Account:
        """An account that holds this under the scheme's setting."""
        is_secret = self.setting == "webhook_secrets"
        return Account(
            provider=self.provider,
            name="default",
            base_url="https://provider.example.com",
            settings={} if is_secret else {self.setting: held},
            webhook_secrets=tuple(held) if is_secret else (),
        )

    def body(self, at: float) -> bytes:
        """A genuine event that was sent at a time."""
        return self.encode(self.event(at))

    def filled(self, size: int) -> bytes:
        """A genuine event of so many bytes."""
        event = {**self.event(time.time()), "filler": ""}
        return self.encode({**event, "filler": "x" * (size - len(self.encode(event)))})

    def signed(
        self, body: bytes | None = None, *, key: str | None = None, at: float | None = None, path: str = ""
    ) -> Signed:
        """A genuine delivery; of another body, with another key, at another time or to an account, if asked to."""
        at = time.time() if at is None else at
        body = self.body(at) if body is None else body
        made = self.sign(Sending(body, self.key if key is None else key, at, address(self.provider, path)))
        return replace(made, headers={"content-type": self.content_type, **made.headers})

    def unsigned(self, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Signed:
        """A delivery that nobody has signed, with what it claims as a proof."""
        body = self.body(time.time()) if body is None else body
        return Signed(body, {"content-type": self.content_type, **(headers or {})}, url=address(self.provider))

    def with_proof(self, signed: Signed, change: Callable[[str], str]) -> Signed:
        """The delivery with its proof changed."""
        if self.proof in signed.query:
            query = {**signed.query, self.proof: change(signed.query[self.proof])}
            return replace(signed, query=query)
        return replace(signed, headers={**signed.headers, self.proof: change(signed.headers[self.proof])})


def delivery(signed: Signed, received_at: float | None = None) -> Delivery:
    """The delivery as the handler makes it."""
    at = time.time() if received_at is None else received_at
    return Delivery(signed.body, signed.headers, signed.query, at, signed.url)


def read(scheme: Scheme, body: Any, at: float | None = None) -> Event:
    """What the provider's webhook reads in a genuine delivery of this body: bytes, or an event to be encoded."""
    raw = body if isinstance(body, bytes) else scheme.encode(body)
    signed = scheme.signed(raw, at=at)
    return scheme.webhook.read(verify(scheme.webhook, delivery(signed, at), scheme.account()))


def shared_secret_schemes(
    webhook: Webhook, event: Callable[[float], dict[str, Any]], message_id: str, **more: Any
) -> list[Scheme]:
    """The three ways of `by_secret`: a bearer token, HTTP Basic, and a parameter of the address."""
    common = {"webhook": webhook, "event": event, "message_id": message_id, **more}
    return [
        Scheme(style="bearer", sign=_bearer, **common),
        Scheme(style="basic", sign=_basic, **common),
        Scheme(style="token", sign=_token, proof="token", **common),
    ]


def _bearer(sending: Sending) -> Signed:
    return sending.signed({"authorization": f"Bearer {sending.key}"})


def _basic(sending: Sending) -> Signed:
    pair = base64.b64encode(f"webhook:{sending.key}".encode()).decode()
    return sending.signed({"authorization": f"Basic {pair}"})


def _token(sending: Sending) -> Signed:
    return sending.signed(query={"token": sending.key})
