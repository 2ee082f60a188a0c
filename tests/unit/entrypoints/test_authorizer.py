"""API keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from message_detail.domain.errors import StorageUnavailable
from message_detail.entrypoints.authorizer import authorizer_handler, bearer
from message_detail.services.callers import find, key_hash
from tests.unit.container import Context
from tests.unit.entrypoints.conftest import STACK, Cloud

KEYS: list[dict[str, Any]] = [
    {"id": "one", "sha256": key_hash("key-one"), "scopes": ["read"]},
    {"id": "two", "sha256": key_hash("key-two"), "scopes": ["read", "write", "admin"]},
]


def ask(**headers: str) -> dict[str, Any]:
    return authorizer_handler({"type": "REQUEST", "headers": headers}, Context())


@pytest.fixture(autouse=True)
def _keys(cloud: Cloud) -> None:
    cloud.secrets.create_secret(Name=f"{STACK}/api-keys", SecretString=json.dumps({"keys": KEYS}))


@pytest.mark.parametrize(
    ("key", "caller"),
    [("key-one", {"key_id": "one", "scopes": "read"}), ("key-two", {"key_id": "two", "scopes": "read write admin"})],
)
def test_several_keys_are_valid_at_once(cloud: Cloud, key: str, caller: dict[str, str]) -> None:
    for header in (f"Bearer {key}", f"bearer  {key} "):
        assert ask(authorization=header) == {"isAuthorized": True, "context": caller}
    assert ask(Authorization=f"Bearer {key}")["context"] == caller


@pytest.mark.parametrize(
    "header", ["Bearer key-on", "Bearer key-onee", "Bearer KEY-ONE", "Bearer ☃", "Bearer " + KEYS[0]["sha256"]]
)
def test_a_wrong_key_is_nobody(cloud: Cloud, header: str) -> None:
    assert ask(authorization=header)["context"] == {"reason": "wrong"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Basic key-one"},
        {"authorization": "key-one"},
    ],
)
def test_a_missing_key_is_nobody(cloud: Cloud, headers: dict[str, str]) -> None:
    assert ask(**headers)["context"] == {"reason": "missing"}


def test_no_keys_at_all_let_nobody_in(cloud: Cloud) -> None:
    assert find("key-one", []) is None
    assert find("", [{"id": "broken", "scopes": ["read"]}]) is None
    assert bearer({"authorization": "Bearer a b"}) == "a b"


def test_when_the_keys_can_not_be_read_nothing_is_answered_that_could_be_cached(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError

    from message_detail import bootstrap

    class Down:
        def get_secret_value(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue")

    monkeypatch.setattr(bootstrap.services().secrets, "_client", Down())
    with pytest.raises(StorageUnavailable):
        ask(authorization="Bearer key-one")


def test_keys_never_get_into_the_log(cloud: Cloud, logged: Callable[[], str]) -> None:
    ask(authorization="Bearer key-one")
    ask(authorization="Bearer key-wrong")
    text = logged()
    assert '"key_id":"one"' in text
    assert "key-one" not in text
    assert "key-wrong" not in text
