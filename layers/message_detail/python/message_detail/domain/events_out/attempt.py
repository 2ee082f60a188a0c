"""One attempt to send an event, and how it ended. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from message_detail.domain.events_out.retry_plan import GONE, is_outage

NO_ANSWER: Final = "no answer in time"
NOT_FOUND: Final = "the host's name leads to no address"
UNTRUSTED: Final = "the TLS certificate is not trusted, or another host's"
NO_CONNECTION: Final = "no connection, or it broke"
NO_HTTP: Final = "what answers does not speak HTTP as it should"
NOT_PUBLIC: Final = "the host leads to an address that is not on the internet; allow_networks can name its network"
NOT_ENCRYPTED: Final = "plain http goes to networks only that allow_networks names"
REFUSES: Final = "the receiver refuses"
HELD_BACK: Final = "held back: the receiver has failed repeatedly"
UNUSABLE: Final = "the endpoint's settings can't be used"
"""Why an event waits without an attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How an attempt ended. `at` is when it began (canonical timestamp); no `status_code`: there was no answer.

    `error` says why it failed, in words of ours, None where it did not. `retry_after` is in seconds. `answer` is the
    beginning of what the receiver answered to an attempt that failed, without secrets.
    """

    at: str
    milliseconds: int
    status_code: int | None = None
    error: str | None = None
    retry_after: float | None = None
    answer: str | None = None

    @property
    def delivered(self) -> bool:
        """Whether the receiver has the event."""
        return self.error is None

    @property
    def gone(self) -> bool:
        """Whether the receiver says that it is no more."""
        return self.status_code == GONE

    @property
    def is_outage(self) -> bool:
        """Whether the receiver can't take anything now."""
        return not self.delivered and is_outage(self.status_code)
