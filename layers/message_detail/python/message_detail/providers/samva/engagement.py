"""What a Samva message's status words tell of its recipient. The words: words.py."""

from __future__ import annotations

from message_detail.domain.message import Engaged, Engagement
from message_detail.domain.times import instant_or_none
from message_detail.providers.samva.payload import SamvaMessage
from message_detail.providers.samva.statuses import read_history
from message_detail.providers.samva.words import ENGAGEMENT, word_key


def read_engagement(payload: SamvaMessage) -> Engagement:
    """Opened, clicked, complained or unsubscribed, by the status and its history; the times where those tell them."""
    found: dict[str, list[str]] = {}
    for word, time in [*read_history(payload), (payload.status or "", None)]:
        kind = ENGAGEMENT.get(word_key(word))
        if kind is not None:
            times = found.setdefault(kind, [])
            times += filter(None, [instant_or_none(time)])
    return Engagement(
        **{
            kind: Engaged(first_at=min(times, default=None), last_at=max(times, default=None))
            for kind, times in found.items()
        }
    )
