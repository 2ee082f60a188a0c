"""What a container keeps of the accounts that it read, and of those that are not there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from message_detail.adapters.aws import secrets as secrets_module
from message_detail.adapters.aws.secrets import MAX_AGE_SECONDS, MISSING_SECONDS, SecretStore
from message_detail.domain.errors import UnknownAccount
from message_detail.providers.base.account import AccountSchema
from tests.unit.conftest import Clock
from tests.unit.samples import stand_in

KEYS = AccountSchema(credentials=(("token",),), default_base_url="https://provider.example.com")


class Secrets:
    """Secrets Manager, as far as it is asked."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}
        self.asked: list[str] = []

    def get_secret_value(self, *, SecretId: str) -> dict[str, Any]:
        self.asked.append(SecretId)
        if SecretId not in self.held:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetSecretValue")
        return {"SecretString": self.held[SecretId]}


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


@pytest.fixture
def store(secrets: Secrets, clock: Clock) -> SecretStore:
    return SecretStore(stand_in(secrets), "stack", now=clock)


def test_a_hundred_deliveries_to_a_missing_account_are_one_call(secrets: Secrets, store: SecretStore) -> None:
    for _ in range(100):
        with pytest.raises(UnknownAccount):
            store.account("cellcast", "nobody", KEYS)
    assert secrets.asked == ["stack/cellcast/nobody"]


@pytest.mark.parametrize(
    ("remedy", "told"),
    [
        ("", "create the secret stack/samva/main"),
        ("add an [[accounts]] table to own.toml", "add an [[accounts]] table to own.toml"),
    ],
)
def test_who_names_a_missing_account_is_told_how_it_is_made_here(
    secrets: Secrets, clock: Clock, remedy: str, told: str
) -> None:
    with pytest.raises(UnknownAccount) as caught:
        SecretStore(stand_in(secrets), "stack", now=clock, remedy=remedy).account("samva", "main", KEYS)
    assert caught.value.detail == f"samva has no account 'main' here: {told}"


def test_an_account_made_meanwhile_is_seen_within_half_a_minute_however_often_it_was_asked_for(
    secrets: Secrets, store: SecretStore, clock: Clock
) -> None:
    for _ in range(MISSING_SECONDS):
        with pytest.raises(UnknownAccount):
            store.account("cellcast", "main", KEYS)
        secrets.held["stack/cellcast/main"] = json.dumps({"token": "t"})
        clock.now += 1
    assert store.account("cellcast", "main", KEYS).name == "main"
    clock.now += MAX_AGE_SECONDS - 1
    store.account("cellcast", "main", KEYS)
    assert len(secrets.asked) == 2


def test_invented_names_are_kept_up_to_a_bound(
    secrets: Secrets, store: SecretStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets_module, "MAX_KEPT", 50)
    for number in range(500):
        with pytest.raises(UnknownAccount):
            store.account("cellcast", f"name{number}", KEYS)
    assert len(store._missing._kept) == 50
    with pytest.raises(UnknownAccount):
        store.account("cellcast", "name499", KEYS)
    assert len(secrets.asked) == 500
