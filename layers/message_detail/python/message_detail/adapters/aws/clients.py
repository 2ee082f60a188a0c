"""AWS clients, one per service and container, and the one place where botocore's errors become ours."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, TypeVar, overload

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoRegionError, ParamValidationError
from botocore.session import Session

from message_detail.adapters.aws.refusals import FOR_GOOD
from message_detail.domain.errors import StorageError, StorageRefused, StorageUnavailable
from message_detail.version import __version__

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

CONNECTIONS: Final = 20
"""Of a client at a time: as many threads can use it at once without waiting for each other."""
P = ParamSpec("P")
R = TypeVar("R")

_ONE_AT_A_TIME = threading.Lock()
"""Clients may be used by many threads at once; sessions, of which clients are made, may not."""
_NEVER_SENT: Final = (ParamValidationError, NoRegionError)


@overload
def client(service: Literal["dynamodb"]) -> DynamoDBClient: ...
@overload
def client(service: Literal["events"]) -> Any: ...
@overload
def client(service: Literal["s3"]) -> S3Client: ...
@overload
def client(service: Literal["secretsmanager"]) -> SecretsManagerClient: ...
@overload
def client(service: Literal["sqs"]) -> SQSClient: ...
@cache
def client(service: str) -> Any:
    """The client of a service. Short time limits: a function waits for storage, a caller waits for the function."""
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 3},
        max_pool_connections=CONNECTIONS,
        # Both for speed: botocore builds its own long one anew, and checks each parameter, with every call.
        user_agent=f"message-detail/{__version__}",
        parameter_validation=False,
    )
    with _ONE_AT_A_TIME:
        return _session().create_client(service, config=config)


@cache
def _session() -> Session:
    """botocore's, which is what boto3.client goes through, without the resources and S3 transfers that boto3 loads."""
    return Session()


@contextmanager
def ours(what: str) -> Iterator[None]:
    """Turns what botocore raises inside into StorageUnavailable or StorageRefused."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise refusal(what, error) from error


def refusal(what: str, error: ClientError | BotoCoreError) -> StorageError:
    """Our error for one of botocore's: refused for good, or unavailable for now. `what` is the service in words."""
    if isinstance(error, ClientError):
        code = error_code(error)
        refused = is_for_good(code)
    else:
        code, refused = type(error).__name__, isinstance(error, _NEVER_SENT)
    if refused:
        return StorageRefused(f"{what} refuses ({code})")
    return StorageUnavailable(f"{what} is unavailable ({code})", retry_after=2)


def is_for_good(code: str) -> bool:
    """Whether a service's code stands for what waiting can't fix."""
    return re.split("[.#]", code)[-1] in FOR_GOOD


def error_code(error: ClientError) -> str:
    """The service's code of an error; empty when it gave none."""
    return str(error.response.get("Error", {}).get("Code", ""))


def call(what: str, operation: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """One AWS call with our errors."""
    with ours(what):
        return operation(*arguments, **named)
