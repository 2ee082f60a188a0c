"""What is refused, and the little that is accepted, under every scheme of every provider."""

from __future__ import annotations

import time

import pytest

from message_detail.errors import InvalidRequest, SignatureInvalid
from message_detail.webhook import verify
from tests.unit.webhooks.schemes import (
    DAY,
    HIGHLEVEL,
    SAMVA_2,
    SAMVA_3,
    SCHEMES,
    SIGNED,
    Scheme,
    Signed,
    delivery,
    standard_secret,
)

every = pytest.mark.parametrize("scheme", SCHEMES, ids=str)
every_signed = pytest.mark.parametrize("scheme", SIGNED, ids=str)


def _refuse(scheme: Scheme, signed: Signed, *keys: str, received_at: float | None = None) -> str:
    with pytest.raises(SignatureInvalid) as caught:
        verify(scheme.webhook, delivery(signed, received_at), scheme.account(*keys))
    return caught.value.detail


@every
def test_genuine_is_accepted(scheme: Scheme) -> None:
    signed = scheme.signed()
    verified = verify(scheme.webhook, delivery(signed), scheme.account())
    assert verified.delivery.body == signed.body
    assert scheme.webhook.read(verified).message_ids


@every
def test_missing_proof_is_refused(scheme: Scheme) -> None:
    _refuse(scheme, Signed(scheme.body(time.time())))


@every
def test_empty_proof_is_refused(scheme: Scheme) -> None:
    _refuse(scheme, scheme.with_proof(scheme.signed(), lambda _: ""))


@every
def test_na_is_refused(scheme: Scheme) -> None:
    """HighLevel's word for a delivery that it did not sign."""
    _refuse(scheme, scheme.with_proof(scheme.signed(), lambda _: "N/A"))


@every
def test_wrong_proof_is_refused(scheme: Scheme) -> None:
    wrong = scheme.signed(key=standard_secret("wrong") if scheme is SAMVA_3 else "wrong")
    _refuse(scheme, wrong)


@every
def test_truncated_proof_is_refused(scheme: Scheme) -> None:
    for cut in (1, 4):
        _refuse(scheme, scheme.with_proof(scheme.signed(), lambda proof, cut=cut: proof[:-cut]))  # type: ignore[misc]


@every
def test_proof_with_more_before_it_is_refused(scheme: Scheme) -> None:
    _refuse(scheme, scheme.with_proof(scheme.signed(), lambda proof: f"A{proof}"))


@every
def test_proof_of_another_account_is_refused(scheme: Scheme) -> None:
    _refuse(scheme, scheme.signed(key=scheme.other_key))
    _refuse(scheme, scheme.signed(), scheme.other_key)


@every
def test_proof_that_came_twice_is_refused(scheme: Scheme) -> None:
    """API Gateway joins the values of a header that came twice with a comma."""
    _refuse(scheme, scheme.with_proof(scheme.signed(), lambda proof: f"{proof},{proof}"))


@every
def test_proof_that_is_not_ascii_is_refused(scheme: Scheme) -> None:
    _refuse(scheme, scheme.with_proof(scheme.signed(), lambda proof: f"é{proof}"))
    _refuse(scheme, scheme.with_proof(scheme.signed(), lambda proof: f"\ud800{proof}"))


@every
def test_account_without_secrets_accepts_nothing(scheme: Scheme) -> None:
    with pytest.raises(SignatureInvalid) as caught:
        verify(scheme.webhook, delivery(scheme.signed()), scheme.account_with([]))
    assert scheme.setting in caught.value.detail


@every
def test_several_keys_are_valid_at_once(scheme: Scheme) -> None:
    account = scheme.account(scheme.key, scheme.other_key)
    for key in (scheme.key, scheme.other_key):
        verify(scheme.webhook, delivery(scheme.signed(key=key)), account)


@every
def test_key_that_was_rotated_out_is_refused(scheme: Scheme) -> None:
    newest = standard_secret("newest") if scheme is SAMVA_3 else "newest"
    _refuse(scheme, scheme.signed(), scheme.other_key, newest)


@every
def test_refusal_tells_no_secret(scheme: Scheme) -> None:
    detail = _refuse(scheme, scheme.signed(key=scheme.other_key))
    assert scheme.setting_of(scheme.key) not in detail
    assert scheme.setting_of(scheme.other_key) not in detail


@every_signed
def test_body_changed_by_one_byte_is_refused(scheme: Scheme) -> None:
    signed = scheme.signed()
    for place in (0, len(signed.body) // 2, len(signed.body) - 1):
        body = bytearray(signed.body)
        body[place] ^= 1
        _refuse(scheme, signed.changed(bytes(body)))
    _refuse(scheme, signed.changed(signed.body + b" "))
    _refuse(scheme, signed.changed(signed.body[:-1]))


@every_signed
def test_old_event_is_refused(scheme: Scheme) -> None:
    """Old by the time of receipt. Standard Webhooks' own time is signed; elsewhere the body has one."""
    now, tolerance = time.time(), scheme.tolerance or 0
    signed = scheme.signed(at=now - tolerance - 5)
    assert "old" in _refuse(scheme, signed, received_at=now) or scheme is SAMVA_3
    verify(scheme.webhook, delivery(scheme.signed(at=now - tolerance + 5), now), scheme.account())


@every_signed
def test_event_from_the_future_is_refused(scheme: Scheme) -> None:
    now, tolerance = time.time(), scheme.tolerance or 0
    _refuse(scheme, scheme.signed(at=now + tolerance + 5), received_at=now)


@pytest.mark.parametrize("scheme", [HIGHLEVEL, SAMVA_2], ids=str)
def test_age_is_measured_against_the_time_of_receipt(scheme: Scheme) -> None:
    sent = time.time() - 30 * DAY
    signed = scheme.signed(at=sent)
    verify(scheme.webhook, delivery(signed, sent + 6 * DAY), scheme.account())
    _refuse(scheme, signed, received_at=sent + 8 * DAY)


@pytest.mark.parametrize("scheme", [HIGHLEVEL, SAMVA_2], ids=str)
def test_event_without_a_readable_time_is_accepted(scheme: Scheme) -> None:
    for stamp in (b'"yesterday"', b"null", b"17", b'"2026-05-04T09:15:00"'):
        body = b'{"timestamp":' + stamp + b',"type":"x"}'
        verify(scheme.webhook, delivery(scheme.signed(body)), scheme.account())


BAD_BODIES = {
    "empty": b"",
    "not JSON": b"message_id=1",
    "cut off": b'{"message_id":"1"',
    "array": b'[{"message_id":"1"}]',
    "text": b'"message_id"',
    "null": b"null",
    "not UTF-8": b'{"message_id":"\xff\xfe"}',
    "nested deeply": b'{"message_id":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "number too long": b'{"message_id":' + b"1" * 5_000 + b"}",
}


@every
@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_unreadable_body_is_refused(scheme: Scheme, body: bytes) -> None:
    """Once authenticated. Standard Webhooks signs text: without UTF-8 there is none."""
    refused: type[Exception] = InvalidRequest
    if scheme is SAMVA_3 and body == BAD_BODIES["not UTF-8"]:
        refused = SignatureInvalid
    with pytest.raises(refused):
        scheme.webhook.read(verify(scheme.webhook, delivery(scheme.signed(body)), scheme.account()))


@every
@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_unreadable_body_without_proof_is_not_read(scheme: Scheme, body: bytes) -> None:
    assert scheme.webhook.account_hint(delivery(Signed(body))) is None
    _refuse(scheme, Signed(body))
