"""Every way to authenticate a webhook of a provider, each with keys of its own: what the tests run through."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from standardwebhooks.webhooks import Webhook as StandardWebhook

from message_detail.domain.urls import Url
from message_detail.providers.base.account import Account
from message_detail.providers.base.webhook import Delivery, Event, Webhook, verify
from tests.unit.webhooks.payloads import cellcast, delivered2, outbound, received3, relayed

PROVIDERS: Final = ("carecloud", "cellcast", "highlevel", "portsip", "samva")
DAY: Final = 86_400
NOWHERE: Final = Url("https", "api.example.com", "/v1/webhooks/any")
"""The address of a delivery whose proof doesn't cover it."""


@dataclass(frozen=True)
class Signed:
    """The raw body and what proves it."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)

    def changed(self, body: bytes) -> Signed:
        """Another body under the same proof."""
        return replace(self, body=body)


Sign = Callable[[bytes, str, float], Signed]


@dataclass(frozen=True)
class Scheme:
    """One way to authenticate. `sign` takes the body, a key and the time at which the vendor sends."""

    provider: str
    style: str
    sign: Sign
    setting: str
    key: str
    other_key: str
    event: Callable[[float], dict[str, Any]]
    signature: str = "authorization"
    """The header (for `token`: the parameter) that holds the proof."""
    covers_body: bool = False
    tolerance: float | None = None

    def __str__(self) -> str:
        return f"{self.provider}-{self.style}"

    @property
    def webhook(self) -> Webhook:
        found: Webhook = import_module(f"message_detail.providers.{self.provider}.webhook").WEBHOOK
        return found

    def setting_of(self, key: str) -> str:
        """What an account holds, so that what is signed with a key is accepted."""
        return public_of(key) if self.setting == "webhook_public_keys" else key

    def account(self, *keys: str) -> Account:
        """An account that accepts what is signed with one of the keys (default: the scheme's own)."""
        held = [self.setting_of(key) for key in keys or (self.key,)]
        return self.account_with(held)

    def account_with(self, held: list[str]) -> Account:
        """An account with these secrets, or public keys."""
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
        return json.dumps(self.event(at)).encode()

    def signed(self, body: bytes | None = None, *, key: str | None = None, at: float | None = None) -> Signed:
        """A genuine delivery; of another body, with another key or at another time, if asked to."""
        at = time.time() if at is None else at
        return self.sign(self.body(at) if body is None else body, self.key if key is None else key, at)

    def with_proof(self, signed: Signed, change: Callable[[str], str]) -> Signed:
        """The delivery with its proof changed."""
        if self.style == "token":
            return replace(signed, query={"token": change(signed.query["token"])})
        return replace(signed, headers={**signed.headers, self.signature: change(signed.headers[self.signature])})


def delivery(signed: Signed, received_at: float | None = None) -> Delivery:
    """The delivery as the handler makes it."""
    at = time.time() if received_at is None else received_at
    return Delivery(signed.body, signed.headers, signed.query, at, NOWHERE)


def ed25519_key(name: str) -> Ed25519PrivateKey:
    """A private key that a name stands for."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def public_of(name: str) -> str:
    """The public key of `ed25519_key`: base64 of its DER SPKI."""
    public = ed25519_key(name).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def _bearer(body: bytes, key: str, at: float) -> Signed:
    return Signed(body, {"authorization": f"Bearer {key}"})


def _basic(body: bytes, key: str, at: float) -> Signed:
    pair = base64.b64encode(f"webhook:{key}".encode()).decode()
    return Signed(body, {"authorization": f"Basic {pair}"})


def _token(body: bytes, key: str, at: float) -> Signed:
    return Signed(body, {}, {"token": key})


def _ghl(body: bytes, key: str, at: float) -> Signed:
    return Signed(body, {"x-ghl-signature": base64.b64encode(ed25519_key(key).sign(body)).decode()})


def _gen2(body: bytes, key: str, at: float) -> Signed:
    digest = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    endpoint = "5d0c2b7e-0000-4000-8000-0000000000ee"
    return Signed(body, {"x-webhook-signature": f"sha256={digest}", "x-webhook-id": endpoint})


def _gen3(body: bytes, key: str, at: float) -> Signed:
    """As the specification says, on bytes: the library signs text only."""
    event_id, stamp = "whevt_0000000000000001", str(int(at))
    secret = base64.b64decode(key.removeprefix("whsec_"))
    signature = hmac.new(secret, f"{event_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    signed = f"v1,{base64.b64encode(signature).decode()}"
    if body.isascii():
        assert signed == StandardWebhook(key).sign(event_id, datetime.fromtimestamp(int(stamp), UTC), body.decode())
    return Signed(body, {"webhook-id": event_id, "webhook-timestamp": stamp, "webhook-signature": signed})


def standard_secret(text: str) -> str:
    """A Standard Webhooks secret made of a text."""
    return "whsec_" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _shared(provider: str, event: Callable[[float], dict[str, Any]]) -> list[Scheme]:
    keys = ("webhook_secrets", "secret-of-this-account", "secret-of-another-account", event)
    return [
        Scheme(provider, "bearer", _bearer, *keys),
        Scheme(provider, "basic", _basic, *keys),
        Scheme(provider, "token", _token, *keys, signature="token"),
    ]


SAMVA_2: Final = Scheme(
    "samva",
    "hmac",
    _gen2,
    "webhook_secrets",
    "secret-of-this-account",
    "secret-of-another-account",
    delivered2,
    signature="x-webhook-signature",
    covers_body=True,
)
SAMVA_3: Final = Scheme(
    "samva",
    "standard",
    _gen3,
    "webhook_secrets",
    standard_secret("this account"),
    standard_secret("another account"),
    received3,
    signature="webhook-signature",
    covers_body=True,
    tolerance=300,
)
HIGHLEVEL: Final = Scheme(
    "highlevel",
    "ed25519",
    _ghl,
    "webhook_public_keys",
    "key of this account",
    "key of another account",
    outbound,
    signature="x-ghl-signature",
    covers_body=True,
)
CARECLOUD, CELLCAST, PORTSIP = (
    _shared("carecloud", relayed),
    _shared("cellcast", cellcast),
    _shared("portsip", relayed),
)
SCHEMES: Final = [*CARECLOUD, *CELLCAST, *PORTSIP, HIGHLEVEL, SAMVA_2, SAMVA_3]
SIGNED: Final = [scheme for scheme in SCHEMES if scheme.covers_body]
ONE_OF_EACH: Final = [CARECLOUD[0], CELLCAST[1], PORTSIP[0], HIGHLEVEL, SAMVA_2]
"""One scheme per provider."""


def read(scheme: Scheme, body: Any, at: float | None = None) -> Event:
    """What the provider's webhook reads in a genuine delivery of this body."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = scheme.signed(raw, at=at)
    return scheme.webhook.read(verify(scheme.webhook, delivery(signed, at), scheme.account()))
