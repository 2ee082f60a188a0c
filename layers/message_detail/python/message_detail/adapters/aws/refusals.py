"""What AWS refuses for good: the codes of errors that no waiting fixes, from the lists in the services' API references.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
"""

from __future__ import annotations

from typing import Final

FOR_GOOD: Final = frozenset(
    (
        # Of every service
        "AccessDenied", "AccessDeniedException", "AuthFailure", "IncompleteSignature", "InvalidAction",
        "InvalidClientTokenId", "InvalidParameterCombination", "InvalidParameterValue", "InvalidQueryParameter",
        "InvalidSecurity", "InvalidSignatureException", "MalformedQueryString", "MissingAction",
        "MissingAuthenticationToken", "MissingAuthenticationTokenException", "MissingParameter",
        "NotAuthorized", "OptInRequired", "SerializationException", "SignatureDoesNotMatch",
        "UnauthorizedOperation", "UnknownOperationException", "UnrecognizedClientException", "ValidationError",
        "ValidationException",
        # DynamoDB
        "ItemCollectionSizeLimitExceededException", "ResourceNotFoundException", "TableNotFoundException",
        # SQS
        "BatchEntryIdsNotDistinct", "BatchRequestTooLong", "EmptyBatchRequest", "InvalidAddress",
        "InvalidAttributeName", "InvalidAttributeValue", "InvalidBatchEntryId", "InvalidIdFormat",
        "InvalidMessageContents", "NonExistentQueue", "QueueDoesNotExist", "ReceiptHandleIsInvalid",
        "TooManyEntriesInBatchRequest", "UnsupportedOperation", "KmsAccessDenied", "KmsDisabled",
        "KmsInvalidKeyUsage", "KmsInvalidState", "KmsNotFound", "KmsOptInRequired",
        # S3, and its keys (`KMS.…`)
        "400", "401", "403", "404", "405", "AccountProblem", "AllAccessDisabled",
        "AuthorizationHeaderMalformed", "EntityTooLarge", "Forbidden", "InvalidAccessKeyId", "InvalidArgument",
        "InvalidBucketName", "InvalidObjectState", "InvalidRequest", "InvalidTag", "InvalidURI",
        "KeyTooLongError", "MalformedXML", "MethodNotAllowed", "NoSuchBucket", "NoSuchKey", "NotImplemented",
        "NotSignedUp", "PermanentRedirect", "DisabledException", "InvalidKeyUsageException",
        "KMSInvalidKeyUsageException", "KMSInvalidStateException", "NotFoundException",
        # Secrets Manager
        "DecryptionFailure", "EncryptionFailure", "InvalidParameterException", "InvalidRequestException",
    )
)  # fmt: skip
"""Without what stands before a code's last dot or `#`. Throttles, 5xx and codes that aren't here are for now."""
