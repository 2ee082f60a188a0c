"""The addresses in a field of any shape: text, a list, objects, or any of these as JSON in a text. Pure.

Vendors' pages call such a field a text and live answers have lists and objects in it (Samva's page types structures
as "string"; PortSIP's lists of receivers are a text, JSON, or a list, by trunk).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from message_detail.domain import json_codec
from message_detail.domain.json_paths import split_path
from message_detail.providers.base.document_reader import DocumentReader

LEVELS: Final = 5
ADDRESS_KEYS: Final = (
    "email", "emailaddress", "mail", "address", "phonenumber", "phone", "number", "msisdn", "value", "identifier",
    "identity", "to", "recipient", "receiver", "emails", "addresses", "numbers", "recipients", "receivers",
)  # fmt: skip
"""Keys of an object that hold its address, or several, without their case and separators; the first one counts."""
_LIST_AS_TEXT: Final = re.compile(r'\{[^:]*\}|\[[^:]*\]|[\[{]\s*"[^:]*')
"""What a database or a careless writer makes of a list: `{a,b}`, `[a, b]`, `["a"` without its end."""
_MARKS: Final = str.maketrans('[]{}"', "     ")


def structure(value: Any) -> Any:
    """The data that a value stands for: JSON in a text is read, also JSON of a JSON text; all else stays as it is."""
    for _ in range(2):
        if not isinstance(value, str) or value.lstrip()[:1] not in ("[", "{", '"'):
            break
        try:
            value = json_codec.loads(value)
        except ValueError:
            break
    return value


def address_texts(value: Any, path: str, reader: DocumentReader, *, phones: bool = True) -> tuple[str, ...]:
    """The texts that hold the addresses of a field, each of one or several people.

    The raw value is kept where it is more than that. In a field for phones numbers are texts, and a value without an
    address is drift; one for e-mail may be a structure that nobody has described.
    """
    data = structure(value)
    if data in (None, "", [], {}):
        return ()
    found = tuple(_texts(value, LEVELS, phones))
    if not found and phones:
        reader.report(split_path(path), "wrong_type", value)
    elif list(found) != _written(data):
        reader.keep(path)
    return found


def texts_in(value: Any) -> tuple[str, ...]:
    """The texts that hold the addresses of a field, numbers included; nothing is reported or kept."""
    return tuple(_texts(value, LEVELS, True))


def _texts(value: Any, levels: int, phones: bool) -> Iterator[str]:
    if isinstance(value, str):
        value = structure(value)
    if isinstance(value, str):
        is_list = _LIST_AS_TEXT.fullmatch(value.strip())
        text = value.translate(_MARKS).strip() if is_list else value
        if text.strip():
            yield text
    elif phones and isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif levels and isinstance(value, list):
        for item in value:
            yield from _texts(item, levels - 1, phones)
    elif levels and isinstance(value, dict):
        yield from _of_object(value, levels - 1, phones)


def _of_object(item: dict[str, Any], levels: int, phones: bool) -> Iterator[str]:
    """The address of an object; else what is numbered in it, or is its key: `{"0": …}`, `{"jane@ex.com": "Jane"}`."""
    by_name = {re.sub("[^a-z0-9]", "", key.casefold()): entry for key, entry in item.items()}
    named = next((by_name[key] for key in ADDRESS_KEYS if by_name.get(key) not in (None, "", [], {})), None)
    if named is not None:
        yield from _texts(named, levels, phones)
        return
    for key, entry in item.items():
        if "@" in key:
            yield key
        elif key.isdigit():
            yield from _texts(entry, levels, phones)


def _written(data: Any) -> list[str] | None:
    """A text, a number or a list of them as texts, without empty items; None where there is something else."""
    items = data if isinstance(data, list) else [data]
    if any(isinstance(item, bool | list | dict) for item in items):
        return None
    return [str(item) for item in items if item not in (None, "")]
