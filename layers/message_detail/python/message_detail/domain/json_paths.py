"""Places in JSON data: reading, replacing and naming them.

A path's list indices are numbers in text, as in ("to", "0", "name").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def replaced(data: Any, news: Mapping[Path, Any]) -> Any:
    """A copy of the data with other values at these paths; a path that does not exist changes nothing.

    No path may lead on to another. All are replaced in one walk: one by one, each would copy the list that it is in.
    """
    if () in news:
        return news[()]
    below: dict[str, dict[Path, Any]] = {}
    for path, new in news.items():
        below.setdefault(path[0], {})[path[1:]] = new
    if isinstance(data, list):
        items = list(data)
        for head, rest in below.items():
            if head.isdecimal() and int(head) < len(items):
                items[int(head)] = replaced(items[int(head)], rest)
        return items
    if isinstance(data, dict):
        return {**data, **{head: replaced(data[head], rest) for head, rest in below.items() if head in data}}
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
    leading_on = {part for path in distinct for part in ways_to(path)}
    return [path for path in distinct if path not in leading_on]


def ways_to(path: Path) -> list[Path]:
    """The places above a path, from the root on."""
    return [path[:length] for length in range(len(path))]
