"""Accounts from AWS Secrets Manager: one secret per account, named {stack}/{provider}/{account}.

Read with the client itself instead of Powertools' parameters utility, which brings boto3's S3 transfers and half of
botocore to the cold start of functions that need neither; see docs/decisions/lean-imports.md.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from message_detail.adapters.aws import clients
from message_detail.domain import json_codec
from message_detail.domain.errors import AccountUnusable, UnknownAccount
from message_detail.providers.base.account import Account, AccountSchema, build, check_name

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

MAX_AGE_SECONDS: Final = 60
"""How long a container goes on with a secret that was changed."""
MISSING_SECONDS: Final = 30
"""How long a container goes on believing that there is no such secret: whoever guesses names costs a call per name."""
MAX_KEPT: Final = 10_000
WHAT: Final = "the secret store"

T = TypeVar("T")


class _Fresh(Generic[T]):
    """What was read within the last `seconds`; of more than MAX_KEPT names the oldest is forgotten."""

    def __init__(self, now: Callable[[], float], seconds: float = MAX_AGE_SECONDS) -> None:
        self._now = now
        self._seconds = seconds
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, T]] = {}

    def get(self, name: str) -> T | None:
        """The value, or None when it was never kept or is too old."""
        until, value = self._kept.get(name, (0.0, None))
        return value if self._now() < until else None

    def keep(self, name: str, value: T) -> T:
        """Keeps the value from now on, and gives it back."""
        with self._lock:
            self._kept.pop(name, None)  # what is kept anew is the youngest again
            self._kept[name] = (self._now() + self._seconds, value)
            if len(self._kept) > MAX_KEPT:
                del self._kept[next(iter(self._kept))]
        return value


class SecretStore:
    """Secrets of one stack, kept in the container for MAX_AGE_SECONDS. `client` is a Secrets Manager client.

    `now` is a wall clock, since another may stand still while Lambda freezes the container. An account that is not
    there is asked for again after MISSING_SECONDS; one that is there and unusable, with every call. `remedy` is what
    makes a missing account, where that is not the creation of its secret.
    """

    def __init__(
        self, client: SecretsManagerClient, stack: str, now: Callable[[], float] = time.time, remedy: str = ""
    ) -> None:
        self._client = client
        self._stack = stack
        self._remedy = remedy
        self._secrets: _Fresh[dict[str, Any]] = _Fresh(now)
        self._accounts: _Fresh[Account] = _Fresh(now)
        self._missing: _Fresh[bool] = _Fresh(now, MISSING_SECONDS)

    def account(self, provider: str, name: str, schema: AccountSchema) -> Account:
        """The account; UnknownAccount when there is none of that name or its settings can't be used."""
        check_name(name, provider)
        secret = f"{self._stack}/{provider}/{name}"
        kept = self._accounts.get(secret)
        if kept is not None:
            return kept
        known_missing = self._missing.get(secret) is not None
        values = None if known_missing else self._fetch(secret)
        if values is None:
            if not known_missing:  # else asking on and on would hide an account that was made meanwhile
                self._missing.keep(secret, True)
            raise UnknownAccount(
                f"{provider} has no account {name!r} here: {self._remedy or f'create the secret {secret}'}",
                provider=provider,
                account=name,
            )
        return self._accounts.keep(secret, build(provider, name, values, schema))

    def read(self, secret: str) -> dict[str, Any] | None:
        """The JSON object in a secret, None when there is no such secret."""
        kept = self._secrets.get(secret)
        if kept is not None:
            return kept
        values = self._fetch(secret)
        return None if values is None else self._secrets.keep(secret, values)

    def directory(self, provider: str, name: str) -> dict[str, Any]:
        """What the secret {stack}/{provider}/{name} holds, which is no account's; nothing where there is none."""
        secret = f"{self._stack}/{provider}/{name}"
        if self._missing.get(secret) is not None:
            return {}
        values = self.read(secret)
        if values is None:
            self._missing.keep(secret, True)
        return values or {}

    def names(self, folder: str) -> list[str]:
        """The names of the secrets {stack}/{folder}/…, in order; those that are being deleted are left out."""
        prefix = f"{self._stack}/{folder}/"
        asked: dict[str, Any] = {"Filters": [{"Key": "name", "Values": [prefix]}]}
        found: list[str] = []
        while True:
            answer = clients.call(WHAT, self._client.list_secrets, **asked)
            found += [one["Name"] for one in answer["SecretList"] if one["Name"].startswith(prefix)]
            if "NextToken" not in answer:
                return sorted(name.removeprefix(prefix) for name in found)
            asked["NextToken"] = answer["NextToken"]

    def _fetch(self, secret: str) -> dict[str, Any] | None:
        try:
            text = self._client.get_secret_value(SecretId=secret).get("SecretString", "")
        except ClientError as error:
            if clients.error_code(error) == "ResourceNotFoundException":
                return None
            raise clients.refusal(WHAT, error) from None
        except BotoCoreError as error:
            raise clients.refusal(WHAT, error) from None
        try:
            values = json_codec.loads(text)
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise AccountUnusable(f"the secret {secret} does not hold a JSON object")
        return values
