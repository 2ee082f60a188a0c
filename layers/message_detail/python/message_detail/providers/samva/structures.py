"""Reading of the values that Samva types as "string" although they name a structure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from message_detail.domain.addresses.reader import read_all
from message_detail.providers.base.address_texts import address_texts, structure, texts_in
from message_detail.providers.base.document_reader import DocumentReader
from message_detail.providers.base.provider import Document

STRUCTURES: Final = (
    "emailMetadata",
    "whatsappMetadata",
    "fromParticipant",
    "toParticipants",
    "toParticipantIds",
    "tags",
    "categories",
)


def first_text(entry: Mapping[str, Any], keys: Iterable[str]) -> str | None:
    """The first of these keys whose value is a plain text or number, as text."""
    for key in keys:
        value = entry.get(key)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
            return str(value)
    return None


def unpacked(document: Document) -> Document:
    """The document with the structures that the vendor's page shows as such, where they came as JSON in a text."""
    return {**document, **{key: structure(document[key]) for key in STRUCTURES if isinstance(document.get(key), str)}}


def mailboxes(value: Any, path: str, reader: DocumentReader) -> tuple[str, ...]:
    """The addresses of a field in any shape, one text for each."""
    texts = address_texts(value, path, reader, phones=False)
    return tuple(address.raw.strip() for text in texts for address in read_all(text))


def identity(value: Any, channels: Iterable[str]) -> str | None:
    """The address in `channelIdentities` for the first of these channels that has one.

    The shape is undocumented: read are `{channel: address}` and `[{channel|type, value|address|…}]`.
    """
    data = structure(value)
    for channel in channels:
        found = next(filter(None, (_address(item) for item in _of_channel(data, channel))), None)
        if found is not None:
            return found
    return None


def identities(value: Any) -> Iterator[str]:
    """The addresses in `channelIdentities`, of any channel; the shapes are those of `identity`."""
    data = structure(value)
    for entry in data.values() if isinstance(data, dict) else (data,):
        yield from texts_in(entry)


def _of_channel(data: Any, channel: str) -> Iterable[Any]:
    if isinstance(data, list):
        for entry in data:
            if isinstance(entry, dict) and _is(first_text(entry, ("channel", "channelType", "type")), channel):
                yield entry
    elif isinstance(data, dict):
        for key, item in data.items():
            if _is(key, channel):
                yield from item if isinstance(item, list) else [item]


def _is(word: str | None, channel: str) -> bool:
    return word is not None and word.strip().casefold() == channel


def _address(item: Any) -> str | None:
    if isinstance(item, dict):
        return first_text(item, ("address", "value", "identifier", "identity", "email", "phone", "number"))
    return item.strip() or None if isinstance(item, str) else None
