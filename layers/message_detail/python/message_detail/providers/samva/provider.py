"""The declaration of Samva. Vendor page: API Reference, Messages, "Get Message", https://samva.app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from message_detail.domain import waits
from message_detail.domain.errors import (
    MessageNotFound,
    ProviderBadAnswer,
    ProviderError,
    RateLimited,
)
from message_detail.providers.base.account import Account
from message_detail.providers.base.error_status import by_status
from message_detail.providers.base.error_texts import meaning, odd_meanings
from message_detail.providers.base.provider import (
    Authentication,
    Document,
    Provider,
    Request,
    Response,
    Steps,
    url_path,
)
from message_detail.providers.samva.account import SCHEMA
from message_detail.providers.samva.fields import FIELDS
from message_detail.providers.samva.mapping import normalize

LONGEST_WAIT_SECONDS: Final = 60.0
"""The most that one try waits for a `retryAfterSeconds`."""

TAGS: Final[Mapping[str, int]] = {
    "ResourceNotFoundError": 404,
    "UnauthorizedError": 401,
    "PaymentRequiredError": 402,
    "ForbiddenError": 403,
    "FlagDisabledError": 403,
    "ConflictError": 409,
    "ValidationError": 422,
    "RateLimitedError": 429,
    "InternalError": 500,
    "WebhookEnqueueError": 500,
    "ExternalServiceError": 502,
    "GatewayTimeoutError": 504,
}
"""The vendor's error tags, and the HTTP status that each one means whatever the answer's own is."""
REFUSALS: Final = {401: "Samva refuses the API key: put a good one in the account"}
SAYINGS: Final = odd_meanings("Samva", "https://samva.app: the first generation's `error.code` has no tag")
"""What Samva's texts say in a status that means something else."""


def retrieve(_account: Account, message_id: str) -> Steps:
    """One call: GET /messages/{id}; `id` also as the query parameter that the first generation documents."""
    answer = yield Request(path=url_path("messages", message_id), query={"id": message_id})
    return build_document(answer)


def build_document(answer: Response) -> Document:
    """The answer has no envelope."""
    body = answer.object()
    if body.get("id") in (None, ""):
        raise ProviderBadAnswer("the answer holds no id")
    return body


def classify(answer: Response) -> ProviderError | None:
    """What an answer means: its `_tag` decides, the HTTP status is second."""
    body = answer.object()
    status = _status(body.get("_tag"), answer.status)
    if status < 400 and body.get("id"):
        return None
    if status == 429:
        return RateLimited("Samva throttles this account", retry_after=_wait(body))
    # 422 on a plain read says that no message can have this id.
    if status == 422:
        return MessageNotFound("Samva has no message with this id")
    return meaning(status, answer, SAYINGS) or by_status("Samva", status, refusals=REFUSALS)


def _status(tag: Any, status: int) -> int:
    """The status that a tag stands for: one that isn't listed and ends as one of them does, for the same."""
    if not isinstance(tag, str):
        return status
    return TAGS.get(tag, 404 if tag.removesuffix("Error").endswith("NotFound") else status)


def _wait(body: Mapping[str, Any]) -> float | None:
    """The seconds to wait by the body, None when it tells none."""
    seconds = waits.told(body.get("retryAfterSeconds"))
    return None if seconds is None else min(seconds, LONGEST_WAIT_SECONDS)


def _static(account: Account) -> str | None:
    return account.require("api_key")


def _key(_account: Account, key: str) -> Mapping[str, str]:
    return {"X-API-Key": key}


PROVIDER = Provider(
    name="samva",
    title="Samva",
    docs="https://samva.app",
    schema=SCHEMA,
    authentication=Authentication(headers=_key, static=_static),
    retrieve=retrieve,
    classify=classify,
    normalize=normalize,
    fields=FIELDS,
)
