"""The checks by themselves, and which one is made where a delivery has the headers of two."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from message_detail.domain.errors import SignatureInvalid
from message_detail.providers.base import signatures
from message_detail.providers.base.signatures import (
    Algorithm,
    Proof,
    ed25519,
    from_base64,
    from_hex,
    hmac_of,
    hmac_sha256,
    rsa_sha256,
    shared_secret,
    standard_webhook,
)
from message_detail.providers.base.webhook import verify
from message_detail.providers.highlevel.signature import LEGACY_PUBLIC_KEY, PUBLIC_KEY
from message_detail.testing import Signed
from message_detail.testing.contract.webhooks import refuse
from message_detail.testing.schemes import delivery
from tests.unit.webhooks.schemes.highlevel import HIGHLEVEL, ed25519_key, public_of
from tests.unit.webhooks.schemes.samva import SAMVA_2, SAMVA_3

# --- HighLevel's two headers


def test_two_highlevel_headers_of_which_only_the_legacy_one_is_valid(rsa_key: RSAPrivateKey) -> None:
    """No falling back to the older check, whatever the newer header holds. (The valid one here is RSA with our key.)"""
    body = HIGHLEVEL.body(time.time())
    legacy = _rsa(rsa_key, body)
    rsa_sha256(legacy, body, [_pem(rsa_key)])
    for newer in ("", "N/A", legacy, base64.b64encode(bytes(64)).decode()):
        signed = Signed(body, {"x-ghl-signature": newer, "x-wh-signature": legacy})
        detail = refuse(HIGHLEVEL, signed)
        assert "RSA" not in detail


def test_legacy_header_alone_is_checked_with_the_vendors_rsa_key(rsa_key: RSAPrivateKey) -> None:
    body = HIGHLEVEL.body(time.time())
    newer = HIGHLEVEL.signed(body).headers["x-ghl-signature"]
    for header in (_rsa(rsa_key, body), newer, "N/A", "", base64.b64encode(bytes(512)).decode()):
        detail = refuse(HIGHLEVEL, Signed(body, {"x-wh-signature": header}))
        assert "RSA" in detail or "base64" in detail


def test_legacy_header_beside_a_valid_newer_one_does_not_matter() -> None:
    signed = HIGHLEVEL.signed()
    both = replace(signed, headers={**signed.headers, "x-wh-signature": "N/A"})
    assert verify(HIGHLEVEL.webhook, delivery(both), HIGHLEVEL.account()).proof.scheme == "ed25519"


def test_keys_of_the_account_replace_the_vendors() -> None:
    """Here: what the account's key signs is refused where only the vendor's key counts."""
    account = replace(HIGHLEVEL.account(), settings={})
    with pytest.raises(SignatureInvalid, match="Ed25519"):
        verify(HIGHLEVEL.webhook, delivery(HIGHLEVEL.signed()), account)


def test_vendors_keys_can_be_used() -> None:
    """A key that can't be read would refuse everything, and every test above would still pass."""
    assert type(signatures._public_key(PUBLIC_KEY)).__name__ == "Ed25519PublicKey"
    assert getattr(signatures._public_key(LEGACY_PUBLIC_KEY), "key_size", None) == 4096


# --- the checks by themselves


@pytest.fixture(scope="module")
def rsa_key() -> RSAPrivateKey:
    return generate_private_key(65_537, 2048)


def _rsa(key: RSAPrivateKey, body: bytes) -> str:
    return base64.b64encode(key.sign(body, PKCS1v15(), SHA256())).decode()


def _pem(key: RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_rsa_accepts_the_body_that_was_signed_and_no_other(rsa_key: RSAPrivateKey) -> None:
    signature, key = _rsa(rsa_key, b"body"), [_pem(rsa_key)]
    assert rsa_sha256(signature, b"body", key).scheme == "rsa_sha256"
    for header, body in ((signature, b"bodY"), (signature[:-4], b"body"), (f"{signature},{signature}", b"body")):
        with pytest.raises(SignatureInvalid):
            rsa_sha256(header, body, key)


@pytest.mark.parametrize("key", ["", "not a key", "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----"])
def test_key_that_is_none_accepts_nothing(key: str, rsa_key: RSAPrivateKey) -> None:
    with pytest.raises(SignatureInvalid):
        rsa_sha256(_rsa(rsa_key, b"body"), b"body", [key])
    signature = base64.b64encode(ed25519_key("one").sign(b"body")).decode()
    with pytest.raises(SignatureInvalid):
        ed25519(signature, b"body", [key])
    assert ed25519(signature, b"body", [key, public_of("one")]).scheme == "ed25519"


@pytest.mark.parametrize("form", ["{}\n", " {} ", "{}\r\n"])
def test_white_space_in_a_public_key_is_no_part_of_it(form: str, rsa_key: RSAPrivateKey) -> None:
    signature, key = base64.b64encode(ed25519_key("one").sign(b"body")).decode(), public_of("one")
    assert ed25519(signature, b"body", [form.format(key)]).scheme == "ed25519"
    assert ed25519(signature, b"body", [form.format(f"{key[:30]}\n{key[30:]}")]).scheme == "ed25519"
    assert rsa_sha256(_rsa(rsa_key, b"body"), b"body", [form.format(_pem(rsa_key))]).scheme == "rsa_sha256"


def test_key_of_the_other_kind_accepts_nothing(rsa_key: RSAPrivateKey) -> None:
    with pytest.raises(SignatureInvalid):
        ed25519(_rsa(rsa_key, b"body"), b"body", [_pem(rsa_key)])
    with pytest.raises(SignatureInvalid):
        rsa_sha256(base64.b64encode(ed25519_key("one").sign(b"body")).decode(), b"body", [public_of("one")])


@pytest.mark.parametrize(
    "secret",
    ["not base64!", "whsec_not base64!", "-----", "whsec_", "secret-of-this-account", "ключ"],
)
def test_secret_that_is_not_base64_is_no_standard_webhooks_secret(secret: str) -> None:
    """Nor a short or empty key made of what the library would leave of it."""
    for key in (b"", base64.b64decode("secretofthisaccount="), b"notbase64"):
        guess = "whsec_" + base64.b64encode(key or b"x").decode()
        headers = SAMVA_3.signed(b"{}", key=guess).headers
        event_id, stamp, proof = (headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        with pytest.raises(SignatureInvalid):
            standard_webhook(event_id, stamp, proof, b"{}", [secret])


def test_secret_that_is_not_base64_does_not_spoil_those_beside_it() -> None:
    account = SAMVA_3.account_with(["samva-webhook-secret", "whsec_", SAMVA_3.key])
    verify(SAMVA_3.webhook, delivery(SAMVA_3.signed()), account)
    verify(SAMVA_2.webhook, delivery(SAMVA_2.signed(key="samva-webhook-secret")), account)


def test_standard_secret_without_padding_is_accepted() -> None:
    verify(SAMVA_3.webhook, delivery(SAMVA_3.signed()), SAMVA_3.account_with([SAMVA_3.key.rstrip("=")]))


@pytest.mark.parametrize("stamp", ["", "now", "nan", "inf", "1e400", "-1", "0", "9" * 400])
def test_standard_webhook_with_an_odd_time_is_refused(stamp: str) -> None:
    signed = SAMVA_3.signed()
    refuse(SAMVA_3, replace(signed, headers={**signed.headers, "webhook-timestamp": stamp}))


def test_standard_webhook_under_another_id_is_refused() -> None:
    signed = SAMVA_3.signed()
    refuse(SAMVA_3, replace(signed, headers={**signed.headers, "webhook-id": "whevt_0000000000000002"}))


def test_standard_webhook_with_one_fitting_signature_among_several_is_accepted() -> None:
    signed = SAMVA_3.signed()
    other = SAMVA_3.signed(key=SAMVA_3.other_key).headers["webhook-signature"]
    both = SAMVA_3.with_proof(signed, lambda proof: f"{other} {proof}")
    verify(SAMVA_3.webhook, delivery(both), SAMVA_3.account())


def test_standard_header_is_checked_alone() -> None:
    """A valid header of the older generation does not make up for a wrong one of the newer."""
    old = SAMVA_2.signed()
    both = replace(old, headers={**old.headers, "webhook-signature": "v1,AAAA", "webhook-id": "1"})
    refuse(SAMVA_2, both)


@pytest.mark.parametrize("header", ["sha1=" + "0" * 64, "0" * 64, "sha256=" + "0" * 63, "sha256", "="])
def test_hmac_header_of_another_form_is_refused(header: str) -> None:
    with pytest.raises(SignatureInvalid, match="64 hex digits"):
        hmac_sha256(header, b"body", ["secret"])


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
def test_a_scheme_is_composed_of_what_it_signs_and_how_it_is_written(algorithm: Algorithm) -> None:
    digest = hmac.digest(b"the secret", b"https://example.com/a=1", algorithm)
    texts, secrets = [b"https://example.com:443/a=1", b"https://example.com/a=1"], ["another", "the secret"]
    for given in (
        from_hex(digest.hex()),
        from_hex(digest.hex().upper()),
        from_base64(base64.b64encode(digest).decode()),
    ):
        assert hmac_of(given, iter(texts), secrets, algorithm).scheme == f"hmac_{algorithm}"
    for wrong in (digest[:-1], b"", b"\0" + digest, hashlib.new(algorithm, texts[1]).digest()):
        with pytest.raises(SignatureInvalid):
            hmac_of(wrong, texts, secrets, algorithm)
    with pytest.raises(SignatureInvalid):
        hmac_of(digest, texts, ["another"], algorithm)
    with pytest.raises(SignatureInvalid):
        hmac_of(digest, [], secrets, algorithm)
    with pytest.raises(SignatureInvalid, match="webhook_secrets"):
        hmac_of(digest, texts, [], algorithm)


@pytest.mark.parametrize("text", ["", "0", "0g", " 00", "00\n", "0x00", "é", "0" * 130, "00,00"])
def test_what_is_no_hexadecimal_signature_is_refused(text: str) -> None:
    with pytest.raises(SignatureInvalid):
        from_hex(text)


@pytest.mark.parametrize("text", ["A", "AA=", "A A=", "é", "AA==,AA==", "-_-_"])
def test_what_is_no_base64_signature_is_refused(text: str) -> None:
    with pytest.raises(SignatureInvalid):
        from_base64(text)


def test_basic_fits_as_password_or_as_a_whole() -> None:
    pair = base64.b64encode(b"user:secret").decode()
    for header, secret in ((f"Basic {pair}", "secret"), (f"basic  {pair} ", "user:secret")):
        assert shared_secret(header, "", [secret]).scheme == "shared_secret"
    for secrets in (["user"], ["user:"], [":secret"]):
        with pytest.raises(SignatureInvalid):
            shared_secret(f"Basic {pair}", "", secrets)


def test_basic_with_an_empty_password_fits_as_user() -> None:
    header = "Basic " + base64.b64encode(b"secret:").decode()
    assert shared_secret(header, "", ["another", "secret"]).scheme == "shared_secret"
    for pair in (b"secret:x", b"secre:", b":", b"secret::", b":secret:"):
        with pytest.raises(SignatureInvalid):
            shared_secret("Basic " + base64.b64encode(pair).decode(), "", ["secret"])


@pytest.mark.parametrize("header", ["Digest secret", "secret", "Basic secret", "Basic /w==", "Bearer", "Bearer  "])
def test_authorization_of_another_form_is_refused(header: str) -> None:
    with pytest.raises(SignatureInvalid):
        shared_secret(header, "", ["secret"])


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
@pytest.mark.parametrize("password", ["pässwörd-of-the-relay", "contraseña-del-relé", "naïve-façade-secret"])
def test_basic_password_may_be_in_utf_8_or_in_latin_1(password: str, charset: str) -> None:
    header = "Basic " + base64.b64encode(f"relay:{password}".encode(charset)).decode()
    assert shared_secret(header, "", ["another-secret", password]).scheme == "shared_secret"
    with pytest.raises(SignatureInvalid):
        shared_secret(header, "", [password[:-1], password.replace("ä", "a").replace("ñ", "n").replace("ï", "i")])


def test_what_copying_adds_to_a_shared_secret_is_no_part_of_what_is_sent() -> None:
    for sent in ("shared-secret-of-both", " shared-secret-of-both", "\ufeffshared-secret-of-both\n"):
        pair = base64.b64encode(f"relay:{sent}".encode()).decode()
        for header, token in ((f"Bearer {sent}", ""), (f"Basic {pair}", ""), ("", sent)):
            assert shared_secret(header, token, ["shared-secret-of-both"]).scheme == "shared_secret"
    assert shared_secret("", f"v1,{SAMVA_3.key}", [SAMVA_3.key]).scheme == "shared_secret"


@pytest.mark.parametrize("form", ["SHA256={}", "{}", "sha256={0},sha256={0}", "sha256={0}, sha256={0}", "sha-256={}"])
def test_hmac_header_in_a_form_that_no_provider_sends_is_refused(form: str) -> None:
    digest = SAMVA_2.signed(b"body").headers["x-webhook-signature"].removeprefix("sha256=")
    assert hmac_sha256(f" sha256={digest} ", b"body", [SAMVA_2.key]).scheme == "hmac_sha256"
    with pytest.raises(SignatureInvalid):
        hmac_sha256(form.format(digest), b"body", [SAMVA_2.key])


def test_proof_comes_only_from_a_check() -> None:
    with pytest.raises(TypeError):
        Proof("ed25519", object())
