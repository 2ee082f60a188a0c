"""Proofs that a webhook is genuine. A `Proof` can't be had but from the functions here, which check one.

Every comparison is in constant time; every check refuses with SignatureInvalid and says what was missing, never what
would have been right. Headers are taken as their scheme writes them: `SHA256=`, bare hex digits, or a header that a
proxy has doubled are refused, as no provider sends them.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from message_detail.domain.errors import SignatureInvalid
from message_detail.domain.webhook_secrets import clean_secret, standard_key

Algorithm = Literal["sha1", "sha256", "sha512"]
_KEY: Final = object()
_HEX_SHA256: Final = 64
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2}){1,64}")


@dataclass(frozen=True, slots=True)
class Proof:
    """That a delivery was authenticated, and by which scheme."""

    scheme: str
    _key: object

    def __post_init__(self) -> None:
        if self._key is not _KEY:
            raise TypeError("a Proof comes only from a check in message_detail.providers.base.signatures")


def shared_secret(authorization: str, token: str, secrets: Sequence[str]) -> Proof:
    """HTTP Basic, Bearer or a `token` parameter against shared secrets.

    Basic fits when the password, or `user:password` as a whole, is a secret, or the user where the password is empty.
    It may be in UTF-8 (RFC 7617) or, as older clients send it, in Latin-1. What copying adds to a secret is no part of
    what is sent either.
    """
    _configured(secrets)
    candidates = [secret for text in (token, *_from_authorization(authorization)) if (secret := clean_secret(text))]
    if not candidates:
        raise SignatureInvalid("send the account's webhook secret: Basic or Bearer authorization, or ?token=")
    given = [candidate.encode("utf-8", "surrogatepass") for candidate in candidates]
    if not _any_equal(given, [secret.encode() for secret in secrets]):
        raise SignatureInvalid("the webhook secret is wrong")
    return Proof("shared_secret", _KEY)


def hmac_of(given: bytes, texts: Iterable[bytes], secrets: Sequence[str], algorithm: Algorithm) -> Proof:
    """The HMAC (RFC 2104) of one of the texts, under one of the secrets' text as the key.

    A scheme is made of this: `given` is what `from_hex` or `from_base64` reads in its header, `texts` what it signs,
    in each form that it may have been signed in.
    """
    _configured(secrets)
    signed = tuple(texts)
    expected = [hmac.digest(secret.encode(), text, algorithm) for secret in secrets for text in signed]
    if not _any_equal([given], expected):
        raise SignatureInvalid("the signature does not fit what it covers")
    return Proof(f"hmac_{algorithm}", _KEY)


def from_hex(text: str) -> bytes:
    """The bytes of a signature in hexadecimal digits of either case; SignatureInvalid where it is none."""
    if not _HEX.fullmatch(text):
        raise SignatureInvalid("the signature is not made of hexadecimal digits")
    return bytes.fromhex(text)


def from_base64(text: str) -> bytes:
    """The bytes of a signature in base64 (RFC 4648, 4); SignatureInvalid where it is none."""
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureInvalid("the signature is not base64") from None


def hmac_sha256(header: str, body: bytes, secrets: Sequence[str]) -> Proof:
    """`sha256=<hex>`: HMAC-SHA256 of the raw body, the secret's text as the key."""
    scheme, _, given = header.strip().partition("=")
    if scheme != "sha256" or len(given) != _HEX_SHA256:
        raise SignatureInvalid("the signature header is not sha256=<64 hex digits>")
    return hmac_of(from_hex(given), [body], secrets, "sha256")


def standard_webhook(webhook_id: str, timestamp: str, signature: str, body: bytes, secrets: Sequence[str]) -> Proof:
    """Standard Webhooks (https://www.standardwebhooks.com): id, timestamp and body signed; five minutes' tolerance."""
    from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook, WebhookVerificationError

    _configured(secrets)
    headers = {"webhook-id": webhook_id, "webhook-timestamp": timestamp, "webhook-signature": signature}
    for secret in secrets:
        try:
            # The library would pass over what is not base64, and so make short keys of other schemes' secrets.
            Webhook(standard_key(secret)).verify(body, headers, json_parse=False)
        except (WebhookVerificationError, EmptyWebhookSecretError, ValueError):
            continue
        return Proof("standard_webhooks", _KEY)
    raise SignatureInvalid("the signature does not fit, or its timestamp is more than 5 minutes off")


def ed25519(header: str, body: bytes, public_keys: Iterable[str]) -> Proof:
    """Base64 of an Ed25519 signature (RFC 8032) over the raw body. Keys: PEM, or base64 of the DER SPKI."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    texts = tuple(public_keys)
    if not texts:
        raise SignatureInvalid("the account's webhook_public_keys are empty, so no webhook of it can be accepted")
    signature = from_base64(header)
    for text in texts:
        key = _public_key(text)
        if not isinstance(key, Ed25519PublicKey):
            continue
        try:
            key.verify(signature, body)
        except InvalidSignature:
            continue
        return Proof("ed25519", _KEY)
    raise SignatureInvalid("the Ed25519 signature does not fit the body")


def rsa_sha256(header: str, body: bytes, public_keys: Iterable[str]) -> Proof:
    """Base64 of an RSA PKCS#1 v1.5 signature with SHA-256 over the raw body. Keys as in `ed25519`."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA256

    signature = from_base64(header)
    keys = [key for key in map(_public_key, public_keys) if isinstance(key, RSAPublicKey)]
    if not keys:
        raise SignatureInvalid("the account has no RSA public key, so it accepts no RSA signature")
    for key in keys:
        try:
            key.verify(signature, body, PKCS1v15(), SHA256())
        except InvalidSignature:
            continue
        return Proof("rsa_sha256", _KEY)
    raise SignatureInvalid("the RSA signature does not fit the body")


def _configured(secrets: Sequence[str]) -> None:
    if not secrets:
        raise SignatureInvalid("the account has no webhook_secrets, so no webhook of it can be accepted")


def _from_authorization(header: str) -> list[str]:
    scheme, _, value = header.strip().partition(" ")
    value = value.strip()
    if scheme.lower() == "bearer":
        return [value]
    if scheme.lower() != "basic":
        return []
    try:
        pair = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return []
    texts = (pair.decode("utf-8", "replace"), pair.decode("latin-1"))
    return [part for text in texts for part in (text, _password(text))]


def _password(pair: str) -> str:
    """The password; the user where there is none, as clients send a key that is all they have."""
    user, _, password = pair.partition(":")
    return password or user


def _any_equal(candidates: Sequence[bytes], known: Sequence[bytes]) -> bool:
    """Compares all with all, whatever was found before."""
    found = False
    for candidate in candidates:
        for one in known:
            found |= hmac.compare_digest(candidate, one)
    return found


def _public_key(text: str) -> object:
    """The key in PEM or base64 SPKI, None when the text is neither."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

    try:
        if "-----BEGIN" in text:
            return load_pem_public_key(text.encode())
        return load_der_public_key(base64.b64decode("".join(text.split()), validate=True))  # copied with its lines
    except (ValueError, UnsupportedAlgorithm):
        return None
