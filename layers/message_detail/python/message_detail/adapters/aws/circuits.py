"""The circuits of all accounts, as Powertools' circuit breaker keeps them in the table.

After repeated outages of an account its circuit opens, and calls end at once; after a while one may try. Powertools
reads a circuit's row by itself, before each call. It is given a client that answers from the rows that this container
knows, which may have been read together with others: so it costs no request of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Protocol, TypeVar, cast

from aws_lambda_powertools.utilities.circuit_breaker import (
    CircuitBreakerConfig,
    CircuitBreakerOpenError,
    circuit_breaker,
)
from aws_lambda_powertools.utilities.circuit_breaker.persistence import CircuitBreakerDynamoDBPersistence

from message_detail.adapters.aws import clients
from message_detail.adapters.aws.attributes import Item
from message_detail.adapters.aws.key_schema import CIRCUIT
from message_detail.adapters.aws.known_rows import KnownRows
from message_detail.adapters.aws.table import WHAT, Table
from message_detail.domain.errors import MessageNotFound, ProviderTimeout, ProviderUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FAILURES_TO_OPEN: Final = 10
RECOVERY_SECONDS: Final = 15

P = ParamSpec("P")
T = TypeVar("T")


class Owner(Protocol):
    """Whose calls a circuit holds back: an account, or an endpoint in the place of one."""

    @property
    def provider(self) -> str:
        """Below whose key the circuit is kept."""

    @property
    def name(self) -> str:
        """Its name there."""


class Circuits:
    """Circuits in the table; `rows` are what this container knows of it."""

    def __init__(self, table: Table, rows: KnownRows) -> None:
        self._table = table
        self._client = cast("DynamoDBClient", _Client(table.client, rows))
        self._kept: dict[str, CircuitBreakerDynamoDBPersistence] = {}
        self._lock = threading.Lock()

    def call(self, account: Owner, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Makes the call through the account's circuit, which learns from how it ends.

        ProviderUnavailable, without the call, while the circuit is open.
        """
        protected = circuit_breaker(
            name=f"{account.provider}:{account.name}",
            persistence_store=self._persistence(account.provider),
            config=_CONFIG,
        )(_answered)
        try:
            with clients.ours(WHAT):
                result: T | MessageNotFound = protected(call, *args, **kwargs)
        except CircuitBreakerOpenError as error:
            raise ProviderUnavailable(
                "the provider has failed repeatedly; calls are held back until it recovers",
                provider=account.provider,
                account=account.name,
                retry_after=RECOVERY_SECONDS,
            ) from error
        if isinstance(result, MessageNotFound):
            raise result
        return result

    def is_closed(self, provider: str, account: str) -> bool:
        """Whether an account's calls are let through. StorageError."""
        circuit = self._table.get(CIRCUIT.key(provider=provider, account=account)) or {}
        return str(circuit.get("state", {}).get("S", "CLOSED")).upper() == "CLOSED"

    def close(self, provider: str, account: str) -> None:
        """Closes an account's circuit. StorageError."""
        name = CIRCUIT.sort(provider=provider, account=account)
        clients.call(WHAT, self._persistence(provider).save_closed, name=name)

    def _persistence(self, provider: str) -> CircuitBreakerDynamoDBPersistence:
        """Where a provider's circuits are kept: below a key of their own, which only its functions may touch."""
        with self._lock:
            if provider not in self._kept:
                self._kept[provider] = CircuitBreakerDynamoDBPersistence(
                    table_name=self._table.name,
                    key_attr="pk",
                    sort_key_attr="sk",
                    static_pk_value=CIRCUIT.partition(provider=provider),
                    expiry_attr="expires_at",
                    boto3_client=self._client,
                )
            return self._kept[provider]


class _Client:
    """What Powertools' circuits need of a DynamoDB client. What they write is known at once."""

    def __init__(self, client: DynamoDBClient, rows: KnownRows) -> None:
        self.meta: Final = client.meta
        self._client = client
        self._rows = rows

    def get_item(self, *, Key: Item, **_: Any) -> dict[str, Item]:
        (row,) = self._rows.get([Key])
        return {"Item": row} if row else {}

    def put_item(self, *, Item: Item, **given: Any) -> Any:
        answer = self._client.put_item(Item=Item, **given)
        self._rows.keep(Item, Item)
        return answer

    def update_item(self, *, Key: Item, **given: Any) -> Any:
        answer = self._client.update_item(Key=Key, **given, ReturnValues="ALL_NEW")
        self._rows.keep(Key, answer["Attributes"])
        return answer


def _answered(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | MessageNotFound:
    """What a call brings. That there is no such message is an answer, too: who gives it has recovered."""
    try:
        return call(*args, **kwargs)
    except MessageNotFound as absent:
        return absent


_CONFIG: Final = CircuitBreakerConfig(
    failure_threshold=FAILURES_TO_OPEN,
    recovery_timeout=RECOVERY_SECONDS,
    success_threshold=1,
    handled_exceptions=(ProviderUnavailable, ProviderTimeout),
    local_cache_max_age=1,  # its smallest: KnownRows says how long a circuit is known
)
