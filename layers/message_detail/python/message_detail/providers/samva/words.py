"""Samva's status words. Light, since the webhook function reads them too. Vendor pages: "Messages" and the webhook
events `message.*`, https://samva.app.
"""

from __future__ import annotations

from typing import Final

from message_detail.status import Status, settle

STATUSES: Final[dict[str, Status]] = {
    "pending": Status.QUEUED,
    "queued": Status.QUEUED,
    "scheduled": Status.SCHEDULED,
    "processing": Status.SENDING,
    "sent": Status.SENT,  # "provider accepted it": no proof of receipt
    "delivered": Status.DELIVERED,
    "read": Status.READ,
    "failed": Status.FAILED,
    "bounced": Status.BOUNCED,
    "received": Status.RECEIVED,
}


def settled(status: Status, direction: str) -> Status:
    """An inbound message that somebody here has read has been received, no more."""
    if direction == "inbound" and status is Status.READ:
        return Status.RECEIVED
    return settle(status, direction)
