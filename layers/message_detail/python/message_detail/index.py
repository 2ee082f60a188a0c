"""Which lists a stored message stands in, so that searching it is reading the head of a list. Pure.

A list is everything that a search can ask for: an address, a conversation, a reference, a provider, an account, a
status of either, the discrepancies. A message's place in it is an `Entry`, ordered by the message's sort time and id.
docs/decisions/search-index.md says why it is made this way.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Final, NamedTuple

from message_detail.message import Message, Party

SHARDS: Final = 4
"""Keys that a list's entries are spread over. May be raised at any time (readers then look in the old places, too,
and drop what they see twice), never lowered."""
MAX_VALUE_BYTES: Final = 256
MAX_ID_BYTES: Final = 900
"""With the sort time before it, an id of this size fits DynamoDB's sort key (1,024 bytes)."""
EXPIRY_STEP_SECONDS: Final = 30 * 86_400
"""How much longer than its message an entry may stay in the table, so that not every change rewrites every entry."""

_SCHEME: Final = re.compile(r"(?:tel|sms|whatsapp|mailto):", re.IGNORECASE)
_PHONE: Final = re.compile(r"\+?[\d\s().\-/]+")


class Entry(NamedTuple):
    """A message's place in a list. `list` is the list's name, `sort_at` a canonical timestamp."""

    list: str
    sort_at: str
    message_id: str

    @property
    def key(self) -> tuple[str, str]:
        """Partition key and sort key of the item that stands for the entry."""
        shard = zlib.crc32(self.message_id.encode()) % SHARDS
        return shard_key(self.list, shard), f"{self.sort_at}#{_short(self.message_id, MAX_ID_BYTES)}"


@dataclass(frozen=True, slots=True)
class Indexed:
    """A stored message with what the index needs beside it.

    `sort_at` is `sort_time` as it was when the message was first stored; it never changes. `discrepancy` says whether
    a reconciliation found the message to differ. `expires_at` (seconds since 1970, None: never) is its item's.
    """

    message: Message
    sort_at: str
    discrepancy: bool = False
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Entries to be written before a message's new state is, and those to be deleted after it."""

    put: frozenset[Entry] = frozenset()
    delete: frozenset[Entry] = frozenset()


def sort_time(message: Message) -> str:
    """The time that a message is listed under: the earliest that its provider tells, else that of its first fetch."""
    times = message.timestamps
    return times.created or times.received or times.sent or times.scheduled or message.provenance.fetched_at


def entries(message: Message, sort_at: str, discrepancy: bool = False) -> frozenset[Entry]:
    """All places of a message."""
    return frozenset(Entry(name, sort_at, message.id) for name in _lists(message, discrepancy))


def entries_of(indexed: Indexed | None) -> frozenset[Entry]:
    """All places of a stored message; none when there is none."""
    if indexed is None:
        return frozenset()
    return entries(indexed.message, indexed.sort_at, indexed.discrepancy)


def changes(before: Indexed | None, after: Indexed | None) -> Changes:
    """What a message's step from one state to another changes in the index. None: not stored, or no longer."""
    old, new = entries_of(before), entries_of(after)
    extended = before is not None and after is not None and entry_expiry(before) != entry_expiry(after)
    return Changes(put=new if extended else new - old, delete=old - new)


def entry_expiry(indexed: Indexed) -> int | None:
    """When a message's entries expire (seconds since 1970): after the message, by at most EXPIRY_STEP_SECONDS."""
    if indexed.expires_at is None:
        return None
    return (indexed.expires_at // EXPIRY_STEP_SECONDS + 1) * EXPIRY_STEP_SECONDS


def shard_key(name: str, shard: int) -> str:
    """The partition key of one shard of a list."""
    return f"index#{name}#{shard}"


def address_list(key: str) -> str:
    """The list of the messages with a party of this address (an `address_key`)."""
    return _list("address", key)


def conversation_list(value: str) -> str:
    """The list of the messages of a conversation or thread."""
    return _list("conversation", value)


def reference_list(value: str) -> str:
    """The list of the messages with a reference of this value."""
    return _list("reference", value)


def provider_list(provider: str, account: str | None = None, status: str | None = None) -> str:
    """The list of a provider's messages, or of those of one account, or of those at a status.

    No part can hold `#`, and each kind has a name of its own, so no two lists share one.
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


def address_key(text: str) -> str:
    """An address without what people write differently: case, blanks, punctuation, `00` for `+`, `tel:`.

    A number with a country code keeps its plus, so it never meets a national number of the same digits.
    """
    text = _SCHEME.sub("", tidy(text), count=1)
    if "@" in text:
        return ((parseaddr(text)[1] if "<" in text else "") or text).casefold()
    if not _PHONE.fullmatch(text) or not any(character.isdigit() for character in text):
        return text.casefold()
    digits = "".join(character for character in text if character.isdigit())
    if text.startswith("+"):
        return f"+{digits}"
    return f"+{digits[2:]}" if digits.startswith("00") and len(digits) > 2 else digits


def tidy(text: str) -> str:
    """Text without invisible characters, with plain digits, dashes and single blanks."""
    if text.isascii():
        return " ".join(text.split())
    characters = (_plain(character) for character in unicodedata.normalize("NFKC", text))
    return " ".join("".join(characters).split())


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return {"Pd": "-", "Cf": ""}.get(category, character)


def _lists(message: Message, discrepancy: bool) -> Iterator[str]:
    provider, account, status = message.provider, message.account, message.status.value
    yield provider_list(provider)
    yield provider_list(provider, account)
    yield provider_list(provider, None, status)
    yield provider_list(provider, account, status)
    if discrepancy:
        yield discrepancy_list()
    yield from map(address_list, _addresses(message))
    conversation = message.conversation
    for value in (conversation.id, conversation.thread_id, conversation.provider_conversation_id):
        if value:
            yield conversation_list(value)
    for value in (*(reference.value for reference in message.references), message.upstream.message_id):
        if value:
            yield reference_list(value)


def _addresses(message: Message) -> Iterator[str]:
    parties = (message.from_, *message.to, *message.cc, *message.bcc, *message.reply_to)
    for party in parties:
        if party is not None:
            yield from _keys(party)


def _keys(party: Party) -> Iterator[str]:
    """The keys of an address as it is and as the provider wrote it, unless they differ by the plus alone."""
    address, raw = (address_key(text or "") for text in (party.address, party.address_raw))
    if address:
        yield address
    if raw and address != f"+{raw}":
        yield raw


def _list(kind: str, value: str) -> str:
    return f"{kind}#{_short(value, MAX_VALUE_BYTES)}"


def _short(text: str, size: int) -> str:
    """The text, or what stands for it where it is long. Readers check what they find, so a mix-up would do no harm."""
    data = text.encode()
    return text if len(data) <= size else f"sha256:{hashlib.sha256(data).hexdigest()}"
