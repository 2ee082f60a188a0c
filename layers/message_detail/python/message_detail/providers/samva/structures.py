"""Reading of the values that Samva types as "string" although they name a structure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from message_detail import jsontext
from message_detail.addresses import read_all
from message_detail.ledger import Ledger

_MAILBOX_KEYS: Final = ("email", "address", "value")


def structure(value: Any) -> Any:
    """The data that a value stands for: JSON in a string is read, all else stays what it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{", '"'):
        try:
            return jsontext.loads(value)
        except ValueError:
            return value
    return value


def first_text(entry: Mapping[str, Any], keys: Iterable[str]) -> str | None:
    """The first of these keys whose value is a plain text or number, as text."""
    for key in keys:
        value = entry.get(key)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
            return str(value)
    return None


def mailboxes(value: Any, path: str, ledger: Ledger) -> tuple[str, ...]:
    """The addresses of a text that names one or several, a JSON list in a string, or a list of either.

    Where an item holds more than an address, or something else, the raw value is kept.
    """
    data = structure(value)
    items = data if isinstance(data, list) else [data]
    if any(item is not None and not isinstance(item, str) for item in items):
        ledger.keep(path)
    return tuple(address.raw.strip() for text in filter(None, map(_mailbox, items)) for address in read_all(text))


def _mailbox(item: Any) -> str | None:
    if isinstance(item, dict):
        return first_text(item, _MAILBOX_KEYS)
    return item.strip() if isinstance(item, str) else None


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
