"""The declaration of CareCloud. Vendor pages: https://carecloud.readme.io/reference/getmessage,
…/authentication and …/getting-started-with-your-api (errors)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from message_detail.domain.errors import (
    MessageNotFound,
    ProviderBadAnswer,
    ProviderError,
    ProviderRefused,
    RateLimited,
    Temporary,
)
from message_detail.providers.base.account import Account
from message_detail.providers.base.error_status import by_status
from message_detail.providers.base.error_texts import ODD_STATUSES, ErrorText, meaning, odd_meanings, reasoned
from message_detail.providers.base.provider import (
    Authentication,
    Document,
    Provider,
    Request,
    Response,
    Steps,
    Token,
    TokenLogin,
    bearer,
    given_token,
    url_path,
)
from message_detail.providers.carecloud.account import SCHEMA, time_zone
from message_detail.providers.carecloud.mapping import CHANNELS, FIELDS, channel_key, normalize

NOT_FOUND_REASONS: Final = frozenset(
    {"not_found", "deleted", "not_found_exception", "resource_not_found_exception", "entity_not_found_exception"}
)
"""Reasons and exceptions that speak of the message rather than of our request, in whatever status they come."""
REFUSALS: Final = {401: "CareCloud refuses the token: it is wrong or has expired"}
THROTTLED_WORDS: Final = frozenset({"too_many_requests_exception", "rate_limit_exception", "too_many_requests"})
SAYINGS: Final = (
    *odd_meanings("CareCloud", "https://carecloud.readme.io/reference/getting-started-with-your-api (errors)"),
    ErrorText(
        statuses=ODD_STATUSES,
        says=re.compile(r"zpráv\w{0,3}[^.;]{0,60}(?:nenalezen|nebyl\w? nalezen|neexistuje|smazán)"),
        error=MessageNotFound,
        detail="CareCloud has no message with this id",
        source="texts come in the language of Accept-Language, Czech by default (vendor's page of getmessage)",
    ),
)
"""What CareCloud's texts say in a status that means something else."""

_CODE_WORD: Final = re.compile(r"[a-z_]{1,64}")


def retrieve(account: Account, message_id: str) -> Steps:
    """GET /messages/{id}, which has no text, and GET /messages/{id}/detail, which has.

    A channel that is neither a known number nor a known word costs a third call, GET /communication-channels:
    elsewhere CareCloud spells channels as ids of that list. The message comes also when the second and third
    call are refused or find nothing.
    """
    time_zone(account)  # a bad setting costs no call
    language = {"Accept-Language": account.require("language")}
    document = build_document((yield Request(path=url_path("messages", message_id), headers=language)))
    detail = yield Request(path=url_path("messages", message_id, "detail"), headers=language, optional=True)
    document.update(_read_detail(detail))
    channel = document.get("communication_channel_id")
    if channel not in (None, "") and channel_key(str(channel)) not in CHANNELS:
        listed = yield Request(path=url_path("communication-channels"), headers=language, optional=True)
        document.update(_channel(listed, channel_key(str(channel))))
    return document


def build_document(answer: Response) -> Document:
    """The `data` object; anything that stands beside it is kept apart."""
    body = answer.object()
    data = body.get("data")
    if not isinstance(data, dict) or data.get("message_id") in (None, ""):
        raise ProviderBadAnswer("the answer holds no data.message_id")
    return {**data, **_beside_data(body, "_envelope")}


def _read_detail(answer: Response) -> Document:
    """The text, or nothing where the call is refused, finds nothing or makes no sense."""
    if not answer.ok:
        return {}
    body = answer.object()
    detail = {"_detail": body["data"]} if body.get("data") else {}
    return {**detail, **_beside_data(body, "_detail_envelope")}


def _channel(answer: Response, wanted: str) -> Document:
    """The channel's entry in the list of channels; the other entries say nothing of this message."""
    data = answer.object().get("data") if answer.ok else None
    entries = data.get("communication_channels") if isinstance(data, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and channel_key(str(entry.get("communication_channel_id"))) == wanted:
            return {"_channel": entry}
    return {}


def _beside_data(body: Mapping[str, Any], name: str) -> Document:
    rest = {key: value for key, value in body.items() if key != "data"}
    return {name: rest} if rest else {}


def classify(answer: Response) -> ProviderError | None:
    """What an answer means: by its code words, its status, and last its texts, which may be Czech."""
    error = _error(answer)
    if answer.status < 400 and not error:
        return None
    words = _words(answer)
    if words & THROTTLED_WORDS:
        return RateLimited("CareCloud throttles this project")
    if answer.status in ODD_STATUSES and words & NOT_FOUND_REASONS:
        return MessageNotFound("CareCloud has no message with this id")
    return meaning(answer.status, answer, SAYINGS) or by_status(
        "CareCloud", answer.status, refusals=REFUSALS, said=_said(answer)
    )


def _words(answer: Response) -> set[str]:
    """The code words of an error answer."""
    exception = _error(answer).get("exception")
    return {*_reasons(answer), *([exception.strip().casefold()] if isinstance(exception, str) else ())}


def _error(answer: Response) -> Mapping[str, Any]:
    error = answer.object().get("error")
    return error if isinstance(error, dict) else {}


def _reasons(answer: Response) -> Iterator[str]:
    """The reasons under error.error_data.invalid_params; the names beside them come in any type."""
    data = _error(answer).get("error_data")
    params = data.get("invalid_params") if isinstance(data, dict) else None
    for param in params if isinstance(params, list) else ():
        reason = param.get("reason") if isinstance(param, dict) else None
        if isinstance(reason, str):
            yield reason.strip().casefold()


def _said(answer: Response) -> str:
    """Status and code words of an error answer; its texts are left out, for they may hold personal data."""
    words = [_error(answer).get("exception"), *_reasons(answer)]
    codes = dict.fromkeys(word for word in words if isinstance(word, str) and _CODE_WORD.fullmatch(word))
    return f"{answer.status} ({', '.join(codes)})" if codes else str(answer.status)


def _sign_in(account: Account) -> Request:
    """POST /users/actions/login; the application's id is the *encoded* one."""
    return Request(
        method="POST",
        path=url_path("users", "actions", "login"),
        headers={"Accept-Language": account.require("language")},
        json={
            "user_external_application_id": account.require("external_application_id"),
            "login": account.require("login"),
            "password": account.require("password"),
        },
        authenticated=False,
    )


def _read_token(answer: Response, account: Account) -> Token:
    """The bearer token. Its `valid_to` is local time without an offset, hence no measure: it lives 7 h, or as
    long as the project says, and a 401 ends it. The user's data beside it is not looked at."""
    if isinstance(answer.error, Temporary | ProviderBadAnswer):
        raise answer.error
    if answer.error is not None:
        raise ProviderRefused(
            reasoned(
                f"CareCloud refused to log in with {_said(answer)} (check base_url, login, password and "
                "external_application_id, the encoded id, and that the user is in the group webservice)",
                answer,
                account,
            )
        )
    data = answer.object().get("data")
    token = data.get("bearer_token") if isinstance(data, dict) else None
    if not isinstance(token, str) or not token:
        raise ProviderBadAnswer("the answer to the login holds no bearer token")
    return Token(token)


def _rejected(answer: Response) -> bool:
    return answer.status == 401


PROVIDER: Final = Provider(
    name="carecloud",
    title="CareCloud",
    docs="https://carecloud.readme.io/reference/getmessage",
    schema=SCHEMA,
    authentication=Authentication(
        headers=bearer,
        static=given_token,
        login=TokenLogin(read=_read_token, rejected=_rejected, sign_in=_sign_in),
    ),
    retrieve=retrieve,
    classify=classify,
    normalize=normalize,
    fields=FIELDS,
    absent_id="0" * 24,
    reports_engagement=True,
    reports_delivery=False,
)
