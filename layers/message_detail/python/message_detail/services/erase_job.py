"""Erasing what an erasure is after, step by step: a crash between any two is made good by doing the last one again.

Which messages come next is written down before they are erased, and that they are, after it. A message that this
erasure has erased before counts as erased by it when it comes again, and never by two erasures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.erasures import Erasures
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.search import Search
from message_detail.domain.erasure import Erasure, ErasureState, Target
from message_detail.domain.errors import MessageDetailError, StorageUnavailable
from message_detail.domain.message_ids import message_hash
from message_detail.domain.search_keys import Indexed, lists_for
from message_detail.services.task_runner import as_ours

STEP: Final = 50
"""Messages that are written down at once."""
MOST_REFUSED: Final = 100
"""So many messages may refuse to be erased before the others are left for another try."""


@dataclass(slots=True)
class _Slice:
    """What a slice of the job has to do with: until when it may begin something, and what refused to be erased."""

    until: float
    refused: dict[str, MessageDetailError] = field(default_factory=dict)

    def first_refusal(self) -> MessageDetailError:
        return next(iter(self.refused.values()))


class EraseJob:
    """Works on erasures. `monotonic` is the clock of `until`."""

    def __init__(
        self, search: Search, store: Store, erasures: Erasures, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._search = search
        self._store = store
        self._erasures = erasures
        self._monotonic = monotonic

    def run(self, erase_id: str, until: float) -> Erasure:
        """Goes on with an erasure until it is over, or the time is; where it stands then.

        Messages that came in meanwhile are erased as well. One that can't be erased keeps no other from it; what it met
        is raised in the end. NoSuchErasure where there is none of that id.
        """
        work, erasure = _Slice(until), self._erasures.read(erase_id)
        while erasure.state is ErasureState.RUNNING:
            ids = [one for one in erasure.target.ids if one not in work.refused]
            if ids and self._monotonic() > until:
                return erasure
            if ids:
                erasure = self._erase(erasure, ids, work)
            elif more := self._next(erasure.target):
                erasure = self._erasures.go_on(erasure, (*erasure.target.ids, *more))
            elif work.refused:
                raise work.first_refusal()
            else:
                erasure = self._erasures.end(erasure)
        return erasure

    def _erase(self, erasure: Erasure, ids: list[str], work: _Slice) -> Erasure:
        """Erases as many of the ids as there is time for, at least one, and writes down what is left."""
        done: set[str] = set()
        erased = 0
        try:
            for message_id in ids:
                if done and self._monotonic() > work.until:
                    break
                try:
                    erased += self._store.erase(message_id, erasure.erase_id)
                except StorageUnavailable:
                    raise
                except Exception as error:  # noqa: BLE001  # what is wrong with one message is no other's
                    self._set_aside(message_id, as_ours(error), work)
                else:
                    done.add(message_id)
        finally:
            left = tuple(one for one in erasure.target.ids if one not in done)
            erasure = self._erasures.go_on(erasure, left, erased)
            observability.count("erased", erased)
        return erasure

    def _set_aside(self, message_id: str, error: MessageDetailError, work: _Slice) -> None:
        observability.warning("message not erased", message_hash=message_hash(message_id), code=error.code)
        work.refused[message_id] = error
        if len(work.refused) >= MOST_REFUSED:
            raise error

    def _next(self, target: Target) -> tuple[str, ...]:
        """The next messages that stand in the lists, whenever they came to."""
        return tuple(islice(self._found(target), STEP))

    def _found(self, target: Target) -> Iterator[str]:
        for indexed in self._search.all_in(target.lists) if target.lists else ():
            message_id = indexed.message.id
            if message_id.startswith(target.owner) and message_id not in target.ids and _is_meant(indexed, target):
                yield message_id


def _is_meant(indexed: Indexed, target: Target) -> bool:
    """Whether a message is the person's: of a number without its country code, none of another country's."""
    if not target.numbers:
        return True
    named = {party.address for party in indexed.people if not lists_for(party).isdisjoint(target.lists)}
    return not named or any(
        address is None or not address.startswith("+") or address in target.numbers for address in named
    )
