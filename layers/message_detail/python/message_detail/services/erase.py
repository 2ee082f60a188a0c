"""Erasing one person's messages: content, parties and index entries go, and no later answer brings them back.

What stays is a tombstone under the message's id, which holds nothing of the person: without it a late webhook, a
sync or a reconciliation would fetch the message again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.search import Search
from message_detail.domain.addresses.query import Asked, Regions, asked, no_regions
from message_detail.domain.errors import MessageNotFound, StorageUnavailable, Unprocessable
from message_detail.domain.message import Party
from message_detail.domain.search_keys import Indexed, contact_list, lists_for
from message_detail.services.erase_request import UNASKED, EraseRequest

BATCH: Final = 100


@dataclass(slots=True)
class Found:
    """The messages of a person: their ids, how the person is written in them, and the ids that providers give it.

    `numbers` are the person's numbers where they are known, `accounts` those that the messages are of.
    """

    ids: list[str] = field(default_factory=list)
    spellings: set[str] = field(default_factory=set)
    contact_ids: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)

    @property
    def by_provider(self) -> dict[str, int]:
        """How many of the messages are whose."""
        return dict(sorted(Counter(message_id.partition(":")[0] for message_id in self.ids).items()))

    @property
    def accounts(self) -> list[str]:
        """The accounts that the messages are of, as provider:account."""
        return sorted({":".join(message_id.split(":", 2)[:2]) for message_id in self.ids})

    def add(self, indexed: Indexed, lists: Iterable[str]) -> None:
        """Takes a message that stands in any of the lists because of some of its people."""
        self.ids.append(indexed.message.id)
        for party in _people(indexed):
            if not lists_for(party).isdisjoint(lists):
                self.spellings.update(filter(None, (party.address, party.address_raw)))
                self.contact_ids.update(filter(None, (party.contact_id,)))
                self.numbers.update(filter(None, (party.address,)))


class Eraser:
    """Erases what search finds. `regions` gives those in which numbers without a country code are read."""

    def __init__(
        self,
        search: Search,
        store: Store,
        regions: Regions = no_regions,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._search = search
        self._store = store
        self._regions = regions
        self._monotonic = monotonic

    def find(self, wanted: EraseRequest, seconds: float) -> Found:
        """What an erasure would remove.

        Unprocessable where it can't be told whose messages are meant: of several people, or a number that can be
        read in several ways. StorageUnavailable when `seconds` do not suffice.
        """
        return self._find(wanted, self._monotonic() + seconds)

    def erase(self, wanted: EraseRequest, seconds: float) -> tuple[int, Found]:
        """Erases every stored message of a person, in any spelling; how many this call removed, and what was found.

        Unprocessable as `find`, and where there are not as many as the caller expects. StorageUnavailable when
        `seconds` did not suffice: the same call again goes on where this one ended.
        """
        deadline = self._monotonic() + seconds
        found = self._find(wanted, deadline)
        _check_number(len(found.ids), wanted.expected)
        removed = self._remove(found.ids, 0, deadline)
        known = set(found.ids)
        while late := [one for one in self._gather(wanted, deadline).ids if one not in known]:
            known.update(late)  # stored while the others were being erased
            found.ids.extend(late)
            removed = self._remove(late, removed, deadline)
        observability.count("erased", removed)
        return removed, found

    def _remove(self, message_ids: Iterable[str], before: int, deadline: float) -> int:
        removed = before
        for message_id in message_ids:
            removed += self._store.erase(message_id)
            if self._monotonic() > deadline:
                raise StorageUnavailable(
                    f"{removed} messages are erased, and there may be more: send the request again", retry_after=1
                )
        return removed

    def _find(self, wanted: EraseRequest, deadline: float) -> Found:
        person = self._asked(wanted)
        _check_one(person)
        found = self._gather(wanted, deadline)
        _check_certain(person, wanted, found)
        return found

    def _asked(self, wanted: EraseRequest) -> Asked:
        if wanted.address is not None:
            return asked(wanted.address, self._regions)
        return Asked((contact_list(wanted.contact_id),) if wanted.contact_id is not None else (), 1)

    def _gather(self, wanted: EraseRequest, deadline: float) -> Found:
        lists = self._asked(wanted).lists
        if lists:
            return self._in_lists(lists, deadline, wanted.owner)
        ids = tuple(wanted.message_ids or ())
        parts = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
        return Found([one for part in parts for one in self._stored(part)])

    def _in_lists(self, lists: tuple[str, ...], deadline: float, owner: str = "") -> Found:
        found = Found()
        for number, indexed in enumerate(self._search.all_in(lists), 1):
            if indexed.message.id.startswith(owner):
                found.add(indexed, lists)
            if number % BATCH == 0 and self._monotonic() > deadline:
                raise StorageUnavailable("there are too many messages to be found in one request", retry_after=1)
        return found

    def _stored(self, message_ids: tuple[str, ...]) -> Iterator[str]:
        """Those of which anything is stored, be it a status that a webhook told."""
        known = self._store.read_many(message_ids)
        for message_id in message_ids:
            if message_id in known or self._is_stored(message_id):
                yield message_id

    def _is_stored(self, message_id: str) -> bool:
        try:
            return self._store.read(message_id).revision > 0
        except MessageNotFound:
            return False


def _check_number(found: int, expected: int | None) -> None:
    if expected is None and found <= UNASKED:
        return
    if expected != found:
        said = f"not the {expected} that are expected" if expected is not None else f"more than {UNASKED}"
        raise Unprocessable(
            f"expected: {found} messages are found, {said}: look at them with dry_run, and give their number"
        )


def _check_one(person: Asked) -> None:
    if person.count > 1:
        raise Unprocessable(f"address: must be one person's; it names {person.count}")


def _check_certain(person: Asked, wanted: EraseRequest, found: Found) -> None:
    """Unprocessable unless it is certain whose messages are meant."""
    if wanted.contact_id is not None and len(found.accounts) > 1:
        raise Unprocessable(
            f"contact_id: {', '.join(found.accounts)} each know somebody by it: give provider and account, too"
        )
    numbers = sorted({*person.numbers, *(number for number in found.numbers if number.startswith("+"))})
    if person.national and len(numbers) > 1:
        raise Unprocessable(
            f"address: without its country code it can be {' or '.join(numbers)}: give the country code"
        )
    if person.national and not numbers and not found.ids:
        raise Unprocessable("address: no account has a region in which this is a number: give the country code")


def _people(indexed: Indexed) -> Iterator[Party]:
    message = indexed.message
    own = (message.from_, *message.to, *message.cc, *message.bcc, *message.reply_to)
    yield from (party for party in (*own, *indexed.further_parties) if party is not None)
