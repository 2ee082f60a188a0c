"""Samva's status words. Light, since the webhook function reads them too. Vendor pages: "Messages" and the webhook
events `message.*`, https://samva.app.

The vendor's words are lower-case and open-ended (https://github.com/AryaLabsHQ/samva-integrations): those below the
line are modelled on the status lists of other mail and SMS APIs.
"""

from __future__ import annotations

import re
from typing import Final

from message_detail.domain.status import Status, by_direction

_WORDS: Final[dict[Status, str]] = {
    Status.QUEUED: "pending queued | accepted created enqueued",
    Status.SCHEDULED: "scheduled",
    Status.SENDING: "processing | sending in_progress processed",
    Status.DEFERRED: "| deferred delayed delivery_delayed retrying",
    Status.SENT: "sent",  # "provider accepted it": no proof of receipt
    # Who opens, complains or unsubscribes has got it.
    Status.DELIVERED: (
        "delivered | opened open clicked click complained complaint spam_complaint unsubscribed unsubscribe"
    ),
    Status.READ: "read | seen",
    Status.CANCELED: "| canceled cancelled",
    Status.REJECTED: "| rejected suppressed dropped blocked",
    Status.EXPIRED: "| expired",
    Status.FAILED: "failed | failure error",
    Status.UNDELIVERED: "| undelivered undeliverable",
    Status.BOUNCED: "bounced | bounce hard_bounced hard_bounce soft_bounced soft_bounce",
    Status.RECEIVED: "received",
}
ENGAGEMENT: Final[dict[str, str]] = {
    "opened": "opened",
    "open": "opened",
    "clicked": "clicked",
    "click": "clicked",
    "complained": "complained",
    "complaint": "complained",
    "spam_complaint": "complained",
    "unsubscribed": "unsubscribed",
    "unsubscribe": "unsubscribed",
}
"""Words that tell what the recipient did, by the field of `message.Engagement`."""


_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def word_key(native: str) -> str:
    """A status word as the tables here have it: `Hard-Bounced`, `hardBounced` and `message.hard_bounced` are one."""
    return (
        _HUMP.sub("_", native).strip().casefold().removeprefix("message.").strip().replace("-", "_").replace(" ", "_")
    )


STATUSES: Final[dict[str, Status]] = {
    word: status for status, words in _WORDS.items() for word in words.split() if word != "|"
}


def settled(status: Status, direction: str) -> Status:
    """An inbound message that somebody here has read has been received, no more."""
    if direction == "inbound" and status is Status.READ:
        return Status.RECEIVED
    return by_direction(status, direction)
