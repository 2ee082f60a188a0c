"""What becomes of each field of a provider's answer: tables that make a mapping auditable and loss-free.

A provider declares `FIELDS`: a dict of paths to rules. Paths are dotted; `[]` stands for the items of a list
(`toParticipants[].name`). A path may name a whole subtree. A leaf with no rule of its own or of a parent is
drift: it is kept under extensions and reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Where the value of a field goes: canonical `targets`, `extensions` when `kept`, nowhere when `ignored`.

    `ignored` holds the reason; where it is `ours`, it is no field of the provider's but a note of our own on the fetch,
    which stays with the answer. `redacted` values are kept with secrets in them blanked (see redact.py).
    """

    targets: tuple[str, ...] = ()
    kept: bool = False
    ignored: str | None = None
    redacted: bool = False
    ours: bool = False


def maps_to(*targets: str, keep: bool = False) -> FieldRule:
    """Promoted to canonical fields (dotted, `[]` for list items); with `keep` also under extensions."""
    return FieldRule(targets=targets, kept=keep)


def ignored(reason: str) -> FieldRule:
    """Not kept anywhere, for a reason: transport envelope or secret."""
    return FieldRule(ignored=reason)


def our_note(reason: str) -> FieldRule:
    """Not told by the provider: what a fetch noted for the mapping, which says all of it in another way."""
    return FieldRule(ignored=reason, ours=True)


_CONTAINERS: Final = (dict, list)  # a tuple: the union of both would be made anew for each of a document's values

keep_raw: Final = FieldRule(kept=True)
"""Kept under extensions, under the provider's own name; known, hence no drift."""
redacted: Final = FieldRule(kept=True, redacted=True)
"""Kept under extensions with anything that looks like a secret blanked."""


class Node:
    """A place in a provider's answer, as a table knows it: its rule, and the places below it.

    `rule` is the place's own, else its nearest parent's, else None. `children` is empty where the table knows nothing
    below. `leaves_nothing`: whatever stands here is promoted whole, or dropped.
    """

    __slots__ = ("_other", "children", "leaves_nothing", "rule")

    def __init__(self, rule: FieldRule | None, children: Mapping[str, Node]) -> None:
        self.rule = rule
        self.children = children
        self.leaves_nothing = rule is not None and not rule.kept and not children
        self._other = Node(rule, {}) if children else self

    def child(self, part: str) -> Node:
        """The place one step down; one that the table doesn't know has this one's rule. List indices are `[]`.

        A key that only looks like a path ("a.b" as one key) is none that the table knows.
        """
        return self.children.get(part, self._other)


@dataclass(frozen=True, slots=True, eq=False)
class FieldTable:
    """The rules of a provider's fields by path, and the same as a tree, in which a document is walked along."""

    rules: Mapping[str, FieldRule]
    root: Node

    def node(self, path: tuple[str, ...]) -> Node:
        """What the table knows of a path."""
        node = self.root
        for part in path:
            node = node.child(part)
        return node

    def rule(self, path: tuple[str, ...]) -> FieldRule | None:
        """The rule of a path: its own, else its nearest parent's, else None."""
        return self.node(path).rule


def field_table(rules: Mapping[str, FieldRule]) -> FieldTable:
    """The table of these rules."""
    return FieldTable(rules, _tree({split_name(name): rule for name, rule in rules.items()}, None))


def _tree(rules: Mapping[tuple[str, ...], FieldRule], inherited: FieldRule | None) -> Node:
    """The tree of the paths that begin at one place; the empty path is the place itself."""
    rule = rules.get((), inherited)
    below: dict[str, dict[tuple[str, ...], FieldRule]] = {}
    for path, its_fate in rules.items():
        if path:
            below.setdefault(path[0], {})[path[1:]] = its_fate
    return Node(rule, {part: _tree(rest, rule) for part, rest in below.items()})


def join_path(path: tuple[str, ...]) -> str:
    """A path as text: ("a", "[]", "b") is "a[].b"."""
    return ".".join(path).replace(".[]", "[]")


def split_name(name: str) -> tuple[str, ...]:
    """The inverse of `join`."""
    return tuple(name.replace("[]", ".[]").split("."))


def is_leaf(value: Any) -> bool:
    """Whether a JSON value holds nothing further down."""
    return not (isinstance(value, _CONTAINERS) and value)
