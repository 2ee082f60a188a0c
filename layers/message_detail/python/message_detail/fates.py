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


_CONTAINERS: Final = (dict, list)  # a tuple: the union of both would be made anew for each of a document's values

KEPT: Final = Fate(kept=True)
"""Kept under extensions, under the provider's own name; known, hence no drift."""
SEALED: Final = Fate(kept=True, sealed=True)
"""Kept under extensions with anything that looks like a secret blanked."""


class Node:
    """A place in a provider's answer, as a table knows it: its fate, and the places below it.

    `fate` is the place's own, else its nearest parent's, else None. `children` is empty where the table knows nothing
    below.
    """

    __slots__ = ("_other", "children", "fate")

    def __init__(self, fate: Fate | None, children: Mapping[str, Node]) -> None:
        self.fate = fate
        self.children = children
        self._other = Node(fate, {}) if children else self

    def child(self, part: str) -> Node:
        """The place one step down; one that the table doesn't know has this one's fate. List indices are `[]`.

        A key that only looks like a path ("a.b" as one key) is none that the table knows.
        """
        return self.children.get(part, self._other)


@dataclass(frozen=True, slots=True, eq=False)
class FieldTable:
    """The fates of a provider's fields by path, and the same as a tree, in which a document is walked along."""

    fates: Mapping[str, Fate]
    root: Node

    def node(self, path: tuple[str, ...]) -> Node:
        """What the table knows of a path."""
        node = self.root
        for part in path:
            node = node.child(part)
        return node

    def fate(self, path: tuple[str, ...]) -> Fate | None:
        """The fate of a path: its own, else its nearest parent's, else None."""
        return self.node(path).fate


def field_table(fates: Mapping[str, Fate]) -> FieldTable:
    """The table of these fates."""
    return FieldTable(fates, _tree({split(name): fate for name, fate in fates.items()}, None))


def _tree(fates: Mapping[tuple[str, ...], Fate], inherited: Fate | None) -> Node:
    """The tree of the paths that begin at one place; the empty path is the place itself."""
    fate = fates.get((), inherited)
    below: dict[str, dict[tuple[str, ...], Fate]] = {}
    for path, its_fate in fates.items():
        if path:
            below.setdefault(path[0], {})[path[1:]] = its_fate
    return Node(fate, {part: _tree(rest, fate) for part, rest in below.items()})


def join(path: tuple[str, ...]) -> str:
    """A path as text: ("a", "[]", "b") is "a[].b"."""
    return ".".join(path).replace(".[]", "[]")


def split(name: str) -> tuple[str, ...]:
    """The inverse of `join`."""
    return tuple(name.replace("[]", ".[]").split("."))


def is_leaf(value: Any) -> bool:
    """Whether a JSON value holds nothing further down."""
    return not (isinstance(value, _CONTAINERS) and value)
