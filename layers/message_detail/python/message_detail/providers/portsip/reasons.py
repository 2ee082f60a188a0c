"""What the free text `reason` of a failed PortSIP message says, as far as it is recognised.

The PBX passes on what its trunk or Meta said: a code alone, a sentence with or without one, or JSON. A code is told
from the digits of a phone number, of a date or of an amount. Words: our reading. A text that is not recognised is the
provider's error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from message_detail.domain.message import Failure, FailureCategory, Permanence
from message_detail.providers.base.carrier_codes import CODES, Cause, find_cause

MAX_READ: Final = 4_000
"""Characters of a reason that are looked at."""

WORDS: Final[tuple[tuple[re.Pattern[str], Cause], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), cause)
    for pattern, cause in (
        # Before what speaks of authentication: that is also the name of a kind of template.
        (r"\btemplates?\b|re-?engagement", (FailureCategory.TEMPLATE_ERROR, Permanence.PERMANENT)),
        # A channel whose token at Meta has died fails for every recipient until somebody renews it.
        (
            r"access token|(?:token|session) (?:has )?expired|unauthori[sz]ed|permission denied"
            r"|authentication (?:failed|error|failure|required)"
            r"|(?:could not|cannot|can't|unable to|failed to) authenticate|not authenticated",
            (FailureCategory.AUTH_ERROR, Permanence.TEMPORARY),
        ),
        (
            r"opted[ -]?out|unsubscribed|blacklist rule|\bdnd\b|do[ -]not[ -](?:disturb|contact|call)"
            r"|\b(?:replied|sent|due to|received) [\"']?stop\b|^\W{0,3}stop\W{0,3}$",
            (FailureCategory.OPTED_OUT, Permanence.PERMANENT),
        ),
        (r"rate limit|throttl|too many", (FailureCategory.RATE_LIMITED, Permanence.TEMPORARY)),
        (
            r"(?:not|un)[ -]?(?:registered|verified)\b.{0,40}\b(?:10dlc|campaign|sender|toll[ -]?free)"
            r"|(?:10dlc|campaign|sender|toll[ -]?free)\b.{0,40}\b(?:not |un)(?:registered|verified|approved)"
            r"|(?:10dlc|campaign|sender|toll[ -]?free)\b.{0,40}\b(?:registration|verification) (?:is )?"
            r"(?:missing|required|pending|incomplete)"
            r"|unregistered (?:number|sender)|permission\b.{0,60}\bnot (?:been )?(?:enabled|granted)",
            (FailureCategory.BLOCKED, Permanence.PERMANENT),
        ),
        (
            r"unreachable|\b(?:switched|powered|turned) off|(?:handset|phone|device) (?:is )?off\b|out of coverage"
            r"|absent[ -]subscriber|subscriber[ -](?:unavailable|absent)"
            r"|not reachable|un-?routable|not routable|no[ -]route",
            (FailureCategory.UNREACHABLE, Permanence.UNKNOWN),
        ),
        (
            r"(?:invalid|unknown|nonexistent)[ -](?:(?:phone|destination|recipient|mobile)[ -])?"
            r"(?:number|recipient|destination|subscriber|msisdn)"
            r"|not (?:a |on |a valid )?whatsapp|no whatsapp account|not a mobile|landline|not in service"
            r"|unallocated(?![ -]from)",
            (FailureCategory.INVALID_RECIPIENT, Permanence.PERMANENT),
        ),
        (r"\bspam\b|filtered", (FailureCategory.SPAM, Permanence.UNKNOWN)),
        (r"\b(?:blocked|blacklisted|blocklisted)\b", (FailureCategory.BLOCKED, Permanence.UNKNOWN)),
        (
            r"\bconsent\b|\bnot (?:in|on) (?:the |your |an )?allow(?:ed)?[ -]?list",
            (FailureCategory.CONSENT_MISSING, Permanence.UNKNOWN),
        ),
        (
            r"(?:media|attachment|file)\b.{0,40}\b(?:too large|unsupported|not supported|download|upload)",
            (FailureCategory.MEDIA_ERROR, Permanence.UNKNOWN),
        ),
        (
            r"(?:content|body)\b.{0,20}\b(?:rejected|not allowed|invalid|prohibited)|message (?:is )?too long",
            (FailureCategory.CONTENT_REJECTED, Permanence.PERMANENT),
        ),
        (r"validity period|\bexpired\b|time[ -]to[ -]live", (FailureCategory.EXPIRED, Permanence.TEMPORARY)),
        (r"\bcarrier\b", (FailureCategory.CARRIER_ERROR, Permanence.UNKNOWN)),
    )
)

_OTHER: Final[Cause] = (FailureCategory.PROVIDER_ERROR, Permanence.UNKNOWN)

_MARKED: Final = re.compile(
    r"""\(?\#(\d{1,6})\b                            # (#131047)
    | (?:\b|error_?|err_?)code["']?\s{0,3}[:=]\s{0,3}["'\[]?(\d{1,6})\b # {"errorCode":131026}, Error code: 30005
    | (?:\b|error_?|err_?)code\s(\d{3,6})\b                           # error code 30005
    | \berr(?:or)?[\s:=#-]{0,3}(\d{3,6})\b          # Error 21610
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LEADING: Final = re.compile(
    r"\W{0,3}(?:(\d{5,6})(?=\s{0,3}(?:[:,.;)\]|-](?!\d)|$))|((?:21|30|40|63)\d{3}|13\d{4})(?=\s[A-Za-z]))"
)
"""A code at the beginning, as in "30003: unreachable", or alone; one of a known series also before a word."""
_LEADING_SHORT: Final = re.compile(r"\W{0,3}([45]\d{3}|99\d\d)(?=:?\s[a-z]{2,20}-[a-z]|$)")
"""Bandwidth's codes have four digits, and words joined by hyphens behind them."""
_WHOLE: Final = re.compile(r"(?<![\d.])(\d{1,6})\.0(?![\d.])")
"""A code that something made a fraction of."""
_MEASURED: Final = re.compile(
    r"\s?(?:(?:ms|msecs?|s|secs?|seconds|minutes|messages|parts|segments|bytes|kb|mb|characters|chars|times|credits|units"
    r"|usd|eur|gbp|aud|czk)\b|[%$€£])",
    re.I,
)
_MEASURE: Final = re.compile(
    r"(?:[$€£]|\b(?:usd|eur|gbp|aud|czk|port|waited|amount|limit|balance|after)\W{0,2})$", re.I
)
_BARE: Final = re.compile(r"(?<![\w+])\d{5,6}(?!\w)")
"""Five or six digits: a code only where it is a known one."""
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_DIGITS_BEFORE: Final = re.compile(r"(\+?\d{0,20})[ ()./-]{1,3}$")
_DIGITS_AFTER: Final = re.compile(r"[ ()./-]{1,3}(\d{1,20})(?!\w)")
_ADDRESSED: Final = re.compile(r"(?:numbers?|phone|tel|to|from|sender|recipient|receiver|destination)\W{0,3}$", re.I)
_NEAR: Final = 24


def read_failure(reason: str | None) -> Failure:
    """The failure that a reason describes."""
    text = _WHOLE.sub(r"\1", (reason or "")[:MAX_READ])
    native_code = _read_code(text)
    by_words = next((cause for pattern, cause in WORDS if pattern.search(text)), _OTHER)
    category, permanence = (find_cause(native_code) if native_code else None) or by_words
    return Failure(category=category, permanence=permanence, native_code=native_code, message=reason)


def _read_code(text: str) -> str | None:
    """The code of a text: of several the first whose meaning is more than that of any error, else the first known."""
    found = list(dict.fromkeys(_codes(text)))
    known = [code for code in found if find_cause(code)]
    telling = [code for code in known if (cause := find_cause(code)) and cause[0] is not FailureCategory.PROVIDER_ERROR]
    return next(iter(telling or known or found), None)


def _codes(text: str) -> Iterator[str]:
    """What is written as a code, then the known ones that stand anywhere."""
    if (leading := _LEADING.match(text)) and not _is_of_a_number(text, *leading.span(leading.lastindex or 0)):
        yield leading[leading.lastindex or 0]
    elif short := _LEADING_SHORT.match(text):
        yield short[1]
    for marked in _MARKED.finditer(text):
        group = marked.lastindex or 0
        if not (_YEAR.fullmatch(marked[group]) or text[marked.end() : marked.end() + 2].strip(".-/:").isdigit()):
            yield marked[group]
    for bare in _BARE.finditer(text):
        if bare[0] in CODES and not _is_of_a_number(text, bare.start(), bare.end()):
            yield bare[0]


def _is_of_a_number(text: str, start: int, end: int) -> bool:
    """Whether digits are part of a phone number, an amount or a date, or are somebody's (short) number."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if _ADDRESSED.search(before) or _MEASURE.search(before) or _MEASURED.match(after):
        return True
    near = (_DIGITS_BEFORE.search(before), _DIGITS_AFTER.match(after))
    beside = [found[1] for found in near if found is not None and found[1]]
    return any(len(digits) < 5 or digits not in CODES for digits in beside)  # two codes in a row are no number
