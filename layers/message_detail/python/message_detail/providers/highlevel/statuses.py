"""HighLevel's status words. Light, since the webhook function reads them too. Vendor pages: "Get message by message
id" and "InboundMessage", https://marketplace.gohighlevel.com/docs.
"""

from __future__ import annotations

from typing import Final

from message_detail.status import Status

CALL_STATUSES: Final[dict[str, Status]] = {
    "pending": Status.QUEUED,
    "answered": Status.DELIVERED,
    "completed": Status.DELIVERED,
    "voicemail": Status.DELIVERED,
    "busy": Status.UNDELIVERED,
    "no-answer": Status.UNDELIVERED,
    "failed": Status.FAILED,
    "canceled": Status.CANCELED,
}
"""`callStatus` of a call, which says more than its `status`."""

STATUSES: Final[dict[str, Status]] = {
    **CALL_STATUSES,  # webhooks send these as `status`, too
    "queued": Status.QUEUED,
    "scheduled": Status.SCHEDULED,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "undelivered": Status.UNDELIVERED,
    "read": Status.READ,
    "opened": Status.DELIVERED,
    "clicked": Status.DELIVERED,
    "connected": Status.DELIVERED,
    "opt_out": Status.REJECTED,
}

EMAIL_STATUSES: Final[dict[str, Status]] = {**STATUSES, "opt_out": Status.DELIVERED}
"""An e-mail's opt-out is the recipient's unsubscribing from what has arrived."""
