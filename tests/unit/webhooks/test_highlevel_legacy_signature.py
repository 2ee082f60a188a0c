"""`X-WH-Signature`, HighLevel's older signature: where it counts, with which keys, and until when."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from message_detail.domain.errors import SignatureInvalid, UnknownAccount
from message_detail.domain.times import from_epoch
from message_detail.providers.base.account import Account, build
from message_detail.providers.base.webhook import Delivery
from message_detail.providers.highlevel import signature
from message_detail.providers.highlevel.account import SCHEMA
from message_detail.providers.highlevel.signature import LEGACY_ENDS, authenticate
from message_detail.testing.schemes import address
from tests.unit.webhooks.schemes.highlevel import ed25519_key, public_of

BODY = b'{"type":"OutboundMessage"}'
BEFORE, AFTER = LEGACY_ENDS - 1, LEGACY_ENDS


@pytest.fixture(scope="module")
def vendors() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def own() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(autouse=True)
def vendors_key(vendors: RSAPrivateKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signature, "LEGACY_PUBLIC_KEY", _pem(vendors))


def _pem(key: RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _signed(key: RSAPrivateKey, at: float, **headers: str) -> Delivery:
    header = base64.b64encode(key.sign(BODY, PKCS1v15(), SHA256())).decode()
    return Delivery(BODY, {"x-wh-signature": header, **headers}, {}, at, address("highlevel"))


def _account(**settings: Any) -> Account:
    return build("highlevel", "default", {"token": "t", **settings}, SCHEMA)


def _refused(delivery: Delivery, account: Account) -> str:
    with pytest.raises(SignatureInvalid) as caught:
        authenticate(delivery, account)
    return caught.value.detail


def test_it_ends_when_the_vendor_said() -> None:
    assert from_epoch(LEGACY_ENDS) == "2026-09-01T00:00:00.000Z"


NOW = pytest.param(True, time.time(), id="now")


@pytest.mark.parametrize(("accepts", "at"), [(None, BEFORE), (True, BEFORE), (True, AFTER), NOW])
def test_the_vendors_key_counts_until_its_end_and_longer_where_the_account_says_so(
    vendors: RSAPrivateKey, accepts: bool | None, at: float
) -> None:
    account = _account() if accepts is None else _account(accept_legacy_signature=accepts)
    assert authenticate(_signed(vendors, at), account).scheme == "rsa_sha256"


def test_the_vendors_key_counts_no_more_after_its_end(vendors: RSAPrivateKey) -> None:
    assert "2026-09-01" in _refused(_signed(vendors, AFTER), _account())


@pytest.mark.parametrize("at", [BEFORE, AFTER])
def test_it_can_be_switched_off(vendors: RSAPrivateKey, own: RSAPrivateKey, at: float) -> None:
    off = _account(accept_legacy_signature=False)
    assert "accept_legacy_signature" in _refused(_signed(vendors, at), off)
    _refused(_signed(own, at), _account(accept_legacy_signature=False, webhook_public_keys=[_pem(own)]))


@pytest.mark.parametrize("accepts", [{}, {"accept_legacy_signature": True}])
def test_own_keys_replace_the_vendors_older_key_too(
    vendors: RSAPrivateKey, own: RSAPrivateKey, accepts: dict[str, Any]
) -> None:
    without_rsa = _account(webhook_public_keys=[public_of("own")], **accepts)
    assert "RSA" in _refused(_signed(vendors, BEFORE), without_rsa)
    assert "RSA" in _refused(_signed(vendors, BEFORE), _account(webhook_public_keys=[], **accepts))
    _refused(_signed(vendors, BEFORE), _account(webhook_public_keys=[_pem(own)], **accepts))


@pytest.mark.parametrize("at", [BEFORE, AFTER])
def test_an_rsa_key_of_the_accounts_own_is_accepted(own: RSAPrivateKey, at: float) -> None:
    account = _account(webhook_public_keys=[public_of("own"), _pem(own)])
    assert authenticate(_signed(own, at), account).scheme == "rsa_sha256"


def test_the_newer_header_alone_counts_where_both_are_there(vendors: RSAPrivateKey, own: RSAPrivateKey) -> None:
    account = _account(webhook_public_keys=[public_of("own"), _pem(own)])
    for newer in ("N/A", "", base64.b64encode(bytes(64)).decode(), "x"):
        _refused(_signed(own, BEFORE, **{"x-ghl-signature": newer}), account)
    good = base64.b64encode(ed25519_key("own").sign(BODY)).decode()
    bad_legacy = Delivery(BODY, {"x-ghl-signature": good, "x-wh-signature": "N/A"}, {}, AFTER, address("highlevel"))
    assert authenticate(bad_legacy, account).scheme == "ed25519"


@pytest.mark.parametrize("value", ["true", "false", 1, 0, None, []])
def test_whether_it_is_accepted_is_true_or_false(value: Any) -> None:
    with pytest.raises(UnknownAccount, match="'accept_legacy_signature' must be true or false"):
        _account(accept_legacy_signature=value)


@pytest.mark.parametrize("value", ["", " ", "a b", "a\n", " a", "ü", 17, None, ["a"], True])
def test_a_location_id_is_a_text_without_blanks(value: Any) -> None:
    with pytest.raises(UnknownAccount, match="location_id"):
        _account(location_id=value)
