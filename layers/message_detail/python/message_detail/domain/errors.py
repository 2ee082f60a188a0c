"""The error tree. Every failure that a caller or a queue can see is one of these classes.

Each class carries its code and HTTP status (RFC 9457 problem details) and what the queue does with a task that
met it, so that handlers decide nothing.

    MessageDetailError
    ├── InvalidRequest
    │   ├── Unprocessable
    │   └── TooLarge
    ├── NotFound
    │   ├── NoSuchRoute
    │   ├── NoSuchSync
    │   ├── NoSuchErasure
    │   ├── NoSuchEndpoint
    │   └── EndpointUnusable
    ├── MethodNotAllowed, Unauthorized
    ├── Forbidden
    │   └── OutOfReach
    ├── UnknownProvider
    ├── UnknownAccount
    │   └── AccountUnusable
    ├── SignatureInvalid
    ├── StorageError
    │   ├── StorageUnavailable
    │   ├── StorageRefused
    │   └── NotTakenIn
    ├── InternalError
    └── ProviderError
        ├── MessageNotFound
        │   └── MessageNotYetFound
        ├── ProviderRefused
        │   └── ProviderRefusedForNow
        ├── ProviderBadAnswer
        │   └── AnswerTooLarge
        └── Temporary: RateLimited, ProviderUnavailable (AccountBusy), ProviderTimeout
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar, Final

WAIT_STATUSES: Final = (429, 503, 504)
"""Those of which the answer always says when to try again."""
DEFAULT_RETRY_AFTER_SECONDS: Final = 5
"""What is asked of a caller where the cause doesn't tell how long it lasts."""


class Redelivery(StrEnum):
    """What becomes of a queued task that ended in an error."""

    DROP = "drop"
    """Acknowledge it: trying again can't help and nobody needs to act. Counted in a metric."""
    LATER = "later"
    """Wait and try again, as often as it takes: the error says nothing about the task itself."""
    RETRY = "retry"
    """Try again a few times, then the dead-letter queue."""
    DEAD = "dead"
    """Straight to the dead-letter queue: somebody has to act."""


class MessageDetailError(Exception):
    """Base of all errors of this package.

    `detail` is shown to callers and must hold no secret and no personal data. `retry_after` is in seconds.
    """

    code: ClassVar[str] = "internal_error"
    http_status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"
    redelivery: ClassVar[Redelivery] = Redelivery.RETRY

    def __init__(
        self,
        detail: str,
        *,
        provider: str | None = None,
        account: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.provider = provider
        self.account = account
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        """The HTTP status of the answer: that of the class."""
        return self.http_status

    @property
    def retry_after_seconds(self) -> int | None:
        """Whole seconds after which the caller may try again, as answers tell them; None where that is no help."""
        if self.retry_after is not None:
            return max(1, round(self.retry_after))
        return DEFAULT_RETRY_AFTER_SECONDS if self.status in WAIT_STATUSES else None

    def problem(self) -> dict[str, Any]:
        """The RFC 9457 problem details object of this error; keys without a value are left out."""
        body: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "provider": self.provider,
            "account": self.account,
            "retry_after": self.retry_after_seconds,
        }
        return {key: value for key, value in body.items() if value is not None}


class InvalidRequest(MessageDetailError):
    """A parameter or a body is bad; the detail says which and why."""

    code = "invalid_request"
    http_status = 400
    title = "Invalid request"
    redelivery = Redelivery.DEAD


class Unprocessable(InvalidRequest):
    """The body is JSON, and not of the shape that the route takes; the detail names the key."""

    http_status = 422


class TooLarge(InvalidRequest):
    """The body has more bytes than the route takes."""

    http_status = 413


class NotFound(MessageDetailError):
    """There is no such route, or nothing of that id at one."""

    code = "not_found"
    http_status = 404
    title = "Not found"
    redelivery = Redelivery.DEAD


class NoSuchRoute(NotFound):
    """No path of the API is like this one."""

    def __init__(self) -> None:
        super().__init__("there is no such route; see /v1/docs")


class NoSuchSync(NotFound):
    """The provider has no sync of that id here."""


class NoSuchEndpoint(NotFound):
    """No endpoint has that name here."""


class EndpointUnusable(NotFound):
    """The endpoint is there, and its settings can't be used; the detail names the keys."""


class NoSuchErasure(NotFound):
    """There is no erasure of that id."""


class MethodNotAllowed(MessageDetailError):
    """The route has other methods; the answer's header `Allow` names them."""

    code = "method_not_allowed"
    http_status = 405
    title = "Method not allowed"
    redelivery = Redelivery.DEAD

    def __init__(self, detail: str, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.allowed = allowed


class Unauthorized(MessageDetailError):
    """No API key, or one that is not ours."""

    code = "unauthorized"
    http_status = 401
    title = "API key missing or wrong"
    redelivery = Redelivery.DEAD


class Forbidden(MessageDetailError):
    """The API key lacks the scope."""

    code = "forbidden"
    http_status = 403
    title = "API key lacks the scope"
    redelivery = Redelivery.DEAD


class OutOfReach(Forbidden):
    """The API key is for other providers or accounts."""

    title = "API key is for other accounts"


class UnknownProvider(MessageDetailError):
    """There is no such provider."""

    code = "unknown_provider"
    http_status = 404
    title = "Unknown provider"
    redelivery = Redelivery.DEAD


class UnknownAccount(MessageDetailError):
    """The provider has no account of that name here."""

    code = "unknown_account"
    http_status = 404
    title = "Unknown account"
    redelivery = Redelivery.DEAD


class AccountUnusable(UnknownAccount):
    """The account is there, and its settings can't be used; the detail names the keys."""


class SignatureInvalid(MessageDetailError):
    """A webhook that could not be authenticated."""

    code = "signature_invalid"
    http_status = 401
    title = "Webhook not authenticated"
    redelivery = Redelivery.DROP


class StorageError(MessageDetailError):
    """DynamoDB, SQS, S3 or Secrets Manager did not do what was asked of it."""


class StorageUnavailable(StorageError):
    """It throttles, fails or can't be reached: waiting fixes it."""

    code = "storage_unavailable"
    http_status = 503
    title = "Storage unavailable"
    redelivery = Redelivery.LATER


class StorageRefused(StorageError):
    """It refuses for good: a right, a key or a resource that lacks, or a request that it never takes."""

    code = "storage_refused"
    http_status = 500
    title = "Storage refuses"
    redelivery = Redelivery.DEAD


class NotTakenIn(StorageError):
    """A genuine webhook could not be stored. The status is that at which its vendor sends it again; all else is told
    as the cause tells it."""

    def __init__(self, cause: StorageError, status: int) -> None:
        super().__init__(cause.detail, retry_after=cause.retry_after)
        self.cause = cause
        self._status = status

    @property
    def status(self) -> int:
        """The vendor's."""
        return self._status

    def problem(self) -> dict[str, Any]:
        """The cause's problem, at the vendor's status."""
        cause = self.cause.problem()
        return {**super().problem(), **{key: cause[key] for key in ("type", "title", "code")}}


class InternalError(MessageDetailError):
    """A bug of ours. The detail says nothing about it; the log does."""


class ProviderError(MessageDetailError):
    """The provider, or the way to it, did not give us the message."""


class MessageNotFound(ProviderError):
    """The provider has no such message, or it was erased or has expired (after a webhook: MessageNotYetFound)."""

    code = "message_not_found"
    http_status = 404
    title = "Message not found"
    redelivery = Redelivery.DROP


class MessageNotYetFound(MessageNotFound):
    """Not found so soon after its webhook that the provider's own read model may lag."""

    redelivery = Redelivery.LATER


class ProviderRefused(ProviderError):
    """The provider refuses our credentials or our request; trying again can't help."""

    code = "provider_refused"
    http_status = 502
    title = "Provider refused the request"
    redelivery = Redelivery.DEAD
    of_one_request = False
    """Whether it is about this request alone, and says nothing of the account's credentials and settings."""


class ProviderRefusedForNow(ProviderRefused):
    """Refused in a way that, at this provider, passes by itself within minutes of the message's making."""

    of_one_request = True


class ProviderBadAnswer(ProviderError):
    """Not JSON, no id, another message's id, too large, or a redirect to elsewhere."""

    code = "provider_bad_answer"
    http_status = 502
    title = "Provider answered something unusable"
    redelivery = Redelivery.RETRY


class AnswerTooLarge(ProviderBadAnswer):
    """Larger than we take in. Of a list, a smaller page may do."""


class Temporary(ProviderError):
    """Something that passes by waiting."""

    http_status = 503
    redelivery = Redelivery.LATER


class RateLimited(Temporary):
    """The provider throttles us, or its account is cooling down here."""

    code = "rate_limited"
    title = "Provider is throttling"


class ProviderUnavailable(Temporary):
    """Connection error, 5xx, or the circuit is open."""

    code = "provider_unavailable"
    title = "Provider unavailable"


class AccountBusy(ProviderUnavailable):
    """All places of the account are taken, or too little time is left for a call: no call was made."""


class AlreadyFetching(ProviderUnavailable):
    """Another worker is fetching the message for the same event: no call was made."""


class ProviderTimeout(Temporary):
    """No answer in time."""

    code = "provider_timeout"
    http_status = 504
    title = "Provider timed out"
