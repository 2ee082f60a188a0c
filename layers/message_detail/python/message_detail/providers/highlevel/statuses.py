"""HighLevel's status words. Light, since the webhook function reads them too. Vendor pages: "Get message by message
id", "InboundMessage" and "LCEmailStats" (words of mails), https://marketplace.gohighlevel.com/docs; words seen live:
GoHighLevel/highlevel-api-docs issue 255 and code of public clients.

Live answers spell one word in several ways (`no-answer`, `no_answer`, `No Answer`, `noAnswer`): the tables find them
all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from message_detail.domain.status import Status


def only_letters(native: str | None) -> str:
    """A word without what its spellings differ in: its letters and digits, in lower case."""
    return "".join(filter(str.isalnum, (native or "").casefold()))


class Words(Mapping[str, Status]):
    """A table in which a word is found however it is spelled."""

    def __init__(self, table: Mapping[str, Status]) -> None:
        self._by_letters = {only_letters(word): status for word, status in table.items()}

    def __getitem__(self, word: str) -> Status:
        return self._by_letters[only_letters(word)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_letters)

    def __len__(self) -> int:
        return len(self._by_letters)


_CALL: Final[dict[str, Status]] = {
    "pending": Status.QUEUED,
    "queued": Status.QUEUED,
    "initiated": Status.QUEUED,
    "ringing": Status.SENDING,
    "in_progress": Status.SENDING,
    "answered": Status.DELIVERED,
    "connected": Status.DELIVERED,
    "completed": Status.DELIVERED,
    "voicemail": Status.DELIVERED,
    "busy": Status.UNDELIVERED,
    "declined": Status.UNDELIVERED,
    "no-answer": Status.UNDELIVERED,
    "not_answered": Status.UNDELIVERED,
    "unanswered": Status.UNDELIVERED,
    "missed": Status.UNDELIVERED,
    "missed_call": Status.UNDELIVERED,
    "abandoned": Status.UNDELIVERED,
    "user_busy": Status.UNDELIVERED,
    "rejected": Status.UNDELIVERED,  # by who was called
    "failed": Status.FAILED,
    "canceled": Status.CANCELED,
    "cancelled": Status.CANCELED,
}
_ANY: Final[dict[str, Status]] = {
    **_CALL,  # webhooks send these as `status`, too
    "scheduled": Status.SCHEDULED,
    "processing": Status.SENDING,
    "sending": Status.SENDING,
    "deferred": Status.DEFERRED,
    "sent": Status.SENT,
    "received": Status.RECEIVED,  # of a message that went out it may mean anything: see `settle`
    "delivered": Status.DELIVERED,
    "undelivered": Status.UNDELIVERED,
    "not_delivered": Status.UNDELIVERED,
    "read": Status.READ,
    "seen": Status.READ,
    "opened": Status.DELIVERED,
    "clicked": Status.DELIVERED,
    "replied": Status.DELIVERED,
    "complained": Status.DELIVERED,
    "rejected": Status.REJECTED,
    "error": Status.FAILED,
    "expired": Status.EXPIRED,
    "bounced": Status.BOUNCED,
    "opt_out": Status.REJECTED,
    "opted_out": Status.REJECTED,
}

_EMAIL: Final[dict[str, Status]] = {
    **_ANY,
    # An e-mail's opt-out is the recipient's unsubscribing from what has arrived.
    "opt_out": Status.DELIVERED,
    "opted_out": Status.DELIVERED,
    "unsubscribed": Status.DELIVERED,
    # Words of mail services, which statistics of e-mails pass on.
    "accepted": Status.QUEUED,
    "processed": Status.SENDING,
    "open": Status.DELIVERED,
    "click": Status.DELIVERED,
    **dict.fromkeys(("complaint", "spam", "spam_report", "spam_complaint"), Status.DELIVERED),
    **dict.fromkeys(("dropped", "suppressed", "blocked"), Status.REJECTED),
    **dict.fromkeys(("temporary_fail", "temporary_failure"), Status.DEFERRED),
    **dict.fromkeys(("permanent_fail", "permanent_failure"), Status.BOUNCED),
    "bounce": Status.BOUNCED,
    "hard_bounce": Status.BOUNCED,
    "hard_bounced": Status.BOUNCED,
    "soft_bounce": Status.BOUNCED,
    "soft_bounced": Status.BOUNCED,
}

CALL_STATUSES: Final = Words(_CALL)
"""How a call ended, which says more than the message's `status`."""
STATUSES: Final = Words(_ANY)
EMAIL_STATUSES: Final = Words(_EMAIL)
