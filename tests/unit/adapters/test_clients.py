"""What AWS refuses: for now, or for good."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    ReadTimeoutError,
)

from message_detail.adapters.aws import clients
from message_detail.adapters.aws.secrets import SecretStore
from message_detail.domain.errors import Redelivery, StorageError, StorageRefused, StorageUnavailable
from message_detail.providers.cellcast.provider import PROVIDER
from tests.unit.samples import stand_in

FOR_GOOD = [
    # DynamoDB
    "ValidationException", "AccessDeniedException", "ResourceNotFoundException", "UnrecognizedClientException",
    "ItemCollectionSizeLimitExceededException", "com.amazonaws.dynamodb.v20120810#ValidationException",
    # SQS, by either of its protocols' names
    "InvalidMessageContents", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "AccessDenied",
    "KmsAccessDenied", "KmsDisabled", "KmsNotFound", "AWS.SimpleQueueService.BatchRequestTooLong",
    # S3
    "NoSuchKey", "NoSuchBucket", "403", "404", "InvalidObjectState", "KMS.DisabledException", "KMS.NotFoundException",
    "KMS.KMSInvalidStateException",
    # Secrets Manager
    "DecryptionFailure", "InvalidRequestException", "InvalidParameterException",
]  # fmt: skip
FOR_NOW = [
    "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "InternalServerError",
    "LimitExceededException", "TransactionInProgressException", "ResourceInUseException", "ServiceUnavailable",
    "OverLimit", "RequestThrottled", "KmsThrottled", "QueueDeletedRecently",
    "SlowDown", "503 Slow Down", "InternalError", "OperationAborted", "RequestTimeout", "500", "503",
    "InternalServiceError", "ExpiredToken", "ExpiredTokenException", "RequestTimeTooSkewed",
    "SomethingThatWasNamedAfterThisRelease", "", "NoSuchKey.Throttled",
]  # fmt: skip


def _raised(error: Exception) -> StorageError:
    with pytest.raises(StorageError) as caught, clients.ours("the table"):
        raise error
    return caught.value


def _client_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "arn:aws:s3:::secret"}}, "Operation")


@pytest.mark.parametrize("code", FOR_GOOD)
def test_what_waiting_cannot_mend_is_refused_and_its_task_is_dead_at_once(code: str) -> None:
    error = _raised(_client_error(code))
    assert type(error) is StorageRefused
    assert (error.redelivery, error.status, error.retry_after) == (Redelivery.DEAD, 500, None)
    assert error.detail == f"the table refuses ({code})"


@pytest.mark.parametrize("code", FOR_NOW)
def test_what_passes_or_is_not_known_is_unavailable_and_its_task_waits(code: str) -> None:
    error = _raised(_client_error(code))
    assert type(error) is StorageUnavailable
    assert (error.redelivery, error.status, error.retry_after) == (Redelivery.LATER, 503, 2)


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="x"),
        ConnectTimeoutError(endpoint_url="x"),
        ReadTimeoutError(endpoint_url="x"),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
        NoCredentialsError(),
    ],
)
def test_what_did_not_get_there_or_back_is_unavailable(error: BotoCoreError) -> None:
    assert type(_raised(error)) is StorageUnavailable


@pytest.mark.parametrize("error", [ParamValidationError(report="x"), NoRegionError()])
def test_what_can_never_be_sent_is_refused(error: BotoCoreError) -> None:
    assert type(_raised(error)) is StorageRefused


def test_an_error_without_a_code_is_unavailable() -> None:
    assert type(_raised(ClientError({}, "Operation"))) is StorageUnavailable


def test_nothing_of_the_services_own_words_is_told() -> None:
    assert "arn:" not in _raised(_client_error("AccessDenied")).detail


class _Secrets:
    def __init__(self, code: str) -> None:
        self._code = code

    def get_secret_value(self, **_: str) -> None:
        raise _client_error(self._code)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("DecryptionFailure", StorageRefused),
        ("AccessDeniedException", StorageRefused),
        ("InvalidRequestException", StorageRefused),
        ("ThrottlingException", StorageUnavailable),
        ("InternalServiceError", StorageUnavailable),
    ],
)
def test_a_secret_that_cannot_be_read_says_whether_waiting_helps(code: str, error: type[StorageError]) -> None:
    with pytest.raises(error) as caught:
        SecretStore(stand_in(_Secrets(code)), "stack").account("cellcast", "default", PROVIDER.schema)
    assert code in caught.value.detail
