"""Places in JSON data: reading, replacing and naming them.

A path's list indices are numbers in text, as in ("to", "0", "name").
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Path = tuple[str, ...]


def split_path(text: str) -> Path:
    """ "a[0].b" and "a.0.b" as ("a", "0", "b")."""
    return tuple(text.replace("[", ".").replace("]", "").split("."))


def at(data: Any, path: Path) -> Any:
    """The value at a path that exists."""
    for part in path:
        data = data[int(part)] if isinstance(data, list) else data[part]
    return data


def is_item(data: Any, path: Path) -> bool:
    """Whether an existing path leads to an item of a list."""
    return bool(path) and isinstance(at(data, path[:-1]), list)


def replaced(data: Any, path: Path, new: Any) -> Any:
    """A copy of the data with another value at the path; a path that does not exist changes nothing."""
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(data, list):
        return [replaced(item, rest, new) if str(index) == head else item for index, item in enumerate(data)]
    if isinstance(data, dict):
        return {key: replaced(item, rest, new) if key == head else item for key, item in data.items()}
    return data


def generic_path(data: Any, path: Path) -> Path:
    """The path with `[]` for the indices of lists. A key of digits is an index only where there is a list."""
    parts: list[str] = []
    for part in path:
        if isinstance(data, dict) and part in data:
            parts.append(part)
            data = data[part]
        else:
            parts.append("[]" if part.isdecimal() else part)
            inside = isinstance(data, list) and part.isdecimal() and int(part) < len(data)
            data = data[int(part)] if inside else None
    return tuple(parts)


def data_path(data: Any, location: tuple[int | str, ...]) -> Path:
    """The part of a pydantic error's location that is a place in the data: validators add their own names."""
    path: list[str] = []
    for part in location:
        in_dict = isinstance(data, dict) and part in data
        if in_dict or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            data = data[part]
            path.append(str(part))
    return tuple(path)


def deepest(paths: Iterable[Path]) -> list[Path]:
    """The distinct paths, in order, without those that lead on to another of them."""
    distinct = list(dict.fromkeys(paths))
    return [path for path in distinct if not any(path == other[: len(path)] for other in distinct if other != path)]
