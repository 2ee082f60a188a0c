"""What the `error` of an e-mail says, as far as it is recognised: HighLevel passes on what the mail servers said.

Codes: RFC 3463 (enhanced status codes, `5.1.1`) and its registry, https://www.iana.org/assignments/smtp-enhanced-status-codes;
RFC 5321, 4.2 (reply codes, `550`). Words: our reading of what servers write beside or instead of them.
"""

from __future__ import annotations

import re
from typing import Final

from message_detail.domain.message import Failure, FailureCategory, Permanence

Why = tuple[FailureCategory, Permanence]

_NO_RECIPIENT: Final[Why] = (FailureCategory.INVALID_RECIPIENT, Permanence.PERMANENT)
_FULL: Final[Why] = (FailureCategory.BOUNCED_SOFT, Permanence.TEMPORARY)
_BLOCKED: Final[Why] = (FailureCategory.BLOCKED, Permanence.PERMANENT)
_CONTENT: Final[Why] = (FailureCategory.CONTENT_REJECTED, Permanence.PERMANENT)
_AWAY: Final[Why] = (FailureCategory.UNREACHABLE, Permanence.TEMPORARY)
_HARD: Final[Why] = (FailureCategory.BOUNCED_HARD, Permanence.PERMANENT)
_SOFT: Final[Why] = (FailureCategory.BOUNCED_SOFT, Permanence.TEMPORARY)

ENHANCED: Final[dict[str, Why]] = {
    # The whole code where its class (4: for now, 5: for good) matters, else by subject and detail.
    "4.2.1": _AWAY,
    "5.4.1": _NO_RECIPIENT,
    **dict.fromkeys(("1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.1", "4.4"), _NO_RECIPIENT),
    "2.2": _FULL,
    "3.1": _FULL,
    **dict.fromkeys(("2.3", "3.4", "6.0", "6.1", "6.2", "6.3"), _CONTENT),
    **dict.fromkeys(("3.0", "3.2", "4.0", "4.1", "4.2", "4.3", "4.5", "4.6", "4.7"), _AWAY),
    **dict.fromkeys(("7.0", "7.1", "7.2", "7.20", "7.21", "7.22", "7.23", "7.24", "7.25", "7.26", "7.27"), _BLOCKED),
    **dict.fromkeys(("7.28", "4.9"), (FailureCategory.RATE_LIMITED, Permanence.TEMPORARY)),
    "7.8": (FailureCategory.AUTH_ERROR, Permanence.UNKNOWN),
}

WORDS: Final[tuple[tuple[tuple[str, ...], Why], ...]] = (
    (
        ("spam", "phish", "virus", "malware", "junk mail", "bulk mail"),
        (FailureCategory.SPAM, Permanence.PERMANENT),
    ),
    (
        ("unsubscribed", "opted out", "complained", "suppress", "do not disturb", "dnd"),
        (FailureCategory.OPTED_OUT, Permanence.PERMANENT),
    ),
    (
        ("mailbox full", "mailbox is full", "full mailbox", "over quota", "quota exceeded", "overquota",
         "out of storage", "exceeded storage", "insufficient storage"),
        _FULL,
    ),
    (
        ("user unknown", "unknown user", "no such user", "unknown recipient", "recipient unknown", "unknown address",
         "no such recipient", "no such mailbox", "no mailbox here", "mailbox not found", "mailbox unavailable",
         "user not found", "recipient not found", "address not found", "recipient rejected", "address rejected",
         "does not exist", "doesn't exist", "does not have an account", "invalid recipient", "invalid mailbox",
         "invalid address", "account is disabled", "account disabled", "mailbox disabled", "inactive user",
         "unrouteable address", "domain not found", "host not found", "no mx", "nullmx", "name or service not known"),
        _NO_RECIPIENT,
    ),
    (("rate limit", "too many", "throttl"), (FailureCategory.RATE_LIMITED, Permanence.TEMPORARY)),
    (("too large", "size limit", "message size", "attachment"), _CONTENT),
    (
        ("blocked", "blacklist", "blocklist", "block list", "denylist", "denied", "policy", "reputation", "dmarc",
         "spf", "dkim", "not authorized", "not permitted", "refused by"),
        _BLOCKED,
    ),
    (
        ("timed out", "timeout", "connection refused", "unreachable", "greylist", "graylist", "try again", "temporar",
         "service unavailable"),
        _AWAY,
    ),
)  # fmt: skip
"""The first that is found in the text counts. A word of spam says more than the code it comes with (`5.7.1`)."""

REPLIES: Final[dict[str, Why]] = {
    **dict.fromkeys(("421", "450", "451"), _SOFT),
    "452": _FULL,
    "550": _HARD,
    **dict.fromkeys(("551", "553"), _NO_RECIPIENT),
    "552": _FULL,
    "554": _HARD,
}

_OTHER: Final[Why] = (FailureCategory.PROVIDER_ERROR, Permanence.UNKNOWN)
_ENHANCED: Final = re.compile(r"(?<![\d.])([45])\.(\d{1,3}\.\d{1,3})(?![\d.]\d)")
_REPLY: Final = re.compile(r"(?<![\d.])[45][0-5]\d(?![\d.])")
_MOST: Final = 2_000
"""Characters that are searched: servers put the reason first, and some quote the whole mail behind it."""


def email_failure(error: str | None) -> Failure:
    """The failure that an error describes; without one nothing is known of it."""
    if error is None:
        return Failure()
    text = error[:_MOST].casefold()
    enhanced, reply = _ENHANCED.search(text), _REPLY.search(text)
    category, permanence = _why(text, enhanced, reply[0] if reply else None)
    code = enhanced[0] if enhanced else reply[0] if reply else None
    if code is not None and code.startswith("4"):
        permanence = Permanence.TEMPORARY
    return Failure(category=category, permanence=permanence, native_code=code, message=error)


def _why(text: str, enhanced: re.Match[str] | None, reply: str | None) -> Why:
    by_words = next((why for words, why in WORDS if any(word in text for word in words)), None)
    if by_words is not None and by_words[0] in (FailureCategory.SPAM, FailureCategory.OPTED_OUT):
        return by_words
    by_code = (ENHANCED.get(enhanced[0]) or ENHANCED.get(enhanced[2])) if enhanced else None
    return by_code or by_words or REPLIES.get(reply or "") or _OTHER
