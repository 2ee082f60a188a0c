"""What is refused, and the little that is accepted, under every scheme of every provider."""

from __future__ import annotations

import time

import pytest

from message_detail.domain.errors import InvalidRequest, SignatureInvalid
from message_detail.providers.base.webhook import verify
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


def test_an_attempt_whose_signed_time_is_far_off_is_refused() -> None:
    """Standard Webhooks alone sign the time of the attempt."""
    now, tolerance = time.time(), SAMVA_3.tolerance or 0
    for off in (-tolerance - 5, tolerance + 5):
        _refuse(SAMVA_3, SAMVA_3.signed(at=now + off), received_at=now)
    verify(SAMVA_3.webhook, delivery(SAMVA_3.signed(at=now - tolerance + 5), now), SAMVA_3.account())


@pytest.mark.parametrize("scheme", [HIGHLEVEL, SAMVA_2], ids=str)
@pytest.mark.parametrize("days", [-3650, -31, -30, -8, -1, 0, 1, 8, 400, 3650])
def test_a_genuine_event_is_never_refused_for_its_age(scheme: Scheme, days: int) -> None:
    """What the vendor's log page sends again bears the time of the first try."""
    now = time.time()
    verified = verify(scheme.webhook, delivery(scheme.signed(at=now + days * DAY), now), scheme.account())
    assert scheme.webhook.read(verified).message_ids


@pytest.mark.parametrize("scheme", [HIGHLEVEL, SAMVA_2], ids=str)
@pytest.mark.parametrize(
    "stamp", [b'"yesterday"', b"null", b"17", b"1" * 400, b"1e400", b"[]", b'"2026-05-04T09:15:00"']
)
def test_event_without_a_readable_time_is_accepted(scheme: Scheme, stamp: bytes) -> None:
    body = b'{"timestamp":' + stamp + b',"type":"message.sent","messageId":"m1"}'
    scheme.webhook.read(verify(scheme.webhook, delivery(scheme.signed(body)), scheme.account()))


BAD_BODIES = {
    "empty": b"",
    "not JSON": b"message_id=1",
    "cut off": b'{"message_id":"1"',
    "array": b'[["1"]]',
    "text": b'"message_id"',
    "null": b"null",
    "not UTF-8": b'{"message_id":"\xff\xfe"}',
    "nested deeply": b'{"message_id":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
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
    _refuse(scheme, Signed(body))
