"""The declaration of HighLevel. Vendor pages: "Get message by message id", "Get email by Id" and "OAuth 2.0" (limits),
https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from message_detail.domain.errors import (
    MessageNotFound,
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    ProviderRefusedForNow,
    RateLimited,
)
from message_detail.domain.waits import LONGEST_SECONDS
from message_detail.providers.base.account import Account
from message_detail.providers.base.error_status import by_status
from message_detail.providers.base.error_texts import meaning
from message_detail.providers.base.provider import (
    NO_LOOK,
    Authentication,
    Document,
    Look,
    Provider,
    Request,
    Response,
    Steps,
    bearer,
    given_token,
    url_path,
)
from message_detail.providers.highlevel.account import SCHEMA, version_header
from message_detail.providers.highlevel.emails import email_ids, read_email
from message_detail.providers.highlevel.error_texts import SAYINGS
from message_detail.providers.highlevel.fields import FIELDS
from message_detail.providers.highlevel.mapping import normalize
from message_detail.providers.highlevel.oauth import LOGIN, lacks_a_right, rejected
from message_detail.providers.highlevel.thread import email_request, read_emails

RESERVED_IDS: Final = frozenset({"export"})
"""Another endpoint on the same prefix: the list of messages."""

_ERROR_STATUS: Final = re.compile(r"[45][0-9]{2}")

WINDOW_SECONDS: Final = 10.0
LONGEST_WINDOW_SECONDS: Final = 60.0
"""The burst window, of 100 calls, and the longest one that is believed."""
RESERVE: Final = 5
"""Calls of a burst window that are left to others: as many as one container may have under way."""
DAY_SPENT_SECONDS: Final = LONGEST_SECONDS
"""How long to wait once the calls of the day are spent: when the day begins anew is not told."""


def retrieve(account: Account, message_id: str, look: Look = NO_LOOK) -> Steps:
    """GET /conversations/messages/{id}, and for e-mails GET /conversations/messages/email/{emailMessageId}.

    The message comes also where the e-mails are refused or not found. An e-mail's own id is a message's, too, which
    the first call does not know.
    """
    version = version_header(account)
    path = url_path("conversations", "messages", message_id)
    answer = yield Request(path=path, headers=version, optional=True)
    if isinstance(answer.error, MessageNotFound):
        return (yield from _email_alone(message_id, version, answer.error))
    if answer.error is not None:
        raise answer.error
    document = build_document(answer)
    if str(document["id"]) != message_id and message_id in email_ids(document):
        return (yield from _email_alone(message_id, version, MessageNotFound("HighLevel has no message with this id")))
    return {**document, **(yield from read_emails(document, look, version))}


def _email_alone(message_id: str, version: Mapping[str, str], missing: MessageNotFound) -> Steps:
    """One e-mail as a message of its own; `missing` is raised where there is none of this id either."""
    email = read_email((yield email_request(message_id, version)))
    if email is None:
        raise missing
    return {"id": email.get("id") or message_id, "_email": {"id": message_id, **email}}


def build_document(answer: Response) -> Document:
    """The message, bare or in `{"message": {…}}`; in the latter case what stands beside it is kept apart."""
    body = answer.object()
    inner = body.get("message")
    if not isinstance(inner, dict):
        message, beside = body, {}
    else:
        message, beside = inner, {key: value for key, value in body.items() if key != "message"}
    if message.get("id") in (None, ""):
        raise ProviderBadAnswer("the answer holds no message id")
    return {**message, "_envelope": beside} if beside else dict(message)


def classify(answer: Response) -> ProviderError | None:
    """What an answer means, by status and, where that says nothing, by the body's `statusCode`."""
    status = _status(answer)
    if status < 400:
        return None if _has_message(answer) else meaning(status, answer, SAYINGS)
    if status == 429:
        return RateLimited("HighLevel throttles this location", retry_after=_wait(answer.headers))
    error = meaning(status, answer, SAYINGS)
    if error is not None:
        return error
    if status in (401, 403):
        return _refusal(answer, status)
    return by_status("HighLevel", status, said=f"{status}; if it does so always, check the version")


def _status(answer: Response) -> int:
    """The HTTP status; of a success whose body is that of an error, the status that the body tells."""
    told = str(answer.object().get("statusCode"))
    if answer.status >= 400 or _has_message(answer) or not _ERROR_STATUS.fullmatch(told):
        return answer.status
    return int(told)


def _has_message(answer: Response) -> bool:
    body = answer.object()
    return bool(body.get("id")) or isinstance(body.get("message"), dict)


def _refusal(answer: Response, status: int) -> ProviderRefused:
    if lacks_a_right(answer):
        return ProviderRefused(
            "HighLevel refuses: the token is another location's, or lacks the scope conversations/message.readonly"
        )
    if status == 403:
        # Of a message made seconds ago it says so until all its systems know the message.
        return ProviderRefusedForNow("HighLevel forbids this message to the token")
    if rejected(answer):
        return ProviderRefused("HighLevel refuses the token: it is wrong or has expired")
    return ProviderRefused("HighLevel refuses the credentials or the version of the account")


def _wait(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait: for long once the day is spent, else the burst window; None leaves it to `Retry-After`."""
    if headers.get("x-ratelimit-daily-remaining", "").strip() == "0":
        return DAY_SPENT_SECONDS
    if headers.get("retry-after", "").strip():
        return None
    window = headers.get("x-ratelimit-interval-milliseconds", "").strip()
    if not window.isdecimal() or len(window) > 9:
        return WINDOW_SECONDS
    return min(max(int(window) / 1000, 1.0), LONGEST_WINDOW_SECONDS)


def pause_after(answer: Response) -> float | None:
    """The rest of the burst window once its calls are nearly used up; the longest wait once those of the day are.

    Vendor page: "OAuth 2.0", rate limits: `X-RateLimit-Remaining`, `X-RateLimit-Daily-Remaining`.
    """
    for header, reserve, wait in (
        ("x-ratelimit-daily-remaining", 0, DAY_SPENT_SECONDS),
        ("x-ratelimit-remaining", RESERVE, _wait(answer.headers)),
    ):
        left = answer.headers.get(header, "").strip()
        if left.isdecimal() and len(left) < 10 and int(left) <= reserve:
            return wait
    return None


PROVIDER: Final = Provider(
    name="highlevel",
    title="HighLevel",
    docs="https://marketplace.gohighlevel.com/docs",
    schema=SCHEMA,
    authentication=Authentication(headers=bearer, static=given_token, login=LOGIN),
    retrieve=retrieve,
    retrieve_parts=retrieve,
    classify=classify,
    normalize=normalize,
    fields=FIELDS,
    absent_id="0" * 20,
    reserved_ids=RESERVED_IDS,
    pause_after=pause_after,
    reports_engagement=True,
)
