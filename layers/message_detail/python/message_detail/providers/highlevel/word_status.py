"""How a message that is no e-mail fared: the one word that tells it. Pure.

Vendor page: "Get message by message id", https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

from typing import Final

from message_detail.domain.message import (
    MISSING,
    Direction,
    Engaged,
    Engagement,
    Failure,
    FailureCategory,
    Kind,
    Permanence,
)
from message_detail.domain.status import Status
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.base.message_builder import StatusHistory
from message_detail.providers.highlevel import calls
from message_detail.providers.highlevel.payload import HighLevelMessage
from message_detail.providers.highlevel.statuses import CALL_STATUSES, STATUSES, only_letters

WITHOUT_STATUS: Final = frozenset({Kind.ACTIVITY, Kind.FORM, Kind.COMMENT, Kind.INTERNAL_NOTE})
"""Kinds of which the vendor gives no status: its absence is no drift there."""

_NO_ANSWER: Final = Failure(category=FailureCategory.NO_ANSWER, permanence=Permanence.TEMPORARY)
_BUSY: Final = Failure(category=FailureCategory.BUSY, permanence=Permanence.TEMPORARY)
_CANCELED: Final = Failure(category=FailureCategory.CANCELED)
_OPTED_OUT: Final = Failure(category=FailureCategory.OPTED_OUT, permanence=Permanence.PERMANENT)
FAILURES: Final[dict[str, Failure]] = {
    # By the letters of the word. Why others failed is told by `error` at most, and by that only since version v3.
    **dict.fromkeys(("optout", "optedout"), _OPTED_OUT),
    **dict.fromkeys(("busy", "userbusy", "declined"), _BUSY),
    **dict.fromkeys(("noanswer", "notanswered", "unanswered", "missed", "missedcall", "abandoned"), _NO_ANSWER),
    **dict.fromkeys(("canceled", "cancelled"), _CANCELED),
    "expired": Failure(category=FailureCategory.EXPIRED),
}
FAILED: Final = frozenset(
    {Status.FAILED, Status.UNDELIVERED, Status.BOUNCED, Status.REJECTED, Status.EXPIRED, Status.CANCELED}
)


def word_history(
    payload: HighLevelMessage, reader: DocumentReader, kind: Kind, direction: Direction
) -> tuple[StatusHistory, str]:
    """The status, and the letters of the word that decided it. An inbound message that tells none is plainly here."""
    of_call = calls.call_word(payload, reader, kind)
    path, native = of_call or ("status", payload.status)
    if native is None and _has_arrived(payload, reader, kind, direction):
        return StatusHistory(Status.RECEIVED, None, reason=payload.error), ""
    if native is None and kind not in WITHOUT_STATUS:
        reader.report(("status",), MISSING)
    status = reader.word(path, native, CALL_STATUSES if of_call else STATUSES, Status.UNKNOWN)
    word = only_letters(native)
    failure = FAILURES.get(word, Failure()) if status in FAILED else None
    if failure is not None:
        failure = failure.model_copy(update={"message": payload.error})
    return StatusHistory(status, native, reason=payload.error, failure=failure), word


def _has_arrived(payload: HighLevelMessage, reader: DocumentReader, kind: Kind, direction: Direction) -> bool:
    """Whether an inbound message of which no status is told has arrived; of a call its length tells."""
    if direction is not Direction.INBOUND or kind in WITHOUT_STATUS:
        return False
    return kind is not Kind.CALL or (calls.call_duration(payload, reader) or 0) > 0


def engagement_by(word: str) -> Engagement:
    """What the letters of the status word tell of the recipient; when it was is not told."""
    return Engagement(
        opened=Engaged() if word == "opened" else None,
        clicked=Engaged() if word == "clicked" else None,
        replied=Engaged() if word == "replied" else None,
        opted_out=Engaged() if word in ("optout", "optedout") else None,
        complained=Engaged() if word == "complained" else None,
    )
