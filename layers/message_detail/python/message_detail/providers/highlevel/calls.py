"""A call: how long it was and how it ended. Pure.

The vendor's page has `meta.callDuration` and `meta.callStatus`; live answers have `meta.call.duration` and
`meta.call.status` (GoHighLevel/highlevel-api-docs issues 258, 214 and 110). The message's own `status` says less: a
call that nobody answered, or that reached a voicemail, is "completed".
"""

from __future__ import annotations

from typing import Final

from message_detail.domain.message import Call, Kind
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.highlevel.payload import HighLevelMessage
from message_detail.providers.highlevel.statuses import CALL_STATUSES

CALLS: Final = frozenset({Kind.CALL, Kind.VOICEMAIL})


def call_word(payload: HighLevelMessage, reader: DocumentReader, kind: Kind) -> tuple[str, str] | None:
    """The word that tells how a call ended, with its place; None where there is none, or no call."""
    if kind not in CALLS and kind is not Kind.UNKNOWN:
        return None
    told = (("meta.callStatus", payload.meta.callStatus), ("meta.call.status", payload.meta.call.status))
    found = next(((path, word) for path, word in told if word is not None), None)
    if found is not None:
        reader.first(*told, ("status", payload.status))
    return found


def read_call(payload: HighLevelMessage, reader: DocumentReader, kind: Kind) -> Call | None:
    """The call; its outcome is told by `status` where nothing else tells it, as in webhooks."""
    is_outcome = kind in CALLS and payload.status is not None and payload.status in CALL_STATUSES
    outcome = payload.meta.callStatus or payload.meta.call.status or (payload.status if is_outcome else None)
    duration = call_duration(payload, reader)
    return None if outcome is None and duration is None else Call(outcome=outcome, duration_seconds=duration)


def call_duration(payload: HighLevelMessage, reader: DocumentReader) -> int | None:
    """Seconds. Of two values the documented one counts, and another is kept."""
    documented = reader.duration("meta.callDuration", payload.meta.callDuration)
    live = reader.duration("meta.call.duration", payload.meta.call.duration)
    if documented is None:
        return live
    if live is not None and live != documented:
        reader.keep("meta.call.duration")
    return documented
