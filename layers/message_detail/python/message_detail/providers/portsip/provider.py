"""The declaration of PortSIP PBX. Vendor pages: PortSIP PBX REST API, "External Message" and "Auth"."""

from __future__ import annotations

import math
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
from message_detail.providers.base.error_texts import meaning, odd_meanings, reasoned
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
from message_detail.providers.portsip.account import SCHEMA
from message_detail.providers.portsip.mapping import FIELDS, normalize

DEFAULT_LIFE_SECONDS: Final = 1800.0
"""The shorter one of the two lives that the vendor's pages give, for an answer without `expires_in`."""

REFUSALS: Final = {
    401: "PortSIP PBX refuses the user name and password, or the token",
    403: "PortSIP PBX refuses: the user's role lacks the Analytics permission",
}
NO_SUCH_MESSAGE_CODES: Final = frozenset({"VALIDATE_FAILED", "NOT_FOUND", "RESOURCE_NOT_FOUND", "NOT_EXIST"})
SAYINGS: Final = odd_meanings("PortSIP PBX", "PortSIP PBX REST API: any error may come with the code UNKNOWN")
"""What PortSIP's texts say in a status that means something else."""

_RESOURCE: Final = "external_messages"


def retrieve(_account: Account, message_id: str) -> Steps:
    """GET /external_messages/{id}; after a 404 also the list, since an old PBX answers 404 to both."""
    answer = yield Request(path=url_path(_RESOURCE, message_id), optional=True)
    if answer.error is not None:
        if answer.status == 404:
            listed = yield Request(path=url_path(_RESOURCE), query={"top": "1"}, optional=True)
            if listed.status == 404:
                raise ProviderRefused(
                    "this PortSIP PBX has no external messages: it predates v22.1.7, or base_url is wrong"
                )
        raise answer.error
    return build_document(answer)


def build_document(answer: Response) -> Document:
    """The answer has no envelope."""
    body = answer.object()
    if body.get("id") in (None, ""):
        raise ProviderBadAnswer("the answer holds no id")
    return body


def classify(answer: Response) -> ProviderError | None:
    """What an answer means, by status and by the codes in `errors`; one that is not known says nothing."""
    if answer.status < 400 and answer.object().get("id"):
        return None
    codes = _codes(answer)
    if _is_throttled(answer):
        return RateLimited("PortSIP PBX throttles this address")
    if "UNAUTHORIZED" in codes and answer.status != 429:
        return ProviderRefused(REFUSALS[401])
    # The only thing of ours that can be invalid is the id.
    if codes & NO_SUCH_MESSAGE_CODES and answer.status not in (401, 429):
        return MessageNotFound("PortSIP PBX has no message with this id")
    return meaning(answer.status, answer, SAYINGS) or by_status("PortSIP PBX", answer.status, refusals=REFUSALS)


def _errors(answer: Response) -> list[dict[str, Any]]:
    errors = answer.object().get("errors")
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []


def _codes(answer: Response) -> set[str]:
    return {str(error.get("code") or "").strip().upper() for error in _errors(answer)}


def _is_throttled(answer: Response) -> bool:
    """The vendor says "throttled" and not with which status."""
    texts = (str(error.get(key) or "") for error in _errors(answer) for key in ("code", "message", "detail"))
    return any("throttl" in text.casefold() for text in texts)


def sign_in(account: Account) -> Request:
    """POST /auth/sign_in, which exists since v22.2.11."""
    credentials = {"username": account.require("username"), "password": account.require("password")}
    domain = account.get("domain")
    if domain:
        credentials["domain"] = domain
    return Request(path=url_path("auth", "sign_in"), method="POST", json=credentials, authenticated=False)


def refresh(_account: Account, refresh_token: str) -> Request:
    """POST /auth/refresh_token, without an Authorization header."""
    return Request(
        path=url_path("auth", "refresh_token"),
        method="POST",
        json={"refresh_token": refresh_token},
        authenticated=False,
    )


def read_token(answer: Response, account: Account) -> Token:
    """The token of a sign-in or a refresh. ProviderRefused says what the operator has to change."""
    if answer.status == 404:
        raise ProviderRefused(
            "this PortSIP PBX has no auth/sign_in: it is older than v22.2.11 and needs a static token in the "
            "account, or base_url is wrong"
        )
    if isinstance(answer.error, Temporary | ProviderBadAnswer):
        raise answer.error
    if answer.error is not None:
        detail = f"PortSIP PBX refuses the user name and password, or the token ({answer.status})"
        raise ProviderRefused(reasoned(detail, answer, account))
    body = answer.object()
    access_token = body.get("access_token")
    if isinstance(access_token, str) and access_token:
        kept = body.get("refresh_token")
        return Token(access_token, _life(body.get("expires_in")), kept if isinstance(kept, str) and kept else None)
    if body.get("two_factor_enabled"):
        raise ProviderRefused("PortSIP PBX wants a second factor: use a service user without two-factor login")
    raise ProviderBadAnswer("the answer to the sign-in holds no access_token")


def _life(value: Any) -> float:
    """Seconds of life from `expires_in`, a number or text."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return DEFAULT_LIFE_SECONDS
    return seconds if math.isfinite(seconds) and seconds > 0 else DEFAULT_LIFE_SECONDS


def rejected(answer: Response) -> bool:
    """Whether the access token is no longer good, as opposed to lacking a right.

    A proxy before the PBX may show its login page instead: a success, and HTML.
    """
    shows_a_page = answer.status < 400 and answer.body is None and "html" in answer.headers.get("content-type", "")
    return shows_a_page or answer.status == 401 or "UNAUTHORIZED" in _codes(answer)


PROVIDER = Provider(
    name="portsip",
    title="PortSIP PBX",
    docs="https://github.com/portsip/portsip-knowledge-base",
    schema=SCHEMA,
    authentication=Authentication(
        headers=bearer,
        static=given_token,
        login=TokenLogin(read=read_token, rejected=rejected, sign_in=sign_in, refresh=refresh),
    ),
    retrieve=retrieve,
    classify=classify,
    normalize=normalize,
    fields=FIELDS,
    absent_id="MA==",
)
