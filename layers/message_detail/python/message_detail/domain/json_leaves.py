"""Walking JSON data: its leaves and branches with their paths and sizes, and changing a copy of it in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from message_detail.domain import json_codec

Path = tuple[str | int, ...]
"""Keys of objects, and indices of lists as numbers."""


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """What is neither an object nor a list, in order."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path, value


def get(value: Any, path: Path) -> Any:
    """The value at a path that exists."""
    for part in path:
        value = value[part]
    return value


def put(value: Any, path: Path, new: Any) -> None:
    """Sets the value at a path of at least one part that exists, in place."""
    get(value, path[:-1])[path[-1]] = new


def copied(value: Any) -> Any:
    """The same data in objects and lists of its own."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def json_size(value: Any) -> int:
    """Bytes of the value's JSON text."""
    return len(json_codec.dumps(value).encode())


def path_name(path: Path) -> str:
    """A path as people write it: `a.b[0]`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")
