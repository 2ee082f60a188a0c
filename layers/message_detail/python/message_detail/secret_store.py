"""Accounts from AWS Secrets Manager: one secret per account, named {stack}/{provider}/{account}."""

from __future__ import annotations

from typing import Any, Final

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import ClientError

from message_detail import jsontext
from message_detail.accounts import Account, AccountKeys, build, check_name
from message_detail.errors import AccountUnusable, StorageUnavailable, UnknownAccount

MAX_AGE_SECONDS: Final = 60
"""How long a container goes on with a secret that was changed."""
WHAT: Final = "the secret store"


class SecretStore:
    """Secrets of one stack, cached in the container. `client` is a Secrets Manager client."""

    def __init__(self, client: Any, stack: str) -> None:
        self._secrets = SecretsProvider(boto3_client=client)
        self._stack = stack

    def account(self, provider: str, name: str, keys: AccountKeys) -> Account:
        """The account; UnknownAccount when there is none of that name or its settings can't be used."""
        check_name(name, provider)
        values = self.read(f"{self._stack}/{provider}/{name}")
        if values is None:
            raise UnknownAccount(
                f"{provider} has no account {name!r} here: create the secret {self._stack}/{provider}/{name}",
                provider=provider,
                account=name,
            )
        return build(provider, name, values, keys)

    def read(self, secret: str) -> dict[str, Any] | None:
        """The JSON object in a secret, None when there is no such secret."""
        try:
            text = self._secrets.get(secret, max_age=MAX_AGE_SECONDS)
        except GetParameterError as error:
            if _code(error) == "ResourceNotFoundException":
                return None
            raise StorageUnavailable(f"{WHAT} is unavailable ({_code(error)})", retry_after=2) from None
        try:
            values = jsontext.loads(str(text or ""))
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise AccountUnusable(f"the secret {secret} does not hold a JSON object")
        return values


def _code(error: GetParameterError) -> str:
    """The AWS error code behind Powertools' error. Its text may hold more than a log should."""
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ClientError):
        return str(cause.response.get("Error", {}).get("Code", ""))
    return type(cause).__name__
