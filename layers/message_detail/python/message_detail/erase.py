"""Erasing one person's messages: content, parties and index entries go, and no later answer brings them back.

What stays is a tombstone under the message's id, which holds nothing of the person: without it a late webhook, a
sync or a reconciliation would fetch the message again.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from message_detail.address_query import address_lists
from message_detail.errors import StorageUnavailable
from message_detail.search import Query, Search
from message_detail.search_query import MAX_LIMIT
from message_detail.store import Store


class Eraser:
    """Erases by address."""

    def __init__(self, search: Search, store: Store, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._search = search
        self._store = store
        self._monotonic = monotonic

    def erase(self, address: str, seconds: float) -> int:
        """Erases every stored message with a party of this address, in any spelling; returns how many there were.

        StorageUnavailable when `seconds` did not suffice: the same call again goes on where this one ended.
        """
        deadline = self._monotonic() + seconds
        query = Query(address_lists(address), limit=MAX_LIMIT)
        erased: set[str] = set()
        while True:
            # Always the first page: what was erased is no longer on it.
            found = self._search.find(query)
            fresh = [message.id for message in found.items if message.id not in erased]
            for message_id in fresh:
                self._store.erase(message_id)
                erased.add(message_id)
                if self._monotonic() > deadline:
                    raise StorageUnavailable(
                        f"{len(erased)} messages are erased, and there may be more: send the request again",
                        retry_after=1,
                    )
            if not fresh and found.next_cursor is None:
                return len(erased)
            if not fresh:
                query = Query(query.lists, limit=MAX_LIMIT, cursor=found.next_cursor)
