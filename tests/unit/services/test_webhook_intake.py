"""The intake alone: nothing is acknowledged that is not queued, nothing is queued that is not proved."""

from __future__ import annotations

from typing import Any

import pytest

from message_detail.domain.errors import (
    NotTakenIn,
    SignatureInvalid,
    StorageRefused,
    StorageUnavailable,
    TooLarge,
)
from message_detail.domain.tasks import Task
from message_detail.domain.urls import Url
from message_detail.providers import account_schema
from message_detail.providers.base.webhook import MAX_BYTES, Delivery
from message_detail.services.webhook_intake import TakenIn, WebhookIntake
from message_detail.testing import Scheme
from tests.unit.samples import NOW, stand_in
from tests.unit.services.fakes import FakeQueue, FakeSecrets
from tests.unit.webhooks.schemes import ONE_OF_EACH

each = pytest.mark.parametrize("scheme", ONE_OF_EACH, ids=str)


class Intake:
    """A provider's intake, its account `default`, and what it left behind."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.queue, self.refusals = FakeQueue(), FakeSample()
        settings: dict[str, Any] = {**scheme.settings, scheme.setting: [scheme.held(scheme.key)]}
        self.secrets = FakeSecrets(default=settings)
        self._intake = WebhookIntake(
            scheme.webhook,
            account_schema(scheme.provider),
            stand_in(self.secrets),
            stand_in(NoUnits()),
            stand_in(self.queue),
            stand_in(self.refusals),
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


class FakeSample:
    """Keeps what is refused."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, str, int]] = []

    def take(self, provider: str, account: str, reason: str, size: int) -> None:
        self.taken.append((provider, account, reason, size))


class NoUnits:
    """No account was ever found by a vendor's own unit."""

    def find_account(self, _provider: str, _unit: str) -> None:
        return None


@each
def test_a_genuine_event_is_queued_by_what_identifies_it(scheme: Scheme) -> None:
    intake = Intake(scheme)
    assert [intake.take_in().accepted for _ in range(2)] == [1, 1]
    first, again = intake.queue.sent
    assert isinstance(first, Task)
    assert isinstance(again, Task)
    assert (first.provider, first.account) == (scheme.provider, "default")
    assert first.identity is not None
    assert again.identity is not None
    assert first.identity.digest == again.identity.digest
    assert first.identity.window_seconds == scheme.webhook.window_seconds


@each
@pytest.mark.parametrize("refusal", [StorageUnavailable("down"), StorageRefused("no right")], ids=str)
def test_what_the_queue_refuses_is_not_acknowledged(
    scheme: Scheme, refusal: StorageUnavailable | StorageRefused
) -> None:
    intake = Intake(scheme)
    intake.queue.refusal = refusal
    with pytest.raises(NotTakenIn):
        intake.take_in()
    assert intake.queue.sent == []


@pytest.mark.parametrize("scheme", [scheme for scheme in ONE_OF_EACH if scheme.covers_body], ids=str)
def test_a_body_that_was_changed_on_its_way_causes_nothing(scheme: Scheme) -> None:
    intake = Intake(scheme)
    with pytest.raises(SignatureInvalid):
        intake.take_in(body=scheme.signed().body + b" ")
    assert intake.queue.sent == []


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
    assert (intake.secrets.read, intake.queue.sent) == ([], [])
