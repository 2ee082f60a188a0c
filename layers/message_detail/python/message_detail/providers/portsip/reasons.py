"""What the free text `reason` of a failed PortSIP message says, as far as it is recognised.

The PBX passes on what its trunk or Meta said. Codes: those of Twilio, https://www.twilio.com/docs/api/errors.
Words: our reading. A text that is not recognised is the provider's error.
"""

from __future__ import annotations

import re
from typing import Final

from message_detail.message import Failure, FailureCategory, Permanence

Why = tuple[FailureCategory, Permanence]

CODES: Final[dict[str, Why]] = {
    "21211": (FailureCategory.INVALID_RECIPIENT, Permanence.PERMANENT),
    "21610": (FailureCategory.OPTED_OUT, Permanence.PERMANENT),
    "21614": (FailureCategory.INVALID_RECIPIENT, Permanence.PERMANENT),
    "30003": (FailureCategory.UNREACHABLE, Permanence.UNKNOWN),
    "30004": (FailureCategory.BLOCKED, Permanence.UNKNOWN),
    "30005": (FailureCategory.INVALID_RECIPIENT, Permanence.PERMANENT),
    "30006": (FailureCategory.UNREACHABLE, Permanence.PERMANENT),
    "30007": (FailureCategory.SPAM, Permanence.UNKNOWN),
    "30008": (FailureCategory.CARRIER_ERROR, Permanence.UNKNOWN),
}

WORDS: Final[tuple[tuple[re.Pattern[str], Why], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), why)
    for pattern, why in (
        # A channel whose token at Meta has died fails for every recipient until somebody renews it.
        (
            r"access token|token (has )?expired|unauthori[sz]ed|authenticat",
            (FailureCategory.AUTH_ERROR, Permanence.TEMPORARY),
        ),
        (r"opted[ -]?out|unsubscribed", (FailureCategory.OPTED_OUT, Permanence.PERMANENT)),
        (r"rate limit|throttl|too many", (FailureCategory.RATE_LIMITED, Permanence.TEMPORARY)),
        (r"unreachable", (FailureCategory.UNREACHABLE, Permanence.UNKNOWN)),
        (
            r"(invalid|unknown) (phone |destination )?(number|recipient|destination)",
            (FailureCategory.INVALID_RECIPIENT, Permanence.PERMANENT),
        ),
        (r"\bspam\b|filtered", (FailureCategory.SPAM, Permanence.UNKNOWN)),
        (r"\bblocked\b", (FailureCategory.BLOCKED, Permanence.UNKNOWN)),
    )
)

_OTHER: Final[Why] = (FailureCategory.PROVIDER_ERROR, Permanence.UNKNOWN)
_CODE: Final = re.compile(r"\s*(?:error\s+)?(\d{5})\s*(?:[:,.-]|$)", re.IGNORECASE)
"""A code at the beginning, as in "30003: unreachable"."""


def failure_of(reason: str | None) -> Failure:
    """The failure that a reason describes."""
    text = reason or ""
    code = _CODE.match(text)
    native_code = code[1] if code else None
    by_words = next((why for pattern, why in WORDS if pattern.search(text)), _OTHER)
    category, permanence = CODES.get(native_code or "", by_words)
    return Failure(category=category, permanence=permanence, native_code=native_code, message=reason)
