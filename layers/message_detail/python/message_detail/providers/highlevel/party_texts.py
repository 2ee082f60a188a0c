"""Who stands in a field of parties, as text: a text, an object, or a list of both, however nested. Pure, and bounded.

The vendor's page has texts and lists of texts; objects, and lists in a text, are what custom providers and comparable
systems send.
"""

from __future__ import annotations

from typing import Any, Final

from message_detail.domain import json_codec

_ADDRESSES: Final = (
    "email", "emailAddress", "email_address", "mail", "address", "phone", "phoneNumber", "phone_number", "number",
    "value",
)  # fmt: skip
_NAMES: Final = ("name", "fullName", "full_name", "displayName", "display_name")
_LEVELS: Final = 4
_LONGEST_LIST: Final = 100_000
"""Characters of a list that stands in a text; a longer one is read as a text."""
_MARKS: Final = str.maketrans(dict.fromkeys('<>",;\r\n', " "))
"""What would end a name before an address."""


def sender_text(value: Any) -> Any:
    """The one party of a field: of several, the first. Custom providers send `{}` for an address they don't have."""
    texts = recipient_texts(value)
    return next(filter(None, texts), None) if isinstance(texts, tuple) else texts


def recipient_texts(value: Any) -> Any:
    """The parties of a field, one text for each item; what can't be read as one stays as it is."""
    if value in (None, "", {}):
        return ()
    found = _listed(value)
    return tuple(_text(item, _LEVELS) for item in (found if isinstance(found, list | tuple) else (found,)))


def holds_objects(value: Any) -> bool:
    """Whether a field is, or has, something with parts of its own."""
    return any(isinstance(one, dict | list) and one for one in (value if isinstance(value, list) else [value]))


def _listed(value: Any) -> Any:
    """A list that stands in a text as JSON; any other value as it is."""
    if not isinstance(value, str) or len(value) > _LONGEST_LIST or value.strip()[:1] not in ("[", "{"):
        return value
    try:
        return json_codec.loads(value)
    except ValueError:
        return value


def _text(item: Any, levels: int) -> Any:
    if isinstance(item, dict):
        return _of_object(item, levels)
    if not isinstance(item, list) or not levels:
        return item
    texts = [_text(one, levels - 1) for one in item]
    return ", ".join(text for text in texts if isinstance(text, str) and text) or None


def _of_object(item: dict[str, Any], levels: int) -> Any:
    """`Name <address>` of an object; itself where it has no address that is known to be one."""
    if not item:
        return None
    address = next((text for key in _ADDRESSES if (text := _member(item.get(key), levels))), None)
    name = next((item[key] for key in _NAMES if isinstance(item.get(key), str)), "").translate(_MARKS).strip()
    if address is None:
        return item
    return f"{name} <{address}>" if name and "@" in address and "<" not in address else address


def _member(value: Any, levels: int) -> str | None:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(value, dict | list) and levels:
        text = _text(value, levels - 1)
    return text.strip() or None if isinstance(text, str) else None
