"""Asking for an erasure of one person's messages: what there is, whether it is certain whose, and the job that begins.

What is to be erased is told once, here, as lists of the search index or ids; `erase_job` does it. What stays of each
message is a tombstone under its id, which holds nothing of the person: without it a late webhook, a sync or a
reconciliation would fetch the message again.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from message_detail import observability
from message_detail.adapters.aws.erasures import Erasures
from message_detail.adapters.aws.message_store import Store
from message_detail.adapters.aws.search import Search
from message_detail.adapters.aws.task_queue import TaskQueue
from message_detail.domain import json_codec
from message_detail.domain.addresses.query import Asked, Regions, asked, no_regions
from message_detail.domain.erasure import Erasure, Target
from message_detail.domain.errors import StorageUnavailable, Unprocessable
from message_detail.domain.search_keys import Indexed, address_list, contact_list, lists_for
from message_detail.domain.tasks import ErasureTask
from message_detail.services.erase_request import UNASKED, EraseRequest

BATCH: Final = 100
SUBJECT_DIGITS: Final = 32
"""Hexadecimal digits of what stands for a person."""


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
        for party in indexed.people:
            if not lists_for(party).isdisjoint(lists):
                self.spellings.update(filter(None, (party.address, party.address_raw)))
                self.contact_ids.update(filter(None, (party.contact_id,)))
                self.numbers.update(filter(None, (party.address,)))


class Eraser:
    """Takes erasures on. `regions` gives those in which numbers without a country code are read; `secret` is what makes
    a person's hash nobody else's guess."""

    def __init__(
        self,
        search: Search,
        store: Store,
        erasures: Erasures,
        queue: TaskQueue,
        secret: Callable[[], bytes],
        regions: Regions = no_regions,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._search = search
        self._store = store
        self._erasures = erasures
        self._queue = queue
        self._secret = secret
        self._regions = regions
        self._monotonic = monotonic

    def find(self, wanted: EraseRequest, seconds: float) -> Found:
        """What an erasure would remove.

        Unprocessable where it can't be told whose messages are meant: of several people, or a number that can be
        read in several ways. StorageUnavailable when `seconds` do not suffice.
        """
        return self._find(wanted, self._asked(wanted), seconds)

    def begin(self, wanted: EraseRequest, key_id: str, seconds: float) -> tuple[Erasure, Found]:
        """Takes on the erasure of every stored message of a person, in any spelling; what it has found.

        Unprocessable as `find`, and where there are not as many as the caller expects. The task is queued before the
        erasure is written: so none is ever written that nobody works on.
        """
        person = self._asked(wanted)
        found = self._find(wanted, person, seconds)
        _check_number(len(found.ids), wanted.expected)
        numbers = _numbers(person, found)
        target = Target(tuple(wanted.message_ids or ()), person.lists, wanted.owner, numbers)
        erasure = self._erasures.prepare(key_id, self._subject(target), len(found.ids), target)
        self._queue.send(ErasureTask(erase_id=erasure.erase_id))
        self._erasures.begin(erasure)
        observability.info(
            "erasure begun", erase_id=erasure.erase_id, key_id=key_id, subject=erasure.subject, messages=erasure.found
        )
        return erasure, found

    def _subject(self, target: Target) -> str:
        """What stands for the person: the same for all spellings of an address, and nothing that can be guessed."""
        if len(target.numbers) == 1:
            person = address_list(target.numbers[0])
        elif target.lists:
            person = f"{target.lists[0]} {target.owner}".strip()
        else:
            person = json_codec.dumps(sorted(target.ids))
        return hmac.new(self._secret(), person.encode(), hashlib.sha256).hexdigest()[:SUBJECT_DIGITS]

    def _find(self, wanted: EraseRequest, person: Asked, seconds: float) -> Found:
        _check_one(person)
        if person.lists:
            found = self._in_lists(person.lists, self._monotonic() + seconds, wanted.owner)
        else:
            found = self._of_ids(wanted.message_ids or [])
        _check_certain(person, wanted, found)
        return found

    def _asked(self, wanted: EraseRequest) -> Asked:
        if wanted.address is not None:
            return asked(wanted.address, self._regions)
        return Asked((contact_list(wanted.contact_id),) if wanted.contact_id is not None else (), 1)

    def _in_lists(self, lists: tuple[str, ...], deadline: float, owner: str) -> Found:
        found = Found()
        for number, indexed in enumerate(self._search.all_in(lists), 1):
            if indexed.message.id.startswith(owner):
                found.add(indexed, lists)
            if number % BATCH == 0 and self._monotonic() > deadline:
                raise StorageUnavailable("there are too many messages to be found in one request", retry_after=1)
        return found

    def _of_ids(self, ids: list[str]) -> Found:
        parts = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        known = {one for part in parts for one in self._store.known(part)}
        return Found([one for one in ids if one in known])


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
    numbers = _numbers(person, found)
    if len(numbers) > 1:
        raise Unprocessable(
            f"address: without its country code it can be {' or '.join(numbers)}: give the country code"
        )
    if person.national and not numbers and not found.ids:
        raise Unprocessable("address: no account has a region in which this is a number: give the country code")


def _numbers(person: Asked, found: Found) -> tuple[str, ...]:
    """All that a number without its country code can be, by our regions and by what is stored; none for any other."""
    if not person.national:
        return ()
    return tuple(sorted({*person.numbers, *(number for number in found.numbers if number.startswith("+"))}))
