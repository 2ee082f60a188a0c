"""HighLevel's access tokens. Vendor page: "OAuth 2.0", https://marketplace.gohighlevel.com/docs.

A refresh token is good for one use, or a year: using it kills it and gives a new one. There is no signing in by
program: a lost refresh token means that the app has to be connected to the location again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, Final

from message_detail.domain.errors import ProviderBadAnswer, ProviderRefused, Temporary
from message_detail.providers.base.account import Account
from message_detail.providers.base.error_texts import vendor_reason
from message_detail.providers.base.provider import Request, Response, Token, TokenLogin, url_path
from message_detail.providers.highlevel.account import version_header

_DEAD: Final = re.compile(r"invalid|expired")
_TOKEN: Final = re.compile(r"token|jwt")
_INACTIVE: Final = re.compile(
    r"(?:location|sub-?account|account|company|agency|app)[^.;]{0,40}"
    r"(?:not active|inactive|not installed|uninstalled|suspended|paused|deactivated|disabled|deleted|not found)"
)
_LACKS_A_RIGHT: Final = re.compile(r"scope|location|authclass")


def refresh(account: Account, refresh_token: str) -> Request:
    """POST /oauth/token as a form. It wants the `Version` header since June 2026."""
    return Request(
        path=url_path("oauth", "token"),
        method="POST",
        headers=version_header(account),
        form={
            "client_id": account.require("client_id"),
            "client_secret": account.require("client_secret"),
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "user_type": "Location",
        },
        authenticated=False,
    )


def read_token(answer: Response, account: Account) -> Token:
    """The new pair of tokens, in the spelling of before June 2026 or after. ProviderRefused where there is none.

    It repeats the vendor's reason: of a location that is not active (GoHighLevel/highlevel-api-docs issue 249) no
    credentials of ours are to blame.
    """
    if isinstance(answer.error, Temporary | ProviderBadAnswer):
        raise answer.error
    if answer.error is not None:
        raise ProviderRefused(_refusal(answer, account))
    body = answer.object()
    access_token = _text(body, "access_token", "accessToken")
    if access_token is None:
        raise ProviderBadAnswer("the answer to the refresh holds no access token")
    life = _seconds(body.get("expires_in") or body.get("expiresIn"))
    return Token(access_token, life, _text(body, "refresh_token", "refreshToken"))


def _refusal(answer: Response, account: Account) -> str:
    reason = vendor_reason(answer, account)
    said = "" if reason is None else f": {reason!r}"
    if reason is not None and _INACTIVE.search(reason.casefold()):
        return (
            f"HighLevel refused to refresh the access token ({answer.status}){said}; no other token helps as long as "
            "the location is not active there"
        )
    return (
        f"HighLevel refused to refresh the access token ({answer.status}){said}; check client_id and client_secret; if "
        "they are right, the refresh token is used up, so connect the app again and put the new one in the account"
    )


def rejected(answer: Response) -> bool:
    """Whether a 401 is about the access token. One about a right must not cost the refresh token."""
    said = _said(answer)
    about_token = bool(_DEAD.search(said) and _TOKEN.search(said))
    return answer.status == 401 and about_token and not lacks_a_right(answer)


def lacks_a_right(answer: Response) -> bool:
    """Whether the texts of a refusal are about a scope or a location, which no other token of the app would have."""
    return bool(_LACKS_A_RIGHT.search(_said(answer)))


def _said(answer: Response) -> str:
    return " ".join(_texts(answer)).casefold()


def _texts(answer: Response) -> Iterator[str]:
    """The texts of an error answer: `message` is one text or several."""
    body = answer.object()
    for key in ("message", "error", "error_description"):
        value = body.get(key)
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str):
                yield text


def _text(body: dict[str, Any], *names: str) -> str | None:
    return next((body[name] for name in names if isinstance(body.get(name), str) and body[name]), None)


def _seconds(value: Any) -> float | None:
    """Seconds of life from a number or text."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None


def _seed(account: Account) -> str:
    return account.require("refresh_token")


LOGIN: Final = TokenLogin(read=read_token, rejected=rejected, refresh=refresh, seed=_seed)
