"""Which way a message went. Pure. Vendor page: "Get message by message id", https://marketplace.gohighlevel.com/docs."""

from __future__ import annotations

from typing import Final

from message_detail.domain.message import Direction, Kind
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.highlevel.payload import HighLevelMessage

DIRECTIONS: Final = {
    "inbound": Direction.INBOUND,
    "in": Direction.INBOUND,
    "incoming": Direction.INBOUND,
    "outbound": Direction.OUTBOUND,
    "out": Direction.OUTBOUND,
    "outgoing": Direction.OUTBOUND,
}
BULK_SOURCES: Final = frozenset({"campaign", "bulk", "bulkactions", "workflow"})
"""Sources that only ever send, in letters alone."""
ALWAYS_SENT: Final = frozenset({"SMS_REVIEW_REQUEST", "SMS_NO_SHOW_REQUEST"})
_SENT_KINDS: Final = frozenset({Kind.MESSAGE, Kind.CALL, Kind.VOICEMAIL})


def read_direction(payload: HighLevelMessage, reader: DocumentReader, kind: Kind, name: str | None) -> Direction:
    """The direction; an internal comment says outbound although it reaches nobody outside.

    What campaigns, workflows and bulk actions send may come without a direction, and is outbound (code of public
    clients).
    """
    if kind is Kind.INTERNAL_NOTE:
        if payload.direction is not None:
            reader.keep("direction")
        return Direction.INTERNAL
    told = reader.word("direction", payload.direction, DIRECTIONS, Direction.UNKNOWN)
    if told is Direction.UNKNOWN and kind in _SENT_KINDS and _is_sent(payload, name or ""):
        return Direction.OUTBOUND
    return told


def _is_sent(payload: HighLevelMessage, name: str) -> bool:
    source = "".join(filter(str.isalpha, (payload.source or "").casefold()))
    return name.startswith("CAMPAIGN_") or name in ALWAYS_SENT or source in BULK_SOURCES
