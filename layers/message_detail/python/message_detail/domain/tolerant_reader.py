"""Reading back what another release may have written: more keys, other words, fewer keys. Pure.

What we make is checked strictly, and so is what we read, as long as that goes well. Only then is the data fixed:
pydantic says where it differs from what this release knows, and that alone is taken out of a copy.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from message_detail.domain.json_leaves import Path, copied, get

ROUNDS: Final = 10
"""A key that is gone can make its parent unusable, and so on up; no part of the schema is nested as deeply."""
UNKNOWN: Final = "unknown"
"""The word of every enum that has one for what it doesn't know."""
_WORDS: Final = frozenset({"enum", "literal_error"})

M = TypeVar("M", bound=BaseModel)


def read_back(model: type[M], data: Any) -> M | None:
    """The data as the model, as far as this release can read it; None where too little is left.

    Keys that it doesn't know are left out; a word that it doesn't know is `unknown`, or the field's default where
    the enum has no such word; what has another shape is left out, with its parent where that can't be without it.
    """
    data = copied(data)
    worded: set[Path] = set()
    for _ in range(ROUNDS):
        try:
            return model.model_validate(data)
        except ValidationError as error:
            problems = {_place(data, one["loc"]): one["type"] for one in error.errors()}
            if () in problems:
                return None
            _fix(data, problems, worded)
    return None


def _place(data: Any, location: tuple[int | str, ...]) -> Path:
    """Where in the data an error lies, as far as the data goes: of what is missing the parent."""
    path: Path = ()
    for part in location:
        if not _has(data, part):
            break
        data = data[part]
        path = (*path, part)
    return path


def _has(data: Any, part: int | str) -> bool:
    return (isinstance(data, dict) and part in data) or (isinstance(data, list) and isinstance(part, int))


def _fix(data: Any, problems: dict[Path, str], worded: set[Path]) -> None:
    """Takes out what can't be read, from the last item of a list to its first."""
    for path in sorted(problems, reverse=True):
        parent = get(data, path[:-1])
        if problems[path] in _WORDS and path not in worded:
            worded.add(path)
            parent[path[-1]] = UNKNOWN
        else:
            del parent[path[-1]]
