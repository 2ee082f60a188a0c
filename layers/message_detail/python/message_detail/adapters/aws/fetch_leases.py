"""Who is fetching a message for a webhook event just now: two workers that got the same event at once make one call.

A lease that nobody ends, since its worker has died, runs out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.attributes import moment, number, text
from message_detail.adapters.aws.key_schema import FETCH
from message_detail.adapters.aws.table import ConditionFailed, Table, has_run_out
from message_detail.domain.errors import AlreadyFetching, StorageError
from message_detail.domain.message_ids import message_digest

SLACK_SECONDS: Final = 10.0
"""How much longer than its call a worker may take to store the answer."""
AGAIN_SECONDS: Final = 5.0


class FetchLeases:
    """The leases of one provider."""

    def __init__(self, table: Table, provider: str, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._provider = provider
        self._now = now

    @contextmanager
    def held(self, message_id: str, event: str | None, seconds: float) -> Iterator[None]:
        """Around a fetch of at most `seconds` for an event of a message; without an event there is no lease.

        AlreadyFetching while another worker has it. It stays after what went well: the row knows the event by then.
        """
        if event is None:
            yield
            return
        digest = message_digest(f"{message_id}#{event}")
        self._take(digest, seconds + SLACK_SECONDS)
        try:
            yield
        except BaseException:  # however it ends, the task comes again, and must not wait for its own lease to run out
            self._give_back(digest)
            raise

    def _take(self, digest: str, seconds: float) -> None:
        now = self._now()
        item = {
            **FETCH.key(provider=self._provider, digest=digest),
            "leased_until": moment(now + seconds),
            "expires_at": number(int(now + seconds) + 1),
        }
        try:
            self._table.put(item, has_run_out("leased_until"), {":now": moment(now), ":number": text("N")})
        except ConditionFailed:
            raise AlreadyFetching(
                "another worker fetches this message for the same event", retry_after=AGAIN_SECONDS
            ) from None

    def _give_back(self, digest: str) -> None:
        try:
            self._table.delete(FETCH.key(provider=self._provider, digest=digest))
        except StorageError as refusal:  # it runs out
            observability.warning("lease not given back", reason=refusal.detail)
