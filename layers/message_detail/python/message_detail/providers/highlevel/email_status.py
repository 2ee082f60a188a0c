"""How an e-mail fared: the message's word and the e-mail's own one, the errors, and what the recipient did. Pure.

The e-mail's record has a status and an `error` of its own (code of public clients). Vendor pages: "Get message by
message id" and "Get email by Id", https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

from typing import Any, Final

from message_detail.domain.message import (
    MISSING,
    Channel,
    Direction,
    Engaged,
    Engagement,
    Failure,
    FailureCategory,
    Permanence,
)
from message_detail.domain.status import Status, rank
from message_detail.domain.times import instant_or_none
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.base.message_builder import StatusHistory
from message_detail.providers.highlevel.email_failures import email_failure
from message_detail.providers.highlevel.email_parts import is_about_another
from message_detail.providers.highlevel.payload import HighLevelMessage
from message_detail.providers.highlevel.statuses import EMAIL_STATUSES, only_letters

FAILED: Final = frozenset(
    {Status.FAILED, Status.UNDELIVERED, Status.BOUNCED, Status.REJECTED, Status.EXPIRED, Status.CANCELED}
)
_BY_WORD: Final = {
    "hard": Failure(category=FailureCategory.BOUNCED_HARD, permanence=Permanence.PERMANENT),
    "soft": Failure(category=FailureCategory.BOUNCED_SOFT, permanence=Permanence.TEMPORARY),
    "canc": Failure(category=FailureCategory.CANCELED),
    "expi": Failure(category=FailureCategory.EXPIRED),
    "supp": Failure(category=FailureCategory.OPTED_OUT, permanence=Permanence.PERMANENT),
    "bloc": Failure(category=FailureCategory.BLOCKED, permanence=Permanence.PERMANENT),
}
"""By the first letters of the word: `hard_bounce`, `soft_bounced`, `canceled`, `expired`."""
_COMPLAINTS: Final = frozenset({"complained", "complaint", "spam", "spamreport", "spamcomplaint"})
_TELLS_NOTHING: Final = frozenset({FailureCategory.UNKNOWN, FailureCategory.PROVIDER_ERROR})


def email_history(
    payload: HighLevelMessage, reader: DocumentReader, direction: Direction
) -> tuple[StatusHistory, frozenset[str]]:
    """The status, the greatest of those told, and the letters of the words that tell it."""
    words = _words(payload, reader, direction)
    if not words and direction is Direction.INBOUND:
        words = [(Status.DELIVERED, None)]  # it is here
    elif not words:
        reader.report(("status",), MISSING)
    engaged = {name for name in ("opened", "clicked") if _engaged(payload, name) is not None}
    status, native = max(words, key=_weight, default=(Status.UNKNOWN, None))
    if payload.status != native:
        reader.keep("status")
    if engaged and rank(status, Channel.EMAIL) < rank(Status.DELIVERED, Channel.EMAIL):
        status = Status.DELIVERED
    reason = reader.first(("_email.error", payload.email.error), ("error", payload.error))
    history = StatusHistory(
        status, native, reason=reason, failure=_failure(status, native, reason), epoch=payload.thread.place
    )
    for other, word in words:
        if other is not status:
            history.observe(other, native=word)
    return history, frozenset(only_letters(word) for _, word in words) | engaged


def email_engagement(payload: HighLevelMessage, reader: DocumentReader, words: frozenset[str]) -> Engagement:
    """What the recipient did; when is told by some fields, and by no word."""
    for name in ("opened", "clicked"):
        value = getattr(payload.email, name)
        if value is not None and _engaged(payload, name) is None and value not in _NO:
            reader.report(("_email", name), "wrong_type", value)
    return Engagement(
        opened=_engaged(payload, "opened") or (Engaged() if words & {"opened", "open"} else None),
        clicked=_engaged(payload, "clicked") or (Engaged() if words & {"clicked", "click"} else None),
        unsubscribed=Engaged() if words & {"optout", "optedout", "unsubscribed"} else None,
        complained=Engaged() if words & _COMPLAINTS else None,
    )


def _words(payload: HighLevelMessage, reader: DocumentReader, direction: Direction) -> list[tuple[Status, str | None]]:
    """The statuses told, with the words for them.

    The message's own counts where it can be about this e-mail, which it is taken for where the e-mail has none.
    """
    of_email, of_message = payload.email.status, payload.status
    words: list[tuple[Status, str | None]] = []
    if of_email is not None:
        words.append((reader.word("_email.status", of_email, EMAIL_STATUSES, Status.UNKNOWN), of_email))
    if of_message is None:
        return words
    status = reader.word("status", of_message, EMAIL_STATUSES, Status.UNKNOWN)
    if not words or not is_about_another(payload, direction):
        words.append((status, of_message))
    return words


def _weight(word: tuple[Status, str | None]) -> tuple[int, bool]:
    """Of two words for one status, "opened" says more than "delivered"."""
    status, native = word
    return rank(status, Channel.EMAIL), (native or "").strip().casefold() != status.value


def _failure(status: Status, native: str | None, reason: str | None) -> Failure | None:
    """Why it failed: what the word says where the reason says nothing."""
    if status not in FAILED:
        return None
    told = email_failure(reason)
    if told.category not in _TELLS_NOTHING:
        return told
    by_word = _BY_WORD.get(only_letters(native)[:4], told)
    return by_word.model_copy(update={"message": reason, "native_code": told.native_code})


_NO: Final[tuple[Any, ...]] = (False, 0, "", "0", "false", "False", None)


def _engaged(payload: HighLevelMessage, name: str) -> Engaged | None:
    """What a field of the e-mail tells: that it happened, how often, or when."""
    value, at = getattr(payload.email, name), getattr(payload.email, f"{name}At")
    when = instant_or_none(at) or instant_or_none(value)  # a number is how often
    if when is not None:
        return Engaged(first_at=when)
    return Engaged() if _says_yes(value) else None


def _says_yes(value: Any) -> bool:
    if isinstance(value, str):
        text = value.strip().casefold()
        return text == "true" or (text.isdecimal() and text.strip("0") != "")
    return isinstance(value, int | float) and value > 0
