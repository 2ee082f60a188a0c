"""The intake alone: nothing is acknowledged that is not queued, nothing is queued that is not proved."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.adapters.aws.event_claims import Claim
from message_detail.domain.errors import (
    NotTakenIn,
    SignatureInvalid,
    StorageRefused,
    StorageUnavailable,
    TooLarge,
)
from message_detail.domain.urls import Url
from message_detail.providers import account_schema
from message_detail.providers.base.webhook import MAX_BYTES, Delivery
from message_detail.services.webhook_intake import TakenIn, WebhookIntake
from message_detail.testing import Scheme
from tests.unit.samples import NOW, stand_in
from tests.unit.services.fakes import FakeClaims, FakeQueue, FakeSecrets
from tests.unit.webhooks.schemes import ONE_OF_EACH

each = pytest.mark.parametrize("scheme", ONE_OF_EACH, ids=str)


class Intake:
    """A provider's intake, its account `default`, and what it left behind."""

    def __init__(self, scheme: Scheme, claim: Claim = Claim.NEW) -> None:
        self.scheme = scheme
        self.queue, self.claims = FakeQueue(), FakeClaims(claim)
        settings: dict[str, Any] = {**scheme.settings, scheme.setting: [scheme.held(scheme.key)]}
        self.secrets = FakeSecrets(default=settings)
        self._intake = WebhookIntake(
            scheme.webhook,
            account_schema(scheme.provider),
            stand_in(self.secrets),
            stand_in(NoUnits()),
            stand_in(self.claims),
            stand_in(self.queue),
        )

    def take_in(self, *, account: str = "default", body: bytes | None = None, **headers: str) -> TakenIn:
        signed = self.scheme.signed()
        delivery = Delivery(
            signed.body if body is None else body,
            {name.lower(): value for name, value in {**signed.headers, **headers}.items()},
            signed.query,
            NOW,
            Url("https", "api.example.com", f"/v1/webhooks/{self.scheme.provider}", ""),
        )
        return self._intake.take_in(delivery, account)


class NoUnits:
    """No account was ever found by a vendor's own unit."""

    def find_account(self, _provider: str, _unit: str) -> None:
        return None


@each
def test_a_genuine_event_is_claimed_queued_and_confirmed_in_this_order(scheme: Scheme) -> None:
    intake = Intake(scheme)
    assert intake.take_in().accepted == 1
    assert [task.provider for task in intake.queue.sent] == [scheme.provider]
    assert intake.claims.steps == ["claim", "confirm"]


@each
def test_a_duplicate_is_acknowledged_and_not_queued(scheme: Scheme) -> None:
    intake = Intake(scheme, Claim.DUPLICATE)
    assert intake.take_in() == TakenIn(duplicate=True)
    assert intake.queue.sent == []


@each
def test_an_event_whose_bytes_have_changed_is_queued_again(scheme: Scheme) -> None:
    intake = Intake(scheme, Claim.CHANGED)
    assert intake.take_in().accepted == len(intake.queue.sent) == 1


@each
@pytest.mark.parametrize("refusal", [StorageUnavailable("down"), StorageRefused("no right")], ids=str)
def test_what_the_queue_refuses_is_not_acknowledged_and_its_claim_is_released(
    scheme: Scheme, refusal: StorageUnavailable | StorageRefused
) -> None:
    intake = Intake(scheme)
    intake.queue.refusal = refusal
    with pytest.raises(NotTakenIn):
        intake.take_in()
    assert intake.claims.steps == ["claim", "release"]


@each
def test_claims_that_fail_cost_no_event(scheme: Scheme) -> None:
    intake = Intake(scheme)
    intake.claims.refusal = StorageUnavailable("the table is away")
    assert intake.take_in().accepted == len(intake.queue.sent) == 1


@pytest.mark.parametrize("scheme", [scheme for scheme in ONE_OF_EACH if scheme.covers_body], ids=str)
def test_a_body_that_was_changed_on_its_way_causes_nothing(scheme: Scheme) -> None:
    intake = Intake(scheme)
    with pytest.raises(SignatureInvalid):
        intake.take_in(body=scheme.signed().body + b" ")
    assert (intake.queue.sent, intake.claims.steps) == ([], [])


@each
def test_an_account_that_is_not_there_looks_like_a_wrong_proof(scheme: Scheme) -> None:
    intake = Intake(scheme)
    with pytest.raises(SignatureInvalid, match="check the account in the address"):
        intake.take_in(account="nobody")
    assert intake.queue.sent == []


@each
def test_a_body_that_is_too_large_is_refused_before_any_secret_is_read(scheme: Scheme) -> None:
    intake = Intake(scheme)
    with pytest.raises(TooLarge):
        intake.take_in(body=b"x" * (MAX_BYTES + 1))
    assert (intake.secrets.read, intake.queue.sent, intake.claims.steps) == ([], [], [])
