"""What is refused, and the little that is accepted, under every scheme of a provider's webhooks."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any, ClassVar, Final

import pytest

from message_detail.domain.errors import InvalidRequest, SignatureInvalid
from message_detail.providers.base.webhook import verify
from message_detail.testing.contract.subject import Contract
from message_detail.testing.schemes import Scheme, Signed, delivery

DAY: Final = 86_400
UNREADABLE_TIMES: Final[tuple[Any, ...]] = ("yesterday", "", None, 17, int("1" * 400), [], {}, "2026-05-04T09:15:00")


class WebhookContract(Contract):
    """All that is promised of how a provider's webhooks are proved. A subclass names its `schemes`."""

    schemes: ClassVar[Sequence[Scheme]]

    def arguments(self) -> Mapping[str, Sequence[Any]]:
        """The schemes."""
        return {**super().arguments(), "scheme": self.schemes}

    def test_genuine_is_accepted_and_tells_what_it_is_about(self, scheme: Scheme) -> None:
        signed = scheme.signed()
        verified = verify(scheme.webhook, delivery(signed), scheme.account())
        assert verified.delivery.body == signed.body
        event = scheme.webhook.read(verified)
        assert (event.message_ids, event.event_id) == ((scheme.message_id,), scheme.event_id)
        assert (None if event.observed is None else event.observed.status) == scheme.observed

    def test_genuine_about_no_message_is_ignored_for_its_reason(self, scheme: Scheme) -> None:
        for reason, event in scheme.ignored.items():
            signed = scheme.signed(scheme.encode(event))
            found = scheme.webhook.read(verify(scheme.webhook, delivery(signed), scheme.account()))
            assert (found.ignored, found.message_ids) == (reason, ())

    def test_missing_proof_is_refused(self, scheme: Scheme) -> None:
        refuse(scheme, scheme.unsigned())

    def test_empty_proof_is_refused(self, scheme: Scheme) -> None:
        refuse(scheme, scheme.with_proof(scheme.signed(), lambda _: ""))

    def test_na_is_refused(self, scheme: Scheme) -> None:
        """A vendor's word for a delivery that it did not sign."""
        refuse(scheme, scheme.with_proof(scheme.signed(), lambda _: "N/A"))

    def test_wrong_proof_is_refused(self, scheme: Scheme) -> None:
        refuse(scheme, scheme.signed(key=scheme.make_key("wrong")))

    def test_truncated_proof_is_refused(self, scheme: Scheme) -> None:
        for shorter in (slice(-1), slice(-4)):
            refuse(scheme, scheme.with_proof(scheme.signed(), itemgetter(shorter)))

    def test_proof_with_more_before_it_is_refused(self, scheme: Scheme) -> None:
        refuse(scheme, scheme.with_proof(scheme.signed(), lambda proof: f"A{proof}"))

    def test_proof_of_another_account_is_refused(self, scheme: Scheme) -> None:
        refuse(scheme, scheme.signed(key=scheme.other_key))
        refuse(scheme, scheme.signed(), scheme.other_key)

    def test_proof_that_came_twice_is_refused(self, scheme: Scheme) -> None:
        """API Gateway joins the values of a header that came twice with a comma."""
        refuse(scheme, scheme.with_proof(scheme.signed(), lambda proof: f"{proof},{proof}"))

    def test_proof_that_is_not_ascii_is_refused(self, scheme: Scheme) -> None:
        refuse(scheme, scheme.with_proof(scheme.signed(), lambda proof: f"é{proof}"))
        refuse(scheme, scheme.with_proof(scheme.signed(), lambda proof: f"\ud800{proof}"))

    def test_account_without_keys_accepts_nothing(self, scheme: Scheme) -> None:
        with pytest.raises(SignatureInvalid) as caught:
            verify(scheme.webhook, delivery(scheme.signed()), scheme.account_with([]))
        assert scheme.setting in caught.value.detail

    def test_several_keys_are_valid_at_once(self, scheme: Scheme) -> None:
        account = scheme.account(scheme.key, scheme.other_key)
        for key in (scheme.key, scheme.other_key):
            verify(scheme.webhook, delivery(scheme.signed(key=key)), account)

    def test_key_that_was_rotated_out_is_refused(self, scheme: Scheme) -> None:
        refuse(scheme, scheme.signed(), scheme.other_key, scheme.make_key("newest"))

    def test_refusal_tells_no_secret(self, scheme: Scheme) -> None:
        detail = refuse(scheme, scheme.signed(key=scheme.other_key))
        assert scheme.held(scheme.key) not in detail
        assert scheme.held(scheme.other_key) not in detail

    def test_body_changed_by_one_byte_is_refused_where_the_proof_covers_it(self, scheme: Scheme) -> None:
        signed = scheme.signed()
        bodies = [signed.body + b" ", signed.body[:-1]]
        for place in (0, len(signed.body) // 2, len(signed.body) - 1):
            body = bytearray(signed.body)
            body[place] ^= 1
            bodies.append(bytes(body))
        for changed in bodies:
            _refuse_if(scheme.covers_body, scheme, signed.changed(changed))

    def test_another_address_is_refused_where_the_proof_covers_it(self, scheme: Scheme) -> None:
        signed = scheme.signed()
        for change in ({"path": f"{signed.url.path}/second"}, {"host": "api.example.org"}, {"query": "a=1"}):
            _refuse_if(scheme.covers_url, scheme, replace(signed, url=replace(signed.url, **change)))

    def test_the_address_that_the_account_says_counts_where_the_proof_covers_it(self, scheme: Scheme) -> None:
        signed = scheme.signed()
        account = replace(scheme.account(), webhook_url=str(signed.url))
        behind_a_proxy = replace(signed, url=replace(signed.url, host="internal.example.net", path="/webhooks"))
        verify(scheme.webhook, delivery(behind_a_proxy), account)

    def test_an_attempt_is_refused_for_its_age_where_its_time_is_signed_and_else_never(self, scheme: Scheme) -> None:
        """What a vendor's log page sends again bears the time of the first try."""
        now = time.time()
        for days in (-3650, -31, -1, 1, 400, 3650):
            _refuse_if(scheme.tolerance is not None, scheme, scheme.signed(at=now + days * DAY), received_at=now)
        tolerance = 0 if scheme.tolerance is None else scheme.tolerance
        for off in (-tolerance - 5, tolerance + 5):
            _refuse_if(scheme.tolerance is not None, scheme, scheme.signed(at=now + off), received_at=now)
        verify(scheme.webhook, delivery(scheme.signed(at=now - tolerance + 5), now), scheme.account())

    def test_event_without_a_readable_time_is_accepted(self, scheme: Scheme) -> None:
        for stamp in UNREADABLE_TIMES:
            body = scheme.encode({**scheme.event(time.time()), scheme.time_field or "timestamp": stamp})
            event = scheme.webhook.read(verify(scheme.webhook, delivery(scheme.signed(body)), scheme.account()))
            assert event.message_ids == (scheme.message_id,)

    def test_unreadable_body_is_refused_once_authenticated(self, scheme: Scheme) -> None:
        for what, body in scheme.unreadable.items():
            refused = InvalidRequest if scheme.can_sign(body) else SignatureInvalid
            with pytest.raises(refused):
                pytest.fail(f"{what}: {_read(scheme, scheme.signed(body))}")

    def test_unreadable_body_without_proof_is_not_read(self, scheme: Scheme) -> None:
        for body in scheme.unreadable.values():
            refuse(scheme, scheme.unsigned(body))


def refuse(scheme: Scheme, signed: Signed, *keys: str, received_at: float | None = None) -> str:
    """The detail of the refusal of a delivery by an account with these keys (default: the scheme's own)."""
    with pytest.raises(SignatureInvalid) as caught:
        verify(scheme.webhook, delivery(signed, received_at), scheme.account(*keys))
    return caught.value.detail


def _refuse_if(covered: bool, scheme: Scheme, signed: Signed, received_at: float | None = None) -> None:
    if covered:
        refuse(scheme, signed, received_at=received_at)
    else:
        verify(scheme.webhook, delivery(signed, received_at), scheme.account())


def _read(scheme: Scheme, signed: Signed) -> Any:
    return scheme.webhook.read(verify(scheme.webhook, delivery(signed), scheme.account()))
