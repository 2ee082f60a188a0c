"""What a provider says with an error: what its text means in whatever status it comes, and what may be told of it.

Two helpers for `Provider.classify` and `TokenLogin.read`: a table of `Saying`s, for texts that mean something else
than their status; and `vendor_reason`, the vendor's own words for whoever has to act on a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from message_detail.domain.errors import MessageNotFound, ProviderError, RateLimited
from message_detail.providers.base.account import Account
from message_detail.providers.base.provider import Response

TEXT_KEYS: Final = (
    "message",
    "error_description",
    "detail",
    "details",
    "title",
    "error",
    "errors",
    "reason",
    "msg",
    "description",
    "code",
)
"""Where vendors put the text of an error, the most telling first: as text, list or object."""
MOST_TEXTS: Final = 8
MOST_DEPTH: Final = 3
LONGEST_TEXT: Final = 400
"""Characters of one text that are looked at."""
LONGEST_REASON: Final = 200
HIDDEN: Final = "[…]"

ODD_STATUSES: Final = frozenset({200, 400, 404, 410, 422, 500})
"""In which a text may say that there is no such message. Gateways in front of a vendor answer 502 to 504."""
NO_SUCH_MESSAGE: Final = re.compile(
    r"(?:\bmessage|\brecord|\bresource|\bobject)[^.;]{0,80}?"
    r"(?:not[ _]?found|(?:does|did|do) ?n[o']t exist|not exist|no longer (?:exist|available)|(?:been|was|is) deleted)"
    r"|\b(?:no such|unable to find|cannot find|can't find|could not find|couldn't find|did not find) "
    r"(?:the |this |a |any )?(?:message|record|resource)"
    r"|\bno (?:message|record|data)s? (?:was |were )?(?:found|exists?)\b"
    r"|\binvalid message ?_?id\b|\bmessage ?_?id[^.;]{0,20} (?:invalid|not valid|unknown)\b"
    r"|\bcast to objectid failed\b"
    r"|^(?:[a-z_.]{0,40}[_.])?not[ _-]?found(?:[_ ]?(?:error|exception))?[.!]?$"
)
"""In lower case: as a sentence, as a code word, and as a database's refusal of an id that it can't have."""
THROTTLED: Final = re.compile(r"\brate[ _-]?limit|too[ _-]many[ _-]requests|\bthrottl|\bover[ _]limit\b")

_BLANKS: Final = re.compile(r"[\s\x00-\x1f\x7f]+")
_PRIVATE: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\S+@\S+",  # a mailbox
        r"[a-z]{2,10}://\S+",  # a link may hold a key
        r"\"[^\"]{1,200}\"|“[^”]{1,200}”|`[^`]{1,200}`|(?<!\w)'[^']{1,200}'(?!\w)",  # what was sent is quoted
        r"(?=\S{0,40}\d)(?=\S{0,40}[A-Za-z])[\w.+/=-]{12,}|[\w+/=-]{32,}",  # a key
        r"\+?\d[\d\s().-]{5,40}\d",  # a number that may be a phone's
    )
)
_SHORTEST_SECRET: Final = 4
_SHOWABLE: Final = frozenset({"version", "language", "time_zone", "location_id"})
"""Settings that are neither secret nor a person's."""


@dataclass(frozen=True, slots=True)
class ErrorText:
    """One row: in one of these `statuses`, a text in which `says` is found and `unless` is not means `error`.

    Both patterns are sought in the texts of an error answer, in lower case, each cut to LONGEST_TEXT. `source` is the
    vendor's page or the report that shows it.
    """

    statuses: frozenset[int]
    says: re.Pattern[str]
    error: type[ProviderError]
    detail: str
    source: str
    unless: re.Pattern[str] | None = None

    def is_said(self, status: int, texts: Sequence[str]) -> bool:
        """Whether an answer of this status and these texts says it."""
        return status in self.statuses and any(self._is_in(text.casefold()) for text in texts)

    def _is_in(self, text: str) -> bool:
        return bool(self.says.search(text)) and not (self.unless is not None and self.unless.search(text))


def meaning(
    status: int, answer: Response, sayings: Iterable[ErrorText], more: Sequence[str] = ()
) -> ProviderError | None:
    """The error that the first fitting row stands for; None where the status has to tell. `more` are texts that a
    vendor has in places of its own."""
    texts = [*said(answer), *(text[:LONGEST_TEXT] for text in more)]
    found = next((row for row in sayings if row.is_said(status, texts)), None)
    return None if found is None else found.error(found.detail)


def odd_meanings(vendor: str, *sources: str) -> tuple[ErrorText, ...]:
    """The rows that all vendors share: no such message, and throttling, in a status that says something else."""
    source = "; ".join(sources)
    return (
        ErrorText(
            statuses=ODD_STATUSES,
            says=NO_SUCH_MESSAGE,
            error=MessageNotFound,
            detail=f"{vendor} has no message with this id",
            source=source,
        ),
        ErrorText(
            statuses=frozenset({200, 400, 403, 500, 503}),
            says=THROTTLED,
            error=RateLimited,
            detail=f"{vendor} throttles this account",
            source=source,
        ),
    )


def reasoned(detail: str, answer: Response, account: Account) -> str:
    """A detail with the vendor's own reason behind it, where there is one."""
    reason = vendor_reason(answer, account)
    return detail if reason is None else f"{detail}: {reason!r}"


def said(answer: Response) -> list[str]:
    """The texts of an error answer, the most telling first; bounded in number, depth and length."""
    return list(dict.fromkeys(islice(_texts(answer.body, MOST_DEPTH), MOST_TEXTS)))


def vendor_reason(answer: Response, account: Account) -> str | None:
    """Why the vendor refuses, in its own words and fit to be shown: short, and without the account's own values,
    addresses, numbers, quotations, links and keys. None where it says nothing."""
    texts = (shown(text, account) for text in said(answer))
    reason = next((text for text in texts if any(character.isalpha() for character in text)), None)
    if reason is None:
        return None
    return reason if len(reason) <= LONGEST_REASON else reason[: LONGEST_REASON - 1].rstrip() + "…"


def shown(text: str, account: Account) -> str:
    """A vendor's text in one line, with what must not be shown hidden."""
    text = _BLANKS.sub(" ", text[:LONGEST_TEXT]).strip()
    for value in sorted(_values(account), key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    for pattern in _PRIVATE:
        text = pattern.sub(HIDDEN, text)
    return text


def _values(account: Account) -> Iterator[str]:
    own = [value for key, value in account.settings.items() if key not in _SHOWABLE]
    for value in (*own, *account.webhook_secrets):
        for text in value if isinstance(value, list | tuple) else (value,):
            if isinstance(text, str) and len(text) >= _SHORTEST_SECRET:
                yield text


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value[:LONGEST_TEXT]
    elif depth and isinstance(value, list):
        for item in value[:MOST_TEXTS]:
            yield from _texts(item, depth - 1)
    elif depth and isinstance(value, dict):
        for key in TEXT_KEYS:
            yield from _texts(value.get(key), depth - 1)
