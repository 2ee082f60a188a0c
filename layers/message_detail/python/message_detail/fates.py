"""What becomes of each field of a provider's answer: tables that make a mapping auditable and loss-free.

A provider declares `FIELDS`: a dict of paths to fates. Paths are dotted; `[]` stands for the items of a list
(`toParticipants[].name`). A path may name a whole subtree. A leaf with no fate of its own or of a parent is
drift: it is kept under extensions and reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Fate:
    """Where the value of a field goes: canonical `targets`, `extensions` when `kept`, nowhere when `dropped`.

    `dropped` holds the reason. `sealed` values are kept with secrets in them blanked (see redact.py).
    """

    targets: tuple[str, ...] = ()
    kept: bool = False
    dropped: str | None = None
    sealed: bool = False


def to(*targets: str, keep: bool = False) -> Fate:
    """Promoted to canonical fields (dotted, `[]` for list items); with `keep` also under extensions."""
    return Fate(targets=targets, kept=keep)


def dropped(reason: str) -> Fate:
    """Not kept anywhere, for a reason: transport envelope or secret."""
    return Fate(dropped=reason)


KEPT: Final = Fate(kept=True)
"""Kept under extensions, under the provider's own name; known, hence no drift."""
SEALED: Final = Fate(kept=True, sealed=True)
"""Kept under extensions with anything that looks like a secret blanked."""


@dataclass(frozen=True, slots=True, eq=False)
class FieldTable:
    """The fates of a provider's fields by path, with what is needed to look them up fast."""

    fates: Mapping[str, Fate]
    parents: frozenset[str]

    def fate(self, path: tuple[str, ...]) -> Fate | None:
        """The fate of a path: its own, else its nearest parent's, else None. List indices are `[]`.

        A key that only looks like a path ("a.b" as one key) has no fate of its own.
        """
        for length in range(_plain_length(path), 0, -1):
            fate = self.fates.get(join(path[:length]))
            if fate is not None:
                return fate
        return None

    def is_parent(self, path: tuple[str, ...]) -> bool:
        """Whether the table knows fields below a path; the document itself, (), is a parent."""
        return not path or (_plain_length(path) == len(path) and join(path) in self.parents)


def field_table(fates: Mapping[str, Fate]) -> FieldTable:
    """The table of these fates."""
    parents = {join(parts[:length]) for name in fates for parts in [split(name)] for length in range(1, len(parts))}
    return FieldTable(fates, frozenset(parents))


def join(path: tuple[str, ...]) -> str:
    """A path as text: ("a", "[]", "b") is "a[].b"."""
    return ".".join(path).replace(".[]", "[]")


def split(name: str) -> tuple[str, ...]:
    """The inverse of `join`."""
    return tuple(name.replace("[]", ".[]").split("."))


def _plain_length(path: tuple[str, ...]) -> int:
    """How many parts of a path come before the first that would read as something else once joined."""
    for index, part in enumerate(path):
        if "." in part or ("[]" in part and part != "[]"):
            return index
    return len(path)


def is_leaf(value: Any) -> bool:
    """Whether a JSON value holds nothing further down."""
    return not (isinstance(value, dict | list) and value)
