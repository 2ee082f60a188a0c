"""Which lists a stored message stands in, so that searching it is reading the head of a list. Pure.

A list is everything that a search can ask for: an address, a person's id, a conversation, a reference, a provider, an
account, a status of either, the discrepancies. A message's place in it is an `Entry`, ordered by the message's sort
time and id.
docs/decisions/search-index.md says why it is made this way.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from message_detail.domain.addresses.reader import canonical_key, keys, national_key
from message_detail.domain.message import Message, Observation, Party
from message_detail.domain.statistics.facts import facts_of
from message_detail.domain.status import Outcome

SHARDS: Final = 4
"""Keys that a list's entries are spread over. May be raised at any time (readers then look in the old places, too,
and drop what they see twice), never lowered."""
MAX_VALUE_BYTES: Final = 256
MAX_ID_BYTES: Final = 900
"""With the sort time before it, an id of this size fits DynamoDB's sort key (1,024 bytes)."""
EXPIRY_STEP_SECONDS: Final = 30 * 86_400
"""How much longer than its message an entry may stay in the table, so that not every change rewrites every entry."""


class Entry(NamedTuple):
    """A message's place in a list. `list` is the list's name, `sort_at` a canonical timestamp."""

    list: str
    sort_at: str
    message_id: str

    @property
    def shard(self) -> int:
        """Which of the list's shards it is in."""
        return zlib.crc32(self.message_id.encode()) % SHARDS

    @property
    def short_id(self) -> str:
        """The message's id, as far as a key has room for it."""
        return _short(self.message_id, MAX_ID_BYTES)


@dataclass(frozen=True, slots=True)
class Indexed:
    """A stored message with what the index needs beside it.

    `sort_at` is `sort_time` as it was when the message was first stored; it never changes. `discrepancy` says whether
    a reconciliation found the message to differ. `expires_at` (seconds since 1970, None: never) is its item's.
    `further_parties` are people by whom it is found besides its own parties. `earlier` are the places that the row
    stands in besides, if a release with another index wrote it; None: this one did. `standing` is the observation at
    which it stands.
    """

    message: Message
    sort_at: str
    discrepancy: bool = False
    expires_at: int | None = None
    further_parties: tuple[Party, ...] = ()
    earlier: frozenset[Entry] | None = None
    standing: Observation | None = None

    @property
    def census_entry(self) -> Entry:
        """Its entry in the census: the list of its account's messages, in which each has one, which never moves."""
        return Entry(provider_list(self.message.provider, self.message.account), self.sort_at, self.message.id)

    def facts(self) -> str:
        """What statistics need to know of it, as its entry in the census carries it."""
        return facts_of(self.message, self.standing, self.discrepancy).pack()

    @property
    def people(self) -> tuple[Party, ...]:
        """All by whom the message is found."""
        return (*_own_people(self.message), *self.further_parties)


@dataclass(frozen=True, slots=True)
class Changes:
    """Entries to be written before a message's new state is, and those to be deleted after it."""

    put: frozenset[Entry] = frozenset()
    delete: frozenset[Entry] = frozenset()


def sort_time(message: Message) -> str:
    """The time that a message is listed under: the earliest that its provider tells, else that of its first fetch."""
    times = message.timestamps
    return times.created or times.received or times.sent or times.scheduled or message.provenance.fetched_at


def entries(
    message: Message, sort_at: str, discrepancy: bool = False, further_parties: tuple[Party, ...] = ()
) -> frozenset[Entry]:
    """All places of a message."""
    lists = (*_lists(message, discrepancy), *_of_parties(further_parties))
    return frozenset(Entry(name, sort_at, message.id) for name in lists)


def entries_for(indexed: Indexed | None) -> frozenset[Entry]:
    """All places of a stored message; none when there is none."""
    if indexed is None:
        return frozenset()
    found = entries(indexed.message, indexed.sort_at, indexed.discrepancy, indexed.further_parties)
    return found | indexed.earlier if indexed.earlier else found


def changes(before: Indexed | None, after: Indexed | None) -> Changes:
    """What a message's step from one state to another changes in the index. None: not stored, or no longer."""
    old, new = entries_for(before), entries_for(after)
    if before is None or _all_anew(before, after):
        return Changes(put=new, delete=old - new)
    return Changes(put=(new - old) | _recounted(before, after), delete=old - new)


def _recounted(before: Indexed, after: Indexed | None) -> frozenset[Entry]:
    """The entry in the census, where it carries other facts now."""
    if after is None or before.facts() == after.facts():
        return frozenset()
    return frozenset((after.census_entry,))


def _all_anew(before: Indexed, after: Indexed | None) -> bool:
    """Whether entries that are there may be wanting: they expire too early, or were another index's."""
    return before.earlier is not None or (after is not None and entry_expiry(before) != entry_expiry(after))


def entry_expiry(indexed: Indexed) -> int | None:
    """When a message's entries expire (seconds since 1970): after the message, by at most EXPIRY_STEP_SECONDS."""
    if indexed.expires_at is None:
        return None
    return (indexed.expires_at // EXPIRY_STEP_SECONDS + 1) * EXPIRY_STEP_SECONDS


def address_list(key: str) -> str:
    """The list of the messages with a party of this address (a key of `addresses`)."""
    return _list("address", key)


def lists_for(party: Party) -> frozenset[str]:
    """The lists that a message stands in because of one of its people."""
    return frozenset(_of_parties((party,)))


def national_list(key: str) -> str:
    """The list of the messages with a number of a known country that was written with these digits only."""
    return _list("national", key)


def contact_list(value: str) -> str:
    """The list of the messages of a person whom a provider knows by this id."""
    return _list("contact", value)


def conversation_list(value: str) -> str:
    """The list of the messages of a conversation or thread."""
    return _list("conversation", value)


def reference_list(value: str) -> str:
    """The list of the messages with a reference of this value."""
    return _list("reference", value)


def provider_list(provider: str, account: str | None = None, status: str | None = None) -> str:
    """The list of a provider's messages, or of those of one account, or of those at a status.

    `uncertain`, an outcome that any status can have which isn't final, has a list as a status has. No part can hold
    `#`, and each kind has a name of its own, so no two lists share one.
    """
    kind = {
        (False, False): "provider",
        (True, False): "account",
        (False, True): "status",
        (True, True): "account-status",
    }
    parts = [part for part in (provider, account, status) if part is not None]
    return "#".join((kind[account is not None, status is not None], *parts))


def discrepancy_list() -> str:
    """The list of the messages that a reconciliation found to differ."""
    return "discrepancy"


def _lists(message: Message, discrepancy: bool) -> Iterator[str]:
    provider, account, status = message.provider, message.account, message.status.value
    yield provider_list(provider)
    yield provider_list(provider, account)
    yield provider_list(provider, None, status)
    yield provider_list(provider, account, status)
    if message.outcome is Outcome.UNCERTAIN:
        yield provider_list(provider, None, message.outcome)
        yield provider_list(provider, account, message.outcome)
    if discrepancy:
        yield discrepancy_list()
    yield from _of_parties(_own_people(message))
    conversation = message.conversation
    for value in (conversation.id, conversation.thread_id, conversation.provider_conversation_id):
        if value:
            yield conversation_list(value)
    for value in (*(reference.value for reference in message.references), message.upstream.message_id):
        if value:
            yield reference_list(value)


def _own_people(message: Message) -> tuple[Party, ...]:
    """A message's own parties."""
    sender = (message.from_,) if message.from_ is not None else ()
    return (*sender, *message.to, *message.cc, *message.bcc, *message.reply_to)


def _of_parties(parties: Iterable[Party]) -> Iterator[str]:
    """The lists of people: by address and by the id that their provider gives them."""
    for party in parties:
        yield from _of_address(party)
        if party.contact_id:
            yield contact_list(party.contact_id)


def _of_address(party: Party) -> Iterator[str]:
    """The lists of an address; of a national number whose country is known also that of what was written.

    A party that was stored by an earlier reader may hold several addresses in one text.
    """
    raw = party.address_raw or ""
    if party.address is None:
        yield from map(address_list, keys(raw))
        return
    yield address_list(canonical_key(party.address))
    national = national_key(raw)
    if national and f"+{national}" != party.address:
        yield national_list(national)


def _list(kind: str, value: str) -> str:
    return f"{kind}#{_short(value, MAX_VALUE_BYTES)}"


def _short(text: str, size: int) -> str:
    """The text, or what stands for it where it is long. Readers check what they find, so a mix-up would do no harm."""
    data = text.encode()
    return text if len(data) <= size else f"sha256:{hashlib.sha256(data).hexdigest()}"
