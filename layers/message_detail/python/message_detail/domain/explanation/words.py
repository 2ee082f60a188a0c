"""The words of explanations besides those of statuses and failures: persons, sources, times, and what others wrote.

What a provider or a person wrote is shown short, on one line, and without characters that act on their surroundings.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from message_detail.domain.content_policy import said_in
from message_detail.domain.message import Channel, Kind, Message, Party, Via

LONGEST_WORD: Final = 40
"""Characters of a provider's own word for a status, or of its code."""
LONGEST_REASON: Final = 120
LONGEST_ADDRESS: Final = 100
TELLING_LETTERS: Final = 4
"""Letters of a word by which it is known that a reason repeats a message's text."""
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_NOT_SHOWN: Final = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
"""Categories of Unicode: control and format characters (the bidirectional ones among them), private and unassigned
ones, lone surrogates, separators of lines."""

VIAS: Final[dict[Via, str]] = {
    Via.LOOKUP: "shown by {source} when somebody looked it up",
    Via.WEBHOOK: "announced by a webhook of {source}",
    Via.REFRESH: "shown by {source} when it was refreshed",
    Via.SYNC: "shown by {source} when its list was read",
    Via.RECONCILE: "shown by {source} when we looked again by ourselves",
}
"""How we learned of a status."""

KINDS: Final[dict[Kind, str]] = {
    Kind.MESSAGE: "message",
    Kind.CALL: "call",
    Kind.VOICEMAIL: "voicemail",
    Kind.COMMENT: "comment",
    Kind.REACTION: "reaction",
    Kind.REVIEW: "review",
    Kind.FORM: "form",
    Kind.ACTIVITY: "activity",
    Kind.INTERNAL_NOTE: "internal note",
    Kind.UNKNOWN: "message",
}

REACHED_BY: Final[dict[Channel, str]] = {
    Channel.SMS: "number",
    Channel.MMS: "number",
    Channel.RCS: "number",
    Channel.WHATSAPP: "number",
    Channel.EMAIL: "address",
    Channel.PUSH: "device",
    Channel.IN_APP: "account",
    Channel.VOICE: "number",
    Channel.VOICEMAIL: "number",
    Channel.WEBCHAT: "chat",
    Channel.LIVE_CHAT: "chat",
    Channel.FACEBOOK: "account",
    Channel.INSTAGRAM: "account",
    Channel.GOOGLE_BUSINESS: "account",
    Channel.TIKTOK: "account",
    Channel.OTHER: "address",
    Channel.UNKNOWN: "address",
}
"""What people are reached by on a channel."""


def moment(timestamp: str) -> str:
    """A canonical timestamp as a person writes it: 4 May 2026 09:15:04 UTC."""
    at = datetime.fromisoformat(timestamp)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year} {at:%H:%M:%S} UTC"


def shown(text: str | None, longest: int) -> str:
    """What somebody else wrote, fit to stand in a sentence; "" for None."""
    begun = (text or "").lstrip()[: 4 * longest]
    plain = "".join(" " if unicodedata.category(one) in _NOT_SHOWN else one for one in begun)
    line = " ".join(plain.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def person(party: Party | None) -> str:
    """Somebody, by the best that is known: address, name, the provider's id of the contact; "" where nothing is."""
    if party is None:
        return ""
    address = shown(party.address, LONGEST_ADDRESS) or shown(party.address_raw, LONGEST_ADDRESS)
    contact = shown(party.contact_id, LONGEST_ADDRESS)
    return address or shown(party.name, LONGEST_ADDRESS) or (f"contact {contact}" if contact else "")


def people(parties: Sequence[Party]) -> str:
    """The first of several, and how many more; nothing where nobody is known."""
    known = [one for one in parties if one.address or one.address_raw or one.name or one.contact_id]
    more = len(known) - 1
    if more < 1:
        return "".join(map(person, known))
    return f"{person(known[0])} and {more} {'other' if more == 1 else 'others'}"


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them: a, b and c."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def own_reason(message: Message) -> str:
    """What the provider says of a failure in its own words; nothing where it may repeat what the message says."""
    failure = message.failure
    reason = shown(message.status_reason or (failure.message if failure is not None else None), LONGEST_REASON)
    telling = {word for word in _words(reason) if len(word) >= TELLING_LETTERS} or {reason.casefold()}
    repeats = any(word in text for text in map(str.casefold, said_in(message)) for word in telling)
    return "" if repeats else reason


def _words(text: str) -> list[str]:
    return "".join(one if one.isalnum() else " " for one in text.casefold()).split()
