"""A message for somebody who may know what became of it, and not whom it is about or what it says. Pure.

Content is emptied, addresses and names are masked, and both are hidden wherever else a provider repeats them: in
reasons, labels, ids of other systems. What stays are words of ours, times and amounts, and the message's own id, by
which it was asked for. Linear in the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from message_detail.domain.content_policy import emptied, said_in
from message_detail.domain.json_leaves import Path, leaves, put
from message_detail.domain.message import (
    LONGEST_DRIFT_VALUE,
    UNKNOWN_VALUE,
    Engagement,
    Message,
    Observation,
    Party,
    Timestamps,
)
from message_detail.domain.status import Status
from message_detail.domain.withholding.known_numbers import NUMBERS_END, KnownNumbers
from message_detail.domain.withholding.known_texts import KnownTexts
from message_detail.domain.withholding.masks import HIDDEN, digits_of, mask_address, mask_in_text

PARTIES: Final = ("from", "to", "cc", "bcc", "reply_to")
OURS: Final = frozenset(
    {
        *("schema_version", "id", "provider", "account", "provider_message_id"),
        *("channel", "kind", "direction", "status", "outcome", "failure.category", "failure.permanence"),
        *(f"{party}.{key}" for party in PARTIES for key in ("address", "address_raw", "address_type", "name")),
        *(f"engagement.{sort}.{key}" for sort in Engagement.model_fields for key in ("first_at", "last_at")),
        *(f"timestamps.{key}" for key in Timestamps.model_fields),
        *("replies.at", "billing.lines.amount", "status_native"),
        *(f"provenance.{key}" for key in ("freshness", "via", "fetched_at", "source_updated_at", "mapping")),
        "provenance.drift.problem",
    }
)
"""Texts that are words of ours, or have been seen to already; names of places without the indices of lists."""
IDS: Final = frozenset(
    {
        *(f"{party}.contact_id" for party in PARTIES),
        *("channel_native", "failure.native_code", "template.id", "attachments.sha256", "references.value"),
        *("interaction.context_message_id", "origin.user_id", "origin.api_key_id"),
        *(f"conversation.{key}" for key in ("id", "thread_id", "parent_id", "provider_conversation_id", "related_ids")),
        *("upstream.provider", "upstream.message_id"),
    }
)
"""Texts in which digits are nobody's number, unless they are those of a party."""
SHORTEST_NAME: Final = 3
"""Letters of a part of a name, or of what stands before an @, that is a name by itself."""
_PARTS: Final = re.compile(r"\w+")
_LONGEST_ADDRESS: Final = 512
"""Characters of an address of which other spellings are looked for."""


def withhold(message: Message) -> Message:
    """The message without content, its parties masked."""
    if message.withheld:
        return message
    document = _without_content(message).as_json()
    known, numbers = _known(message), _numbers(message)
    for party in _parties(document):
        _mask(party)
    for path, value in leaves(document):
        if isinstance(value, str) and (place := _place(path)) not in OURS:
            shown = known.hidden_in(value)
            put(document, path, numbers.hidden_in(shown if place in IDS else mask_in_text(shown)))
    return Message.model_validate(document)


def withhold_observation(event: Observation) -> Observation:
    """The event without what the provider said in words of its own."""
    native = event.status_native if event.status is not Status.UNKNOWN else None
    failure = event.failure and event.failure.model_copy(
        update={"message": None, "native_code": mask_in_text(event.failure.native_code or "") or None}
    )
    return event.model_copy(update={"status_native": native, "reason": None, "failure": failure})


def _without_content(message: Message) -> Message:
    provenance = message.provenance
    drift = tuple(entry.model_copy(update={"value": None}) for entry in provenance.drift)
    return message.model_copy(
        update={
            **emptied(message),
            "status_native": message.status_native if _is_known_status(message) else None,
            "attachments": tuple(one.model_copy(update={"url": None, "name": None}) for one in message.attachments),
            "provenance": provenance.model_copy(update={"drift": drift}),
            "withheld": True,
        }
    )


def _is_known_status(message: Message) -> bool:
    """Whether our tables know the provider's word, which then is nobody's. After an unknown one a webhook may have told
    a status without a word."""
    unknown = {entry.value for entry in message.provenance.drift if entry.problem == UNKNOWN_VALUE}
    native = message.status_native
    return message.status is not Status.UNKNOWN and (native is None or native[:LONGEST_DRIFT_VALUE] not in unknown)


def _known(message: Message) -> KnownTexts:
    """What of the message is nowhere to be shown."""
    known = KnownTexts()
    for party in _people(message):
        for address in filter(None, (party.address, party.address_raw)):
            known.add(address, mask_address(address))
            _add_spellings(known, address[:_LONGEST_ADDRESS])
            if len(digits := digits_of(address)) >= NUMBERS_END:
                known.add(digits, mask_address(digits))
        known.add(party.name or "")
        for part in _PARTS.findall(party.name or ""):
            if len(part) >= SHORTEST_NAME:
                known.add(part, as_word=True)
    for text in _content(message):
        known.add(text)
    return known


def _add_spellings(known: KnownTexts, address: str) -> None:
    """An address as it stands in the address of a page, and the name before the @, by which servers speak of it."""
    known.add(quote(address, safe="", errors="replace"))
    local, is_mailbox, _ = address.rpartition("@")
    if is_mailbox and len(local) >= SHORTEST_NAME:
        known.add(local, as_word=True)


def _numbers(message: Message) -> KnownNumbers:
    """The numbers of all whom the message is about."""
    numbers = KnownNumbers()
    for party in _people(message):
        for address in filter(None, (party.address, party.address_raw)):
            numbers.add(address)
    return numbers


def _people(message: Message) -> Iterator[Party]:
    if message.from_ is not None:
        yield message.from_
    yield from (*message.to, *message.cc, *message.bcc, *message.reply_to)


def _content(message: Message) -> Iterator[str]:
    """What it says, and where its files are."""
    yield from said_in(message)
    yield from filter(None, (attachment.url for attachment in message.attachments))
    yield from (media for reply in message.replies for media in reply.media)


def _parties(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in PARTIES:
        value = document[name]
        yield from value if isinstance(value, list) else filter(None, [value])


def _mask(party: dict[str, Any]) -> None:
    """In place. What was written shows no more than the address that was read in it."""
    shown = mask_address(party["address"] or party["address_raw"] or "")
    for key in ("address", "address_raw"):
        party[key] = shown if party[key] else party[key]
    party["name"] = HIDDEN if party["name"] else party["name"]


def _place(path: Path) -> str:
    return ".".join(part for part in path if isinstance(part, str))
