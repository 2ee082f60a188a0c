"""What proves that an event is HighLevel's: the vendor's keys, which are the same for all apps and locations.

Vendor page: "Webhook Integration Guide", https://marketplace.gohighlevel.com/docs. Light: the webhook function's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from message_detail.domain.errors import SignatureInvalid
from message_detail.providers.base.account import Account
from message_detail.providers.base.signatures import Proof, ed25519, rsa_sha256
from message_detail.providers.base.webhook import Delivery

PUBLIC_KEY: Final = """\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=
-----END PUBLIC KEY-----
"""
"""The vendor's Ed25519 key, of `X-GHL-Signature`."""
LEGACY_PUBLIC_KEY: Final = """\
-----BEGIN PUBLIC KEY-----
MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAokvo/r9tVgcfZ5DysOSC
Frm602qYV0MaAiNnX9O8KxMbiyRKWeL9JpCpVpt4XHIcBOK4u3cLSqJGOLaPuXw6
dO0t6Q/ZVdAV5Phz+ZtzPL16iCGeK9po6D6JHBpbi989mmzMryUnQJezlYJ3DVfB
csedpinheNnyYeFXolrJvcsjDtfAeRx5ByHQmTnSdFUzuAnC9/GepgLT9SM4nCpv
uxmZMxrJt5Rw+VUaQ9B8JSvbMPpez4peKaJPZHBbU3OdeCVx5klVXXZQGNHOs8gF
3kvoV5rTnXV0IknLBXlcKKAQLZcY/Q9rG6Ifi9c+5vqlvHPCUJFT5XUGG5RKgOKU
J062fRtN+rLYZUV+BjafxQauvC8wSWeYja63VSUruvmNj8xkx2zE/Juc+yjLjTXp
IocmaiFeAO6fUtNjDeFVkhf5LNb59vECyrHD2SQIrhgXpO4Q3dVNA5rw576PwTzN
h/AMfHKIjE4xQA1SZuYJmNnmVZLIZBlQAF9Ntd03rfadZ+yDiOXCCs9FkHibELhC
HULgCsnuDJHcrGNd5/Ddm5hxGQ0ASitgHeMZ0kcIOwKDOzOU53lDza6/Y09T7sYJ
PQe7z0cvj7aE4B+Ax1ZoZGPzpJlZtGXCsu9aTEGEnKzmsFqwcSsnw3JB31IGKAyk
T1hhTiaCeIY/OwwwNUY2yvcCAwEAAQ==
-----END PUBLIC KEY-----
"""
"""The vendor's 4096-bit RSA key, of `X-WH-Signature`."""
LEGACY_ENDS: Final = datetime(2026, 9, 1, tzinfo=UTC).timestamp()
"""From when on the vendor sends `X-GHL-Signature` only, as announced: seconds since 1970."""

SIGNATURE: Final = "x-ghl-signature"
LEGACY_SIGNATURE: Final = "x-wh-signature"
NO_SETTINGS: Final[Mapping[str, Any]] = {}


def require_signature(delivery: Delivery) -> None:
    """SignatureInvalid for a delivery that claims no proof at all: nothing else of it is looked at."""
    if delivery.header(SIGNATURE) is None and delivery.header(LEGACY_SIGNATURE) is None:
        raise SignatureInvalid("there is neither an X-GHL-Signature nor an X-WH-Signature header")


def check_signature(delivery: Delivery, settings: Mapping[str, Any]) -> Proof:
    """The proof by the keys that an account's settings name, by default the vendor's. SignatureInvalid without one.

    Where the newer header is there it alone counts: who can leave out a header could choose the weaker check.
    """
    require_signature(delivery)
    signature = delivery.header(SIGNATURE)
    if signature is not None:
        return ed25519(signature, delivery.body, _keys(settings))
    return rsa_sha256(delivery.header(LEGACY_SIGNATURE) or "", delivery.body, _legacy_keys(settings, delivery))


def authenticate(delivery: Delivery, account: Account) -> Proof:
    """`check_signature` for an account."""
    return check_signature(delivery, account.settings)


def _keys(settings: Mapping[str, Any]) -> Iterable[str]:
    own: Iterable[str] | None = settings.get("webhook_public_keys")
    return (PUBLIC_KEY,) if own is None else own


def _legacy_keys(settings: Mapping[str, Any], delivery: Delivery) -> Iterable[str]:
    """The keys of `X-WH-Signature`: the account's own ones replace the vendor's here, too.

    The vendor's counts until its announced end, afterwards only where `accept_legacy_signature` is true; false
    refuses the header at any time and with any key.
    """
    accepts, own = settings.get("accept_legacy_signature"), settings.get("webhook_public_keys")
    if accepts is False:
        raise SignatureInvalid("the account does not accept X-WH-Signature: accept_legacy_signature is false")
    if own is not None:
        return tuple(own)
    if accepts is not True and delivery.received_at >= LEGACY_ENDS:
        raise SignatureInvalid("X-WH-Signature ended on 2026-09-01; accept_legacy_signature may prolong it")
    return (LEGACY_PUBLIC_KEY,)
