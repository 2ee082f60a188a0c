"""Looking into JSON data: leaves, values at places, and whether a value has arrived somewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from message_detail.domain.json_leaves import Path

EMPTY: tuple[Any, ...] = (None, "", [], {})


def leaves(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value that holds nothing further down, with its place. Empty ones mean the same as absent."""
    if isinstance(data, dict):
        for key, item in data.items():
            yield from leaves(item, (*path, key))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from leaves(item, (*path, index))
    elif data not in EMPTY:
        yield path, data


def objects(data: Any, path: Path = ()) -> Iterator[Path]:
    """The places of all objects in the data."""
    if isinstance(data, dict):
        yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, item in items:
        yield from objects(item, (*path, key))


def get(data: Any, path: Path, default: Any = None) -> Any:
    """The value at a place, or the default where there is no such place."""
    for part in path:
        found = part in data if isinstance(data, dict) else _is_index(data, part)
        if not found:
            return default
        data = data[part]
    return data


def _is_index(data: Any, part: str | int) -> bool:
    return isinstance(data, list) and isinstance(part, int) and part < len(data)


def generic(path: Path) -> tuple[str, ...]:
    """The path as the field tables write it."""
    return tuple("[]" if isinstance(part, int) else part for part in path)


def places_of(data: Any, name: str, value: Any, path: Path = ()) -> Iterator[Path]:
    """Where an object has a member of this name with this value."""
    for place in objects(data, path):
        members = get(data, place)
        if name in members and same(members[name], value):
            yield (*place, name)


def same(one: Any, other: Any) -> bool:
    """Equality of JSON values: unlike Python's, 1, 1.0 and true differ."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def same_text(value: Any, leaf: Any) -> bool:
    """Whether a value is the leaf, as itself, as text, or as the same number (1 is true)."""
    if isinstance(value, bool) or isinstance(leaf, bool):
        return value == leaf or str(value).casefold() == str(leaf).casefold()
    if str(value) == str(leaf):
        return True
    try:
        return Decimal(str(value)) == Decimal(str(leaf))
    except InvalidOperation:
        return False


def anywhere(message: Any, leaf: Any) -> bool:
    """Whether the leaf's value is found somewhere in a message."""
    return any(same_text(value, leaf) for _, value in leaves(message))
