"""Blanking of secrets in data that is kept: metadata columns and unknown fields may echo headers and keys.

What is a secret is told by its name (`secret_names`), by its look (`secret_shapes`), or by a name in running text
(`secret_pairs`). Numbers, truth values and nulls are never blanked. The work grows as the data does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from message_detail.domain import json_codec
from message_detail.domain.redaction import secret_pairs, secret_shapes
from message_detail.domain.redaction.secret_names import is_secret
from message_detail.domain.redaction.secret_pairs import NAME_KEYS, VALUE_KEYS
from message_detail.domain.redaction.secret_shapes import BLANK

TEXTS_IN_TEXTS: Final = 8
"""How often JSON inside of a string is looked into, one inside the other. Beyond it is a text like others."""

_MESSAGES: Final = frozenset(
    {"body", "caption", "comment", "content", "description", "html", "message", "preview", "reply", "snippet",
     "subject", "text", "title"}
)  # fmt: skip
"""Members that hold what people wrote."""
_SPELLINGS: Final = tuple(
    {spelled for key in NAME_KEYS for spelled in (key, key.capitalize(), key.upper())} | {"headerName", "HeaderName"}
)
_LONGEST_NAME: Final = 40
_NAME: Final = re.compile(
    r"[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)+|[a-z]+(?:[-_][a-z]+)+|Accept|Host|Origin|Date|Authorization|Cookie"
    r"|e-?mail|username|name|phone|user"
)
"""Names of headers, which begin with capitals, and of fields: what stands in lists of names, and is no secret."""


class _Mode(Enum):
    """What becomes of a text: it is searched for secrets, it is what people wrote, or it is a secret."""

    SEARCH = "search"
    SPARE = "spare"
    HIDE = "hide"


def redact(value: Any, *, spare_messages: bool = False) -> Any:
    """The same JSON value with secrets blanked; JSON inside a string is looked into and stays a string.

    `spare_messages` is for data that may hold what people wrote to each other: the value itself, if it is a text, and
    members that are named like such texts are left as they are.
    """
    return _walk(value, _Mode.SPARE if spare_messages else _Mode.SEARCH, TEXTS_IN_TEXTS, spare_messages)


def redact_member(parent: Any, name: str) -> Any:
    """A member of an object (an item of a list), redacted: its name, or a member beside it, may tell of a secret."""
    if isinstance(parent, list):
        return redact(parent[int(name)])
    # Not by looking at all members: each of thousands would look at all others.
    hidden = is_secret(name) or (name.casefold() in VALUE_KEYS and _names_a_secret(parent))
    mode = _Mode.HIDE if hidden else _Mode.SEARCH
    return _walk(parent[name], mode, TEXTS_IN_TEXTS, False)


def _walk(value: Any, mode: _Mode, nests: int, spares: bool) -> Any:
    """A copy, redacted. `nests`: how often JSON is still looked for inside of strings."""
    if isinstance(value, str):
        return _text(value, mode, nests)
    root = [value]
    pending: list[tuple[Any, Any, _Mode]] = [(root, 0, mode)]
    while pending:
        holder, key, mode = pending.pop()
        item = holder[key]
        if isinstance(item, str):
            holder[key] = _text(item, mode, nests)
        elif isinstance(item, dict):
            holder[key] = dict(item)
            modes = _modes_of_object(item, mode, spares)
            pending += [(holder[key], name, modes[name]) for name in item]
        elif isinstance(item, list):
            holder[key] = list(item)
            places = _secrets_of_list(item)
            pending += [(holder[key], at, _Mode.HIDE if at in places else mode) for at in range(len(item))]
    return root[0]


def _modes_of_object(value: Mapping[str, Any], mode: _Mode, spares: bool) -> dict[str, _Mode]:
    if mode is _Mode.HIDE:
        return dict.fromkeys(value, mode)
    secrets = _secrets_of_object(value)
    return {
        name: _Mode.HIDE
        if name in secrets
        else _Mode.SPARE
        if spares and name.casefold() in _MESSAGES
        else _Mode.SEARCH
        for name in value
    }


def _text(text: str, mode: _Mode, nests: int) -> str:
    if mode is not _Mode.SEARCH or not text:
        return BLANK if text and mode is _Mode.HIDE else text
    if nests and text.lstrip()[:1] in ("{", "["):
        try:
            # Of a key that is there twice the parser would hide one value from us.
            data = json_codec.loads(text, unique_keys=True)
        except ValueError:
            pass  # no JSON after all, or cut off: read as text
        else:
            blanked = _walk(data, _Mode.SEARCH, nests - 1, False)
            return text if blanked == data else json_codec.dumps(blanked)
    return secret_pairs.unescaped(_plain(text), _plain)


def _plain(text: str) -> str:
    return secret_pairs.blanked(secret_shapes.blanked(text))


def _secrets_of_object(value: Mapping[str, Any]) -> set[str]:
    """The names of the members that are secrets: by their name, or because another member names them so."""
    named = _names_a_secret(value)
    return {name for name in value if is_secret(name) or (named and name.casefold() in VALUE_KEYS)}


def _secrets_of_list(items: list[Any]) -> set[int]:
    """The places of secrets in a list: `["X-Api-Key", "…"]`, also with more headers one after the other."""
    if len(items) == 2 and isinstance(items[0], str) and isinstance(items[1], str | list) and is_secret(items[0]):
        return set() if _is_a_name(items[1]) else {1}
    return {
        place
        for place in range(1, len(items))
        if _is_header(items[place - 1]) and isinstance(items[place], str | list) and not _is_a_name(items[place])
    }


def _names_a_secret(value: Mapping[str, Any]) -> bool:
    return any(isinstance(item, str) and is_secret(item) for item in map(value.get, _SPELLINGS))


def _is_header(value: Any) -> bool:
    """Whether an item of a list is the name of a header that holds a secret, and no word of other lists."""
    if not isinstance(value, str) or len(value) > _LONGEST_NAME:
        return False
    return value.casefold() in secret_pairs.WHOLE_LINES or ("-" in value and is_secret(value) and _is_a_name(value))


def _is_a_name(value: Any) -> bool:
    """Whether an item is a name in turn, as in a list of names: `Content-Type`, `email`, `first_name`."""
    return isinstance(value, str) and len(value) <= _LONGEST_NAME and _NAME.fullmatch(value) is not None
